"""The states pane: the table of states, and single steps from one to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message

from workbench.panes.state_distribution import StateDistribution
from workbench.panes.state_findings import StateFindings
from workbench.panes.state_graph import StateGraph
from workbench.panes.state_steps import StateSteps, Visit, told_way
from workbench.panes.state_views import StateViews
from workbench.panes.state_way import StateWay

if TYPE_CHECKING:
    from pepa.explore.told_trace import Members, ToldTrace
    from pepa.query.told_joint import ToldJoint
    from workbench.engine.answers import DrawnGraphs, StateDetail, StatePage, WalkedWay
    from workbench.panes.state_list import StateList, Table
    from workbench.widgets.prompt import Prompt

OF = "distribution of: a derivative, a sum, a component; two: a map; more: a table"
WAY = "the {} way from the initial state, to the state where (empty: this one)"
REPLAY = "walk the way kept in the file (pepa trace --save, pepa simulate --path --json)"
BESIDE = "its states were let go for another model"
STOPPED = "its states were let go with the run that was stopped"
KEEP = "write the way here to the file, .json or text"


@dataclass(frozen=True)
class Question:
    """What the user is asked to type: what stands there at first, and what takes the answer.

    An `empty` answer is one too where it is told so; the words of the model are offered where it is about what is
    `of_model`, not about a file.
    """

    text: str
    take: Callable[[str], None]
    value: str = ""
    empty: bool = False
    of_model: bool = True


class StatesPane(StateViews):
    """Views of the states and a line to type into: what is wished in them, and what the answers show."""

    @dataclass
    class WordsWanted(Message):
        """What can be written in a condition is wanted."""

    @dataclass
    class WriteWanted(Message):
        """The table is to be written to a file."""

        path: str
        table: Table

    @dataclass
    class DistributionWanted(Message):
        """Where the probability is is wanted, in the long run or at one of the times followed."""

        of: str
        number: int | None = None

    @dataclass
    class FindingsWanted(Message):
        """What is remarkable is wanted."""

    @dataclass
    class ReplayWanted(Message):
        """The way that a file holds is to be walked."""

        path: str

    @dataclass
    class WayWriteWanted(Message):
        """The way here is to be written to a file."""

        path: str
        way: WalkedWay

    @dataclass
    class WayWanted(Message):
        """A way is wanted, to a condition, or without one to the present state."""

        condition: str
        members: Members
        likeliest: bool

    def __init__(self) -> None:
        super().__init__("states")
        self._typed: Table | None = None  # what the table is to show by what was typed last
        self._behind: Table | None = None  # the table there was before that of the states behind a value
        self.following = 0  # distributions that are followed over time: Esc stops that

    def let_go(self) -> None:
        """Say in place of the table that its states are held no more; what else is shown stays."""
        self._typed = self._behind = None
        self.list.begin_anew(gone=STOPPED)

    def begin_anew(self, *, gone: bool) -> None:
        """Know nothing of the model that was shown before; the states of the one shown may be `gone`."""
        self.prompt.close()
        self._typed = self._behind = None
        self.list.begin_anew(gone=BESIDE if gone else "")
        self.steps.begin_anew()
        self.query_one(StateWay).show([], [])
        self.query_one(StateDistribution).begin_anew()
        self.query_one(StateGraph).begin_anew()
        self._show("list")

    def show_space(self, states: int, solved: bool, *, same: bool) -> None:
        """Show the states of a new analysis; where they are the same ones, with other rates, the place is kept."""
        self.list.show_space(states, solved, stay=same)
        if self.steps.way:
            self.steps.renew()
        elif self._shown == "graph":
            self._ask_graph()
        shown = self.query_one(StateDistribution)
        if self._shown == "distribution" and (solved or shown.number is not None):
            self._distribute(shown.number)
        elif self._shown == "findings":
            self.post_message(self.FindingsWanted())

    def action_distribution(self) -> None:
        """Ask of what."""
        self._ask("distribution")

    def action_graph(self) -> None:
        """Show graphs at the present state; once they are shown, the next kind of them."""
        if self._shown == "graph":
            self.query_one(StateGraph).turn()
            self._say()
        else:
            self._ask_graph()

    def _ask_graph(self) -> None:
        way = self.steps.way
        self.query_one(StateGraph).ask({"members": way[-1].members} if way else {"typed": ""}, self.content_size.width)

    def show_graphs(self, found: DrawnGraphs) -> None:
        """Show graphs of the present state."""
        self.query_one(StateGraph).show(found)
        self._show("graph")
        self.focus_if_here()

    def on_state_graph_stepped(self, event: StateGraph.Stepped) -> None:
        """Step to a state of the graph."""
        event.stop()
        self.steps.look({"members": event.members}, [Visit(event.members)], leaves=True)

    def action_findings(self) -> None:
        """Ask for findings."""
        self.post_message(self.FindingsWanted())

    def show_distribution(self, found: ToldJoint, number: int | None = None, last: int = 0) -> None:
        """Show where the probability is, in the long run or at one of the times up to the last."""
        self._behind = None
        self.query_one(StateDistribution).show(found, number, last)
        self._show("distribution")
        self.typed_well()

    def on_state_distribution_time_wanted(self, event: StateDistribution.TimeWanted) -> None:
        """Ask for the same at another time."""
        event.stop()
        self._distribute(event.number)

    def _distribute(self, number: int | None) -> None:
        self.post_message(self.DistributionWanted(", ".join(self.query_one(StateDistribution).of), number))

    def on_state_distribution_chosen(self, event: StateDistribution.Chosen) -> None:
        """Show the states behind a value."""
        event.stop()
        if not event.condition:
            self.notify("no expression tells these states", severity="warning")
            return
        self._show("list")
        self._behind = self.list.table
        self._retable(replace(self.list.table, condition=event.condition))
        self.focus_main()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Go back from the states behind a value too; not from what is being followed: that is stopped by Esc."""
        if action == "leave" and self._shown == "list":
            return self._behind is not None
        if action == "leave" and self.following:
            return False
        return super().check_action(action, parameters)

    def action_leave(self) -> None:
        """Back to the view before; from the states behind a value to that, and the table is as it was."""
        if self._shown == "list" and self._behind is not None:
            self._typed = None
            self.list.show(self._behind)
            self._behind = None
            self._show("distribution")
            self.focus_main()
        else:
            super().action_leave()

    def show_findings(self, sentences: Sequence[str], traces: Sequence[ToldTrace | None]) -> None:
        """Show what is remarkable; it may have the focus already, or be shown from another pane."""
        self.query_one(StateFindings).show(sentences, traces)
        self._show("findings")
        self.focus_if_here()

    def on_state_findings_chosen(self, event: StateFindings.Chosen) -> None:
        """Walk the way into a deadlock."""
        event.stop()
        self.steps.take(self.steps.end_of(event.trace))

    def begin_steps(self) -> None:
        """Go on stepping, from the initial state at first."""
        if self.steps.way:
            self._show("steps")
        else:
            self.steps.action_begin()
        self.focus_main()

    def show_step(self, detail: StateDetail, wanted: StateSteps.PlaceWanted) -> None:
        """Show one state and what can happen in it: the steps are seen once there is one."""
        self._take_step(detail, wanted)
        if self._shown != "steps":
            self._show("steps")
            self.focus_if_here()

    def _take_step(self, detail: StateDetail, wanted: StateSteps.PlaceWanted) -> None:
        self.steps.show(detail, wanted)
        self.query_one(StateWay).show(self.steps.way, [group["name"] for group in detail["groups"]])
        self._light()
        self._say()

    def renew_step(self, detail: StateDetail | None, wanted: StateSteps.PlaceWanted) -> None:
        """Show the state again after a run, in the view that is shown; begin anew where the model has it no longer."""
        if detail is not None:
            self._take_step(detail, wanted)
        else:
            self.steps.forget_way()
            self.query_one(StateWay).show([], [])
            if self._shown in ("steps", "way"):
                self.steps.action_begin()
        if self._shown == "graph":
            self._ask_graph()

    def on_state_way_returned(self, event: StateWay.Returned) -> None:
        """Go back to a step of the way."""
        event.stop()
        self.steps.go_back(event.step)

    def on_state_list_opened(self, event: StateList.Opened) -> None:
        """Step into a state of the table."""
        event.stop()
        self.steps.look({"number": event.state}, [Visit([])], leaves=True)

    # What is typed

    def on_state_list_prompt_wanted(self, event: StateList.PromptWanted) -> None:
        """Ask for it."""
        event.stop()
        self._ask(event.about)

    def on_state_steps_asked(self, event: StateSteps.Asked) -> None:
        """Ask for a state, a condition, or a file."""
        event.stop()
        self._ask(event.about)

    def _ask(self, about: str) -> None:
        question = self._questions()[about]
        if question.of_model:
            self.post_message(self.WordsWanted())
        self.prompt.ask(about, question.text, partial(self._take, question), question.value)

    def _questions(self) -> dict[str, Question]:
        table = self.list.table
        columns = ", ".join(table.columns)
        distributed = ", ".join(self.query_one(StateDistribution).of)
        here = bool(self.steps.way)
        return {
            "filter": Question("show the states where (empty: all)", self._filter, table.condition, empty=True),
            "find": Question("find the next state where", self.list.find, self.list.sought),
            "sort": Question("sort by a column, or any expression", self._sort),
            "columns": Question(
                "columns: groups or expressions, with commas (empty: every group)", self._columns, columns, empty=True
            ),
            "write": Question("write the table to the CSV file", self._write, "states.csv"),
            "distribution": Question(OF, self._distribution_of, distributed),
            "go": Question("go to the state: a number, or who is where: names, name=2 for two", self.steps.go),
            "way": Question(WAY.format("shortest"), partial(self._way, likeliest=False), empty=here),
            "likeliest": Question(WAY.format("most probable"), partial(self._way, likeliest=True), empty=here),
            "replay": Question(REPLAY, self._replay, "trace.json", of_model=False),
            "keep": Question(KEEP, self._keep, "trace.json", of_model=False),
        }

    def _take(self, question: Question, text: str) -> None:
        """Do what was asked for; the line stays until that has worked."""
        if text or question.empty:
            question.take(text)
        else:
            self.typed_well()

    def _filter(self, condition: str) -> None:
        self._behind = None
        self._retable(replace(self.list.table, condition=condition))

    def _sort(self, column: str) -> None:
        table = self.list.table
        falling = not table.falling if column == table.column else column != "#"
        self._retable(replace(table, column=column, falling=falling))

    def _columns(self, text: str) -> None:
        columns = tuple(part.strip() for part in text.split(",") if part.strip())
        self._retable(replace(self.list.table, columns=columns), stay=True)

    def _write(self, path: str) -> None:
        self.post_message(self.WriteWanted(path, self.list.table))

    def _distribution_of(self, of: str) -> None:
        self.post_message(self.DistributionWanted(of))

    def _way(self, condition: str, *, likeliest: bool) -> None:
        here = self.steps.way[-1].members if self.steps.way else []
        self.post_message(self.WayWanted(condition, here, likeliest))

    def _replay(self, path: str) -> None:
        self.post_message(self.ReplayWanted(path))

    def _keep(self, path: str) -> None:
        if self.steps.way:
            self.post_message(self.WayWriteWanted(path, told_way(self.steps.way)))

    def on_prompt_closed(self, event: Prompt.Closed) -> None:
        """Back to what is shown; a table that was asked for and has not come is wanted no more."""
        event.stop()
        if self._typed is not None:
            wanted, self._typed = self._typed, None
            self.list.refuse(wanted)
        self.focus_main()

    def show_where(self, condition: str) -> None:
        """Show the states where a condition holds."""
        self._behind = None
        self._show("list")
        self.list.show(replace(self.list.table, condition=condition))
        self.focus_main()

    def _retable(self, table: Table, *, stay: bool = False) -> None:
        self._typed = table
        self.list.show(table, stay=stay)
        self.list.cells.want()

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

    def say_waiting(self, words: str, stops: str = "") -> None:
        """Say what is waited for, and which key `stops` that, or that Esc closes the line; nothing no longer."""
        if self.prompt.display:
            self.prompt.show_wrong(f"{words}; Esc closes the line" if words else "")
        elif words:
            self.list.say(f"{words}; {stops} stops that")
        if not words:
            self.list.say_shown()

    def refuse(self, table: Table, message: str) -> None:
        """Say why there is no such table, and show again what was shown before it."""
        if not self.say_wrong(message) and not self.list.gone:
            self.list.say(message)
        self.list.refuse(table)

    def fill(self, start: int, answer: StatePage, generation: int, table: Table) -> None:
        """Show a page of the table."""
        self.list.fill(start, answer, generation, table)
        if table == self._typed:
            self._typed = None
            self.typed_well()
