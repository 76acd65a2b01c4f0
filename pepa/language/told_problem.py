"""A problem of a text as other programs read it: the shape of its JSON."""

from __future__ import annotations

from typing import TypedDict


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
