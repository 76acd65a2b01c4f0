"""Gauss-Seidel sweeps accelerated by BiCGSTAB (van der Vorst 1992), which solves z = sweep(z)."""

from __future__ import annotations

import numpy as np

from pepa.markov.chain.chain import Chain
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.gauss_seidel import flow_sweep
from pepa.markov.steady.level_weights import brought_near
from pepa.markov.steady.method import Pulse, Step

CYCLE = 40  # BiCGSTAB iterations between restarts
FAR = 0.1  # |z - sweep(z)| of a start from nowhere
NEAR = 100.0  # times the tolerance: |z - sweep(z)| from which on the same step goes on
LEAST = 1e-9  # of its flow, that a correction leaves to a state: what has none is seen by nothing that follows
ENOUGH = 1e-3  # of the tolerance: |z - sweep(z)|, where the sum of z is 1, at which a cycle ends


class AcceleratedGaussSeidel:
    """One step is a cycle of BiCGSTAB on z - sweep(z) = 0, negative entries cut, and two plain sweeps.

    Near the end it is several, until the residual is so far below the tolerance that slow modes are right as well.
    Memory: the jump chain and some vectors.
    """

    name = "Gauss-Seidel with BiCGSTAB"
    reason = "wide levels"
    patience = 6
    by_residual = True

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

        def corrected(flow: Vector, right: Vector, far: float) -> Vector | None:
            """Return the flow with the correction BiCGSTAB finds for what it misses, unless that is worse."""
            with np.errstate(all="ignore"):  # it may break down: what it returns is looked at
                found, _ = bicgstab(operator, right, rtol=max(1e-12, 0.3 * ENOUGH * tolerance / far), maxiter=CYCLE)
            found += flow
            np.maximum(found, LEAST * flow, out=found)
            total = found.sum()
            # The operator is singular: a correction can be anything along the solution, even minus the estimate.
            if not np.isfinite(total) or total <= 0:
                return None
            found /= total
            swept = sweep(found.copy())
            return sweep(swept) if np.linalg.norm(swept - found, 1) < far else None

        def step(probability: Vector) -> Vector:
            flow = probability * exits
            flow /= flow.sum()
            right = -defect(flow)
            if np.linalg.norm(right, 1) > FAR:
                flow = brought_near(chain, flow, sweep)
                right = -defect(flow)
            far = np.linalg.norm(right, 1)
            while far > ENOUGH * tolerance:
                better = corrected(flow, right, float(far))
                if better is None:
                    for _ in range(CYCLE):
                        flow = sweep(flow)
                    break
                flow, before = better, far
                right = -defect(flow)
                far = np.linalg.norm(right, 1)
                # A slow mode hides behind a small residual: where the tolerance is near, go on to what is enough.
                if far > NEAR * tolerance or far > 0.5 * before:
                    break
            return flow / exits

        return step
