"""Sparse LU with one state pinned (Stewart 1994, chapter 2), refined by its residual (Higham 2002, chapter 12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.markov.chain.chain import Chain
from pepa.markov.chain.factor import ORDERED, SYMMETRIC, Factor
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.level_elimination import narrow
from pepa.markov.steady.method import Pulse, Step
from pepa.markov.steady.names import NAMES

RARE = 1e-2  # of the likeliest state: a pinned state rarer than this leaves noise in the solution


@dataclass(frozen=True)
class SparseLU:
    """Factorise the balance equations without those of a likely state; each step is one refinement.

    For small chains, of up to `most_states`, and those with narrow separators, as planar ones have, whose bandwidth
    after reordering is `widest` at most: the fill depends on the shape, and is what the memory goes into.
    """

    most_states: int = 5_000
    widest: int = 2_000

    name = NAMES["lu"]
    reason = "narrow separators"
    patience = 3
    by_residual = True

    def suits(self, chain: Chain) -> bool:
        """Whether the chain is small, or has a small bandwidth in a reverse Cuthill-McKee order, but is not narrow."""
        return not narrow(chain) and (chain.size <= self.most_states or bandwidth(chain) <= self.widest)

    def prepare(self, chain: Chain, tolerance: float, pulse: Pulse) -> Step:
        """Return the refinement, which factorises when first called and when its pinned state turns out rare.

        It raises ArithmeticError where the factors are singular.
        """
        del tolerance
        from scipy.sparse import csr_array, diags_array

        balance: csr_array[Any] = csr_array(diags_array(chain.exit_rates) - chain.incoming)
        order = chain.known.elimination if chain.known is not None and chain.size <= self.most_states else None
        pinned = -1
        solve: Step

        def refine(probability: Vector) -> Vector:
            nonlocal pinned, solve
            if pinned < 0 or probability[pinned] < RARE * probability.max():
                pinned = int(np.argmax(probability))
                solve = factorised(balance, pinned, pulse, order)
                # All terms positive, as a correction of the estimate would not have them: rare states keep digits.
                single = np.zeros(chain.size)
                single[pinned] = 1.0
                return np.asarray(np.maximum(solve(np.asarray(chain.incoming @ single)) + single, 0.0))
            return np.asarray(np.maximum(probability - solve(balance @ probability), 0.0))

        return refine


def factorised(balance: Any, pinned: int, pulse: Pulse, order: NDArray[np.intp] | None = None) -> Step:
    """Return the solution of the balance equations but that of the pinned state, whose entry is zero.

    `order` is one in which to eliminate the states fills in little, where it is known.
    """
    states = np.arange(balance.shape[0]) if order is None else order
    kept = states[states != pinned]
    factor = Factor(balance[kept][:, kept].tocsc(), pulse, **(SYMMETRIC if order is None else ORDERED))

    def solve(right: Vector) -> Vector:
        solution = np.zeros(len(right))
        solution[kept] = factor.solve(right[kept])
        return solution

    return solve


def bandwidth(chain: Chain) -> int:
    """Return the bandwidth after reordering by reverse Cuthill-McKee."""
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    order = reverse_cuthill_mckee((chain.incoming + chain.incoming.T).tocsr(), symmetric_mode=True)
    place = np.empty(chain.size, np.int64)
    place[order] = np.arange(chain.size)
    return int(np.abs(place[chain.source] - place[chain.target]).max())
