"""Gauss-Seidel sweeps (Stewart, Introduction to the Numerical Solution of Markov Chains, 1994, chapter 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pepa.markov.chain import Chain
from pepa.markov.method import Pulse, Step
from pepa.markov.state_space import Vector

if TYPE_CHECKING:
    from scipy.sparse import csr_array


class GaussSeidel:
    """Solve (D - L) x' = U x, where D - L - U is the transposed generator negated; one triangular solve a sweep.

    All terms are positive, so small probabilities are as accurate as large ones. One more copy of the generator.
    """

    name = "Gauss-Seidel"
    reason = "always possible"
    patience = 2_000

    def suits(self, chain: Chain) -> bool:
        """Any irreducible chain of more than one state: no zero stands on the diagonal."""
        return chain.size > 1

    def prepare(self, chain: Chain, tolerance: float, pulse: Pulse) -> Step:
        """Return the sweep."""
        del tolerance, pulse
        from scipy.sparse import diags_array, tril, triu

        lower = diags_array(chain.exit_rates) - tril(chain.incoming, -1)
        upper: csr_array[Any] = triu(chain.incoming, 1, format="csr")
        solve = triangular_solve(lower)

        def sweep(probability: Vector) -> Vector:
            return solve(upper @ probability)

        return sweep


def triangular_solve(lower: Any) -> Step:
    """Return the solution of a sparse lower triangular system, factorised as it lies: no fill, no pivoting."""
    from scipy.sparse.linalg import splu

    options = {"Equil": False}
    factor = splu(lower.tocsc(), permc_spec="NATURAL", diag_pivot_thresh=0.0, relax=1, panel_size=1, options=options)
    return lambda right: factor.solve(right)
