"""Packed states to their numbers: an open-addressing hash table that is itself numpy arrays.

Linear probing with multiplicative hashing (Knuth, The Art of Computer Programming 3, section 6.4), all look-ups of
a frontier at once: gather, compare, scatter, and again for the few that collide.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pepa.markov.space.packing import Words

EMPTY = -1
MULTIPLIER = 0x9E3779B97F4A7C15  # 2^64 / golden ratio
LOW = (1 << 64) - 1


class StateTable:
    """A growing set of states numbered in the order they came. At most half full."""

    def __init__(self, words: int) -> None:
        self.count = 0
        self._bits = 12
        self._keys = np.full((words, 1 << self._bits), EMPTY, np.int64)
        self._numbers = np.empty(1 << self._bits, np.int32)

    @property
    def nbytes(self) -> int:
        """The bytes of the table."""
        return self._keys.nbytes + self._numbers.nbytes

    def insert(self, states: Words) -> tuple[NDArray[np.int32], Words]:
        """Number states, which may repeat; return their numbers, and the new ones in the order of theirs."""
        self._reserve(self.count + states.shape[1])
        numbers = np.empty(states.shape[1], np.int32)
        mask = (1 << self._bits) - 1
        rest, slots = np.arange(states.shape[1]), self._slots(states)
        new: list[NDArray[np.int64]] = []
        keys, first = self._keys, states[0]
        while len(rest):
            found = keys[0][slots]
            free = np.flatnonzero(found == EMPTY)
            if len(free):
                new.append(self._claim(states, rest[free], slots[free]))
                found[free] = keys[0][slots[free]]
            hit = found == first[rest]
            for key, word in zip(keys[1:], states[1:], strict=True):
                hit &= key[slots] == word[rest]
            numbers[rest[hit]] = self._numbers[slots[hit]]
            missed = np.flatnonzero(~hit)
            rest, slots = rest[missed], (slots[missed] + 1) & mask
        order = np.concatenate(new) if new else np.empty(0, np.int64)
        return numbers, np.asarray(states[:, order])

    def _claim(self, states: Words, asking: NDArray[np.int64], slots: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give each free slot to one of those that ask for it; return the positions of those served."""
        self._numbers[slots] = asking  # whoever is written last has the slot
        won = self._numbers[slots] == asking
        served, taken = asking[won], slots[won]
        for key, word in zip(self._keys, states, strict=True):
            key[taken] = word[served]
        self._numbers[taken] = np.arange(self.count, self.count + len(served), dtype=np.int32)
        self.count += len(served)
        return np.asarray(served)

    def insert_one(self, state: tuple[int, ...]) -> tuple[int, bool]:
        """Number one state; return its number and whether it is new."""
        self._reserve(self.count + 1)
        mixed = state[0]
        for word in state[1:]:
            mixed = ((mixed * MULTIPLIER & LOW) >> 32) ^ (mixed * MULTIPLIER & LOW) ^ word
        slot = (mixed * MULTIPLIER & LOW) >> (64 - self._bits)
        mask = (1 << self._bits) - 1
        keys = self._keys
        while True:
            key = keys[0, slot]
            if key == EMPTY:
                keys[:, slot] = state
                self._numbers[slot] = self.count
                self.count += 1
                return self.count - 1, True
            if key == state[0] and (len(state) == 1 or all(keys[:, slot] == state)):
                return int(self._numbers[slot]), False
            slot = (slot + 1) & mask

    def _slots(self, states: Words) -> NDArray[np.int64]:
        multiplier = np.uint64(MULTIPLIER)
        mixed = states[0].view(np.uint64)
        for word in states[1:]:
            product = mixed * multiplier
            mixed = (product >> np.uint64(32)) ^ product ^ word.view(np.uint64)
        return np.asarray(((mixed * multiplier) >> np.uint64(64 - self._bits)).astype(np.int64))

    def _reserve(self, number: int) -> None:
        if 2 * number < 1 << self._bits:
            return
        used = self._keys[0] != EMPTY
        keys, numbers = self._keys[:, used], self._numbers[used]
        self._bits = (2 * number).bit_length()
        self._keys = np.full((len(keys), 1 << self._bits), EMPTY, np.int64)
        self._numbers = np.empty(1 << self._bits, np.int32)
        mask, slots = (1 << self._bits) - 1, self._slots(keys)
        rest = np.arange(keys.shape[1])
        while len(rest):
            free = self._keys[0][slots] == EMPTY
            asking, asked = rest[free], slots[free]
            self._numbers[asked] = asking
            won = self._numbers[asked] == asking
            for key, word in zip(self._keys, keys, strict=True):
                key[asked[won]] = word[asking[won]]
            settled = np.zeros(len(rest), bool)
            settled[np.flatnonzero(free)[won]] = True
            rest, slots = rest[~settled], (slots[~settled] + 1) & mask
            # a state that lost its slot looks at the next one, where the winner is not
        self._renumber(numbers)

    def _renumber(self, numbers: NDArray[np.int32]) -> None:
        taken = self._keys[0] != EMPTY
        self._numbers[taken] = numbers[self._numbers[taken]]
