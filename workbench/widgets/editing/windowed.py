"""A text area that draws of a line what is in the window. Textual's colours, measures and draws the whole of it."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.expand_tabs import expand_text_tabs_from_widths
from textual.strip import Strip

from workbench.widgets.editing.coloured import ColouredArea, stylize
from workbench.widgets.editing.columns import TAB

EMPTY_SELECTED = "▌"  # how an empty line shows that it is selected


class Stretch(NamedTuple):
    """The characters of a line that a row draws: those from `first` up to `last`, the first of them at `column`."""

    line: int
    section: int  # which row of the line it is
    first: int
    last: int
    column: int
    is_end: bool  # of the line: the cursor has room behind it


class WindowedArea(ColouredArea):
    """Draws rows as Textual does, from stretches of lines."""

    def _render_line(self, y: int) -> Strip:
        """Return a row of the window."""
        theme_style = self._theme.base_style
        base = self.rich_style if theme_style is None else theme_style
        stretch = self._stretch_at(y)
        if stretch is None:
            return Strip.blank(self.size.width, base)
        text = self._styled(stretch)
        is_lit = self.highlight_cursor_line and self._has_cursor and stretch.line == self.cursor_location[0]
        drawn = _expanded(text, stretch.column)
        strip = Strip(drawn.render(self.app.console), drawn.cell_len)
        width = self.region.width - self.gutter_width
        if not self.soft_wrap:
            before = self.scroll_offset.x - stretch.column
            strip = strip.crop(before, before + width)
        strip = strip.extend_cell_length(width, self._theme.cursor_line_style if is_lit else theme_style)
        return Strip.join([self._numbers(stretch, is_lit), strip]).apply_style(base)

    def _stretch_at(self, y: int) -> Stretch | None:
        """Return what a row of the window draws; None below the text."""
        rows = self.wrapped_document._offset_to_line_info
        left, top = self.scroll_offset
        if top + y >= len(rows):
            return None
        line, section = rows[top + y]
        length = len(self.document.get_line(line))
        if breaks := self.wrapped_document.get_offsets(line):
            first, last = (0, *breaks)[section], (*breaks, length)[section]
        elif self.document.long_line(line) is not None:
            first = self.document.character(line, left)
            last = min(length, self.document.character(line, left + self.region.width) + 1)
        else:
            first, last = 0, length
        return Stretch(line, section, first, last, self.document.column(line, first), last == length)

    def _styled(self, stretch: Stretch) -> Text:
        """Return the text of a stretch in its colours, with selection, brackets and cursor."""
        line, first = stretch.line, stretch.first
        text = self.coloured(line, first, stretch.last)
        if stretch.is_end:
            text.pad_right(1)
        theme, (start, end) = self._theme, self.selection
        if self._has_cursor and self.highlight_cursor_line and theme.cursor_line_style and end[0] == line:
            text.stylize(theme.cursor_line_style)
        if start != end and theme.selection_style:
            self._select(text, stretch, theme.selection_style)
        bracket = self._matching_bracket_location if start == end and self._has_cursor else None
        if bracket is not None and self.match_cursor_bracket and theme.bracket_matching_style:
            for row, column in (bracket, end):
                if row == line:
                    stylize(text, theme.bracket_matching_style, column - first, column - first + 1)
        if self._draw_cursor and end[0] == line and theme.cursor_style:
            stylize(text, theme.cursor_style, end[1] - first, end[1] - first + 1)
        return text

    def _select(self, text: Text, stretch: Stretch, style: Style) -> None:
        """Show what of a stretch is selected; of an empty line that it is, where the cursor is elsewhere."""
        (top, left), (bottom, right) = sorted(self.selection)
        if not top <= stretch.line <= bottom:
            return
        length = len(self.document.get_line(stretch.line))
        if length == 0 and stretch.line != self.cursor_location[0]:
            text.plain = EMPTY_SELECTED
            text.stylize(Style(color=style.bgcolor))
            return
        start = left if stretch.line == top else 0
        end = right if stretch.line == bottom else length
        stylize(text, style, start - stretch.first, end - stretch.first)

    def _numbers(self, stretch: Stretch, is_lit: bool) -> Strip | None:
        """Return the line's number."""
        if not self.show_line_numbers:
            return None
        style = self._theme.cursor_line_gutter_style if is_lit else self._theme.gutter_style
        number = str(stretch.line + self.line_number_start) if stretch.section == 0 else ""
        return Strip([Segment(f"{number:>{self.gutter_width - 2}}  ", style)], self.gutter_width)


def _expanded(text: Text, column: int) -> Text:
    """Return a text that begins at a column with its tabs as blanks."""
    widths = []
    for part in text.plain.split("\t")[:-1]:
        column += cell_len(part)
        widths.append(TAB - column % TAB)
        column += widths[-1]
    return expand_text_tabs_from_widths(text, widths)
