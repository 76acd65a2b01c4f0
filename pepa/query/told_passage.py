"""The shapes of passage times in JSON. Nothing is imported for them that takes time."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from pepa.query.told_solution import ToldCertainty, ToldModel

ToldEnds = TypedDict("ToldEnds", {"from": str, "to": list[str]})


class ToldPassageHead(ToldModel, ToldEnds):
    """A passage: in words, from what to what, and of which member, if of one."""

    passage: str
    member: str | None


class ToldQuantile(TypedDict):
    """The time by which a share has arrived, and what it lies between; None where it is not known, or never."""

    share: float
    time: float | None
    low: float | None
    high: float | None


class ToldRelativeError(TypedDict):
    """How far moments may be off, as a part of themselves."""

    mean: float
    variance: float


class ToldArrival(TypedDict):
    """The probability to arrive, and the moments of the time it takes, None where they are infinite."""

    probability: float
    mean: float | None
    variance: float | None
    standard_deviation: float | None
    relative_error: ToldRelativeError


class ToldEnd(ToldArrival):
    """Arriving at one of the ends, before the others."""

    name: str


class ToldCurve(TypedDict):
    """The distribution of a passage time and its density, in all and by end; every probability is right to `error`."""

    method: str
    time: list[float]
    distribution: list[float]
    density: list[float]
    by_end: list[list[float]]
    density_by_end: list[list[float]]
    error: float


class ToldProbe(TypedDict):
    """The component that watches for a passage."""

    states: int
    component: str


class ToldEarned(TypedDict):
    """What is earned on the way in all, and up to each time of the curve."""

    name: str
    value: float
    error: float
    by_time: NotRequired[list[float]]
    error_by_time: NotRequired[list[float]]


class ToldPassage(ToldPassageHead, ToldArrival):
    """A passage time by the chain, or of one member among the mean of the others."""

    kind: Literal["exact", "fluid"]
    notes: list[str]
    probe: ToldProbe | None
    started: str
    start_certainty: ToldCertainty | None
    states: int
    states_on_the_way: int
    ends: list[ToldEnd]
    never: float
    method: str
    quantiles: list[ToldQuantile]
    curve: ToldCurve | None
    earned: list[ToldEarned]


class ToldSimulatedCurve(TypedDict):
    """The distribution of simulated passages, with the half width of its confidence at each time."""

    time: list[float]
    distribution: list[float]
    half_width: list[float]


class ToldSimulatedPassage(ToldPassageHead):
    """Simulated passages, each figure with its confidence."""

    kind: Literal["simulation"]
    notes: list[str]
    started: str
    passages: int
    events: int
    seed: int
    confidence: float
    band: str
    mean: float
    mean_half_width: float
    standard_deviation: float
    variance: float
    method: str
    quantiles: list[ToldQuantile]
    curve: ToldSimulatedCurve


AnyPassage = ToldPassage | ToldSimulatedPassage


class ToldPassages(ToldPassageHead):
    """What `pepa passage` prints of a passage by several methods."""

    methods: list[AnyPassage]
