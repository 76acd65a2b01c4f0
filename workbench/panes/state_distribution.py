"""Where the probability is: a histogram of one thing, a heat map of two, a table of more; each leads to its states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from pepa.language.printer import figure
from pepa.pictures.bar import bar
from workbench.widgets.heat_map import HeatMap
from workbench.widgets.row_table import RowTable

if TYPE_CHECKING:
    from pepa.query.told_joint import ToldJoint

JUMP = 10  # times at once
NAMES_CUT = 40  # columns of a value's name, at most


class Bars(RowTable):
    """Values with their probabilities, a row each."""

    BINDINGS = [Binding("enter", "choose", "States", id="bars.choose", tooltip="The states behind this value")]


class StateDistribution(Vertical):
    """One distribution, in the long run or at a time. Enter posts the condition of the states behind a value."""

    BINDINGS = [
        Binding("t", "follow", "Over time", id="distribution.follow", tooltip="From the start on, or the long run"),
        Binding("comma", "move(-1)", "Sooner", id="distribution.sooner", tooltip="At the time before"),
        Binding("full_stop", "move(1)", "Later", id="distribution.later", tooltip="At the next time"),
        Binding("less_than_sign", f"move(-{JUMP})", "Much sooner", show=False, id="distribution.much_sooner",
                tooltip=f"{JUMP} times before"),
        Binding("greater_than_sign", f"move({JUMP})", "Much later", show=False, id="distribution.much_later",
                tooltip=f"{JUMP} times on"),
        Binding("u", "until", "Until", id="distribution.until", tooltip="How long to follow the model"),
    ]  # fmt: skip

    @dataclass
    class TimeWanted(Message):
        """The same distribution is wanted at another of the times followed; in the long run for none."""

        number: int | None

    @dataclass
    class UntilWanted(Message):
        """Another length of time is wanted."""

    @dataclass
    class Chosen(Message):
        """The states where a condition holds are wanted; "" where none says which they are."""

        condition: str

    def __init__(self) -> None:
        super().__init__(id="state-distribution")
        self.of: list[str] = []
        self.number: int | None = None  # of the time it is at; none in the long run
        self._aim: int | None = None  # the one asked for last
        self._found: ToldJoint | None = None
        self._last = 0  # of the times
        self._order: list[int] = []
        self._at: dict[tuple[int, ...], int] = {}
        self._lines: list[str] = []

    def compose(self) -> ComposeResult:
        """What is shown, and two ways to show it."""
        yield Static("", id="distribution-head")
        yield Bars(id="bars")
        yield HeatMap(id="heat-map")

    def on_mount(self) -> None:
        """Show the bars."""
        self.query_one(HeatMap).display = False

    @property
    def main(self) -> Widget:
        """What has the keys."""
        heat = self.query_one(HeatMap)
        return heat if heat.display else self.query_one(Bars)

    def begin_anew(self) -> None:
        """Know no distribution."""
        self.of, self.number, self._aim, self._found = [], None, None, None

    def show(self, found: ToldJoint, number: int | None, last: int) -> None:
        """Show another distribution, in the long run or at one of the times up to the last."""
        same, now = self.of == found["of"], self.number
        self.of, self._found, self.number, self._last = found["of"], found, number, last
        if (now is None) != (self.number is None):
            self.refresh_bindings()
        cells = [tuple(cell) for cell in found["cells"]]
        self._at = {cell: number for number, cell in enumerate(cells)}
        two = len(self.of) == 2
        self.query_one(HeatMap).display, self.query_one(Bars).display = two, not two
        self._say(found)
        if two:
            rows, columns = (axis["values"] for axis in found["axes"])
            shown = {(row, column): p for (row, column), p in zip(found["cells"], found["probability"], strict=True)}
            self.query_one(HeatMap).show_cells(rows, columns, shown, stay=same and self.number is not None)
            return
        self._order = list(range(len(cells)))
        if len(self.of) > 1:
            self._order.sort(key=lambda cell: -found["probability"][cell])
        self._draw(found)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Move in time only where it is followed."""
        return self.number is not None if action in ("move", "until") else super().check_action(action, parameters)

    def look_at(self, number: int | None) -> None:
        """Ask for the same at another time, or in the long run."""
        self._aim = number
        self.post_message(self.TimeWanted(number))

    def action_follow(self) -> None:
        """Follow it from the start on; back to the long run where it is."""
        self.look_at(0 if self.number is None else None)

    def action_move(self, by: int) -> None:
        """To another time, counted from the one asked for last: keys come faster than answers."""
        if self.number is not None:
            at = self.number if self._aim is None else self._aim
            self.look_at(max(0, min(self._last, at + by)))

    def action_until(self) -> None:
        """Ask how long."""
        self.post_message(self.UntilWanted())

    def on_resize(self) -> None:
        """Draw to the new width."""
        if self._found is not None and len(self.of) != 2:
            self._draw(self._found)

    def _say(self, found: ToldJoint, cell: str = "") -> None:
        text = Text(f"{' × '.join(self.of)}  ", "bold")
        for axis in found["axes"]:
            if "mean" in axis:
                text.append(f"mean {figure(axis['mean'])} sd {figure(axis['variance'] ** 0.5)}  ", "not bold")
        rest = f"  the rarest left out: {figure(found['rest'])}" if found["rest"] else ""
        text.append(f"{found['certainty']}{rest}", "not bold dim")
        self.query_one("#distribution-head", Static).update(text.append(f"\n{cell}" if cell else "", "not bold"))

    def _draw(self, found: ToldJoint) -> None:
        bars = self.query_one(Bars)
        names = [axis["values"] for axis in found["axes"]]
        rows = [[each[index] for each, index in zip(names, found["cells"][cell], strict=True)] for cell in self._order]
        widths = [
            min(NAMES_CUT, max(cell_len(text), *(cell_len(row[column]) for row in rows)))
            for column, text in enumerate(self.of)
        ]
        head = "  ".join(text.ljust(width)[:width] for text, width in zip(self.of, widths, strict=True))
        bars.freeze([f" {head}  {'probability':>11}  {'states':>10}"])
        bars.show_rows(len(rows), stay=True)
        room = max(8, bars.size.width - sum(widths) - 2 * len(widths) - 27)
        largest = max(found["probability"], default=0.0)
        self._lines = []
        for cell, row in zip(self._order, rows, strict=True):
            told = "  ".join(text.ljust(width)[:width] for text, width in zip(row, widths, strict=True))
            value = found["probability"][cell]
            drawn = bar(value, largest, room)
            self._lines.append(f" {told}  {figure(value):>11}  {found['states'][cell]:>10,}  {drawn}")

    def on_row_table_page_wanted(self, event: RowTable.PageWanted) -> None:
        """Give the rows that are to be painted."""
        event.stop()
        self.query_one(Bars).fill(event.start, self._lines[event.start : event.end], event.generation)

    def on_heat_map_moved(self, event: HeatMap.Moved) -> None:
        """Say what the cell is."""
        event.stop()
        if (found := self._found) is not None and len(self.of) == 2:
            rows, columns = (axis["values"] for axis in found["axes"])
            cell = self._at.get((event.row, event.column))
            value = "no state" if cell is None else figure(found["probability"][cell])
            if event.row < len(rows) and event.column < len(columns):
                self._say(found, f"{self.of[0]} {rows[event.row]} · {self.of[1]} {columns[event.column]}: {value}")

    def on_heat_map_chosen(self, event: HeatMap.Chosen) -> None:
        """To the states behind a cell."""
        event.stop()
        cell = self._at.get((event.row, event.column))
        if cell is not None and self._found is not None:
            self.post_message(self.Chosen(self._found["conditions"][cell]))

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """To the states behind a value."""
        event.stop()
        if event.row < len(self._order) and self._found is not None:
            self.post_message(self.Chosen(self._found["conditions"][self._order[event.row]]))
