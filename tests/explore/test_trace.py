"""Ways through states: as short as breadth-first search in the interpreter's chain, as likely as by brute force."""

import json
import math
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pepa.control.control import Control, LimitReached
from pepa.control.error import PepaError
from pepa.explore.likeliest import most_probable_on_the_fly
from pepa.explore.listing import truths
from pepa.explore.place import initial, typed
from pepa.explore.search import shortest, shortest_to_state
from pepa.explore.steps import Steps
from pepa.explore.trace import replayed, trace_report
from pepa.explore.ways import way_in_chain, way_to
from pepa.language.problem import ModelError
from pepa.population.population import population
from pepa.query.analysis import compile_text
from pepa.simulation.path import path_events
from tests import oracle
from tests.models import derive, model_text, solve
from tests.test_oracle_agreement import arrays, definitions, hidden, leaf, systems, teams


def distances(system, defined, most=150):
    """Return the least number of steps after which each local derivative is occupied, by plain search."""
    front, seen, found, steps = [oracle.expand(system, defined)], set(), {}, 0
    while front:
        following = []
        for state in front:
            if state in seen:
                continue
            if len(seen) >= most:
                raise oracle.TooLarge
            seen.add(state)
            for name in oracle.constants(state):
                found.setdefault(name, steps)
            for _, _, passive, target in oracle.steps(state, defined):
                if passive:
                    raise oracle.Undriven
                following.append(target)
        front, steps = following, steps + 1
    return found


def interpreted(system, defined, trace):
    """Return the states the interpreter may be in at the end of a trace, told of it only actions and exit rates."""
    states = {oracle.expand(system, defined)}
    for activity in trace.activities:
        following = set()
        for state in states:
            steps = oracle.steps(state, defined)
            if sum(rate for _, rate, _, _ in steps) == pytest.approx(activity.rate / activity.chance):
                following |= {target for action, _, _, target in steps if action == activity.action}
        states = following
    return states


def walks_as_the_interpreter(system, defined, net, trace, name):
    """Check a trace that leads to where somebody is in a local derivative, step by step and as a whole."""
    counts = trace.start
    for activity in trace.activities:
        assert activity in Steps(net).activities(counts)
        counts = activity.target
    assert counts == trace.end
    assert any(name in oracle.constants(state) for state in interpreted(system, defined, trace))
    again = replayed(Steps(net), json.loads(json.dumps(trace_report(trace))))
    assert again.activities == trace.activities


@settings(max_examples=100)
@given(systems(st.one_of(leaf, arrays, teams, hidden)), definitions())
def test_the_shortest_way_is_as_short_as_the_interpreters(system, defined):
    try:
        expected = distances(system, defined)
        compiled = compile_text(oracle.text(system, defined))
    except (oracle.TooLarge, oracle.Mixed, oracle.Undriven, ModelError, PepaError):
        assume(False)
    net = compiled.net
    for name in net.derivatives:
        if name not in expected:
            with pytest.raises(PepaError, match="no state"):
                way_to(compiled, initial(net), f"{name} > 0", Control())
            continue
        trace = way_to(compiled, initial(net), f"{name} > 0", Control())
        assert len(trace.activities) == expected[name]
        walks_as_the_interpreter(system, defined, net, trace, name)
        likely = way_to(compiled, initial(net), f"{name} > 0", Control(), likeliest=True)
        walks_as_the_interpreter(system, defined, net, likely, name)
        assert likely.probability >= trace.probability * (1 - 1e-9)


@pytest.mark.parametrize(("name", "sizes"), [("vm_launch", {"Q": 4, "C": 2}), ("alternating_bit", {}), ("queue", {})])
def test_ways_by_levels_are_as_short_as_by_search(name, sizes):
    derived = derive(model_text(name), **sizes)
    steps, space = Steps(derived.net), derived.space
    level = np.searchsorted(space.levels, np.arange(space.size), side="right") - 1
    for state in {0, space.size - 1, *range(1, space.size, max(1, space.size // 40))}:
        trace = shortest_to_state(steps, space, state)
        assert len(trace.activities) == level[state]
        assert trace.end == space.counts(state)


def test_a_way_from_a_state_that_is_not_the_initial_one():
    solved = solve(model_text("vm_launch"), Q=3)
    derived = solved.derived
    start = derived.space.counts(100)
    condition = "probability > 0.05 & User3 >= 2"
    trace = way_in_chain(derived, solved, start, condition, Control(), likeliest=False)
    brute = shortest(Steps(derived.net), start, lambda states: truths("User3 >= 2", states), Control())
    assert trace.start == start
    assert len(trace.activities) >= len(brute.activities)
    likely = way_in_chain(derived, solved, start, condition, Control(), likeliest=True)
    assert likely.probability >= trace.probability
    with pytest.raises(PepaError, match="cannot be reached"):
        way_in_chain(derived, None, typed("User3=2 CM3", derived.net), "deadlock", Control(), likeliest=True)


def likeliest_by_hand(derived, wanted):
    """Return the greatest product of chances of a way from state 0 to each wanted state, by repeated relaxation."""
    space, rate = derived.space, derived.chain.rate
    chance = rate / np.bincount(space.source, rate, space.size)[space.source]
    best = np.zeros(space.size)
    best[0] = 1.0
    for _ in range(space.size):
        further = best.copy()
        np.maximum.at(further, space.target, best[space.source] * chance)
        if np.array_equal(further, best):
            break
        best = further
    return best[wanted].max()


@pytest.mark.parametrize("condition", ["User3 = 2", "TC5 = 1", "CM4 = 1 & User3 = 1", "init"])
def test_the_most_probable_way_is_the_likeliest_of_all(condition):
    compiled = compile_text(model_text("vm_launch"), {"Q": 3})
    derived = derive(model_text("vm_launch"), Q=3)
    trace = way_to(compiled, initial(compiled.net), condition, Control(), likeliest=True)
    from pepa.query.states import ChainStates

    wanted = truths(condition, ChainStates(derived.space, derived.net))
    assert trace.probability == pytest.approx(likeliest_by_hand(derived, wanted))
    short = way_to(compiled, initial(compiled.net), condition, Control())
    assert trace.probability >= short.probability
    assert len(trace.activities) >= len(short.activities)


def test_a_model_too_large_to_derive_is_searched_until_found():
    compiled = compile_text(model_text("vm_launch"), {"Q": 10**6})
    trace = way_to(compiled, initial(compiled.net), "User3 = 1", Control())
    assert len(trace.activities) == 14
    assert trace.activities[0].rate == 10 * 10**6
    with pytest.raises(LimitReached, match="not found among"):
        way_to(compiled, initial(compiled.net), "User3 = 1000", Control(most_states=1000))


def test_time_and_chance_add_up():
    compiled = compile_text("P = (a, 2).Q; Q = (b, 1).R + (c, 3).P; R = (d, 5).R;\nP")
    trace = way_to(compiled, initial(compiled.net), "R = 1", Control())
    assert trace.probability == pytest.approx(1 / 4)
    assert trace.mean_time == pytest.approx(1 / 2 + 1 / 4)
    assert math.isclose(trace_report(trace)["steps"][1]["chance"], 1 / 4)


def test_a_trace_that_cannot_happen_here_says_where():
    text = "P = (a, 2).Q; Q = (b, 1).P;\nP[2]"
    report = trace_report(way_to(compile_text(text), initial(compile_text(text).net), "Q = 2", Control()))
    other = Steps(compile_text(text.replace("(a, 2)", "(z, 2)")).net)
    with pytest.raises(PepaError, match="step 1, a, cannot happen in P×2"):
        replayed(other, report)
    faster = replayed(Steps(compile_text(text.replace("(a, 2)", "(a, 6)")).net), report)
    assert faster.activities[0].rate == 12
    for wrong in ({}, {"start": 1, "steps": 2}, {**report, "steps": [{"action": "a"}]}):
        with pytest.raises(PepaError, match="no trace"):
            replayed(other, wrong)


def test_conditions_are_read_before_anything_is_derived():
    compiled = compile_text(model_text("vm_launch"), {"Q": 10**6})
    with pytest.raises(PepaError, match="no local derivative"):
        way_to(compiled, initial(compiled.net), "Usr3 = 1", Control())


@pytest.mark.parametrize("name", ["client_server", "machine_repair", "queue"])
def test_the_likeliest_way_on_the_fly_is_that_of_the_chain(name):
    derived = derive(model_text(name))
    steps, start = Steps(derived.net), initial(derived.net)
    label = derived.net.groups[0].component.labels[-1]
    for condition in (f"{label} >= 1", f"{label} = {min(2, derived.net.groups[0].size)}", "init"):
        near = most_probable_on_the_fly(steps, start, lambda states, c=condition: truths(c, states), Control())
        whole = way_in_chain(derived, None, start, condition, Control(), likeliest=True)
        assert near.probability == pytest.approx(whole.probability, rel=1e-9)
        assert len(near.activities) == len(whole.activities)
    never = most_probable_on_the_fly(steps, start, lambda states: truths("deadlock", states), Control())
    assert never is None


def test_on_the_fly_no_derivation_is_needed():
    net = compile_text(model_text("vm_launch").replace("Q = 5;", "Q = 5000000;"))
    found = way_to(net, initial(net.net), "User0 >= 30", Control(), likeliest=True)
    assert [activity.action for activity in found.activities] == ["generate_Kvm"] * 30


@pytest.mark.parametrize("name", ["vm_launch", "tandem", "pc_lan4"])
def test_a_simulated_path_is_walked_again(name):
    net = compile_text(model_text(name)).net
    events = path_events(population(net, fluid=False), 1, 60)
    trace = replayed(Steps(net), json.loads(json.dumps({"events": [asdict(event) for event in events]})))
    assert [activity.action for activity in trace.activities] == [event.action for event in events]
    assert sum(trace.seconds) == pytest.approx(events[-1].time)
    again = replayed(Steps(net), json.loads(json.dumps(trace_report(trace))))
    assert (again.activities, again.seconds) == (trace.activities, trace.seconds)
    for wrong in ({"events": [{}]}, {"events": 3}, {"events": [{"action": "x", "left": [], "entered": [], "time": 1}]}):
        with pytest.raises(PepaError):
            replayed(Steps(net), wrong)
