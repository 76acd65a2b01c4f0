"""What a measure of a fluid equilibrium depends on: its derivative by every rate, by the implicit function theorem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.fluid.drained import drained
from pepa.fluid.equilibrium import Equilibrium, beside, equilibrium
from pepa.fluid.ode import Fluid
from pepa.fluid.sensitivity import EquilibriumSlopes, equilibrium_slopes
from pepa.language.slopes import Direction
from pepa.language.syntax import Model
from pepa.net.compile import compile_model
from pepa.net.net import Net
from pepa.population.population import Vector, population, steepness
from pepa.query.differentiated import Differentiated, Gradient
from pepa.query.first_order import Linear
from pepa.query.fluid import figures_of, stationary, values_of
from pepa.query.influence import IMPLICIT
from pepa.query.linear import linear
from pepa.query.measure import Values

BEYOND = 10.0  # times faster still than what is passive is made, to see what depends on that
ACCURACY = 1e-9  # relative: what solving for the equilibrium and its derivatives leaves


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
    def _here(self) -> _Moving:
        return _Moving(self.fluid, self.found, equilibrium_slopes(self.fluid, self.found, self.net))

    @cached_property
    def _beyond(self) -> _Moving | None:
        """The same where what is passive is faster still; None where nothing is passive, or that was not found."""
        if not any(transition.passive for group in self.net.groups for transition in group.component.transitions):
            return None
        fluid = Fluid(population(self.net, fluid=True, steep=BEYOND * steepness(self.net)))
        found = beside(fluid, self.found, self._fewer_waiting())
        return None if found is None else _Moving(fluid, found, equilibrium_slopes(fluid, found, self.net))

    def _fewer_waiting(self) -> Vector:
        """Return counts (places,) in which fewer wait in drained places, as many fewer as they are faster served."""
        assert self.found.counts is not None
        counts, view = self.found.counts.copy(), self.fluid.population
        for place in drained(view, counts, self.fluid.rates(counts)):
            group = np.flatnonzero(view.group == view.group[place])
            gone = counts[place] * (1 - 1 / BEYOND)
            counts[place] -= gone
            counts[group[np.argmax(counts[group])]] += gone
        return counts

    def linear(self, measure: str) -> Linear:
        """Return a measure to first order."""
        return linear(measure, self.values)

    def gradient(self, found: Linear) -> Gradient:
        """Return the derivatives by the implicit function theorem."""
        here, beyond = self._here, self._beyond
        slopes = {direction: here.slope(found, direction) for direction in (*here.slopes.rates, *found.own)}
        if beyond is not None:  # what is there because infinity is but a large number is none
            slopes = {
                direction: slope if abs(beyond.slope(found, direction)) >= abs(slope) / 2 else 0.0
                for direction, slope in slopes.items()
            }
        return Gradient(slopes, IMPLICIT, here.slopes.residual, ACCURACY)

    def resized(self, overrides: Mapping[str, float]) -> Values:
        """Return the figures of the equilibrium at other parameters."""
        fluid = Fluid(population(compile_model(self.model, overrides), fluid=True))
        counts = _reached(fluid, self.control).counts
        assert counts is not None
        return figures_of(fluid, counts)


@dataclass(frozen=True, eq=False)
class _Moving:
    """A fluid at its equilibrium, and how that moves with the parameters."""

    fluid: Fluid
    found: Equilibrium
    slopes: EquilibriumSlopes

    def slope(self, found: Linear, direction: Direction) -> float:
        """Return the derivative of a measure in a direction."""
        total = float(found.own.get(direction, 0.0))
        if direction not in self.slopes.rates:
            return total
        if found.moves is not None:
            total += float(found.moves @ self.fluid.population.flow(self.slopes.rates[direction]))
        held = self._held(self.slopes.counts[direction])
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
