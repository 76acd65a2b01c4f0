"""The coordinates of a state space: what its groups can tell of a state one at a time.

A lone component has one coordinate, the local derivative it is in; an array one for each local derivative, the number
of its members there. A move changes a coordinate by a constant, and that of an array by one at most: seen along one
coordinate alone, a chain is a small chain, and along a count a birth-death chain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pepa.markov.space.loops import loops
from pepa.markov.space.packing import Layout, Words
from pepa.markov.space.state_space import StateSpace, Vector, by_move
from pepa.net.net import Move

CHUNK = 1 << 16  # entries at a time: what is read of them stays in the cache
EACH = 1 << 12  # for each move, at least


@dataclass(frozen=True)
class Coordinate:
    """One coordinate: what it counts or places, in which group, and how many values it can have."""

    group: int
    derivative: int | None  # None: the place of a lone component
    values: int


@dataclass(frozen=True, eq=False)
class Flows:
    """The flow between the values of one coordinate: from, to and size of each, no value to itself."""

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    flow: Vector


@dataclass(frozen=True, eq=False)
class Entries:
    """What flows between states: out of which, by which move, at which rate.

    They are transitions, with rates in the probability of their states; or the entries of a balance, with rates in the
    flow out of them, those of the diagonal among them: these have a move more than there are.
    """

    source: NDArray[np.int32 | np.int64]
    move: NDArray[np.unsignedinteger]
    rate: Vector


@dataclass(frozen=True, eq=False)
class StepRates:
    """How fast each state steps down and up along a count, by all moves together."""

    down: Vector
    up: Vector


@dataclass(frozen=True, eq=False)
class Coordinates:
    """The coordinates of some states, and the move of each of their transitions."""

    layout: Layout
    moves: tuple[Move, ...]
    words: Words
    move: NDArray[np.unsignedinteger]

    def restricted(self, states: NDArray[np.int64], inside: NDArray[np.bool_]) -> Coordinates:
        """Return those of some states, and of the transitions among them."""
        return replace(self, words=self.words[:, states], move=self.move[inside])

    def at(self, states: NDArray[np.int64]) -> Coordinates:
        """Return those of some states, without transitions."""
        return replace(self, words=self.words[:, states], move=self.move[:0])

    def all(self) -> list[Coordinate]:
        """Return every coordinate that can have more than one value."""
        found = []
        for index, group in enumerate(self.layout.groups):
            if self.layout.is_lone(index):
                found.append(Coordinate(index, None, len(group.initial)))
            elif group.size:
                found += [Coordinate(index, derivative, group.size + 1) for derivative in range(len(group.initial))]
        return [coordinate for coordinate in found if coordinate.values > 1]

    def value(self, coordinate: Coordinate, part: slice = slice(None)) -> NDArray[np.int64]:
        """Return the value of a coordinate in each state, or in some."""
        return self.layout.fields[coordinate.group][coordinate.derivative or 0].read(self.words[:, part])

    def flows(self, along: Sequence[Coordinate], entries: Entries, weight: Vector) -> dict[Coordinate, Flows]:
        """Return the flows along some coordinates, all in one pass over the entries, by the weight of each state."""
        counts = [one for one in along if one.derivative is not None]
        tables = {one: np.zeros((2, one.values)) for one in counts}
        of_move = np.zeros(len(self.moves) + 1)
        for part, move, among in self._changing(counts, entries):
            states = entries.source[part][among]
            flow, words = weight[states] * entries.rate[part][among], self.words[:, states]
            for coordinate, up in self._changes[move]:
                if coordinate in tables:
                    value = self.layout.fields[coordinate.group][coordinate.derivative or 0].read(words)
                    tables[coordinate][int(up)] += np.bincount(value, flow, coordinate.values)
        if len(counts) < len(along):
            for start in range(0, len(entries.source), CHUNK):
                part = slice(start, start + CHUNK)
                moves, source = (each[part].astype(np.int32) for each in (entries.move, entries.source))
                loops().coo_matvec(len(moves), moves, source, entries.rate[part], weight, of_move)
        return {
            one: self._between_places(one, of_move) if one.derivative is None else _birth_death(*tables[one])
            for one in along
        }

    def step_rates(self, counts: Sequence[Coordinate], entries: Entries) -> dict[Coordinate, StepRates]:
        """Return how fast each state steps up and down along some counts, by transitions with their rates.

        Memory: two numbers a state and count, and one more a state; there may be 2^31 of these.
        """
        number, size = {one: 2 * index for index, one in enumerate(counts)}, self.words.shape[1]
        nowhere = 2 * len(counts)
        rows = [[number[one] + up for one, up in changes if one in number] for changes in self._changes]
        rates = np.zeros((nowhere + 1) * size)
        column, one = np.zeros(CHUNK, np.int32), np.ones(1)
        for place in range(max(map(len, rows), default=0)):
            # The rate of each transition is added to the row of the first count its move changes, of the second, ...
            first = np.array([size * (row[place] if place < len(row) else nowhere) for row in rows], np.int32)
            for start in range(0, len(entries.source), CHUNK):
                part = slice(start, start + CHUNK)
                into = first.take(entries.move[part])
                into += entries.source[part]
                loops().coo_matvec(len(into), into, column, entries.rate[part], one, rates)
        rows_of = rates.reshape(nowhere + 1, size)
        return {one: StepRates(rows_of[row], rows_of[row + 1]) for one, row in number.items()}

    def stepped(self, coordinate: Coordinate, rates: StepRates, weight: Vector) -> Flows:
        """Return the flows along a count by how fast each state steps, and by the weight of each."""
        table = np.zeros((2, coordinate.values))
        for start in range(0, len(weight), CHUNK):
            part = slice(start, start + CHUNK)
            value = self.value(coordinate, part)
            table[0] += np.bincount(value, rates.down[part] * weight[part], coordinate.values)
            table[1] += np.bincount(value, rates.up[part] * weight[part], coordinate.values)
        return _birth_death(*table)

    def _changing(
        self, counts: Sequence[Coordinate], entries: Entries
    ) -> Iterator[tuple[slice, int, NDArray[np.int64]]]:
        """Yield a part of the entries, a move that changes one of some counts, and where in the part it is."""
        asked = set(counts)
        wanted = np.array([any(one in asked for one, _ in changes) for changes in self._changes] + [False])
        if not wanted.any():
            return
        size = max(CHUNK, EACH * int(np.count_nonzero(wanted)))
        for start in range(0, len(entries.source), size):
            part = slice(start, start + size)
            for move, among in by_move(entries.move[part], wanted):
                yield part, move, among

    @cached_property
    def _changes(self) -> list[list[tuple[Coordinate, bool]]]:
        """The counts that each move changes, by one, and whether it adds one."""
        known = {(one.group, one.derivative): one for one in self.all() if one.derivative is not None}
        changed = [
            [
                (participant.group, derivative, up)
                for participant in move.participants
                if participant.transition.source != participant.transition.target
                for derivative, up in ((participant.transition.source, False), (participant.transition.target, True))
            ]
            for move in self.moves
        ]
        return [[(known[group, one], up) for group, one, up in each if (group, one) in known] for each in changed]

    @cached_property
    def _steps(self) -> dict[int, NDArray[np.int64]]:
        """The steps of each group, by its number: which moves make one, from where and to where."""
        found: dict[int, list[tuple[int, int, int]]] = {}
        for index, move in enumerate(self.moves):
            for group, step in ((one.group, one.transition) for one in move.participants):
                if step.source != step.target:
                    found.setdefault(group, []).append((index, step.source, step.target))
        return {group: np.array(steps, np.int64).T for group, steps in found.items()}

    def _between_places(self, coordinate: Coordinate, of_move: Vector) -> Flows:
        """Return the flows between the places of a lone component, by those of each move."""
        move, source, target = self._steps.get(coordinate.group, np.empty((3, 0), np.int64))
        return Flows(source, target, of_move[move])


def _birth_death(down: Vector, up: Vector) -> Flows:
    """Return the flows along a count, from each of its values up and down by one."""
    value = np.arange(len(up))
    return Flows(
        np.concatenate([value[:-1], value[1:]]),
        np.concatenate([value[1:], value[:-1]]),
        np.concatenate([up[:-1], down[1:]]),
    )


def coordinates(space: StateSpace) -> Coordinates:
    """Return the coordinates of a state space."""
    return Coordinates(space.layout, space.net.moves, space.words, space.move)
