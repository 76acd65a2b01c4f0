"""A chain that is left: its states until a passage ends, the rates between them, and the rates into each end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pepa.markov.chain.chain import Chain, rated
from pepa.markov.space.state_space import Vector

if TYPE_CHECKING:
    from scipy.sparse import csr_array

GOING = -1
Labels = NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Ends:
    """Where a passage ends: for each transition and each state the number of its end, GOING where it goes on.

    Ends are numbered from 0; the one numbered `number` is the end that does not count: what goes there never arrives.
    """

    number: int
    transition: Labels
    state: Labels


@dataclass(frozen=True, eq=False)
class Absorbing:
    """States that can all be left for good. `rates` (n, n) has no diagonal, `ends` (n, ends + 1) the rates out.

    `states` are the numbers they have in the chain, ascending. The last end is never to arrive. `start` (n,) is the
    distribution at the beginning, `at_once` (ends + 1,) what has ended then.
    """

    states: NDArray[np.int64]
    rates: csr_array[np.float64]
    ends: NDArray[np.float64]
    start: Vector
    at_once: Vector

    @property
    def size(self) -> int:
        """The number of states."""
        return len(self.states)

    @cached_property
    def exits(self) -> Vector:
        """The total rate out of each state, summed without subtraction."""
        inner: Any = self.rates.sum(axis=1)
        return np.asarray(inner + self.ends.sum(axis=1))

    def everywhere(self, values: Vector, size: int, otherwise: float = 0.0) -> Vector:
        """Return values of all `size` states of the chain: elsewhere another one."""
        found = np.full(size, otherwise)
        found[self.states] = values
        return found


def absorbing(chain: Chain, ends: Ends, start: Vector | None = None) -> Absorbing:
    """Return the states from which an end may be reached, those that can be met from `start`; from any without one.

    A transition into a state from which no end that counts can be reached is one into the last end.
    """
    from scipy.sparse import coo_array

    weights = np.ones(chain.size) if start is None else start
    at_once = np.bincount(ends.state.astype(np.int64) + 1, weights, ends.number + 2)[1:].astype(float)
    going = ends.state == GOING
    label = np.where(ends.transition == GOING, ends.state[chain.target], ends.transition)
    among = going[chain.source]
    out = among & (label != GOING)
    inner = among & ~out & chain.moving
    shape = (chain.size, chain.size)
    rates: csr_array[np.float64] = coo_array(
        (chain.rate[inner], (chain.source[inner], chain.target[inner])), shape=shape
    ).tocsr()
    place = chain.source[out].astype(np.int64) * (ends.number + 1) + label[out]
    into = np.bincount(place, chain.rate[out], chain.size * (ends.number + 1)).astype(float)
    into = into.reshape(chain.size, ends.number + 1)
    met = going if start is None else reachable(rates, going & (start > 0))
    arriving = reachable(rates.T.tocsr(), going & (into[:, :-1] > 0).any(axis=1))
    kept, doomed = np.flatnonzero(met & arriving), going & ~arriving
    rows = rates[kept]
    into = into[kept]
    if doomed.any():
        into[:, -1] += np.asarray(rows @ doomed.astype(float))
        at_once[-1] += weights[doomed].sum()
    return Absorbing(kept, rows[:, kept].tocsr(), into, weights[kept].astype(float), at_once)


def with_ends(rates: csr_array[np.float64], ends: NDArray[np.float64]) -> Chain:
    """Return the chain of states with `rates` (n, n) between them and `ends` (n, m) out of them.

    The ends are states too: they come last, in their order, and are never left.
    """
    inner = rates.tocoo()
    size, (source, end) = rates.shape[0], np.nonzero(ends)
    whole = size + ends.shape[1]
    return Chain(
        whole,
        np.concatenate([inner.row, source]).astype(np.int32),
        np.concatenate([inner.col, size + end]).astype(np.int32),
        rated(np.concatenate([inner.data, ends[source, end]]).astype(float)),
        np.array([0, whole]),
    )


def reachable(matrix: csr_array[np.float64], front: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which states can be reached along the entries of a matrix (row to column) from those of a front."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order

    size = len(front)
    first = np.flatnonzero(front)
    indices: Any = np.concatenate([matrix.indices, first.astype(matrix.indices.dtype)])
    pointers = np.append(matrix.indptr, len(indices)).astype(indices.dtype)
    whole = csr_array((np.ones(len(indices), np.int8), indices, pointers), shape=(size + 1, size + 1))
    found = np.zeros(size + 1, bool)
    found[breadth_first_order(whole, size, return_predecessors=False)] = True
    return found[:size]
