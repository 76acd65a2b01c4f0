"""Weights of local derivatives whose sum over all members no move changes: place invariants, as few as tell all others.

They tie the groups of a net together: as many clients wait as servers are busy. Minimal ones, to be shown, are those of
`pepa.explore.invariants`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from pepa.net.net import Group, Move

MOST_PLACES = 600  # local derivatives of a net whose invariants are looked for
MOST_CHANGES = 3_000  # of them, that moves make
MOST_WEIGHT = 12  # of a local derivative in an invariant that is made use of
ZERO = 1e-9

Weights = NDArray[np.int64]  # (invariants, local derivatives of all groups)


def firsts(groups: Sequence[Group]) -> list[int]:
    """Return at which of all local derivatives each group begins and, last, how many there are."""
    return [0, *np.cumsum([len(group.initial) for group in groups]).tolist()]


def tying(groups: Sequence[Group], moves: Sequence[Move]) -> Weights:
    """Return independent invariants, those of single groups left out: each weighs the first of every group by 0.

    None are returned of a net that is too large; those of large weights are left out.
    """
    first = firsts(groups)
    nothing = np.zeros((0, first[-1]), np.int64)
    if first[-1] > MOST_PLACES:
        return nothing
    changes = _changes(first, moves)
    if len(changes) > MOST_CHANGES:
        return nothing
    # A move takes as many members out of a group as it puts into it: the first of each follows from the others.
    free = np.setdiff1d(np.arange(first[-1]), first[:-1])
    kept = np.zeros((len(free), first[-1]), np.int64)
    found = [_whole(vector) for vector in _null_space(changes[:, free].astype(float))]
    kept[: len(found), free] = np.array(found, np.int64).reshape(len(found), len(free))
    kept = kept[kept.any(axis=1) & (np.abs(kept) <= MOST_WEIGHT).all(axis=1)]
    return np.asarray(kept[~(kept @ changes.T).any(axis=1)])  # exact, whatever was rounded before


def _changes(first: Sequence[int], moves: Sequence[Move]) -> NDArray[np.int64]:
    """Return the different changes of counts (changes, local derivatives) that the moves make."""
    found: set[tuple[tuple[int, int], ...]] = set()
    for move in moves:
        steps = (
            (first[p.group] + p.transition.source, first[p.group] + p.transition.target) for p in move.participants
        )
        found.add(tuple(sorted((source, target) for source, target in steps if source != target)))
    changes = np.zeros((len(found), first[-1]), np.int64)
    for row, change in enumerate(found):
        for source, target in change:
            changes[row, source] -= 1
            changes[row, target] += 1
    return changes


def _null_space(rows: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    """Yield independent vectors that are orthogonal to all rows, found by elimination."""
    rows, number = rows.copy(), rows.shape[1]
    pivots: list[int] = []
    for column in range(number):
        done = len(pivots)
        if done == len(rows):
            break
        best = done + int(np.argmax(np.abs(rows[done:, column])))
        if abs(rows[best, column]) < ZERO:
            continue
        rows[[done, best]] = rows[[best, done]]
        rows[done] /= rows[done, column]
        others = np.flatnonzero(rows[:, column])
        others = others[others != done]
        rows[others] -= np.outer(rows[others, column], rows[done])
        pivots.append(column)
    for column in np.setdiff1d(np.arange(number), pivots):
        vector = np.zeros(number)
        vector[column] = 1.0
        vector[pivots] = -rows[: len(pivots), column]
        yield vector


def _whole(vector: NDArray[np.float64]) -> list[int]:
    """Return a vector of small fractions as one of whole numbers."""
    parts = [Fraction(value).limit_denominator(MOST_WEIGHT) for value in vector.tolist()]
    common = math.lcm(*(part.denominator for part in parts))
    return [int(part * common) for part in parts]
