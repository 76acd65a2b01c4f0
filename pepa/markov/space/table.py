"""Packed states to their numbers: an open-addressing hash table that is itself numpy arrays.

Linear probing with multiplicative hashing (Knuth, The Art of Computer Programming 3, section 6.4), all look-ups of
a frontier at once: gather, compare, scatter, and again for the few that collide. A slot holds the number of a state,
by which the state itself is found among all states, in their order: little memory, and close by for states that are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pepa.markov.space.packing import Words

FREE = -1
MULTIPLIER = 0x9E3779B97F4A7C15  # 2^64 / golden ratio
LOW = (1 << 64) - 1
LARGE = 1 << 19  # states from which on free slots take more memory than time


class StateTable:
    """A growing set of states numbered in the order they came."""

    def __init__(self, words: int) -> None:
        self.count = 0
        self._bits = 12
        self._slots = np.full(1 << self._bits, FREE, np.int32)
        self._states = np.full((words, 1 << 10), FREE, np.int64)  # the last is none: what a free slot refers to

    @property
    def nbytes(self) -> int:
        """The bytes of the table, the states in it included."""
        return self._slots.nbytes + self._states.nbytes

    def states(self, first: int = 0) -> Words:
        """Return the states from one number on, as they are until more come."""
        return self._states[:, first : self.count]

    def insert(self, states: Words) -> NDArray[np.int32]:
        """Number states, which may repeat; return their numbers: new ones are those from the former count on."""
        self._reserve(states.shape[1])
        slots = self._hashed(states)
        numbers: NDArray[np.int32] = self._slots[slots]
        rest = np.flatnonzero(~self._same(states, numbers))
        slots, known = slots[rest], numbers[rest]
        asked = states[:, rest]
        mask = (1 << self._bits) - 1
        while len(rest):
            free = np.flatnonzero(known == FREE)
            if len(free):
                self._claim(asked, free, slots[free])
                known[free] = self._slots[slots[free]]
            same = self._same(asked, known)
            numbers[rest[same]] = known[same]
            missed = np.flatnonzero(~same)
            rest, asked, slots = rest[missed], asked[:, missed], (slots[missed] + 1) & mask
            known = self._slots[slots]
        return numbers

    def _same(self, states: Words, numbers: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether each state is the one of a number."""
        places = numbers.astype(np.intp)
        same: NDArray[np.bool_] = self._states[0][places] == states[0]
        for known, word in zip(self._states[1:], states[1:], strict=True):
            same &= known[places] == word
        return same

    def _claim(self, states: Words, asking: NDArray[np.int64], slots: NDArray[np.int64]) -> None:
        """Give each free slot to one of those that ask for it, with the next numbers."""
        self._slots[slots] = asking  # whoever is written last has the slot
        won = np.flatnonzero(self._slots[slots] == asking)
        first, self.count = self.count, self.count + len(won)
        self._states[:, first : self.count] = states[:, asking[won]]
        self._slots[slots[won]] = np.arange(first, self.count, dtype=np.int32)

    def insert_one(self, state: tuple[int, ...]) -> tuple[int, bool]:
        """Number one state; return its number and whether it is new."""
        self._reserve(1)
        mixed = state[0]
        for word in state[1:]:
            mixed = ((mixed * MULTIPLIER & LOW) >> 32) ^ (mixed * MULTIPLIER & LOW) ^ word
        slot = (mixed * MULTIPLIER & LOW) >> (64 - self._bits)
        mask = (1 << self._bits) - 1
        slots, states = self._slots, self._states
        while True:
            number = int(slots[slot])
            if number == FREE:
                slots[slot] = self.count
                states[:, self.count] = state
                self.count += 1
                return self.count - 1, True
            if states[0, number] == state[0] and (len(state) == 1 or all(states[:, number] == state)):
                return number, False
            slot = (slot + 1) & mask

    def _hashed(self, states: Words) -> NDArray[np.int64]:
        multiplier = np.uint64(MULTIPLIER)
        mixed = states[0].view(np.uint64)
        for word in states[1:]:
            product = mixed * multiplier
            mixed = (product >> np.uint64(32)) ^ product ^ word.view(np.uint64)
        mixed = mixed * multiplier
        mixed >>= np.uint64(64 - self._bits)
        return np.asarray(mixed.view(np.int64))

    def _reserve(self, number: int) -> None:
        """Make room for so many states, of which few are new where they are many: free slots are left in any case."""
        needed = self.count + number
        if needed >= self._states.shape[1]:
            states = np.full((len(self._states), needed + needed // 2 + 1), FREE, np.int64)
            states[:, : self.count] = self._states[:, : self.count]
            self._states = states
        spare = 4 if needed < LARGE else 2
        if spare * (needed + self.count) >= 1 << self._bits:
            self._bits = (spare * (needed + self.count)).bit_length()
            self._slots = np.full(1 << self._bits, FREE, np.int32)
            self._place()

    def _place(self) -> None:
        """Give every state a slot again; they differ, so that one that loses its slot looks at the next."""
        numbers = np.arange(self.count, dtype=np.int32)
        slots, mask = self._hashed(self._states[:, : self.count]), (1 << self._bits) - 1
        while len(numbers):
            free = np.flatnonzero(self._slots[slots] == FREE)
            self._slots[slots[free]] = numbers[free]
            missed = np.flatnonzero(self._slots[slots] != numbers)
            numbers, slots = numbers[missed], (slots[missed] + 1) & mask
