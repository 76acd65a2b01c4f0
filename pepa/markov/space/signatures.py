"""What is enabled in a state by its signature: of each count whether it is zero, of each lone component its derivative.

Many states share a signature, and so the moves that are enabled and what they change: these are worked out once, for
the first state that has it, and looked up for all others, in a few passes over a frontier whatever the number of moves.
The counts are looked at all at once: added to a field, all ones but the top bit carry into that unless it is zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.markov.space.packing import Field, Layout, Requirement, Words

MOST_BITS = 20  # of a signature
TRIAL = 16_384  # states after which it must have been worth it
WORTH = 2  # states for each signature, at least


@dataclass(frozen=True, eq=False)
class Enabled:
    """Pairs of a state, by its position, and of a move enabled in it, by its number."""

    source: NDArray[np.int64]
    move: NDArray[np.unsignedinteger]


Find = Callable[[Words], Enabled]


class Signatures:
    """The signatures of a net's states, and the moves enabled in states of each signature met so far."""

    def __init__(self, bits: list[_Bits], words: int, number: int, find: Find, kind: type[np.unsignedinteger]) -> None:
        self._bits, self._find = bits, find
        self._fields = [_Counted.of([one for one in bits if one.counted and one.field.word == w]) for w in range(words)]
        self._row = np.full(1 << number, -1, np.int32)
        self._number: NDArray[np.int64] = np.empty(0, np.int64)
        self._start: NDArray[np.int64] = np.empty(0, np.int64)
        self._move: NDArray[np.unsignedinteger] = np.empty(0, kind)
        self._seen = 0

    @property
    def worthwhile(self) -> bool:
        """Whether enough states share each signature, or too few were seen to tell."""
        return self._seen < TRIAL or WORTH * len(self._number) < self._seen

    def enabled(self, states: Words) -> Enabled:
        """Return the moves enabled in each state, state by state, those of each in the order found."""
        self._seen += states.shape[1]
        rows = self._rows(states)
        number = self._number[rows]
        end = np.cumsum(number)
        source = np.repeat(np.arange(len(rows)), number)
        place = np.arange(len(source))
        place += np.repeat(self._start[rows] - (end - number), number)
        return Enabled(source, self._move[place])

    def _rows(self, states: Words) -> NDArray[np.int32]:
        """Return the row of each state's signature, that of a new one worked out by its first state."""
        signature = self._signature(states)
        rows: NDArray[np.int32] = self._row[signature]
        new = np.flatnonzero(rows < 0)
        if len(new):
            fresh, first = np.unique(signature[new], return_index=True)
            found = self._find(states[:, new[first]])
            number = np.bincount(found.source, minlength=len(fresh))
            begin = len(self._move) + np.cumsum(number) - number
            self._row[fresh] = np.arange(len(self._number), len(self._number) + len(fresh), dtype=np.int32)
            self._number, self._start = np.append(self._number, number), np.append(self._start, begin)
            self._move = np.append(self._move, found.move[np.argsort(found.source, kind="stable")])
            rows = self._row[signature]
        return rows

    def _signature(self, states: Words) -> NDArray[np.int64]:
        signature = np.zeros(states.shape[1], np.int64)
        held = [fields.held(word) for fields, word in zip(self._fields, states, strict=True)]
        for bits in self._bits:
            word = (held if bits.counted else states)[bits.field.word]
            signature |= bits.of(word)
        return signature


@dataclass(frozen=True)
class _Bits:
    """Where a field is seen in a signature: its value there, or, of a count, whether it is zero."""

    field: Field
    counted: bool
    place: int

    @property
    def width(self) -> int:
        return 1 if self.counted else self.field.bits

    def of(self, word: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the bits, in place, of the states' words, or, of a count, of which of them hold any."""
        shift = self.field.shift + (self.field.bits - 1 if self.counted else 0) - self.place
        moved = word >> shift if shift >= 0 else word << -shift
        moved &= ((1 << self.width) - 1) << self.place
        return moved


@dataclass(frozen=True)
class _Counted:
    """The counts in a word: the top bits of their fields, and the bits below these."""

    top: int
    below: int

    @classmethod
    def of(cls, counted: list[_Bits]) -> _Counted:
        tops = [1 << (bits.field.shift + bits.field.bits - 1) for bits in counted]
        return cls(sum(tops), sum(bits.field.mask for bits in counted) - sum(tops))

    def held(self, word: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return words with the top bit of each field that is not zero; other bits mean nothing."""
        held = word & self.below
        held += self.below
        held |= word
        return held


def signatures(
    layout: Layout, needs: Sequence[Sequence[Requirement]], find: Find, kind: type[np.unsignedinteger]
) -> Signatures | None:
    """Return the signatures by which to look up what moves need; None where they would be too long.

    Moves are numbered by integers of that kind.
    """
    wanted = {(need.word, need.mask) for each in needs for need in each}
    bits, place = list[_Bits](), 0
    for group, fields in enumerate(layout.fields):
        for field in fields:
            if len(layout.groups[group].initial) > 1 and (field.word, field.mask) in wanted:
                bits.append(_Bits(field, not layout.is_lone(group), place))
                place += bits[-1].width
    return Signatures(bits, layout.words, place, find, kind) if place <= MOST_BITS else None
