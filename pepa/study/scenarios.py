"""Scenarios: named sets of overrides, kept beside the model in a TOML file with one table a scenario.

[busy]
p = 0.2
r5 = 4
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from pepa.control.error import PepaError
from pepa.language.nearest import Nearest
from pepa.language.numbers import told_number
from pepa.language.printer import number_text
from pepa.language.problem import ModelError
from pepa.language.saving import write_whole
from pepa.language.source import read_if_there
from pepa.language.syntax import Model
from pepa.net.compile import compile_model
from pepa.study.toml_file import HEADER, Table, TomlFile

BASE = "base"  # the model as it is written
NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")
MOST_SCENARIOS = 1_000
Overrides = Mapping[str, float]


def scenarios_file(model: Path) -> Path:
    """Return where the scenarios of a model are kept."""
    return model.with_suffix(".scenarios.toml")


def read_scenarios(text: str, model: Model) -> dict[str, dict[str, float]]:
    """Return the overrides of each scenario, in the order of the text.

    Raises ModelError with all that is wrong, in place: names, values, and what the model cannot have.
    """
    file = TomlFile(text)
    top = Table(file, (), file.data())
    if len(top.data) > MOST_SCENARIOS:
        file.wrong((), f"more than {MOST_SCENARIOS:,} scenarios in one file", "take out those of no use")
        file.refuse()
    parameters = [definition.name.text for definition in model.rates]
    known, near, found = set(parameters), Nearest(parameters), {}
    for name, data in top.data.items():
        if not NAME.fullmatch(name) or name == BASE:
            top.wrong(name, *_no_name(name))
        if not isinstance(data, dict):
            hint = "as in [busy], and below it r5 = 4"
            file.wrong((name, 0), f"the scenario `{name}` is a table of parameters", hint)
            continue
        table = Table(file, (name,), data)
        for parameter in data:
            if parameter not in known:
                close = near.to(parameter)
                hint = f"did you mean `{close}`?" if close else f"they are {', '.join(parameters[:20])}"
                table.wrong(parameter, f"the model has no parameter `{parameter}`", hint)
        before = len(file.problems)
        found[name] = {parameter: table.take(parameter, float, 0.0) for parameter in data}
        if len(file.problems) == before and known >= data.keys():
            _sensible(table, model, found[name])
    file.refuse()
    return found


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

    Raises PepaError for a wrong name or where the file cannot be written, ModelError where the file or the values are
    wrong: nothing is written then.
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
        kept = read_scenarios(after, model) == {**earlier, name: dict(overrides)}
    except ModelError as error:
        raise PepaError(error.message, error.hint) from None
    if not kept:
        hint = f"write it as a table of its own: [{name}], and below it a line a parameter"
        raise PepaError(f"`{name}` cannot be changed as it is written in {path}", hint)
    try:
        write_whole(path, after)
    except OSError as error:
        raise PepaError(f"cannot write {path}: {error.strerror or error}", "see its folder's permissions") from None


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
