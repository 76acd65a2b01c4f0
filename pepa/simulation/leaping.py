"""Tau-leaping: many events at once, where populations are large enough that rates hardly change meanwhile.

The leap bounds the relative change of every count (Cao, Gillespie and Petzold, Efficient step size selection for the
tau-leaping simulation method, 2006). An approximation: what halving every leap changes is measured beside it.
"""

from __future__ import annotations

import numpy as np

from pepa.control.error import PepaError
from pepa.net.net import Net
from pepa.population.population import Population, Vector
from pepa.population.program import vector_rates
from pepa.simulation.ensemble import Block, Pulse

CHANGE = 0.03  # of a count in one leap
LEAST = 0.5  # members by which a count may change in one leap however few there are
WORTH = 10  # events of a leap, on average, below which single events are as fast, and exact (Cao et al., there)
FEWEST = 100  # copies of every group below which leaps are as short as single events, and means are off by percents

TRIAL = 1000  # leaps of a replication after which they are judged
EXACT = "leave out --leap: the exact simulation is as fast here"


def refuse_small(net: Net) -> None:
    """Raise PepaError where a group is too small for leaps."""
    small = [group.name for group in net.groups if 0 < group.size < FEWEST]
    if small:
        raise PepaError(
            f"tau-leaping is for large populations: {', '.join(small)} {'has' if len(small) == 1 else 'have'} "
            f"fewer than {FEWEST} copies",
            EXACT,
        )


def leapt(population: Population, time: Vector, replications: int, seed: np.random.SeedSequence, pulse: Pulse) -> Block:
    """Simulate one block by leaps, and beside each path one by leaps twice as long that shares its events.

    What halving the leaps changes tells their bias, with little noise since both paths see the same events (Anderson
    and Higham, Multilevel Monte Carlo for continuous time Markov chains, 2012). No count goes below zero: events that
    would take it there are taken back. Raises PepaError where leaps are as short as single events.
    """
    random = np.random.default_rng(seed)
    stepper = _Stepper(population, random)
    fine = np.repeat(population.initial[:, None], replications, 1)
    coarse = fine.copy()
    shape = (len(population.labels), len(time), replications)
    kept, kept_coarse = np.empty(shape, np.float32), np.empty(shape, np.float32)
    clock, events, leaps = np.zeros(replications), 0.0, 0
    for point, until in enumerate(time.tolist()):
        while (left := until - clock).max() > 0:
            leap = np.minimum(np.minimum(stepper.longest(fine), stepper.longest(coarse)), left.clip(0))
            fine, coarse, done = stepper.leap(fine, coarse, leap)
            events, leaps = events + done, leaps + int(np.count_nonzero(leap))
            if leaps > TRIAL * replications and events < WORTH * leaps:
                raise PepaError(f"the leaps take {events / leaps:.1f} events only: some counts are too small", EXACT)
            clock = np.where(left - leap <= 1e-12 * max(until, 1.0), until, clock + leap)
            pulse(float(clock.mean()) / max(float(time[-1]), 1e-300))
        kept[:, point], kept_coarse[:, point] = fine, coarse
    return Block(kept, kept_coarse, int(events))


class _Stepper:
    """Leaps of many replications at once, counts of shape (places, replications)."""

    def __init__(self, population: Population, random: np.random.Generator) -> None:
        self.random, self.rates = random, vector_rates(population)
        self.change = population.change.T.astype(float)  # (places, moves)
        self.leaving = (population.change.T < 0).astype(float)

    def flow(self, x: Vector) -> Vector:
        """Return the rates (moves, replications)."""
        found = np.empty((self.change.shape[1], x.shape[1]))
        self.rates(x, found)
        return found

    def longest(self, x: Vector) -> Vector:
        """Return the leap of each replication: no count is expected to change by more than CHANGE, or by one."""
        flow = self.flow(x)
        drift, spread = np.abs(self.change @ flow), self.change**2 @ flow
        allowed = np.maximum(CHANGE * x, LEAST)
        never = np.full(x.shape, np.inf)
        by_drift = np.divide(allowed, drift, out=never.copy(), where=drift > 0)
        by_spread = np.divide(allowed**2, spread, out=never, where=spread > 0)
        return np.asarray(np.minimum(by_drift, by_spread).min(axis=0))

    def leap(self, fine: Vector, coarse: Vector, leap: Vector) -> tuple[Vector, Vector, float]:
        """Return both after a leap, which `fine` takes in two, and the events of all replications of it.

        A leap is of two halves, the second at rates that make up for the first at those of the start: means and
        variances are right to the second order (Anderson and Mattingly, A weak trapezoidal method for a class of
        stochastic differential equations, 2011, with theta = 1/2).
        """
        quarter, done = leap / 4, 0.0
        start = rate = self.flow(coarse)
        for _ in range(2):
            own_start = own = self.flow(fine)
            taken = np.zeros_like(rate)
            for _ in range(2):
                both = np.minimum(own, rate)
                shared = self.random.poisson(both * quarter).astype(float)
                events = self.possible(fine, shared + self.random.poisson((own - both) * quarter))
                taken += shared + self.random.poisson((rate - both) * quarter)
                fine = fine + self.change @ events
                done += float(events.sum())
                own = np.maximum(2 * self.flow(fine) - own_start, 0.0)
            coarse = coarse + self.change @ self.possible(coarse, taken)
            rate = np.maximum(2 * self.flow(coarse) - start, 0.0)
        return fine, coarse, done

    def possible(self, x: Vector, events: Vector) -> Vector:
        """Return events without those that would leave a place with fewer than nobody."""
        while True:
            missing = -(x + self.change @ events)
            if not (missing > 0).any():
                return events
            out = self.leaving @ events
            share = np.where(missing > 0, (out - missing) / np.maximum(out, 1.0), 1.0)
            kept = np.ones_like(events)
            for place, moves in enumerate(self.leaving > 0):
                kept[moves] = np.minimum(kept[moves], share[place])
            events = np.floor(events * kept)
