"""Invariants against every weight up to a size, tried one by one; balances against the null space in floating point."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import null_space

from pepa.explore import invariants as module
from pepa.explore.invariants import PlaceInvariant, invariants
from pepa.net.compile import compile_model, load
from tests.models import derive


def net_of(text, **overrides):
    return compile_model(load(text)[0], overrides)


def told(found):
    """Return place invariants without the order of their parts."""
    return {(frozenset((group, label, weight) for group, label, weight in one.weights), one.value) for one in found}


def said(text):
    """Return an invariant as `A.Up 2*B.On = 3` tells it."""
    left, right = text.split("=")
    parts = []
    for word in left.split():
        weight, _, name = word.rpartition("*")
        group, label = name.split(".")
        parts.append((group, label, int(weight or 1)))
    return frozenset(parts), int(right)


CYCLES = "A = (go, 1).B; B = (back, 2).A; C = (go, 1).D; D = (back, 1).C;"
LONGER = "A = (go, 1).B; B = (on, 1).E; E = (back, 2).A; C = (go, 1).D; D = (back, 1).C;"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (f"{CYCLES} A <go, back> C", ["A.A C.D = 1", "A.B C.C = 1"]),
        (f"{CYCLES} A[3] <go, back> C[5]", ["A.B C.C = 5"]),  # the other is what is left of both groups
        (f"{CYCLES} A[3] || C[5]", []),
        (f"{CYCLES} A[3] <go> C[5]", []),
        (f"{LONGER} A[2] <go, back> C[2]", ["A.A C.D = 2", "A.B A.E C.C = 2"]),
    ],
)
def test_who_moves_together_is_told_by_the_shorter_sum(text, places):
    found = invariants(net_of(text))
    assert found.complete
    every = told(found.places)
    if len(places) == 2:  # as long as what is left of them: one of them is enough
        assert every <= {said(one) for one in places}
        assert every
    else:
        assert every == {said(one) for one in places}


def test_the_size_of_a_group_is_no_invariant_of_its_own():
    assert invariants(net_of("A = (go, 1).B; B = (back, 2).A; A[4]")).places == ()


def test_an_array_of_nobody_is_left_out():
    found = invariants(net_of(f"n = 0; {CYCLES} (A[2] <go, back> C[2]) || A[n]"))
    assert all(group in ("A#1", "C") for one in found.places for group, _, _ in one.weights)
    assert found.complete


def test_who_waits_for_nobody_never_moves():
    """Their partners are none, so what they do together changes nothing."""
    found = invariants(net_of(f"n = 0; {CYCLES} (A[2] <go> C[n]) || C"))
    assert found.places == ()
    assert all("go" not in actions for actions in found.balanced)


def rows_of(net):
    """Return the change matrix of a net: a column a move, a row a place of a group that has members."""
    places = [(g, i) for g, group in enumerate(net.groups) for i in range(len(group.initial)) if group.size]
    changes = np.zeros((len(places), len(net.moves)), int)
    for column, move in enumerate(net.moves):
        for part in move.participants:
            changes[places.index((part.group, part.transition.source)), column] -= 1
            changes[places.index((part.group, part.transition.target)), column] += 1
    return places, changes


small = st.sampled_from(["a", "b", "c"])


@st.composite
def models(draw):
    """Two or three cyclic components of up to three states, on actions they may share."""
    lines, names = [], []
    for letter in "PQR"[: draw(st.integers(2, 3))]:
        size = draw(st.integers(2, 3))
        for state in range(size):
            ways = [f"({draw(small)}, 1).{letter}{(state + 1) % size}"]
            if draw(st.booleans()):
                ways.append(f"({draw(small)}, 2).{letter}{draw(st.integers(0, size - 1))}")
            lines.append(f"{letter}{state} = {' + '.join(ways)};")
        names.append(f"{letter}0[{draw(st.integers(1, 3))}]")
    system = names[0]
    for name in names[1:]:
        system = f"({system} <{', '.join(sorted(draw(st.sets(small))))}> {name})"
    return "\n".join([*lines, system])


@settings(max_examples=25)
@given(models())
def test_place_invariants_are_those_that_trying_all_weights_of_0_and_1_finds(text):
    net = net_of(text)
    found = invariants(net)
    places, changes = rows_of(net)
    names = [(net.groups[g].name, net.groups[g].component.labels[i]) for g, i in places]
    told_rows = []
    for one in found.places:
        weights = {(group, label): weight for group, label, weight in one.weights}
        row = np.array([weights.get(name, 0) for name in names])
        assert not (row @ changes).any()
        assert math.gcd(*row.tolist()) == 1
        assert one.value == sum(w * net.groups[g].initial[i] for w, (g, i) in zip(row, places, strict=True))
        assert len({group for group, _, _ in one.weights}) > 1
        told_rows.append(row)
    if not found.complete or len(places) > 7:
        return
    weights = np.array(list(itertools.product((0, 1), repeat=len(places))))
    holding = weights[~(weights @ changes).any(axis=1)]
    owners = np.array([place[0] for place in places])
    alone = [row for row in holding if len(set(owners[row > 0])) == 1]  # what is of one group is not told
    span = np.array([*told_rows, *alone])
    assert np.linalg.matrix_rank(np.vstack([span, holding])) == np.linalg.matrix_rank(span)


@settings(max_examples=25)
@given(models())
def test_balanced_actions_are_those_with_equal_sums_in_every_flow_that_changes_nothing(text):
    net = net_of(text)
    found = invariants(net)
    _, changes = rows_of(net)
    flows = null_space(changes.astype(float))  # (moves, dimension)
    actions = list(dict.fromkeys(move.action for move in net.moves))
    totals = {
        action: sum((flows[index] for index, move in enumerate(net.moves) if move.action == action))
        for action in actions
    }
    balanced = {frozenset(pair) for one in found.balanced for pair in itertools.combinations(one, 2)}
    for one, other in itertools.combinations(actions, 2):
        if np.abs(totals[one]).max(initial=0) < 1e-9:
            continue  # it never happens in the long run
        equal = np.allclose(totals[one], totals[other], atol=1e-9)
        assert equal == (frozenset((one, other)) in balanced)


def test_actions_that_happen_once_a_round_are_balanced_and_others_not():
    text = "A = (x, 1).B; B = (y, 1).C + (z, 1).A; C = (w, 1).A; A"
    assert invariants(net_of(text)).balanced == (("y", "w"),)
    assert invariants(net_of(text.replace(" + (z, 1).A", ""))).balanced == (("x", "y", "w"),)


def test_what_cannot_happen_in_the_long_run_is_balanced_with_nothing():
    assert invariants(net_of("S = (in, 1).T; T = (on, 1).A; A = (x, 1).B; B = (y, 1).A; S")).balanced == (("x", "y"),)


@pytest.mark.parametrize(("limit", "most"), [("MOST_PLACES", 3), ("MOST_MOVES", 1)])
def test_a_net_beyond_the_limits_has_none_and_says_so(monkeypatch, limit, most):
    net = net_of(f"{CYCLES} A <go, back> C")
    assert len(net.moves) == 2
    monkeypatch.setattr(module, limit, most)
    assert invariants(net) == module.NetInvariants((), (), complete=False)
    monkeypatch.setattr(module, limit, most + 1)
    assert invariants(net).complete


def test_where_an_elimination_grows_too_far_balances_are_told_all_the_same(monkeypatch):
    net = net_of(f"{CYCLES} A <go, back> C")
    monkeypatch.setattr(module, "MOST_ROWS", 1)
    found = invariants(net)
    assert (found.places, found.complete) == ((), False)
    assert found.balanced == (("go", "back"),)


def test_weights_that_are_more_than_one():
    """A whole of two hands goes with each member of the other group."""
    text = "H = (take, 1).K; K = (give, 1).H; P = (take, 1).Q; Q = (give, 1).P; (H <> H)[2]{take} <take> P[3]"
    derived = derive(text)
    for one in invariants(derived.net).places:
        for state in range(derived.space.size):
            counts = derived.space.counts(state)
            total = 0
            for group, label, weight in one.weights:
                index = next(i for i, held in enumerate(derived.net.groups) if held.name == group)
                total += weight * counts[index][derived.net.groups[index].component.labels.index(label)]
            assert total == one.value


@pytest.mark.parametrize(
    ("changes", "places", "expected"),
    [
        ([{0: -1, 1: 2}], 2, {(2, 1)}),  # one falls into two
        ([{0: -2, 1: 3}], 2, {(3, 2)}),
        ([{0: -1, 1: 1, 2: 1}], 3, {(1, 1, 0), (1, 0, 1)}),
        ([{0: -1, 1: 2}, {1: -1, 2: 3}], 3, {(6, 3, 1)}),
        ([{0: 1}], 2, {(0, 1)}),
        ([{}], 2, {(1, 0), (0, 1)}),
    ],
)
def test_minimal_weights_of_changes_of_several(changes, places, expected):
    found, complete = module._semiflows(changes, places)
    assert complete
    assert set(found) == expected


@given(st.lists(st.dictionaries(st.integers(0, 3), st.integers(-3, 3).filter(bool)), max_size=3))
def test_weights_keep_their_sum_in_every_change(changes):
    found, complete = module._semiflows(changes, 4)
    assert complete
    for row in found:
        assert min(row) >= 0
        assert math.gcd(*row) == 1
        assert all(sum(row[place] * by for place, by in change.items()) == 0 for change in changes)
    supports = [{place for place, weight in enumerate(row) if weight} for row in found]
    assert not any(one <= other for one, other in itertools.permutations(supports, 2))


def test_rows_are_made_primitive_and_those_with_others_inside_are_left_out():
    assert module._primitive([4, 0, 6]) == (2, 0, 3)
    assert module._minimal([(1, 1, 0), (1, 0, 0), (0, 1, 1), (1, 1, 1)]) == [(1, 0, 0), (0, 1, 1)]
    assert module._minimal([(1, 1), (1, 1), (2, 1)]) == [(1, 1)]


def test_a_row_space_has_one_pivot_a_row_and_spans_the_changes():
    changes = [{0: -1, 1: 1}, {1: -1, 2: 1}, {2: -1, 0: 1}, {0: -2, 2: 2}]
    basis = module._row_space(changes, 3)
    dense = np.zeros((3, 4))
    for column, change in enumerate(changes):
        for row, value in change.items():
            dense[row, column] = value
    assert len(basis) == np.linalg.matrix_rank(dense) == 2
    for pivot, row in basis.items():
        assert row[pivot] == Fraction(1)
        assert all(pivot not in other for key, other in basis.items() if key != pivot)
        full = np.array([float(row.get(column, 0)) for column in range(4)])
        assert np.linalg.matrix_rank(np.vstack([dense, full])) == 2


def test_an_invariant_is_told_as_it_is_written():
    assert (
        PlaceInvariant((("A", "B", 1), ("C", "C", 1)), 5) in invariants(net_of(f"{CYCLES} A[3] <go, back> C[5]")).places
    )
