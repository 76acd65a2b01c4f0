"""The shapes of answers to properties and measures in JSON. Nothing is imported for them that takes time."""

from __future__ import annotations

from typing import TypedDict

from pepa.query.told_solution import ToldModel


class ToldFound(TypedDict, total=False):
    """A number with what it lies between, or why it is none; or a verdict, None where the bound lies within the error.

    A verdict says in how many states it holds, and in how many that is not decided. `error` says why there is neither.
    """

    value: float | None
    low: float | None
    high: float | None
    infinite: bool
    reason: str
    verdict: bool | None
    holds_in: int
    not_decided_in: int
    error: str
    hint: str


class ToldSure(TypedDict):
    """What the steady state that an answer rests on is certain to."""

    error: float
    exact: bool


class ToldAnswer(ToldFound):
    """The answer to a property or a measure."""

    property: str
    name: str | None
    seconds: float
    certainty: ToldSure | None


class ToldAnswers(ToldModel):
    """What `pepa query` prints."""

    states: int
    properties: list[ToldAnswer]
