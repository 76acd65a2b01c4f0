"""The lines of a text being edited: cut at line feeds only; what is known of them is kept until they change."""

from __future__ import annotations

from collections.abc import Sequence

from textual.document._document import Document, EditResult, Location
from textual.geometry import Size

from pepa.language.highlight import behind_comment, open_behind
from workbench.widgets.editing.columns import behind, place
from workbench.widgets.editing.long_line import LONG, LongLine, known

NEAR = 64  # lines above that are looked at first
KEEPS, CLOSES, OPENS, TURNS = range(4)  # what is behind a line: what was before, no block comment, one, or the other
TURN = {(False, True): KEEPS, (False, False): CLOSES, (True, True): OPENS, (True, False): TURNS}


class Lines(Document):
    """A document that keeps every character but the line feeds it is cut at.

    Textual's cuts at form feeds, U+2028 and others too, and counts the columns of every line at every key.
    """

    def __init__(self, text: str) -> None:
        super().__init__("")
        self._lines = _cut(text)
        simple = text.isascii() and "\t" not in text  # looked up at once, not line by line
        self._widths = [*map(len, self._lines)] if simple else []
        longest = max(self._widths) if simple else len(max(self._lines, key=len))
        self._long = _long(self._lines) if longest >= LONG else {}  # what is known of long lines, by row
        self._widths = self._widths or self._measured(0, self._lines)
        self._widest = max(self._widths)
        self._turning = self._turns(0, self._lines) if "/*" in text or "*/" in text else bytearray(len(self._lines))
        self._whole: str | None = None
        self._change: tuple[int, int, str] | None = None  # from, to and by what the whole text was changed since
        self._anchor = (0, 0)  # a line, and where it starts in the whole text

    @property
    def text(self) -> str:
        """The whole text."""
        if self._whole is None:
            self._whole = "\n".join(self._lines)
        elif self._change is not None:
            start, end, text = self._change
            self._whole = "".join((self._whole[:start], text, self._whole[end:]))
        self._change = None
        return self._whole

    def _note(self, top: int, left: int, replaced: int, text: str) -> None:
        """Take note of a change: a single one between two looks at a long text is put in, not all lines joined anew."""
        if self._whole is None or self._change is not None:
            self._whole, self._change, self._anchor = None, None, (0, 0)
            return
        line, offset = self._anchor
        first, last = sorted((line, top))
        between = sum(map(len, self._lines[first:last])) + last - first
        offset += between if line < top else -between
        self._anchor = (top, offset)
        self._change = (offset + left, offset + left + replaced, text)

    def get_size(self, tab_width: int) -> Size:
        """Return columns of the widest line, and the number of lines; tabs are as wide as everywhere here."""
        del tab_width
        return Size(self._widest, len(self._lines))

    def width(self, row: int) -> int:
        """Return the columns of a line."""
        return self._widths[row]

    def column(self, row: int, character: int) -> int:
        """Return the column at which a character of a line begins."""
        long = self._long.get(row)
        return behind(self._lines[row][:character]) if long is None else long.column(character)

    def character(self, row: int, column: int) -> int:
        """Return the number of the character of a line that is drawn at a column; the length of the line beyond."""
        long = self._long.get(row)
        return place(self._lines[row], max(0, column)) if long is None else long.character(column)

    def long_line(self, row: int) -> LongLine | None:
        """Return what is known of a line that is long."""
        return self._long.get(row)

    def _measured(self, top: int, lines: Sequence[str]) -> list[int]:
        return [
            behind(line) if (long := self._long.get(row)) is None else long.width for row, line in enumerate(lines, top)
        ]

    def _turns(self, top: int, lines: Sequence[str]) -> bytearray:
        """Return what each line does to a block comment, or none, before it."""
        turns = bytearray(len(lines))
        for number, line in enumerate(lines):
            if "/" in line and ("/*" in line or "*/" in line):
                long = self._long.get(top + number)
                turn = (open_behind(line, False), open_behind(line, True)) if long is None else long.turn()
                turns[number] = TURN[turn]
        return turns

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        """Replace what stands between two places; return where the new text ends and what was there."""
        (top, left), (bottom, right) = sorted((start, end))
        bottom = min(bottom, len(self._lines) - 1)
        replaced = self.get_text_range((top, left), (bottom, right))
        new = _cut(text)
        left = min(left, len(self._lines[top]))
        self._note(top, left, len(replaced), "\n".join(new))
        edit = (left, left + len(replaced) if top == bottom else min(right, len(self._lines[bottom])), len(new[0]))
        column = len(new[-1]) + (left if len(new) == 1 else 0)
        new[-1] += self._lines[bottom][right:]
        new[0] = self._lines[top][:left] + new[0]
        self._lines[top : bottom + 1] = new
        self._note_long(top, bottom, new, edit)
        before, after = max(self._widths[top : bottom + 1]), self._measured(top, new)
        self._widths[top : bottom + 1] = after
        if max(after) >= self._widest:
            self._widest = max(after)
        elif before == self._widest:
            self._widest = max(self._widths)
        self._turning[top : bottom + 1] = self._turns(top, new)
        return EditResult((top + len(new) - 1, column), replaced)

    def _note_long(self, top: int, bottom: int, new: Sequence[str], edit: tuple[int, int, int]) -> None:
        """Take note of the long ones of new lines; what is known of what an edit left of a line stays."""
        first, last = self._long.get(top), self._long.get(bottom)
        down = len(new) - (bottom - top + 1)
        if self._long:
            others = ((row, line) for row, line in self._long.items() if not top <= row <= bottom)
            self._long = {row + (down if row > bottom else 0): line for row, line in others}
        for row, line in enumerate(new, top):
            if len(line) < LONG:
                continue
            if top == bottom and len(new) == 1 and first is not None:
                self._long[row] = first.edited(line, *edit)
            else:
                left, right, _ = edit
                begins = first if row == top else None
                ends = last if row == top + len(new) - 1 else None
                self._long[row] = _left_of(line, begins, left, ends, right)

    def starts_in_comment(self, row: int) -> bool:
        """Return whether a line starts inside a block comment. Only lines that open or close one are looked at."""
        turned, above = False, row
        while (above := self._turning_above(above)) >= 0:
            if self._turning[above] != TURNS:
                return (self._turning[above] == OPENS) != turned
            turned = not turned
        return turned

    def comment_end(self, row: int) -> int:
        """Return the number of the character behind the block comment that a line begins in; 0 where it begins in none.

        The length of the line where the comment goes on behind it.
        """
        end = behind_comment(self._lines[row]) if self.starts_in_comment(row) else 0
        return len(self._lines[row]) if end < 0 else end

    def _turning_above(self, row: int) -> int:
        """Return the last line above one that opens or closes a block comment; -1 where there is none."""
        reach = NEAR
        while row > 0:
            top = max(0, row - reach)
            found = self._turning[top:row].rstrip(b"\0")
            if found:
                return top + len(found) - 1
            row, reach = top, reach * 8
        return -1

    def get_text_range(self, start: Location, end: Location) -> str:
        """Return what stands between two places."""
        (top, left), (bottom, right) = sorted((start, end))
        if top == bottom:
            return self._lines[top][left:right]
        last = self._lines[bottom][:right] if bottom < len(self._lines) else ""
        return "\n".join([self._lines[top][left:], *self._lines[top + 1 : bottom], last])


def _cut(text: str) -> list[str]:
    fed = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    return fed.split("\n")


def _left_of(line: str, begins: LongLine | None, left: int, ends: LongLine | None, right: int) -> LongLine:
    """Return what is known of a line that begins as one did up to `left`, or ends as one did from `right` on."""
    end = len(ends.text) - right if ends is not None else 0
    if begins is not None and left >= end:
        return begins.edited(line, left, len(begins.text), len(line) - left)
    return known(line) if ends is None else ends.edited(line, 0, right, len(line) - end)


def _long(lines: Sequence[str]) -> dict[int, LongLine]:
    return {row: known(line) for row, line in enumerate(lines) if len(line) >= LONG}
