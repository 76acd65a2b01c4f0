"""Views of the states, one at a time: turning from one to the next, and back to the one before."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from workbench.panes.pane import Pane
from workbench.panes.state_distribution import StateDistribution
from workbench.panes.state_findings import StateFindings
from workbench.panes.state_graph import StateGraph
from workbench.panes.state_list import StateList
from workbench.panes.state_steps import StateSteps
from workbench.panes.state_way import StateWay
from workbench.told_keys import key_of
from workbench.widgets.prompt import Prompt
from workbench.widgets.row_table import RowTable

TURNED = ("list", "steps", "way")  # the views that v turns through; the others have their keys, and Esc leaves them


class StateViews(Pane):
    """Holds the views and a line to type into; each keeps its place while another is shown."""

    TITLE = "2 States"
    HELP_TOPIC = "states"
    BINDINGS = [
        Binding("v", "view", "View", id="states.view", tooltip="The table, the steps, or the way here as a chart"),
        Binding("D", "distribution", "Distribution", id="states.distribution",
                tooltip="Where the probability is: of a count, of two, of components"),
        Binding("G", "graph", "Graph", id="states.graph",
                tooltip="The components, the states around here, the cooperations as graphs: the next of them"),
        Binding("exclamation_mark", "findings", "Findings", id="states.findings",
                tooltip="Deadlocks, what never happens, who is stuck, invariants"),
        Binding("escape", "leave", "Back", show=False, id="states.leave", tooltip="Back to the view before"),
    ]  # fmt: skip

    @dataclass
    class Lit(Message):
        """Where in the text the model is, while one steps; nowhere in the table."""

        places: list[tuple[str, int, int, int, int]]

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._shown = self._before = "list"
        self._stale: frozenset[str] = frozenset()  # the views that are of an older text, or of other values

    def compose(self) -> ComposeResult:
        """The views, one at a time."""
        yield StateList()
        yield StateSteps()
        yield StateWay()
        yield StateDistribution()
        yield StateGraph()
        yield StateFindings()
        yield Prompt()

    def on_mount(self) -> None:
        """Start with the table."""
        self.border_title = self.TITLE
        self._show("list")

    @property
    def list(self) -> StateList:
        """The table."""
        return self.query_one(StateList)

    @property
    def steps(self) -> StateSteps:
        """The steps."""
        return self.query_one(StateSteps)

    @property
    def prompt(self) -> Prompt:
        """The line to type into."""
        return self.query_one(Prompt)

    @property
    def main(self) -> Widget:
        """What has the keys of the view shown."""
        if self._shown == "distribution":
            return self.query_one(StateDistribution).main
        return self._views[self._shown] if self._shown in ("way", "graph", "findings") else self._inner

    @property
    def _inner(self) -> Widget:
        return self.query_one("#table" if self._shown == "list" else "#activities")

    @property
    def _views(self) -> dict[str, Widget]:
        views = (StateList, StateSteps, StateWay, StateDistribution, StateGraph, StateFindings)
        return dict(zip((*TURNED, "distribution", "graph", "findings"), map(self.query_one, views), strict=True))

    def _show(self, view: str) -> None:
        if view not in TURNED and self._shown in TURNED:
            self._before = self._shown
        self._shown = view
        for name, shown in self._views.items():
            shown.display = name == view
        self._light()
        self._age()

    def mark_stale(self, views: frozenset[str]) -> None:
        """Dim the views that belong to an older text or to other values, and say so where one of them is shown."""
        self._stale = views
        self._age()

    def _age(self) -> None:
        for view in self.query(RowTable):
            view.stale = self._shown in self._stale
        self.set_class(self._shown in self._stale, "stale")
        self._say()

    def show_table(self) -> None:
        """Show the table."""
        self._show("list")

    def _light(self) -> None:
        detail = self.steps.detail if self._shown in ("steps", "way", "graph") else None
        self.post_message(self.Lit([] if detail is None else detail["lit"]))

    def _say(self) -> None:
        stale = f"~ stale: {key_of(self, 'app.run')} runs again · " if self._shown in self._stale else ""
        self.border_subtitle = Content(stale + self._head())

    def _head(self) -> str:
        """Return what is shown, and the keys."""
        view, back = f"{key_of(self, 'states.view')} view", f"{key_of(self, 'states.leave')} back"
        match self._shown:
            case "list":
                return f"Enter steps · {key_of(self, 'states.filter')} filter · {view}"
            case "distribution":
                another = f"{key_of(self, 'states.distribution')} another"
                return f"Enter: the states behind it · t over time · {another} · {back}"
            case "findings":
                return f"Enter walks into a deadlock · {back}"
            case "graph":
                return f"{self.query_one(StateGraph).kinds} · {key_of(self, 'states.graph')} next · {back}"
            case "way":
                return f"{self.steps.come} · Enter: back to this step · {view}"
        return f"{self.steps.subtitle} · {view}"

    def action_view(self) -> None:
        """Show the next view."""
        at = TURNED.index(self._shown) if self._shown in TURNED else -1
        view = TURNED[(at + 1) % len(TURNED)]
        if view != "list" and not self.steps.way:
            self.steps.action_begin()
            return
        self._show(view)
        self.focus_main()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Go back only from what is no view to turn to."""
        return self._shown not in TURNED if action == "leave" else super().check_action(action, parameters)

    def action_leave(self) -> None:
        """Back to the view before."""
        self._show(self._before)
        self.focus_main()
