"""Answers one line about the document: what the ask pane wants, and what the engine answers."""

from __future__ import annotations

from functools import partial

from workbench.desks.desk import Desk, beside
from workbench.engine import protocol
from workbench.engine.client import Failed
from workbench.panes.ask import AskPane, Kept
from workbench.panes.states import StatesPane
from workbench.run_messages import Answered, OthersAnswered, Unanswered


class Asking(Desk):
    """Answers the ask pane."""

    wanted_states = ""  # a condition to be shown once the model has been run

    def take_up(self, kept: list[Kept], typed: list[str]) -> None:
        """Show what was asked about another model."""
        self.wanted_states = ""
        pane = self.app.query_one(AskPane)
        pane.take_up(kept, typed)
        if pane.display:
            self.offer_questions()

    @beside(group="question-words", exclusive=True)
    async def offer_questions(self) -> None:
        """Offer what can be written in a line about the text as it is."""
        answer = await self.runs.ask_aside(protocol.QUESTION_WORDS, text=self.runs.text, overrides=self.runs.overrides)
        if not isinstance(answer, Failed):
            self.app.query_one(AskPane).show_words(answer["words"], answer["examples"])

    def on_ask_pane_asked(self, event: AskPane.Asked) -> None:
        """Answer a line about the text as it stands."""
        self.app.keeping.take_text()
        self.app.run_worker(partial(self.runs.ask, event.question), group="solve")

    def on_ask_pane_others_wanted(self, event: AskPane.OthersWanted) -> None:
        """Ask for the distribution of a passage by the other methods."""
        self.app.keeping.take_text()
        self.app.run_worker(partial(self.runs.ask, event.question, event.until), group="solve")

    def on_answered(self, event: Answered) -> None:
        """Show an answer."""
        self.app.showing.run_ended()
        pane = self.app.query_one(AskPane)
        pane.show_answer(Kept(event.answer, event.text, event.overrides))
        pane.mark_stale(self.runs.text, self.runs.overrides)

    def on_others_answered(self, event: OthersAnswered) -> None:
        """Show what other methods say beside the answer it is to."""
        self.app.showing.run_ended()
        pane = self.app.query_one(AskPane)
        pane.show_others(event.answers, event.text, event.overrides)
        pane.mark_stale(self.runs.text, self.runs.overrides)

    def on_unanswered(self, event: Unanswered) -> None:
        """Say below the line why there is no answer."""
        self.app.showing.run_ended()
        said = f"{event.message}\n{event.hint}".strip() if event.message else "cancelled"
        self.app.query_one(AskPane).say(said, wrong=bool(event.message))

    def on_ask_pane_copied(self, event: AskPane.Copied) -> None:
        """Copy an answer."""
        self.copy(event.text)

    def on_ask_pane_states_wanted(self, event: AskPane.StatesWanted) -> None:
        """Show the states where an answer holds; run the model first where they are not those of the text."""
        self.app.going.action_pane("states")
        self.wanted_states = event.condition
        if self.runs.has_space:
            self.show_wanted_states()
        else:
            self.app.analysing.action_solve()

    def show_wanted_states(self) -> None:
        """Filter the table of states by what was asked for, if anything was."""
        condition, self.wanted_states = self.wanted_states, ""
        if condition:
            self.app.query_one(StatesPane).show_where(condition)
