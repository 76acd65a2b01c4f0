"""Explores states: what the states pane asks for, and what the engine answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pepa.control.error import PepaError
from pepa.language.numbers import number
from pepa.language.paths import is_folder, is_there, typed_path
from workbench.desks.desk import Desk, answering, beside
from workbench.engine import protocol
from workbench.engine.client import Failed
from workbench.panes.dialogs import AskFor
from workbench.panes.solver import SolverPane
from workbench.panes.source import SourcePane
from workbench.panes.state_distribution import StateDistribution
from workbench.panes.state_graph import StateGraph
from workbench.panes.state_list import StateList
from workbench.panes.state_steps import StateSteps, told_way
from workbench.panes.state_views import StateViews
from workbench.panes.states import StatesPane
from workbench.status import StatusLines
from workbench.told_keys import key_of

if TYPE_CHECKING:
    from workbench.app import Workbench
    from workbench.engine.answers import StateDetail
    from workbench.engine.frames import Frame

STEPPED = ("steps", "way")  # the views of a step
SOON = 2.0  # seconds that keys wait for an answer that may take long
WAITS = 1.0  # seconds behind a run after which it is said what is waited for


class Exploring(Desk):
    """Answers the states pane."""

    until = 100.0  # how long to follow the model

    def __init__(self, app: Workbench) -> None:
        super().__init__(app)
        self.waits = False  # whether the table waits long for something else, which can be stopped
        self._about: dict[str, Frame] = {}  # which text, and which values, what each view shows is of

    def begin_anew(self) -> None:
        """Know of nothing that is shown of a model."""
        self._about.clear()

    @property
    def stale_views(self) -> frozenset[str]:
        """The views of states that show what is of an older text, or of other values."""
        now = self.runs.present
        older = {view for view, about in self._about.items() if about != now}
        return frozenset(older | {"list"} if self.runs.space_stale else older)

    @contextmanager
    def _told_waiting(self) -> Iterator[None]:
        """Say what is waited for where that takes long, and offer to stop it."""
        timer = self.app.set_timer(WAITS, self._say_waiting)
        try:
            yield
        finally:
            timer.stop()
            if self.waits and self.app.is_running:
                self.waits = False
                self.app.query_one(StatesPane).say_waiting("")
                self.app.refresh_bindings()

    def _say_waiting(self) -> None:
        self.waits = True
        first = self.app.query_one(StatusLines).running or "what was asked before"
        self.app.query_one(StatesPane).say_waiting(f"waiting for {first}", key_of(self.app, "app.cancel"))
        self.app.refresh_bindings()

    def _shows(self, about: Frame, *views: str) -> None:
        """Note what views show, and mark them where that is older; where a run goes on for it, that does."""
        self._about |= dict.fromkeys(views, about)
        if about == self.runs.present or not self.runs.busy:
            self.app.showing.show_staleness(anew=False)

    @answering(behind_run=True)
    async def on_state_list_rows_wanted(self, event: StateList.RowsWanted) -> None:
        """Fetch a page of states."""
        table = event.table
        with self._told_waiting():
            answer = await self.runs.about_space(
                protocol.STATES,
                start=event.start,
                stop=event.end,
                columns=table.columns,
                pinned=table.pinned,
                **table.wish(),
            )
        pane = self.app.query_one(StatesPane)
        if isinstance(answer, Failed):
            pane.refuse(table, _message(answer))
        else:
            pane.fill(event.start, answer, event.generation, table)

    @answering(behind_run=True)
    async def on_state_list_find_wanted(self, event: StateList.FindWanted) -> None:
        """Go to the next match."""
        with self._told_waiting():
            answer = await self.runs.about_space(
                protocol.FIND, row=event.row, wanted=event.wanted, back=event.back, **event.table.wish()
            )
        pane = self.app.query_one(StatesPane)
        if isinstance(answer, Failed):
            self._refuse(answer)
        elif answer["row"] is None:
            self._refuse(Failed(f"no state of the table has {event.wanted}", "", []))
        else:
            pane.typed_well()
            pane.list.cells.cursor = answer["row"]

    @answering()
    async def on_state_steps_place_wanted(self, event: StateSteps.PlaceWanted) -> None:
        """Look at a state and what can happen in it."""
        await self._go_to(event)

    @answering()
    async def on_state_steps_renew_wanted(self, event: StateSteps.RenewWanted) -> None:
        """Look at the same state after a run, which may have other states: then it is none of them."""
        wanted, steps, about = event.wanted, self.app.query_one(StatesPane).steps, self.runs.present
        answer = await self.runs.about_steps(
            protocol.STEP, place=wanted.place, origins=wanted.origins, way=told_way(wanted.way)
        )
        if steps.way is wanted.way:  # else one has gone on meanwhile
            self.app.query_one(StatesPane).renew_step(None if isinstance(answer, Failed) else answer, wanted)
            self._shows(about, *STEPPED)

    async def _looked_at(self, wanted: StateSteps.PlaceWanted) -> StateDetail | Failed:
        """Return a state; one of a table of an older text by its members: its number is another's now."""
        place, of_older = wanted.place, "number" in wanted.place and self.runs.space_stale
        if of_older:
            held = await self.runs.about_space(protocol.STEP, place=place)
            if isinstance(held, Failed):
                return held
            place = {"members": held["members"]}
        older = len(wanted.way) > 1 and (wanted.anew or "way" in self.stale_views)
        way = told_way(wanted.way) if older else None
        answer = await self.runs.about_steps(protocol.STEP, place=place, origins=wanted.origins, way=way)
        if isinstance(answer, Failed) and of_older:
            again = f"the table is of an older text: {key_of(self.app, 'app.run')} runs the model again"
            return Failed(str(answer), again, answer.problems)
        if isinstance(answer, Failed) and older and not answer.problems:
            again = f"the way is of an older text: {key_of(self.app, 'steps.begin')} begins again"
            return Failed(str(answer), again, answer.problems)
        return answer

    async def _go_to(self, wanted: StateSteps.PlaceWanted) -> None:
        about = self.runs.present
        answer = await self._looked_at(wanted)
        pane = self.app.query_one(StatesPane)
        if isinstance(answer, Failed):
            self._refuse(answer)
        else:
            pane.show_step(answer, wanted)
            pane.typed_well()
            self._shows(about, *STEPPED)

    def on_state_views_lit(self, event: StateViews.Lit) -> None:
        """Light in the text where the model is, unless it has been edited since."""
        text_is_known = self.runs.text == self.app.document.text
        self.app.query_one(SourcePane).light(event.places if text_is_known else [])

    @answering()
    async def on_states_pane_replay_wanted(self, event: StatesPane.ReplayWanted) -> None:
        """Walk the way that a file holds."""
        answer = await self.runs.about_steps(protocol.REPLAY, path=event.path)
        if isinstance(answer, Failed):
            self._refuse(answer)
        else:
            await self._go_to(self.app.query_one(StatesPane).steps.end_of(answer))

    @beside()
    async def on_states_pane_way_write_wanted(self, event: StatesPane.WayWriteWanted) -> None:
        """Write the way here to a file; one that is there is asked about."""
        if not await self._may_replace(event.path):
            return
        answer = await self.runs.about_steps(protocol.WRITE_WAY, path=event.path, way=event.way)
        if isinstance(answer, Failed):
            self._refuse(answer)
        else:
            self.app.query_one(StatesPane).typed_well()
            again = f"{key_of(self.app, 'steps.open')} opens it, pepa trace --replay too"
            self.app.notify(f"the way written to {answer['path']}: {again}")

    async def _may_replace(self, path: str) -> bool:
        if not is_there(typed_path(path)) or is_folder(typed_path(path)):
            return True  # of a folder the answer says that it is one
        replaced = await self.may_replace(f"{path} exists")
        self.app.query_one(StatesPane).prompt.listen()
        return replaced

    @answering()
    async def on_state_steps_stroll_wanted(self, event: StateSteps.StrollWanted) -> None:
        """Take random steps."""
        answer = await self.runs.about_steps(protocol.STROLL, place={"members": event.members}, number=event.steps)
        if isinstance(answer, Failed):
            self._refuse(answer)
        elif answer["passed"]:
            await self._go_to(self.app.query_one(StatesPane).steps.strolled(answer["passed"]))

    @beside()
    async def on_solver_pane_findings_wanted(self) -> None:
        """Say what is remarkable about the model."""
        older = self.runs.space_stale
        answer = await self.runs.about_space(protocol.FINDINGS, long=True)
        sentences = [_message(answer)] if isinstance(answer, Failed) else answer["sentences"]
        if older and not isinstance(answer, Failed):
            again = f"{key_of(self.app, 'app.run')} runs the model as it is"
            sentences = [f"~ stale: what follows is of an older text or of other values; {again}", *sentences]
        self.app.query_one(SolverPane).show_findings(sentences)

    @answering(longest=SOON)
    async def on_states_pane_findings_wanted(self, event: StatesPane.FindingsWanted) -> None:
        """Say what is remarkable about the model, where its states are."""
        del event
        about = self.runs.held.of
        answer = await self.runs.about_space(protocol.FINDINGS, long=True)
        if isinstance(answer, Failed):
            self._refuse(answer)
        else:
            self.app.query_one(StatesPane).show_findings(answer["sentences"], answer["traces"])
            self._shows(about, "findings")

    @answering(group="graph")
    async def on_state_graph_wanted(self, event: StateGraph.Wanted) -> None:
        """Draw the graphs at a state."""
        about = self.runs.present
        answer = await self.runs.about_steps(protocol.GRAPH, place=event.place, width=event.width)
        if isinstance(answer, Failed):
            self._refuse(answer)
        else:
            self.app.query_one(StatesPane).show_graphs(answer)
            self._shows(about, "graph")

    @answering(longest=SOON, group="distribution")
    async def on_states_pane_distribution_wanted(self, event: StatesPane.DistributionWanted) -> None:
        """Say where the probability is, in the long run or at a time."""
        pane, about = self.app.query_one(StatesPane), self.runs.held.of
        if event.number is None:
            with self._told_waiting():
                found = await self.runs.about_space(protocol.DISTRIBUTION, of=event.of)
            if isinstance(found, Failed):
                self._refuse(found)
            else:
                pane.show_distribution(found)
                self._shows(about, "distribution")
            return
        pane.following += 1
        try:
            moment = await self.runs.about_space(
                protocol.DISTRIBUTION_AT, long=True, of=event.of, until=self.until, number=event.number
            )
        finally:
            pane.following -= 1
        if isinstance(moment, Failed):
            self._refuse(moment)
        else:
            pane.show_distribution(moment, moment["number"], moment["last"])
            self._shows(about, "distribution")

    @beside()
    async def on_state_distribution_until_wanted(self) -> None:
        """Ask how long to follow the model, and do."""
        if await self.asked_until():
            self.app.query_one(StateDistribution).look_at(0)

    async def asked_until(self) -> bool:
        """Ask how long to follow the model; return whether that was answered."""
        answer = await self.app.push_screen_wait(AskFor("Follow the model until time", _positive, f"{self.until:g}"))
        if answer is None:
            return False
        self.until = answer
        return True

    @answering(longest=SOON)
    async def on_states_pane_way_wanted(self, event: StatesPane.WayWanted) -> None:
        """Find a way to a state."""
        answer = await self.runs.about_steps(
            protocol.WAY,
            long=True,
            place={"members": event.members},
            condition=event.condition,
            likeliest=event.likeliest,
        )
        if isinstance(answer, Failed):
            self._refuse(answer)
        else:
            await self._go_to(self.app.query_one(StatesPane).steps.end_of(answer))

    @beside(group="words", exclusive=True)
    async def on_states_pane_words_wanted(self) -> None:
        """Offer what can be written in a condition."""
        answer = await self.runs.about_steps(protocol.STATE_WORDS)
        if not isinstance(answer, Failed):
            pane = self.app.query_one(StatesPane)
            pane.prompt.show_words([*pane.steps.kept, *answer["words"], *answer["groups"]])

    @beside()
    async def on_states_pane_write_wanted(self, event: StatesPane.WriteWanted) -> None:
        """Write the table to a file; one that is there is asked about."""
        if not await self._may_replace(event.path):
            return
        older = ", of the model as it was when it was run" if self.runs.space_stale else ""
        written = await self.runs.about_space(
            protocol.WRITE_STATES, long=True, path=event.path, columns=event.table.columns, **event.table.wish()
        )
        if isinstance(written, Failed):
            self._refuse(written)
        else:
            self.app.query_one(StatesPane).typed_well()
            self.app.notify(f"{written['rows']:,} states written to {written['path']}{older}")

    def on_state_list_copied(self, event: StateList.Copied) -> None:
        """Copy a state."""
        self.copy(event.text)

    def on_state_steps_copied(self, event: StateSteps.Copied) -> None:
        """Copy a state."""
        self.copy(event.text)

    def _refuse(self, error: Failed) -> None:
        """Say why not: below what was typed, if something was, and else in a toast."""
        if not self.app.query_one(StatesPane).say_wrong(_message(error)):
            self.app.notify(_message(error), severity="warning")

    def show_steps(self) -> None:
        """Step through the model, derived or not."""
        self.app.query_one(StatesPane).begin_steps()


def _message(error: Failed) -> str:
    return f"{error}\n{error.hint}" if error.hint else str(error)


async def _positive(text: str) -> float:
    """Return a positive number; raises PepaError for anything else."""
    value = number(text)
    if value <= 0:
        raise PepaError(f"`{text}` is not a time: a positive number is")
    return value
