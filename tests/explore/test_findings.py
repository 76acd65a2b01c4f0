"""Findings on models that have them, and invariants against every reachable state and long-run throughput."""

import numpy as np
import pytest

from pepa.control.control import Control
from pepa.explore.findings import findings
from pepa.explore.invariants import invariants
from pepa.query.analysis import compile_text
from tests.models import MODELS, derive, model_text, solve


def told(text, **overrides):
    return {finding.kind: finding for finding in findings(derive(text, **overrides))}


def test_a_deadlock_comes_with_the_shortest_way_into_it():
    found = told("P = (a, 1).Q + (b, 1).R; Q = (c, 1).R; R = (d, 0).R;\nP[2]")["deadlock"]
    assert found.sentence.startswith("1 state is a deadlock")
    assert [activity.action for activity in found.trace.activities] == ["b", "b"]


def test_what_never_happens_and_where_nobody_is():
    found = told("A = (a, 1).B; B = (c, 1).B + (x, 0).C; C = (d, 1).C; E = (e, 1).E;\nA <e> E")
    assert found["never-enabled"].sentence.startswith("d, e and x can never happen")
    assert "A.C" in found["never-reached"].sentence
    assert "A.A" in found["never-occupied"].sentence


def test_members_stuck_for_ever_are_told_from_places_that_are_never_empty():
    stuck = told("A = (a, 1).B; B = (s, 0).B; C = (c, 1).D; D = (d, 1).C;\nA[3] || C")["stuck"]
    assert stuck.sentence == "in the long run 3 of the 3 members of A are stuck in B for ever: " + (
        "nothing leads out or in there any more"
    )
    found = told(model_text("vm_launch"), C=2)
    assert "stuck" not in found
    assert found["always-occupied"].sentence.endswith("at least 1 of the 2 members of CM is in CM3 at any time")


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_place_invariants_hold_in_every_state_and_balances_in_the_long_run(path):
    solved = solve(path.read_text(), Control(most_states=10**5))
    derived, found = solved.derived, invariants(solved.derived.net)
    assert found.complete
    from pepa.query.states import ChainStates

    states = ChainStates(derived.space, derived.net)
    for invariant in found.places:
        total = sum(weight * counted(states, group, label) for group, label, weight in invariant.weights)
        assert np.all(total == invariant.value)
    for actions in found.balanced:
        rates = [solved.measures.throughput[action] for action in actions]
        assert rates == pytest.approx([rates[0]] * len(rates), rel=1e-6)


def counted(states, group, label):
    index = next(i for i, one in enumerate(states.net.groups) if one.name == group)
    derivative = states.net.groups[index].component.labels.index(label)
    fields = states.space.layout.fields[index]
    if states.space.layout.is_lone(index):
        return (fields[0].read(states.space.words) == derivative).astype(int)
    return fields[derivative].read(states.space.words)


def test_known_invariants_are_found():
    found = invariants(compile_text(model_text("vm_launch")).net)
    assert {(tuple(label for _, label, _ in one.weights), one.value) for one in found.places} == {
        (("User2", "CM"), 1),
        (("N1", "TC"), 1),
    }
    pairs = invariants(compile_text("P = (a, 1).Q; Q = (b, 1).P; R = (a, 1).S; S = (c, 1).R;\nP[2] <a> R[3]").net)
    assert pairs.balanced == (("a", "b", "c"),)


def test_a_net_too_large_says_so():
    steps = "".join(f"P{n} = (a{n}, 1).P{n + 1};\n" for n in range(400)) + "P400 = (z, 1).P0;\nP0"
    assert told(steps)["limit"].sentence.startswith("the net is too large")
