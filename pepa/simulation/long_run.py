"""Long-run means from one long path: batch means with warm-up detection and a stopping rule on relative precision.

Batches double in length when there are too many, so that their means become independent (Fishman and Yarberry, An
implementation of the batch means method, 1997). The warm-up cut is the one that minimises the marginal standard error
(White, MSER, 1997). The path stops when every half width is small against its mean and batches are uncorrelated.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control, LimitReached, Ticker
from pepa.control.error import PepaError
from pepa.population.population import Population, Vector
from pepa.population.program import vector_rates
from pepa.simulation.confidence import LEVEL, batch_interval, most_throughput
from pepa.simulation.path import CHUNK, Path, PathSimulator, averages

SNAPSHOTS = 128  # states kept of a batch, of models whose states are small
MOST_KEPT = 10_000_000  # figures in all snapshots
BATCHES = 64  # at most; halved by joining pairs
FEWEST = 20  # batches after warm-up
CORRELATED = 0.35  # lag-one correlation of batch means above which batches are too short
DIFFERENT = 4.0  # standard deviations that batches must be off to be warm-up
COUNTS = 0.01  # of the largest of its kind: smaller means need not be precise
WEIGHS = 0.25  # of the widest half width: what may come to more is not left out
FIRST_EVENTS = 20_000


@dataclass(frozen=True, eq=False)
class Batch:
    """One batch: mean counts (places,), rates of moves (moves,), and states met at even times (snapshots, places)."""

    counts: Vector
    rates: Vector
    states: NDArray[np.float64]

    def joined(self, other: Batch) -> Batch:
        """Return the batch of both, of equal length, with every second of their states."""
        states = np.concatenate([self.states, other.states])[1::2]
        return Batch((self.counts + other.counts) / 2, (self.rates + other.rates) / 2, states)


@dataclass(frozen=True, eq=False)
class LongRun:
    """Means and half widths of populations (names,) and throughputs (actions,), with what they come from."""

    view: Population
    names: tuple[str, ...]
    actions: tuple[str, ...]
    population: tuple[Vector, Vector]
    throughput: tuple[Vector, Vector]
    confidence: float
    precision: float
    reached: float
    events: int
    time: float
    warm_up: float
    batches: tuple[Batch, ...]
    seed: int

    @property
    def unseen(self) -> tuple[str, ...]:
        """The actions that could happen and never did: what they lead to may weigh as much as what was seen."""
        most = most_throughput(self.view)
        return tuple(
            action
            for action, rate, far in zip(self.actions, self.throughput[0], most, strict=True)
            if far > 0 and not rate
        )

    @property
    def bounded(self) -> frozenset[str]:
        """The unseen actions that some state looked at enables: that they did not happen tells how rare they are.

        Of others it tells nothing: where they are enabled they may happen any number of times.
        """
        unseen = self.unseen
        if not unseen:
            return frozenset()
        states = np.concatenate([batch.states for batch in self.batches]).T
        rates = np.empty((len(self.view.rates), states.shape[1]))
        vector_rates(self.view)(states, rates)
        enabled = set(np.flatnonzero((rates > 0).any(axis=1)).tolist())
        return frozenset(action for action in unseen if enabled.intersection(self.view.doing[action]))

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences to read beside the figures."""
        unseen = self.unseen
        if not unseen:
            return ()
        named = ", ".join(unseen[:5]) + (f" and {len(unseen) - 5} more" if len(unseen) > 5 else "")
        said = "all figures are of the states seen, and those it leads to may weigh as much"
        return (f"{named} never happened after the warm-up: {said}",)


def long_run(
    population: Population,
    seed: int,
    control: Control,
    precision: float = 0.01,
    most_events: int = 50_000_000,
    confidence: float = LEVEL,
    asked: Collection[str] = (),
) -> LongRun:
    """Simulate until all means that matter are within `precision` of themselves at the confidence asked for.

    Means below a hundredth of the largest of their kind do not matter, unless they are `asked` for by name; but what
    came too seldom to be known to be so small is waited for. Raises
    LimitReached where the events run out first: no imprecise figure is an answer; and PepaError where the path ends in
    a deadlock.
    """
    simulator, ticker = PathSimulator(population, seed), Ticker(control, "simulate")
    path = simulator.start()
    length = _first_length(simulator)
    series: list[Batch] = []
    events, worst = 0, np.inf
    wanted = np.array([name in asked for name in (*population.held, *population.doing)], bool)
    while True:
        done, batch = _batch(simulator, path, length, ticker, (events, worst, precision))
        events += done
        if events > most_events:
            known = f"known to {100 * worst:.4g} %, not {100 * precision:g} %"
            message = f"after {events:,} events the means are {known if np.isfinite(worst) else 'not all seen yet'}"
            raise LimitReached(message, "raise --events, or ask for less --precision")
        series.append(batch)
        if len(series) < BATCHES:
            continue
        values = np.array([_measured(population, batch) for batch in series])
        cut = _warm_up(values)
        means, half, correlation = batch_interval(values[cut:], confidence)
        matter = _matter(means, len(population.held)) | wanted
        relative = np.divide(half, means, out=np.full(len(means), np.inf), where=means > 0)
        worst = float(relative[matter].max(initial=0.0))
        precise = worst <= precision and correlation[matter].max(initial=0.0) < CORRELATED
        if precise and _rare_is_known(values[cut:], means, half, ~matter, len(population.held), confidence):
            break
        series = [one.joined(other) for one, other in zip(series[0::2], series[1::2], strict=True)]
        length *= 2
    names = len(population.held)
    return LongRun(
        population,
        tuple(population.held),
        tuple(population.doing),
        (means[:names], half[:names]),
        (means[names:], half[names:]),
        confidence,
        precision,
        worst,
        events,
        path.time,
        cut * length,
        tuple(series[cut:]),
        seed,
    )


def _batch(
    simulator: PathSimulator, path: Path, length: float, ticker: Ticker, told: tuple[int, float, float]
) -> tuple[int, Batch]:
    """Step a path by a batch; return its events as well."""
    began, events, states = path.time, 0, []
    snapshots = max(1, min(SNAPSHOTS, MOST_KEPT // (BATCHES * len(path.counts))))
    for snapshot in range(1, snapshots + 1):
        events += _advanced(simulator, path, began + length * snapshot / snapshots, ticker, told)
        states.append(list(path.counts))
    return events, Batch(*averages(path), np.array(states))


def _measured(population: Population, batch: Batch) -> Vector:
    """Return the populations and throughputs of a batch, one after the other."""
    return np.concatenate([population.population_weights @ batch.counts, population.action_weights @ batch.rates])


def _advanced(
    simulator: PathSimulator, path: Path, until: float, ticker: Ticker, told: tuple[int, float, float]
) -> int:
    """Step a path to a time; return the events. Raises PepaError in a deadlock."""
    before, worst, precision = told
    events = 0

    def progress() -> tuple[str, float | None]:
        return f"{before + events:,} events, time {path.time:.4g}, precision {worst:.2g}", _done(worst, precision)

    while path.time < until:
        events += simulator.advance(path, until, CHUNK)
        ticker.tick(progress)
    _refuse_deadlock(path)
    return events


def _refuse_deadlock(path: Path) -> None:
    if sum(path.rates) <= 0:
        message = "the simulation met a deadlock: there is no long run to average"
        raise PepaError(message, "simulate up to a time with --until, or derive the model to see the deadlocks")


def _first_length(simulator: PathSimulator) -> float:
    """Return a batch length such that the first look comes after FIRST_EVENTS events."""
    trial = simulator.start()
    simulator.advance(trial, float("inf"), FIRST_EVENTS)
    _refuse_deadlock(trial)
    return trial.time / BATCHES


def _done(worst: float, precision: float) -> float | None:
    """Return how far the run is: the half width falls with the square root of the events."""
    return min(0.99, (precision / worst) ** 2) if np.isfinite(worst) and worst > 0 else None


def _warm_up(values: NDArray[np.float64]) -> int:
    """Return how many batches to cut: where the marginal standard error is least, if what is cut is really different.

    Cutting what only happens to be low or high would make the rest look steadier than it is.
    """
    cuts = range(min(len(values) - FEWEST, len(values) // 2) + 1)
    errors = np.array([values[cut:].var(axis=0) / (len(values) - cut) for cut in cuts])
    best = errors.argmin(axis=0)
    for cut, series in sorted(zip(best.tolist(), values.T, strict=True), key=lambda pair: -pair[0]):
        rest = series[cut:]
        if cut and abs(series[:cut].mean() - rest.mean()) > DIFFERENT * rest.std() / np.sqrt(cut):
            return int(cut)
    return 0


def _matter(means: Vector, names: int) -> NDArray[np.bool_]:
    """Return which means are not small against the largest of their kind."""
    matter = np.zeros(len(means), bool)
    for part in (slice(0, names), slice(names, None)):
        matter[part] = means[part] > COUNTS * means[part].max(initial=0.0)
    return matter


def _rare_is_known(
    values: NDArray[np.float64], means: Vector, half: Vector, small: NDArray[np.bool_], names: int, confidence: float
) -> bool:
    """Return whether what is rare came often enough, or cannot move what the other means are known to.

    What came k times may be expected as often as the mean of the Poisson distribution under which so few are unlikely
    (Garwood, Fiducial limits for the Poisson distribution, 1936): so much more may all that is rare weigh together.
    """
    from scipy.special import gammaincinv

    met = values > 0
    begun = met[0] + (met[1:] & ~met[:-1]).sum(axis=0)
    times = np.where(2 * met.sum(axis=0) > len(met), FEWEST, begun)  # in most batches: it is small, and not rare
    rare = small & (times > 0) & (times < FEWEST)
    more = means * rare * (gammaincinv(times + 1, 0.5 + confidence / 2) / np.maximum(times, 1) - 1)
    return all(
        float(more[part].sum()) <= WEIGHS * max(half[part].max(initial=0.0), COUNTS**2 * means[part].max(initial=0.0))
        for part in (slice(0, names), slice(names, None))
    )
