"""Expected values before leaving, by Gauss-Seidel sweeps with BiCGSTAB, for chains too wide to eliminate.

Deriving numbers states level by level and a transition leads at most one level on: swept from the last state to the
first, what is earned later is known when it is asked for; time spent is swept from the first to the last. A sweep adds
positive terms only.
"""

from __future__ import annotations

import numpy as np

from pepa.markov.chain.jumps import jump_balance
from pepa.markov.chain.rows import Rows
from pepa.markov.passage.absorbing import Absorbing
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.gauss_seidel import whole_sweep
from pepa.markov.steady.method import Pulse

CYCLES = 30
ITERATIONS = 40  # of BiCGSTAB in a cycle
SWEPT = 4  # plain sweeps at the end of each cycle
ENOUGH = 1e-14  # what a sweep changes at most, relative to the largest value, where a solution is not improved on
STALLED = 4  # cycles without halving what a sweep changes


class Sweeps:
    """Solutions of A x = b and y A = a with A = D - R and b and a not negative."""

    name = "Gauss-Seidel with BiCGSTAB"

    def __init__(self, system: Absorbing, pulse: Pulse) -> None:
        """Take a system; memory for one more copy of its rates at a time."""
        self._system, self._pulse = system, pulse

    def backward(self, right: Vector) -> Vector:
        """Return x with A x = b, nearly."""
        rates, exits = self._system.rates.tocoo(), self._system.exits
        last = self._system.size - 1
        # row i of the sweep: what i earns by moving on to others; states in descending order
        share = rates.data / exits[rates.row]
        balance = jump_balance(
            (last - rates.col).astype(np.int32), (last - rates.row).astype(np.int32), share, np.ones(last + 1)
        )
        return self._solved(balance, (right / exits)[::-1])[::-1].copy()

    def forward(self, start: Vector) -> Vector:
        """Return y with y A = a, nearly."""
        rates, exits = self._system.rates.tocoo(), self._system.exits
        balance = jump_balance(rates.row.astype(np.int32), rates.col.astype(np.int32), rates.data.copy(), exits)
        return self._solved(balance, start) / exits

    def _solved(self, balance: Rows, right: Vector) -> Vector:
        """Return z with z = z P + right, where P is the balance with its diagonal of -1 taken away."""
        from scipy.sparse.linalg import LinearOperator, bicgstab

        sweep = whole_sweep(balance, self._pulse)
        below = whole_sweep(balance.below(), self._pulse)

        def carried(missing: Vector) -> Vector:
            """Return what a sweep makes of nothing but a right side."""
            return below(missing.copy())

        constant = carried(right)

        def defect(values: Vector) -> Vector:
            return np.asarray(values - sweep(values.copy()))

        operator = LinearOperator((balance.size, balance.size), matvec=defect, dtype=np.float64)
        found = constant.copy()
        best, since = np.inf, 0
        for _ in range(CYCLES):
            missing = constant - defect(found)
            far = float(np.abs(missing).max()) / max(float(found.max()), 1e-300)
            if far <= ENOUGH or since >= STALLED:
                break
            best, since = (far, 0) if far < 0.5 * best else (best, since + 1)
            with np.errstate(all="ignore"):  # it may break down: what it returns is looked at
                more, _ = bicgstab(operator, missing, rtol=1e-10, maxiter=ITERATIONS)
            better = np.maximum(found + more, 0.0)
            if not np.isfinite(better).all() or _size(constant - defect(better)) >= _size(missing):
                better = found
            for _ in range(SWEPT):
                better = sweep(better) + constant
            found = better
        return found


def _size(values: Vector) -> float:
    return float(np.linalg.norm(values))
