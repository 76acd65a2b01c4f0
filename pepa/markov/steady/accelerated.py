"""Gauss-Seidel sweeps accelerated by BiCGSTAB (van der Vorst 1992), which solves z = sweep(z)."""

from __future__ import annotations

import numpy as np

from pepa.markov.chain.chain import Chain
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.bicgstab import bicgstab
from pepa.markov.steady.coupled_sweeps import coupling
from pepa.markov.steady.gauss_seidel import flow_sweep
from pepa.markov.steady.level_weights import brought_near
from pepa.markov.steady.method import Pulse, Step
from pepa.markov.steady.names import NAMES

CYCLE = 40  # BiCGSTAB iterations between restarts
FIRST = 20  # in the first cycle, where coupling may do better
COUPLED = 0.5  # of the tolerance: |z - sweep(z)| that is enough after coupling, which leaves no slow mode of a group
SLOW = 1e-3  # of |z - sweep(z)|, left by a cycle: coupling has its turn
FAR = 0.1  # |z - sweep(z)| of a start from nowhere
NEAR = 100.0  # times the tolerance: |z - sweep(z)| from which on the same step goes on
LEAST = 1e-9  # of its flow, that a correction leaves to a state: what has none is seen by nothing that follows
MANY = 10  # members of a group whose count carries a correction far
SMALL, NARROWER = 5_000, 12.0  # states, and of a level on average, from which on it does so sooner than elimination
ENOUGH = 1e-3  # of the tolerance: |z - sweep(z)|, where the sum of z is 1, at which a cycle ends, but for
ROUNDING = 16 * float(np.finfo(float).eps)  # below which it is noise


class AcceleratedGaussSeidel:
    """One step is a cycle of BiCGSTAB on z - sweep(z) = 0, negative entries cut, and two plain sweeps.

    Near the end it is several, until the residual is so far below the tolerance that slow modes are right as well.
    Memory: the jump chain and some vectors.
    """

    name = NAMES["bicgstab"]
    reason = "wide levels"
    patience = 6
    by_residual = True

    def suits(self, chain: Chain) -> bool:
        """Whether the chain is wide: in a long thin one a correction has far to go, but along its counts."""
        counted = chain.coordinates is not None and any(one.values > MANY for one in chain.coordinates.all())
        return chain.is_wide or (counted and chain.size > SMALL and chain.width >= NARROWER)

    def prepare(self, chain: Chain, tolerance: float, pulse: Pulse) -> Step:
        """Return the cycle."""
        return _Cycle(chain, tolerance, pulse).step


class _Cycle:
    """Cycles of BiCGSTAB on flows, and, after the first that does little, rounds of coupling along the groups."""

    def __init__(self, chain: Chain, tolerance: float, pulse: Pulse) -> None:
        self.chain, self.tolerance = chain, tolerance
        self.enough = max(ENOUGH * tolerance, ROUNDING)
        self.sweep = flow_sweep(chain.jumps, pulse)
        self.coupled = coupling(chain, self.sweep, pulse)
        self.iterations = FIRST if self.coupled else CYCLE
        self.slow = False

    def step(self, probability: Vector) -> Vector:
        """Return a better estimate."""
        exits = self.chain.exit_rates
        flow = probability * exits
        flow /= flow.sum()
        if self._far(flow) > FAR:
            flow = brought_near(self.chain, flow, self.sweep)
        far = self._far(flow)
        while far > self.enough:
            if self.slow and self.coupled:
                flow = self.coupled(flow, far, self.enough)
                far, self.coupled = self._far(flow), None  # what it left is of other modes
                if far < COUPLED * self.tolerance:
                    break
            flow, before = self._cycled(flow, far), far
            far = self._far(flow)
            self.slow, self.iterations = far > SLOW * before, CYCLE
            # A slow mode hides behind a small residual: where the tolerance is near, go on to what is enough.
            if (far > NEAR * self.tolerance and not (self.slow and self.coupled)) or far > 0.5 * before:
                break
        return np.asarray(flow / exits)

    def _cycled(self, flow: Vector, far: float) -> Vector:
        """Return the flow after a cycle of BiCGSTAB, or after sweeps where it leads nowhere."""
        better = self._corrected(flow, -self._defect(flow), far)
        if better is None:
            better = flow
            for _ in range(self.iterations):
                better = self.sweep(better)
            better /= better.sum()
        return better

    def _far(self, flow: Vector) -> float:
        return float(np.abs(self._defect(flow)).sum())

    def _defect(self, flow: Vector) -> Vector:
        swept = self.sweep(flow.copy())
        return np.subtract(flow, swept, out=swept)

    def _corrected(self, flow: Vector, right: Vector, far: float) -> Vector | None:
        """Return the flow with the correction BiCGSTAB finds for what it misses, unless that is worse."""
        accuracy = max(1e-12, 0.3 * self.enough / far)
        with np.errstate(all="ignore"):  # it may break down: what it returns is looked at
            found = bicgstab(self.sweep, right, accuracy, self.iterations)
        found += flow
        np.maximum(found, LEAST * flow, out=found)
        total = found.sum()
        # The operator is singular: a correction can be anything along the solution, even minus the estimate.
        if not np.isfinite(total) or total <= 0:
            return None
        found /= total
        swept = self.sweep(found.copy())
        return self.sweep(swept) if np.linalg.norm(swept - found, 1) < far else None
