"""Runs experiments about the document: what the experiments pane asks for, and what is answered."""

from __future__ import annotations

import shlex
from functools import partial
from pathlib import Path

from pepa.control.error import PepaError
from pepa.language.paths import is_there, typed_path
from workbench.desks.desk import Desk, beside
from workbench.engine import protocol
from workbench.engine.client import Failed
from workbench.engine.protocol import A
from workbench.engine.study_answers import ExperimentFile
from workbench.panes.dialogs import Ask, AskFor
from workbench.panes.experiments import ExperimentsPane, Studied
from workbench.panes.solver import SolverPane
from workbench.panes.solver_settings import How
from workbench.panes.study_results import StudyResults
from workbench.panes.whatif import WhatIfPane
from workbench.studies import PointsFound, StudyBegan, StudyEnded, StudyStopped
from workbench.told_keys import key_of
from workbench.widgets.editor import PepaEditor


class Experimenting(Desk):
    """Answers the experiments pane."""

    _offered: Path | None = None  # the experiment file that was opened without being asked for

    def show_experiments(self) -> None:
        """Offer what can be written in a form; at first, open the experiment file beside the document."""
        self.offer_choices()
        file = self._file()
        if file is not None and file != self._offered:
            self._offered = file
            if is_there(file):
                self.app.run_worker(partial(self._open_experiments, file), group="experiments")

    def take_up(self, studied: Studied | None) -> None:
        """Show the experiments of another model; those of its file, where they are looked at and it has none yet."""
        pane = self.app.query_one(ExperimentsPane)
        pane.take_up(studied)
        self._offered = None if studied is None else self._file()
        if pane.display:
            self.show_experiments()

    @beside(group="choices", exclusive=True)
    async def offer_choices(self) -> None:
        """Offer what can be varied and measured."""
        turned = dict(self.runs.overrides)
        answer = await self.runs.ask_aside(protocol.CHOICES, text=self.app.document.text, overrides=turned)
        if not isinstance(answer, Failed):
            self.app.query_one(ExperimentsPane).show_choices(answer, self.app.query_one(WhatIfPane).measure, turned)

    def _file(self) -> Path | None:
        """Return the file of experiments that goes with the document."""
        path = self.app.document.path
        return None if path is None else path.with_name(f"{path.stem}.experiments.toml")

    async def _open_experiments(self, path: Path) -> None:
        try:
            self._show_file(await self._read(str(path)))
        except PepaError as error:
            self.app.notify(error.hint, title=error.message, severity="error")

    async def _read(self, typed: str) -> ExperimentFile:
        """Return what an experiment file holds. Raises PepaError."""
        document = str(self.app.document.path) if self.app.document.path else None
        arguments = {"path": str(typed_path(typed)), "text": self.app.document.text, "document": document}
        return _or_raised(await self.runs.ask_aside(protocol.EXPERIMENTS, **arguments))

    def _show_file(self, answer: ExperimentFile) -> None:
        pane = self.app.query_one(ExperimentsPane)
        pane.show_experiments(answer["path"], answer["experiments"])
        if answer["wrong"]:
            self.app.notify("\n".join(answer["wrong"]), title="left out", severity="warning")
        if pane.has_focus_within:
            pane.focus_main()

    @beside()
    async def on_experiments_pane_file_wanted(self) -> None:
        """Ask for an experiment file and open it."""
        question, proposed = "Open the experiments", str(self._file() or "models/")
        answer = await self.app.push_screen_wait(AskFor(question, self._read, proposed))
        if answer is not None:
            self._show_file(answer)

    @beside(group="meaning", exclusive=True)
    async def on_experiments_pane_meaning_wanted(self, event: ExperimentsPane.MeaningWanted) -> None:
        """Show what a form means."""
        answer = await self.runs.ask_aside(
            protocol.FORM, text=self.app.document.text, form=event.form, overrides=self.runs.overrides
        )
        pane = self.app.query_one(ExperimentsPane)
        if isinstance(answer, Failed):
            pane.show_failure(str(answer), answer.hint)
        else:
            pane.show_meaning(answer)

    def settings(self) -> How | None:
        """Return how to solve; None, and why in a toast, where that cannot be."""
        try:
            return self.app.query_one(SolverPane).how
        except PepaError as error:
            self.app.notify(f"{error.message} ({error.hint})", title="Solver: nothing was run", severity="error")
            return None

    def on_experiments_pane_run_wanted(self, event: ExperimentsPane.RunWanted) -> None:
        """Run an experiment."""
        if (how := self.settings()) is None:
            return
        run = partial(
            self.app.studies.run,
            document=str(self.app.document.path) if self.app.document.path else None,
            tolerance=how.tolerance,
            most_states=how.most_states,
            form=event.form,
            path=event.path,
            name=event.name,
        )
        self.app.run_worker(run, group="solve")

    @beside()
    async def on_experiments_pane_write_wanted(self, event: ExperimentsPane.WriteWanted) -> None:
        """Ask where to write a form, and under which name; do it, and say how to run it from the shell."""
        file = self._file()
        if file is None:
            self.app.notify("an experiment names the file of its model: save the model first", severity="warning")
            return
        path = await self.app.push_screen_wait(Ask("Write the experiment into the file", str(file)))
        if path is None:
            return
        target = str(typed_path(path))
        where = {"path": target, "document": str(self.app.document.path)}

        async def written(name: str) -> str:
            given = {"form": event.form, "overrides": self.runs.overrides, "name": name}
            return _or_raised(await self.runs.ask_aside(protocol.SAVE, **where, **given))["name"]

        named = await self.app.push_screen_wait(AskFor("under the name", written))
        if named is None:
            return
        command = f"pepa experiment {shlex.quote(target)} {named}"
        unsaved = "; the model itself is not saved yet" if self.app.document.dirty else ""
        self.app.notify(f"run it again: {command}{unsaved}", title="written", timeout=15)

    @beside()
    async def on_study_results_point_chosen(self, event: StudyResults.PointChosen) -> None:
        """Put the parameters of a point into the model's text, as one edit."""
        answer = await self.runs.ask_aside(protocol.ASSIGN, text=self.app.document.text, values=event.values)
        if isinstance(answer, Failed):
            self.app.notify(answer.hint, title=str(answer), severity="error")
            return
        told = "  ".join(f"{name}={value:g}" for name, value in event.values.items())
        if answer["text"] == self.app.document.text:
            self.app.notify(f"the model has these values already: {told}")
        else:
            self.app.query_one(PepaEditor).replace_all(answer["text"])
            run = key_of(self.app, "app.run")
            self.app.notify(f"{told} · {run} runs it; it can be undone in the text", title="into the model")

    def on_study_began(self, event: StudyBegan) -> None:
        """Show an empty chart."""
        self.app.query_one(ExperimentsPane).begin(event.head)
        self.app.showing.show_staleness()  # of the one before, which it takes the place of

    def on_points_found(self, event: PointsFound) -> None:
        """Let the curves grow."""
        self.app.query_one(ExperimentsPane).results.add(event.points)

    def on_study_ended(self, event: StudyEnded) -> None:
        """Show an experiment whole."""
        self.app.query_one(ExperimentsPane).end(event.report)
        self.app.showing.run_ended()

    def on_study_stopped(self, event: StudyStopped) -> None:
        """Say why an experiment ended early; its points stay."""
        pane = self.app.query_one(ExperimentsPane)
        if event.message:
            pane.results.stop()
            pane.show_failure(event.message, event.hint)
        else:
            pane.show_stopped()
        if self.runs.busy:
            self.app.showing.show_staleness()
        else:
            self.app.showing.run_ended()


def _or_raised(answer: A | Failed) -> A:
    """Return an answer; raises PepaError where there is none."""
    if isinstance(answer, Failed):
        raise PepaError(str(answer), answer.hint)
    return answer
