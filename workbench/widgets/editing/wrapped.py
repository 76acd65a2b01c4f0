"""Which line stands on which row. Textual's goes through all lines at every size, also where none is wrapped."""

from __future__ import annotations

from textual._wrap import compute_wrap_offsets
from textual.document._document import Location
from textual.document._document_navigator import DocumentNavigator
from textual.document._wrapped_document import WrappedDocument
from textual.expand_tabs import get_tab_widths
from textual.geometry import Offset

from workbench.widgets.editing.columns import TAB
from workbench.widgets.editing.lines import Lines

WIDEST = 50_000  # columns of a line: where it is wrapped, all of it is wrapped anew with every key in it
MOST_WRAPPED = 100_000  # lines: where they are wrapped, all below are numbered anew with every line that is added


def unwrapped(document: Lines) -> str:
    """Return why a text is not wrapped, if it is not."""
    if document.line_count > MOST_WRAPPED:
        return f"a text of more than {MOST_WRAPPED:,} lines is not wrapped"
    if document.get_size(TAB).width > WIDEST:
        return f"a line of more than {WIDEST:,} columns is not wrapped"
    return ""


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
        line, character = location
        return Offset(self.document.column(line, character), line)

    def offset_to_location(self, offset: Offset) -> Location:
        """Return the place that is shown at a column of a row, or the one next to it."""
        if self._width:
            return super().offset_to_location(offset)
        column, row = offset
        line = min(max(0, row), self.document.line_count - 1)
        return line, self.document.character(line, column)

    def get_target_document_column(self, line_index: int, x_offset: int, y_offset: int) -> int:
        """Return the character of a line that is shown at a column of one of its rows."""
        if self._width:
            return super().get_target_document_column(line_index, x_offset, y_offset)
        return self.document.character(line_index, x_offset)


class Navigator(DocumentNavigator):
    """Textual's, but up and down go to the column at which the cursor is shown, tabs counted as columns; nor are lines
    looked at as a whole.
    """

    _wrapped_document: Wrapped

    def get_location_above(self, location: Location) -> Location:
        """Return the place a row up."""
        if self._wrapped_document._width:
            return super().get_location_above(location)
        return self._beside(location, -1) if location[0] else (0, 0)

    def get_location_below(self, location: Location) -> Location:
        """Return the place a row down."""
        if self._wrapped_document._width:
            return super().get_location_below(location)
        if self.is_last_document_line(location):
            return location[0], len(self._document[location[0]])
        return self._beside(location, 1)

    def _beside(self, location: Location, down: int) -> Location:
        column, row = self._wrapped_document.location_to_offset(location)
        return self._wrapped_document.offset_to_location(Offset(max(column, self.last_x_offset), row + down))
