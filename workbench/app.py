"""The app: composes the panes, routes their messages, owns the keys that work everywhere."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable
from typing import ClassVar, TypeVar

from textual import events, work
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Footer

from workbench import runs
from workbench.document import Document
from workbench.engine.client import Engine, Failed
from workbench.experiment_app import ExperimentApp
from workbench.panes.charts import ChartsPane
from workbench.panes.dialogs import Ask
from workbench.panes.experiments import ExperimentsPane
from workbench.panes.pane import Pane
from workbench.panes.solver import SolverPane
from workbench.panes.source import SourcePane
from workbench.panes.states import StatesPane
from workbench.status import StatusLines
from workbench.widgets.editor import PepaEditor

WIDE = 110  # columns from which panes stand side by side
CHECK_AFTER = 0.15  # seconds without a key press
SOLVE_AFTER = 0.6  # the same, in live mode
App = TypeVar("App", bound="Workbench")
Event = TypeVar("Event")


def while_open(handler: Callable[[App, Event], None]) -> Callable[[App, Event], None]:
    """Let a handler of the engine's answers do nothing once the app is closing: its panes are gone then."""

    @functools.wraps(handler)
    def guarded(app: App, event: Event) -> None:
        if len(app.query(".pane")) == len(PANES):
            handler(app, event)

    return guarded


PANES: dict[str, type[Pane]] = {
    "source": SourcePane,
    "states": StatesPane,
    "solver": SolverPane,
    "charts": ChartsPane,
    "experiments": ExperimentsPane,
}


class Workbench(ExperimentApp):
    """The terminal workbench for PEPA models."""

    TITLE = "PEPA workbench"
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "manual", "Help", id="app.help", tooltip="The manual, at the topic of where you are"),
        Binding("ctrl+s", "save", "Save", id="app.save", tooltip="Write the model to its file"),
        Binding("f5", "solve", "Run", id="app.run", tooltip="Derive and solve the model as it stands"),
        Binding("escape", "cancel", "Cancel", id="app.cancel", tooltip="Stop the run"),
        Binding("f7", "experiment", "Experiment", id="app.experiment", priority=True,
                tooltip="To the experiments; there: run the one shown"),
        Binding("f8", "step", "Step", id="app.step", tooltip="Step through the model from its initial state"),
        Binding("f9", "live", "Live", id="app.live", tooltip="Run after every pause in typing, or no longer"),
        Binding("ctrl+q", "leave", "Quit", show=False, id="app.quit", tooltip="Leave the workbench", priority=True),
        Binding("ctrl+o", "open", "Open", show=False, id="app.open", tooltip="Open another model"),
        Binding("ctrl+p", "command_palette", "Commands", id="app.commands", tooltip="Every command, by its name"),
        Binding("ctrl+l", "repaint", "Repaint", show=False, id="app.repaint", tooltip="Paint the whole screen anew"),
        Binding("ctrl+t", "suspend_process", "Suspend", show=False, id="app.suspend",
                tooltip="Back to the shell; fg returns"),
        *(
            Binding(f"alt+{number}", f"pane('{name}')", name.title(), show=False, priority=True, id=f"app.{name}",
                    tooltip=f"Go to the {name} pane")
            for number, name in enumerate(PANES, 1)
        ),
    ]  # fmt: skip

    def __init__(self, document: Document, *, own_colours: bool = False) -> None:
        super().__init__(document, own_colours=own_colours)
        self.animation_level = "none"
        self.live = False
        self._engine = Engine()
        self._runs = runs.Runs(self._engine, self.post_message)
        self._runs.edited(document.text)
        self._pauses: list[Timer] = []
        self._until = 100.0
        self._analysing = False

    def compose(self) -> ComposeResult:
        """Status, panes, keys."""
        yield StatusLines(list(PANES))
        with Horizontal(id="panes"):
            with Vertical(classes="column"):
                yield SourcePane(self.document.text)
            with Vertical(classes="column", id="answers"):
                yield ChartsPane()
                yield SolverPane()
                yield StatesPane()
                yield ExperimentsPane()
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Listen to signals; start the engine after the first paint."""
        self.listen_to_signals()
        self.document_changed()
        self.action_pane("source")
        self.call_after_refresh(self._begin)

    @work
    async def _begin(self) -> None:
        await self._engine.start()
        self.recover()
        await self._runs.check()

    async def on_unmount(self) -> None:
        """End the worker processes."""
        await self._engine.stop()

    def on_resize(self, event: events.Resize) -> None:
        """Panes side by side, or one at a time."""
        self.screen_stack[0].set_class(event.size.width < WIDE, "narrow")

    # What the user does

    def on_pepa_editor_edited(self, event: PepaEditor.Edited) -> None:
        """Take the text; check it, and in live mode solve it, when typing pauses."""
        if event.text == self.document.text:
            return
        self.document = self.document.edited(event.text)
        self._runs.edited(event.text)
        self.query_one(SourcePane).drop_marks()
        self._show_staleness()
        for timer in self._pauses:
            timer.stop()
        self._pauses = [self.set_timer(CHECK_AFTER, self._settled)]
        if self.live:
            self._pauses.append(self.set_timer(SOLVE_AFTER, self.action_solve))

    def _settled(self) -> None:
        self.keep_recovery()
        self.run_worker(self._runs.check(), group="check", exclusive=True)

    def action_solve(self, derive_only: bool = False) -> None:
        """Analyse the model as it stands."""
        solver = self.query_one(SolverPane)
        run = self._runs.solve(solver.tolerance, solver.most_states, derive_only=derive_only)
        self.run_worker(run, group="solve")

    def on_solver_pane_run_wanted(self, event: SolverPane.RunWanted) -> None:
        """Run as the solver pane asks."""
        self.action_solve(event.derive_only)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to cancel only what runs."""
        return super().check_action(action, parameters) if action != "cancel" else self._analysing

    def action_cancel(self) -> None:
        """Stop the run."""
        self.run_worker(self._runs.cancel(), group="cancel")

    def action_live(self) -> None:
        """Turn live mode on or off."""
        self.live = not self.live
        self.query_one(StatusLines).live = self.live
        if self.live:
            self.action_solve()

    def action_pane(self, name: str) -> None:
        """Go to a pane."""
        target = self.query_one(PANES[name])
        for pane in self.query(".pane"):
            pane.set_class(pane is target, "active")
        for column in self.query(".column"):
            column.set_class(column is target.parent, "active")
        if name != "source":
            self.query_one("#answers").set_class(name == "experiments", "experimenting")
        if name == "experiments":
            self.show_experiments()
        self.query_one(StatusLines).pane = name
        self.call_after_refresh(target.focus_main)

    def action_experiment(self) -> None:
        """Go to the experiments; there, run the one shown."""
        pane = self.query_one(ExperimentsPane)
        if pane.has_focus_within:
            pane.action_run()
        else:
            self.action_pane("experiments")

    @work
    async def action_step(self) -> None:
        """Step through the model from its initial state."""
        self.action_pane("states")
        await self._show_step(0)

    def action_manual(self) -> None:
        """Open the manual at the topic of the pane that has the focus."""
        from workbench.panes.help import Manual, key_table

        keys = {pane.HELP_TOPIC: key_table(pane.TITLE, pane.BINDINGS) for pane in PANES.values()}
        keys["source"] += key_table("the text", PepaEditor.BINDINGS)
        keys["start"] = key_table("everywhere", self.BINDINGS)
        focused = [pane.HELP_TOPIC for pane in PANES.values() if self.query_one(pane).has_focus_within]
        self.push_screen(Manual(focused[0] if focused else "start", keys))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every key of the app in the command palette, by name."""
        yield from super().get_system_commands(screen)
        yield SystemCommand("Save as", "Write the model to another file", self.action_save_as)
        for binding in self.BINDINGS:
            if isinstance(binding, Binding):
                run = binding.action
                yield SystemCommand(
                    f"{binding.description} ({binding.key})",
                    binding.tooltip,
                    lambda run=run: self.call_later(self.run_action, run),
                )

    # What the panes want

    def on_charts_pane_baseline_wanted(self) -> None:
        """Compare with the figures shown now from here on."""
        self._runs.baseline = self._runs.latest
        self.query_one(ChartsPane).show_report(self._runs.latest, self._runs.latest, "as set")
        self.notify("baseline set: later results are compared with these")

    @work
    async def on_solver_pane_advice_wanted(self) -> None:
        """Say what to expect before a run."""
        sentences = await self._runs.advice()
        for pane in self.query(SolverPane):  # none once the app is closing
            pane.show_advice(sentences)

    def on_charts_pane_series_wanted(self, event: ChartsPane.SeriesWanted) -> None:
        """Follow the model over time."""
        self.run_worker(self._runs.follow(event.methods, self._until, event.measure), group="solve")

    @work
    async def on_charts_pane_until_wanted(self) -> None:
        """Ask how long to follow the model, and do."""
        answer = await self.push_screen_wait(Ask("Follow the model until time", f"{self._until:g}"))
        if answer is None:
            return
        try:
            self._until = _positive(answer)
        except ValueError:
            self.notify(f"`{answer}` is not a time: a positive number is", severity="error")
        else:
            self.query_one(ChartsPane).action_follow()

    @work
    async def on_states_pane_rows_wanted(self, event: StatesPane.RowsWanted) -> None:
        """Fetch a page of states."""
        rows = await self._runs.rows(event.start, event.end, by_probability=event.by_probability)
        for pane in self.query(StatesPane):  # none once the app is closing
            pane.fill(event.start, rows, event.generation)

    @work
    async def on_states_pane_state_wanted(self, event: StatesPane.StateWanted) -> None:
        """Step into a state."""
        await self._show_step(event.state)

    @work
    async def on_states_pane_number_wanted(self) -> None:
        """Ask for the number of a state, and step into it."""
        answer = await self.push_screen_wait(Ask("Go to state number"))
        if answer is not None and answer.replace(",", "").isdecimal():
            await self._show_step(int(answer.replace(",", "")))
        elif answer is not None:
            self.notify(f"`{answer}` is not the number of a state", severity="error")

    async def _show_step(self, state: int) -> None:
        detail = await self._runs.step(state)
        if isinstance(detail, Failed):
            self.notify(f"{detail}: {detail.hint}", severity="warning")
        else:
            for pane in self.query(StatesPane):  # none once the app is closing
                pane.show_step(detail)

    # What the engine answers

    @while_open
    def on_checked(self, event: runs.Checked) -> None:
        """Show the problems of the text."""
        self.query_one(SourcePane).show_problems(event.problems)
        if event.parameters is not None:
            self.query_one(StatusLines).parameters = event.parameters
            if self.query_one(ExperimentsPane).display:
                self.offer_choices()

    @while_open
    def on_running(self, event: runs.Running) -> None:
        """Show how far the run has got."""
        self.query_one(SolverPane).show_running(event.progress.stage, event.progress.message, event.progress.done)
        self.query_one(StatusLines).running = self.query_one(SolverPane).brief
        self._set_analysing(True)
        if event.progress.stage == "study":
            self.query_one(ExperimentsPane).show_running(event.progress.message)

    @while_open
    def on_finished(self, event: runs.Finished) -> None:
        """Show an answer in all panes."""
        report = event.report
        self._idle()
        self.query_one(SolverPane).show_report(report)
        self.query_one(SourcePane).show_problems(report["problems"])
        self.query_one(StatesPane).show_space(report["states"], "method" in report)
        if "method" in report:
            self.query_one(ChartsPane).show_report(report, self._runs.baseline, "first run")
        self.query_one(StatusLines).report = report
        self._show_staleness()

    @while_open
    def on_stopped(self, event: runs.Stopped) -> None:
        """Say why there is no answer; what was there stays."""
        self._idle()
        if event.problems:
            self.query_one(SourcePane).show_problems(event.problems)
        if event.message:
            self.query_one(SolverPane).show_failure(event.message, event.hint)
            self.notify(event.message, title="no answer", severity="error")
        else:
            self.notify("cancelled")

    @while_open
    def on_series_found(self, event: runs.SeriesFound) -> None:
        """Add a method to the chart over time."""
        self.query_one(ChartsPane).show_series(event.method, event.series)

    @while_open
    def on_series_refused(self, event: runs.SeriesRefused) -> None:
        """Say why a method is not in the chart over time."""
        self.query_one(ChartsPane).show_series_failure(event.method, event.reason)

    @while_open
    def on_series_ended(self, event: runs.SeriesEnded) -> None:
        """All methods have answered."""
        del event
        self._idle()

    def run_ended(self) -> None:
        """Show that nothing runs, and which figures are of an older text."""
        self._idle()
        self._show_staleness()

    def _idle(self) -> None:
        self.query_one(SolverPane).show_idle()
        self.query_one(StatusLines).running = ""
        self._set_analysing(False)

    def _set_analysing(self, running: bool) -> None:
        if running != self._analysing:
            self._analysing = running
            self.refresh_bindings()

    def _show_staleness(self) -> None:
        stale = self._runs.stale
        self.query_one(ChartsPane).mark_stale(stale)
        self.query_one(StatesPane).show_stale(stale)
        self.query_one(ExperimentsPane).mark_stale(self._runs.study_stale)
        self.query_one(StatusLines).stale = stale
        self.document_changed()

    def document_opened(self) -> None:
        """Forget the analyses of the document before."""
        self._runs = runs.Runs(self._engine, self.post_message)
        self._runs.edited(self.document.text)
        self.query_one(StatusLines).report = {}
        self._show_staleness()
        self._settled()


def _positive(text: str) -> float:
    """Return a positive finite number; raises ValueError for anything else."""
    value = float(text)
    if not 0 < value < math.inf:
        raise ValueError(text)
    return value
