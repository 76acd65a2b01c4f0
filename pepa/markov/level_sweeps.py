"""Gauss-Seidel over breadth-first levels, accelerated by BiCGSTAB.

A sweep solves the balance equations level by level, each level one sparse product with what the sweep has found so
far (block Gauss-Seidel: Stewart, Introduction to the Numerical Solution of Markov Chains, 1994, chapter 3, with
the diagonal of each block alone). Where no transition stays inside a level it is Gauss-Seidel itself. BiCGSTAB
(van der Vorst 1992) solves x = sweep(x).
"""

from __future__ import annotations

import numpy as np

from pepa.markov.chain import Chain
from pepa.markov.method import Pulse, Step
from pepa.markov.state_space import Vector

CYCLE = 40  # BiCGSTAB iterations between restarts
FIRST = 14  # levels for each plain sweep before the first cycle: the deeper, the longer a start takes to spread
PULSE = 128  # levels between two looks at the watcher
FAR = 0.1  # |x - sweep(x)| of a start from nowhere
ENOUGH = 1e-2  # of the tolerance: |x - sweep(x)|, where the sum of x is 1, at which a cycle ends
NARROWEST = 50  # states a level on average below which a sweep is all overhead


class LevelSweeps:
    """One step is a cycle of BiCGSTAB on x - sweep(x) = 0, negative entries cut, and two plain sweeps."""

    name = "level sweeps with BiCGSTAB"
    reason = "wide levels"
    patience = 6

    def suits(self, chain: Chain) -> bool:
        """Whether the levels are wide enough for one product a level to pay."""
        return chain.size >= NARROWEST * (len(chain.levels) - 1)

    def prepare(self, chain: Chain, tolerance: float, pulse: Pulse) -> Step:
        """Return the cycle; takes no memory beyond the generator and some vectors."""
        from scipy.sparse.linalg import LinearOperator, bicgstab

        sweep = level_sweep(chain, pulse)

        def defect(vector: Vector) -> Vector:
            swept = sweep(vector.copy())
            return np.subtract(vector, swept, out=swept)

        size = (chain.size, chain.size)
        operator = LinearOperator(size, matvec=defect, dtype=np.float64)

        def cycle(probability: Vector) -> Vector:
            right = sweep(probability.copy())
            right -= probability
            if np.linalg.norm(right, 1) > FAR:  # smooth what a start from nowhere has wrong
                for _ in range(1 + len(chain.levels) // FIRST):
                    probability = sweep(probability)
                probability /= probability.sum()
                right = sweep(probability.copy())
                right -= probability
            missing = float(np.linalg.norm(right, 1))
            if missing == 0:
                return probability
            with np.errstate(all="ignore"):  # it may break down: what it returns is looked at
                corrected, _ = bicgstab(operator, right, rtol=max(1e-12, ENOUGH * tolerance / missing), maxiter=CYCLE)
            del right
            corrected += probability
            np.maximum(corrected, 0.0, out=corrected)
            total = corrected.sum()
            # The operator is singular: a correction can be anything along the solution, even minus the estimate.
            if np.isfinite(total) and total > 0:
                corrected /= total
                swept = sweep(corrected.copy())
                if np.linalg.norm(swept - corrected, 1) < missing:
                    return sweep(swept)
            for _ in range(CYCLE):
                probability = sweep(probability)
            return probability

        return cycle


def level_sweep(chain: Chain, pulse: Pulse, exit_rates: Vector | None = None, source: Vector | None = None) -> Step:
    """Return one sweep, which works in place and calls `pulse` on its way.

    `exit_rates` replaces those of the chain (infinity pins a state to 0), `source` is a right-hand side.
    """
    # The product alone, added to its last argument: on short blocks the checks of `@` cost as much again.
    from scipy.sparse._sparsetools import csr_matvec

    incoming = chain.incoming
    exits = chain.exit_rates if exit_rates is None else exit_rates
    right = np.zeros(chain.size) if source is None else source
    starts, stops = chain.levels[:-1].tolist(), chain.levels[1:].tolist()
    blocks = [
        (start, stop, incoming.indptr[start : stop + 1], exits[start:stop])
        for start, stop in zip(starts, stops, strict=True)
    ]

    def sweep(vector: Vector) -> Vector:
        for level, (start, stop, pointers, leaving) in enumerate(blocks):
            inflow = right[start:stop].copy()
            csr_matvec(stop - start, chain.size, pointers, incoming.indices, incoming.data, vector, inflow)
            np.divide(inflow, leaving, out=vector[start:stop])
            if level % PULSE == 0:
                pulse()
        return vector

    return sweep
