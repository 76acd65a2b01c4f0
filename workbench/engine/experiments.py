"""What the worker can be asked about experiments: those of a file, what a form means, and runs, point by point."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Protocol

from pepa.control.control import Control, Progress
from pepa.control.error import PepaError, unwritten
from pepa.language.assignment import assigned
from pepa.language.paths import resolved
from pepa.language.printer import name_text, number_text
from pepa.language.problem import LineIndex, ModelError, Problem
from pepa.language.rates import parameter_values
from pepa.language.saving import write_whole
from pepa.language.source import read_if_there, read_source
from pepa.net.compile import compile_model, load
from pepa.query.kind import ANY_KIND
from pepa.study.crews import crew
from pepa.study.elasticity import rates_of
from pepa.study.experiment import Experiment, rows, verdicts
from pepa.study.experiment_file import Sound, read_experiments, read_named, sound_experiments
from pepa.study.form import Form, FormError, form_error, form_of, form_text, turned
from pepa.study.kept import Kept, cache_file
from pepa.study.report import findings_report, subject_report
from pepa.study.run import run
from pepa.study.solving import Outcome
from pepa.study.toml_file import TomlFile
from workbench.engine.study_answers import (
    ExperimentFile,
    FormChoices,
    FormMeaning,
    ListedExperiment,
    StudyHead,
    StudyPart,
    StudyPoint,
    StudyWhole,
    Written,
)
from workbench.engine.writing_answers import WrittenText

MOST_POINTS = 20_000  # of a study that is looked at; `pepa sweep` has no such limit
MOST_CHOICES = 2_000  # names offered while typing
Overrides = Mapping[str, float]
AS_WRITTEN: Overrides = {}
TOLD = 0.05  # seconds between two parcels of points
SILENT = 0.2  # seconds without progress after which they are sent all the same


class Reporter(Protocol):
    """The watcher of a request, which can send parts of the answer too."""

    def __call__(self, progress: Progress) -> None:
        """Pass progress on; raises to cancel."""

    def part(self, found: StudyPart) -> None:
        """Send a part of the answer."""


def experiments(report: Reporter, path: str, text: str, document: str | None) -> ExperimentFile:
    """Return the experiments of a file, each with its form where it has one; `text` is that of the open document."""
    del report
    source = read_source(Path(path))
    found = _of_file(source, Path(path), text, document)
    lines = LineIndex(source)
    data = TomlFile(source).data()
    listed: list[ListedExperiment] = []
    for one in found.experiments:
        table = {"model": data.get("model", ""), **data[one.name]}
        form = form_of(table) if _is_document(Path(path).parent / table["model"], document) else None
        listed.append(
            {
                "name": one.name,
                "title": one.title,
                "points": len(one.points) * max(1, len(one.times)),
                "form": None if form is None else asdict(form),
                "told": _told(table),
            }
        )
    wrong = [_placed(problem, lines, Path(path)) for problem in found.problems]
    return {"path": path, "experiments": listed, "wrong": wrong}


def choices(report: Reporter, text: str, overrides: Overrides = AS_WRITTEN) -> FormChoices:
    """Return what can be written in each line of a form about a text with other values for some parameters."""
    del report
    model, _ = load(text)
    net, rates = compile_model(model, overrides), rates_of(model, dict(overrides))
    values = {name: rate.value for name, rate in parameter_values(model, overrides).items() if not rate.passive}
    measures = [
        *(f"throughput({name_text(action)})" for action in net.actions),
        *(f"population({name_text(name)})" for name in net.derivatives),
        *dict.fromkeys(f"utilisation({name_text(group.name.partition('#')[0])})" for group in net.groups),
    ]
    return {
        "vary": [f"{name}={_suggested(value, whole=name not in rates)}" for name, value in values.items()],
        "fixed": [f"{name}={number_text(value)}" for name, value in values.items()],
        "measures": measures[:MOST_CHOICES],
        "method": list(ANY_KIND),
    }


def form(report: Reporter, text: str, form: Mapping[str, str], overrides: Overrides = AS_WRITTEN) -> FormMeaning:
    """Return how many points a form about a text has, or which of its lines is wrong and why."""
    del report
    try:
        points = len(_of_form(turned(Form(**form), overrides), text).points)
    except FormError as error:
        return {"points": 0, "fault": {"field": error.field, "message": error.message, "hint": error.hint}}
    return {"points": points, "fault": None}


def save(
    report: Reporter,
    form: Mapping[str, str],
    path: str,
    name: str,
    document: str,
    overrides: Overrides = AS_WRITTEN,
) -> Written:
    """Add a form to an experiment file as an experiment about the document; make the file where there is none.

    What is turned is fixed in it. Raises PepaError where the name is taken or the file cannot be written.
    """
    del report
    target = Path(path)
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise PepaError(f"`{name}` is no name of an experiment", "letters, digits, _ and -")
    before = read_if_there(target)
    try:
        taken = name in TomlFile(before).data()
    except ModelError as error:
        raise PepaError(f"{target}: {error.message}", "save into another file") from None
    if taken:
        raise PepaError(f"{target.name} has an experiment `{name}` already", "take another name")
    model = _relative(Path(document), target.parent)
    added = form_text(turned(Form(**form), overrides), name, model)
    try:
        write_whole(target, f"{before.rstrip()}\n\n{added}" if before.strip() else added)
    except OSError as error:
        raise unwritten(target, error, "save it elsewhere") from None
    return {"path": str(target), "name": name}


def assign(report: Reporter, text: str, values: Mapping[str, float]) -> WrittenText:
    """Return the text with its parameters set to these values, those it does not define left out."""
    del report
    known = {definition.name.text for definition in load(text)[0].rates}
    return {"text": assigned(text, {name: value for name, value in values.items() if name in known})}


def study(
    report: Reporter,
    text: str,
    document: str | None,
    tolerance: float,
    most_states: int,
    form: Mapping[str, str] | None = None,
    path: str = "",
    name: str = "",
    overrides: Overrides = AS_WRITTEN,
) -> StudyWhole:
    """Run a form about the text, or an experiment of a file; its points come as parts. Return it whole at the end.

    What is turned holds where the experiment says nothing else, but for scenarios: those say what they are of the text.
    """
    experiment = wanted(text, document, form, path, name, overrides)
    if len(experiment.points) > MOST_POINTS:
        hint = f"here {MOST_POINTS:,} at most; `pepa sweep` and `pepa experiment` run any number"
        raise PepaError(f"{len(experiment.points):,} points are more than can be looked at", hint)
    report.part({"head": _head(experiment)})
    parcels = _Parcels(experiment, report)
    control = Control(tolerance=tolerance, most_states=most_states, report=parcels)
    try:
        for outcome in _outcomes(experiment, control):
            parcels.add(outcome)
    finally:
        parcels.send()  # those of an experiment that is cancelled stay
    found = sorted(parcels.found, key=lambda outcome: outcome.index)  # they came as they were ready
    points = rows(experiment, found)
    answer = findings_report(experiment, points, verdicts(experiment, points))
    return {**answer, "points": _numbered(experiment, found)}


class _Parcels:
    """Sends points as they are solved, many at a time, and progress no more often, which tells of none unsent."""

    def __init__(self, experiment: Experiment, report: Reporter) -> None:
        self._experiment, self._report = experiment, report
        self.found: list[Outcome] = []
        self._sent, self._next = 0, 0.0

    def add(self, outcome: Outcome) -> None:
        """Take a point, to be sent with what is told next, or now where nothing is: what was kept comes silently."""
        self.found.append(outcome)
        if (now := time.monotonic()) > self._next + SILENT:
            self._next = now
            self.send()

    def __call__(self, progress: Progress) -> None:
        """Pass progress on; raises to cancel."""
        if (now := time.monotonic()) >= self._next:
            self._next = now + TOLD
            self.send()
            self._report(progress)

    def send(self) -> None:
        """Send what has not been sent."""
        if rest := self.found[self._sent :]:
            self._sent = len(self.found)
            self._report.part({"points": _numbered(self._experiment, rest)})


def wanted(
    text: str, document: str | None, form: Mapping[str, str] | None, path: str, name: str, overrides: Overrides
) -> Experiment:
    """Return the experiment of a form about the text, or of a file, with what is turned."""
    if form is not None:
        return _of_form(turned(Form(**form), overrides), text)
    source = read_source(Path(path))
    of_file = _of_file(source, Path(path), text, document)
    if name in of_file.left_out:
        wrong = of_file.left_out[name]
        raise PepaError(_placed(wrong, LineIndex(source), Path(path)), wrong.hint)
    experiment = next((one for one in of_file.experiments if one.name == name), None)
    if experiment is None:
        raise PepaError(f"{path} has no experiment `{name}` any more", "open the file anew")
    return _turned(experiment, text, overrides)


def _turned(experiment: Experiment, text: str, overrides: Overrides) -> Experiment:
    if "scenario" in experiment.axes:
        return experiment
    settings = {one: replace(one, fixed=tuple({**overrides, **dict(one.fixed)}.items())) for one in experiment.settings}
    held = tuple(settings[one] if one.model == text else one for one in experiment.settings)
    return replace(experiment, settings=held)


def _outcomes(experiment: Experiment, control: Control) -> Iterator[Outcome]:
    with crew(None, None) as workers, _kept() as kept:
        yield from run(experiment.settings, experiment.points, control, workers, kept)


@contextlib.contextmanager
def _kept() -> Iterator[Kept | None]:
    """Give the points of earlier runs; where they cannot be had, every point is solved."""
    with contextlib.ExitStack() as stack:
        kept = None
        with contextlib.suppress(OSError):
            kept = stack.enter_context(contextlib.closing(Kept(cache_file())))
        yield kept


def _head(experiment: Experiment) -> StudyHead:
    """Return what is known before the first point."""
    setting = experiment.settings[0]
    return {
        **subject_report(experiment),
        "total": len(experiment.points),
        "fixed": dict(setting.fixed),
    }


def _numbered(experiment: Experiment, outcomes: Sequence[Outcome]) -> list[StudyPoint]:
    """Return the rows of outcomes, each with the parameters it was solved with and its place in the whole."""
    found: list[StudyPoint] = []
    for outcome in outcomes:
        own = {**dict(experiment.settings[outcome.index].fixed), **dict(experiment.points[outcome.index])}
        for place, row in enumerate(rows(experiment, [outcome])):
            found.append({**row, "order": [outcome.index, place], "set": own})
    return found


def _of_form(form: Form, text: str) -> Experiment:
    load(text)  # what is wrong with the model is told as such
    written = form_text(form)
    try:
        return read_experiments(written, lambda _: text)[0]
    except ModelError as error:
        raise form_error(written, error) from None


def _of_file(source: str, path: Path, text: str, document: str | None) -> Sound:
    """Return the experiments that a file holds; where they name the open document, its text as it stands is meant."""

    def model(name: str) -> str:
        return text if _is_document(path.parent / name, document) else read_named(path.parent / name)

    try:
        return sound_experiments(source, model)
    except ModelError as error:
        first = error.problems[0]
        more = f" (and {len(error.problems) - 1} more: pepa experiment {path})" if len(error.problems) > 1 else ""
        raise PepaError(f"{_placed(first, LineIndex(source), path)}{more}", first.hint) from None


def _placed(problem: Problem, lines: LineIndex, path: Path) -> str:
    place = lines.place(problem.span)
    return f"{path.name}:{place.line}:{place.column}: {problem.message}"


def _is_document(model: Path, document: str | None) -> bool:
    return document is not None and resolved(model) == resolved(Path(document))


def _told(table: Mapping[str, Any]) -> list[str]:
    """Return in lines what an experiment does."""
    plain = form_of({key: table[key] for key in ("vary", "fixed") if key in table}) or Form(vary="see the file")
    lines = [f"model     {table['model']}, {table.get('method', 'exact')}"]
    lines += [f"vary      {plain.vary}"] * bool(plain.vary) + [f"fixed     {plain.fixed}"] * bool(plain.fixed)
    for key in ("scenarios", "times", "elasticities", "design"):
        if key in table:
            value = table[key]
            lines.append(f"{key:<9} {value if isinstance(value, str) else ', '.join(map(str, value))}")
    measures = table["measures"]
    named = [f"{name} = {text}" for name, text in measures.items()] if isinstance(measures, dict) else measures
    return [*lines, f"measures  {', '.join(named)}"]


def _suggested(value: float, *, whole: bool) -> str:
    """Return a range around the value of a parameter: a whole number's, a probability's or a rate's."""
    if whole:
        return f"1..{max(5, round(2 * value))}"
    if 0 < value < 1:
        return "0.1:0.9:0.1" if 0.1 <= value <= 0.9 else f"{value / 4:g}:{min(1, value * 4):g}:*2"
    return f"{value / 4:g}:{value * 4:g}:*2"


def _relative(document: Path, folder: Path) -> str:
    """Return how a file in a folder names the document."""
    try:
        return resolved(document).relative_to(resolved(folder)).as_posix()
    except ValueError:
        return resolved(document).as_posix()


OPERATIONS = (experiments, choices, form, save, assign, study)
