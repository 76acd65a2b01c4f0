"""The way to the present state, as a sequence chart of the components."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from pepa.pictures.sequence import Row, sequence_chart
from workbench.panes.state_steps import Visit

MOST = 2_000  # steps drawn, the last ones


class StateWay(VerticalScroll):
    """A column a component, a row a step."""

    def __init__(self) -> None:
        super().__init__(id="state-way")
        self._way: Sequence[Visit] = ()
        self._groups: list[str] = []

    def compose(self) -> ComposeResult:
        """The chart."""
        yield Static("", id="way-chart")

    def show(self, way: Sequence[Visit], groups: list[str]) -> None:
        """Show a way through states of these groups."""
        self._way, self._groups = way, groups
        self._draw()

    def on_resize(self) -> None:
        """Draw to the new width."""
        self._draw()

    def on_show(self) -> None:
        """Draw to the width there is."""
        self._draw()

    def _draw(self) -> None:
        if not self._way:
            return
        drawn = self._way[-MOST:]
        rows = [Row(visit.action, {group: entered for group, _, entered in visit.parts}) for visit in drawn[1:]]
        first = zip(self._groups, drawn[0].members, strict=False)
        start = {group: next(iter(held)) if len(held) == 1 else "" for group, held in first}
        width = max(24, self.scrollable_content_region.width or 78)
        lines = sequence_chart(self._groups, start, rows, width)
        self.query_one("#way-chart", Static).update(Text("\n".join(lines), no_wrap=True))
