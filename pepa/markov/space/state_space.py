"""A derived state space: packed states in breadth-first order, and the transitions between them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.language.slopes import NONE, Slopes
from pepa.markov.space.packing import Layout, Words
from pepa.net.net import LeafRate, Move, Net
from pepa.net.rates import Value, from_base, where_enabled
from pepa.net.slopes import move_slopes

Vector = NDArray[np.float64]
Rates = Callable[[slice], Vector]  # of some transitions
CHUNK = 1 << 17  # transitions whose rates are worked out at a time: they stay in the cache
EACH = 1 << 12  # for each move, at least


@dataclass(frozen=True, eq=False)
class StateSpace:
    """The reachable states of a net and every transition: source, target and move of each.

    `words` has shape (words, states); `levels` are the first state of each breadth-first level and, last, the
    number of states. State 0 is the initial one.
    """

    net: Net
    layout: Layout
    words: Words
    source: NDArray[np.int32]
    target: NDArray[np.int32]
    move: NDArray[np.unsignedinteger]
    levels: NDArray[np.int64]

    @property
    def size(self) -> int:
        """The number of states."""
        return int(self.words.shape[1])

    def counts(self, state: int) -> tuple[tuple[int, ...], ...]:
        """Return the counts of each group in a state."""
        return self.layout.counts(tuple(int(word) for word in self.words[:, state]))

    def transitions(self) -> int:
        """Return the number of distinct (source, target, action): moves that do the same are one."""
        family = _families(self.net, self.layout)
        if not (family >= 0).any():
            return len(self.source)
        among = np.flatnonzero(family[self.move] >= 0)
        distinct = np.unique(family[self.move[among]] * self.size + self.source[among])
        return len(self.source) - len(among) + len(distinct)

    def rates(self, net: Net) -> Rates:
        """Return what works out the rates of some transitions with the parameters of `net`, of the same structure.

        It raises MixedRates where a component is active and passive on one action at once.
        """
        fixed = np.full(len(net.moves), np.nan)
        occurring = np.flatnonzero(np.bincount(self.move, minlength=len(net.moves))).tolist()
        for alike in _alike(net.moves, occurring):
            fixed[alike] = _fixed_rates([net.moves[index] for index in alike], self.layout)
        counted = {index: where_enabled(net.moves[index]) for index in occurring if np.isnan(fixed[index])}
        for index, (base, move) in counted.items():
            fixed[index] = _fixed_rate(base, move, _MoveAlone(self.layout, net.moves[index]))
        return TransitionRates(self, net, fixed, counted)

    def slopes(self, net: Net) -> Iterator[tuple[NDArray[np.int64], Slopes]]:
        """Yield the slopes of the rates of transitions, for some of one move at a time: numbers, or one for each.

        `net` has the same structure and was compiled with slopes. What no parameter changes is left out, and so is what
        never happens: it may have nobody to do it, and no rate.
        """
        happens = np.bincount(self.move, minlength=len(net.moves)) > 0
        fixed = {
            index: _fixed_slopes(move, self.layout) if happens[index] else NONE for index, move in enumerate(net.moves)
        }
        wanted = np.array([slopes is None or len(slopes) > 0 for slopes in fixed.values()], bool)
        tables: dict[int, Vector] = {}
        size = max(CHUNK, EACH * int(np.count_nonzero(wanted)))
        for start in range(0, len(self.source), size):
            for index, among in by_move(self.move[start : start + size], wanted):
                positions, slopes, move = among + start, fixed[index], net.moves[index]
                if slopes is None:
                    states = self.words[:, self.source[positions]]
                    slopes = move_slopes(move, PackedCounts(self.layout, states, move, tables))
                yield positions, slopes


@dataclass(frozen=True, eq=False)
class TransitionRates:
    """Works out the rates of transitions; `fixed` are those of the moves that no state changes, nan of the others.

    Of those `counted` are bases and moves by which to work them out.
    """

    space: StateSpace
    net: Net
    fixed: Vector
    counted: Mapping[int, tuple[float, Move]]

    def __call__(self, part: slice) -> Vector:
        """Return the rates of some transitions; raises MixedRates as `StateSpace.rates` says."""
        space, moves = self.space, self.net.moves
        varying, tables = np.isnan(self.fixed), dict[int, Vector]()
        wanted, source = space.move[part], space.source[part]
        found, size = np.empty(len(wanted)), max(CHUNK, EACH * int(np.count_nonzero(varying)))
        for start in range(0, len(found), size):
            among_moves, chunk = wanted[start : start + size], found[start : start + size]
            np.take(self.fixed, among_moves, out=chunk)
            sources = source[start : start + size]
            for index, among in by_move(among_moves, varying):
                counts = PackedCounts(space.layout, space.words[:, sources[among]], moves[index], tables)
                chunk[among] = from_base(*self.counted[index], counts)
        return found


def by_move(moves: NDArray[np.unsignedinteger], wanted: NDArray[np.bool_]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield each wanted move that occurs, with its positions in order."""
    numbers = np.bincount(moves, minlength=len(wanted))
    occurring = np.flatnonzero((numbers > 0) & wanted)
    if len(occurring) <= 64:
        for index in occurring:
            yield int(index), np.flatnonzero(moves == index)
        return
    order = np.argsort(moves, kind="stable")
    ends = np.cumsum(numbers)
    for index in occurring:
        yield int(index), order[ends[index] - numbers[index] : ends[index]]


def _families(net: Net, layout: Layout) -> NDArray[np.int64]:
    """Return, for each move, a number shared by the moves of one action and change of counts; -1 if it is alone."""
    changes = [(move.action, layout.change(move)) for move in net.moves]
    often = [change for change, number in Counter(changes).items() if number > 1]
    numbers = {change: index for index, change in enumerate(often)}
    return np.array([numbers.get(change, -1) for change in changes], np.int64)


class _StateDependent(Exception):
    """A rate asked for counts that the move alone does not fix."""


class _MoveAlone:
    """The view of a move that knows nothing of the state but that the move is enabled in it."""

    def __init__(self, layout: Layout, move: Move) -> None:
        self._layout = layout
        self.occupied = {p.group: p.transition.source for p in move.participants if layout.is_lone(p.group)}

    def count(self, group: int, derivative: int) -> Value:
        if group in self.occupied:
            return float(self.occupied[group] == derivative)
        return self.other_count(group, derivative)

    def weighted(self, rate: LeafRate) -> Value:
        if rate.group in self.occupied:
            return rate.rates.get(self.occupied[rate.group], 0.0)
        if not self._layout.fields[rate.group]:
            return 0.0
        return self.other_weighted(rate)

    def other_count(self, group: int, derivative: int) -> Value:
        raise _StateDependent(group, derivative)

    def other_weighted(self, rate: LeafRate) -> Value:
        raise _StateDependent(rate)


def _alike(moves: Sequence[Move], occurring: Sequence[int]) -> Iterator[list[int]]:
    """Yield those of some moves that differ only in the local transitions of the same groups, by their numbers."""
    found: dict[tuple[object, ...], list[int]] = {}
    for index in occurring:
        move = moves[index]
        key = move.action, tuple(p.group for p in move.participants), tuple(map(id, move.factors))
        found.setdefault(key, []).append(index)
    yield from found.values()


class _MovesAlone(_MoveAlone):
    """The same view of several moves at once that differ only in the local transitions of the same groups."""

    def __init__(self, layout: Layout, moves: Sequence[Move]) -> None:
        super().__init__(layout, moves[0])
        each = np.array([[p.transition.source for p in move.participants] for move in moves]).T
        self._sources = {p.group: sources for p, sources in zip(moves[0].participants, each, strict=True)}
        self._number = len(moves)

    def count(self, group: int, derivative: int) -> Value:
        """Return the count of a local derivative that one of them leaves: it is enabled."""
        return 1.0 if group in self.occupied else self.other_count(group, derivative)

    def weighted(self, rate: LeafRate) -> Value:
        """Return the rate of the local derivative that each of them leaves."""
        if rate.group in self.occupied:
            table = np.zeros(len(self._layout.groups[rate.group].initial))
            table[list(rate.rates)] = list(rate.rates.values())
            return np.asarray(table[self._sources[rate.group]])
        return super().weighted(rate)


def _fixed_rates(moves: Sequence[Move], layout: Layout) -> Vector:
    """Return the rates of moves that are alike if no state they are enabled in can change them, else nan."""
    base = np.array([move.base for move in moves])
    try:
        return np.asarray(from_base(base, moves[0], _MovesAlone(layout, moves)), float)
    except _StateDependent:
        return np.full(len(moves), np.nan)


def _fixed_rate(base: float, move: Move, alone: _MoveAlone) -> float:
    """Return the rate of a move of that base if no state it is enabled in can change it, else nan."""
    try:
        return float(from_base(base, move, alone))
    except _StateDependent:
        return math.nan


def _fixed_slopes(move: Move, layout: Layout) -> Slopes | None:
    """Return the slopes of a move's rate if no state it is enabled in can change them, else None."""
    try:
        return move_slopes(move, _MoveAlone(layout, move))
    except _StateDependent:
        return None


class PackedCounts(_MoveAlone):
    """The counts of many packed states in which one move is enabled, as numpy columns."""

    def __init__(self, layout: Layout, words: Words, move: Move, tables: dict[int, Vector]) -> None:
        super().__init__(layout, move)
        self._words = words
        self._tables = tables

    def other_count(self, group: int, derivative: int) -> Value:
        """Return how many members of a group are in a local derivative, in each state."""
        return self._layout.fields[group][derivative].read(self._words).astype(float)

    def other_weighted(self, rate: LeafRate) -> Value:
        """Return the sum of count x rate over the local derivatives of a group, in each state."""
        fields = self._layout.fields[rate.group]
        if self._layout.is_lone(rate.group):
            if id(rate) not in self._tables:
                table = np.zeros(len(self._layout.groups[rate.group].initial))
                table[list(rate.rates)] = list(rate.rates.values())
                self._tables[id(rate)] = table
            return self._tables[id(rate)][fields[0].read(self._words)]
        total = np.zeros(self._words.shape[1])
        for derivative, value in rate.rates.items():
            total += value * fields[derivative].read(self._words)
        return total
