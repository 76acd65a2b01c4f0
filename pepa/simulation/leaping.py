"""Tau-leaping: many events at once, where populations are large enough that rates hardly change meanwhile.

The leap bounds the relative change of every count (Cao, Gillespie and Petzold, Efficient step size selection for the
tau-leaping simulation method, 2006). An approximation: its error is that bound, not zero.
"""

from __future__ import annotations

import numpy as np

from pepa.control.error import PepaError
from pepa.net.net import Net
from pepa.population.population import Population, Vector
from pepa.population.program import vector_rates
from pepa.simulation.ensemble import Block, Pulse

CHANGE = 0.03  # of a count in one leap
FEWEST = 100  # copies of every group below which leaps are as short as single events, and means are off by percents


def refuse_small(net: Net) -> None:
    """Raise PepaError where a group is too small for leaps."""
    small = [group.name for group in net.groups if 0 < group.size < FEWEST]
    if small:
        raise PepaError(
            f"tau-leaping is for large populations: {', '.join(small)} {'has' if len(small) == 1 else 'have'} "
            f"fewer than {FEWEST} copies",
            "leave out --leap: the exact simulation is as fast here",
        )


def leapt(population: Population, time: Vector, replications: int, seed: np.random.SeedSequence, pulse: Pulse) -> Block:
    """Simulate one block by leaps; counts never go below zero: a leap that would is taken again at half its length."""
    random, rates = np.random.default_rng(seed), vector_rates(population)
    change = population.change.T.astype(float)
    moves, places = population.change.shape
    x = np.repeat(population.initial[:, None], replications, 1)
    fired = np.zeros((moves, replications))
    counts = np.empty((places, len(time), replications), np.float32)
    fired_at = np.empty((moves, len(time), replications), np.float32)
    flow = np.empty((moves, replications))
    clock = np.zeros(replications)
    for point, until in enumerate(time.tolist()):
        shorter = np.ones(replications)
        while (left := until - clock).max() > 0:
            rates(x, flow)
            leap = np.minimum(_longest(x, change, flow) * shorter, left.clip(0))
            events = random.poisson(flow * leap).astype(float)
            following = x + change @ events
            good = (following >= 0).all(axis=0)
            x = np.where(good, following, x)
            fired += events * good
            clock += leap * good
            clock[good & (until - clock < 1e-12 * max(until, 1.0))] = until
            shorter = np.where(good, 1.0, shorter / 2)
            pulse(float(clock.mean()) / max(float(time[-1]), 1e-300))
        counts[:, point] = x
        fired_at[:, point] = fired
    return Block(counts, fired_at, int(fired.sum()))


def _longest(x: Vector, change: Vector, flow: Vector) -> Vector:
    """Return the leap of each replication: no count is expected to change by more than CHANGE, or by one."""
    drift, spread = np.abs(change @ flow), change**2 @ flow
    allowed = np.maximum(CHANGE * x, 1.0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.minimum(allowed / drift, allowed**2 / spread).min(axis=0))
