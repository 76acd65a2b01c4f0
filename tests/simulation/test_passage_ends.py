"""Passages that end together are one observation: of too few ends no confidence is told."""

from __future__ import annotations

import pytest

from pepa.control.control import Control, LimitReached
from pepa.query.analysis import compile_text
from pepa.query.passage import questions
from pepa.query.simulated_passage import simulated_passage
from pepa.simulation import passages as following
from pepa.simulation.passages import _refuse_few_ends

CLUSTERED = "eps = {eps}; P = (a, 1).P + (b, eps).Q; Q = (c, eps).P; P"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_thousands_of_passages_that_end_at_one_moment_are_refused(seed: int) -> None:
    net = compile_text(CLUSTERED.format(eps=1e-4), {}).net
    with pytest.raises(LimitReached, match="passages ended together"):
        simulated_passage(net, questions("a", ("b",), "", within=False), 2000, seed, Control())


def test_passages_that_end_at_many_moments_have_their_closed_form_in_the_interval() -> None:
    net = compile_text(CLUSTERED.format(eps=1.0), {}).net
    mean, half = simulated_passage(net, questions("a", ("b",), "", within=False), 4000, 1, Control()).mean()
    assert abs(mean - 1.0) < 2 * half < 0.3


def test_one_moment_is_told_as_one() -> None:
    with pytest.raises(LimitReached, match="100 passages ended together, at 1 moment: too few"):
        _refuse_few_ends([200], 100, 120)
    with pytest.raises(LimitReached, match="100 passages ended together, at 2 moments: too few"):
        _refuse_few_ends([60, 60], 100, 120)


@pytest.mark.parametrize("member", ["", "P"])
def test_passages_none_of_which_began_are_told_apart_from_those_that_do_not_end(member, monkeypatch) -> None:
    monkeypatch.setattr(following, "FRUITLESS", 3000)
    monkeypatch.setattr(following, "MOST_EVENTS", 4000)
    net = compile_text("P = (a, 1).P + (b, 1e-12).Q; Q = (c, 1).P; P[2]", {}).net

    def said(begin: str, end: str, number: int = 1000) -> str:
        with pytest.raises(LimitReached) as refused:
            simulated_passage(net, questions(begin, (end,), member, within=False), number, 1, Control())
        return f"{refused.value.message}: {refused.value.hint}"

    assert said("b", "a").startswith("none of 1,200 passages began in 3,000 events: look whether")
    assert said("a", "b") == "0 of 1,200 passages ended in 3,000 events: they end too seldom: by the method exact"
    assert "passages ended in 4,000 events: ask for fewer" in said("a", "a", 9000)
