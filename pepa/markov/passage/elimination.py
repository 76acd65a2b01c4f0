"""Expected values before leaving, by elimination without subtraction: right in every entry, however stiff the chain.

States are eliminated in independent sets while that adds little (Saad, ILUM, 1996), the rest by dense elimination
(Grassmann, Taksar and Heyman 1985), with the outside as the state that is never eliminated: so the total rate out of
a state is always summed, and only positive terms are added (Alfa, Xue and Ye, Accurate computation of the smallest
eigenvalue of a diagonally dominant M-matrix, 2002).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pepa.markov.passage.absorbing import Absorbing
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.elimination import independent
from pepa.markov.steady.gth import eliminate
from pepa.markov.steady.method import Pulse

if TYPE_CHECKING:
    from scipy.sparse import csr_array

DENSE = 1_000  # states left that dense elimination takes over
LARGEST_DENSE = 6_000  # states left where eliminating stalls for which dense elimination is still worth it
MOST_FILL = 20  # times the transitions of the chain


@dataclass(frozen=True, eq=False)
class _Round:
    """States eliminated together and those kept: rates between them, and what leaves the former."""

    gone: NDArray[np.int64]
    kept: NDArray[np.int64]
    outflow: Vector
    out: csr_array[np.float64]
    into: csr_array[np.float64]


class Elimination:
    """The factors of A = D - R, for solutions of A x = b and y A = a with b and a not negative."""

    name = "elimination without subtraction"

    def __init__(self, system: Absorbing, pulse: Pulse) -> None:
        """Eliminate; raises MemoryError where that adds too many transitions."""
        rates = _with_outside(system)
        self._rounds: list[_Round] = []
        limit = MOST_FILL * rates.nnz + 100_000
        random = np.random.default_rng(0)
        while rates.shape[0] > DENSE:
            chosen = independent(rates, random)
            stalled = chosen.sum() < 0.02 * rates.shape[0] or rates.nnz > limit
            if stalled and rates.shape[0] <= LARGEST_DENSE:
                break
            if stalled:
                raise MemoryError
            rates, done = _without(rates, chosen)
            self._rounds.append(done)
            pulse()
        self._dense = rates.toarray()
        self._outflow = eliminate(self._dense, pulse)[1:]

    def backward(self, right: Vector) -> Vector:
        """Return x with A x = b: what is earned before leaving, from each state, where b is earned per time."""
        from scipy.linalg import solve_triangular

        current, held = np.append(0.0, right), []
        for done in self._rounds:
            earned = current[done.gone] / done.outflow
            current = current[done.kept] + np.asarray(done.into @ earned)
            held.append(earned)
        inner = self._dense[1:, 1:]
        upper = np.eye(len(inner)) - np.triu(inner, 1)
        lower = np.diag(self._outflow) - np.tril(inner, -1)
        earned = solve_triangular(upper, current[1:], unit_diagonal=True, check_finite=False)
        current = np.append(0.0, solve_triangular(lower, earned, lower=True, check_finite=False))
        for done, earned in zip(reversed(self._rounds), reversed(held), strict=True):
            whole = np.empty(len(done.gone) + len(done.kept))
            whole[done.kept] = current
            whole[done.gone] = earned + np.asarray(done.out @ current) / done.outflow
            current = whole
        return current[1:]

    def forward(self, start: Vector) -> Vector:
        """Return y with y A = a: the time spent in each state before leaving, where a is the start."""
        from scipy.linalg import solve_triangular

        current, held = np.append(0.0, start), []
        for done in self._rounds:
            spent = current[done.gone] / done.outflow
            current = current[done.kept] + np.asarray(done.out.T @ spent)
            held.append(spent)
        inner = self._dense[1:, 1:]
        upper = np.eye(len(inner)) - np.triu(inner, 1)
        lower = np.diag(self._outflow) - np.tril(inner, -1)
        spent = solve_triangular(lower, current[1:], lower=True, trans=1, check_finite=False)
        spent = solve_triangular(upper, spent, trans=1, unit_diagonal=True, check_finite=False)
        current = np.append(0.0, spent)
        for done, spent in zip(reversed(self._rounds), reversed(held), strict=True):
            current[0] = 0.0
            whole = np.empty(len(done.gone) + len(done.kept))
            whole[done.kept] = current
            whole[done.gone] = spent + np.asarray(done.into.T @ current) / done.outflow
            current = whole
        return current[1:]


def _with_outside(system: Absorbing) -> csr_array[np.float64]:
    """Return the rates with the outside as state 0, which is entered and never left."""
    from scipy.sparse import csr_array

    rates, leaving = system.rates, system.ends.sum(axis=1)
    first = (leaving > 0).astype(np.int64)
    pointers = np.concatenate([[0], rates.indptr + np.concatenate([[0], np.cumsum(first)])])
    data, indices = np.empty(pointers[-1]), np.empty(pointers[-1], np.int64)
    places = pointers[1:-1][first > 0]
    data[places], indices[places] = leaving[first > 0], 0
    others = np.ones(len(data), bool)
    others[places] = False
    data[others], indices[others] = rates.data, rates.indices + 1
    return csr_array((data, indices, pointers), shape=(system.size + 1, system.size + 1))


def _without(rates: csr_array[np.float64], chosen: NDArray[np.bool_]) -> tuple[csr_array[np.float64], _Round]:
    """Return the rates between the states not chosen, paths through one chosen state included."""
    from scipy.sparse import csr_array, diags_array

    chosen[0] = False  # the outside
    gone, kept = np.flatnonzero(chosen), np.flatnonzero(~chosen)
    out = csr_array(rates[gone][:, kept])
    outflow: Any = out.sum(axis=1)
    rows = rates[kept]
    into = csr_array(rows[:, gone])
    joined = (rows[:, kept] + into @ diags_array(1.0 / outflow) @ out).tocoo()
    moving = joined.row != joined.col
    left = csr_array((joined.data[moving], (joined.row[moving], joined.col[moving])), shape=joined.shape)
    return left, _Round(gone, kept, outflow, out, into)
