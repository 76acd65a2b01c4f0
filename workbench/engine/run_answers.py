"""What the worker answers to runs and about their figures: the shapes of its JSON. They cost the app nothing."""

from __future__ import annotations

from typing import Literal, TypedDict

from pepa.explore.told_trace import ToldTrace
from pepa.language.told_problem import ToldProblem
from pepa.query.told_joint import ToldMoment
from pepa.query.told_solution import ToldFigures, ToldSolution, ToldSpace
from workbench.parameters import Postfix


class CheckedText(TypedDict):
    """The problems of a text and, where it has no errors, its parameters and which of them are sizes of arrays.

    Of very many problems these are the first, errors before warnings; `more` counts the others by severity.
    Of those that are defined `through` others it has the expressions.
    """

    problems: list[ToldProblem]
    more: dict[str, int]
    parameters: dict[str, float | str] | None
    sizes: list[str]
    through: dict[str, Postfix]


class Sentences(TypedDict):
    """Sentences to read."""

    sentences: list[str]


class HeldSpace(TypedDict):
    """Whether the states of a text are held."""

    held: bool


class Findings(Sentences):
    """What is remarkable, each with the trace that shows it, where it has one."""

    traces: list[ToldTrace | None]


class Valued(TypedDict):
    """A measure and its value."""

    measure: str
    value: float


class DerivedRun(ToldSpace):
    """A run that derived; what is to be read of the shape in words."""

    kind: Literal["derived"]
    problems: list[ToldProblem]
    sentences: list[str]


class SolvedRun(ToldSolution):
    """A run that derived and solved; `watched` is None where the measure watched has no value at once."""

    kind: Literal["solved"]
    problems: list[ToldProblem]
    sentences: list[str]
    watched: Valued | None


class ApproximateRun(ToldFigures):
    """A long run without a state space, and in words what it is worth."""

    kind: Literal["fluid", "simulation"]
    problems: list[ToldProblem]
    sentences: list[str]
    seconds: dict[str, float]
    watched: Valued | None


RunAnswer = DerivedRun | SolvedRun | ApproximateRun


class SeriesAnswer(TypedDict):
    """A measure over time: its margin, [] where it has none, and what it is at most, None where there is no limit."""

    name: str
    names: list[str]
    unit: str
    time: list[float]
    values: list[float]
    margin: list[float]
    most: float | None
    notes: list[str]


class ScenarioFigures(TypedDict):
    """The figures of a scenario and how uncertain they are, in words; None, and why, where it has none."""

    figures: ToldFigures | None
    watched: Valued | None
    doubt: str
    refused: str


class FiguresByScenario(TypedDict):
    """The figures of scenarios by name."""

    figures: dict[str, ScenarioFigures]


class Elasticities(TypedDict):
    """What a parameter does to every figure, in the order of the groups for the shares in them."""

    throughput: dict[str, float]
    population: dict[str, float]
    groups: list[dict[str, float]]


class DistributionAt(ToldMoment):
    """A distribution at one of so many times."""

    number: int
    last: int
