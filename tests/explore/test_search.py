"""Searches against a walk over all states by hand: however the frontier is cut, from any start, to any state."""

import math

import numpy as np
import pytest

from pepa.control.control import Control, LimitReached
from pepa.control.error import PepaError
from pepa.explore import likeliest, search
from pepa.explore.likeliest import most_probable, most_probable_on_the_fly
from pepa.explore.listing import truths
from pepa.explore.place import initial, typed
from pepa.explore.search import shortest, shortest_to_state
from pepa.explore.steps import Steps
from pepa.explore.ways import way_in_chain, way_to
from pepa.query.analysis import compile_text
from tests.models import derive, solve

# a ladder with a shortcut that is rarely taken, a way back, and a place apart
LADDER = """
A0 = (up, 1).A1 + (jump, 0.01).A4; A1 = (up, 1).A2 + (down, 3).A0; A2 = (up, 1).A3 + (down, 1).A1;
A3 = (up, 1).A4 + (down, 1).A2; A4 = (home, 5).A0 + (out, 1).A5; A5 = (rest, 0).A5;
A0
"""
MEMBERS = "P = (a, 1).Q; Q = (b, 1).R + (c, 2).P; R = (d, 1).P; S = (a, 1).T; T = (e, 1).S;\nP[3] <a> S[2]"


def by_hand(derived, start):
    """Return the fewest steps to each state, and the greatest product of chances, from a state."""
    space, rate = derived.space, derived.chain.rate
    total = np.bincount(space.source, rate, space.size)
    edges = {}
    for source, target, one in zip(space.source.tolist(), space.target.tolist(), rate.tolist(), strict=True):
        edges.setdefault(source, []).append((target, one / total[source]))
    steps, front = {start: 0}, [start]
    for state in front:
        for target, _ in edges.get(state, []):
            if target not in steps:
                steps[target] = steps[state] + 1
                front.append(target)
    best = {start: 1.0}
    for _ in range(space.size):
        for state, chance in list(best.items()):
            for target, own in edges.get(state, []):
                best[target] = max(best.get(target, 0.0), chance * own)
    return steps, best


def holding(text):
    return lambda states: truths(text, states)


def goes_there(derived, trace, start, target):
    steps, counts = Steps(derived.net), derived.space.counts(start)
    assert trace.start == counts
    for activity in trace.activities:
        assert activity in steps.activities(counts)
        counts = activity.target
    assert counts == trace.end == derived.space.counts(target)


@pytest.mark.parametrize("chunk", [1, 2, 5, 1 << 18])
@pytest.mark.parametrize("text", [LADDER, MEMBERS])
def test_the_shortest_way_to_each_state_however_the_frontier_is_cut(monkeypatch, chunk, text):
    monkeypatch.setattr(search, "CHUNK", chunk)
    derived = derive(text)
    fewest, _ = by_hand(derived, 0)
    assert len(fewest) == derived.space.size
    steps = Steps(derived.net)
    for state in range(derived.space.size):
        wanted = derived.space.words[:, state].reshape(-1, 1)
        trace = shortest(steps, initial(derived.net), lambda some, w=wanted: (some.words == w).all(axis=0), Control())
        assert len(trace.activities) == fewest[state]
        goes_there(derived, trace, 0, state)
        assert trace.found == "shortest"
        assert shortest_to_state(steps, derived.space, state).activities[:1] == trace.activities[:1]


@pytest.mark.parametrize("text", [LADDER, MEMBERS])
def test_the_most_probable_way_from_each_state_to_each(text):
    derived = derive(text)
    steps, space = Steps(derived.net), derived.space
    for start in range(0, space.size, 5):
        _, best = by_hand(derived, start)
        for state in range(space.size):
            wanted = np.arange(space.size) == state
            trace = most_probable(steps, space, derived.chain, start, wanted, Control())
            if state not in best:
                assert trace is None
                continue
            assert trace.probability == pytest.approx(best[state], rel=1e-9)
            goes_there(derived, trace, start, state)
            words = space.words[:, state].reshape(-1, 1)
            near = most_probable_on_the_fly(
                steps, space.counts(start), lambda some, w=words: (some.words == w).all(axis=0), Control()
            )
            assert near.probability == pytest.approx(best[state], rel=1e-9)
            assert len(near.activities) == len(trace.activities)
            assert trace.found == near.found == "most probable"


def test_a_likely_long_way_is_preferred_to_a_rare_short_one():
    compiled = compile_text(LADDER)
    start = initial(compiled.net)
    short = way_to(compiled, start, "A4 = 1", Control())
    assert [activity.action for activity in short.activities] == ["jump"]
    assert short.probability == pytest.approx(0.01 / 1.01)
    likely = way_to(compiled, start, "A4 = 1", Control(), likeliest=True)
    assert [activity.action for activity in likely.activities] == ["up"] * 4
    assert likely.probability == pytest.approx(1 / 1.01 / 4 / 2 / 2)
    assert likely.mean_time == pytest.approx(1 / 1.01 + 1 / 4 + 1 / 2 + 1 / 2)


def test_of_ways_as_probable_the_shortest_is_taken():
    text = (
        "A = (a, 1).B + (b, 1).C; B = (c, 1).D; C = (d, 1).E; D = (e, 1).F; E = (f, 1).G; G = (g, 1).F; F = (h, 1).A; A"
    )
    compiled = compile_text(text)
    for _ in range(2):
        found = way_to(compiled, initial(compiled.net), "F = 1", Control(), likeliest=True)
        assert [activity.action for activity in found.activities] == ["a", "c", "e"]
        derived = derive(text)
        found = way_in_chain(derived, None, initial(derived.net), "F = 1", Control(), likeliest=True)
        assert [activity.action for activity in found.activities] == ["a", "c", "e"]


def test_of_parallel_moves_the_likelier_is_the_step():
    text = "A = (slow, 1).B + (fast, 3).B + (other, 2).A2; A2 = (x, 1).A; B = (back, 1).A; A"
    derived = derive(text)
    for likely in (
        way_in_chain(derived, None, initial(derived.net), "B = 1", Control(), likeliest=True),
        way_to(derived.compiled, initial(derived.net), "B = 1", Control(), likeliest=True),
    ):
        assert [activity.action for activity in likely.activities] == ["fast"]
        assert likely.probability == pytest.approx(0.5)


def test_where_it_holds_already_there_is_nothing_to_do():
    derived = derive(LADDER)
    for likely in (False, True):
        trace = way_to(derived.compiled, initial(derived.net), "A0 = 1", Control(), likeliest=likely)
        assert (trace.activities, trace.probability, trace.mean_time) == ((), 1, 0)
        assert trace.end == trace.start


def test_what_is_looked_at_on_the_fly_has_an_end(monkeypatch):
    """Beyond so many states nothing is said; with one more the answer is there."""
    derived = derive(LADDER)
    steps, start = Steps(derived.net), initial(derived.net)
    monkeypatch.setattr(likeliest, "MOST_LOOKED_AT", 5)  # A4 is the fifth
    found = most_probable_on_the_fly(steps, start, holding("A4 = 1"), Control())
    assert found.probability == pytest.approx(1 / 1.01 / 4 / 2 / 2)
    monkeypatch.setattr(likeliest, "MOST_LOOKED_AT", 4)
    assert most_probable_on_the_fly(steps, start, holding("A4 = 1"), Control()) is None
    whole = way_to(derived.compiled, start, "A4 = 1", Control(), likeliest=True)  # the chain is derived then
    assert whole.probability == found.probability


@pytest.mark.parametrize("likely", [False, True])
def test_from_another_start_to_what_only_the_chain_or_its_solution_knows(likely):
    solved = solve(LADDER.replace("(out, 1)", "(out, 0)"))
    derived = solved.derived
    start = typed("A2", derived.net)
    trace = way_in_chain(derived, solved, start, "probability > 0.5", Control(), likeliest=likely)
    assert [activity.action for activity in trace.activities] == ["down", "down"]
    again = way_to(derived.compiled, start, "probability > 0.5", Control(), likeliest=likely)
    assert again.activities == trace.activities
    with pytest.raises(PepaError, match="no state that can be reached has transient") as caught:
        way_to(derived.compiled, start, "transient", Control(), likeliest=likely)
    assert caught.value.hint == "pepa derive tells the deadlocks and classes"


def test_from_the_start_the_nearest_of_several_is_taken():
    compiled = compile_text(LADDER)
    for condition, ways in (("transient & A0 = 0", {"up", "jump"}), ("probability > -1 & A3 + A5 > 0", {"jump"})):
        found = way_to(compiled, initial(compiled.net), condition, Control())
        assert {activity.action for activity in found.activities[:1]} <= ways
        assert len(found.activities) == (1 if "A0" in condition else 2)


@pytest.mark.parametrize("likely", [False, True])
def test_what_cannot_come_any_more_is_told(likely):
    derived = derive(LADDER)
    start = typed("A5", derived.net)
    with pytest.raises(PepaError, match="no state that can be reached has A0 = 1"):
        way_to(derived.compiled, start, "A0 = 1", Control(), likeliest=likely)
    assert way_to(derived.compiled, start, "deadlock", Control(), likeliest=likely).activities == ()


def test_a_start_apart_from_the_chain_is_refused_where_that_is_asked():
    text = "A = (a, 1).B; B = (b, 1).A; C = (a, 1).D; D = (b, 1).C; A <a, b> C"
    derived = derive(text)
    apart = typed("B C", derived.net)
    with pytest.raises(PepaError, match="the start cannot be reached from the initial state"):
        way_to(derived.compiled, apart, "transient", Control())
    with pytest.raises(PepaError, match="no state that can be reached has A = 1"):
        way_to(derived.compiled, apart, "A = 1", Control())


def test_what_nobody_drives_is_not_gone_by():
    """Of two that wait for a partner there is one for one of them alone."""
    compiled = compile_text("P = (a, infty).Q; Q = (b, 0).Q; R = (a, 1).S; S = (c, 0).S; (P <a> R) || P")
    start = initial(compiled.net)
    with pytest.raises(PepaError, match="no state that can be reached has Q = 2"):
        way_to(compiled, start, "Q = 2", Control())


@pytest.mark.parametrize(
    ("limits", "said", "hint"),
    [
        ({"most_states": 5}, "not found among", "raise the limit of states"),
        ({"memory": 2000}, "not found within", "raise the limit of memory"),
        ({"seconds": -1.0}, "time", ""),
    ],
)
def test_a_search_heeds_its_limits(limits, said, hint):
    compiled = compile_text("P = (a, 1).Q; Q = (b, 1).R; R = (c, 1).P; P[600]")  # more than a moment's work
    with pytest.raises(LimitReached, match=said) as caught:
        way_to(compiled, initial(compiled.net), "R = 600", Control(**limits))
    assert hint in caught.value.hint


def test_a_search_says_how_far_it_got():
    """k steps away there are k // 2 + 1 states: 56 up to 13 steps, and with the next ones more than 60."""
    compiled = compile_text("P = (a, 1).Q; Q = (b, 1).R; R = (c, 1).P; P[50]")
    with pytest.raises(LimitReached, match=r"not found among 64 states, up to 13 steps away: the limit is reached"):
        way_to(compiled, initial(compiled.net), "R = 50", Control(most_states=60))


def test_a_way_of_many_steps_multiplies_many_chances():
    compiled = compile_text("P = (a, 2).Q; Q = (b, 1).P; P[30]")
    trace = way_to(compiled, initial(compiled.net), "Q = 30", Control())
    assert len(trace.activities) == 30
    expected = math.prod(2 * (30 - k) / (2 * (30 - k) + k) for k in range(30))
    assert trace.probability == pytest.approx(expected, rel=1e-12)
    assert trace.mean_time == pytest.approx(sum(1 / (2 * (30 - k) + k) for k in range(30)), rel=1e-12)
