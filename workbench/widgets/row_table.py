"""A table over any number of rows: it paints what is visible, and asks for rows page by page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip

PAGE = 128
MOST_PAGES = 64


class RowTable(ScrollView, can_focus=True):
    """Rows of text. Posts `PageWanted` for rows it lacks; the owner answers with `fill`."""

    MOVES: ClassVar[list[Binding]] = [
        Binding("down,j", "move(1)", "Down", show=False, id="table.down", tooltip="Next row"),
        Binding("up,k", "move(-1)", "Up", show=False, id="table.up", tooltip="Previous row"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="table.pagedown", tooltip="One page down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="table.pageup", tooltip="One page up"),
        Binding("home", "first", "First", show=False, id="table.first", tooltip="First row"),
        Binding("end", "last", "Last", show=False, id="table.last", tooltip="Last row"),
    ]
    BINDINGS = [
        *MOVES,
        Binding("enter", "choose", "Step", id="table.choose", tooltip="Look into this row"),
    ]
    cursor: var[int] = var(0)
    stale: var[bool] = var(False)

    @dataclass
    class PageWanted(Message):
        """Rows `start` to `end` are about to be painted and are not there."""

        start: int
        end: int
        generation: int

    @dataclass
    class Chosen(Message):
        """A row was chosen."""

        row: int

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows = 0
        self._generation = 0
        self._pages: dict[int, list[str]] = {}
        self._asked: set[int] = set()
        self._frozen: list[str] = []

    @property
    def generation(self) -> int:
        """Which table this is; a page is filled with that of its table."""
        return self._generation

    @property
    def page_size(self) -> int:
        """The rows of a page."""
        return PAGE

    @property
    def most_pages(self) -> int:
        """The pages kept."""
        return MOST_PAGES

    @property
    def pages(self) -> list[int]:
        """The first rows of the pages that are there, or in sight."""
        top, last = self.scroll_offset.y, self._rows - 1
        seen = range(max(0, top) // PAGE, min(last, top + self.size.height) // PAGE + 1)
        return [page * PAGE for page in sorted({*self._pages, *seen}) if page * PAGE <= last]

    def freeze(self, lines: list[str]) -> None:
        """Keep lines above the rows, a head and what else is to stay in sight; they scroll sideways with the rows."""
        self._frozen = lines
        longest = max([self.virtual_size.width, *map(cell_len, lines)])
        self.virtual_size = Size(longest, self._rows + len(lines))
        self.refresh()

    def show_rows(self, number: int, *, stay: bool = False) -> None:
        """Show a new table of so many rows; what was there is forgotten, but for the cursor where it is to stay."""
        cursor = min(self.cursor, max(0, number - 1)) if stay else 0
        self._rows = number
        self._generation += 1
        self._pages.clear()
        self._asked.clear()
        self.virtual_size = Size(max([0, *map(cell_len, self._frozen)]), number + len(self._frozen))
        self.cursor = cursor
        if not stay:
            self.scroll_to(0, 0, animate=False, immediate=True)
        self.refresh()

    def fill(self, start: int, rows: list[str], generation: int) -> None:
        """Give the rows of one page, unless the table has changed since it was asked for."""
        if generation != self._generation:
            return
        if not rows:
            self._asked.discard(start // PAGE)  # the next paint asks again
            return
        if len(self._pages) >= MOST_PAGES:
            self._pages.clear()
            self._asked.clear()
        before = self._pages.get(start // PAGE, [])
        self._pages[start // PAGE] = rows
        longest = max(map(cell_len, rows))
        if longest > self.virtual_size.width:
            self.virtual_size = Size(longest, self._rows + len(self._frozen))
        elif len(before) == len(rows):
            self._repaint(start + at for at, (old, new) in enumerate(zip(before, rows, strict=True)) if old != new)
            return
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Paint one screen row."""
        x, top = self.scroll_offset
        width = self.size.width
        if y < len(self._frozen):
            style = self.rich_style + (Style(bold=True) if y == 0 else Style(italic=True))
            return Strip([Segment(self._frozen[y], style)]).crop_extend(x, x + width, style)
        row = top + y - len(self._frozen)
        if row >= self._rows:
            return Strip.blank(width, self.rich_style)
        page = self._pages.get(row // PAGE)
        if page is None:
            self._want(row // PAGE)
            text = " …"
        else:
            text = page[row % PAGE]
        style = self.rich_style
        if self.stale:
            style += Style(dim=True)
        if row == self.cursor:
            style += Style(reverse=self.has_focus, bold=True)
        strip = Strip([Segment(text, style)])
        return strip.crop_extend(x, x + width, style)

    def want(self) -> None:
        """Ask for the rows at the cursor at once, not only when they are to be painted."""
        self._want(self.cursor // PAGE)

    def _want(self, page: int) -> None:
        if page not in self._asked:
            self._asked.add(page)
            start = page * PAGE
            self.post_message(self.PageWanted(start, min(self._rows, start + PAGE), self._generation))

    def _repaint(self, rows: Iterable[int]) -> None:
        top, frozen = self.scroll_offset.y, len(self._frozen)
        for row in rows:
            if row >= top:
                self.refresh(Region(0, row - top + frozen, self.size.width, 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Repaint two rows, or scroll."""
        frozen = len(self._frozen)
        top, height = self.scroll_offset.y, max(1, self.scrollable_content_region.height - frozen)
        if top <= new < top + height:
            self._repaint((old, new))
        else:
            to = new if new < top else new - height + 1
            self.scroll_to(y=to, animate=False, immediate=True)

    def on_click(self, event: events.Click) -> None:
        """Go to the row clicked; a second click chooses it."""
        inside = event.get_content_offset(self)
        row = -1 if inside is None else inside.y - len(self._frozen)
        if row >= 0 and (row := row + self.scroll_offset.y) < self._rows:
            self.cursor = row
            if event.chain == 2:
                self.action_choose()

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.cursor = max(0, min(self._rows - 1, self.cursor + rows))

    def action_page(self, pages: int) -> None:
        """Move the cursor by pages."""
        self.action_move(pages * max(1, self.scrollable_content_region.height - len(self._frozen) - 1))

    def action_first(self) -> None:
        """Go to the first row."""
        self.cursor = 0

    def action_last(self) -> None:
        """Go to the last row."""
        self.cursor = max(0, self._rows - 1)

    def action_choose(self) -> None:
        """Tell which row was chosen."""
        if self._rows:
            self.post_message(self.Chosen(self.cursor))
