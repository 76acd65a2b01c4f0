"""A problem of a text as other programs read it: its JSON, and the shape of that."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from pepa.language.problem import LineIndex, Problem


class ToldProblem(TypedDict):
    """A problem with its place: lines and columns from 1, the end just behind it."""

    severity: str
    code: str
    message: str
    hint: str
    line: int
    column: int
    end_line: int
    end_column: int


def problem_report(problem: Problem, lines: LineIndex) -> ToldProblem:
    """Return a problem with its place: lines and columns from 1, the end column exclusive."""
    place = lines.place(problem.span)
    return {
        "severity": str(problem.severity),
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }


def problems_report(problems: Iterable[Problem], text: str) -> list[ToldProblem]:
    """Return the problems of a text."""
    lines = LineIndex(text)
    return [problem_report(problem, lines) for problem in problems]
