"""The shortest way to a state where a condition holds, found while deriving: it stops at the first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control, LimitReached, Ticker, gibibytes
from pepa.explore.packed import PackedStates
from pepa.explore.place import Counts
from pepa.explore.steps import Steps
from pepa.explore.trace import Trace, followed
from pepa.markov.space.packing import Words
from pepa.markov.space.state_space import StateSpace
from pepa.markov.space.table import StateTable

CHUNK = 1 << 18  # states stepped at a time
Condition = Callable[[PackedStates], NDArray[np.bool_]]


def shortest(steps: Steps, start: Counts, condition: Condition, control: Control) -> Trace | None:
    """Return a way of fewest steps from a state to one where a condition holds, or None where there is none.

    Breadth-first, a frontier at a time; nothing but each state's first predecessor is kept. Raises LimitReached at
    the limit of states, memory or time.
    """
    moves = _Search(steps, condition, control).moves(start)
    return None if moves is None else followed(steps, start, moves, "shortest")


class _Search:
    def __init__(self, steps: Steps, condition: Condition, control: Control) -> None:
        self.steps, self.condition, self.control = steps, condition, control
        self.table = StateTable(steps.layout.words)
        self.ticker = Ticker(control, "search")
        self.before: list[NDArray[np.int32]] = [np.zeros(1, np.int32)]
        self.by: list[NDArray[np.unsignedinteger]] = [np.zeros(1, steps.forward.kind)]
        self.passive = np.array([move.passive for move in steps.net.moves], bool)
        self.levels = 0

    def moves(self, start: Counts) -> list[int] | None:
        """Return the moves of the shortest way."""
        packed = self.steps.layout.pack(start)
        self.table.insert_one(packed)
        front, first = np.array(packed, np.int64).reshape(-1, 1), 0
        if self._holds(front).any():
            return []
        while front.shape[1]:
            fresh, reached = [], self.table.count
            for begin in range(0, front.shape[1], CHUNK):
                new, found = self._step(front[:, begin : begin + CHUNK], first + begin)
                if found is not None:
                    return self._way(found)
                fresh.append(new)
            front, first = np.concatenate(fresh, axis=1), reached
            self.levels += 1
        return None

    def _step(self, front: Words, first: int) -> tuple[Words, int | None]:
        """Step some states; return the new ones and, where one of them is wanted, its number."""
        found = self.steps.forward.wide(front)
        driven = np.flatnonzero(~self.passive[found.move])
        known = self.table.count
        numbers = self.table.insert(found.target[:, driven])
        new = self.table.states(known)
        fresh = np.flatnonzero(numbers >= known)[::-1]  # backwards: of several ways to a state the first is kept
        before = np.empty(new.shape[1], np.int32)
        by: NDArray[np.unsignedinteger] = np.empty(new.shape[1], self.steps.forward.kind)
        before[numbers[fresh] - known] = found.source[driven[fresh]] + first
        by[numbers[fresh] - known] = found.move[driven[fresh]]
        self.before.append(before)
        self.by.append(by)
        self._watch()
        wanted = np.flatnonzero(self._holds(new)) if new.shape[1] else fresh[:0]
        return new, known + int(wanted[0]) if len(wanted) else None

    def _holds(self, words: Words) -> NDArray[np.bool_]:
        return self.condition(PackedStates(self.steps.forward, self.steps.net, self.steps.layout, words))

    def _way(self, state: int) -> list[int]:
        before, by = np.concatenate(self.before), np.concatenate(self.by)
        moves = []
        while state:
            moves.append(int(by[state]))
            state = int(before[state])
        return moves[::-1]

    def _watch(self) -> None:
        states, control = self.table.count, self.control
        if states > control.most_states:
            message = f"not found among {states:,} states, up to {self.levels:,} steps away: the limit is reached"
            raise LimitReached(message, "raise the limit of states, or make an array smaller")
        if self.table.nbytes + 16 * states > control.memory:
            message = f"not found within {gibibytes(control.memory)} of memory, among {states:,} states"
            raise LimitReached(message, "raise the limit of memory, or make an array smaller")
        self.ticker.tick(lambda: (f"{states:,} states, up to {self.levels:,} steps away", None))


def shortest_to_state(steps: Steps, space: StateSpace, state: int) -> Trace:
    """Return a way of fewest steps from the initial state to a state, by the levels of the state space."""
    moves: list[int] = []
    level = int(np.searchsorted(space.levels, state, side="right")) - 1
    while state:
        level -= 1
        first = _first_from(space, int(space.levels[level]))
        last = _first_from(space, int(space.levels[level + 1]))
        at = first + int(np.flatnonzero(space.target[first:last] == state)[0])
        moves.append(int(space.move[at]))
        state = int(space.source[at])
    return followed(steps, space.counts(0), moves[::-1], "shortest")


def _first_from(space: StateSpace, state: int) -> int:
    """Return the first transition of a level: those of lower levels come before it."""
    low, high = 0, len(space.source)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if int(space.source[middle]) >= state else (middle + 1, high)
    return low
