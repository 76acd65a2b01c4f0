"""What analyses return: figures by name, each with how it was obtained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from pepa.api.table import Columns, Table
from pepa.control.control import Control
from pepa.language.syntax import Model as Tree
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.certainty import Certainty
from pepa.query import exact, influence, sensitivity, series, simulated
from pepa.query.analysis import Solved
from pepa.query.influence import Influence
from pepa.query.measure import Values, measured
from pepa.query.rewards import known

Figure = TypeVar("Figure")


class _Figures(Table):
    """Throughputs and populations of one result, and any measure of it."""

    @property
    def values(self) -> Values:
        """The result that measures are asked of."""
        raise NotImplementedError

    @property
    def throughput(self) -> Mapping[str, float]:
        """How often each action happens in a time unit."""
        return self.values.throughput

    @property
    def population(self) -> Mapping[str, float]:
        """The mean number of components in each local derivative."""
        return self.values.population

    def __getitem__(self, name: str) -> float:
        """Return the throughput of an action or the population of a local derivative; raises PepaError."""
        return _named(name, self.throughput, self.population)

    def measure(self, expression: str) -> float:
        """Return any measure, as `throughput(a) / population(P)`; raises PepaError where it has no meaning."""
        return measured(expression, self.values)

    def columns(self) -> Columns:
        """One row a figure."""
        return {
            "name": [*self.throughput, *self.population],
            "measure": ["throughput"] * len(self.throughput) + ["population"] * len(self.population),
            "value": [*self.throughput.values(), *self.population.values()],
        }


def _named(name: str, throughput: Mapping[str, Figure], population: Mapping[str, Figure]) -> Figure:
    both = {**population, **throughput}
    return both[known(name, both, "action or local derivative")]


@dataclass(frozen=True, eq=False, repr=False)
class SteadyState(_Figures):
    """The exact long run of a model.

    >>> import pepa
    >>> s = pepa.example("queue", k=2).steady_state()
    >>> round(s["serve"], 6), round(s.population["Taken"], 6)
    (1.034483, 1.034483)
    >>> round(s.measure("probability(Free = 0)"), 6)
    0.310345
    """

    solved: Solved
    tree: Tree
    overrides: Mapping[str, float]
    control: Control

    @cached_property
    def values(self) -> Values:
        """The result that measures are asked of."""
        return exact.exact_values(self.solved, self.control)

    @property
    def probability(self) -> Vector:
        """The probability of each state, in the order of `States`."""
        return self.solved.steady.probability

    @property
    def certainty(self) -> Certainty:
        """How far the figures may be off, and by what that is known; `words` say it."""
        return self.solved.steady.certainty

    @property
    def method(self) -> str:
        """The method that solved it."""
        return self.solved.steady.method

    @property
    def residual(self) -> float:
        """The imbalance of flows, relative to all flow."""
        return self.solved.steady.residual

    @property
    def error_bound(self) -> float | None:
        """A proved bound on the relative error of every probability, where one was asked for and found."""
        return self.solved.steady.error_bound

    @property
    def title(self) -> str:
        """What it is, and how it was obtained."""
        return (
            f"steady state of {len(self.probability):,} states by {self.method}, "
            f"residual {self.residual:.0e}, {self.certainty.words}"
        )

    @cached_property
    def _sensitivities(self) -> sensitivity.Sensitivities:
        return sensitivity.Sensitivities(self.tree, self.overrides, self.solved, self.control)

    def sensitivity(self, expression: str, *, sizes: bool = False) -> Sensitivity:
        """Return what every rate does to a measure: exact derivatives from one transposed solution.

        With `sizes` the model is also solved with one copy fewer and one more of every array. The name of an action or
        a local derivative is its throughput or population.

        >>> import pepa
        >>> found = pepa.example("queue").steady_state().sensitivity("throughput(serve)")
        >>> found.ranked[0].name, round(found["arrival"].elasticity, 4)
        ('arrival', 0.8778)
        """
        if expression in self.throughput:
            expression = f"throughput({expression})"
        elif expression in self.population:
            expression = f"population({expression})"
        return Sensitivity(self._sensitivities.of(expression, sizes=sizes))


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity(Table):
    """What the parameters of a model do to one measure; `ranked` has those that matter most first."""

    found: influence.Sensitivity

    @property
    def value(self) -> float:
        """The measure itself."""
        return self.found.value

    @property
    def ranked(self) -> tuple[Influence, ...]:
        """The influences, those that change the measure most for each per cent first."""
        return self.found.ranked

    def __getitem__(self, name: str) -> Influence:
        """Return what one parameter does; raises PepaError for a name that is none."""
        by_name = {one.name: one for one in self.found.influences}
        return by_name[known(name, by_name, "parameter")]

    @property
    def title(self) -> str:
        """What it is, and how it was obtained."""
        found = self.found
        return f"{found.measure} = {found.value:.6g}, by {found.method}, residual {found.residual:.0e}"

    def columns(self) -> Columns:
        """One row a parameter."""
        names = ("name", "value", "elasticity", "rising", "falling", "fewer", "more", "note")
        return {name: [getattr(one, name) for one in self.ranked] for name in names}


@dataclass(frozen=True, eq=False, repr=False)
class Equilibrium(_Figures):
    """The equilibrium that the fluid approximation comes to."""

    found: Values

    @property
    def values(self) -> Values:
        """The result that measures are asked of."""
        return self.found

    @property
    def title(self) -> str:
        """What it is, and how it was obtained."""
        return "fluid approximation at its equilibrium"

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences to read beside the figures."""
        return self.found.notes


@dataclass(frozen=True, eq=False, repr=False)
class Simulation(_Figures):
    """A simulated long run: means with the half widths of their 95 % confidence intervals."""

    found: simulated.Simulated
    seed: int
    precision: float

    @cached_property
    def values(self) -> Values:
        """The result that measures are asked of."""
        return self.found.values()

    def estimate(self, expression: str) -> simulated.Estimate:
        """Return a measure with its `half_width`, nan where none can be given; raises PepaError."""
        return simulated.estimated(expression, self.found)

    @property
    def title(self) -> str:
        """What it is, and how it was obtained."""
        return f"simulated long run, seed {self.seed}, to a precision of {self.precision:g} at 95 % confidence"

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences to read beside the figures."""
        return self.found.notes

    def columns(self) -> Columns:
        """One row a figure, with its half width."""
        columns = super().columns()
        asked = zip(columns["measure"], columns["name"], strict=True)
        halves = [self.estimate(f"{measure}({name})").half_width for measure, name in asked]
        return {**columns, "half width": halves}


@dataclass(frozen=True, eq=False, repr=False)
class TimeSeries(Table):
    """Figures over time: exact, fluid or simulated; the margins are what the method has, `margin` says what."""

    series: series.Series

    @property
    def time(self) -> Vector:
        """The times, shape (times,)."""
        return self.series.time

    @property
    def throughput(self) -> Mapping[str, Vector]:
        """The rate of each action, shape (times,) each."""
        return self.series.throughput

    @property
    def population(self) -> Mapping[str, Vector]:
        """The mean number of components in each local derivative, shape (times,) each."""
        return self.series.population

    @property
    def margin(self) -> str:
        """What the margins are; empty where there are none."""
        return self.series.margin

    def __getitem__(self, name: str) -> Vector:
        """Return the figures of an action or a local derivative, shape (times,); raises PepaError."""
        return _named(name, self.throughput, self.population)

    def margin_of(self, name: str) -> Vector:
        """Return the margins of a figure, nan where the method has none; raises PepaError for an unknown name."""
        none = np.full(len(self.time), np.nan)
        known_name = known(name, [*self.population, *self.throughput], "action or local derivative")
        return {**self.series.population_margin, **self.series.throughput_margin}.get(known_name, none)

    @property
    def title(self) -> str:
        """What it is, and how it was obtained."""
        return f"{self.series.method}, at {len(self.time):,} times" + (
            f", margins: {self.margin}" if self.margin else ""
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences to read beside the figures."""
        return self.series.notes

    def columns(self) -> Columns:
        """One row a time."""
        return {"time": self.time, **self.population, **self.throughput}


@dataclass(frozen=True, eq=False, repr=False)
class Sweep(Table):
    """Measures at many points; a point that has none is nan, and `reasons` says why; `notes` are about some points."""

    parameters: Mapping[str, Vector]
    measures: Mapping[str, Vector]
    half_widths: Mapping[str, Vector]
    reasons: tuple[str, ...]
    methods: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        """Return the values of a parameter or measure, shape (points,); raises PepaError."""
        both = {**self.parameters, **self.measures}
        return both[known(name, both, "parameter or measure of the sweep")]

    @property
    def title(self) -> str:
        """What it is, and how it was obtained."""
        by = " / ".join(dict.fromkeys(method for method in self.methods if method))
        return f"sweep of {len(self.reasons):,} points" + (f" by {by}" if by else "")

    @property
    def remarks(self) -> tuple[str, ...]:
        """Why points have no value, and what makes others doubtful."""
        return (*(f"no value: {reason}" for reason in dict.fromkeys(self.reasons) if reason), *self.notes)

    def columns(self) -> Columns:
        """One row a point."""
        halves = {f"{name} half width": half for name, half in self.half_widths.items() if not np.isnan(half).all()}
        return {**self.parameters, **self.measures, **halves}
