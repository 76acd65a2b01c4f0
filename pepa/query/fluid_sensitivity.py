"""What a measure of a fluid equilibrium depends on: its derivative by every rate, by the implicit function theorem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

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
from pepa.query.differentiated import Differentiated, Gradient
from pepa.query.fluid import figures_of, stationary, values_of
from pepa.query.influence import IMPLICIT
from pepa.query.linear import Linear, linear
from pepa.query.measure import Values


@dataclass
class FluidSensitivities(Differentiated):
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

    def linear(self, measure: str) -> Linear:
        """Return a measure to first order."""
        return linear(measure, self.values)

    def gradient(self, found: Linear) -> Gradient:
        """Return the derivatives by the implicit function theorem."""
        directions = dict.fromkeys((*self._slopes.rates, *found.own))
        slopes = {direction: self._slope(found, direction) for direction in directions}
        return Gradient(slopes, IMPLICIT, self._slopes.residual)

    def resized(self, overrides: Mapping[str, float]) -> Values:
        """Return the figures of the equilibrium with other numbers of copies."""
        fluid = Fluid(population(compile_model(self.model, overrides), fluid=True))
        counts = _reached(fluid, self.control).counts
        assert counts is not None
        return figures_of(fluid, counts)

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


def _reached(fluid: Fluid, control: Control) -> Equilibrium:
    found = equilibrium(fluid, control)
    if found.counts is None:
        raise PepaError(found.verdict.value, "follow it over time, or ask of the exact solution")
    return found
