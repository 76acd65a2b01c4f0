"""The shapes of distributions in JSON. Nothing is imported for them that takes time."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class ToldAxis(TypedDict):
    """One thing whose distribution it is: its values in words with the probability of each; moments of a number."""

    text: str
    values: list[str]
    probability: list[float]
    mean: NotRequired[float]
    variance: NotRequired[float]


class ToldJoint(TypedDict):
    """A joint distribution: its cells as indices of values by axis, ascending, each with the states behind it.

    `conditions` tell those states, "" where no expression does; `rest` is the probability of the cells left out where
    there are too many to tell.
    """

    of: list[str]
    axes: list[ToldAxis]
    cells: list[list[int]]
    probability: list[float]
    states: list[int]
    conditions: list[str]
    rest: float
    certainty: str


class ToldMoment(ToldJoint):
    """A joint distribution at a time."""

    time: float


class ToldAxisOverTime(TypedDict):
    """One thing whose distribution it is over time; moments of a number by time."""

    text: str
    values: list[str]
    mean: NotRequired[list[float]]
    variance: NotRequired[list[float]]


class ToldJointOverTime(TypedDict):
    """A joint distribution over time: `probability` is by time, then by cell, `error` by time."""

    of: list[str]
    axes: list[ToldAxisOverTime]
    cells: list[list[int]]
    states: list[int]
    conditions: list[str]
    time: list[float]
    probability: list[list[float]]
    error: list[float]
    last: ToldMoment
