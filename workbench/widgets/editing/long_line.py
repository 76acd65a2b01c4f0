"""What is known of a long line, so that a key looks at little of it: columns, and from where its code can be read."""

from __future__ import annotations

from dataclasses import dataclass

from pepa.language.highlight import Stops, behind_comment, stops
from workbench.widgets.editing.columns import Columns, is_simple, measured

LONG = 2_000  # characters from which a line is long: a shorter one is looked at as a whole


@dataclass(frozen=True)
class LongLine:
    """A long line; `columns` is None where each of its characters has one."""

    text: str
    columns: Columns | None
    stops: Stops  # where no comment is open before it

    @property
    def width(self) -> int:
        """Its columns."""
        return len(self.text) if self.columns is None else self.columns.width

    def column(self, character: int) -> int:
        """Return the column at which a character begins."""
        return min(character, len(self.text)) if self.columns is None else self.columns.before(self.text, character)

    def character(self, column: int) -> int:
        """Return the number of the character that is drawn at a column, the length of the line beyond."""
        return min(max(0, column), len(self.text)) if self.columns is None else self.columns.at(self.text, column)

    def edited(self, text: str, left: int, right: int, length: int) -> LongLine:
        """Return the line that has so many characters in place of those from `left` to `right`."""
        columns = self.columns
        if columns is not None:
            columns = columns.replaced(text, left, right, length)
        elif not is_simple(text[left : left + length]):
            columns = measured(text)
        return LongLine(text, columns, stops(text, 0, self.stops, (left, right, length)))

    def turn(self) -> tuple[bool, bool]:
        """Return whether a block comment is open behind it where none is before it, and where one is."""
        start = behind_comment(self.text)
        return self.stops.is_open, start < 0 or self._opened(start).is_open

    def token_before(self, character: int, start: int = 0) -> int:
        """Return the start of a token close before a character, where code begins at `start`."""
        return (self._opened(start) if start else self.stops).token_before(self.text, character, start)

    def _opened(self, start: int) -> Stops:
        return stops(self.text, start, self.stops)


def known(text: str) -> LongLine:
    """Return what is known of a line once it was looked at as a whole."""
    return LongLine(text, None if is_simple(text) else measured(text), stops(text))
