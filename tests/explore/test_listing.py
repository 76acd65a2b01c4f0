"""Filtered and sorted tables of states against sorting and filtering by hand."""

import numpy as np
import pytest

from pepa.control.error import PepaError
from pepa.explore.kinds import kind_of
from pepa.explore.listing import HEAD, SAMPLE, Listing, Order, listing, truths
from pepa.query.expression import ExpressionError
from pepa.query.states import ChainStates
from tests.models import derive, model_text, solve


@pytest.fixture(scope="module")
def states():
    solved = solve(model_text("vm_launch"))
    return ChainStates(solved.derived.space, solved.derived.net, solved.derived.classes, solved.steady.probability)


def test_a_filter_keeps_what_matches_in_order(states):
    found = listing(states, "User3 >= 2 & TC5 = 1", Order())
    by_hand = [
        state
        for state in range(states.size)
        if states.count("User3", None)[state] >= 2 and states.count("TC5", None)[state] == 1
    ]
    assert found.rows(0, found.size) == by_hand
    assert 0 < found.size < states.size
    assert [found.row_of(state) for state in by_hand] == list(range(found.size))
    assert found.row_of(next(state for state in range(states.size) if state not in by_hand)) is None


@pytest.mark.parametrize("condition", ["", "enabled(useVM)"])
@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize("column", ["#", "probability", "User3", "User3 / CM", "User3 - 2 * TC5"])
def test_any_column_sorts_and_every_state_has_its_row(states, condition, column, falling):
    found = listing(states, condition, Order(column, falling))
    rows = found.rows(0, found.size)
    assert sorted(rows) == listing(states, condition, Order()).rows(0, states.size)
    if column in ("probability", "User3"):
        values = (states.probability() if column == "probability" else states.count("User3", None))[rows]
        assert np.all(np.diff(values) <= 0 if falling else np.diff(values) >= 0)
    assert [found.row_of(state) for state in rows[:40]] == list(range(40))


def test_classes_sort_by_number_then_deadlocks_then_transient_states():
    text = """S = (go, 1).A + (go, 2).B + (go, 3).Stop; A = (spin, 1).A2; A2 = (spin, 2).A; B = (roll, 1).B2;
    B2 = (roll, 2).B; Stop = (rest, 0).Stop; S"""
    derived = derive(text)
    found = listing(ChainStates(derived.space, derived.net, derived.classes), "", Order("class"))
    names = [kind_of(derived, state) for state in found.rows(0, found.size)]
    ends = [name for name in names if name.startswith("class")]
    assert sorted(ends) == ends
    assert names == [*ends, "deadlock", "transient"]
    assert len(ends) == 4


def test_the_head_of_an_order_is_that_of_the_whole_with_ties():
    keys = np.random.default_rng(5).integers(0, 7, 3 * HEAD).astype(np.int32)
    chosen = np.arange(0, 6 * HEAD, 2, dtype=np.int32)
    head = Listing(chosen, Order("x"), keys).rows(0, HEAD)
    assert head == chosen[np.argsort(keys, kind="stable")][:HEAD].tolist()
    whole = Listing(chosen, Order("x"), keys)
    assert whole.rows(HEAD - 5, HEAD + 5)[:5] == head[-5:]


@pytest.mark.parametrize("shape", ["spread", "falling", "hidden from the sample", "all alike"])
def test_the_head_is_the_same_whatever_a_sample_says(shape):
    random = np.random.default_rng(3)
    keys = random.random(40 * HEAD)
    if shape == "falling":
        keys = np.sort(keys)[::-1].copy()
    elif shape == "hidden from the sample":
        keys[:: len(keys) // SAMPLE] = 2.0
    elif shape == "all alike":
        keys[:] = 0.5
    found = Listing(np.arange(len(keys), dtype=np.int32), Order("x"), keys).rows(0, HEAD)
    assert found == np.argsort(keys, kind="stable")[:HEAD].tolist()


def test_matches_go_round(states):
    found = listing(states, "", Order("probability", falling=True))
    matches = truths("TC5 = 1", states)
    first = found.next_match(matches, -1)
    second = found.next_match(matches, first)
    assert matches[found.rows(second, second + 1)].all()
    assert not matches[found.rows(first + 1, second)].any()
    assert found.next_match(matches, second, back=True) == first
    last = found.next_match(matches, first, back=True)
    assert found.next_match(matches, last) == first
    assert found.next_match(truths("deadlock", states), 0) is None


def test_what_only_a_solved_chain_knows():
    text = "A = (a, 1).B + (b, 1).C; B = (c, 1).B; C = (d, 1).D; D = (e, 0).D;\nA"
    solved = solve(text)
    states = ChainStates(solved.derived.space, solved.derived.net, solved.derived.classes, solved.steady.probability)
    for condition, wanted in (("transient", "AC"), ("deadlock", "D"), ("probability > 0.1", "BD"), ("init", "A")):
        rows = listing(states, condition, Order()).rows(0, 9)
        assert {label for row in rows for label in "ABCD" if states.count(label, None)[row]} == set(wanted)


def test_what_is_no_condition_is_said(states):
    with pytest.raises(ExpressionError, match="true or false"):
        listing(states, "User3 + 1", Order())
    with pytest.raises(ExpressionError, match="no local derivative"):
        listing(states, "Usr3 > 1", Order())
    derived = derive(model_text("queue"))
    with pytest.raises(PepaError, match="not known here"):
        listing(ChainStates(derived.space, derived.net), "probability > 0", Order())
