"""The ask pane: one line asks anything of the model; its answers stay, curves with a cursor that reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.input import Selection
from textual.widgets.option_list import Option

from workbench.panes.pane import Pane
from workbench.told_keys import in_words, key_of
from workbench.widgets.distribution_chart import DistributionChart
from workbench.widgets.leavable import Leavable
from workbench.widgets.picking_input import Offers
from workbench.widgets.prompt import RememberingInput
from workbench.widgets.told import Told

if TYPE_CHECKING:
    from workbench.engine.asked_answers import AskedAnswer, OtherAnswers
    from workbench.engine.told_answers import ToldLine

MOST = 50  # answers kept


@dataclass(frozen=True)
class Kept:
    """An answer and what it is about; what other methods say of it, once they were asked."""

    answer: AskedAnswer
    text: str
    overrides: dict[str, float]
    others: OtherAnswers | None = None

    @property
    def notes(self) -> list[str]:
        """What must be known of it: of other methods, what makes them doubtful, and why one has no answer."""
        if self.others is None:
            return self.answer["notes"]
        doubts = [f"{method}: {note}" for method, one in self.others["others"].items() for note in one["notes"]]
        refused = [f"✗ {method}: {why}" for method, why in self.others["refused"].items()]
        return [*self.answer["notes"], *doubts, *refused]

    def is_to(self, question: str, text: str, overrides: dict[str, float]) -> bool:
        """Whether it is to this question about this model."""
        return (self.answer["question"], self.text, self.overrides) == (question, text, overrides)


class AskLine(RememberingInput, Leavable):
    """The line that asks; Esc leaves it."""

    BINDINGS = [Binding("escape", "leave", "Leave line", tooltip="To the answers, where letters are keys")]


class AskPane(Pane):
    """A line to type into, the last answers, the newest first, and what there is to see of the one chosen."""

    TITLE = "7 Ask"
    HELP_TOPIC = "ask"
    BINDINGS = [
        Binding("right", "move(1)", "Later", show=False, id="ask.later", tooltip="The cursor of a distribution, on"),
        Binding("left", "move(-1)", "Sooner", show=False, id="ask.sooner", tooltip="The cursor, back"),
        Binding("shift+right", "move(10)", "Far on", show=False, id="ask.far", tooltip="The cursor, far on"),
        Binding("shift+left", "move(-10)", "Far back", show=False, id="ask.back", tooltip="The cursor, far back"),
        Binding("v", "density", "View", id="ask.density", tooltip="Density or distribution of a passage time"),
        Binding("A", "others", "All methods", id="ask.others", tooltip="By fluid and simulation too, in one chart"),
        Binding("e", "again", "Edit", id="ask.again", tooltip="This question into the line again"),
        Binding("y", "copy", "Copy", show=False, id="ask.copy", tooltip="Copy question and answer (OSC 52)"),
    ]  # fmt: skip

    @dataclass
    class Asked(Message):
        """A line is to be answered."""

        question: str

    @dataclass
    class OthersWanted(Message):
        """The distribution of a passage is wanted by other methods too, up to a time."""

        question: str
        until: float

    @dataclass
    class StatesWanted(Message):
        """The states where an answer holds are to be shown."""

        condition: str

    @dataclass
    class OriginWanted(Message):
        """It is to be told where an answer comes from."""

        kept: Kept

    @dataclass
    class Copied(Message):
        """An answer is to go to the clipboard."""

        text: str

    def __init__(self) -> None:
        super().__init__("ask")
        self.add_class("aside")
        self._kept: list[Kept] = []
        self._typed: list[str] = []
        self._now: tuple[str, dict[str, float]] = ("", {})
        self._waiting = ""  # for an answer to what

    def compose(self) -> ComposeResult:
        """The line, what is said of it, the answers, the one chosen."""
        offers = Offers(classes="offers")
        yield AskLine(offers, "ask-line")
        yield Static("", id="ask-said")
        yield OptionList(id="ask-answers")
        yield DistributionChart(id="ask-chart")
        yield Told(id="ask-told")
        yield offers

    def on_mount(self) -> None:
        """Say what can be asked."""
        self.border_title = self.TITLE
        cursor, density = f"{key_of(self, 'ask.sooner')}/{key_of(self, 'ask.later')}", key_of(self, "ask.density")
        earlier, then = f"{in_words(self.app, '↑')} earlier", "Enter states, or where from"
        self.border_subtitle = Content(
            f"Enter asks · {earlier} · Tab answers: {cursor} cursor · {density} density · {then}"
        )
        line = self.query_one(RememberingInput)
        line.placeholder = "ask: P=? [ … ]  S>=0.5 [ … ]  passage(… -> …)  throughput(…)"
        line.typed = self._typed
        self.query_one("#ask-said", Static).display = False
        self._list.display = False
        self._chart.can_focus = True  # as long as there are no answers to go to

    @property
    def asked(self) -> tuple[list[Kept], list[str]]:
        """The answers there are, and the lines asked."""
        return self._kept, self._typed

    def take_up(self, kept: list[Kept], typed: list[str]) -> None:
        """Show what was asked about another model in place of what was shown."""
        self._kept, self._typed, self._waiting = kept, typed, ""
        self.query_one(RememberingInput).begin("", typed)
        self.say("")
        self.query_one(Told).display, self._chart.display = False, True
        self._chart.show_words([])
        self._relist(0)

    @property
    def main(self) -> Widget:
        """The line."""
        return self.query_one(RememberingInput)

    @property
    def _list(self) -> OptionList:
        return self.query_one("#ask-answers", OptionList)

    @property
    def _chart(self) -> DistributionChart:
        return self.query_one(DistributionChart)

    @property
    def chosen(self) -> Kept | None:
        """The answer under the cursor."""
        at = self._list.highlighted
        return None if at is None or at >= len(self._kept) else self._kept[at]

    def show_words(self, words: Sequence[str], examples: Sequence[Sequence[str]]) -> None:
        """Offer words while typing; until something has been asked, show examples, each with what it asks."""
        self.query_one(RememberingInput).show_choices(words)
        if not self._kept:
            self._chart.show_examples(examples)

    # What is asked and answered

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Ask what was typed."""
        event.stop()
        question = event.value.strip()
        if not question:
            return
        if question not in self._typed[-1:]:
            self._typed.append(question)
        self.query_one(RememberingInput).begin(question, self._typed)
        self._wait_for(question)
        self.post_message(self.Asked(question))

    def _wait_for(self, question: str) -> None:
        """Say that an answer is waited for, and which is not any more: one process answers."""
        if self._waiting and self._waiting != question:
            self.notify(self._waiting, title="given up for the next question", severity="warning")
        self.say("…")
        self._waiting = question

    def say(self, said: str, *, wrong: bool = False) -> None:
        """Say below the line how far an answer has got, or why there is none; nothing hides it."""
        self._waiting = ""
        line = self.query_one("#ask-said", Static)
        line.display = bool(said)
        line.set_class(wrong, "wrong")
        line.update(Text(said))

    def show_running(self, said: str) -> None:
        """Say how far the answer has got, while one is waited for."""
        line = self.query_one("#ask-said", Static)
        if self._waiting and len(said) <= line.size.width:
            line.update(Text(said), layout=False)  # in place of one that has its line already

    def show_answer(self, kept: Kept) -> None:
        """Put an answer above the others; one to the same question about the same model goes."""
        question = kept.answer["question"]
        rest = [one for one in self._kept if not one.is_to(question, kept.text, kept.overrides)]
        self._kept = [kept, *rest][:MOST]
        self._now = kept.text, kept.overrides
        self.say("")
        self._relist(0)
        line = self.query_one(RememberingInput)
        line.selection = Selection(0, len(line.value))  # typing replaces what was asked

    def show_others(self, others: OtherAnswers, text: str, overrides: dict[str, float]) -> None:
        """Show what other methods say of an answer beside it, if it is still there."""
        self.say("")
        for one in self._kept:
            if one.is_to(others["question"], text, overrides):
                self.show_answer(replace(one, others=others))
                return

    def mark_stale(self, text: str, overrides: dict[str, float]) -> None:
        """Mark answers about another text than this, or other values."""
        if (text, overrides) != self._now:
            self._now = text, dict(overrides)
            if self._kept:
                self._relist(self._list.highlighted or 0)

    def _relist(self, chosen: int) -> None:
        listed = self._list
        listed.clear_options()
        listed.add_options([Option(self._row(one)) for one in self._kept])
        listed.display = bool(self._kept)
        self._chart.can_focus = not self._kept
        if self._kept:
            listed.highlighted = min(chosen, len(self._kept) - 1)
            self._show(self._kept[listed.highlighted])

    def _row(self, kept: Kept) -> Text:
        stale = self._now != (kept.text, kept.overrides)
        row = Text(("~ " if stale else "  ") + kept.answer["question"], "dim" if stale else "bold")
        return row.append(f"\n    {kept.answer['words']}", "dim" if stale else "not bold")

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show what there is to see of an answer."""
        event.stop()
        if self.chosen is not None:
            self._show(self.chosen)

    def _show(self, kept: Kept) -> None:
        answer, chart = kept.answer, self._chart
        self.query_one(Told).display, chart.display = False, True
        if (curve := answer["curve"]) is not None:
            others = {} if kept.others is None else kept.others["others"]
            chart.show_curve(curve, answer["quantiles"], kept.notes, others)
            return
        hint = ["Tab, Enter: the states where it holds"] * (answer["kind"] == "truth")
        chart.show_words([*kept.notes, *hint])

    # Keys

    def on_leavable_left(self, event: Leavable.Left) -> None:
        """Go where letters are the pane's keys."""
        event.stop()
        self.screen.set_focus(self._list if self._kept else self._chart)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Hand the states where it holds to the states pane; of another answer, ask where it comes from."""
        event.stop()
        kept = self.chosen
        if kept is None:
            return
        if kept.answer["kind"] == "truth":
            self.post_message(self.StatesWanted(kept.answer["question"]))
        else:
            self.post_message(self.OriginWanted(kept))

    def show_told(self, lines: list[ToldLine]) -> None:
        """Show lines in place of the chart."""
        self._chart.display = False
        told = self.query_one(Told)
        told.show(lines)
        if self.has_focus_within:
            told.focus()

    def on_told_left(self, event: Told.Left) -> None:
        """Back to the chart and the answers."""
        event.stop()
        self._chart.display = True
        self._list.focus()

    def action_move(self, by: int) -> None:
        """Move the cursor of the distribution."""
        self._chart.move(by)

    def action_density(self) -> None:
        """Turn to the density and back."""
        self._chart.turn()

    def action_others(self) -> None:
        """Ask for the other methods, where the answer is of the model as it is; the fluid needs a member to follow."""
        kept = self.chosen
        curve = None if kept is None else kept.answer["curve"]
        if kept is None or curve is None or curve["of"] != "passage":
            self.say("other methods are for passage times")
        elif (kept.text, kept.overrides) != self._now:
            self.say("this answer is of an older text: ask it again")
        else:
            self._wait_for(f"{kept.answer['question']} by all methods")
            self.post_message(self.OthersWanted(kept.answer["question"], curve["time"][-1]))

    def action_again(self) -> None:
        """Take the question into the line again."""
        if (kept := self.chosen) is not None:
            line = self.query_one(RememberingInput)
            line.begin(kept.answer["question"], self._typed)
            line.cursor_position = len(line.value)
            self.focus_main()

    def action_copy(self) -> None:
        """Copy question and answer."""
        if (kept := self.chosen) is not None:
            self.post_message(self.Copied(f"{kept.answer['question']}    {kept.answer['words']}"))
