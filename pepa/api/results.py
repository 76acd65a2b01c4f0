"""What analyses return: figures by name, each with how it was obtained."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pepa.api import arguments
from pepa.api.table import ByName, Columns, Named
from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.language.numbers import shortened
from pepa.language.printer import name_text
from pepa.language.syntax import Model as Tree
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.certainty import Certainty
from pepa.query import exact, fluid_sensitivity, influence, sensitivity, series, simulated
from pepa.query.analysis import Solved
from pepa.query.differentiated import Differentiated
from pepa.query.influence import Influence
from pepa.query.measure import Estimate, Values, measured
from pepa.query.no_value import why_none

MEASURED = 'measure("throughput(useVM)")'
HAS_NONE = "findings say what never happens: pepa findings"
NAMED = "action or local derivative"


class _Figures(Named[float]):
    """Throughputs and populations of one result, and any measure of it; `result[name]` is the figure of a name."""

    @property
    def values(self) -> Values:
        """The result that measures are asked of."""
        raise NotImplementedError

    @property
    def throughput(self) -> Mapping[str, float]:
        """How often each action happens in a time unit."""
        return ByName("action", self.values.throughput)

    @property
    def population(self) -> Mapping[str, float]:
        """The mean number of components in each local derivative."""
        return ByName("local derivative", self.values.population)

    @property
    def named(self) -> ByName[float]:
        """The throughput of each action and the population of each local derivative."""
        return ByName(NAMED, self.population, self.throughput)

    def measure(self, expression: str) -> float:
        """Return any measure, as `throughput(a) / population(P)`.

        Raises PepaError where it has no meaning, and where it has no value, as the mean time to what never happens.
        """
        found = measured(arguments.text(expression, "a measure", MEASURED), self.values)
        if math.isnan(found):
            raise PepaError(f"`{shortened(expression)}` has no value: {why_none(expression, self.values)}", HAS_NONE)
        return found

    def columns(self) -> Columns:
        """One row a figure."""
        return {
            "name": [*self.throughput, *self.population],
            "measure": ["throughput"] * len(self.throughput) + ["population"] * len(self.population),
            "value": [*self.throughput.values(), *self.population.values()],
        }


class _LongRun(_Figures):
    """Figures of a long run that have derivatives."""

    @property
    def _differentiated(self) -> Differentiated:
        raise NotImplementedError

    def sensitivity(self, expression: str, *, sizes: bool = False) -> Sensitivity:
        """Return what every rate does to a measure: its derivatives, exact of an exact result.

        With `sizes` the model is also solved with one copy fewer and one more of every array. The name of an action or
        a local derivative is its throughput or population.

        >>> import pepa
        >>> found = pepa.example("queue").steady_state().sensitivity("throughput(serve)")
        >>> found.ranked[0].name, round(found["arrival"].elasticity, 4)
        ('arrival', 0.8778)
        """
        arguments.text(expression, "a measure", MEASURED)
        if expression in self.throughput:
            expression = f"throughput({name_text(expression)})"
        elif expression in self.population:
            expression = f"population({name_text(expression)})"
        return Sensitivity(self._differentiated.of(expression, sizes=sizes))


@dataclass(frozen=True, eq=False, repr=False)
class SteadyState(_LongRun):
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
        """The probability of each state, in the order of `States`; it cannot be written to."""
        found = self.solved.steady.probability.view()
        found.flags.writeable = False
        return found

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
    def _differentiated(self) -> Differentiated:
        return sensitivity.Sensitivities(self.tree, self.overrides, self.solved, self.control)


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity(Named[Influence]):
    """What the parameters of a model do to one measure; `ranked` has those that matter most first.

    `result[name]` is what one parameter does.
    """

    found: influence.Sensitivity

    @property
    def value(self) -> float:
        """The measure itself."""
        return self.found.value

    @property
    def ranked(self) -> tuple[Influence, ...]:
        """The influences, those that change the measure most for each per cent first."""
        return self.found.ranked

    @property
    def named(self) -> ByName[Influence]:
        """What each parameter does."""
        return ByName("parameter", {one.name: one for one in self.found.influences})

    @property
    def components(self) -> ByName[Influence]:
        """What a factor common to all rates of a component does, whatever they are made of."""
        return ByName("component", {one.name: one for one in self.found.components})

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
class Equilibrium(_LongRun):
    """The equilibrium that the fluid approximation comes to."""

    found: Values
    tree: Tree
    overrides: Mapping[str, float]
    control: Control

    @property
    def values(self) -> Values:
        """The result that measures are asked of."""
        return self.found

    @property
    def title(self) -> str:
        """What it is, and how it was obtained."""
        return "fluid approximation at its equilibrium"

    @cached_property
    def _differentiated(self) -> Differentiated:
        return fluid_sensitivity.FluidSensitivities(self.tree, self.overrides, self.control)

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
        return self.found.means

    def estimate(self, expression: str) -> Estimate:
        """Return a measure with its `half_width`, nan where none can be given; raises PepaError."""
        return self.found.estimate(arguments.text(expression, "a measure", MEASURED))

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
        halves = [self.estimate(f"{measure}({name_text(name)})").half_width for measure, name in asked]
        return {**columns, "half width": halves}


@dataclass(frozen=True, eq=False, repr=False)
class TimeSeries(Named[Vector]):
    """Figures over time: exact, fluid or simulated; the margins are what the method has, `margin` says what.

    `result[name]` are the figures of an action or a local derivative, shape (times,).
    """

    series: series.Series

    @property
    def time(self) -> Vector:
        """The times, shape (times,)."""
        return self.series.time

    @property
    def throughput(self) -> Mapping[str, Vector]:
        """The rate of each action, shape (times,) each."""
        return ByName("action", self.series.throughput)

    @property
    def population(self) -> Mapping[str, Vector]:
        """The mean number of components in each local derivative, shape (times,) each."""
        return ByName("local derivative", self.series.population)

    @property
    def margin(self) -> str:
        """What the margins are; empty where there are none."""
        return self.series.margin

    @property
    def named(self) -> ByName[Vector]:
        """The figures of each action and local derivative, shape (times,) each."""
        return ByName(NAMED, self.population, self.throughput)

    def margin_of(self, name: str) -> Vector:
        """Return the margins of a figure, nan where the method has none; raises PepaError for an unknown name."""
        none = np.full(len(self[name]), np.nan)
        curve = self.series.curve(name)
        return none if curve is None or curve.margin is None else curve.margin

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
class Sweep(Named[Vector]):
    """Measures at many points; a point that has none is nan, and `reasons` says why; `notes` are about some points.

    `result[name]` are the values of a parameter or a measure, shape (points,).
    """

    parameters: Mapping[str, Vector]
    measures: Mapping[str, Vector]
    half_widths: Mapping[str, Vector]
    reasons: tuple[str, ...]
    methods: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def named(self) -> ByName[Vector]:
        """The values of each parameter and measure, shape (points,) each."""
        return ByName("varied parameter or measure", self.parameters, self.measures)

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
