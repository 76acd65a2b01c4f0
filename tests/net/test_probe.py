"""Stochastic probes as automata, against matching the expression by Python's own, and as components of a model."""

import itertools
import re

import numpy as np
import pytest

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.query.analysis import compile_text, derive_net, solve_derived
from pepa.query.expression import ExpressionError
from pepa.query.fluid_passage import fluid_passage
from pepa.query.passage import by_probe, passage, questions
from pepa.query.probe import compiled_probe, written
from pepa.query.simulated_passage import simulated_passage

NET = compile_text("P = (a, 1).P + (b, 2).P + (c, 3).P + (d, 1).Q; Q = (e, 1).P; P").net
MODEL = """
    U = (ask, 1.0).V; V = (answer, 2.0).W + (drop, 0.3).U; W = (use, 0.5).U;
    S = (ask, 1.5).S1; S1 = (answer, 1.2).S + (drop, 0.3).S;
    {system}
"""
SYSTEM = "U[3] <ask, answer, drop> S[2]"


def automaton(text):
    return compiled_probe(text, NET)[1]


def seen(probe, actions):
    """Where a probe starts and stops along some actions."""
    state, found = 0, []
    for number, action in enumerate(actions):
        after = probe.steps[state].get(action, state)
        if probe.running[after] != probe.running[state]:
            found.append((number, "start" if probe.running[after] else "stop"))
        state = after
    return found


def by_hand(first, middle, last, actions):
    """The same of `first:start, middle, last:stop`, each a regular expression over letters; the rest is passed over."""
    found, at, word = [], "first", ""
    for number, action in enumerate(actions):
        grown = word + action
        if at == "first" and re.fullmatch(first, grown):
            at, word = "running", ""
            found.append((number, "start"))
        elif at == "running" and re.fullmatch(middle + last, grown):
            at, word = "first", ""
            found.append((number, "stop"))
        elif re.match(MAY_GO_ON[first if at == "first" else middle + last], grown + "$"):
            word = grown
    return found


MAY_GO_ON = {  # beginnings of what is to be matched
    "a": r"\$", "b": r"\$", "(b|c)*d": r"[bc]*\$", "bb": r"b?\$", "(bc)?d": r"(b|bc)?\$", "bc": r"b?\$",
    "b+c": r"b*\$", "(bc){2}d": r"(b|bc|bcb|bcbc)?\$",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a:start, b:stop", ("a", "", "b")),
        ("a:start, (b | c)*, d:stop", ("a", "(b|c)*", "d")),
        ("a:start, b{2}:stop", ("a", "", "bb")),
        ("a:start, (b, c)?, d:stop", ("a", "(bc)?", "d")),
        ("(a:start, b), c:stop", ("a", "b", "c")),
        ("a:start, b+, c:stop", ("a", "b+", "c")),
        ("a:start, (b, c)[2], d:stop", ("a", "(bc){2}", "d")),
    ],
)
def test_starts_and_stops_are_those_of_the_expression(text, parts):
    probe = automaton(text)
    for actions in itertools.product("abcd", repeat=6):
        assert seen(probe, actions) == by_hand(*parts, actions), actions


def test_every_state_goes_one_way_by_every_action_it_names():
    probe = automaton("(a:start, (b, c | c)*)/e, d:stop")
    assert probe.alphabet == ("a", "b", "c", "e", "d")
    assert all(set(steps) == set(probe.alphabet) for steps in probe.steps)
    assert seen(probe, "abd") == [(0, "start")]  # d is passed over between b and c
    assert seen(probe, "abcd") == [(0, "start"), (3, "stop")]
    assert seen(probe, "abebcd") == [(0, "start")]  # anew: it waits for a first, and its clock goes on
    assert seen(probe, "abeacd") == [(0, "start"), (5, "stop")]
    assert seen(automaton("(a, b):start, (c | d)+, a:stop"), "abca") == [(1, "start"), (3, "stop")]


@pytest.mark.parametrize(
    ("text", "said", "column"),
    [
        ("a:start, b", "nothing is labelled `stop`", 1),
        ("a, b:stop", "nothing is labelled `start`", 1),
        ("(a | b)*, a:start, c:stop", "is not known when it is seen", 13),
        ("a*:start, c:stop", "may be missing", 4),
        ("a:start:stop", "both start and stop", 9),
        ("a:start, (a | b)*, (b:start | c), b:stop", "not known when it is seen", 23),
        ("a:go, b:stop", "no label", 3),
        ("P:a:start, b:stop", "no label", 3),
        ("a:start, x:stop", "no action", 10),
        ("a:start, (b, c:stop", "unexpected the end", 20),
        ("a:start, b{3,2}, c:stop", "1 to 100 times", 12),
        ("a:start, (b)/b, c:stop", "begins anew the part it stands in", 14),
        ("a:start; b:stop", "unexpected `;`", 8),
        ("P::a:start, x:stop", "no action", 13),
        ("(((a{99}){99}){99}):start, b:stop", "too large", 1),
    ],
)
def test_what_is_no_probe(text, said, column):
    with pytest.raises(ExpressionError, match=said) as error:
        automaton(text)
    assert error.value.span.start + 1 == column


def test_of_whom_it_is():
    with pytest.raises(PepaError, match="no group"):
        compiled_probe("X::a:start, b:stop", NET)
    net = compile_text(MODEL.format(system=SYSTEM)).net
    with pytest.raises(ExpressionError, match="never does `use`"):
        compiled_probe("S::ask:start, use:stop", net)
    assert written("U::ask:start, use:stop").member == "U"


@pytest.mark.parametrize(
    "text", ["ask:start, (answer, drop)*, use:stop", "(ask:start, ask, (answer | drop)+)/use, ask, answer:stop"]
)
def test_it_is_the_component_it_prints_and_changes_no_rate(text):
    """Written into the model, the component gives the same chain: the same throughput, the same passage."""
    compiled = compile_text(MODEL.format(system=SYSTEM))
    found = passage(compiled, by_probe(text), Control())
    definitions = found.probe.text + MODEL
    alphabet = ", ".join(found.probe.alphabet)
    inside = compile_text(definitions.format(system=f"({SYSTEM}) <{alphabet}> Probe0"))
    running = " + ".join(f"Running{state}" for state, runs in enumerate(found.probe.running) if runs)
    by_states = passage(inside, questions(f"{running} > 0", [f"{running} = 0"]), Control())
    assert by_states.states == found.states
    assert found.moments().overall.mean == pytest.approx(by_states.moments().overall.mean, rel=1e-12)
    assert found.moments().overall.variance == pytest.approx(by_states.moments().overall.variance, rel=1e-11)
    alone, watched = (solve_derived(derive_net(one, Control()), Control()) for one in (compiled, inside))
    assert watched.measures.throughput == pytest.approx(alone.measures.throughput, rel=1e-12)


def test_what_passages_between_actions_say_too():
    compiled = compile_text(MODEL.format(system=SYSTEM))
    at = np.array([0.3, 1.0, 4.0])
    for probe, asked in (
        ("U::ask:start, (answer | drop):stop", questions("ask", ["answer", "drop"], "U")),
        ("U::use:start, use:stop", questions("use", ["use"], "U")),
    ):
        one, other = passage(compiled, by_probe(probe), Control()), passage(compiled, asked, Control())
        assert one.moments().overall.mean == pytest.approx(other.moments().overall.mean, rel=1e-11)
        if "answer" in probe:
            arrived = other.curve().at(at).arrived.sum(axis=1)
            assert one.curve().at(at).arrived[:, 0] == pytest.approx(arrived, abs=1e-9)


def test_by_fluid_and_simulation_each_member_has_its_own():
    """Without cooperation the fluid is exact; the simulation is where it should be."""
    alone = compile_text("A = (ask, 1).B; B = (work, 2).C + (drop, 0.5).A; C = (tell, 2).A; A[5]")
    asked = by_probe("A::ask:start, drop?, tell:stop")
    exact, fluid = passage(alone, asked, Control()).moments(), fluid_passage(alone.net, asked, Control()).moments()
    assert fluid.overall.mean == pytest.approx(exact.overall.mean, rel=1e-9)
    assert fluid.overall.variance == pytest.approx(exact.overall.variance, rel=1e-9)
    together = compile_text(MODEL.format(system=SYSTEM))
    asked = by_probe("U::ask:start, (drop | answer), use:stop")
    mean, half = simulated_passage(together.net, asked, 4_000, 1, Control()).mean()
    assert abs(mean - passage(together, asked, Control()).moments().overall.mean) < 2 * half
    with pytest.raises(PepaError, match="that of one member"):
        fluid_passage(together.net, by_probe("ask:start, use:stop"), Control())
