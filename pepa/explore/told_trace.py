"""A trace as other programs read it: the shape of its JSON."""

from __future__ import annotations

from typing import NotRequired, TypedDict

Members = list[dict[str, int]]  # of each group: how many are in which local derivative


class ToldActivity(TypedDict):
    """What happens: by which rate, with which chance against all else that can; who moved from where to where."""

    action: str
    rate: float
    chance: float
    parts: list[list[str]]  # group, and the local derivatives left and entered
    members: Members  # after it


class ToldStep(ToldActivity):
    """A step of a trace, the state after it as it can be typed, and how long the one before it lasted, if known."""

    text: str
    seconds: NotRequired[float]


class ToldStart(TypedDict):
    """The state that a trace begins in."""

    text: str
    members: Members


class ToldTrace(TypedDict):
    """A trace: how it was found, its steps, its probability and the mean time it takes."""

    found: str
    length: int
    probability: float
    mean_time: float
    groups: list[str]
    start: ToldStart
    steps: list[ToldStep]


class ToldModelTrace(ToldTrace):
    """A trace with the file of its model and the values of its parameters, a passive one as it is written."""

    model: str
    parameters: dict[str, float | str]
