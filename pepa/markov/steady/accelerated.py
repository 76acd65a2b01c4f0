"""Gauss-Seidel sweeps accelerated by BiCGSTAB (van der Vorst 1992), which solves z = sweep(z)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pepa.markov.chain.chain import TINIEST, Chain
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.bicgstab import bicgstab
from pepa.markov.steady.coupled_sweeps import coupling
from pepa.markov.steady.gauss_seidel import flow_sweep
from pepa.markov.steady.level_weights import brought_near
from pepa.markov.steady.method import Pulse, Step
from pepa.markov.steady.names import NAMES

MOVED = 1e-2  # of the mass, moved by a coupling: where it lies is not known yet, nor what is rare
THROWN = 0.3  # of the mass, moved by a coupling in the last of several rounds, or
AGAIN = 1.0  # moved by one in any round but the first, if it is not careful, or
OVERSHOT = 0.05  # |z - sweep(z)| after one: it overshoots
ALONE = 0.3  # decades of the defect, in the time of an iteration, from which on coupling needs no help
FAR = 0.1  # |z - sweep(z)| of a start from nowhere
SLOWER = 4.0  # times as many iterations as are foretold
BELOW = 0.3  # of what is enough: what a cycle aims at, since it measures otherwise
SWEPT = 80  # sweeps, where a cycle leads nowhere
NEAR = 100.0  # times the tolerance: |z - sweep(z)| from which on the same step goes on
LEAST = 1e-9  # of its flow, that a correction leaves to a state: what has none is seen by nothing that follows
ENOUGH = 1e-3  # of the tolerance: |z - sweep(z)|, where the sum of z is 1, at which a cycle ends, but for
ROUNDING = 16 * float(np.finfo(float).eps)  # below which it is noise


def _decades(before: float, after: float) -> float:
    return math.log10(before / after) if 0 < after < np.inf and before < np.inf else 0.0


@dataclass(frozen=True)
class AcceleratedGaussSeidel:
    """One step is a cycle of BiCGSTAB on z - sweep(z) = 0, negative entries cut, and two plain sweeps.

    Near the end it is several, until the residual is so far below the tolerance that slow modes are right as well.
    A cycle goes on for so many iterations as long as it gains: each that begins anew forgets what the last has learnt.
    The `first` is short, where coupling along counts may do better: along those of more than `many` values, which carry
    a correction far. So it suits thin chains of more than `small` states as well, if their levels have `narrow` states
    on average: below that elimination is sooner done. Memory: the jump chain and some vectors.
    """

    cycle: int = 1_000
    first: int = 20
    many: int = 10
    small: int = 5_000
    narrow: float = 12.0

    name = NAMES["bicgstab"]
    reason = "wide levels"
    patience = 6
    by_residual = True

    def suits(self, chain: Chain) -> bool:
        """Whether the chain is wide: in a long thin one a correction has far to go, but along its counts."""
        counted = chain.coordinates is not None and any(one.values > self.many for one in chain.coordinates.all())
        return chain.is_wide or (counted and chain.size > self.small and chain.width >= self.narrow)

    def prepare(self, chain: Chain, tolerance: float, pulse: Pulse) -> Step:
        """Return the cycle."""
        return _Cycle(self, chain, tolerance, pulse).step


class _Cycle:
    """Rounds of coupling along the groups and cycles of BiCGSTAB on flows: what has done better lately goes on."""

    def __init__(self, options: AcceleratedGaussSeidel, chain: Chain, tolerance: float, pulse: Pulse) -> None:
        self.options, self.chain, self.tolerance = options, chain, tolerance
        self.enough = max(ENOUGH * tolerance, ROUNDING)
        self.sweep = flow_sweep(chain.jumps, pulse)
        self.coupling = coupling(chain, options.many, self.sweep, pulse)
        self.thrown = np.inf  # of the mass, moved by the last coupling
        self.scaled = True  # by the root of the flow: as long as that tells what is rare
        self.gained = 0.0  # decades of the defect, by the last round of coupling, in the time of an iteration
        self.iterations = options.first if self.coupling else options.cycle  # at most, of the next cycle
        self.made = 0  # of these, by the last one

    def step(self, probability: Vector) -> Vector:
        """Return a better estimate."""
        exits = self.chain.exit_rates
        flow = probability * exits
        flow /= flow.sum()
        far = self._far(flow)
        if self.coupling and np.ptp(probability) == 0:
            flow, far = self._begun(flow)
        elif far > FAR:
            flow = brought_near(self.chain, flow, self.sweep)
            far = self._far(flow)
        while far > self.enough:
            flow, before = self._cycled(flow, far), far
            far = self._far(flow)
            gained = _decades(before, far) / max(self.made, 1)
            self.iterations = self._worth(far, gained)
            if far > self.enough and (gained < self.gained or far > 0.5 * before):
                flow, far = self._coupled(flow, far, gained)
            # A slow mode hides behind a small residual: where the tolerance is near, go on to what is enough.
            if far > NEAR * self.tolerance or far > 0.5 * before:
                break
        return np.maximum(flow / exits, TINIEST)  # what is rarer still is no state that was lost

    def _worth(self, far: float, gained: float) -> int:
        """Return how many iterations a cycle may have, by what those of the last have gained: at rounding, few."""
        needed = max(_decades(far, BELOW * self.enough), 0.0) / gained if gained > 0 else np.inf
        return int(min(self.options.first + SLOWER * needed, self.options.cycle))

    def _begun(self, flow: Vector) -> tuple[Vector, float]:
        """Return flows near the solution, and their defect, from a start that knows nothing."""
        coupled, far = self._coupled(flow, np.inf, ALONE)
        if self.coupling and (self.thrown > THROWN or far > OVERSHOT):
            self.coupling = self.coupling.careful()
            coupled, far = self._coupled(flow, np.inf, ALONE)
        if self.thrown <= THROWN and far <= OVERSHOT:
            return coupled, far
        # Coupling still throws the mass about: sweeps alone may do better.
        swept = brought_near(self.chain, flow, self.sweep)
        left = self._far(swept)
        self.scaled = far <= left
        return (coupled, far) if self.scaled else (swept, left)

    def _coupled(self, flow: Vector, far: float, least: float) -> tuple[Vector, float]:
        """Return flows and their defect after a round of coupling, and more as long as they gain or move enough."""
        while self.coupling is not None and far > self.enough:
            better, self.thrown = self.coupling.moved(flow)
            left = self._far(better)
            self.gained = _decades(far, left) / self.coupling.cost
            if not left < far:
                break
            goes_on = left < min(0.5 * far, OVERSHOT) and (self.gained >= least or self.thrown > MOVED)
            goes_on = goes_on and (self.coupling.is_careful or self.thrown <= AGAIN or far == np.inf)
            flow, far = better, left
            if not goes_on:
                break
        return flow, far

    def _cycled(self, flow: Vector, far: float) -> Vector:
        """Return the flow after a cycle of BiCGSTAB, or after sweeps where it leads nowhere."""
        missing = self._defect(flow)
        better = self._corrected(flow, np.negative(missing, out=missing), far)
        if better is None:
            self.scaled = not self.scaled
            better = flow
            for _ in range(min(self.iterations, SWEPT)):
                better = self.sweep(better)
            better /= better.sum()
        return better

    def _far(self, flow: Vector) -> float:
        missing = self._defect(flow)
        return float(np.abs(missing, out=missing).sum())

    def _defect(self, flow: Vector) -> Vector:
        swept = self.sweep(flow.copy())
        return np.subtract(flow, swept, out=swept)

    def _corrected(self, flow: Vector, right: Vector, far: float) -> Vector | None:
        """Return the flow with the correction BiCGSTAB finds for what it misses, unless that is worse."""
        accuracy = max(1e-12, BELOW * self.enough / far)
        scale = np.maximum(flow, TINIEST) if self.scaled else np.ones(len(flow))
        np.sqrt(scale, out=scale)
        with np.errstate(all="ignore"):  # it may break down: what it returns is looked at
            cycle = bicgstab(self.sweep, right, scale, accuracy, self.iterations, BELOW * self.enough)
        found, self.made = cycle.solution, cycle.iterations
        found += flow
        total = found.sum()
        # The operator is singular: a correction can be anything along the solution, even minus the estimate.
        if not np.isfinite(total) or total <= 0:
            return None
        found /= total
        np.maximum(found, LEAST * flow, out=found)
        found /= found.sum()
        swept = self.sweep(found.copy())
        found -= swept
        return self.sweep(swept) if np.abs(found, out=found).sum() < far else None
