"""Sparse elimination without subtraction: many states at once, none next to another; what a few are left of goes on.

The states of an independent set are eliminated together (Saad, ILUM: a multi-elimination ILU preconditioner, 1996),
each without subtraction (Grassmann, Taksar and Heyman 1985), so that small values are as right as large ones; rings,
trees and bands vanish quickly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pepa.markov.chain.unsuitable import Unsuitable
from pepa.markov.space.state_space import Vector

if TYPE_CHECKING:
    from scipy.sparse import csr_array

LARGEST_DENSE = 6_000  # states left where eliminating stalls for which dense elimination is still worth it
STALLED = 0.02  # of the states: fewer at once do not pay


@dataclass(frozen=True, eq=False)
class Round:
    """States eliminated together and those kept: what left the former in all, and the rates between both.

    `into` (kept, gone) leads to those eliminated; `out` (gone, kept) from them, None where it is not to be kept.
    """

    gone: NDArray[np.int64]
    kept: NDArray[np.int64]
    outflow: Vector
    into: csr_array[np.float64]
    out: csr_array[np.float64] | None


@dataclass(frozen=True, eq=False)
class Reduced:
    """What elimination leaves: the rates between the last states, and the rounds, the first one first."""

    rates: csr_array[np.float64]
    rounds: tuple[Round, ...]


def reduced(
    rates: csr_array[np.float64], dense: int, most_fill: int, pulse: Callable[[], None], *, outside: bool = False
) -> Reduced:
    """Eliminate until no more than `dense` states are left; raises Unsuitable where that adds too many transitions.

    `most_fill` is how many times the transitions there may be. With `outside` state 0, which may be entered and never
    left, stays, and rounds keep the rates out of what they eliminate.
    """
    limit = most_fill * rates.nnz + 100_000
    random = np.random.default_rng(0)
    rounds = []
    while rates.shape[0] > dense:
        chosen = independent(rates, random)
        if outside:
            chosen[0] = False
        if chosen.sum() < STALLED * rates.shape[0] or rates.nnz > limit:
            if rates.shape[0] <= LARGEST_DENSE:
                break
            raise Unsuitable("eliminating adds too many transitions")
        rates, done = _without(rates, chosen, keep_out=outside)
        rounds.append(done)
        pulse()
    return Reduced(rates, tuple(rounds))


def _without(
    rates: csr_array[np.float64], chosen: NDArray[np.bool_], *, keep_out: bool
) -> tuple[csr_array[np.float64], Round]:
    """Return the rates between the states not chosen, paths through one chosen state included."""
    from scipy.sparse import csr_array, diags_array

    gone, kept = np.flatnonzero(chosen), np.flatnonzero(~chosen)
    out = csr_array(rates[gone][:, kept])
    outflow: Any = out.sum(axis=1)
    rows = rates[kept]
    into = csr_array(rows[:, gone])
    joined = (rows[:, kept] + into @ diags_array(1.0 / outflow) @ out).tocoo()
    moving = joined.row != joined.col
    left = csr_array((joined.data[moving], (joined.row[moving], joined.col[moving])), shape=joined.shape)
    return left, Round(gone, kept, outflow, into, out if keep_out else None)


def independent(rates: csr_array[np.float64], random: np.random.Generator) -> NDArray[np.bool_]:
    """Return a set of states no two of which are joined, those first whose elimination adds the least.

    Each state is joined to some other.
    """
    size = rates.shape[0]
    neighbours = (rates + rates.T).tocsr()
    row = np.repeat(np.arange(size), np.diff(neighbours.indptr))
    column = neighbours.indices
    leaving, entering = np.diff(rates.indptr), np.bincount(rates.indices, minlength=size)
    added = leaving.astype(float) * entering - leaving - entering
    most = max(float(np.partition(added, size // 4)[size // 4]), 2.0)
    open_ = added <= most
    priority = added + random.random(size)
    chosen = np.zeros(size, bool)
    starts = neighbours.indptr[:-1]
    for _ in range(8):
        standing = np.where(open_, priority, np.inf)
        least = np.minimum.reduceat(standing[column], starts)
        new = open_ & (standing < least)
        if not new.any():
            break
        chosen |= new
        open_ &= ~new
        open_[column[new[row]]] = False
    return chosen
