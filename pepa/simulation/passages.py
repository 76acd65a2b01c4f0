"""Passage times along one long path: of the members of a group, all of them told apart, or of the whole model.

Which member of those in a place a move takes is by chance: they are interchangeable, so that this is exact. All members
are followed at once, each with the moments at which its passages began; the first of them are left out as a warm-up.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control, LimitReached, Ticker
from pepa.control.error import PepaError
from pepa.population.population import Population, Vector
from pepa.simulation.confidence import LEVEL, batch_interval, unvaried
from pepa.simulation.path import PathSimulator

BATCHES = 40  # of passages that follow one another
WARM_UP = 0.2  # of the passages wanted, as many are left out at first
EACH = 3  # and at least so many a member
MOST_EVENTS = 200_000_000
FRUITLESS = 5_000_000  # events in which no passage ends: none will
CHUNK = 1_000  # events of a whole model that are looked at together
FEWEST_ENDS = 2 * BATCHES  # moments at which passages end: those that end together are not independent
GRID = 400  # points at which a distribution is inverted


Truths = NDArray[np.bool_]


class Local(Protocol):
    """What is so of a member as it moves, or while it is in some of its local derivatives."""

    @property
    def action(self) -> str:
        """The action it does; empty where it is about where it is."""

    @property
    def inside(self) -> Truths:
        """In which of its local derivatives it is so."""

    def entered(self, source: int, target: int, action: str) -> bool:
        """Whether it becomes so by a transition."""


@dataclass(frozen=True)
class Moved:
    """What a move does to the member it takes: whether a passage ends by it, and whether one begins."""

    source: int
    target: int
    ends: bool
    begins: bool
    at_once: bool  # what begins has ended there


def moved(source: int, target: int, action: str, begin: Local, ends: Sequence[Local]) -> Moved:
    """Return what a move by an action means for the passages of the member it takes."""
    inside = any(end.inside[target] for end in ends)
    done = inside or any(end.action and end.action == action for end in ends)
    return Moved(source, target, done, begin.entered(source, target, action), inside)


@dataclass(frozen=True, eq=False)
class Passages:
    """Passage times in the order they ended, the warm-up left out; `events` of the path in all."""

    times: Vector
    events: int
    seed: int

    def without(self, part: int, parts: int) -> Passages:
        """Return all but one of so many parts that follow one another."""
        kept = np.concatenate([one for at, one in enumerate(np.array_split(self.times, parts)) if at != part])
        return Passages(kept, self.events, self.seed)

    def _batches(self) -> list[Vector]:
        return [np.sort(part) for part in np.array_split(self.times, BATCHES)]

    def mean(self, level: float = LEVEL) -> tuple[float, float]:
        """Return the mean and its half width."""
        found, half, _ = batch_interval(np.array([[part.mean()] for part in self._batches()]), level)
        return float(found[0]), float(half[0])

    def arrived(self, times: Vector, level: float = LEVEL) -> tuple[Vector, Vector]:
        """Return which part takes no longer than some times, with half widths, each right with the level by itself."""
        shares = np.array([np.searchsorted(part, times, side="right") / len(part) for part in self._batches()])
        found, half, _ = batch_interval(shares, level)
        same = (shares == shares[0]).all(axis=0)
        return found, np.where(same, unvaried(len(self.times), level), half)

    def quantile(self, share: float, level: float = LEVEL) -> tuple[float, float, float]:
        """Return the time in which a part is over, and between which times that is, where the band crosses it."""
        grid = np.quantile(self.times, np.linspace(0.0, 1.0, GRID + 1))
        found, half = self.arrived(grid, level)
        after, surely = found + half >= share, found - half >= share
        low = float(grid[int(np.argmax(after))]) if after.any() else math.inf
        high = float(grid[int(np.argmax(surely))]) if surely.any() else math.inf
        return float(np.quantile(self.times, share)), low, high


def passages(
    population: Population, first: int, moves: Sequence[Moved | None], number: int, seed: int, control: Control
) -> Passages:
    """Return so many passage times of the members of a group, whose places start at `first`.

    `moves` are what each move of the population does to a member. Raises PepaError in a deadlock, LimitReached where
    passages are too rare, and whatever the watcher raises to cancel.
    """
    members = _Members(population, first, moves, seed)
    return _followed(population, members, members.size, number, seed, control)


@dataclass(frozen=True, eq=False)
class Marks:
    """Of events that follow one another, shape (events,): which of them end passages and which begin one.

    `at_once` says after which it is so that what begins has ended there.
    """

    ends: Truths
    begins: Truths
    at_once: Truths


Watch = Callable[[NDArray[np.int64], NDArray[np.float64]], Marks]


def whole_passages(population: Population, watch: Watch, number: int, seed: int, control: Control) -> Passages:
    """Return so many passage times of a model as a whole; several may be on the way at a time, and end together.

    `watch` is told the moves of some events and the counts before the first and after each, (places, events + 1).
    Raises what `passages` does.
    """
    return _followed(population, _Whole(population, watch), 1, number, seed, control)


class _Follower(Protocol):
    together: list[int]  # how many passages ended at each moment at which some did, in order
    begun: int  # how many passages are known to have begun

    def take(self, move: int, time: float) -> Iterator[float]:
        """See a move at a time; yield the passages that are known to have ended since the last."""


def _followed(
    population: Population, follower: _Follower, size: int, number: int, seed: int, control: Control
) -> Passages:
    """Return the passages a follower sees, those of a warm-up left out; `size` is how many it follows at once."""
    simulator, ticker = PathSimulator(population, seed, averaging=False), Ticker(control, "simulate")
    path, found = simulator.start(), list[float]()
    wanted, events = number + max(math.ceil(WARM_UP * number), EACH * size), 0

    def told() -> tuple[str, float]:
        return f"{len(found):,} of {wanted:,} passages", min(1.0, len(found) / wanted)

    while len(found) < wanted:
        if not simulator.advance(path, math.inf, 1):
            raise PepaError(
                "the simulation came to a deadlock", "pepa findings tells how; the method exact needs no long run"
            )
        move = path.fired.index(1)
        path.fired[move] = 0
        found.extend(follower.take(move, path.time))
        events += 1
        if events % 1024 == 0:
            ticker.tick(told)
        if events == MOST_EVENTS or (events == FRUITLESS and not found):
            raise _too_few(len(found), wanted, events, follower.begun)
    _refuse_few_ends(follower.together, number, wanted)
    return Passages(np.array(found[:wanted][-number:]), events, seed)


def _too_few(ended: int, wanted: int, events: int, begun: int) -> LimitReached:
    if not begun:
        message = f"none of {wanted:,} passages began in {events:,} events"
        return LimitReached(message, "look whether what begins them can happen: by pepa findings, or the method exact")
    message = f"{ended:,} of {wanted:,} passages ended in {events:,} events"
    hint = "ask for fewer passages, or another method" if ended else "they end too seldom: by the method exact"
    return LimitReached(message, hint)


def _refuse_few_ends(together: Sequence[int], number: int, wanted: int) -> None:
    """Raise LimitReached where the last of the passages wanted ended at too few moments to tell a confidence by."""
    ended = np.cumsum(together)
    first, last = np.searchsorted(ended, [wanted - number, wanted - 1], side="right").tolist()
    ends = last - first + 1
    if ends < min(FEWEST_ENDS, number):
        moments = "moment" if ends == 1 else "moments"
        message = f"{number:,} passages ended together, at {ends:,} {moments}: too few to tell how long they take"
        raise LimitReached(message, "ask for more passages, or the method exact")


class _Members:
    """Who is in each place, and when the passages of each began that have not ended."""

    def __init__(self, population: Population, first: int, moves: Sequence[Moved | None], seed: int) -> None:
        self._moves, self._random = moves, Random(seed + 1)
        counts = population.initial[population.group == population.group[first]].astype(int).tolist()
        numbers = iter(range(sum(counts)))
        self._places = [[next(numbers) for _ in range(count)] for count in counts]
        self.size = sum(counts)
        self.together, self.begun = list[int](), 0
        self._began: list[list[float]] = [[] for _ in range(self.size)]

    def take(self, move: int, time: float) -> Iterator[float]:
        """Let a move take one member; yield the passages that end by it."""
        effect = self._moves[move]
        if effect is None:
            return
        waiting = self._places[effect.source]
        at = int(self._random.random() * len(waiting))
        waiting[at], waiting[-1] = waiting[-1], waiting[at]
        member = waiting.pop()
        self._places[effect.target].append(member)
        began = self._began[member]
        if effect.ends and began:
            self.together.append(len(began))
            yield from (time - start for start in began)
            began.clear()
        if effect.begins:
            self.begun += 1
            if effect.at_once:
                self.together.append(1)
                yield 0.0
            else:
                began.append(time)


class _Whole:
    """The counts of a model as its moves are seen, and when the passages began that have not ended."""

    def __init__(self, population: Population, watch: Watch) -> None:
        self.together, self.begun = list[int](), 0
        self._change, self._watch = population.change.T, watch
        self._counts = population.initial.astype(float)
        self._moves, self._times, self._began = list[int](), list[float](), list[float]()

    def take(self, move: int, time: float) -> Iterator[float]:
        """See a move; yield the passages that have ended since they were last looked at."""
        self._moves.append(move)
        self._times.append(time)
        if len(self._moves) == CHUNK:
            yield from self._seen()
            self._moves.clear()
            self._times.clear()

    def _seen(self) -> Iterator[float]:
        moves = np.array(self._moves)
        steps = np.concatenate([self._counts[:, None], self._change[:, moves]], axis=1)
        counts = np.cumsum(steps, axis=1)
        self._counts = counts[:, -1]
        marks, began = self._watch(moves, counts), self._began
        self.begun += int(marks.begins.sum())
        for event in np.flatnonzero(marks.ends | marks.begins).tolist():
            time = self._times[event]
            if marks.ends[event] and began:
                self.together.append(len(began))
                yield from (time - start for start in began)
                began.clear()
            if marks.begins[event]:
                if marks.at_once[event]:
                    self.together.append(1)
                    yield 0.0
                else:
                    began.append(time)
