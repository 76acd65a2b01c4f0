"""A heat map one can walk about in: row and column names stay in sight, the cells scroll under them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip

from pepa.pictures.density import WIDEST, cell_text, column_heads, margin, row_name

CELLS = (WIDEST, 4, 2)  # widths of a cell, the widest that fits is taken


class HeatMap(ScrollView, can_focus=True):
    """Probabilities by two things. Arrows move, Enter chooses a cell."""

    BINDINGS = [
        Binding("up", "move(-1, 0)", "Up", show=False, id="map.up", tooltip="Cell above"),
        Binding("down", "move(1, 0)", "Down", show=False, id="map.down", tooltip="Cell below"),
        Binding("left", "move(0, -1)", "Left", show=False, id="map.left", tooltip="Cell to the left"),
        Binding("right", "move(0, 1)", "Right", show=False, id="map.right", tooltip="Cell to the right"),
        Binding("pageup", "move(-10, 0)", "Page up", show=False, id="map.pageup", tooltip="Ten rows up"),
        Binding("pagedown", "move(10, 0)", "Page down", show=False, id="map.pagedown", tooltip="Ten rows down"),
        Binding("home", "move(0, -100000)", "First", show=False, id="map.first", tooltip="First column"),
        Binding("end", "move(0, 100000)", "Last", show=False, id="map.last", tooltip="Last column"),
        Binding("enter", "choose", "States", id="map.choose", tooltip="The states behind this cell"),
    ]
    cursor: var[tuple[int, int]] = var((0, 0))

    @dataclass
    class Moved(Message):
        """The cursor is at another cell."""

        row: int
        column: int

    @dataclass
    class Chosen(Message):
        """A cell was chosen."""

        row: int
        column: int

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: Sequence[str] = ()
        self._columns: Sequence[str] = ()
        self._cells: dict[tuple[int, int], float] = {}
        self._most = 0.0

    def show_cells(
        self, rows: Sequence[str], columns: Sequence[str], cells: dict[tuple[int, int], float], *, stay: bool = False
    ) -> None:
        """Show other probabilities; the cursor begins at the largest, unless it is to stay."""
        self._rows, self._columns, self._cells = rows, columns, cells
        self._most = max(cells.values(), default=0.0)
        self._lay_out()
        if stay:
            self.watch_cursor()
            return
        self.scroll_to(0, 0, animate=False, immediate=True)
        self.cursor = max(cells, key=lambda cell: cells[cell], default=(0, 0))
        self._follow()

    def on_resize(self) -> None:
        """Take the widest cells that fit."""
        self._lay_out()

    @property
    def _margin(self) -> int:
        return margin(self._rows)

    @property
    def _cell(self) -> int:
        room = self.size.width - self._margin
        return next((width for width in CELLS if width * len(self._columns) <= room), CELLS[-1])

    def _lay_out(self) -> None:
        self.virtual_size = Size(self._margin + self._cell * len(self._columns), len(self._rows) + 1)
        self.refresh()

    def watch_cursor(self) -> None:
        """Show where one is."""
        self.post_message(self.Moved(*self.cursor))
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Go to the cell clicked; a second click chooses it."""
        inside = event.get_content_offset(self)
        if inside is None or inside.y == 0 or inside.x < self._margin:
            return
        x, top = self.scroll_offset
        row, column = inside.y + top - 1, (inside.x - self._margin + x) // self._cell
        if row < len(self._rows) and column < len(self._columns):
            self.cursor = row, column
            if event.chain == 2:
                self.action_choose()

    def action_move(self, down: int, right: int) -> None:
        """Move the cursor."""
        row, column = self.cursor
        last = max(0, len(self._rows) - 1), max(0, len(self._columns) - 1)
        self.cursor = max(0, min(last[0], row + down)), max(0, min(last[1], column + right))
        self._follow()

    def action_choose(self) -> None:
        """Tell which cell was chosen."""
        self.post_message(self.Chosen(*self.cursor))

    def _follow(self) -> None:
        """Scroll to the cursor."""
        row, column = self.cursor
        x, y = self.scroll_offset
        width, height = self.scrollable_content_region.size
        left, room = column * self._cell, max(self._cell, width - self._margin)
        x = min(x, left) if left < x else max(x, left + self._cell - room)
        y = min(y, row) if row < y else max(y, row + 1 - max(1, height - 1))
        self.scroll_to(x, y, animate=False, immediate=True)

    def render_line(self, y: int) -> Strip:
        """Paint one screen row."""
        x, top = self.scroll_offset
        width, style = self.size.width, self.rich_style
        if y == 0:
            head = Segment(" " * self._margin + column_heads(self._columns, self._cell)[x:], style + Style(bold=True))
            return Strip([head]).crop_extend(0, width, style)
        row = top + y - 1
        if row >= len(self._rows):
            return Strip.blank(width, style)
        name = row_name(self._rows[row])
        names = Segment(" " * (self._margin - 2 - cell_len(name)) + name + "  ", style)
        cells = Strip([self._segment(row, column, style) for column in range(len(self._columns))])
        shown = cells.crop(x, x + max(0, width - self._margin))
        return Strip([names, *shown]).crop_extend(0, width, style)

    def _segment(self, row: int, column: int, style: Style) -> Segment:
        text, colour = cell_text(self._cells.get((row, column)), self._most, self._cell)
        if (row, column) == self.cursor:
            return Segment(text, style + Style(reverse=True, bold=True))
        return Segment(text, style + Style(color=colour or None))
