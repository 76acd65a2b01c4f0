"""The fluid of a net as a result to ask measures of: at its equilibrium, or at given times."""

from __future__ import annotations

from collections.abc import Iterator

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.fluid.equilibrium import equilibrium
from pepa.fluid.ode import Fluid, trajectory
from pepa.markov.space.state_space import Vector
from pepa.net.net import Net
from pepa.population.population import population
from pepa.query.measure import Values


def fluid_values(net: Net, control: Control) -> Values:
    """Return populations and throughputs at equilibrium; raises PepaError, in words, where there is none."""
    fluid = Fluid(population(net, fluid=True))
    found = equilibrium(fluid, control)
    if found.counts is None:
        raise PepaError(found.verdict.value, "follow it over time, or solve the model exactly")
    return values_of(fluid, found.counts)


def fluid_values_at(net: Net, times: Vector, control: Control) -> Iterator[Values]:
    """Yield populations and throughputs at each of some ascending times."""
    fluid = Fluid(population(net, fluid=True))
    for counts in trajectory(fluid, times, control).counts.T:
        yield values_of(fluid, counts)


def values_of(fluid: Fluid, counts: Vector) -> Values:
    """Return counts, shape (places,), as a result."""
    view, rates = fluid.population, fluid.rates(counts)
    return Values("fluid", view.net, view.throughputs(rates), view.populations(counts), view.flow(rates))
