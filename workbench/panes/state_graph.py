"""Graphs at the present state: the components, the states around it, the cooperation tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from textual.binding import Binding
from textual.message import Message

from pepa.pictures.graph import HERE
from workbench.widgets.row_table import RowTable

KINDS = {"components": "components", "states": "states around here", "system": "cooperations"}


class StateGraph(RowTable):
    """The lines of one kind of graph. Enter on a state steps to it."""

    BINDINGS = [Binding("enter", "choose", "Step", id="graph.choose", tooltip="Step to this state")]

    @dataclass
    class Stepped(Message):
        """A state of the graph is to be stepped to."""

        members: list[dict[str, int]]

    def __init__(self) -> None:
        super().__init__(id="state-graph")
        self._kind = "components"
        self._found: dict[str, Any] = {}
        self._lines: list[str] = []

    @property
    def subtitle(self) -> str:
        """What is shown, and the keys."""
        names = " ".join(f"▸{name}" if kind == self._kind else name for kind, name in KINDS.items())
        return f"{names} · G next · Esc back"

    def show(self, found: dict[str, Any]) -> None:
        """Show graphs of another state."""
        self._found = found
        self._draw()

    def turn(self) -> None:
        """Show the next kind."""
        kinds = list(KINDS)
        self._kind = kinds[(kinds.index(self._kind) + 1) % len(kinds)]
        self._draw()

    def _draw(self) -> None:
        """Begin at the present place."""
        self._lines = [f" {line}" for line in self._found[self._kind]]
        self.show_rows(len(self._lines))
        self.cursor = next((row for row, line in enumerate(self._lines) if HERE in line), 0)

    def on_row_table_page_wanted(self, event: RowTable.PageWanted) -> None:
        """Give the lines that are to be painted."""
        event.stop()
        self.fill(event.start, self._lines[event.start : event.end], event.generation)

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Step to the state of a line, if it is one."""
        event.stop()
        members = dict(self._found["places"]).get(event.row) if self._kind == "states" else None
        if members is not None:
            self.post_message(self.Stepped(members))
