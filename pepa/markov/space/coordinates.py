"""The coordinates of a state space: what its groups can tell of a state one at a time.

A lone component has one coordinate, the local derivative it is in; an array one for each local derivative, the number
of its members there. A move changes a coordinate by a constant, and that of an array by one at most: seen along one
coordinate alone, a chain is a small chain, and along a count a birth-death chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pepa.markov.space.loops import loops
from pepa.markov.space.packing import Layout, Words
from pepa.markov.space.state_space import StateSpace, Vector
from pepa.net.net import Move

CHUNK = 1 << 16  # entries at a time: what is read of them stays in the cache
KEPT = 1 << 25  # entries up to which it is kept where each counts, two bytes mostly for every count it changes


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
        if len(entries.source) > KEPT and len(along) == 1 and along[0].derivative is not None:
            return {along[0]: self._alone(along[0], entries, weight)}
        slots = [slot for slot in self._counted if any((one.group, one.derivative) in slot.on for one in along)]
        slots = slots or self._counted[:1]  # each has a bin, or several, for every move
        tables = [np.zeros(slot.bins) for slot in slots]
        for start in range(0, len(entries.source), CHUNK):
            part, binned = slice(start, start + CHUNK), self._binned(start, entries, slots)
            for bins, table in zip(binned, tables, strict=True):
                loops().coo_matvec(len(bins), bins, entries.source[part], entries.rate[part], weight, table)
        of_move = np.add.reduceat(tables[0], slots[0].base)
        return {coordinate: self._along(coordinate, of_move, slots, tables) for coordinate in along}

    def _alone(self, coordinate: Coordinate, entries: Entries, weight: Vector) -> Flows:
        """Return the flows along a count, by those entries alone that change it."""
        change = np.array([*(_change(move, coordinate) for move in self.moves), 0])
        changes, number = change != 0, coordinate.values
        upward = np.where(change > 0, number, 0)
        field = self.layout.fields[coordinate.group][coordinate.derivative or 0]
        flow = np.zeros(2 * number)
        for start in range(0, len(entries.source), CHUNK):
            part = slice(start, start + CHUNK)
            move = entries.move[part]
            changing = np.flatnonzero(changes[move])
            states = entries.source[part][changing]
            count = field.read(self.words[:, states])
            count += upward[move[changing]]
            flow += np.bincount(count, weight[states] * entries.rate[part][changing], 2 * number)
        return _birth_death(flow[number:], flow[:number])

    @cached_property
    def _counted(self) -> list[_Slot]:
        """By which every change of a count is seen."""
        return _slots(self.layout, self.moves)

    @cached_property
    def _steps(self) -> dict[int, NDArray[np.int64]]:
        """The steps of each group, by its number: which moves make one, from where and to where."""
        found: dict[int, list[tuple[int, int, int]]] = {}
        for index, move in enumerate(self.moves):
            for group, step in ((one.group, one.transition) for one in move.participants):
                if step.source != step.target:
                    found.setdefault(group, []).append((index, step.source, step.target))
        return {group: np.array(steps, np.int64).T for group, steps in found.items()}

    @cached_property
    def _known(self) -> dict[tuple[int, int], NDArray[np.uint16 | np.int32]]:
        """The bins of each chunk of transitions and each slot met so far."""
        return {}

    def _binned(self, start: int, entries: Entries, slots: list[_Slot]) -> list[NDArray[np.int32 | np.int64]]:
        """Return the bins of a chunk of entries in some slots; those of a moderate number are kept."""
        source = entries.source
        found = [self._known.get((start, id(slot))) for slot in slots]
        if all(bins is not None for bins in found):
            return [bins.astype(source.dtype, copy=False) for bins in found if bins is not None]
        move, states = (each[start : start + CHUNK].astype(np.intp) for each in (entries.move, source))
        packed = self.words[0][states] if len(self.words) == 1 else None
        binned = []
        for slot in slots:
            word = self.words[slot.word[move], states] if packed is None else packed
            bins = slot.bin(word, move)
            binned.append(bins.astype(source.dtype))
            if len(source) <= KEPT:
                self._known[start, id(slot)] = bins.astype(np.uint16 if slot.bins <= 1 << 16 else np.int32)
        return binned

    def _along(self, coordinate: Coordinate, of_move: Vector, slots: list[_Slot], tables: list[Vector]) -> Flows:
        if coordinate.derivative is None:
            move, source, target = self._steps.get(coordinate.group, np.empty((3, 0), np.int64))
            return Flows(source, target, of_move[move])
        number = coordinate.values
        up, down = np.zeros(number), np.zeros(number)
        for slot, table in zip(slots, tables, strict=True):
            for move in slot.on.get((coordinate.group, coordinate.derivative), ()):
                (up if slot.sign > 0 else down)[:] += table[slot.base[move] : slot.base[move] + number]
        return _birth_death(up, down)


def _birth_death(up: Vector, down: Vector) -> Flows:
    """Return the flows along a count, from each of its values up and down by one."""
    value = np.arange(len(up))
    return Flows(
        np.concatenate([value[:-1], value[1:]]),
        np.concatenate([value[1:], value[:-1]]),
        np.concatenate([up[:-1], down[1:]]),
    )


def _change(move: Move, coordinate: Coordinate) -> int:
    """Return by how much a move changes a count: by one at most."""
    steps = [one.transition for one in move.participants if one.group == coordinate.group]
    return sum((step.target == coordinate.derivative) - (step.source == coordinate.derivative) for step in steps)


@dataclass(frozen=True, eq=False)
class _Slot:
    """One count that each move changes by `sign`: where it is, and where the bins of a move begin, one where none."""

    sign: int
    word: NDArray[np.int64]
    shift: NDArray[np.int64]
    mask: NDArray[np.int64]
    base: NDArray[np.int64]
    bins: int
    on: dict[tuple[int, int], list[int]]

    def bin(self, word: NDArray[np.int64], move: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the bin of each transition, by its move and by the count in the state it leaves."""
        value = word >> self.shift[move]
        value &= self.mask[move]
        value += self.base[move]
        return value


def _slots(layout: Layout, moves: tuple[Move, ...]) -> list[_Slot]:
    """Return the slots by which every change of a count is seen: as many as a move changes counts at most.

    The last of the moves is the one more than there are, which changes none.
    """
    changes = [
        [
            (sign, participant.group, derivative)
            for participant in move.participants
            if not layout.is_lone(participant.group) and layout.groups[participant.group].size
            for sign, derivative in ((-1, participant.transition.source), (1, participant.transition.target))
            if participant.transition.source != participant.transition.target
        ]
        for move in moves
    ]
    changes.append([])
    slots = []
    for sign in (-1, 1):
        signed = [[change for change in each if change[0] == sign] for each in changes]
        for place in range(max(map(len, signed)) or sign < 0):
            slots.append(_slot(layout, sign, [each[place : place + 1] for each in signed]))
    return slots


def _slot(layout: Layout, sign: int, changes: list[list[tuple[int, int, int]]]) -> _Slot:
    table = np.zeros((4, len(changes)), np.int64)
    bins = 0
    on: dict[tuple[int, int], list[int]] = {}
    for move, change in enumerate(changes):
        table[3, move] = bins
        bins += 1
        for _, group, derivative in change:
            field = layout.fields[group][derivative]
            table[:3, move] = field.word, field.shift, (1 << field.bits) - 1
            bins += layout.groups[group].size
            on.setdefault((group, derivative), []).append(move)
    return _Slot(sign, table[0], table[1], table[2], table[3], bins, on)


def coordinates(space: StateSpace) -> Coordinates:
    """Return the coordinates of a state space."""
    return Coordinates(space.layout, space.net.moves, space.words, space.move)
