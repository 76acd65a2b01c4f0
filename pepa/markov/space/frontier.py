"""Successors of a breadth-first frontier: all at once in numpy where it is wide, one by one where it is narrow.

Moves are looked up by what enables them. A move with a lone component among its participants is filed under that
component's local derivative, so that a component with thousands of them never has each tried on each state.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.markov.space.packing import Layout, Requirement, Words
from pepa.markov.space.signatures import Enabled, signatures
from pepa.net.net import Net

FEW_MOVES = 96  # up to here each move is tried on the whole frontier: one mask is cheaper than a look-up
WORD = 64
MoveNumbers = NDArray[np.unsignedinteger]  # of as few bytes as the number of moves needs


@dataclass(frozen=True, eq=False)
class Successors:
    """Transitions out of a frontier: position of the source in it, number of the move, packed target."""

    source: NDArray[np.int64]
    move: MoveNumbers
    target: Words


@dataclass(frozen=True, eq=False)
class _Filed:
    """Moves filed under the local derivatives of one lone component: those of derivative d at start[d]:start[d+1]."""

    word: int
    shift: int
    mask: int
    start: NDArray[np.int64]
    moves: NDArray[np.int64]


class Moves:
    """The moves of a net as the derivation uses them: what each needs, and what it adds to a packed state."""

    def __init__(self, net: Net, layout: Layout) -> None:
        self.needs = [layout.requirements(move) for move in net.moves]
        self.changes = [layout.change(move) for move in net.moves]
        number = len(net.moves)
        self.kind = np.uint8 if number <= 1 << 8 else np.uint16 if number <= 1 << 16 else np.uint32
        keys = _key_groups(net, layout)
        few = len(net.moves) <= FEW_MOVES
        self._plain = [index for index, key in enumerate(keys) if few or key is None]
        self._filed = [] if few else _file(net, layout, keys)
        self._change = np.array(self.changes, np.int64).reshape(len(net.moves), layout.words).T
        self._padded = None if few else _Padded(self.needs)
        self._narrow: _NarrowMoves | None = None
        self._signatures = signatures(layout, self.needs, self._find, self.kind)

    def wide(self, states: Words) -> Successors:
        """Return all transitions out of the states: by state, or by move where hardly two states share a signature."""
        if self._signatures is not None and not self._signatures.worthwhile:
            self._signatures = None
        found = self._find(states) if self._signatures is None else self._signatures.enabled(states)
        target = np.empty((len(states), len(found.source)), np.int64)
        for into, word, change in zip(target, states, self._change, strict=True):
            np.take(word, found.source, out=into)
            into += change[found.move]
        return Successors(found.source, found.move, target)

    def _find(self, states: Words) -> Enabled:
        """Return the moves enabled in each state, move by move."""
        sources, moves = [np.empty(0, np.int64)], [np.empty(0, self.kind)]
        for index in self._plain:
            found = np.flatnonzero(_enabled(self.needs[index], states))
            if len(found):
                sources.append(found)
                moves.append(np.full(len(found), index, self.kind))
        for filed in self._filed:
            found, move = self._look_up(filed, states)
            sources.append(found)
            moves.append(move.astype(self.kind))
        return Enabled(np.concatenate(sources), np.concatenate(moves))

    def _look_up(self, filed: _Filed, states: Words) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        derivative = (states[filed.word] >> filed.shift) & filed.mask
        start = filed.start[derivative]
        number = filed.start[derivative + 1] - start
        source = np.repeat(np.arange(states.shape[1]), number)
        first = np.repeat(start - (np.cumsum(number) - number), number)
        move = filed.moves[first + np.arange(len(source))]
        assert self._padded is not None
        enabled = self._padded.enabled(states, source, move)
        return source[enabled], move[enabled]

    def narrow(self, state: int) -> list[tuple[int, int]]:
        """Return (move, target) of all transitions out of one state, its words joined into one integer."""
        if self._narrow is None:
            self._narrow = _NarrowMoves(self.needs, self.changes)
        return self._narrow.successors(state)


def join(words: tuple[int, ...]) -> int:
    """Return the words of a state as one integer."""
    return sum(word << (WORD * index) for index, word in enumerate(words))


def parted(state: int, words: int) -> tuple[int, ...]:
    """Return the words of a state joined into one integer."""
    if words == 1:
        return (state,)
    return tuple((state >> (WORD * index)) & ((1 << WORD) - 1) for index in range(words))


def _enabled(needs: list[Requirement], states: Words) -> NDArray[np.bool_]:
    enabled: NDArray[np.bool_] | None = None
    for need in needs:
        field = states[need.word] & need.mask
        holds = field != 0 if need.counted else field == need.value
        enabled = holds if enabled is None else enabled & holds
    assert enabled is not None
    return enabled


class _Padded:
    """The requirements of all moves as arrays, padded to the longest list with ones that always hold."""

    def __init__(self, needs: list[list[Requirement]]) -> None:
        length = max(map(len, needs))
        always = Requirement(0, 0, 0, False)
        rows = [[*need, *[always] * (length - len(need))] for need in needs]
        self._columns = [
            (
                np.array([row[column].word for row in rows], np.int64),
                np.array([row[column].mask for row in rows], np.int64),
                np.array([row[column].value for row in rows], np.int64),
                np.array([row[column].counted for row in rows], bool),
            )
            for column in range(length)
        ]

    def enabled(self, states: Words, source: NDArray[np.int64], move: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each move is enabled in its state."""
        holds = np.ones(len(source), bool)
        for word, mask, value, counted in self._columns:
            field = states[word[move], source] & mask[move]
            holds &= (field == value[move]) ^ counted[move]
        return holds


def _key_groups(net: Net, layout: Layout) -> list[int | None]:
    """Return the lone component with most local derivatives among each move's participants, or None."""
    width = [len(group.initial) if layout.is_lone(index) else 0 for index, group in enumerate(net.groups)]
    keys: list[int | None] = []
    for move in net.moves:
        key, widest = None, 0
        for participant in move.participants:
            if width[participant.group] > widest:
                key, widest = participant.group, width[participant.group]
        keys.append(key)
    return keys


def _file(net: Net, layout: Layout, keys: list[int | None]) -> list[_Filed]:
    filed = []
    for group in sorted({key for key in keys if key is not None}):
        under: list[list[int]] = [[] for _ in net.groups[group].initial]
        for index, key in enumerate(keys):
            if key == group:
                source = next(p.transition.source for p in net.moves[index].participants if p.group == group)
                under[source].append(index)
        field = layout.fields[group][0]
        start = np.concatenate([[0], np.cumsum([len(moves) for moves in under])]).astype(np.int64)
        moves = np.array([index for moves in under for index in moves], np.int64)
        filed.append(_Filed(field.word, field.shift, (1 << field.bits) - 1, start, moves))
    return filed


Test = tuple[int, int, bool]  # mask, value, counted: over the joined words


def _test(need: Requirement) -> Test:
    return need.mask << (WORD * need.word), need.value << (WORD * need.word), need.counted


def _width(test: Test) -> int:
    return test[0].bit_count()


class _NarrowMoves:
    """Moves over joined words, filed under their first lone requirement."""

    def __init__(self, needs: list[list[Requirement]], changes: list[tuple[int, ...]]) -> None:
        self._changes = [join(change) for change in changes]
        self._filed: dict[int, dict[int, list[tuple[int, list[Test]]]]] = {}
        self._plain: list[tuple[int, list[Test]]] = []
        known: dict[int, Test] = {}  # participants that need the same share the requirement
        for index, requirements in enumerate(needs):
            tests = [known.get(id(need)) or known.setdefault(id(need), _test(need)) for need in requirements]
            lone = [test for test in tests if not test[2]]
            if lone:
                key = max(lone, key=_width)
                rest = [test for test in tests if test is not key]
                self._filed.setdefault(key[0], {}).setdefault(key[1], []).append((index, rest))
            else:
                self._plain.append((index, tests))

    def successors(self, state: int) -> list[tuple[int, int]]:
        """Return (move, target) of all transitions out of a state."""
        found = []
        candidates = [self._plain]
        candidates += [filed.get(state & mask, []) for mask, filed in self._filed.items()]
        for moves in candidates:
            for index, tests in moves:
                for mask, value, counted in tests:
                    if (state & mask == value) == counted:
                        break
                else:
                    found.append((index, state + self._changes[index]))
        return found
