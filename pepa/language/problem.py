"""What is wrong with a text and where: problems, the spans they point at, and how they are printed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from pepa.control.error import PepaError
from pepa.language.line_ends import fed


class Severity(StrEnum):
    """How bad a problem is: an error forbids analysis, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Span(NamedTuple):
    """A piece of the model text: offsets of its first character and of the one after its last."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """Return the span from the start of this one to the end of `other`."""
        return Span(self.start, max(self.end, other.end))


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a model; `code` is stable and for programs, `hint` says what to try.

    Where something is missing `behind` what stands at the span, the text ended too early: nothing there is wrong.
    """

    code: str
    message: str
    span: Span
    hint: str = ""
    severity: Severity = Severity.ERROR
    behind: bool = False


class ModelError(PepaError):
    """A model that cannot be analysed: carries at least one problem, each with its place in the text, and each once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0].message, problems[0].hint)
        self.problems = tuple(dict.fromkeys(problems))


@dataclass(frozen=True)
class Place:
    """A span as people count: lines and columns from 1; the end column is the one after the last character."""

    line: int
    column: int
    end_line: int
    end_column: int


class LineIndex:
    """Line starts of one text, to turn offsets into lines and columns."""

    def __init__(self, text: str) -> None:
        self.text = text = fed(text)
        self._starts = [0]
        position = text.find("\n")
        while position >= 0:
            self._starts.append(position + 1)
            position = text.find("\n", position + 1)

    def place(self, span: Span) -> Place:
        """Return where `span` stands; offsets beyond the text are taken as its end."""
        line, column = self._line_column(min(span.start, len(self.text)))
        end_line, end_column = self._line_column(min(max(span.end, span.start), len(self.text)))
        return Place(line, column, end_line, end_column)

    def line(self, number: int, start: int = 0, most: int | None = None) -> str:
        """Return the text of line `number` (from 1) without its end, from a column on (from 0), `most` characters."""
        first = self._starts[number - 1]
        after = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        begin = min(first + start, after)
        return self.text[begin : after if most is None else min(after, begin + most)].rstrip("\r")

    def _line_column(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


LONGEST = 600  # characters of a message
EXCERPT = 100  # columns of a source line shown around a problem


def render(problem: Problem, lines: LineIndex, path: str) -> str:
    """Return the problem as `path:line:column: severity: message [code]`, the line, a caret span and the hint."""
    place = lines.place(problem.span)
    cut = max(0, place.column - 1 - EXCERPT // 2)
    excerpt = lines.line(place.line, cut, EXCERPT).expandtabs(1)
    before = place.column - 1 - cut
    width = place.end_column - place.column if place.end_line == place.line else EXCERPT
    caret = " " * before + "^" * max(1, min(width, len(excerpt) - before))
    parts = [headline(problem, lines, path), f"    {excerpt}", f"    {caret}"]
    if problem.hint:
        parts.append(f"    hint: {_brief(problem.hint)}")
    return "\n".join(parts)


def headline(problem: Problem, lines: LineIndex, path: str) -> str:
    """Return the problem as `path:line:column: severity: message [code]`, one line."""
    place = lines.place(problem.span)
    told = " ".join(_brief(problem.message).split())
    return f"{path}:{place.line}:{place.column}: {problem.severity}: {told} [{problem.code}]"


def _brief(text: str) -> str:
    """Return a text with its middle left out where it is long: names may be."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} ... {text[-LONGEST // 2 :]}"
