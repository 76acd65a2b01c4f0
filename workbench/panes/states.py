"""The states pane: the table of states, and single steps from one to the next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.widget import Widget

from workbench.panes.pane import Pane
from workbench.panes.state_list import StateList, Table
from workbench.panes.state_steps import StateSteps, Visit
from workbench.panes.state_way import StateWay
from workbench.widgets.prompt import Prompt

MAIN = {"list": "#table", "steps": "#activities", "way": "#state-way"}  # the views, and what has the focus in each
HERE = "to the state where (empty: this one)"


class StatesPane(Pane):
    """Two views of the states, and a line to type into; each keeps its place while the other is shown."""

    TITLE = "2 States"
    HELP_TOPIC = "states"
    BINDINGS = [
        Binding("v", "view", "View", id="states.view", tooltip="The table, the steps, or the way here as a chart")
    ]

    @dataclass
    class WordsWanted(Message):
        """What can be written in a condition is wanted."""

    @dataclass
    class WriteWanted(Message):
        """The table is to be written to a file."""

        path: str
        table: Table

    @dataclass
    class WayWanted(Message):
        """A way is wanted, to a condition, or without one to the present state."""

        condition: str
        members: list[dict[str, int]]
        likeliest: bool

    def __init__(self) -> None:
        super().__init__("states")
        self._shown = "list"
        self._typed: Table | None = None  # what the table is to show by what was typed last

    def compose(self) -> ComposeResult:
        """The views, one at a time."""
        yield StateList()
        yield StateSteps()
        yield StateWay()
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
        """The table, or the activities while stepping."""
        return self.query_one(MAIN[self._shown])

    def show_space(self, states: int, solved: bool, *, same: bool) -> None:
        """Show the states of a new analysis; where they are the same ones, with other rates, the place is kept."""
        self.list.show_space(states, solved, stay=same)
        if self.steps.way:
            self.steps.action_again()

    def show_stale(self, stale: bool) -> None:
        """Dim states that belong to an older text."""
        self.list.cells.stale = stale
        self.set_class(stale, "stale")

    def _show(self, view: str) -> None:
        self._shown = view
        self.list.display, self.steps.display = view == "list", view == "steps"
        self.query_one(StateWay).display = view == "way"
        self._say()

    def _say(self) -> None:
        table = self._shown == "list"
        self.border_subtitle = "Enter steps · / filter · v view" if table else self.steps.subtitle

    def action_view(self) -> None:
        """Show the next view."""
        views = list(MAIN)
        self._show(views[(views.index(self._shown) + 1) % len(views)])
        if self._shown != "list" and not self.steps.way:
            self.steps.action_begin()
        self.focus_main()

    def begin_steps(self) -> None:
        """Go on stepping, from the initial state at first."""
        self._show("steps")
        if not self.steps.way:
            self.steps.action_begin()
        self.focus_main()

    def show_step(self, detail: dict[str, Any]) -> None:
        """Show one state and what can happen in it."""
        self.steps.show(detail)
        self.query_one(StateWay).show(self.steps.way, [group["name"] for group in detail["groups"]])
        self._say()

    def on_state_list_opened(self, event: StateList.Opened) -> None:
        """Step into a state of the table."""
        event.stop()
        self._show("steps")
        self.steps.look({"number": event.state}, [Visit([])])
        self.focus_main()

    # What is typed

    def on_state_list_prompt_wanted(self, event: StateList.PromptWanted) -> None:
        """Ask for it."""
        event.stop()
        self.post_message(self.WordsWanted())
        self.prompt.ask(event.about, event.question, event.value)

    def on_state_steps_asked(self, event: StateSteps.Asked) -> None:
        """Ask for a state, or a condition."""
        event.stop()
        if event.about == "go":
            self.list.action_ask("go")
        else:
            self.post_message(self.WordsWanted())
            which = "shortest" if event.about == "way" else "most probable"
            self.prompt.ask(event.about, f"the {which} way from the initial state, {HERE}")

    def on_prompt_closed(self, event: Prompt.Closed) -> None:
        """Back to what is shown."""
        event.stop()
        self.focus_main()

    def on_prompt_answered(self, event: Prompt.Answered) -> None:
        """Do what was asked for; the line stays until that has worked."""
        event.stop()
        text, table = event.text, self.list.table
        if event.about == "filter":
            self._retable(replace(table, condition=text))
        elif event.about == "sort" and text:
            falling = not table.falling if text == table.column else text != "#"
            self._retable(replace(table, column=text, falling=falling))
        elif event.about == "columns":
            columns = tuple(part.strip() for part in text.split(",") if part.strip())
            self._retable(replace(table, columns=columns), stay=True)
        elif event.about == "find" and text:
            self.list.find(text)
        elif event.about == "write" and text:
            self.post_message(self.WriteWanted(text, table))
        elif event.about == "go" and text:
            self._show("steps")
            self.steps.go(text)
        elif event.about in ("way", "likeliest") and self.steps.way:
            self.post_message(self.WayWanted(text, self.steps.way[-1].members, event.about == "likeliest"))
        else:
            self.typed_well()

    def _retable(self, table: Table, *, stay: bool = False) -> None:
        self._typed = table
        self.list.show(table, stay=stay)

    def typed_well(self) -> None:
        """Close the line: what was typed has been done."""
        if self.prompt.display:
            self.prompt.close()
            self.focus_main()

    def say_wrong(self, message: str) -> bool:
        """Say below what was typed what is wrong with it; return whether anything was."""
        if self.prompt.display:
            self.prompt.show_wrong(message)
        return bool(self.prompt.display)

    def refuse(self, table: Table, message: str) -> None:
        """Say why there is no such table, and show again what was shown before it."""
        if not self.say_wrong(message):
            self.list.say(message)
        self.list.refuse(table)

    def fill(self, start: int, answer: dict[str, Any], generation: int, table: Table) -> None:
        """Show a page of the table."""
        self.list.fill(start, answer, generation, table)
        if table == self._typed:
            self._typed = None
            self.typed_well()
