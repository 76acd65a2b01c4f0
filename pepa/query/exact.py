"""Exact results to ask measures of: the steady state, or the distribution at given times."""

from __future__ import annotations

from collections.abc import Iterator

from pepa.control.control import Control
from pepa.markov.space.state_space import Vector
from pepa.markov.transient.uniformisation import transient
from pepa.query.analysis import Derived, Solved
from pepa.query.measure import Distribution, Values
from pepa.query.measures import Measures, flows, measures
from pepa.query.states import ChainStates


def exact_values(solved: Solved) -> Values:
    """Return a solved model as a result to ask measures of."""
    return _values(solved.derived, solved.measures, solved.flow, solved.steady.probability)


def exact_values_at(derived: Derived, times: Vector, control: Control) -> Iterator[tuple[Values, float]]:
    """Yield the result at each of some ascending times, with the sum of the errors of its probabilities."""
    for moment in transient(derived.chain, times, control):
        flow = flows(derived.space, derived.chain, moment.probability)
        found = measures(derived.space, flow, moment.probability)
        yield _values(derived, found, flow, moment.probability), moment.error


def _values(derived: Derived, found: Measures, flow: Vector, probability: Vector) -> Values:
    distribution = Distribution(ChainStates(derived.space, derived.net, derived.classes, probability), probability)
    return Values("exact", derived.net, found.throughput, found.population, flow, distribution)
