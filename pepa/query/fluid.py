"""The fluid of a net as a result to ask measures of, at equilibrium or at given times, and what makes it doubtful."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.fluid.drained import drained
from pepa.fluid.equilibrium import Equilibrium, equilibrium
from pepa.fluid.noise import Doubt, covariances, doubts, stationary_covariance
from pepa.fluid.ode import Fluid, trajectory
from pepa.markov.space.state_space import Vector
from pepa.net.net import Net
from pepa.population.population import population
from pepa.query.kind import Kind
from pepa.query.measure import Values


def fluid_values(net: Net, control: Control, later: Control | None = None) -> Values:
    """Return populations and throughputs at equilibrium; raises PepaError, in words, where there is none.

    Passage times are worked out when they are asked for, within the limits of `later`, if they are others.
    """
    from pepa.query.fluid_passage import fluid_passage
    from pepa.query.passage_figures import ByChain

    fluid = Fluid(population(net, fluid=True))
    found = equilibrium(fluid, control)
    if found.counts is None:
        raise PepaError(found.verdict.value, "follow it over time, or solve the model exactly")
    values = values_of(fluid, found.counts, stationary(fluid, found))
    return replace(values, passages=ByChain(partial(fluid_passage, net, control=later or control)))


def fluid_values_at(net: Net, times: Vector, control: Control) -> Iterator[Values]:
    """Yield populations and throughputs at each of some ascending times."""
    fluid = Fluid(population(net, fluid=True))
    path = trajectory(fluid, times, control)
    for counts, covariance in zip(path.counts.T, covariances(path, control), strict=True):
        yield values_of(fluid, counts, covariance)


def stationary(fluid: Fluid, found: Equilibrium) -> NDArray[np.float64] | None:
    """Return the covariance (places, places) of the noise around an equilibrium; None along a continuum of them."""
    if found.counts is None or found.rank < found.dimension:
        return None  # the noise carries it along the continuum: there is no stationary one
    return stationary_covariance(fluid, found.counts)


def deviations(fluid: Fluid, counts: Vector, covariance: NDArray[np.float64]) -> Vector:
    """Return the standard deviation of each local derivative's members, shape (names,); nan where one is drained."""
    view = fluid.population
    weights = view.population_weights * (view.change != 0).any(axis=0)
    found = np.sqrt(np.maximum(np.einsum("np,pq,nq->n", weights, covariance, weights), 0.0))
    gone = list(drained(view, counts, fluid.rates(counts)))
    return np.where((weights[:, gone] != 0).any(axis=1), np.nan, found)


def values_of(fluid: Fluid, counts: Vector, covariance: NDArray[np.float64] | None = None) -> Values:
    """Return counts, shape (places,), as a result, with what makes it doubtful."""
    return replace(figures_of(fluid, counts), notes=doubt_sentences(doubts(fluid, counts, covariance)))


def figures_of(fluid: Fluid, counts: Vector) -> Values:
    """Return counts, shape (places,), as a result; nobody is shown in a place that is drained."""
    view, rates = fluid.population, fluid.rates(counts)
    gone = drained(view, counts, rates)
    shown = np.maximum(counts, 0.0)
    shown[list(gone)] = 0.0
    names = {name for name, places in view.held.items() if any(place in gone for place, _ in places)}
    held = {**view.populations(shown), **view.compounds(shown)}
    empty = frozenset(name for name in names if held[name] == 0)
    return Values(Kind.FLUID, view.net, view.throughputs(rates), held, view.flow(rates), shown, empty=empty)


def doubt_sentences(why: Sequence[Doubt]) -> tuple[str, ...]:
    """Say for each reason which actions it makes unreliable."""
    by_reason: dict[str, list[str]] = {}
    for doubt in why:
        by_reason.setdefault(doubt.reason, []).append(doubt.action)
    return tuple(
        f"mean and band are unreliable at {', '.join(actions)}: {reason}" for reason, actions in by_reason.items()
    )
