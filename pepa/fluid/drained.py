"""Who is drained in a fluid: members that wait passively, where the others take them as fast as they come.

A fluid has nobody waiting there, only the small part of a member that is enough for its partners: the place is shown
empty. In the chain it is not: arrivals and services happen by chance, and a queue stands whenever they do not fit.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from pepa.fluid.ode import leasts, value
from pepa.population.population import Least, Population, Vector, passive_places

FLOWING = 1e-12  # of the fastest move: slower ones do not happen


def minima(population: Population, flow: Vector) -> Iterator[tuple[str, Least]]:
    """Yield the minima that limit what happens, each with its action, by the rates of the moves (moves,)."""
    least = FLOWING * flow.max(initial=0.0)
    for action, moves in population.doing.items():
        found = [limit for move in moves if flow[move] > least for limit in population.rates[move].minima]
        for limit in dict.fromkeys(inner for outer in found for inner in leasts(outer)):
            yield action, limit


def drained(population: Population, counts: Vector, flow: Vector) -> dict[int, str]:
    """Return the drained places at some counts (places,) and flows (moves,), each with an action that drains it."""
    found: dict[int, str] = {}
    for action, limit in minima(population, flow):
        slowest = min(limit.parts, key=lambda part: value(part, counts))
        found |= dict.fromkeys(passive_places(slowest), action)
    return found


def shown(population: Population, counts: NDArray[np.float64], flows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return counts (places, points) with nobody where a place is drained, and nowhere fewer than nobody."""
    found = np.maximum(counts, 0.0)
    if population.passive:
        for point in range(counts.shape[1]):
            found[list(drained(population, counts[:, point], flows[:, point])), point] = 0.0
    return found
