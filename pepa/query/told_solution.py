"""The shapes of state spaces and steady states in JSON. Nothing is imported for them that takes time."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from pepa.query.told_joint import ToldJoint


class ToldModel(TypedDict):
    """Which model, with which parameters; a passive one as it is written."""

    model: str
    parameters: dict[str, float | str]


class ToldSpace(ToldModel):
    """The shape of a state space, and the seconds each stage took.

    `transitions` are distinct (source, target, action). `counted` names the copies that cooperate and are counted all
    the same; `derivation_reused` says that only rates had changed.
    """

    states: int
    transitions: int
    levels: int
    recurrent_classes: int
    transient_states: int
    deadlocks: int
    derivation_reused: bool
    counted: list[str]
    seconds: dict[str, float]


class ToldGroup(TypedDict):
    """A group: the mean number of its members in each local derivative, and as a share of all."""

    name: str
    size: int
    population: dict[str, float]
    utilisation: dict[str, float]


class FigureParts(TypedDict):
    """Throughput by action, mean population by local derivative, in all and by group."""

    throughput: dict[str, float]
    population: dict[str, float]
    groups: list[ToldGroup]


class ToldFigures(ToldModel, FigureParts):
    """The figures of a long run."""


class ToldCertainty(TypedDict):
    """What probabilities above `above` are certain to, relative, and by what evidence."""

    error: float
    above: float
    exact: bool
    words: str
    evidence: str


class ToldBalance(TypedDict):
    """The worst balance of a state of a probability above `above`, as a part of the flow through it."""

    worst: float
    above: float


class ToldAttempt(TypedDict):
    """A method that was tried: why, and how it ended."""

    method: str
    reason: str
    outcome: str
    residual: float
    iterations: int
    seconds: float


class ToldLump(TypedDict):
    """A lumped chain: its size, how many times smaller it is, and the measures kept."""

    states: int
    transitions: int
    factor: float
    kept: list[str]


class ToldSteady(TypedDict):
    """How a steady state was obtained, and what shows that it is right.

    `error_bound` is proved for every probability but those of `beyond_bound` rarer states; None where none is.
    """

    method: str
    residual: float
    tolerance: float
    balance: ToldBalance
    certainty: ToldCertainty
    error_bound: float | None
    beyond_bound: int
    iterations: int
    class_probabilities: list[float]
    attempts: list[ToldAttempt]


class ToldSolution(ToldSpace, ToldFigures, ToldSteady):
    """A solved model; `lumped` is None where the whole chain was solved."""

    lumped: ToldLump | None


class ToldResponseTime(TypedDict):
    """The mean time in some local derivatives from entering to leaving them; not a number where nobody enters.

    Where a cycle of the component has not just one visit, how many it has, and the time of them together.
    """

    states: list[str]
    mean: float
    cycle_of: NotRequired[str]
    visits_per_cycle: NotRequired[float]
    per_cycle: NotRequired[float]


class ToldArrivals(ToldResponseTime):
    """A response time by Little's law: the mean number inside by the rate of entering."""

    population: float
    arrivals: float


class ToldSolved(ToldSolution):
    """What `pepa solve` prints; `why_none` says of measures that are not a number why."""

    measures: dict[str, float]
    why_none: dict[str, str]
    distributions: list[ToldJoint]
    response_time: list[ToldArrivals]
