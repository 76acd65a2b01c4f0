"""The lines of a text being edited: cut at line feeds only, their widths and the whole text kept until they change."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from textual.document._document import Document, EditResult, Location
from textual.document._wrapped_document import WrappedDocument
from textual.geometry import Size

TAB = 4  # columns between two tab stops


class Lines(Document):
    """A document that keeps every character but the line feeds it is cut at.

    Textual's cuts at form feeds, U+2028 and others too, and counts the columns of every line at every key.
    """

    def __init__(self, text: str) -> None:
        super().__init__("")
        self._lines = _cut(text)
        self._widths = list(_widths(self._lines))
        self._whole: str | None = None

    @property
    def text(self) -> str:
        """The whole text."""
        if self._whole is None:
            self._whole = "\n".join(self._lines)
        return self._whole

    def get_size(self, tab_width: int) -> Size:
        """Return columns of the widest line, and the number of lines; tabs are as wide as everywhere here."""
        del tab_width
        return Size(max(self._widths), len(self._lines))

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        """Replace what stands between two places; return where the new text ends and what was there."""
        (top, left), (bottom, right) = sorted((start, end))
        bottom = min(bottom, len(self._lines) - 1)
        replaced = self.get_text_range((top, left), (bottom, right))
        new = _cut(text)
        column = len(new[-1]) + (left if len(new) == 1 else 0)
        new[-1] += self._lines[bottom][right:]
        new[0] = self._lines[top][:left] + new[0]
        self._lines[top : bottom + 1] = new
        self._widths[top : bottom + 1] = _widths(new)
        self._whole = None
        return EditResult((top + len(new) - 1, column), replaced)

    def get_text_range(self, start: Location, end: Location) -> str:
        """Return what stands between two places."""
        (top, left), (bottom, right) = sorted((start, end))
        if top == bottom:
            return self._lines[top][left:right]
        last = self._lines[bottom][:right] if bottom < len(self._lines) else ""
        return "\n".join([self._lines[top][left:], *self._lines[top + 1 : bottom], last])


class Wrapped(WrappedDocument):
    """Which line stands on which row. Textual's counts all rows anew for every row it paints."""

    @property
    def height(self) -> int:
        """The number of rows."""
        return len(self._offset_to_line_info)


def _cut(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _widths(lines: Iterable[str]) -> Iterable[int]:
    return (len(line) if line.isascii() and "\t" not in line else cell_len(line.expandtabs(TAB)) for line in lines)
