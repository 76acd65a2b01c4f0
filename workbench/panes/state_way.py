"""The way to the present state, as a list that is a sequence chart of the components. Enter goes back to a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.binding import Binding
from textual.message import Message

from pepa.pictures.sequence import Row, sequence_chart
from workbench.panes.state_steps import Visit
from workbench.widgets.row_table import RowTable

MOST = 2_000  # steps drawn, the last ones
LEAST = 24  # columns


class StateWay(RowTable):
    """A column a component, a row a step, the first row where it began."""

    BINDINGS = [Binding("enter", "choose", "Step", id="way.choose", tooltip="Back to after this step")]

    @dataclass
    class Returned(Message):
        """The state after a step of the way is wanted again."""

        step: int

    def __init__(self) -> None:
        super().__init__(id="state-way")
        self._way: Sequence[Visit] = ()
        self._groups: list[str] = []
        self._lines: list[str] = []

    def show(self, way: Sequence[Visit], groups: list[str]) -> None:
        """Show a way through states of these groups, its end first in sight."""
        self._way, self._groups = way, groups
        self._draw()
        self.action_last()

    def on_resize(self) -> None:
        """Draw to the new width."""
        self._draw()

    def on_show(self) -> None:
        """Draw to the width there is."""
        self._draw()

    def _draw(self) -> None:
        if not self._way:
            self._lines = []
            self.freeze([])
            self.show_rows(0)
            return
        drawn = self._way[-MOST:]
        rows = [Row(visit.action, {group: entered for group, _, entered in visit.parts}) for visit in drawn[1:]]
        first = zip(self._groups, drawn[0].members, strict=False)
        start = {group: next(iter(held)) if len(held) == 1 else "" for group, held in first}
        width = max(LEAST, self.scrollable_content_region.width or 78)
        names, *self._lines = sequence_chart(self._groups, start, rows, width)
        self.freeze([names])
        self.show_rows(len(self._lines), stay=True)

    def on_row_table_page_wanted(self, event: RowTable.PageWanted) -> None:
        """Give the lines that are to be painted."""
        event.stop()
        self.fill(event.start, self._lines[event.start : event.end], event.generation)

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Go back to a step."""
        event.stop()
        self.post_message(self.Returned(max(0, len(self._way) - MOST) + event.row))
