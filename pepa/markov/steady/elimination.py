"""Sparse GTH elimination: many states at once, none next to another, so that rings, trees and bands vanish quickly.

The states of an independent set are eliminated together (Saad, ILUM: a multi-elimination ILU preconditioner, 1996),
each without subtraction (Grassmann, Taksar and Heyman 1985), so that small probabilities are as right as large ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pepa.markov.chain.chain import Chain
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.gth import stationary
from pepa.markov.steady.level_elimination import narrow
from pepa.markov.steady.method import Pulse, Step

if TYPE_CHECKING:
    from scipy.sparse import csr_array

DENSE = 2_000  # states left that dense elimination takes over
LARGEST_DENSE = 6_000  # states left where eliminating stalls for which dense elimination is still worth it
MODERATE = 20_000  # states up to which chains of any shape are tried
MOST_FILL = 4  # times the transitions of the chain


@dataclass(frozen=True)
class _Round:
    """One round: the states eliminated and kept, and the matrix that takes the probabilities of these to those."""

    eliminated: NDArray[np.int64]
    kept: NDArray[np.int64]
    back: csr_array[np.float64]


class SparseElimination:
    """Eliminate independent sets of states of low degree while that adds few transitions; dense elimination ends it.

    Direct: one step is the answer. Memory: what the elimination adds, at most four times the chain.
    """

    name = "sparse GTH elimination"
    reason = "thin, or small"
    patience = 1
    by_residual = False

    def suits(self, chain: Chain) -> bool:
        """Whether the chain is larger than dense elimination takes, and thin or small enough to try, not narrow."""
        return chain.size > DENSE and not narrow(chain) and (not chain.is_wide or chain.size <= MODERATE)

    def prepare(self, chain: Chain, tolerance: float, pulse: Pulse) -> Step:
        """Return the step that is the answer; raises MemoryError where eliminating adds too many transitions."""
        del tolerance
        answer = _eliminated(chain, pulse)
        return lambda _: answer


def _eliminated(chain: Chain, pulse: Pulse) -> Vector:
    from scipy.sparse import csr_array

    rates: csr_array[np.float64] = csr_array(chain.incoming.T)
    limit = MOST_FILL * rates.nnz + 100_000
    rounds: list[_Round] = []
    random = np.random.default_rng(0)
    while rates.shape[0] > DENSE:
        chosen = independent(rates, random)
        stalled = chosen.sum() < 0.02 * rates.shape[0] or rates.nnz > limit
        if stalled and rates.shape[0] <= LARGEST_DENSE:
            break
        if stalled:
            raise MemoryError
        rates, done = _without(rates, chosen)
        rounds.append(done)
        pulse()
    probability = stationary(rates.toarray(), pulse)
    for done in reversed(rounds):
        whole = np.empty(len(done.eliminated) + len(done.kept))
        whole[done.kept] = probability
        whole[done.eliminated] = np.asarray(done.back @ probability)
        probability = whole / whole.max()
    return probability


def _without(rates: csr_array[np.float64], chosen: NDArray[np.bool_]) -> tuple[csr_array[np.float64], _Round]:
    """Return the rates between the states not chosen, paths through one chosen state included."""
    from scipy.sparse import csr_array, diags_array

    gone, kept = np.flatnonzero(chosen), np.flatnonzero(~chosen)
    out = rates[gone][:, kept]
    into = rates[kept]
    outflow: Any = out.sum(axis=1)
    shares: Any = into[:, gone] @ diags_array(1.0 / outflow)
    joined = (into[:, kept] + shares @ out).tocoo()
    moving = joined.row != joined.col
    left = csr_array((joined.data[moving], (joined.row[moving], joined.col[moving])), shape=joined.shape)
    return left, _Round(gone, kept, csr_array(shares.T))


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
