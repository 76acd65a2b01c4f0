"""The distribution over the states of a chain at one time."""

from __future__ import annotations

from dataclasses import dataclass

from pepa.markov.space.state_space import Vector


@dataclass(frozen=True, eq=False)
class Moment:
    """The distribution at one time, by which method; the sum of its errors is at most `error`, which is proved.

    `steps` are products done so far; `steady` says that later distributions differ by less than the error.
    """

    time: float
    probability: Vector
    error: float
    steps: int
    steady: bool
    method: str
