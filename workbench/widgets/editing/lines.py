"""The lines of a text being edited: cut at line feeds only; what is known of them is kept until they change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from textual.document._document import Document, EditResult, Location
from textual.geometry import Size

from pepa.language.highlight import open_behind

TAB = 4  # columns between two tab stops


class Lines(Document):
    """A document that keeps every character but the line feeds it is cut at.

    Textual's cuts at form feeds, U+2028 and others too, and counts the columns of every line at every key.
    """

    def __init__(self, text: str) -> None:
        super().__init__("")
        self._lines = _cut(text)
        simple = text.isascii() and "\t" not in text  # looked up at once, not line by line
        self._widths = [*map(len, self._lines)] if simple else [*_widths(self._lines)]
        self._widest = max(self._widths)
        self._turning = _turning(self._lines) if "/*" in text or "*/" in text else bytearray(len(self._lines))
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

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        """Replace what stands between two places; return where the new text ends and what was there."""
        (top, left), (bottom, right) = sorted((start, end))
        bottom = min(bottom, len(self._lines) - 1)
        replaced = self.get_text_range((top, left), (bottom, right))
        new = _cut(text)
        self._note(top, min(left, len(self._lines[top])), len(replaced), "\n".join(new))
        column = len(new[-1]) + (left if len(new) == 1 else 0)
        new[-1] += self._lines[bottom][right:]
        new[0] = self._lines[top][:left] + new[0]
        self._lines[top : bottom + 1] = new
        before, after = max(self._widths[top : bottom + 1]), [*_widths(new)]
        self._widths[top : bottom + 1] = after
        if max(after) >= self._widest:
            self._widest = max(after)
        elif before == self._widest:
            self._widest = max(self._widths)
        self._turning[top : bottom + 1] = _turning(new)
        return EditResult((top + len(new) - 1, column), replaced)

    def starts_in_comment(self, row: int) -> bool:
        """Return whether a line starts inside a block comment. Only lines that open or close one are looked at."""
        passed = []  # which do the one or the other, by what was open before
        is_open, above = False, row
        while (above := self._turning.rfind(1, 0, above)) >= 0:
            line = self._lines[above]
            is_open = open_behind(line, False)
            if is_open == open_behind(line, True):
                break
            is_open = False
            passed.append(line)
        for line in reversed(passed):
            is_open = open_behind(line, is_open)
        return is_open

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


def _widths(lines: Iterable[str]) -> Iterable[int]:
    return (len(line) if line.isascii() and "\t" not in line else cell_len(line.expandtabs(TAB)) for line in lines)


def _turning(lines: Sequence[str]) -> bytearray:
    """Return for each line whether what is behind it is not simply what was before: a block comment, or none."""
    return bytearray(
        ("/*" in line or "*/" in line) and (open_behind(line, False), open_behind(line, True)) != (False, True)
        for line in lines
    )
