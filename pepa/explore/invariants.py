"""Invariants of a net over the integers: counts whose weighted sum never changes, actions that happen equally often.

Place invariants are the minimal ones with weights of one sign (Martinez and Silva 1982); the balance of actions comes
from the row space of the change matrix. All arithmetic is exact.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from pepa.net.net import Net

MOST_PLACES = 300  # of a net whose invariants are looked for
MOST_MOVES = 3_000
MOST_ROWS = 2_000  # of the elimination of place invariants, which can grow beyond all bounds


@dataclass(frozen=True)
class PlaceInvariant:
    """Local derivatives, each with a positive weight, whose weighted counts always add up to `value`."""

    weights: tuple[tuple[str, str, int], ...]  # group, local derivative, weight
    value: int


@dataclass(frozen=True)
class NetInvariants:
    """What stays the same in a net. `complete` is false where there are too many place invariants to find them all.

    `places` are those beside the size of each group, without what is left of groups by a shorter one. `balanced` are
    sets of actions that happen equally often in the long run of any finite state space.
    """

    places: tuple[PlaceInvariant, ...]
    balanced: tuple[tuple[str, ...], ...]
    complete: bool


def invariants(net: Net) -> NetInvariants:
    """Return the invariants of a net; none, and not complete, for a large one."""
    places = [(group, index) for group, one in enumerate(net.groups) for index in range(len(one.initial)) if one.size]
    if len(places) > MOST_PLACES or len(net.moves) > MOST_MOVES:
        return NetInvariants((), (), complete=False)
    changes = _changes(net, {place: row for row, place in enumerate(places)})
    found, complete = _semiflows(changes, len(places))
    kept = [flow for flow in found if len({places[row][0] for row, weight in enumerate(flow) if weight}) > 1]
    named = tuple(_place_invariant(net, places, flow) for flow in kept if not _is_rest(flow, kept, places))
    return NetInvariants(named, tuple(_balanced(net, changes, len(places))), complete)


def _is_rest(flow: tuple[int, ...], others: Sequence[tuple[int, ...]], places: Sequence[tuple[int, int]]) -> bool:
    """Whether the weights are those of whole groups less those of a shorter invariant."""
    groups = {places[row][0] for row, weight in enumerate(flow) if weight}
    rest = tuple(int(place[0] in groups) - weight for place, weight in zip(places, flow, strict=True))
    return rest in others and (sum(rest), rest) < (sum(flow), flow)


def _changes(net: Net, rows: dict[tuple[int, int], int]) -> list[dict[int, int]]:
    """Return, for each move, the places it changes and by how much."""
    found = []
    for move in net.moves:
        change: dict[int, int] = {}
        if all(net.groups[p.group].size for p in move.participants):
            for participant in move.participants:
                for derivative, sign in ((participant.transition.source, -1), (participant.transition.target, 1)):
                    row = rows[participant.group, derivative]
                    change[row] = change.get(row, 0) + sign
        found.append({row: value for row, value in change.items() if value})
    return found


def _semiflows(changes: Sequence[dict[int, int]], places: int) -> tuple[list[tuple[int, ...]], bool]:
    """Return the minimal non-negative integer weights that every change leaves as they are, and whether all."""
    distinct = sorted({tuple(sorted(change.items())) for change in changes if change}, key=len)
    rows = [tuple(int(index == place) for index in range(places)) for place in range(places)]
    for change in distinct:
        values = [sum(row[place] * by for place, by in change) for row in rows]
        kept = [row for row, value in zip(rows, values, strict=True) if value == 0]
        above = [(row, value) for row, value in zip(rows, values, strict=True) if value > 0]
        below = [(row, -value) for row, value in zip(rows, values, strict=True) if value < 0]
        if len(above) * len(below) + len(kept) > MOST_ROWS:
            return [], False
        joined = [
            _primitive([b * x + a * y for x, y in zip(up, down, strict=True)]) for up, a in above for down, b in below
        ]
        rows = _minimal([*kept, *dict.fromkeys(joined)])
    return rows, True


def _primitive(row: Sequence[int]) -> tuple[int, ...]:
    factor = math.gcd(*row)
    return tuple(value // factor for value in row)


def _minimal(rows: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Leave out the rows that have the support of another within theirs."""
    supports = [sum(1 << index for index, value in enumerate(row) if value) for row in rows]
    kept = []
    for index, support in enumerate(supports):
        inside = (other for place, other in enumerate(supports) if place != index and other & support == other)
        if not any(other != support or supports.index(other) < index for other in inside):
            kept.append(rows[index])
    return kept


def _place_invariant(net: Net, places: Sequence[tuple[int, int]], flow: Sequence[int]) -> PlaceInvariant:
    weights, value = [], 0
    for (group, derivative), weight in zip(places, flow, strict=True):
        if weight:
            one = net.groups[group]
            weights.append((one.name, one.component.labels[derivative], weight))
            value += weight * one.initial[derivative]
    return PlaceInvariant(tuple(weights), value)


def _balanced(net: Net, changes: Sequence[dict[int, int]], places: int) -> list[tuple[str, ...]]:
    """Return sets of actions whose rates are equal for all flows of moves that change no count in the mean."""
    basis = _row_space(changes, places)
    rest: dict[tuple[tuple[int, Fraction], ...], list[str]] = {}
    for action in dict.fromkeys(move.action for move in net.moves):
        vector = {index: Fraction(1) for index, move in enumerate(net.moves) if move.action == action}
        for pivot, row in basis.items():
            if factor := vector.get(pivot):
                _subtract(vector, row, factor)
        rest.setdefault(tuple(sorted(vector.items())), []).append(action)
    return [tuple(actions) for vector, actions in rest.items() if len(actions) > 1 and vector]


def _row_space(changes: Sequence[dict[int, int]], places: int) -> dict[int, dict[int, Fraction]]:
    """Return the rows of the change matrix, a row a place, reduced: by the column in which each alone has a 1."""
    basis: dict[int, dict[int, Fraction]] = {}
    for place in range(places):
        row = {move: Fraction(change[place]) for move, change in enumerate(changes) if place in change}
        for pivot, other in basis.items():
            if factor := row.get(pivot):
                _subtract(row, other, factor)
        if not row:
            continue
        pivot = min(row)
        first = row[pivot]
        row = {column: value / first for column, value in row.items()}
        for other in basis.values():
            if factor := other.get(pivot):
                _subtract(other, row, factor)
        basis[pivot] = row
    return basis


def _subtract(row: dict[int, Fraction], other: dict[int, Fraction], factor: Fraction) -> None:
    for column, value in other.items():
        left = row.get(column, Fraction(0)) - factor * value
        if left:
            row[column] = left
        else:
            row.pop(column, None)
