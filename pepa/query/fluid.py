"""The equilibrium of a net's fluid as a result to ask measures of."""

from __future__ import annotations

import numpy as np

from pepa.fluid.equilibrium import equilibrium
from pepa.fluid.ode import Fluid
from pepa.language.problem import PepaError
from pepa.markov.control import Control
from pepa.net.net import Net
from pepa.population.population import population
from pepa.query.measure import Values


def fluid_values(net: Net, control: Control) -> Values:
    """Return populations and throughputs at equilibrium; raises PepaError, in words, where there is none."""
    view = population(net, fluid=True)
    fluid = Fluid(view)
    found = equilibrium(fluid, control)
    if found.counts is None:
        raise PepaError(found.verdict.value, "follow it over time, or solve the model exactly")
    rates = fluid.rates(found.counts)
    flow = np.zeros(len(net.moves))
    flow[[index for index, move in enumerate(net.moves) if not move.passive]] = rates
    throughput = dict.fromkeys(net.actions, 0.0) | dict(
        zip(view.doing, (view.action_weights @ rates).tolist(), strict=True)
    )
    held = dict(zip(view.held, (view.population_weights @ found.counts).tolist(), strict=True))
    return Values("fluid", net, throughput, held, flow)
