"""What a measure of a fluid equilibrium depends on: its derivative by every rate, by the implicit function theorem."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.fluid.drained import drained
from pepa.fluid.equilibrium import Equilibrium, equilibrium
from pepa.fluid.ode import Fluid
from pepa.fluid.sensitivity import EquilibriumSlopes, equilibrium_slopes
from pepa.language.slopes import Direction
from pepa.language.syntax import Model
from pepa.net.compile import compile_model
from pepa.net.net import Net
from pepa.population.population import Vector, population
from pepa.query.fluid import figures_of, stationary, values_of
from pepa.query.influence import IMPLICIT, Sensitivity, by_component, finite, rate_influence, size_influence, sizing
from pepa.query.linear import Linear, linear
from pepa.query.measure import Values, measured


@dataclass
class FluidSensitivities:
    """The sensitivities of the measures of one fluid equilibrium; what they share is worked out once."""

    model: Model
    overrides: Mapping[str, float]
    control: Control
    _resized: dict[tuple[str, float], Values | str] = field(init=False, default_factory=dict)

    @cached_property
    def net(self) -> Net:
        """The net with the parameters asked for, and slopes."""
        return compile_model(self.model, self.overrides, slopes=True)

    @cached_property
    def fluid(self) -> Fluid:
        """Its fluid."""
        return Fluid(population(self.net, fluid=True))

    @cached_property
    def found(self) -> Equilibrium:
        """The equilibrium; raises PepaError, in words, where there is none."""
        return _reached(self.fluid, self.control)

    @cached_property
    def values(self) -> Values:
        """The figures of the equilibrium, with what makes them doubtful."""
        counts = self.found.counts
        assert counts is not None
        return values_of(self.fluid, counts, stationary(self.fluid, self.found))

    @cached_property
    def _slopes(self) -> EquilibriumSlopes:
        return equilibrium_slopes(self.fluid, self.found, self.net)

    def of(self, measure: str, *, sizes: bool = True) -> Sensitivity:
        """Return the sensitivity of a measure; with `sizes`, to the numbers of copies as well.

        Raises ExpressionError for what is no measure of a fluid, PepaError where there is no derivative.
        """
        began = time.perf_counter()
        if not np.isfinite(measured(measure, self.values)):
            raise PepaError(f"{measure} has no value here, and no derivative", "ask for what is finite")
        found = linear(measure, self.values)
        if not finite(found):
            raise PepaError(f"{measure} has no derivative here: it would be infinite", "ask for a part of it")
        directions = dict.fromkeys((*self._slopes.rates, *found.own))
        slopes = {direction: self._slope(found, direction) for direction in directions}
        sized = sizing(self.model, self.overrides)
        rates = [
            rate_influence(self.net, name, found.value, slopes) for name in self.net.parameters if name not in sized
        ]
        copies = []
        for name in sized if sizes else ():
            value = self.net.parameters[name].value
            beside = [self._at(measure, name, value + by) for by in (-1, 1)]
            copies.append(size_influence(name, value, found.value, beside))
        order = list(self.net.parameters)
        return Sensitivity(
            measure,
            found.value,
            tuple(sorted((*rates, *copies), key=lambda one: order.index(one.name))),
            by_component(self.net, rates),
            IMPLICIT,
            self._slopes.residual,
            time.perf_counter() - began,
        )

    def _slope(self, found: Linear, direction: Direction) -> float:
        total = float(found.own.get(direction, 0.0))
        if direction not in self._slopes.rates:
            return total
        if found.moves is not None:
            total += float(found.moves @ self.fluid.population.flow(self._slopes.rates[direction]))
        held = self._held(self._slopes.counts[direction])
        return total + sum(float(share) * held[name] for (name, _), share in found.population.items())

    def _held(self, counts: Vector) -> dict[str, float]:
        """Return derivatives of populations from those of counts (places,); in a drained place nobody is shown."""
        view, at = self.fluid.population, self.found.counts
        assert at is not None
        shown = counts.copy()
        shown[list(drained(view, at, self.fluid.rates(at)))] = 0.0
        return {**view.populations(shown), **view.compounds(shown)}

    def _at(self, measure: str, name: str, value: float) -> float | str:
        """Return a measure with another number of copies, or why there is none."""
        key = name, value
        if key not in self._resized:
            try:
                fluid = Fluid(population(compile_model(self.model, {**self.overrides, name: value}), fluid=True))
                counts = _reached(fluid, self.control).counts
                assert counts is not None
                self._resized[key] = figures_of(fluid, counts)
            except PepaError as error:
                self._resized[key] = f"{value:g}: {error.message}"
        values = self._resized[key]
        return values if isinstance(values, str) else measured(measure, values)


def _reached(fluid: Fluid, control: Control) -> Equilibrium:
    found = equilibrium(fluid, control)
    if found.counts is None:
        raise PepaError(found.verdict.value, "follow it over time, or ask of the exact solution")
    return found
