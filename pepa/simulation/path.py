"""One path by Gillespie's direct method (1977), with only those rates worked out again that a move can have changed.

The loop is generated from place numbers and figures alone; a table of dependencies decides what each move updates.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np

from pepa.population.population import Population, Vector, places_read
from pepa.population.program import Source, compiled, scalar_rates

CHUNK = 20_000  # events between two looks at the clock of the watcher


@dataclass
class Path:
    """Where a path is: counts, rates, time, and since the last reset: events by move, time integrals of counts."""

    counts: list[float]
    rates: list[float]
    time: float
    fired: list[int]
    integral: list[float]
    since: list[float]
    began: float = field(default=0.0)


class PathSimulator:
    """Steps paths of a population; `seed` fixes every path it makes. Without `averaging` no integrals are kept."""

    def __init__(self, population: Population, seed: int, *, averaging: bool = True) -> None:
        self.population = population
        self.random = Random(seed)
        self._rates = scalar_rates(population)
        self._advance = _generated(population, self.random, averaging=averaging)

    def start(self) -> Path:
        """Return a path at its beginning."""
        counts = self.population.initial.tolist()
        moves, places = self.population.change.shape
        return Path(counts, self._rates(counts), 0.0, [0] * moves, [0.0] * places, [0.0] * places)

    def advance(self, path: Path, until: float, most: int = CHUNK) -> int:
        """Step a path up to a time, at most so many events; return the events. If they are fewer, it is at `until`."""
        path.time, events = self._advance(
            path.counts, path.rates, path.time, until, most, path.fired, path.integral, path.since
        )
        return int(events)

    def step(self, path: Path) -> int | None:
        """Do one event; return its move, or None in a deadlock."""
        before = list(path.fired)
        if sum(path.rates) <= 0:
            return None
        self.advance(path, math.inf, 1)
        return next(move for move, (old, new) in enumerate(zip(before, path.fired, strict=True)) if new > old)


@dataclass(frozen=True)
class Event:
    """What happened at a time: an action, and which local derivatives were left for which."""

    time: float
    action: str
    left: tuple[str, ...]
    entered: tuple[str, ...]


def averages(path: Path) -> tuple[Vector, Vector]:
    """Return the time averages of counts and the rates of the moves since the last reset, and reset."""
    span = path.time - path.began
    integral = np.array(path.integral) + np.array(path.counts) * (path.time - np.array(path.since))
    rates = np.array(path.fired, float) / span
    places, moves = len(path.counts), len(path.fired)
    path.integral[:] = [0.0] * places
    path.since[:] = [path.time] * places
    path.fired[:] = [0] * moves
    path.began = path.time
    return integral / span, rates


def path_events(population: Population, seed: int, number: int) -> list[Event]:
    """Return the first events of the path of a seed: time, action, and who went from where to where."""
    simulator = PathSimulator(population, seed)
    path, actions = simulator.start(), {m: a for a, moves in population.doing.items() for m in moves}
    found: list[Event] = []
    for _ in range(number):
        move = simulator.step(path)
        if move is None:
            break
        left, entered = (
            tuple(population.labels[place] for place in np.flatnonzero(sign * population.change[move] > 0))
            for sign in (-1, 1)
        )
        found.append(Event(path.time, actions[move], left, entered))
    return found


def _generated(population: Population, random: Random, *, averaging: bool) -> Any:
    """Return advance(x, f, t, until, most, n, S, L) -> (t, events)."""
    readers = [places_read(rate) for rate in population.rates]
    scope: dict[str, object] = {}
    for move, change in enumerate(population.change):
        changed = np.flatnonzero(change).tolist()
        lines = []
        for place in changed:
            if averaging:
                lines += [f"S[{place}] += x[{place}]*(t - L[{place}])", f"L[{place}] = t"]
            lines.append(f"x[{place}] += {int(change[place])}")
        source = Source(vector=False)
        rates = [
            (other, source.rate(rate)) for other, rate in enumerate(population.rates) if readers[other] & set(changed)
        ]
        lines += source.lines + [f"f[{other}] = {text}" for other, text in rates]
        scope[f"d{move}"] = compiled("x, f, t, S, L", lines or ["pass"])
    body = [
        "events = 0",
        "while events < most:",
        "    total = sum(f)",
        "    if total <= 0.0: return until, events",
        "    after = t - log(1.0 - random())/total",
        "    if after > until: return until, events",
        "    t = after",
        "    left = random()*total",
        "    move = last = 0",
        "    for rate in f:",
        "        if rate > 0.0:",
        "            left -= rate",
        "            last = move",
        "            if left < 0.0: break",
        "        move += 1",
        "    D[last](x, f, t, S, L)",
        "    n[last] += 1",
        "    events += 1",
        "return t, events",
    ]
    done = tuple(scope[f"d{move}"] for move in range(len(population.rates)))
    return compiled("x, f, t, until, most, n, S, L", body, D=done, log=math.log, random=random.random)
