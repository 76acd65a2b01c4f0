"""Shows in the panes what a check or a run has found, and which figures are of an older text."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from rich.text import Text
from textual.timer import Timer

from workbench.desks.analysing import LASTING
from workbench.desks.comparing import Beside
from workbench.desks.desk import Desk
from workbench.engine.frames import Frame
from workbench.figures import Compared
from workbench.panes.ask import AskPane, Kept
from workbench.panes.charted import Charted
from workbench.panes.charts import ChartsPane
from workbench.panes.experiments import ExperimentsPane, Studied
from workbench.panes.solver import SolverPane
from workbench.panes.source import SourcePane
from workbench.panes.states import StatesPane
from workbench.panes.whatif import WhatIfPane
from workbench.parameters import Parameters
from workbench.run_messages import Checked, Checking, Finished, GivenUp, StatesLetGo, Stopped, Turn
from workbench.standing import Standing, standing
from workbench.status import StatusLines
from workbench.told_keys import key_of


@dataclass(frozen=True)
class Results:
    """What has come of the analyses of a model, kept while another is shown; the engine keeps no states of it."""

    compared: Compared = field(default_factory=Compared)
    solved: Turn | None = None  # which run the figures are of
    evidence: Turn | None = None  # which run the solver pane tells of, and what
    told: Text | None = None
    standing: Standing | None = None
    charted: Charted = field(default_factory=Charted)
    followed: Frame = field(default_factory=dict)
    beside: Beside = field(default_factory=Beside)
    experimented: Frame = field(default_factory=dict)
    studied: Studied | None = None
    asked: tuple[list[Kept], list[str]] = field(default_factory=lambda: ([], []))


class Showing(Desk):
    """Hands the engine's answers about the model to the panes."""

    _aging: Timer | None = None  # until figures of other values are dimmed
    _shown_stale: tuple[bool | frozenset[str], ...] | None = None
    _evidence: Turn | None = None  # whose run the solver pane shows

    def on_checking(self, event: Checking) -> None:
        """Say that a check takes long."""
        self.app.query_one(SourcePane).show_checking(event.goes_on, event.message)

    def on_checked(self, event: Checked) -> None:
        """Show the problems of the text."""
        app = self.app
        app.query_one(SourcePane).show_problems(event.problems, event.more)
        app.query_one(StatusLines).older = event.parameters is None
        app.query_one(WhatIfPane).take_check(errors=event.parameters is None)
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
        turned = self.runs.overrides != self.runs.solved_values
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

    def on_given_up(self, event: GivenUp) -> None:
        """Say that there will be no figures."""
        del event
        run = key_of(self.app, "app.run")
        self.app.notify(f"what was asked after it came before it; {run} runs it", title="the run was given up")

    def on_states_let_go(self, event: StatesLetGo) -> None:
        """Say in the header and in place of the table that the states are held no more."""
        del event
        self._mark_let_go()
        self.app.query_one(StatesPane).let_go()
        self.show_staleness(anew=False)

    def _mark_let_go(self) -> None:
        lines = self.app.query_one(StatusLines)
        if lines.standing is not None and lines.standing.states:
            lines.standing = replace(lines.standing, held=False)

    @property
    def results(self) -> Results:
        """What has come of the analyses so far."""
        app = self.app
        return Results(
            self.runs.compared,
            self.runs.solved,
            self._evidence,
            app.query_one(SolverPane).evidence,
            app.query_one(StatusLines).standing,
            app.query_one(ChartsPane).charted,
            app.following.asked,
            app.comparing.shown_beside,
            app.studies.asked,
            app.query_one(ExperimentsPane).studied,
            app.query_one(AskPane).asked,
        )

    def document_opened(self, results: Results) -> None:
        """Show what is known of the document, and nothing of the one before."""
        app = self.app
        app.query_one(StatusLines).standing, self._evidence = results.standing, results.evidence
        app.query_one(StatusLines).parameters, app.query_one(StatusLines).older = Parameters(), False
        app.following.asked, app.studies.asked = results.followed, results.experimented
        app.comparing.shown_beside = results.beside
        app.query_one(ChartsPane).take_up(results.charted)
        app.query_one(SolverPane).take_up(results.told)
        had_states = results.standing is not None and results.standing.states > 0
        app.query_one(StatesPane).begin_anew(gone=had_states)
        self.runs.held.let_go = had_states
        self._mark_let_go()
        app.exploring.begin_anew()
        app.experimenting.take_up(results.studied)
        app.asking.take_up(*results.asked)
        app.query_one(WhatIfPane).begin_anew()
        if (latest := results.compared.latest) is not None:
            app.query_one(WhatIfPane).show_figures(latest)
        app.turning.begin_anew()
        app.turning.take_turned({})
        self.run_ended()
        app.going.action_pane(app.query_one(StatusLines).pane)  # what had the focus there may be gone

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
        stale, stale_views, study_stale = self.runs.stale, app.exploring.stale_views, app.studies.stale
        over_time = app.following.stale
        told_stale = self._evidence is not None and not self.runs.is_about(self._evidence)
        now = stale, stale_views, study_stale, over_time, told_stale
        if anew or now != self._shown_stale:  # at most keys nothing changes
            self._shown_stale = now
            app.query_one(ChartsPane).mark_stale(stale, over_time)
            app.query_one(StatesPane).mark_stale(stale_views)
            app.query_one(ExperimentsPane).mark_stale(study_stale)
            app.query_one(SolverPane).mark_stale(told_stale)
        app.query_one(WhatIfPane).take_text(self.runs.text)
        app.query_one(AskPane).mark_stale(self.runs.text, self.runs.overrides)
        app.query_one(StatusLines).stale = stale
        app.keeping.show_document()
