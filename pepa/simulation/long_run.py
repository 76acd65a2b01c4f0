"""Long-run means from one long path: batch means with warm-up detection and a stopping rule on relative precision.

Batches double in length when there are too many, so that their means become independent (Fishman and Yarberry, An
implementation of the batch means method, 1997). The warm-up cut is the one that minimises the marginal standard error
(White, MSER, 1997). The path stops when every half width is small against its mean and batches are uncorrelated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.language.problem import PepaError
from pepa.markov.control import Control, LimitReached, Ticker
from pepa.population.population import Population, Vector
from pepa.simulation.path import CHUNK, PathSimulator, averages

BATCHES = 64  # at most; halved by joining pairs
FEWEST = 20  # batches after warm-up
CORRELATED = 0.35  # lag-one correlation of batch means above which batches are too short
COUNTS = 0.01  # of the largest of its kind: smaller means need not be precise
FIRST_EVENTS = 20_000


@dataclass(frozen=True, eq=False)
class LongRun:
    """Means and half widths of populations (names,) and throughputs (actions,), with what they come from."""

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
    batches: int
    seed: int


def long_run(
    population: Population,
    seed: int,
    control: Control,
    precision: float = 0.01,
    most_events: int = 50_000_000,
    confidence: float = 0.95,
) -> LongRun:
    """Simulate until all means that matter are within `precision` of themselves at the confidence asked for.

    Means below a hundredth of the largest of their kind do not matter. Raises LimitReached where the events run out
    first: no imprecise figure is an answer; and PepaError where the path ends in a deadlock.
    """
    simulator, ticker = PathSimulator(population, seed), Ticker(control, "simulate")
    path = simulator.start()
    length = _first_length(simulator)
    series: list[Vector] = []
    events, worst = 0, np.inf
    while True:
        until = path.time + length
        while path.time < until:
            events += simulator.advance(path, until, CHUNK)
            ticker.tick(
                lambda: (f"{events:,} events, time {path.time:.4g}, precision {worst:.2g}", _done(worst, precision))
            )
            if events > most_events:
                message = (
                    f"after {events:,} events the means are known to {100 * worst:.2g} %, not {100 * precision:g} %"
                )
                raise LimitReached(message, "raise --events, or ask for less --precision")
        if sum(path.rates) <= 0:
            message = f"the simulation met a deadlock at time {path.time:.4g}: there is no long run to average"
            raise PepaError(message, "simulate up to a time with --until, or derive the model to see the deadlocks")
        counts, rates = averages(path)
        series.append(np.concatenate([population.population_weights @ counts, population.action_weights @ rates]))
        if len(series) < BATCHES:
            continue
        values = np.array(series)
        cut = _warm_up(values)
        kept = values[cut:]
        half, correlation = _half_widths(kept, confidence)
        means = kept.mean(axis=0)
        matter = _matter(means, len(population.held))
        worst = float((half[matter] / means[matter]).max(initial=0.0))
        if worst <= precision and correlation[matter].max(initial=0.0) < CORRELATED:
            break
        series = list((values[0::2] + values[1::2]) / 2)
        length *= 2
    names = len(population.held)
    return LongRun(
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
        len(kept),
        seed,
    )


def _first_length(simulator: PathSimulator) -> float:
    """Return a batch length such that the first look comes after FIRST_EVENTS events."""
    trial = simulator.start()
    simulator.advance(trial, float("inf"), FIRST_EVENTS)
    return (trial.time if np.isfinite(trial.time) else 1.0) / BATCHES


def _done(worst: float, precision: float) -> float | None:
    """Return how far the run is: the half width falls with the square root of the events."""
    return min(0.99, (precision / worst) ** 2) if np.isfinite(worst) and worst > 0 else None


def _warm_up(values: NDArray[np.float64]) -> int:
    """Return how many batches to cut: where the marginal standard error of the slowest measure is least."""
    scale = values.std(axis=0)
    moving = values[:, scale > 0] / scale[scale > 0]
    if not moving.size:
        return 0
    latest = len(values) - FEWEST
    errors = [(moving[cut:].var(axis=0) / (len(moving) - cut)) for cut in range(0, latest + 1)]
    return min(int(np.argmin(np.array(errors), axis=0).max()), len(values) // 2)


def _half_widths(kept: NDArray[np.float64], confidence: float) -> tuple[Vector, Vector]:
    """Return half widths by Student's t, widened for what is left of correlation, and that lag-one correlation."""
    from scipy.stats import t

    centred = kept - kept.mean(axis=0)
    power = (centred**2).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = np.nan_to_num((centred[1:] * centred[:-1]).sum(axis=0) / power)
    variance = power / (len(kept) - 1) / len(kept) * (1 + 2 * np.maximum(correlation, 0.0))
    return np.asarray(t.ppf(0.5 + confidence / 2, len(kept) - 1) * np.sqrt(variance)), correlation


def _matter(means: Vector, names: int) -> NDArray[np.bool_]:
    """Return which means are not small against the largest of their kind."""
    matter = np.zeros(len(means), bool)
    for part in (slice(0, names), slice(names, None)):
        matter[part] = means[part] > COUNTS * means[part].max(initial=0.0)
    return matter
