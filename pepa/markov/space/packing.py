"""States packed into 64-bit words, so that a move adds a constant to them.

A lone component is packed as the index of its local derivative, a group as one count for each local derivative.
No field crosses a word; 63 bits of each are used, so that no packed word is negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pepa.net.net import Group, Move

Words = NDArray[np.int64]  # (words of a state, states)
WORD_BITS = 63


@dataclass(frozen=True, slots=True)
class Field:
    """Some bits of one word."""

    word: int
    shift: int
    bits: int

    @property
    def mask(self) -> int:
        """The bits of the field, in place."""
        return ((1 << self.bits) - 1) << self.shift

    def read(self, words: Words) -> NDArray[np.int64]:
        """Return the value of the field in each state."""
        return np.asarray((words[self.word] >> self.shift) & ((1 << self.bits) - 1))


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a participant needs: (word & mask) equal to `value`, or, for counts, not equal to 0."""

    word: int
    mask: int
    value: int
    counted: bool


@dataclass(frozen=True, eq=False)
class Layout:
    """Where each group's fields are: one index for a lone component, a count a derivative for others."""

    groups: tuple[Group, ...]
    fields: tuple[tuple[Field, ...], ...]
    words: int

    def is_lone(self, group: int) -> bool:
        """Whether a group has one member, packed as an index."""
        return self._lone[group]

    @cached_property
    def _lone(self) -> list[bool]:
        return [group.size == 1 for group in self.groups]

    @cached_property
    def _needs(self) -> dict[tuple[int, int], Requirement]:
        """What a participant needs, by its group and the local derivative it leaves."""
        return {}

    @cached_property
    def _steps(self) -> dict[tuple[int, int, int], tuple[tuple[int, int], ...]]:
        """What a participant adds to which words, by its group and the local derivatives it leaves and enters."""
        return {}

    def initial(self) -> tuple[int, ...]:
        """Return the packed initial state."""
        return self.pack([group.initial for group in self.groups])

    def pack(self, counts: Sequence[Sequence[int]]) -> tuple[int, ...]:
        """Return the packed state with the given counts of each group."""
        words = [0] * self.words
        for group, fields in enumerate(self.fields):
            values = [list(counts[group]).index(1)] if self.is_lone(group) else counts[group]
            for field, value in zip(fields, values, strict=False):  # an empty group has no fields
                words[field.word] += value << field.shift
        return tuple(words)

    def counts(self, state: Sequence[int]) -> tuple[tuple[int, ...], ...]:
        """Return the counts of each group in a packed state."""
        found = []
        for group, fields in enumerate(self.fields):
            values = [(int(state[field.word]) & field.mask) >> field.shift for field in fields]
            number = len(self.groups[group].initial)
            if self.is_lone(group):
                found.append(tuple(int(index == values[0]) for index in range(number)))
            else:
                found.append(tuple(values) if values else (0,) * number)
        return tuple(found)

    def members(self, words: Words, group: int, derivative: int) -> NDArray[np.int64]:
        """Return how many members of a group are in a local derivative, in each of many packed states."""
        fields = self.fields[group]
        if not fields:
            return np.zeros(words.shape[1], np.int64)
        if self.is_lone(group):
            return np.asarray(fields[0].read(words) == derivative, np.int64)
        return fields[derivative].read(words)

    def requirements(self, move: Move) -> list[Requirement]:
        """Return what a move needs, one requirement a participant; a move of an empty group is never enabled."""
        if not all(self.fields[participant.group] for participant in move.participants):
            return [Requirement(0, 0, 1, False)]
        return [self._need(participant.group, participant.transition.source) for participant in move.participants]

    def _need(self, group: int, source: int) -> Requirement:
        if (group, source) not in self._needs:
            lone = self.is_lone(group)
            field = self.fields[group][0 if lone else source]
            value = source << field.shift if lone else 0
            self._needs[group, source] = Requirement(field.word, field.mask, value, not lone)
        return self._needs[group, source]

    def change(self, move: Move) -> tuple[int, ...]:
        """Return what a move adds to each word."""
        words = [0] * self.words
        for participant in move.participants:
            for word, step in self._step(
                participant.group, participant.transition.source, participant.transition.target
            ):
                words[word] += step
        return tuple(words)

    def _step(self, group: int, source: int, target: int) -> tuple[tuple[int, int], ...]:
        key = group, source, target
        if key not in self._steps:
            fields = self.fields[group]
            if not fields:
                self._steps[key] = ()
            elif self.is_lone(group):
                self._steps[key] = ((fields[0].word, (target - source) << fields[0].shift),)
            else:
                out_of, into = fields[source], fields[target]
                self._steps[key] = ((out_of.word, -1 << out_of.shift), (into.word, 1 << into.shift))
        return self._steps[key]


def layout(groups: Sequence[Group]) -> Layout:
    """Return the layout of a net's groups: fields in order, a new word where one does not fit."""
    word = shift = 0
    placed: list[tuple[Field, ...]] = []
    for group in groups:
        if group.size == 1:
            widths = [max(1, (len(group.initial) - 1).bit_length())]
        else:
            widths = [group.size.bit_length()] * (len(group.initial) if group.size else 0)
        fields = []
        for width in widths:
            if shift + width > WORD_BITS:
                word, shift = word + 1, 0
            fields.append(Field(word, shift, width))
            shift += width
        placed.append(tuple(fields))
    return Layout(tuple(groups), tuple(placed), word + 1)
