"""The what-if pane: every parameter a row that can be turned; the figure chosen follows each key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from pepa.language.printer import name_text
from workbench.figures import examples
from workbench.panes.figures_pane import FiguresPane
from workbench.panes.parameter_rows import NOTHING, ParameterTable, Room, heading, refusal, room_for, row
from workbench.panes.watched_figure import WatchedFigure
from workbench.parameters import Parameters
from workbench.told_keys import key_of
from workbench.widgets.prompt import Prompt
from workbench.widgets.told import Told

if TYPE_CHECKING:
    from pepa.query.told_reasons import ToldSensitivity
    from workbench.figures import Figures
    from workbench.widgets.row_table import RowTable

STEP = 0.01  # of a value, with one key


class WhatIfPane(FiguresPane):
    """Turns parameters without touching the text; what they were stands beside what they are."""

    TITLE = "6 What-if"
    HELP_TOPIC = "whatif"
    BINDINGS = [
        Binding("left", "turn(-1)", "-1 %", show=False, id="whatif.less", tooltip="1 % less; one copy fewer"),
        Binding("right", "turn(1)", "+1 %", id="whatif.more", tooltip="1 % more; one copy more"),
        Binding("left_square_bracket", "scale(0.5)", "÷2", id="whatif.halve", tooltip="Half of it"),
        Binding("right_square_bracket", "scale(2)", "×2", id="whatif.double", tooltip="Twice as much"),
        Binding("r", "reset", "Reset", id="whatif.reset", tooltip="Back to what the text says"),
        Binding("R", "reset_all", "Reset all", show=False, id="whatif.reset_all", tooltip="All as the text says"),
        Binding("w", "write", "Write", id="whatif.write", tooltip="Write every changed value into the source"),
        Binding("m", "measure", "Measure", id="whatif.measure", tooltip="Choose the figure that is watched"),
        Binding("B", "keep", "Keep", id="whatif.keep", tooltip="Keep what is changed as a scenario beside the model"),
        Binding("F", "tell('origin')", "Where from?", show=False, id="whatif.origin",
                tooltip="Method, certainty, parameters, moves and states behind the figure watched"),
        Binding("E", "tell('ranking')", "Which rate?", id="whatif.ranking", tooltip="Which rates matter to the figure"),
        Binding("W", "tell('why')", "Why?", id="whatif.why", tooltip="Where it comes from: who waits for whom, cycles"),
        Binding("V", "compare", "Compare", id="whatif.compare", tooltip="All scenarios beside one of them"),
        Binding("b", "against", "Was", id="whatif.against",
                tooltip="What figures are compared with: the run before, those shown, a scenario"),
        Binding("O", "beside", "Beside", show=False, id="whatif.beside",
                tooltip="All scenarios beside each figure of the charts, or no longer"),
        Binding("T", "target", "Target", id="whatif.target", tooltip="What must this parameter be, for the figure?"),
        Binding("C", "scenario", "Scenario", id="whatif.scenario", tooltip="Go to a scenario kept, or to the base"),
    ]  # fmt: skip

    @dataclass
    class Turned(Message):
        """Parameters are to have these values in place of those of the text."""

        overrides: dict[str, float]

    @dataclass
    class WorthWanted(Message):
        """A typed value is to be worked out."""

        name: str
        text: str

    @dataclass
    class WriteWanted(Message):
        """The changed values are to be written into the source."""

    @dataclass
    class MeasureWanted(Message):
        """Another figure is to be watched."""

        measure: str

    @dataclass
    class MeasureUnwanted(Message):
        """No other figure is to be watched after all."""

    @dataclass
    class ScenariosWanted(Message):
        """One of the scenarios kept is to be chosen."""

    @dataclass
    class ComparedWanted(Message):
        """It is to be told how the scenarios differ from one of them."""

        baseline: str

    @dataclass
    class TargetWanted(Message):
        """The parameter is to be found at which the figure watched is this."""

        name: str
        wanted: str

    @dataclass
    class KeepWanted(Message):
        """What is changed is to be kept under a name."""

        name: str

    def __init__(self) -> None:
        super().__init__("whatif")
        self._scenarios: dict[str, dict[str, float]] = {}
        self._measures: list[str] = []  # that can be watched, the plain ones
        self.add_class("aside")
        self.watched = WatchedFigure()
        self.overrides: dict[str, float] = {}
        self._parameters = Parameters()
        self.sizes: set[str] = set()
        self._wrong: dict[str, str] = {}  # why parameters cannot be what they were turned to
        self.waiting: dict[str, str] = {}  # what those turned wait for, until the text has no errors
        self._drawn: tuple[Room, int, bool, bool] | None = None  # how many rows; elasticities, or values, are older

    def compose(self) -> ComposeResult:
        """The figure, the rows, a line to type into."""
        yield Static("", id="whatif-head")
        yield ParameterTable("whatif-table")
        yield Told(id="whatif-told")
        yield Static("", id="whatif-uses")
        yield Prompt()

    def on_mount(self) -> None:
        """Name the pane."""
        less, more, halve, double = (key_of(self, f"whatif.{one}") for one in ("less", "more", "halve", "double"))
        self.border_title = Content(f"{self.TITLE}  {less}/{more} ±1 %  {halve} {double} ÷2 ×2  digits: to r5")
        self._draw()

    @property
    def figures(self) -> Widget:
        """The rows."""
        return self.query_one(ParameterTable)

    @property
    def _prompt(self) -> Prompt:
        return self.query_one(Prompt)

    @property
    def name_at_cursor(self) -> str | None:
        """The parameter under the cursor."""
        return self.query_one(ParameterTable).name_at_cursor

    def begin_anew(self) -> None:
        """Know nothing of the model that was shown before."""
        self.watched, self._wrong, self._scenarios, self._measures = WatchedFigure(), {}, {}, []
        self.query_one(ParameterTable).errors = None
        self.leave_told()
        self._prompt.close()
        self.show_parameters(Parameters(), [])

    def show_parameters(self, parameters: Parameters, sizes: list[str]) -> None:
        """Show the parameters of the text; what is changed stays changed while the text has it."""
        if (parameters, set(sizes)) == (self._parameters, self.sizes) and not self.waiting:
            return  # as after most edits: there may be thousands
        self._parameters, self.sizes, self.waiting = parameters, set(sizes), {}
        self.overrides = {name: value for name, value in self.overrides.items() if name in parameters.written}
        self.query_one(ParameterTable).show_names(list(parameters.written))
        self._draw()

    def take_check(self, *, errors: bool) -> None:
        """Know whether the text can be read; the parameters of one with errors are those of an older text."""
        if self.query_one(ParameterTable).take_check(errors=errors):
            self._draw()

    @property
    def measure(self) -> str:
        """The measure that is watched."""
        return self.watched.measure

    @measure.setter
    def measure(self, measure: str) -> None:
        self.watched.measure = measure

    @property
    def measure_told_of(self) -> str:
        """The measure that is told of: the one watched."""
        return self.measure

    def show_figures(self, figures: Figures) -> None:
        """Show the figure watched."""
        self.watched.take_figures(figures)
        actions = [f"throughput({name_text(name)})" for name in figures.told["throughput"]]
        self._measures = [*actions, *figures.told["population"]]
        self._draw_head()

    def take_text(self, text: str) -> None:
        """Know the text as it stands; what is known of another is shown as older."""
        if self.watched.take_text(text):
            self._draw()

    def show_influences(self, found: ToldSensitivity | None, text: str, overrides: dict[str, float]) -> None:
        """Show the exact figure and what it depends on in a text at these values; None where that cannot be told."""
        self.watched.take_influences(found, text, overrides)
        self._draw()

    def compare(self, value: float | None, words: str) -> None:
        """Compare the figure watched with a value of it, None where none is known; `words` say where it is from."""
        self.watched.compare(value, words)
        self._draw_head()

    def expect(self, value: float | None, overrides: dict[str, float]) -> None:
        """Show what is expected of the figure watched at these values, where it does not know itself."""
        self.watched.expect(value, overrides)
        self._draw_head()

    def show_refusal(self, message: str) -> None:
        """Say in the row of the last change why it has no answer."""
        self._say(self._wrong, message)

    def show_waiting(self, line: int) -> None:
        """Say in the row of the last change that it waits for the errors of the text, the first in this line."""
        self._say(self.waiting, f"waits: the text has errors, the first in line {line}")

    def _say(self, where: dict[str, str], message: str) -> None:
        if (name := self.name_at_cursor) is not None:
            where[name] = message
        self._draw()

    @on(ParameterTable.Moved)
    @on(Told.At)
    def look_up(self, event: ParameterTable.Moved | Told.At) -> None:
        """Show where the text has the parameter under the cursor, or told of."""
        event.stop()
        self.post_message(self.UsesWanted(self, event.name))

    def show_uses(self, words: str) -> None:
        """Say where the text has a parameter."""
        self.query_one("#whatif-uses", Static).update(Text(words, no_wrap=True, overflow="ellipsis"), layout=False)

    def show_wrong(self, message: str) -> None:
        """Say what is wrong with what was typed."""
        self._prompt.show_wrong(message)

    def show_awaited(self, words: str) -> None:
        """Say how far the answer to what was typed has got."""
        self._prompt.say(f"{words}; Esc closes the line")

    def typed_well(self) -> None:
        """Close the line, if it is open."""
        if self._prompt.display:
            self._prompt.close()
            self.focus_main()

    def set_value(self, name: str, value: float) -> None:
        """Give a parameter a value, unless it can have no such; what it was is kept then."""
        self.leave_told()
        base = self._parameters.written.get(name, "")  # none where another text has come meanwhile
        if said := refusal(value, base, size=name in self.sizes):
            self._wrong, self.waiting = {name: said}, {}
            self._draw()
        else:
            self._turn_to(self._parameters.turned(self.overrides, name, value))

    def action_turn(self, by: int) -> None:
        """Turn the parameter under the cursor by one step."""
        self._turn(lambda value, size: value + by if size else float(f"{value * (1 + by * STEP):.12g}"))

    def action_scale(self, by: float) -> None:
        """Halve or double the parameter under the cursor."""
        self._turn(lambda value, size: float(round(value * by)) if size else value * by)

    def _turn(self, turned: Callable[[float, bool], float]) -> None:
        if (name := self.name_at_cursor) is not None:
            value = self._parameters.at(self.overrides)[name]
            self.set_value(name, 0.0 if isinstance(value, str) else turned(value, name in self.sizes))

    def action_reset(self) -> None:
        """Give the parameter under the cursor what the text says."""
        if (name := self.name_at_cursor) in self.overrides:
            self._turn_to({one: value for one, value in self.overrides.items() if one != name})

    def action_reset_all(self) -> None:
        """Give every parameter what the text says."""
        self._turn_to({})

    def _turn_to(self, overrides: dict[str, float]) -> None:
        self.overrides = overrides
        self._wrong, self.waiting = {}, {}
        self.post_message(self.Turned(dict(overrides)))
        self._draw()

    def action_write(self) -> None:
        """Ask for the changed values to be written."""
        if self._some_changed():
            self.post_message(self.WriteWanted())

    def _some_changed(self) -> bool:
        if not self.overrides:
            self.app.notify("nothing is changed here: turn a parameter first", severity="warning")
        return bool(self.overrides)

    def action_measure(self) -> None:
        """Ask which figure to watch."""
        words = [*self._measures, *self._parameters.written]
        question = f"watch: {examples(self._measures, words[len(self._measures) :])}"
        self._prompt.ask("measure", question, self._ask_for(self.MeasureWanted), self.measure, words)

    def action_compare(self) -> None:
        """Ask which scenario the others are to be compared with."""
        self._prompt.ask("baseline", "compare all scenarios with", self._compare_with, "base", [])

    def _compare_with(self, name: str) -> None:
        if name:
            self.typed_well()
            self.post_message(self.ComparedWanted(name))
        else:
            self.show_wrong("the name of a scenario is wanted: base is the model as it is written")

    def action_target(self) -> None:
        """Ask what the figure is to be."""
        if not self.measure:
            self.app.notify(f"run the model first: {key_of(self, 'app.run')}", severity="warning")
        elif (name := self.name_at_cursor) is not None:
            question = f"by {name}, {self.measure} is to be: a number, least or most"
            self._prompt.ask("target", question, self._ask_for(self.TargetWanted, name), "", ["least", "most"])
        else:
            self.app.notify("the model has no parameter to look for", severity="warning")

    def action_keep(self) -> None:
        """Ask for the name of a scenario."""
        if self._some_changed():
            told = " ".join(f"{name}={value:.6g}" for name, value in self.overrides.items())
            self._prompt.ask("keep", f"keep {told} as", self._ask_for(self.KeepWanted), "", [])

    def action_scenario(self) -> None:
        """Ask for the scenarios there are."""
        self.post_message(self.ScenariosWanted())

    def choose_scenario(self, scenarios: dict[str, dict[str, float]], wrong: list[str]) -> None:
        """Ask for one of some scenarios; `wrong` says which others are left out."""
        self._scenarios = scenarios
        self._prompt.ask("scenario", f"scenario: {', '.join(scenarios)}", self._go_to, "", list(scenarios))
        if wrong:
            self.show_wrong(f"left out: {'; '.join(wrong)}")

    def _go_to(self, name: str) -> None:
        if name not in self._scenarios:
            self.show_wrong(f"there is no scenario `{name}`: {key_of(self, 'whatif.keep')} keeps one")
            return
        self._turn_to(self._parameters.needed(self._scenarios[name]))
        self.typed_well()

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Ask for a value."""
        event.stop()
        if (name := self.name_at_cursor) is not None:
            names = list(self._parameters.written)
            question = f"{name} = a number, or an expression of parameters"
            self._prompt.ask("value", question, self._ask_for(self.WorthWanted, name), "", names)

    def _ask_for(self, wanted: Callable[..., Message], *about: str) -> Callable[[str], object]:
        """Return what asks for something with what is typed."""
        return lambda typed: self.post_message(wanted(*about, typed))

    def on_prompt_closed(self, event: Prompt.Closed) -> None:
        """Back to the rows."""
        event.stop()
        self.post_message(self.MeasureUnwanted())
        self.focus_main()

    def on_resize(self) -> None:
        """Draw to the new width."""
        self._draw()

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        self._draw_head()
        said = {**self.waiting, **self._wrong}
        self.border_subtitle = Content("; ".join(said.values()))
        table = self.query_one(ParameterTable)
        room = room_for([table.longest], self.size.width - 2)  # a bar to scroll by
        number = len(table.names)
        shape = room, number, self.watched.behind(self.overrides), bool(table.errors)
        if shape != self._drawn or not number:  # else only what stands in the rows is new: no layout
            self._drawn = shape
            table.freeze([heading(room, behind=shape[2], older=shape[3]) if number else NOTHING[table.errors]])
            table.show_rows(number, stay=True)
        known, now = self.watched.elasticities(self.overrides), self._parameters.at(self.overrides)
        largest = max((abs(value) for value in known.values() if value is not None), default=0.0)
        base = self._parameters.written
        table.draw(lambda name: row(name, base[name], now[name], known.get(name), largest, said.get(name, ""), room))

    def _draw_head(self) -> None:
        head = self.watched.head(self.overrides, self._parameters, self.size.width, partial(key_of, self))
        self.query_one("#whatif-head", Static).update(head, layout=False)
