"""Problems as other programs read them: a line each for editors, and annotations for GitHub's checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pepa.language.problem import LineIndex, Problem, headline


def lines_of(problems: Sequence[Problem], text: str, path: str) -> list[str]:
    """Return `path:line:column: severity: message [code]` for each problem: what editors jump by."""
    lines = LineIndex(text)
    return [headline(problem, lines, path) for problem in problems]


def github(problems: Sequence[Problem], text: str, path: str) -> list[str]:
    """Return what GitHub shows beside the lines of a change (its documentation, "Workflow commands")."""
    lines = LineIndex(text)
    return [_annotation(problem, lines, path) for problem in problems]


def _annotation(problem: Problem, lines: LineIndex, path: str) -> str:
    place = lines.place(problem.span)
    fields = {"file": path, "line": place.line, "endLine": place.end_line}
    if place.line == place.end_line:  # columns of one line only are taken
        fields |= {"col": place.column, "endColumn": max(place.column, place.end_column - 1)}
    fields["title"] = problem.code
    given = ",".join(f"{name}={_property(str(value))}" for name, value in fields.items())
    message = problem.message + (f" ({problem.hint})" if problem.hint else "")
    return f"::{problem.severity} {given}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


@dataclass(frozen=True)
class Format:
    """A format of problems: how help names it, and the lines of those of one model, of its text and path."""

    named: str
    lines: Callable[[Sequence[Problem], str, str], list[str]]


FORMATS = {
    "line": Format("file:line:column: lines", lines_of),
    "github": Format("GitHub annotations", github),
}
