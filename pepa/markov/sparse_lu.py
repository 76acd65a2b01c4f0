"""Sparse LU with one state pinned (Stewart 1994, chapter 2), refined by its residual (Higham 2002, chapter 12)."""

from __future__ import annotations

from typing import Any

import numpy as np

from pepa.markov.chain import Chain
from pepa.markov.method import Pulse, Step
from pepa.markov.state_space import Vector


class SparseLU:
    """Factorise the balance equations without those of the likeliest state; each step is one refinement.

    For thin chains and small ones: the fill depends on the shape, and is what the memory goes into.
    """

    name = "sparse LU"
    patience = 3
    most_states = 30_000
    widest = 200  # states a level for chains of any size

    def suits(self, chain: Chain) -> bool:
        """Whether the chain is small, or its levels narrow, so that the factors fit."""
        return chain.size <= self.most_states or int(np.diff(chain.levels).max()) <= self.widest

    def prepare(self, chain: Chain, _: Pulse) -> Step:
        """Return the refinement; raises ArithmeticError where the factors are singular."""
        from scipy.sparse import csr_array, diags_array
        from scipy.sparse.linalg import splu

        pinned = int(np.argmax(chain.incoming @ np.full(chain.size, 1.0) / chain.exit_rates))
        kept = np.delete(np.arange(chain.size), pinned)
        balance: csr_array[Any] = csr_array(diags_array(chain.exit_rates) - chain.incoming)
        try:
            factor = splu(
                balance[kept][:, kept].tocsc(),
                permc_spec="MMD_AT_PLUS_A",
                diag_pivot_thresh=0.0,
                options={"Equil": False, "SymmetricMode": True},
            )
        except RuntimeError as error:  # SuperLU's word for a singular matrix
            raise ArithmeticError(str(error)) from None

        def refine(probability: Vector) -> Vector:
            refined = probability.copy()
            refined[kept] -= factor.solve((balance @ probability)[kept])
            return np.asarray(np.maximum(refined, 0.0))

        return refine
