"""Passages that end together are one observation: of too few ends no confidence is told."""

from __future__ import annotations

import pytest

from pepa.control.control import Control, LimitReached
from pepa.query.analysis import compile_text
from pepa.query.passage import questions
from pepa.query.simulated_passage import simulated_passage

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
