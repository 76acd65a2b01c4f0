"""Expected values before leaving, by elimination without subtraction: right in every entry, however stiff the chain.

States are eliminated in independent sets, the rest by dense elimination, with the outside as the state that is never
eliminated: so the total rate out of a state is always summed, and only positive terms are added (Alfa, Xue and Ye,
Accurate computation of the smallest eigenvalue of a diagonally dominant M-matrix, 2002).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pepa.markov.chain.elimination import Round, reduced
from pepa.markov.passage.absorbing import Absorbing
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.gth import eliminate
from pepa.markov.steady.method import Pulse

if TYPE_CHECKING:
    from scipy.sparse import csr_array

DENSE = 1_000  # states left that dense elimination takes over
MOST_FILL = 20  # times the transitions of the chain


class Elimination:
    """The factors of A = D - R, for solutions of A x = b and y A = a with b and a not negative."""

    name = "elimination without subtraction"

    def __init__(self, system: Absorbing, pulse: Pulse) -> None:
        """Eliminate; raises Unsuitable where that adds too many transitions."""
        left = reduced(_with_outside(system), DENSE, MOST_FILL, pulse, outside=True)
        self._rounds, self._dense = left.rounds, left.rates.toarray()
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
            whole[done.gone] = earned + np.asarray(_out(done) @ current) / done.outflow
            current = whole
        return current[1:]

    def forward(self, start: Vector) -> Vector:
        """Return y with y A = a: the time spent in each state before leaving, where a is the start."""
        from scipy.linalg import solve_triangular

        current, held = np.append(0.0, start), []
        for done in self._rounds:
            spent = current[done.gone] / done.outflow
            current = current[done.kept] + np.asarray(_out(done).T @ spent)
            held.append(spent)
        inner = self._dense[1:, 1:]
        upper = np.eye(len(inner)) - np.triu(inner, 1)
        lower = np.diag(self._outflow) - np.tril(inner, -1)
        spent = solve_triangular(lower, current[1:], lower=True, trans=1, check_finite=False)
        spent = solve_triangular(upper, spent, trans=1, unit_diagonal=True, check_finite=False)
        current = np.append(0.0, spent)
        for done, spent in zip(reversed(self._rounds), reversed(held), strict=True):
            whole = np.empty(len(done.gone) + len(done.kept))
            whole[done.kept] = current
            whole[done.gone] = spent + np.asarray(done.into.T @ current) / done.outflow
            current = whole
        return current[1:]


def _out(done: Round) -> csr_array[np.float64]:
    assert done.out is not None
    return done.out


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
