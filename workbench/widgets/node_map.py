"""A drawing with nodes one can walk about on: arrows go to the nearest node that way, Enter chooses it."""

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

ASIDE = 3  # how much less a row counts than being out of the way


@dataclass(frozen=True)
class Spot:
    """Where a node is drawn, whether the model is there now, and what it is in full."""

    row: int
    column: int
    width: int
    height: int
    here: bool
    said: str


class NodeMap(ScrollView, can_focus=True):
    """Lines, scrolled under a head that says which node the cursor is on."""

    BINDINGS = [
        Binding("up,k", "go(-1, 0)", "Up", show=False, id="nodes.up", tooltip="To a node above"),
        Binding("down,j", "go(1, 0)", "Down", show=False, id="nodes.down", tooltip="To a node below"),
        Binding("left", "go(0, -1)", "Left", show=False, id="nodes.left", tooltip="To a node to the left"),
        Binding("right", "go(0, 1)", "Right", show=False, id="nodes.right", tooltip="To a node to the right"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="nodes.pageup", tooltip="A page up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="nodes.pagedown", tooltip="A page down"),
        Binding("home", "first", "First", show=False, id="nodes.first", tooltip="First node"),
        Binding("end", "last", "Last", show=False, id="nodes.last", tooltip="The end of the drawing"),
        Binding("enter", "choose", "Step", id="nodes.choose", tooltip="Step to this state"),
    ]
    cursor: var[int] = var(0)

    @dataclass
    class Chosen(Message):
        """A node was chosen."""

        node: int

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: Sequence[str] = ()
        self._spots: Sequence[Spot] = ()

    def show_lines(self, lines: Sequence[str], spots: Sequence[Spot]) -> None:
        """Show another drawing, the cursor at the first node where the model is."""
        self._lines, self._spots = lines, spots
        self.virtual_size = Size(max(map(cell_len, lines), default=0), len(lines) + 1)
        self.scroll_to(0, 0, animate=False, immediate=True, force=True)
        self.cursor = next((number for number, spot in enumerate(spots) if spot.here), 0)
        self._follow()
        self.refresh()

    def on_resize(self) -> None:
        """Keep in sight where one is; what is shown first has no size before."""
        self.scroll_to(0, 0, animate=False, immediate=True, force=True)
        self._follow()

    def watch_cursor(self) -> None:
        """Show where one is."""
        self.refresh()

    def _follow(self) -> None:
        """Scroll so that the node under the cursor is seen, of a long one its beginning, and what leads to it."""
        if not self._spots:
            return
        spot, (x, y) = self._spots[self.cursor], self.scroll_offset
        width, height = self.scrollable_content_region.width, max(1, self.scrollable_content_region.height - 1)
        if not x <= spot.column <= spot.column + spot.width <= x + width:
            x = max(0, spot.column + (spot.width - width) // 2 if spot.width <= width else spot.column - width // 3)
        top = max(0, spot.row - 1)
        y = top if top < y else max(y, min(top, spot.row + spot.height + 1 - height))
        self.scroll_to(x, y, animate=False, immediate=True, force=True)  # also before there are scroll bars

    def on_click(self, event: events.Click) -> None:
        """Go to the node clicked; a second click chooses it."""
        inside = event.get_content_offset(self)
        if inside is None or inside.y == 0:
            return
        x, row = inside.x + self.scroll_offset.x, inside.y + self.scroll_offset.y - 1
        for number, spot in enumerate(self._spots):
            if spot.row <= row < spot.row + spot.height and spot.column <= x < spot.column + spot.width:
                self.cursor = number
                if event.chain == 2:
                    self.action_choose()
                return

    def action_go(self, down: int, right: int) -> None:
        """To the nearest node that way; where there is none, scroll."""
        nearest = self._nearest(down, right)
        if nearest is None:
            self.scroll_relative(2 * right, down, animate=False, immediate=True)
        else:
            self.cursor = nearest
            self._follow()

    def _nearest(self, down: int, right: int) -> int | None:
        if not self._spots:
            return None
        here = self._spots[self.cursor]
        found = None
        for number, spot in enumerate(self._spots):
            if down:
                ahead = down * (spot.row - here.row)
                aside = max(0, spot.column - here.column - here.width + 1, here.column - spot.column - spot.width + 1)
            else:
                before = here.column + here.width <= spot.column
                ahead = spot.column - here.column - here.width + 1 if before else 0
                if right < 0:
                    ahead = max(0, here.column - spot.column - spot.width + 1)
                aside = max(0, spot.row - here.row - here.height + 1, here.row - spot.row - spot.height + 1)
                aside *= 2 * ASIDE
            far = ASIDE * ahead + aside if down else ahead + aside
            if ahead > 0 and (found is None or far < found[0]):
                found = far, number
        return None if found is None else found[1]

    def action_page(self, pages: int) -> None:
        """Scroll by a page; the cursor goes to the first node in sight."""
        height = max(1, self.scrollable_content_region.height - 2)
        self.scroll_relative(0, pages * height, animate=False, immediate=True)
        top = self.scroll_offset.y
        seen = [number for number, spot in enumerate(self._spots) if top <= spot.row < top + height]
        if seen and self.cursor not in seen:
            self.cursor = min(seen, key=lambda number: (self._spots[number].row, self._spots[number].column))

    def action_first(self) -> None:
        """To the beginning."""
        self.cursor = 0
        self.scroll_to(0, 0, animate=False, immediate=True, force=True)
        self._follow()

    def action_last(self) -> None:
        """To the end, where the legend is."""
        self.scroll_to(0, self.virtual_size.height, animate=False, immediate=True)

    def action_choose(self) -> None:
        """Tell which node was chosen."""
        if self._spots:
            self.post_message(self.Chosen(self.cursor))

    def render_line(self, y: int) -> Strip:
        """Paint one screen row: the node under the cursor in full, then the drawing."""
        (x, top), width, style = self.scroll_offset, self.size.width, self.rich_style
        if y == 0:
            said = self._spots[self.cursor].said if self._spots else ""
            return Strip([Segment(said, style + Style(bold=True))]).crop_extend(0, width, style)
        row = top + y - 1
        if row >= len(self._lines):
            return Strip.blank(width, style)
        return Strip(self._painted(row, style)).crop_extend(x, x + width, style)

    def _painted(self, row: int, style: Style) -> list[Segment]:
        """Return a line, nodes where the model is in bold, the one under the cursor reversed."""
        line, at, parts = Strip([Segment(self._lines[row], style)]), 0, list[Segment]()
        inside = [
            (spot.column, number) for number, spot in enumerate(self._spots) if spot.row <= row < spot.row + spot.height
        ]
        for column, number in sorted(inside):
            spot = self._spots[number]
            lit = Style(bold=spot.here, reverse=number == self.cursor and self.has_focus)
            parts += [*line.crop(at, column), *line.crop(column, column + spot.width).apply_style(lit)]
            at = column + spot.width
        return [*parts, *line.crop(at, line.cell_length)]
