"""The shapes of sensitivities and explanations in JSON. Nothing is imported for them that takes time."""

from __future__ import annotations

from typing import TypedDict

from pepa.query.told_solution import ToldCertainty, ToldModel


class ToldInfluence(TypedDict):
    """What one parameter does to a measure, as `pepa.query.influence.Influence` has it."""

    name: str
    value: float
    rising: float | None
    falling: float | None
    elasticity: float | None
    fewer: float | None
    more: float | None
    note: str


class ToldSensitivity(TypedDict):
    """A measure with its value, its parameters, those that matter most first, and the evidence.

    `components` are the elasticities to a factor common to all rates of a component, as it grows; `shrinking` those as
    it shrinks, where a minimum switches.
    """

    measure: str
    value: float
    parameters: list[ToldInfluence]
    components: dict[str, float]
    shrinking: dict[str, float]
    method: str
    residual: float
    seconds: float


class ToldSensitivities(ToldModel):
    """What `pepa sensitivity` prints; size and certainty are those of the chain, None of the fluid."""

    method: str
    states: int | None
    certainty: ToldCertainty | None
    notes: list[str]
    sensitivities: list[ToldSensitivity]


class ToldCycleTime(TypedDict):
    """What a cycle spends in a local derivative: at its own rate, and waiting."""

    working: float
    waiting: float


class ToldMeeting(TypedDict):
    """A cooperation: the share of the time nobody is ready, by whom, and by how much the other side is slower."""

    action: str
    unready: float
    missing: dict[str, float]
    slowed: float
    own: float


class ToldStay(TypedDict):
    """A local derivative of a component's cycle."""

    state: str
    population: float
    visits: float
    per_cycle: ToldCycleTime | None
    meetings: list[ToldMeeting]


class ToldPart(TypedDict):
    """A component: how long its cycle takes, how it is occupied, and whom it waits for."""

    name: str
    size: int
    start: str
    cycles: float
    cycle_time: float | None
    working: float
    occupied: float
    waits_for: dict[str, float]
    stays: list[ToldStay]


class ToldReasons(TypedDict):
    """Why figures are what they are: each component's cycle in parts, and the bottleneck in words."""

    components: list[ToldPart]
    busiest: str | None
    saturated: bool
    sentences: list[str]


class ToldExplanation(ToldModel, ToldReasons):
    """What `pepa explain` prints."""

    states: int
    certainty: ToldCertainty
    sensitivity: ToldSensitivity | None
