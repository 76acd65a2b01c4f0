"""Scenarios: named sets of overrides, kept beside the model in a TOML file with one table a scenario.

[busy]
p = 0.2
r5 = 4
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pepa.control.error import PepaError, unwritten
from pepa.language.nearest import Nearest, known_parameters, nearest
from pepa.language.numbers import told_number
from pepa.language.printer import number_text
from pepa.language.problem import LineIndex, ModelError, Problem
from pepa.language.saving import write_whole
from pepa.language.source import read_if_there
from pepa.language.syntax import Model
from pepa.net.compile import compile_model
from pepa.study.toml_file import HEADER, Table, TomlFile

BESIDE = ".scenarios.toml"  # in place of the suffix of the model
BASE = "base"  # the model as it is written
NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")
MOST_SCENARIOS = 1_000
Overrides = Mapping[str, float]


def scenarios_file(model: Path) -> Path:
    """Return where the scenarios of a model are kept."""
    return model.with_suffix(BESIDE)


@dataclass(frozen=True)
class Kept:
    """The scenarios of a file that can be had, each by its overrides, and what is wrong with the others, in place."""

    text: str
    scenarios: dict[str, dict[str, float]]
    left_out: dict[str, Problem]  # by name, the first problem of each
    problems: tuple[Problem, ...]

    def take(self, name: str, path: Path) -> dict[str, float]:
        """Return the overrides of a scenario, or of BASE; raises PepaError where it is wrong, or there is none."""
        known = {BASE: {}, **self.scenarios}
        if name in known:
            return known[name]
        if name in self.left_out:
            wrong = self.left_out[name]
            raise PepaError(f"the scenario `{name}` has no sense: {self._placed(path, wrong)}", wrong.hint)
        close = nearest(name, known)
        some = ", ".join(list(known)[:20])
        hint = (
            f"did you mean `{close}`?" if close else f"they are {some}; another: NAME=VALUE --save {name}, in the app B"
        )
        raise PepaError(f"there is no scenario `{name}` in {path}", hint)

    def told(self, path: Path) -> list[str]:
        """Return a line for each problem: where, what is wrong, what to try."""
        return [f"{self._placed(path, problem)}: {problem.hint}" for problem in self.problems]

    def _placed(self, path: Path, problem: Problem) -> str:
        return f"{path.name}, line {self._lines.place(problem.span).line}: {problem.message}"

    @cached_property
    def _lines(self) -> LineIndex:
        return LineIndex(self.text)


def read_scenarios(text: str, model: Model) -> Kept:
    """Return the scenarios in the order of the text: those with wrong names or values are told and left out.

    Raises ModelError where the text is no TOML, or so much is wrong that it is hardly a file of scenarios.
    """
    file = TomlFile(text)
    top = Table(file, (), file.data())
    if len(top.data) > MOST_SCENARIOS:
        file.wrong((), f"more than {MOST_SCENARIOS:,} scenarios in one file", "take out those of no use")
        file.refuse()
    parameters = dict.fromkeys(definition.name.text for definition in model.rates)
    near = Nearest(parameters)
    found: dict[str, dict[str, float]] = {}
    left_out: dict[str, Problem] = {}
    for name, data in top.data.items():
        before = len(file.problems)
        overrides = _scenario(top, name, data, model, parameters, near)
        if len(file.problems) > before:
            left_out[name] = file.problems[before]
        else:
            found[name] = overrides
    return Kept(text, found, left_out, tuple(sorted(file.problems, key=lambda problem: problem.span.start)))


def _scenario(
    top: Table, name: str, data: object, model: Model, parameters: Mapping[str, None], near: Nearest
) -> dict[str, float]:
    """Return the overrides of a scenario; what is wrong with it is noted in the file."""
    if not NAME.fullmatch(name) or name == BASE:
        top.wrong(name, *_no_name(name))
    if not isinstance(data, dict):
        hint = "as in [busy], and below it r5 = 4"
        top.file.wrong((name, 0), f"the scenario `{name}` is a table of parameters", hint)
        return {}
    table, before = Table(top.file, (name,), data), len(top.file.problems)
    for parameter in (name for name in data if name not in parameters):
        close = near.to(parameter)
        hint = f"did you mean `{close}`?" if close else known_parameters(parameters)
        table.wrong(parameter, f"the model has no parameter `{parameter}`", hint)
    overrides = {parameter: table.take(parameter, float, 0.0) for parameter in data}
    if len(top.file.problems) == before:
        _sensible(table, model, overrides)
    return overrides


def _sensible(table: Table, model: Model, overrides: Overrides) -> None:
    """See that the model can have the values; the problem is at the first that it cannot have by itself."""
    said = _refused(model, overrides)
    if said is None:
        return
    for parameter, value in overrides.items():
        alone = _refused(model, {parameter: value})
        if alone is not None:
            table.wrong(parameter, f"the model cannot have {parameter} = {told_number(value)}: {alone.message}",
                        alone.hint or "choose another value")  # fmt: skip
            return
    table.file.wrong(table.path, f"the model cannot have these together: {said.message}", said.hint or "change one")


def _refused(model: Model, overrides: Overrides) -> PepaError | None:
    try:
        compile_model(model, overrides)
    except PepaError as error:
        return error
    return None


def _no_name(name: str) -> tuple[str, str]:
    if name == BASE:
        return f"`{BASE}` is the model as it is written, no scenario", "give this one another name"
    return f"`{name}` is no name of a scenario", "it is of letters, digits, _ and -, at most 100 of them"


def save_scenario(path: Path, name: str, overrides: Overrides, model: Model) -> None:
    """Put a scenario into a file, in the place of one of its name if there is one; all else stays as it is.

    Raises PepaError for a wrong name or value, where the file is no TOML, or where it cannot be written: nothing is
    written then.
    """
    if not NAME.fullmatch(name) or name == BASE:
        raise PepaError(*_no_name(name))
    try:
        before = read_if_there(path)
        earlier = read_scenarios(before, model)
    except ModelError as error:
        raise PepaError(f"{path} has errors, the first: {error.message}", "mend it first; nothing is changed") from None
    after = with_scenario(before, name, overrides)
    try:
        now = read_scenarios(after, model)
    except ModelError as error:
        raise PepaError(error.message, error.hint) from None
    if new := _new_problem(earlier, now):
        raise PepaError(new.message, new.hint)
    if now.scenarios != {**earlier.scenarios, name: dict(overrides)}:
        hint = f"write it as a table of its own: [{name}], and below it a line a parameter"
        raise PepaError(f"`{name}` cannot be changed as it is written in {path}", hint)
    try:
        write_whole(path, after)
    except OSError as error:
        raise unwritten(path, error, "let its folder be written to") from None


def _new_problem(earlier: Kept, now: Kept) -> Problem | None:
    known = Counter(problem.message for problem in earlier.problems)
    for problem in now.problems:
        known[problem.message] -= 1
        if known[problem.message] < 0:
            return problem
    return None


def with_scenario(text: str, name: str, overrides: Overrides) -> str:
    """Return the text with the table of a scenario replaced, or put at its end."""
    table = [f"[{name}]", *(f"{_key(parameter)} = {number_text(value)}" for parameter, value in overrides.items())]
    lines = text.splitlines()
    headers = [index for index, line in enumerate(lines) if HEADER.match(line)]
    own = [index for index in headers if _named(lines[index]) == name]
    if not own:
        return "\n".join([*lines, *([""] if lines and lines[-1].strip() else []), *table]) + "\n"
    start = own[0]
    end = next((index for index in headers if index > start), len(lines))
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1  # what stands before the next header belongs to that
    return "\n".join([*lines[:start], lines[start], *table[1:], *lines[end:]]) + "\n"


def _named(line: str) -> str:
    match = HEADER.match(line)
    return match["name"].strip("\"' \t") if match and match["signs"] == "[" else ""


def _key(parameter: str) -> str:
    return parameter if NAME.fullmatch(parameter) else json.dumps(parameter, ensure_ascii=False)
