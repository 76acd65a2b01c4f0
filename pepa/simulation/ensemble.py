"""Many replications over the same times: all stepped together in numpy where they are many, one by one where few.

Exact (Gillespie 1977): a replication that passes a time of the grid is recorded there and goes on. Blocks have seeds of
their own, so the result does not depend on how many processes share them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control, LimitReached, Progress, Ticker, gibibytes
from pepa.control.error import PepaError
from pepa.control.processes import processes as pool
from pepa.control.processes import still_wanted
from pepa.population.population import Population, Vector
from pepa.population.program import vector_rates
from pepa.simulation.confidence import LEVEL, mean_interval, most_members, most_throughput, unvaried
from pepa.simulation.path import PathSimulator

TOGETHER = 64  # replications from which on stepping them together is faster
BLOCK = 500  # replications of a block
DRAWS = 64  # steps whose random numbers are drawn at once
BELOW_ONE = 1 - 2.0**-52  # so that no choice rounds up to the total
Samples = NDArray[np.float32]
Pulse = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Block:
    """Counts (places, points, replications) at each time; of leaps also those of leaps twice as long, else None."""

    counts: Samples
    coarse: Samples | None
    events: int


@dataclass(frozen=True, eq=False)
class Ensemble:
    """An ensemble: `population` (names, points, replications) and `throughput` (actions, points, replications).

    The throughput at a point is the rate at which the action happens in the state met there: its mean is what the
    exact transient gives. `coarse` holds both for leaps twice as long, where it is by leaps.
    """

    view: Population
    time: Vector
    population: Samples
    throughput: Samples
    coarse: tuple[Samples, Samples] | None
    events: int
    seed: int

    @property
    def names(self) -> tuple[str, ...]:
        """The local derivatives."""
        return tuple(self.view.held)

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions."""
        return tuple(self.view.doing)

    @property
    def replications(self) -> int:
        """The number of replications."""
        return int(self.population.shape[2])


def blocks(
    population: Population,
    time: Vector,
    replications: int,
    seed: int,
    control: Control,
    processes: int = 1,
    *,
    leap: bool = False,
) -> Iterator[Block]:
    """Yield the blocks of an ensemble as they are finished, in the order of their seeds; with `leap`, by tau-leaping.

    Raises PepaError for no replications, LimitReached where they do not fit the memory, and whatever the watcher raises
    to cancel.
    """
    if replications < 1:
        raise PepaError("there is nothing to simulate: zero replications", "ask for one or more")
    places = len(population.labels)
    needed = 4 * replications * len(time) * ((4 if leap else 2) * places + len(population.held) + len(population.doing))
    if needed > control.memory:
        message = f"{replications:,} replications at {len(time):,} points take {gibibytes(needed)}"
        raise LimitReached(message, "ask for fewer points or replications, or raise the limit of memory")
    sizes = [BLOCK] * (replications // BLOCK) + ([replications % BLOCK] if replications % BLOCK else [])
    seeds = np.random.SeedSequence(seed).spawn(len(sizes))
    if processes == 1 or len(sizes) == 1:
        done = 0
        for size, own in zip(sizes, seeds, strict=True):
            yield simulated(population, time, size, own, control, (done, replications), leap=leap)
            done += size
        return
    with pool(processes) as executor:
        pending: list[Future[Block]] = [
            executor.submit(simulated, population, time, size, own, Control(report=still_wanted), leap=leap)
            for size, own in zip(sizes, seeds, strict=True)
        ]
        for position, future in enumerate(pending):
            while not future.done():
                wait([future], timeout=0.1, return_when=FIRST_COMPLETED)
                share = sum(one.done() for one in pending) / len(pending)
                control.watch(Progress("simulate", f"{position * BLOCK:,} of {replications:,} replications", share))
            yield future.result()


def simulated(
    population: Population,
    time: Vector,
    replications: int,
    seed: np.random.SeedSequence,
    control: Control,
    done: tuple[int, int] = (0, 1),
    *,
    leap: bool = False,
) -> Block:
    """Simulate one block; `done` are replications done before and in all, for progress."""
    if not population.rates:  # nothing can ever happen
        start = population.initial[:, None, None].astype(np.float32)
        return Block(np.repeat(np.repeat(start, len(time), 1), replications, 2), None, 0)
    ticker = Ticker(control, "simulate")

    def pulse(share: float) -> None:
        shown = (done[0] + share * replications) / max(done[1], 1)
        ticker.tick(lambda: (f"{done[0] + int(share * replications):,} of {done[1]:,} replications", shown))

    if leap:
        from pepa.simulation.leaping import leapt

        return leapt(population, time, replications, seed, pulse)
    if replications < TOGETHER:
        return _one_by_one(population, time, replications, seed, pulse)
    return _Together(population, time, replications, seed).run(pulse)


def _one_by_one(
    population: Population, time: Vector, replications: int, seed: np.random.SeedSequence, pulse: Pulse
) -> Block:
    counts = np.empty((len(population.labels), len(time), replications), np.float32)
    events = 0
    simulator = PathSimulator(population, 0, averaging=False)
    for number, own in enumerate(seed.generate_state(replications, np.uint64).tolist()):
        simulator.random.seed(own)
        path = simulator.start()
        for point, until in enumerate(time.tolist()):
            while path.time < until:
                events += simulator.advance(path, until)
                pulse((number + path.time / max(float(time[-1]), 1e-300)) / replications)
            counts[:, point, number] = path.counts
    return Block(counts, None, events)


class _Together:
    """Replications stepped together: counts (places, n), one clock and one next point of the grid for each."""

    def __init__(self, population: Population, time: Vector, replications: int, seed: np.random.SeedSequence) -> None:
        self.time, self.random = time, np.random.default_rng(seed)
        self.rates = vector_rates(population)
        self.change = np.ascontiguousarray(population.change.T.astype(float))
        self.x = np.repeat(population.initial[:, None], replications, 1)
        self.clock = np.zeros(replications)
        self.point = np.zeros(replications, np.int64)
        self.which = np.arange(replications)  # of the whole block: finished ones are dropped
        self.counts = np.empty((len(population.labels), len(time), replications), np.float32)
        self.events = 0

    def run(self, pulse: Pulse) -> Block:
        replications, end = len(self.which), float(self.time[-1])
        while len(self.which):
            waiting = self.random.standard_exponential((DRAWS, len(self.which)))
            choosing = self.random.random((DRAWS, len(self.which))) * BELOW_ONE
            for wait_, choice in zip(waiting, choosing, strict=True):
                self._step(wait_, choice)
            self._drop()
            left = float((end - self.clock).clip(0).sum()) / max(end, 1e-300)
            pulse(1 - left / replications)
        return Block(self.counts, None, self.events)

    def _step(self, waiting: Vector, choice: Vector) -> None:
        rates = np.empty((len(self.change[0]), len(self.which)))
        self.rates(self.x, rates)
        sums = np.cumsum(rates, axis=0)
        total = sums[-1]
        with np.errstate(divide="ignore"):
            after = self.clock + waiting / total  # never, in a deadlock
        self._record(after)
        move = (sums <= choice * total).sum(axis=0)
        going = (self.point < len(self.time)) & (total > 0)
        np.minimum(move, len(rates) - 1, out=move)
        self.x += self.change[:, move] * going
        self.clock = np.where(going, after, self.clock)
        self.events += int(going.sum())

    def _record(self, after: Vector) -> None:
        """Record the replications at every point of the grid that they pass before their next event."""
        while True:
            open_ = np.flatnonzero(self.point < len(self.time))
            passing = open_[after[open_] > self.time[self.point[open_]]]
            if not len(passing):
                return
            point, whole = self.point[passing], self.which[passing]
            self.counts[:, point, whole] = self.x[:, passing]
            self.point[passing] += 1

    def _drop(self) -> None:
        left = self.point < len(self.time)
        if left.all():
            return
        self.x = self.x[:, left]
        self.clock, self.point, self.which = self.clock[left], self.point[left], self.which[left]


def ensemble(population: Population, time: Vector, seed: int, parts: Sequence[Block]) -> Ensemble:
    """Return the measures of finished blocks."""
    counts = np.concatenate([part.counts for part in parts], axis=2)
    longer = [part.coarse for part in parts if part.coarse is not None]
    coarse = _figures(population, np.concatenate(longer, axis=2)) if longer else None
    return Ensemble(population, time, *_figures(population, counts), coarse, sum(part.events for part in parts), seed)


def _figures(population: Population, counts: Samples) -> tuple[Samples, Samples]:
    """Return the populations (names, points, replications) and throughputs (actions, points, replications)."""
    held = np.tensordot(population.population_weights.astype(np.float32), counts, 1)
    done = np.empty((len(population.doing), *counts.shape[1:]), np.float32)
    rates = vector_rates(population)
    flow = np.empty((len(population.rates), counts.shape[2]))
    for point in range(counts.shape[1]):
        rates(counts[:, point].astype(float), flow)
        done[:, point] = population.action_weights @ flow
    return held, done


def intervals(found: Ensemble, level: float = LEVEL) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return means and half widths of populations and throughputs, each of shape (names, points).

    What is the same in every replication may yet vary, though rarely, once time has passed. Of leaps, what halving
    them changed is added.
    """
    intervals = []
    later, rare = found.time > 0, unvaried(found.replications, level)
    for index, (values, most) in enumerate(
        ((found.population, most_members(found.view)), (found.throughput, most_throughput(found.view)))
    ):
        mean, half = mean_interval(values, level)
        half = np.where((half == 0) & later, np.where(most > 0, most * rare, 0.0)[:, None], half)
        if found.coarse is not None:
            change, noise = mean_interval(values - found.coarse[index], level)
            half += np.abs(change) + noise
        intervals.append((mean, half))
    return intervals
