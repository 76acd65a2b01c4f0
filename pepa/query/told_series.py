"""The shapes of what is known over time, of fluids and of simulations in JSON. They cost no time to import."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from pepa.query.told_joint import ToldJointOverTime
from pepa.query.told_solution import ToldModel, ToldResponseTime


class ToldSeries(TypedDict):
    """Figures over time by name, with margins where there are any; `margin` says what those are."""

    method: str
    time: list[float]
    population: dict[str, list[float]]
    throughput: dict[str, list[float]]
    margin: str
    population_margin: dict[str, list[float]]
    throughput_margin: dict[str, list[float]]
    measures: dict[str, list[float]]
    measures_margin: dict[str, list[float]]
    notes: list[str]


class ToldChange(TypedDict):
    """A change of the model at a time: another file, other values, or both."""

    time: float
    model: str | None
    values: dict[str, float]


class ToldTransient(ToldModel, ToldSeries):
    """What `pepa transient` prints."""

    states: int
    started: str
    changes: list[ToldChange]
    distributions: list[ToldJointOverTime]


class ToldSwitch(TypedDict):
    """A time at which who limits an action changes."""

    time: float
    action: str
    before: list[str]
    after: list[str]


class ToldFluidSeries(ToldSeries):
    """A fluid over time, its size and its switches."""

    equations: int
    evaluations: int
    switches: list[ToldSwitch]


class ToldClosure(TypedDict):
    """Means and standard deviations by normal closure."""

    population: dict[str, float]
    standard_deviation: dict[str, float]
    throughput: dict[str, float]


class ToldEquilibrium(TypedDict):
    """An equilibrium, or in words why there is none: then it has no figures."""

    reached: bool
    verdict: str
    residual: float
    slowest_eigenvalue: float | None
    rank: list[int]
    population: dict[str, float]
    throughput: dict[str, float]
    response_time: list[ToldResponseTime]
    measures: dict[str, float]
    notes: list[str]
    standard_deviation: dict[str, float] | None
    closure: ToldClosure | None


class ToldOde(ToldModel, ToldFluidSeries):
    """What `pepa ode` prints."""

    equilibrium: ToldEquilibrium


class ToldEstimate(TypedDict):
    """A mean and the half width of its confidence; of an action enabled and not seen, a limit of its rate."""

    mean: float
    half_width: float
    below: NotRequired[float]


class ToldLongRun(TypedDict):
    """A simulated long run."""

    method: str
    replications: int
    seed: int
    events: int
    confidence: float
    precision: float
    precision_reached: float
    batches: int
    warm_up: float
    simulated_time: float
    population: dict[str, ToldEstimate]
    throughput: dict[str, ToldEstimate]
    measures: dict[str, ToldEstimate]
    notes: list[str]


class ToldModelLongRun(ToldModel, ToldLongRun):
    """What `pepa simulate` prints of a long run."""


class ToldEnsemble(ToldSeries):
    """Replications over time: quantiles of populations, by name and share."""

    replications: int
    seed: int
    events: int
    confidence: float
    standard_deviation: dict[str, list[float]]
    quantiles: dict[str, dict[str, list[float]]]


class ToldModelEnsemble(ToldModel, ToldEnsemble):
    """What `pepa simulate --until` prints."""


class ToldEvent(TypedDict):
    """What happened at a time: who left which local derivatives for which."""

    time: float
    action: str
    left: list[str]
    entered: list[str]


class ToldPath(ToldModel):
    """What `pepa simulate --path` prints: the first events of the path of a seed."""

    seed: int
    events: list[ToldEvent]
