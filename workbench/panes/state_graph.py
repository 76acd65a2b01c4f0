"""Graphs at the present state: the components, the states around it, the cooperation tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from workbench.widgets.node_map import NodeMap, Spot

if TYPE_CHECKING:
    from pepa.explore.told_trace import Members
    from workbench.engine.answers import DrawnGraphs, Place

BAR = 2  # columns of a scroll bar
KINDS = {"components": "components", "states": "states around here", "system": "cooperations"}


class StateGraph(NodeMap):
    """One kind of graph. Enter on a state steps to it."""

    @dataclass
    class Wanted(Message):
        """The graphs at a state are wanted, drawn in a width."""

        place: Place
        width: int

    @dataclass
    class Stepped(Message):
        """A state of the graph is to be stepped to."""

        members: Members

    def __init__(self) -> None:
        super().__init__(id="state-graph")
        self._kind = "components"
        self._found: DrawnGraphs | None = None
        self._place: Place = {}
        self._drawn_for = 0  # columns

    @property
    def kinds(self) -> str:
        """What kinds there are, the one that is shown marked."""
        return " ".join(f"▸{name}" if kind == self._kind else name for kind, name in KINDS.items())

    def begin_anew(self) -> None:
        """Know no state whose graphs there are."""
        self._found, self._place = None, {}

    def ask(self, place: Place, width: int) -> None:
        """Ask for the graphs at a state, to be drawn as wide as the pane is inside."""
        self._place, self._drawn_for = place, width
        self.post_message(self.Wanted(place, width - BAR).set_sender(self))

    def on_resize(self) -> None:
        """Have them drawn anew to another width."""
        if self._place and self.size.width and self.outer_size.width != self._drawn_for:
            self.ask(self._place, self.outer_size.width)

    def show(self, found: DrawnGraphs) -> None:
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
        if (found := self._found) is None:
            return
        kinds = {"components": found["components"], "states": found["states"], "system": found["system"]}
        drawn = kinds[self._kind]
        self.show_lines(drawn["lines"], [Spot(*spot) for spot in drawn["spots"]])

    def on_node_map_chosen(self, event: NodeMap.Chosen) -> None:
        """Step to the state of a node, if it is one."""
        event.stop()
        if self._kind == "states" and self._found is not None:
            self.post_message(self.Stepped(self._found["members"][event.node]))
