"""An experiment as it is typed in four lines: what is varied, what is fixed, what is measured, by which method.

A form is run by way of the experiment file it stands for, so that what is shown is what can be saved and run again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from pepa.control.error import PepaError
from pepa.language.numbers import number
from pepa.language.printer import number_text
from pepa.language.problem import ModelError
from pepa.study.ranges import spaced

GIVEN = re.compile(r"""(?P<name>[A-Za-z_][\w']*|"[^"]*")\s*=\s*(?P<value>[^=]*?)\s*(?=$|[,\s][A-Za-z_"][\w"']*\s*=)""")
BARE = re.compile(r"[A-Za-z0-9_-]+")
PLAIN = {"title", "about", "model", "method", "fixed", "vary", "measures", "charts", "claims", "precision"}
NAME = "form"  # of the experiment that a form is run as


@dataclass(frozen=True)
class Form:
    """`vary` as in `Q=1..5 p=0.2,0.8`, `fixed` as in `C=1`, measures with commas between them."""

    vary: str = ""
    fixed: str = ""
    measures: str = ""
    method: str = "exact"


class FormError(PepaError):
    """A form that stands for no experiment; `field` is the line that is wrong."""

    def __init__(self, field: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.field = field


def form_text(form: Form, name: str = NAME, model: str = "model") -> str:
    """Return the form as a table of an experiment file, a line a field. Raises FormError."""
    fixed = {given: number_text(_number(given, value)) for given, value in _given("fixed", form.fixed).items()}
    vary = {given: json.dumps(value, ensure_ascii=False) for given, value in _given("vary", form.vary).items()}
    if both := [given for given in fixed if given in vary]:
        raise FormError("fixed", f"`{both[0]}` is varied above", "leave it out of one of them")
    if not separated(form.measures):
        raise FormError("measures", "nothing is measured", "as in throughput(work), population(Idle)")
    lines = [
        f"[{_key(name)}]",
        f"model = {json.dumps(model, ensure_ascii=False)}",
        f"method = {json.dumps(form.method.strip() or 'exact', ensure_ascii=False)}",
        f"fixed = {_inline(fixed)}",
        f"vary = {_inline(vary)}",
        f"measures = {json.dumps(separated(form.measures), ensure_ascii=False)}",
    ]
    return "\n".join(lines) + "\n"


def turned(form: Form, overrides: Mapping[str, float]) -> Form:
    """Return a form that also fixes what it neither varies nor fixes itself; one that is wrong stays as it is."""
    try:
        said = {**_given("vary", form.vary), **_given("fixed", form.fixed)}
    except FormError:
        return form
    more = [f"{name}={number_text(value)}" for name, value in overrides.items() if name not in said]
    return replace(form, fixed=" ".join([*([form.fixed] if form.fixed.strip() else []), *more]))


def form_error(text: str, error: ModelError) -> FormError:
    """Return an error of the text of a form as one of the form: the line of its first problem names the field."""
    problem = error.problems[0]
    key = text[: problem.span.start].rpartition("\n")[2] + text[problem.span.start :]
    name = key.split("=")[0].strip()
    known = name if name in {field.name for field in fields(Form)} else "vary"
    return FormError(known, problem.message, problem.hint)


def form_of(data: Mapping[str, Any]) -> Form | None:
    """Return the form of an experiment's table; None where a form cannot say what it does. Labels are left out."""
    if not data.keys() <= PLAIN:
        return None
    try:
        vary = {name: _range_text(value) for name, value in data.get("vary", {}).items()}
    except PepaError:
        return None
    measures = data.get("measures", [])
    texts = list(measures.values()) if isinstance(measures, dict) else measures
    fixed = {name: number_text(value) for name, value in data.get("fixed", {}).items()}
    return Form(_line(vary), _line(fixed), ", ".join(texts), data.get("method", "exact"))


def separated(text: str) -> list[str]:
    """Return the expressions of a text, which commas or semicolons outside of parentheses separate."""
    found, depth = [""], 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if sign in ",;" and depth <= 0:
            found.append("")
        else:
            found[-1] += sign
    return [part.strip() for part in found if part.strip()]


def _given(field: str, text: str) -> dict[str, str]:
    """Return what `NAME=VALUE NAME=VALUE` gives, in order."""
    found: dict[str, str] = {}
    rest = text.strip(" ,;")
    while rest:
        match = GIVEN.match(rest)
        if not match or not match["value"]:
            word = rest.split()[0]
            hint = "as in Q=1..5 p=0.2,0.8" if field == "vary" else "as in C=1 p=0.8"
            raise FormError(field, f"expected NAME=VALUE, got `{word}`", hint)
        name = match["name"].strip('"')
        if name in found:
            raise FormError(field, f"`{name}` is there twice", "write all its values in one range: Q=1,2,5..8")
        found[name] = match["value"]
        rest = rest[match.end() :].lstrip(" ,;")
    return found


def _number(name: str, text: str) -> float:
    try:
        return number(text)
    except PepaError as error:
        raise FormError("fixed", error.message, f"as in {name}=1; to vary it, write it above") from None


def _range_text(value: object) -> str:
    match value:
        case str():
            return value
        case int() | float():
            return number_text(value)
        case list():
            return ",".join(map(number_text, value))
        case {"from": first, "to": last, "number": number, **more}:
            return ",".join(map(number_text, spaced(first, last, number, str(more.get("scale", "linear")))))
    raise PepaError("no range", "")


def _line(values: Mapping[str, str]) -> str:
    return " ".join(f"{name}={value}" for name, value in values.items())


def _inline(values: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f"{_key(name)} = {value}" for name, value in values.items()) + " }" if values else "{}"


def _key(name: str) -> str:
    return name if BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)
