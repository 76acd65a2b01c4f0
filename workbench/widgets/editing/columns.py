"""Columns of the characters of a line, as it is drawn. What is long is measured in pieces, all but few of which outlast
an edit.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from rich.cells import cell_len, split_graphemes

from pepa.language.shown import HARMFUL, shown

TAB = 4  # columns between two tab stops
PIECE = 1_000  # characters that are measured at once
SEEN = 64  # characters within which a place is looked for where a line can be cut
ONE_FOR_ONE = re.compile(f"[{HARMFUL}]")
JOINER, WIDENER = "\u200d", "\ufe0f"  # which change what the next character, or the last, is drawn as


def drawn(text: str) -> str:
    """Return a text as it is drawn: what would command the terminal as a sign, one for one, so that places stay."""
    return ONE_FOR_ONE.sub(_sign, text) if not text.isprintable() else text


def _sign(match: re.Match[str]) -> str:
    sign = shown(match[0])
    return sign if len(sign) == 1 else "\ufffd"


def is_simple(text: str) -> bool:
    """Whether every character of a text has one column."""
    return text.isascii() and "\t" not in text


def behind(text: str, column: int = 0) -> int:
    """Return the column behind a text that begins at a column."""
    if is_simple(text):
        return column + len(text)
    *before, last = drawn(text).split("\t")
    for part in before:
        column = _stop(column + cell_len(part))
    return column + cell_len(last)


def place(text: str, wanted: int, column: int = 0) -> int:
    """Return the number of the character that is drawn at a column, in a text that begins at one; its length beyond."""
    if is_simple(text):
        return min(max(0, wanted - column), len(text))
    start = 0
    for part in drawn(text).split("\t"):
        for first, _, width in split_graphemes(part)[0]:
            column += width
            if column > wanted:
                return start + first
        start += len(part)
        column = _stop(column)
        if column > wanted:
            return min(start, len(text))
        start += 1
    return len(text)


def _stop(column: int) -> int:
    """Return the next tab stop."""
    return column + TAB - column % TAB


@dataclass(frozen=True)
class Piece:
    """A stretch of a line: how many characters; its columns up to its first tab, and from the stop there on, if any."""

    characters: int
    before: int
    after: int | None

    def behind(self, column: int) -> int:
        """Return the column behind it where it begins at one."""
        column += self.before
        return column if self.after is None else _stop(column) + self.after


@dataclass(frozen=True)
class Columns:
    """The columns of a line that is not looked at as a whole again."""

    pieces: tuple[Piece, ...]

    @cached_property
    def starts(self) -> tuple[list[int], list[int]]:
        """The first character of each piece, and its column; those behind the last as well."""
        character, column = 0, 0
        characters, columns = [0], [0]
        for piece in self.pieces:
            character += piece.characters
            column = piece.behind(column)
            characters.append(character)
            columns.append(column)
        return characters, columns

    @property
    def width(self) -> int:
        """The columns of the whole line."""
        return self.starts[1][-1]

    def before(self, line: str, character: int) -> int:
        """Return the column at which a character of the line begins."""
        characters, columns = self.starts
        piece = bisect_right(characters, character) - 1
        return behind(line[characters[piece] : character], columns[piece])

    def at(self, line: str, column: int) -> int:
        """Return the number of the character that is drawn at a column; the length of the line beyond."""
        characters, columns = self.starts
        piece = bisect_right(columns, max(0, column)) - 1
        if piece >= len(self.pieces):
            return len(line)
        start, end = characters[piece], characters[piece + 1]
        return start + place(line[start:end], column, columns[piece])

    def replaced(self, line: str, left: int, right: int, length: int) -> Columns:
        """Return the columns of the line that has so many characters in place of those from `left` to `right`."""
        characters, _ = self.starts
        first = max(0, bisect_right(characters, left - 1) - 1)
        last = min(bisect_right(characters, right), len(self.pieces))
        grown = length - (right - left)
        anew = measured(line[characters[first] : characters[last] + grown])
        return Columns((*self.pieces[:first], *anew.pieces, *self.pieces[last:]))


def measured(line: str) -> Columns:
    """Return the columns of a line."""
    return Columns(tuple(_piece(line[start:end]) for start, end in pairwise(_cuts(line))))


def _piece(text: str) -> Piece:
    tab = text.find("\t")
    if tab < 0:
        return Piece(len(text), behind(text), None)
    return Piece(len(text), behind(text[:tab]), behind(text[tab + 1 :]))


def _cuts(line: str) -> Iterable[int]:
    """Yield where a line is cut into pieces: before characters with columns of their own."""
    start = 0
    yield start
    while len(line) - start > PIECE:
        start = next((at for at in range(start + PIECE, start + PIECE + SEEN) if _parts(line[at - 1 : at + 1])), 0) or (
            start + PIECE
        )
        if start >= len(line):
            break
        yield start
    if line:
        yield len(line)


def _parts(two: str) -> bool:
    """Whether two characters are drawn apart from each other."""
    return two.isascii() or (two[0] != JOINER and two[-1] not in (JOINER, WIDENER) and cell_len(two[-1]) > 0)
