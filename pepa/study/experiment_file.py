"""Reading experiment files: TOML with one table an experiment, checked against the models it names."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pepa.control.error import PepaError
from pepa.language.nearest import known_parameters
from pepa.language.problem import ModelError, Problem, Span
from pepa.language.source import read_if_there, read_source
from pepa.net.compile import compile_model, load
from pepa.query.expression import ExpressionError
from pepa.query.kind import ANY_KIND, Kind, kind_asked
from pepa.query.measure import understood
from pepa.query.shares import FEWEST_PASSAGES, PASSAGES
from pepa.study import elasticity
from pepa.study.claims import Claim, judged, plain
from pepa.study.experiment import KINDS, Chart, Experiment, results, told_point
from pepa.study.experiment_points import LARGEST_SEED, RESERVED, read_points, read_times
from pepa.study.ranges import counted_points
from pepa.study.scenarios import BESIDE, read_scenarios, scenarios_file
from pepa.study.solving import Outcome, Row, Setting
from pepa.study.toml_file import Data, Table, TomlFile

NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")  # of an experiment, and of the files its results are written to
MOST_EXPERIMENTS = 1_000
MOST_REPLICATIONS = 10_000_000
Measures = tuple[tuple[str, str], ...]


def experiments(path: Path) -> tuple[Experiment, ...]:
    """Return the experiments of a file; the models they name are relative to it.

    Raises ModelError with all that is wrong, in place; PepaError where the file is no text.
    """
    return read_experiments(read_source(path), lambda model: read_named(path.parent / model))


def read_named(path: Path) -> str:
    """Return the text of a model that is named, or of the scenarios beside one, of which there need be none."""
    return read_if_there(path) if path.name.endswith(BESIDE) else read_source(path)


def read_experiments(text: str, read_model: Callable[[str], str]) -> tuple[Experiment, ...]:
    """Return the experiments of a text; `read_model` gives the text of a model that is named there.

    Raises ModelError with all that is wrong, in place.
    """
    found = sound_experiments(text, read_model)
    if found.problems:
        raise ModelError(found.problems)
    return found.experiments


@dataclass(frozen=True)
class Sound:
    """The experiments of a file that can be run, and what is wrong with the file and the others, in place."""

    experiments: tuple[Experiment, ...]
    left_out: dict[str, Problem]  # by name, the first problem of each
    problems: tuple[Problem, ...]


def sound_experiments(text: str, read_model: Callable[[str], str]) -> Sound:
    """Return the experiments of a text with which nothing is wrong, and what is wrong with the others.

    Raises ModelError with all that is wrong where there is none, or so much that it is hardly a file of experiments.
    """
    file = TomlFile(text)
    top = Table(file, (), file.data())
    model = top.take("model", str, "")
    top.take("about", str, "")
    found: list[Experiment] = []
    left_out: dict[str, Problem] = {}
    if sum(isinstance(data, dict) for data in top.data.values()) > MOST_EXPERIMENTS:
        file.wrong((), f"more than {MOST_EXPERIMENTS:,} experiments in one file", "put them into several")
        file.refuse()
    for name, data in top.data.items():
        if isinstance(data, dict):
            top.taken.add(name)
            before = len(file.problems)
            if not NAME.fullmatch(name):
                hint = "results are written to files of that name; a title may be any text"
                top.wrong(name, f"`{name}` is no name of an experiment: it is of letters, digits, _ and -", hint)
            experiment = _Reader(Table(file, (name,), data), read_model, model).experiment(name)
            if len(file.problems) > before:
                left_out[name] = file.problems[before]
            elif experiment is not None:
                found.append(experiment)
    top.close()
    if not found:
        if not left_out:
            file.wrong((), "there is no experiment in this file", "each is a table: [name]")
        file.refuse()
    return Sound(tuple(found), left_out, tuple(sorted(file.problems, key=lambda problem: problem.span.start)))


class _Reader:
    """Reads one experiment. Problems are noted in the file; where there are any, there is no experiment."""

    def __init__(self, table: Table, read_model: Callable[[str], str], model: str) -> None:
        self.table, self.read_model = table, read_model
        self.model = table.take("model", str, model)
        self.before = len(table.file.problems)

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong with the experiment so far."""
        return len(self.table.file.problems) == self.before

    def experiment(self, name: str) -> Experiment | None:
        table = self.table
        title, about = table.take("title", str, name), table.take("about", str, "").strip()
        measures, times = self.measures(), read_times(table)
        points, axes = read_points(table)
        settings = self.settings(measures, times, axes)
        elastic = self.elastic(settings)
        charts = tuple(self.chart(one) for one in table.tables("charts"))
        claims = tuple(self.claim(one) for one in table.tables("claims"))
        table.close()
        if not self.sound:
            return None
        settings = {label: replace(setting, elastic=tuple(elastic)) for label, setting in settings.items()}
        named = "" not in settings
        try:
            counted_points(math.prod(map(len, (settings, points, times or (0.0,)))), "the experiment has")
        except PepaError as error:
            table.attempt("vary", error)
            return None
        every = [(label, setting, point) for label, setting in settings.items() for point in points]
        found = Experiment(
            name,
            title,
            about,
            (*(["scenario"] if named else []), *axes, *(["time"] if times else [])),
            measures,
            tuple(setting for _, setting, _ in every),
            tuple(tuple(point.items()) for _, _, point in every),
            tuple({**({"scenario": label} if named else {}), **point} for label, _, point in every),
            times,
            tuple(elastic),
        )
        self.check(found, charts, claims)
        return replace(found, charts=charts, claims=claims)

    def measures(self) -> Measures:
        """Return the measures by label: those of a list are their own labels."""
        table, given = self.table, self.table.data.get("measures")
        if isinstance(given, dict):
            inner = Table(table.file, (*table.path, "measures"), given)
            table.taken.add("measures")
            self.labelled(inner, "a measure")
            return tuple((label, inner.take(label, str, "0")) for label in given)
        texts = table.texts("measures")
        if not given:
            table.wrong("measures", "nothing is measured", 'as in measures = ["throughput(useVM)"]')
        return tuple((text, text) for text in texts)

    def labelled(self, table: Table, what: str) -> None:
        for name in table.data:
            if not name.strip():
                table.wrong(name, f"the name of {what} is empty", "give it one")

    # What is solved

    def settings(self, measures: Measures, times: tuple[float, ...], axes: tuple[str, ...]) -> dict[str, Setting]:
        """Return what is solved by the name of the scenario; one without a name where there are none."""
        table = self.table
        method = self.method(table, "exact")
        general = Setting(
            "",
            tuple(self.numbers(table, "fixed").items()),
            measures,
            method,
            times,
            table.share("precision", 0.01),
            table.between("replications", 1000, 2, MOST_REPLICATIONS),
            table.between("passages", PASSAGES, FEWEST_PASSAGES, MOST_REPLICATIONS),
            table.between("seed", 1, 0, LARGEST_SEED),
        )
        self.apart(table, axes)
        named = isinstance(table.data.get("scenarios"), list)
        scenarios: Data = self.kept(table.texts("scenarios")) if named else table.take("scenarios", dict, {})
        if not scenarios:
            return {"": self.setting(table, self.model, general, axes)}
        found = {}
        self.labelled(Table(table.file, (*table.path, "scenarios"), scenarios), "a scenario")
        for name, data in scenarios.items():
            if not isinstance(data, dict):
                table.file.wrong((*table.path, "scenarios", name), f"`{name}` is a table", "{ fixed = { r5 = 0.06 } }")
                continue
            own = Table(table.file, (*table.path, "scenarios", *([] if named else [name])), data)
            if not named:
                self.apart(own, axes)
            fixed = {**dict(general.fixed), **self.numbers(own, "fixed")}
            scenario = replace(general, method=self.method(own, method), fixed=tuple(fixed.items()))
            found[name] = self.setting(own, own.take("model", str, self.model), scenario, axes)
            own.close()
        return found

    def apart(self, table: Table, axes: tuple[str, ...]) -> None:
        """See that nothing is both fixed and varied."""
        given = table.data.get("fixed")
        for name in axes:
            if isinstance(given, dict) and name in given:
                said, hint = f"`{name}` is varied, and fixed here", "leave it out of one of them"
                table.file.wrong((*table.path, "fixed", name), said, hint)

    def kept(self, names: list[str]) -> Data:
        """Return the scenarios of these names that are kept beside the model, as they would be written here."""
        path = str(scenarios_file(Path(self.model or "model.pepa")))
        try:
            kept = read_scenarios(self.read_model(path), load(self.read_model(self.model))[0])
            return {name: {"fixed": kept.take(name, Path(path))} for name in names}
        except ModelError as error:
            self.table.wrong("scenarios", f"{path}, or its model, has errors, the first: {error.message}", "mend it")
        except PepaError as error:
            self.table.attempt("scenarios", error)
        return {}

    def method(self, table: Table, default: str) -> str:
        method = table.take("method", str, default)
        if method not in ANY_KIND:
            table.wrong("method", f"there is no method `{method}`", f"the methods are {', '.join(ANY_KIND)}")
        return method

    def numbers(self, table: Table, key: str) -> dict[str, float]:
        data: Data = table.take(key, dict, {})
        inner = Table(table.file, (*table.path, key), data)
        return {name: inner.take(name, float, 0.0) for name in data}

    def setting(self, table: Table, model: str, setting: Setting, axes: tuple[str, ...]) -> Setting:
        """Return the setting with the text of its model; see that its parameters and measures have a meaning."""
        if not model:
            table.wrong("model", "no model is named", 'as in model = "vm_launch.pepa", relative to this file')
            return setting
        try:
            text = self.read_model(model)
            parsed, _ = load(text)
            parameters = dict.fromkeys(definition.name.text for definition in parsed.rates)
            for key, names in (("fixed", dict(setting.fixed)), ("vary", axes)):
                for name in names:
                    if name not in parameters and name not in RESERVED:
                        place = (*(table if key in table.data else self.table).path, key, name)
                        said = f"{model} has no parameter `{name}`"
                        table.file.wrong(place, said, known_parameters(parameters))
            if self.sound:
                self.measurable(setting, compile_model(parsed, dict(setting.fixed)))
        except ModelError as error:
            table.wrong("model", f"{model} has errors, the first: {error.message}", f"see all: pepa check {model}")
        except PepaError as error:
            table.attempt("model", error)
        else:
            return replace(setting, model=text)
        return setting

    def measurable(self, setting: Setting, net: Any) -> None:
        for label, measure in setting.measures:
            try:
                understood([measure], net, kind_asked(setting.method), over_time=bool(setting.times))
            except ExpressionError as error:
                self.table.misread("measures", label, error)

    def elastic(self, settings: dict[str, Setting]) -> dict[str, float]:
        """Return the parameters that elasticities are asked to, with their values."""
        table = self.table
        given = table.data.get("elasticities")
        wanted = [] if given == "all" else table.texts("elasticities")
        table.taken.add("elasticities")
        if given is None or not self.sound:
            return {}
        if {"vary", "scenarios", "times"} & table.data.keys():
            table.wrong("elasticities", "elasticities are to one model at rest", "take out vary, scenarios and times")
            return {}
        (setting,) = settings.values()
        if setting.method == Kind.SIMULATED:
            hint = 'as in method = "exact", or "fluid"'
            table.wrong("elasticities", "a simulation has no elasticities: its figures are random", hint)
            return {}
        try:
            return elasticity.chosen(wanted, elasticity.rates_of(load(setting.model)[0], dict(setting.fixed)))
        except PepaError as error:
            table.attempt("elasticities", error)
            return {}

    # What is drawn and claimed

    def chart(self, table: Table) -> Chart:
        kind = table.take("kind", str, "lines")
        if kind not in KINDS:
            table.wrong("kind", f"there is no chart of kind `{kind}`", f"the kinds are {', '.join(KINDS)}")
        x, by, y = table.take("x", str, ""), table.take("by", str, ""), tuple(table.texts("y"))
        found = Chart(kind, x, y, by, table.take("title", str, ""))
        table.close()
        return found

    def claim(self, table: Table) -> Claim:
        found = Claim(*(table.take(key, str, "") for key in ("claim", "holds", "value", "note")))
        for key, text in (("claim", found.text), ("holds", found.holds)):
            if not text:
                table.wrong(key, f"a claim has a text `{key}`", 'claim = "it grows", holds = "increasing(a)"')
        table.close()
        return found

    def check(self, found: Experiment, charts: tuple[Chart, ...], claims: tuple[Claim, ...]) -> None:
        """See that charts and claims are about what there is."""
        table = self.table
        for index, chart in enumerate(charts):
            path = (*table.path, "charts", index)
            needed = ("x", "by") if chart.kind == "heat map" else ("x",) if chart.kind != "none" else ()
            for key, names, there in (
                ("x", (chart.x,), found.axes),
                ("by", (chart.by,), found.axes),
                ("y", chart.y or ("",), found.labels),
            ):
                for name in names:
                    if (name or key in (*needed, "y")) and name not in there and chart.kind != "none":
                        table.file.wrong((*path, key), f"there is no `{name}` to draw", f"it is of {', '.join(there)}")
        self.told_apart(found)
        times = [{"time": time} for time in found.times] or [{}]
        nothing = [told_point({**shown, **time}, Row({}), Outcome(0, ())) for shown in found.shown for time in times]
        columns = results(found, nothing)
        for index, claim in enumerate(claims):
            try:
                judged(claim, columns)
            except ExpressionError as error:
                key = "value" if error.text == claim.value else "holds"
                table.file.wrong((*table.path, "claims", index, key), error.said, error.hint, error.span)

    def told_apart(self, found: Experiment) -> None:
        """See that no name that a claim or a column can have is that of two things."""
        table = self.table
        known = {name: axis for axis in found.axes for name in (axis, f'"{axis}"')}
        for label, text in found.measures:
            known |= {name: plain(text) for name in (label, f'"{label}"') if name not in known}
        for label, text in found.measures:
            measure = plain(text)
            twice = next(
                (name for name in (label, measure) if known.get(name, measure) != measure or name in found.axes), ""
            )
            if twice:
                what = "an axis" if twice.strip('"') in found.axes else "another measure"
                message = f"`{twice}` is both this measure and {what}"
                hint = "give the measure a name that nothing else has: claims, charts and tables go by it"
                table.misread("measures", label, ExpressionError(text, Span(0, len(text)), message, hint))
