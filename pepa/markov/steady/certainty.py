"""What a steady state is certain to, and the cure where its residual says too little.

A residual bounds the error only up to the time the chain takes to mix. So an answer that a residual ended is coupled
along every coordinate of its chain until nothing is left to correct, and a probe looks for a slow mode that none of
them shows; where there is one, the parts that it tells apart are coupled too. What the last corrections were, and how
slow the slowest mode left is, say how far the answer may be off; and so does what two more sweeps change in single
states, which may be strongly coupled to few others and weakly to all else. Elimination without subtraction needs none
of that: each probability is right to a small multiple of the rounding error, whatever the chain (O'Cinneide 1993).
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control, Ticker
from pepa.markov.chain.chain import TINIEST, Chain
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.gauss_seidel import flow_sweep
from pepa.markov.steady.marginals import Blocks, Correction, corrections
from pepa.markov.steady.method import Estimate, Pulse, Step
from pepa.markov.steady.outcome import Attempt, Outcome
from pepa.markov.steady.polish import Balance, balance
from pepa.markov.steady.refinement import refined
from pepa.markov.steady.slow_mode import Mode, core, parts, slowest_mode
from pepa.markov.steady.wells import SELDOM, wells

UNIT = float(np.finfo(float).eps)
NAME = "coupling along the groups"
SETTLED = 1e-13  # of the mass, to be moved by a correction that is none, or what is
ENOUGH = 1e-2  # of the tolerance
RARE = 1e-9  # of the mass of a block, however rare, likewise
ROUNDS = 60
SWEEPS = 6  # after a correction
EARLY = 6  # rounds in which corrections must fall to a half
UNLIKELY = 1e-12  # mass up to which blocks do not count where they do not
MODES = 3  # that no coordinate shows, looked for one after another
EXACT = 1e-6  # relative error up to which an answer is called exact
SAFETY = 4.0  # times the last correction: what later ones would add
DOUBLED = 2.0  # what later sweeps would change, as the last two foretell it
SLOWEST = 0.1  # of the largest change of a sweep: states that change by more may settle as slowly


@dataclass(frozen=True)
class Certainty:
    """How far an answer may be off: the relative error of every figure of weight above `above`, as estimated.

    `evidence` says in words by what; `moved` is the mass that the first correction moved: how far the answer with the
    best of residuals was off.
    """

    error: float
    above: float
    evidence: str
    moved: float = 0.0

    @property
    def exact(self) -> bool:
        """Whether the answer may be called exact."""
        return self.error <= EXACT

    @property
    def words(self) -> str:
        """What may be said of the figures, in words."""
        if self.exact:
            return f"certain to {self.error:.0e}" + (f" above {self.above:.0e}" if self.above else "")
        if self.error >= 1:
            return "not certain: figures may be off by any factor"
        return f"not certain: figures may be off by {100 * self.error:.2g} %"


def by_elimination(chain: Chain) -> Certainty:
    """Return the certainty of an answer by elimination without subtraction."""
    return Certainty(UNIT * max(chain.size, 4), 0.0, "elimination without subtraction")


def worst(found: list[Certainty]) -> Certainty:
    """Return the certainty of an answer that rests on several."""
    return max(found, key=lambda certainty: certainty.error)


def unsettled(chain: Chain, probability: Vector, above: float, pulse: Pulse) -> float:
    """Return how far single states may be off, relative to themselves, in an estimate (sum 1); those above a value.

    What a sweep changes in a state is what is off there times what the state and those it is strongly coupled to lose
    in a sweep. That is told by how the changes fall from one sweep to the next; parts that lose less than `SELDOM` are
    wells.
    """
    sweep, flow = flow_sweep(chain.jumps, pulse), probability * chain.exit_rates
    rare = probability <= max(above, TINIEST)
    first, second = (_changed(flow, sweep, rare) for _ in range(2))
    largest = max(float(second.max()), UNIT)
    slow = second >= SLOWEST * largest
    share = np.divide(second, first, out=np.ones(chain.size), where=slow & (first > 0))
    kept = float(np.max(share, where=slow, initial=0.0))
    return DOUBLED * largest / max(1 - kept, SELDOM)


def singly(chain: Chain, estimate: Estimate, certainty: Certainty, control: Control) -> tuple[Estimate, Certainty]:
    """Return an estimate and its certainty, what single states may be off counted in.

    Where that is all that is not certain, they are refined first.
    """
    ticker = Ticker(control, "solve")
    pulse = partial(ticker.tick, lambda: ("what single states are certain to", None))
    left = unsettled(chain, estimate.probability, certainty.above, pulse)
    if certainty.exact and left > EXACT:
        better = _refined(chain, estimate.probability, flow_sweep(chain.jumps, pulse), control.tolerance)
        if better is not None and balance(chain, better, control.tolerance).above <= certainty.above:
            again = unsettled(chain, better, certainty.above, pulse)
            if again < left:
                attempt, left = replace(estimate.attempt, residual=chain.residual(better)), again
                estimate = Estimate(better, attempt)
    return estimate, replace(certainty, error=min(max(certainty.error, left), 1.0))


def _refined(chain: Chain, probability: Vector, sweep: Step, tolerance: float) -> Vector | None:
    """Return an estimate refined state by state, unless that came to nothing."""
    flow = refined(probability * chain.exit_rates, sweep)
    if not (np.isfinite(flow).all() and flow.min() > 0):
        return None
    flow /= chain.exit_rates
    flow /= flow.sum()
    return flow if chain.residual(flow) <= tolerance else None


def _changed(flow: Vector, sweep: Step, rare: NDArray[np.bool_]) -> Vector:
    """Sweep flows in place; return what that changes of each, but of the rare ones."""
    before = flow.copy()
    sweep(flow)
    np.subtract(flow, before, out=before)
    np.abs(before, out=before)
    np.divide(before, flow, out=before, where=~rare)
    before[rare] = 0.0
    return before


def assured(
    chain: Chain, estimate: Estimate, balance: Balance, least: float, control: Control
) -> tuple[Estimate, Certainty]:
    """Return a converged estimate, coupled where it must be, and what it is certain to.

    `balance` is that of its states. Those that carry less than `least` of the flow together are not looked at for
    slow modes that no coordinate shows.
    """
    search = _Search(chain, estimate.probability, balance.above, least, control)
    began = time.perf_counter()
    search.run()
    probability = search.probability
    residual = chain.residual(probability)
    slowest = 1.0 if search.mode.barred else SAFETY * max(residual, UNIT) / min(search.mode.slowness, SELDOM)
    error = max(SAFETY * search.relative, slowest, balance.worst, UNIT)
    outcome = Outcome.CONVERGED if error <= EXACT else Outcome.STALLED
    attempt = Attempt(NAME, outcome, residual, search.applied, time.perf_counter() - began, "slow modes")
    certainty = Certainty(min(error, 1.0), search.above, _evidence(search), search.moved)
    return Estimate(probability, attempt), certainty


def _evidence(search: _Search) -> str:
    named = dict.fromkeys(blocks.name for blocks in search.partitions)
    along = [f"{len(search.along)} coordinates"] * (len(search.along) > 0) + list(named)
    said = f"coupled along {' and '.join(along)}, " if along else ""
    if search.mode.barred:
        return f"{said}a barrier is left that no correction settles"
    return f"{said}the slowest mode left loses {search.mode.slowness:.1g} in a sweep"


class _Search:
    """Corrections applied one after another, the largest first, until none is left; then a look for what none shows."""

    def __init__(self, chain: Chain, probability: Vector, above: float, least: float, control: Control) -> None:
        self.chain, self.probability, self.above, self.least = chain, probability, above, least
        self.along = [] if chain.coordinates is None else chain.coordinates.all()
        self.partitions: list[Blocks] = []
        self.mode = Mode(0.0, 1.0)
        self.relative = self.moved = 0.0
        self.applied, self.wells = 0, 1
        self.tolerance = control.tolerance
        self.settled = max(SETTLED, ENOUGH * control.tolerance)
        ticker = Ticker(control, "solve")
        self._pulse = lambda: ticker.tick(lambda: (f"{NAME}: {self.applied} corrections", None))

    def run(self) -> None:
        """Correct, and look for modes that no coordinate shows, until there is nothing left of either."""
        while True:
            self._settle()
            flow = self.probability * self.chain.exit_rates
            flow /= flow.sum()
            seed, least = len(self.partitions), TINIEST if self.moved > RARE else self.least
            within = core(self.chain, flow, least)
            deep = wells(self.chain, flow, within, self._pulse)
            if deep is not None and deep.number > self.wells:
                self.wells = deep.number
                self.partitions.append(deep)
                continue
            self.mode = slowest_mode(self.chain, within, self.along, self.partitions, seed, self._pulse)
            if not self.mode.barred or len(self.partitions) == MODES:
                return
            blocks = parts(self.chain, flow, len(self.partitions), self._pulse)
            if blocks is None:
                return
            self.partitions.append(blocks)

    def _refined(self, sweep: Step) -> bool:
        """Refine the estimate, where only rare blocks are off; return whether that came to something."""
        probability = _refined(self.chain, self.probability, sweep, self.tolerance)
        if probability is None:
            return False
        self.probability = probability
        self.applied += 1
        return True

    def _corrections(self) -> list[Correction]:
        """Return the corrections of the present estimate; coordinates that have none are not asked again."""
        found = list(corrections(self.chain, self.probability, self.along, self.partitions, self.above, self._pulse))
        self.along = [correction.coordinate for correction in found if correction.coordinate is not None]
        return found

    def _settle(self) -> None:
        """Apply corrections until they are none, or no longer fall."""
        best, best_at = math.inf, 0
        sweep, refining = None, False
        for round_ in range(ROUNDS):
            found = self._corrections()
            absolute = max((correction.absolute for correction in found), default=0.0)
            self.relative = max((correction.relative for correction in found), default=0.0)
            self.moved = max(self.moved, absolute)
            if absolute <= self.settled and self.relative <= RARE:
                return
            sweep = sweep or flow_sweep(self.chain.jumps, self._pulse)
            if absolute <= self.settled and not refining and self._refined(sweep):
                refining = True
                continue
            size = max(absolute / self.settled, self.relative / RARE)
            if size < 0.5 * best:
                best, best_at = size, round_
            elif round_ - best_at >= EARLY and self.above < UNLIKELY:
                best, best_at, self.above = math.inf, round_, UNLIKELY  # and no less is said to be certain
            elif round_ - best_at >= EARLY:
                return
            largest = max(found, key=lambda one: max(one.absolute / self.settled, one.relative / RARE))
            flow = self.probability * self.chain.exit_rates
            largest.apply(flow)
            for _ in range(SWEEPS):
                flow = sweep(flow)
            self.applied += 1
            self.probability = flow / self.chain.exit_rates
            self.probability /= self.probability.sum()
