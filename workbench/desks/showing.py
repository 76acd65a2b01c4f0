"""Shows in the panes what a check or a run has found, and which figures are of an older text."""

from __future__ import annotations

from textual.timer import Timer

from workbench.desks.analysing import LASTING
from workbench.desks.desk import Desk
from workbench.panes.ask import AskPane
from workbench.panes.charts import ChartsPane
from workbench.panes.experiments import ExperimentsPane
from workbench.panes.solver import SolverPane
from workbench.panes.source import SourcePane
from workbench.panes.states import StatesPane
from workbench.panes.whatif import WhatIfPane
from workbench.parameters import Parameters
from workbench.runs import Checked, Checking, Finished, Stopped, Turn
from workbench.standing import standing
from workbench.status import StatusLines


class Showing(Desk):
    """Hands the engine's answers about the model to the panes."""

    _aging: Timer | None = None  # until figures of other values are dimmed
    _shown_stale: tuple[bool, ...] | None = None
    _evidence: Turn | None = None  # whose run the solver pane shows

    def on_checking(self, event: Checking) -> None:
        """Say that a check takes long."""
        self.app.query_one(SourcePane).show_checking(event.goes_on, event.message)

    def on_checked(self, event: Checked) -> None:
        """Show the problems of the text."""
        app = self.app
        app.query_one(SourcePane).show_problems(event.problems, event.more)
        if event.parameters is not None:
            app.query_one(StatusLines).parameters = event.parameters
            pane = app.query_one(WhatIfPane)
            waited = bool(pane.waiting)
            pane.show_parameters(event.parameters, event.sizes)
            if pane.overrides != self.runs.overrides:
                app.turning.set_overrides(pane.overrides)
            if waited:
                app.turning.run_waiting()
            if app.query_one(ExperimentsPane).display:
                app.experimenting.offer_choices()
        app.turning.parameters_known()

    def on_finished(self, event: Finished) -> None:
        """Show an answer in all panes."""
        app, run = self.app, event.run
        self.runs.compared.ran(event.text, event.overrides, run)
        app.analysing.idle()
        self._evidence = self.runs.latest
        app.query_one(SolverPane).show_run(run)
        app.query_one(SourcePane).show_problems(run["problems"])
        app.query_one(StatusLines).standing = told = standing(run)
        if run["kind"] == "derived" or run["kind"] == "solved":
            app.query_one(StatesPane).show_space(told.states, told.whole, same=run["derivation_reused"])
            app.asking.show_wanted_states()
        self.show_staleness()
        if run["kind"] != "derived" and (latest := self.runs.compared.latest) is not None:
            app.query_one(WhatIfPane).show_figures(latest)
            app.comparing.show_figures()
            app.comparing.renew_comparisons()
        if run["kind"] == "simulation":
            app.charting.follow_again()
        else:
            app.turning.ask_influences()

    def on_stopped(self, event: Stopped) -> None:
        """Say why there is no answer; what was there stays."""
        app = self.app
        app.analysing.idle()
        app.asking.wanted_states = ""
        turned = self.runs.overrides != self.runs.solved_overrides
        if event.message and turned and self.runs.well:
            app.turning.turn_refused(event.problems[0]["message"] if event.problems else event.message)
            return
        if event.problems:
            app.query_one(SourcePane).show_problems(event.problems)
            if turned:
                app.query_one(WhatIfPane).show_waiting(event.problems[0]["line"])
        if event.message:
            self._evidence = self.runs.latest
            app.query_one(SolverPane).show_failure(event.message, event.hint)
            self.show_staleness(anew=False)
            if not (event.problems and app.analysing.live):  # the line of problems tells it
                app.notify(event.message, title="no answer", severity="error")
        else:
            app.notify("cancelled")

    def document_opened(self) -> None:
        """Show nothing of the document before."""
        self.app.query_one(WhatIfPane).begin_anew()
        self.app.turning.take_turned({})
        self.run_ended()
        self.app.query_one(StatusLines).standing = None
        self.app.query_one(StatusLines).parameters = Parameters()
        self.show_staleness()

    def values_changed(self) -> None:
        """Show what is stale now, in the panes only where it stays so: restyling them takes longer than most runs."""
        self.app.query_one(StatusLines).stale = self.runs.stale
        self.app.comparing.show_reference()
        self.app.predicting.show_expected()
        if self._aging is not None:
            self._aging.stop()
        self._aging = self.app.set_timer(LASTING, self.show_staleness)

    def run_ended(self) -> None:
        """Show that nothing runs, and which figures are of an older text."""
        self.app.analysing.idle()
        self.show_staleness()

    def show_staleness(self, *, anew: bool = True) -> None:
        """Mark the figures of an older text; unless `anew`, where that has changed since they were shown."""
        app = self.app
        if self._aging is not None:
            self._aging.stop()
        if not app.is_running:
            return
        stale, study_stale, over_time = self.runs.stale, app.studies.stale, app.following.stale
        told_stale = self._evidence is not None and not self.runs.is_about(self._evidence)
        if anew or (stale, study_stale, over_time, told_stale) != self._shown_stale:  # at most keys nothing changes
            self._shown_stale = stale, study_stale, over_time, told_stale
            app.query_one(ChartsPane).mark_stale(stale, over_time)
            app.query_one(StatesPane).show_stale(stale)
            app.query_one(ExperimentsPane).mark_stale(study_stale)
            app.query_one(SolverPane).mark_stale(told_stale)
        app.query_one(WhatIfPane).take_text(self.runs.text)
        app.query_one(AskPane).mark_stale(self.runs.text, self.runs.overrides)
        app.query_one(StatusLines).stale = stale
        app.keeping.show_document()
