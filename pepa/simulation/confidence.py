"""Confidence intervals of means: of independent values, of batches that follow one another, of what never varied.

A sample in which nothing varied has no deviation to tell its error by. What is the same in all of n independent values
is otherwise in a share below -log(1 - level) / n of all (the rule of three; Hanley and Lippman-Hand, If nothing goes
wrong, is everything all right?, 1983).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from pepa.population.population import MoveRate, Population, Vector, places_read

LEVEL = 0.95


def mean_interval(samples: NDArray[np.floating], level: float = LEVEL) -> tuple[Vector, Vector]:
    """Return mean and half width over the last axis, of independent values, by Student's t; nan of fewer than two.

    Where the values are all the same the half width is 0: see `unvaried`.
    """
    number = samples.shape[-1]
    mean = np.asarray(samples.mean(axis=-1, dtype=np.float64))
    if number < 2:
        return mean, np.full(mean.shape, np.nan)
    deviation = samples.std(axis=-1, ddof=1, dtype=np.float64)
    deviation = np.where(np.ptp(samples, axis=-1) == 0, 0.0, deviation)
    return mean, np.asarray(student(number - 1, level) * deviation / math.sqrt(number))


def student(freedom: int, level: float) -> float:
    """Return how many standard errors a mean is off at most, by Student's t with some degrees of freedom."""
    from scipy.special import stdtrit  # what `scipy.stats` calls, which takes a second to import

    return float(stdtrit(freedom, 0.5 + level / 2))


def batch_interval(batches: NDArray[np.float64], level: float = LEVEL) -> tuple[Vector, Vector, Vector]:
    """Return mean, half width and lag-one correlation of series (batches, n) whose values follow one another in time.

    Where some correlation is left they are widened for it.
    """
    mean = batches.mean(axis=0)
    # pairs of batches: what correlation the stopping rule cannot see in the batches is less in them
    kept = (batches[len(batches) % 2 :: 2] + batches[len(batches) % 2 + 1 :: 2]) / 2
    centred = kept - kept.mean(axis=0)
    power = (centred**2).sum(axis=0)
    following = (centred[1:] * centred[:-1]).sum(axis=0)
    correlation = np.divide(following, power, out=np.zeros_like(power), where=power > 0)
    variance = power / (len(kept) - 1) / len(kept) * (1 + 2 * np.maximum(correlation, 0.0))
    return mean, np.asarray(student(len(kept) - 1, level) * np.sqrt(variance)), correlation


def unvaried(number: int, level: float = LEVEL) -> float:
    """Return the share of all values below which those are that differ from what all of a sample have in common."""
    return min(1.0, -math.log(1 - level) / number)


def most_members(population: Population) -> Vector:
    """Return how far the members of each local derivative can be off, shape (names,): 0 where no move changes them."""
    moving = (population.change != 0).any(axis=0)
    sizes = np.array([group.size for group in population.net.groups], float)
    found = []
    for places in population.held.values():
        most: dict[int, int] = {}
        for place, number in places:
            if moving[place]:
                group = int(population.group[place])
                most[group] = max(most.get(group, 0), number)
        found.append(sum(number * sizes[group] for group, number in most.items()))
    return np.array(found, float)


def most_throughput(population: Population) -> Vector:
    """Return how far the throughput of each action can be off, shape (actions,): 0 where its rate never changes.

    No move is faster than its participants are alone: a cooperation is as fast as its slower side.
    """
    moving = set(np.flatnonzero((population.change != 0).any(axis=0)).tolist())
    moves = [move for move in population.net.moves if not move.passive]
    sizes = [group.size for group in population.net.groups]

    def fastest(index: int, rate: MoveRate) -> float:
        if not places_read(rate) & moving:
            return 0.0
        alone = [sizes[p.group] * p.transition.rate for p in moves[index].participants if not p.transition.passive]
        return min(alone, default=math.inf)

    return np.array(
        [sum(fastest(index, population.rates[index]) for index in indices) for indices in population.doing.values()]
    )
