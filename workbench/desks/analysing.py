"""Runs the model: when it is asked for, when typing pauses, when a parameter is turned; and tells how far that is."""

from __future__ import annotations

from functools import partial

from textual.timer import Timer

from workbench.desks.desk import Desk, beside
from workbench.panes.ask import AskPane
from workbench.panes.experiments import ExperimentsPane
from workbench.panes.solver import SolverPane
from workbench.panes.source import SourcePane
from workbench.panes.whatif import WhatIfPane
from workbench.run_messages import Ended, Running
from workbench.status import StatusLines

CHECK_AFTER = 0.15  # seconds without a key press
LONG, LONG_AFTER = 1_000_000, 1.0  # characters from which it is more: handing over the text takes as long as a key may
SOLVE_AFTER = 0.6  # the same, in live mode
LASTING = 0.3  # seconds; what is over sooner is not worth a change of the screen


class Analysing(Desk):
    """Begins runs, and stops them."""

    live = False  # whether every pause in typing is followed by a run
    goes_on = False  # whether a run does
    _lasting: Timer | None = None  # until a run is long enough for its keys to be offered
    _pauses: tuple[Timer, ...] = ()  # until typing has paused

    def action_solve(self, derive_only: bool = False) -> None:
        """Analyse the model as it stands."""
        app = self.app
        app.keeping.take_text()
        if self.runs.unread:
            self.check()
        if (how := app.experimenting.settings()) is not None:
            watched = app.query_one(WhatIfPane).measure
            app.run_worker(partial(self.runs.solve, how, derive_only=derive_only, watched=watched), group="solve")

    def action_live(self) -> None:
        """Turn live mode on or off."""
        self.live = not self.live
        self.app.query_one(StatusLines).live = self.live
        if self.live:
            self.action_solve()

    def action_cancel(self) -> None:
        """Stop the run."""
        self.app.run_worker(self.runs.cancel, group="cancel")

    def run_turned(self) -> None:
        """Run the model with the parameters turned; not once the panes are going."""
        if self.app.is_running:
            self.action_solve()

    def text_edited(self) -> None:
        """Check the text, and in live mode solve it, when typing pauses."""
        app, text = self.app, self.app.document.text
        self.runs.edited(text)
        app.query_one(SourcePane).drop_marks()
        app.showing.show_staleness(anew=False)
        for timer in self._pauses:
            timer.stop()
        self._pauses = (app.set_timer(CHECK_AFTER if len(text) < LONG else LONG_AFTER, self.check),)
        if self.live:
            self._pauses = (*self._pauses, app.set_timer(SOLVE_AFTER, self.action_solve))

    def check(self) -> None:
        """Keep the text for recovery, and check it."""
        self.app.keeping.keep_recovery()
        self.app.run_worker(self.runs.check, group="check", exclusive=True)

    # What the solver pane asks for

    def on_solver_pane_run_wanted(self, event: SolverPane.RunWanted) -> None:
        """Run as the solver pane asks."""
        self.action_solve(event.derive_only)

    @beside()
    async def on_solver_pane_advice_wanted(self) -> None:
        """Say what to expect before a run."""
        sentences = await self.runs.advice()
        self.app.query_one(SolverPane).show_advice(sentences)

    # How far it is

    def on_running(self, event: Running) -> None:
        """Show how far the run has got."""
        progress, solver = event.progress, self.app.query_one(SolverPane)
        solver.show_running(progress.stage, progress.message, progress.done, event.left)
        self.app.query_one(StatusLines).running = solver.brief
        self._set_going(True)
        if progress.stage == "study":
            self.app.query_one(ExperimentsPane).show_running(progress.message + event.left)
        self.app.query_one(AskPane).show_running(f"{progress.stage}: {progress.message}{event.left}")

    def on_ended(self, event: Ended) -> None:
        """Nothing tells its progress any more."""
        del event
        self.idle()

    def idle(self) -> None:
        """Show that nothing runs."""
        self.app.query_one(SolverPane).show_idle()
        self.app.query_one(StatusLines).running = ""
        self._set_going(False)

    def _set_going(self, goes_on: bool) -> None:
        if goes_on == self.goes_on:
            return
        self.goes_on = goes_on
        if goes_on:
            self._lasting = self.app.set_timer(LASTING, self._offer_cancelling)
        elif self._lasting is not None:
            self._lasting.stop()
            self._lasting = None
        elif self.app.screen_stack:
            self.app.refresh_bindings()

    def _offer_cancelling(self) -> None:
        self._lasting = None
        if self.app.screen_stack:  # none once the app is leaving
            self.app.refresh_bindings()
