"""The states pane: every state with its probability, and single steps from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from pepa.language.printer import figure
from workbench.panes.pane import Pane
from workbench.widgets.row_table import RowTable

HEAD = f"{'#':>11}  {'probability':>11}  {'class':<10} local derivatives"


class StatesPane(Pane):
    """A table of states; Enter steps into one, its activities lead on, `u` leads back."""

    TITLE = "2 States"
    HELP_TOPIC = "states"
    BINDINGS = [
        Binding("o", "order", "Order", id="states.order", tooltip="By probability, or in the order derived"),
        Binding("g", "go", "Go to", id="states.go", tooltip="Step into a state by its number"),
        Binding("u,backspace", "undo", "Back", id="states.undo", tooltip="Back to the state before"),
        Binding("t", "table", "Table", id="states.table", tooltip="Back to the table"),
    ]

    @dataclass
    class RowsWanted(Message):
        """A page of the table is wanted."""

        start: int
        end: int
        by_probability: bool
        generation: int

    @dataclass
    class StateWanted(Message):
        """A state is to be stepped into."""

        state: int

    @dataclass
    class NumberWanted(Message):
        """The user wants to type the number of a state."""

    def __init__(self) -> None:
        super().__init__("states")
        self._states = 0
        self._solved = False
        self._by_probability = True
        self._rows: dict[int, int] = {}
        self._path: list[int] = []
        self._detail: dict[str, Any] = {}

    def compose(self) -> ComposeResult:
        """The table, and the step view in its place while stepping."""
        yield Static("no states yet — F5 runs the model", id="states-head")
        yield RowTable(id="table")
        yield Static("", id="step-state")
        yield OptionList(id="activities", compact=True)

    def on_mount(self) -> None:
        """Start with the table."""
        self.border_title = self.TITLE
        self._stepping(False)

    @property
    def main(self) -> Widget:
        """The table, or the activities while stepping."""
        return self.query_one("#activities" if self._path else "#table")

    def show_space(self, states: int, solved: bool) -> None:
        """Show the states of a new analysis."""
        self._states, self._solved = states, solved
        self._path.clear()
        self._stepping(False)
        self._show_table()

    def show_stale(self, stale: bool) -> None:
        """Dim states that belong to an older text."""
        self.query_one(RowTable).stale = stale
        self.set_class(stale, "stale")

    def _show_table(self) -> None:
        self._rows.clear()
        order = "by probability" if self._by_probability and self._solved else "as derived"
        self.query_one("#states-head", Static).update(Text(HEAD, "bold", no_wrap=True))
        self.border_subtitle = f"{self._states:,} states {order} · Enter steps"
        self.query_one(RowTable).show_rows(self._states)

    def on_row_table_page_wanted(self, event: RowTable.PageWanted) -> None:
        """Pass the wish on."""
        event.stop()
        self.post_message(self.RowsWanted(event.start, event.end, self._by_probability, event.generation))

    def fill(self, start: int, rows: list[dict[str, Any]], generation: int) -> None:
        """Show a page of states."""
        for index, row in enumerate(rows):
            self._rows[start + index] = row["state"]
        self.query_one(RowTable).fill(start, [_row(row) for row in rows], generation)

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Step into the state of a row."""
        event.stop()
        if event.row in self._rows:
            self.post_message(self.StateWanted(self._rows[event.row]))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Do an activity: step into the state it leads to."""
        event.stop()
        self.post_message(self.StateWanted(self._detail["activities"][event.option_index]["target"]))

    def action_order(self) -> None:
        """Toggle the order of the table."""
        self._by_probability = not self._by_probability
        self._show_table()

    def action_go(self) -> None:
        """Ask for a number."""
        self.post_message(self.NumberWanted())

    def action_undo(self) -> None:
        """Step back; from the first state, to the table."""
        if len(self._path) < 2:
            self.action_table()
        else:
            del self._path[-1]
            self.post_message(self.StateWanted(self._path.pop()))

    def action_table(self) -> None:
        """Leave the step view."""
        self._path.clear()
        self._stepping(False)
        self._show_table()
        self.focus_main()

    def show_step(self, detail: dict[str, Any]) -> None:
        """Show one state and what can happen in it."""
        self._detail = detail
        self._path.append(detail["state"])
        self._stepping(True)
        self.query_one("#step-state", Static).update(_state(detail))
        listed = self.query_one("#activities", OptionList)
        listed.clear_options()
        listed.add_options([Option(_activity(activity)) for activity in detail["activities"]])
        if detail["activities"]:
            listed.highlighted = 0
        steps = len(self._path) - 1
        self.border_subtitle = f"{steps} step{'' if steps == 1 else 's'} · Enter does it · u back · t table"
        listed.focus()

    def _stepping(self, stepping: bool) -> None:
        for name in ("#step-state", "#activities"):
            self.query_one(name).display = stepping
        for name in ("#states-head", "#table"):
            self.query_one(name).display = not stepping


def _row(row: dict[str, Any]) -> str:
    probability = "" if row["probability"] is None else figure(row["probability"])
    return f"{row['state']:>11,}  {probability:>11}  {row['kind']:<10} {row['text']}"


def _state(detail: dict[str, Any]) -> Text:
    text = Text(f"state {detail['state']:,}", "bold")
    if detail["probability"] is not None:
        text.append(f"   probability {figure(detail['probability'])}", "not bold")
    text.append(f"   {detail['kind']}\n", "not bold")
    for group in detail["groups"]:
        name = group["name"] if group["size"] == 1 else f"{group['name']}[{group['size']}]"
        text.append(f"{name}: ", "not bold dim")
        text.append(f"{group['members']}   ", "not bold")
    if not detail["activities"]:
        text.append("\nnothing can happen here: a deadlock", "bold")
    else:
        text.append(f"\n{'rate':>11}  {'wins':>7}  action · who · leads to", "bold dim")
    return text


def _activity(activity: dict[str, Any]) -> Text:
    text = Text(no_wrap=True)
    text.append(f"{figure(activity['rate']):>11}  {activity['chance']:>7.1%}  ")
    text.append(activity["action"], "bold")
    text.append(f"  {', '.join(activity['who'])}  ", "dim")
    text.append(f"→ {activity['target']:,}")
    return text
