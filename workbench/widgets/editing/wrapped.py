"""Which line stands on which row. Textual's goes through all lines at every size, also where none is wrapped."""

from __future__ import annotations

from textual._cells import cell_len, cell_width_to_column_index
from textual._wrap import compute_wrap_offsets
from textual.document._document import Location
from textual.document._wrapped_document import WrappedDocument
from textual.expand_tabs import expand_tabs_inline, get_tab_widths
from textual.geometry import Offset

from workbench.widgets.editing.lines import Lines

MOST_WRAPPED = 100_000  # lines: where they are wrapped, all below are numbered anew with every line that is added


class Rows:
    """The rows of lines that are not wrapped: the line, and the section of it, that stand on each."""

    def __init__(self, document: Lines) -> None:
        self._document = document

    def __len__(self) -> int:
        return self._document.line_count

    def __getitem__(self, row: int) -> tuple[int, int]:
        if row >= len(self):
            raise IndexError(row)
        return row, 0


class Wrapped(WrappedDocument):
    """Lines wrapped to a width, or at width 0 as they are: then nothing is kept of them, and nothing takes long."""

    document: Lines

    @property
    def height(self) -> int:
        """The number of rows. Textual's counts them for every row it paints."""
        return len(self._offset_to_line_info)

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        """Wrap all lines; what fits is not looked at."""
        self._width = width
        self._tab_width = tab_width or self._tab_width
        self._wrap_offsets, self._line_index_to_offsets, self._tab_width_cache = [], [], []
        self._offset_to_line_info = [] if width else Rows(self.document)  # type: ignore[assignment]
        if not width:
            return
        rows = self._offset_to_line_info
        for line, text in enumerate(self.document.lines):
            tabs = get_tab_widths(text, self._tab_width) if "\t" in text else []
            fits = not tabs and self.document.width(line) <= width
            breaks = (
                []
                if fits
                else compute_wrap_offsets(text, width, self._tab_width, precomputed_tab_sections=tabs or None)
            )
            self._tab_width_cache.append([columns for _, columns in tabs])
            self._wrap_offsets.append(breaks)
            self._line_index_to_offsets.append([*range(len(rows), len(rows) + len(breaks) + 1)])
            rows.extend((line, section) for section in range(len(breaks) + 1))

    def wrap_range(self, start: Location, old_end: Location, new_end: Location) -> None:
        """Wrap the lines that an edit changed."""
        if self._width:
            super().wrap_range(start, old_end, new_end)

    def get_offsets(self, line_index: int) -> list[int]:
        """Return the columns at which a line is wrapped."""
        return super().get_offsets(line_index) if self._width else []

    def get_sections(self, line_index: int) -> list[str]:
        """Return what stands of a line on each of its rows."""
        return super().get_sections(line_index) if self._width else [self.document.get_line(line_index)]

    def location_to_offset(self, location: Location) -> Offset:
        """Return the column and the row at which a place is shown."""
        if self._width:
            return super().location_to_offset(location)
        line, column = location
        before = self.document.get_line(line)[:column]
        return Offset(cell_len(expand_tabs_inline(before, self._tab_width)), line)

    def offset_to_location(self, offset: Offset) -> Location:
        """Return the place that is shown at a column of a row, or the one next to it."""
        if self._width:
            return super().offset_to_location(offset)
        column, row = offset
        line = min(max(0, row), self.document.line_count - 1)
        return line, cell_width_to_column_index(self.document.get_line(line), max(0, column), self._tab_width)
