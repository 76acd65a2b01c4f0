"""Gauss-Seidel sweeps accelerated by BiCGSTAB (van der Vorst 1992), which solves z = sweep(z)."""

from __future__ import annotations

import numpy as np

from pepa.markov.chain import Chain
from pepa.markov.gauss_seidel import flow_sweep
from pepa.markov.level_weights import brought_near
from pepa.markov.method import Pulse, Step
from pepa.markov.state_space import Vector

CYCLE = 40  # BiCGSTAB iterations between restarts
FAR = 0.1  # |z - sweep(z)| of a start from nowhere
ENOUGH = 1e-2  # of the tolerance: |z - sweep(z)|, where the sum of z is 1, at which a cycle ends


class AcceleratedGaussSeidel:
    """One step is a cycle of BiCGSTAB on z - sweep(z) = 0, negative entries cut, and two plain sweeps.

    Memory: the jump chain and some vectors.
    """

    name = "Gauss-Seidel with BiCGSTAB"
    reason = "wide levels"
    patience = 6

    def suits(self, chain: Chain) -> bool:
        """Whether the chain is wide: in a long thin one a correction has far to go."""
        return chain.is_wide

    def prepare(self, chain: Chain, tolerance: float, pulse: Pulse) -> Step:
        """Return the cycle."""
        from scipy.sparse.linalg import LinearOperator, bicgstab

        sweep, exits = flow_sweep(chain.jumps, pulse), chain.exit_rates

        def defect(flow: Vector) -> Vector:
            swept = sweep(flow.copy())
            return np.subtract(flow, swept, out=swept)

        operator = LinearOperator((chain.size, chain.size), matvec=defect, dtype=np.float64)

        def missing(flow: Vector) -> Vector:
            return np.negative(right := defect(flow), out=right)

        def cycle(probability: Vector) -> Vector:
            flow = probability * exits
            flow /= flow.sum()
            right = missing(flow)
            if np.linalg.norm(right, 1) > FAR:
                flow = brought_near(chain, flow, sweep)
                right = missing(flow)
            far = float(np.linalg.norm(right, 1))
            if far == 0:
                return flow / exits
            with np.errstate(all="ignore"):  # it may break down: what it returns is looked at
                corrected, _ = bicgstab(operator, right, rtol=max(1e-12, ENOUGH * tolerance / far), maxiter=CYCLE)
            del right
            corrected += flow
            np.maximum(corrected, 0.0, out=corrected)
            total = corrected.sum()
            # The operator is singular: a correction can be anything along the solution, even minus the estimate.
            if np.isfinite(total) and total > 0:
                corrected /= total
                swept = sweep(corrected.copy())
                if np.linalg.norm(swept - corrected, 1) < far:
                    return sweep(swept) / exits
            for _ in range(CYCLE):
                flow = sweep(flow)
            return flow / exits

        return cycle
