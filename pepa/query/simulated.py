"""Simulated results to ask measures of: a long run, or replications at one time; with confidence intervals.

A measure is any function of means, so its interval is by the jackknife (Tukey 1958): the measure without each part of
the sample in turn gives values that are treated as independent observations of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.markov.space.state_space import Vector
from pepa.net.net import Net
from pepa.population.population import Population, population
from pepa.population.program import vector_rates
from pepa.query.expression import Call, parse, walk
from pepa.query.kind import Kind
from pepa.query.measure import Distribution, Estimate, Values, measured
from pepa.query.named_measures import TIMES
from pepa.query.passage_figures import Sampled, by_sample
from pepa.query.shape import refuse_chance, shape
from pepa.query.shares import PASSAGES
from pepa.query.states import SampledStates
from pepa.simulation.confidence import LEVEL, batch_interval, mean_interval
from pepa.simulation.ensemble import Block, blocks
from pepa.simulation.long_run import LongRun, long_run

FEWEST_PARTS = 8
WEIGHED = "pepa solve weighs them all; or simulate up to a time, as by --until"  # of a long run by chance
PARTS = 50  # of the replications, each left out in turn
SAME = 1e-12  # relative difference of what was seen in two parts, of what did not vary


@dataclass(frozen=True, eq=False)
class Simulated:
    """A sample in parts: mean counts (parts, places), rates of moves (parts, moves), and the states met.

    `part` says which part each of the states belongs to, `sizes` how much of the sample each part is, shape (parts,).
    `in_order` says that the parts, of one size then, follow one another in time, so that they may be correlated;
    `known`, that it is no sample: the time is 0. `passages` simulates passage times, in the long run, of which there
    are enough for so many parts and no more.
    `notes` are sentences to read beside its figures.
    """

    view: Population
    counts: NDArray[np.float64]
    rates: NDArray[np.float64]
    states: SampledStates
    part: NDArray[np.int64]
    sizes: Vector
    in_order: bool
    known: bool = False
    passages: Sampled | None = None
    most_parts: int = PARTS
    notes: tuple[str, ...] = ()

    def joined(self) -> Simulated:
        """Return the sample with parts that follow one another joined, so that each has many passages.

        Without a part of n values a quantile varies as it does by chance only where the part has more than the square
        root of n (Shao and Wu, A general theory for jackknife variance estimation, 1989).
        """
        by = -(-len(self.counts) // self.most_parts)
        number = len(self.counts) // by
        first = len(self.counts) - number * by
        kept = self.part >= first

        def means(values: NDArray[np.float64]) -> NDArray[np.float64]:
            found: NDArray[np.float64] = values[first:].reshape(number, by, -1).mean(axis=1)
            return found

        states = SampledStates(self.view, self.states.counts[:, kept])
        part = (self.part[kept] - first) // by
        sizes = self.sizes[first:].reshape(number, by).sum(axis=1)
        return replace(self, counts=means(self.counts), rates=means(self.rates), states=states, part=part, sizes=sizes)

    @property
    def means(self) -> Values:
        """The means over all parts."""
        return self.without(None)

    def estimate(self, text: str) -> Estimate:
        """Return a measure with its confidence interval; raises ExpressionError where it has no meaning."""
        return estimated(text, self)

    def without(self, left_out: int | None) -> Values:
        """Return the means over all parts but one, or over all."""
        kept = np.ones(len(self.counts))
        if left_out is not None:
            kept[left_out] = 0.0
        shares = kept * self.sizes / (kept @ self.sizes)
        view = self.view
        rates = shares @ self.rates
        probability = kept[self.part]
        counts = shares @ self.counts
        held = {**view.populations(counts), **view.compounds(counts)}
        distribution = Distribution(self.states, probability / probability.sum())
        figures = None if self.passages is None else by_sample(self.passages, left_out, len(self.counts))
        flow = view.flow(rates)
        return Values(Kind.SIMULATED, view.net, view.throughputs(rates), held, flow, counts, distribution, figures)


def asks_for(text: str, functions: Sequence[str]) -> bool:
    """Whether a measure has one of some functions in it, as TIMES of passage times."""
    return any(isinstance(part, Call) and part.function in functions for part in walk(parse(text)))


def estimated(text: str, result: Simulated, level: float = LEVEL) -> Estimate:
    """Return a measure with its confidence interval; raises ExpressionError where it has no meaning.

    The value is that of the means; by how much the jackknife would correct it is part of its half width, but for
    quantiles, which it cannot correct. Parts count by their sizes (Busing, Meijer and van der Leeden, Delete-m
    jackknife for unequal m, 1999).
    """
    whole = measured(text, result.means)
    if asks_for(text, TIMES):
        result = result.joined()
    number = len(result.counts)
    if result.known:
        return Estimate(whole, 0.0)
    if number < 2:
        return Estimate(whole, math.nan)
    without = np.array([measured(text, result.without(index)) for index in range(number)])
    ratio = result.sizes.sum() / result.sizes  # as many parts as these there would be
    observed = ratio * measured(text, result.means) - (ratio - 1) * without
    if not np.isfinite(observed).all() or np.ptp(observed) <= SAME * np.abs(observed).max():
        return Estimate(whole, math.nan)  # a sample in which nothing varies does not tell how rare it is that it does
    if result.in_order:
        mean, half, _ = (part[0] for part in batch_interval(observed[:, None], level))
    else:
        mean = float(np.average(observed, weights=result.sizes))
        _, half = mean_interval(mean + np.sqrt(number / ratio) * (observed - mean), level)
    correction = 0.0 if asks_for(text, ("quantile",)) else abs(float(mean) - whole)
    return Estimate(whole, float(half) + correction)


def long_run_values(
    net: Net,
    seed: int,
    control: Control,
    precision: float,
    passages: int = PASSAGES,
    later: Control | None = None,
) -> Simulated:
    """Simulate until populations and throughputs are known to a relative precision; raises what `long_run` does.

    So many passages are simulated where a measure asks for one, within the limits of `later`, if they are others.
    Raises PepaError where several classes recur.
    """
    looked = shape(net, control)
    refuse_chance(looked.classes if looked else None, WEIGHED)
    return batch_sample(long_run(population(net, fluid=False), seed, control, precision), later or control, passages)


def batch_sample(found: LongRun, control: Control, passages: int = PASSAGES) -> Simulated:
    """Return the sample of a long run: its batches are the parts."""
    batches, view = found.batches, found.view
    return Simulated(
        view,
        np.array([batch.counts for batch in batches]),
        np.array([batch.rates for batch in batches]),
        SampledStates(view, np.concatenate([batch.states for batch in batches]).T),
        np.repeat(np.arange(len(batches)), [len(batch.states) for batch in batches]),
        np.ones(len(batches)),
        in_order=True,
        passages=Sampled(view.net, passages, found.seed, control),
        most_parts=max(FEWEST_PARTS, math.isqrt(passages) // 2),
        notes=found.notes,
    )


def values_at(net: Net, times: Vector, replications: int, seed: int, control: Control) -> Iterator[Simulated]:
    """Yield the sample of some replications at each of some times; throughput is the mean rate at that time.

    Raises PepaError for fewer than two replications, and what `blocks` raises.
    """
    if replications < 2:
        raise PepaError("one replication has no confidence interval", "ask for many, as in replications = 1000")
    view = population(net, fluid=False)
    yield from samples(view, times, list(blocks(view, times, replications, seed, control)))


def samples(view: Population, times: Vector, parts: Sequence[Block]) -> Iterator[Simulated]:
    """Yield the sample of the replications in some blocks at each of their times."""
    replications = sum(block.counts.shape[2] for block in parts)
    part = np.arange(replications) * min(PARTS, replications) // replications
    first = np.flatnonzero(np.diff(part, prepend=-1))
    sizes = np.bincount(part).astype(float)
    rates, flow = vector_rates(view), np.empty((len(view.rates), replications))
    for index, time in enumerate(times.tolist()):
        counts = np.concatenate([block.counts[:, index] for block in parts], axis=1).astype(float)
        rates(counts, flow)
        yield Simulated(
            view,
            np.add.reduceat(counts, first, axis=1).T / sizes[:, None],
            np.add.reduceat(flow, first, axis=1).T / sizes[:, None],
            SampledStates(view, counts),
            part,
            sizes,
            in_order=False,
            known=time == 0,
        )
