"""An app that analyses its document: what the panes ask for, and what the engine answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import work
from textual.app import App
from textual.timer import Timer

from workbench.desks.asking import Asking
from workbench.desks.comparing import Comparing
from workbench.desks.desk import HasDesks
from workbench.desks.experimenting import Experimenting
from workbench.desks.exploring import Exploring
from workbench.desks.holding import Holding
from workbench.desks.keeping import Keeping
from workbench.desks.predicting import Predicting
from workbench.desks.telling import Telling
from workbench.desks.turning import Turning
from workbench.desks.watching import Watching
from workbench.desks.writing import Writing
from workbench.document import Document
from workbench.following import Following, SeriesFound, SeriesRefused
from workbench.panes.ask import AskPane
from workbench.panes.charts import ChartsPane
from workbench.panes.experiments import ExperimentsPane
from workbench.panes.palette import TypedAheadPalettes
from workbench.panes.pane import Pane
from workbench.panes.solver import SolverPane
from workbench.panes.source import SourcePane
from workbench.panes.states import StatesPane
from workbench.panes.whatif import WhatIfPane
from workbench.runs import Checked, Checking, Ended, Finished, Running, Runs, Stopped, Turn
from workbench.standing import standing
from workbench.status import StatusLines
from workbench.studies import Studies
from workbench.terminal.closing import ClosesInOrder
from workbench.terminal.driver import OwnDriver
from workbench.terminal.garbage import CollectsAtRest
from workbench.terminal.legible import LegibleApp
from workbench.terminal.screen_diff import ScreenDiff
from workbench.terminal.sparing import Sparing
from workbench.toasts import ToldOnce

LASTING = 0.3  # seconds; what is over sooner is not worth a change of the screen


class AnalysisApp(
    ToldOnce,
    CollectsAtRest,
    TypedAheadPalettes,
    ClosesInOrder,
    HasDesks,
    OwnDriver,
    LegibleApp,
    Sparing,
    ScreenDiff,
    App[int],
):
    """Routes between its panes and the engine; where they stand and which keys there are is its subclass's."""

    PANES: ClassVar[dict[str, type[Pane]]] = {
        "source": SourcePane,
        "states": StatesPane,
        "solver": SolverPane,
        "charts": ChartsPane,
        "experiments": ExperimentsPane,
        "what-if": WhatIfPane,
        "ask": AskPane,
    }
    runs: Runs
    keeping: Keeping
    watching: Watching
    holding: Holding
    writing: Writing
    experimenting: Experimenting
    exploring: Exploring
    turning: Turning
    telling: Telling
    comparing: Comparing
    predicting: Predicting
    asking: Asking
    studies: Studies
    following: Following
    analysing = False  # while a run goes on
    live = False  # whether every pause in typing is followed by a run
    _lasting: Timer | None = None  # until a run is long enough for its keys to be offered
    _aging: Timer | None = None  # until figures of other values are dimmed
    _shown_stale: tuple[bool, ...] | None = None
    _evidence: Turn | None = None  # whose run the solver pane shows

    @property
    def document(self) -> Document:
        """The document that is shown."""
        return self.keeping.document

    # What the user does

    async def action_quit(self) -> None:
        """Leave as Quit does, however it was asked for."""
        self.holding.action_leave()

    def action_repaint(self) -> None:
        """Paint the whole screen anew."""
        self.forget_screen()
        self.screen.refresh(layout=True)

    def copy_to_clipboard(self, text: str) -> None:
        """Copy a text; nothing is never sent: it would clear the clipboard."""
        if text:
            super().copy_to_clipboard(text)

    def action_cancel(self) -> None:
        """Stop the run."""
        self.run_worker(self.runs.cancel, group="cancel")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to cancel only what runs."""
        return super().check_action(action, parameters) if action != "cancel" else self.analysing

    def action_focus_next(self) -> None:
        """Go on to what has keys; where a pane is all that is seen, to the next pane."""
        self._go_on(1, super().action_focus_next)

    def action_focus_previous(self) -> None:
        """Go back to what has keys; where a pane is all that is seen, to the pane before."""
        self._go_on(-1, super().action_focus_previous)

    def _go_on(self, step: int, go: Callable[[], None]) -> None:
        before = self.focused
        go()
        if self.focused is not before or len(self.screen_stack) > 1:
            return
        names = [*self.PANES]
        here = next((at for at, pane in enumerate(self.PANES.values()) if self.query_one(pane).has_focus_within), 0)
        self.action_pane(names[(here + step) % len(names)])

    def action_pane(self, name: str) -> None:
        """Go to a pane; the subclass knows where it stands."""
        raise NotImplementedError

    def action_solve(self, derive_only: bool = False) -> None:
        """Analyse the model as it stands."""
        self.keeping.take_text()
        if (how := self.experimenting.settings()) is not None:
            watched = self.query_one(WhatIfPane).measure
            solve = partial(self.runs.solve, how, derive_only=derive_only, watched=watched)
            self.run_worker(solve, group="solve")

    def action_live(self) -> None:
        """Turn live mode on or off."""
        self.live = not self.live
        self.query_one(StatusLines).live = self.live
        if self.live:
            self.action_solve()

    def place_toasts(self) -> None:
        """Not where the user writes or reads."""
        self.writing.place_toasts()

    # What the panes want

    def on_solver_pane_run_wanted(self, event: SolverPane.RunWanted) -> None:
        """Run as the solver pane asks."""
        self.action_solve(event.derive_only)

    @work
    async def on_solver_pane_advice_wanted(self) -> None:
        """Say what to expect before a run."""
        sentences = await self.runs.advice()
        self.query_one(SolverPane).show_advice(sentences)

    def on_charts_pane_series_wanted(self, event: ChartsPane.SeriesWanted) -> None:
        """Follow the model over time."""
        beside = dict(self.comparing.scenarios_beside)
        follow = partial(self.following.run, event.kinds, self.exploring.until, event.measure, beside)
        self.run_worker(follow, group="solve")

    def on_charts_pane_time_viewed(self) -> None:
        """Follow the model over time as it is now."""
        self.follow_again()

    def follow_again(self) -> None:
        """Follow the model over time once more where the curves shown are older, and the model was run since."""
        if self.following.stale and not self.runs.stale and not self.analysing:
            self.query_one(ChartsPane).follow_again()

    @work
    async def on_charts_pane_until_wanted(self) -> None:
        """Ask how long to follow the model, and do."""
        if await self.exploring.asked_until():
            self.query_one(ChartsPane).action_follow()

    # What the engine answers

    def on_checking(self, event: Checking) -> None:
        """Say that a check takes long."""
        self.query_one(SourcePane).show_checking(event.goes_on, event.message)

    def on_checked(self, event: Checked) -> None:
        """Show the problems of the text."""
        self.query_one(SourcePane).show_problems(event.problems, event.more)
        if event.parameters is not None:
            self.query_one(StatusLines).parameters = event.parameters
            pane = self.query_one(WhatIfPane)
            waited = bool(pane.waiting)
            pane.show_parameters(event.parameters, event.sizes)
            if pane.overrides != self.runs.overrides:
                self.turning.set_overrides(pane.overrides)
            if waited:
                self.turning.run_waiting()
            if self.query_one(ExperimentsPane).display:
                self.experimenting.offer_choices()
        self.turning.parameters_known()

    def on_running(self, event: Running) -> None:
        """Show how far the run has got."""
        progress = event.progress
        self.query_one(SolverPane).show_running(progress.stage, progress.message, progress.done, event.left)
        self.query_one(StatusLines).running = self.query_one(SolverPane).brief
        self._set_analysing(True)
        if progress.stage == "study":
            self.query_one(ExperimentsPane).show_running(progress.message + event.left)
        self.query_one(AskPane).show_running(f"{progress.stage}: {progress.message}{event.left}")

    def on_finished(self, event: Finished) -> None:
        """Show an answer in all panes."""
        run = event.run
        self.runs.compared.ran(event.text, event.overrides, run)
        self._idle()
        self._evidence = self.runs.latest
        self.query_one(SolverPane).show_run(run)
        self.query_one(SourcePane).show_problems(run["problems"])
        self.query_one(StatusLines).standing = told = standing(run)
        if run["kind"] == "derived" or run["kind"] == "solved":
            self.query_one(StatesPane).show_space(told.states, told.whole, same=run["derivation_reused"])
            self.asking.show_wanted_states()
        self._show_staleness()
        if run["kind"] != "derived" and (latest := self.runs.compared.latest) is not None:
            self.query_one(WhatIfPane).show_figures(latest)
            self.comparing.show_figures()
            self.comparing.renew_comparisons()
        if run["kind"] == "simulation":
            self.follow_again()
        else:
            self.turning.ask_influences()

    def on_stopped(self, event: Stopped) -> None:
        """Say why there is no answer; what was there stays."""
        self._idle()
        self.asking.wanted_states = ""
        turned = self.runs.overrides != self.runs.solved_overrides
        if event.message and turned and self.runs.well:
            self.turning.turn_refused(event.problems[0]["message"] if event.problems else event.message)
            return
        if event.problems:
            self.query_one(SourcePane).show_problems(event.problems)
            if turned:
                self.query_one(WhatIfPane).show_waiting(event.problems[0]["line"])
        if event.message:
            self._evidence = self.runs.latest
            self.query_one(SolverPane).show_failure(event.message, event.hint)
            self._show_staleness(anew=False)
            if not (event.problems and self.live):  # the line of problems tells it
                self.notify(event.message, title="no answer", severity="error")
        else:
            self.notify("cancelled")

    def on_series_found(self, event: SeriesFound) -> None:
        """Add a curve to the chart over time."""
        self.query_one(ChartsPane).show_series(event.kind, event.series, event.scenario)
        self._show_staleness(anew=False)

    def on_series_refused(self, event: SeriesRefused) -> None:
        """Say why a curve is not in the chart over time."""
        self.query_one(ChartsPane).show_series_failure(event.what, event.reason)
        self._show_staleness(anew=False)

    def on_ended(self, event: Ended) -> None:
        """Nothing tells its progress any more."""
        del event
        self._idle()

    def values_changed(self) -> None:
        """Show what is stale now, in the panes only where it stays so: restyling them takes longer than most runs."""
        self.query_one(StatusLines).stale = self.runs.stale
        self.comparing.show_reference()
        self.predicting.show_expected()
        if self._aging is not None:
            self._aging.stop()
        self._aging = self.set_timer(LASTING, self._show_staleness)

    def run_ended(self) -> None:
        """Show that nothing runs, and which figures are of an older text."""
        self._idle()
        self._show_staleness()

    def _idle(self) -> None:
        self.query_one(SolverPane).show_idle()
        self.query_one(StatusLines).running = ""
        self._set_analysing(False)

    def _set_analysing(self, running: bool) -> None:
        if running == self.analysing:
            return
        self.analysing = running
        if running:
            self._lasting = self.set_timer(LASTING, self._offer_cancelling)
        elif self._lasting is not None:
            self._lasting.stop()
            self._lasting = None
        elif self.screen_stack:
            self.refresh_bindings()

    def _offer_cancelling(self) -> None:
        self._lasting = None
        if self.screen_stack:  # none once the app is leaving
            self.refresh_bindings()

    def _show_staleness(self, *, anew: bool = True) -> None:
        """Mark the figures of an older text; unless `anew`, where that has changed since they were shown."""
        if self._aging is not None:
            self._aging.stop()
        if not self.is_running:
            return
        stale, study_stale, over_time = self.runs.stale, self.studies.stale, self.following.stale
        told_stale = self._evidence is not None and not self.runs.is_about(self._evidence)
        if anew or (stale, study_stale, over_time, told_stale) != self._shown_stale:  # at most keys nothing changes
            self._shown_stale = stale, study_stale, over_time, told_stale
            self.query_one(ChartsPane).mark_stale(stale, over_time)
            self.query_one(StatesPane).show_stale(stale)
            self.query_one(ExperimentsPane).mark_stale(study_stale)
            self.query_one(SolverPane).mark_stale(told_stale)
        self.query_one(WhatIfPane).take_text(self.runs.text)
        self.query_one(AskPane).mark_stale(self.runs.text, self.runs.overrides)
        self.query_one(StatusLines).stale = stale
        self.keeping.show_document()
