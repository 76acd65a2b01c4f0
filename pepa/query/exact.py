"""Exact results to ask measures of: the steady state, or the distribution at given times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from pepa.control.control import Control
from pepa.markov.space.state_space import Vector
from pepa.markov.transient.moment import Moment
from pepa.markov.transient.transient import transient
from pepa.query.analysis import Derived, Solved
from pepa.query.kind import Kind
from pepa.query.measure import Distribution, Values
from pepa.query.measures import Measures, flows, measures
from pepa.query.passage import passage
from pepa.query.passage_figures import ByChain
from pepa.query.states import ChainStates


def exact_values(solved: Solved, control: Control | None = None) -> Values:
    """Return a solved model as a result to ask measures of; passage times are worked out when they are asked for."""
    found = _values(solved.derived, solved.measures, solved.flow, solved.steady.probability)
    error, control = solved.steady.certainty.error, control or Control()
    passages = ByChain(partial(passage, solved.derived.compiled, control=control, solved=solved))
    return replace(found, passages=passages, error=error)


def exact_values_at(derived: Derived, times: Vector, control: Control) -> Iterator[tuple[Values, Moment]]:
    """Yield the result at each of some ascending times, with the distribution it comes from and its error."""
    for moment in transient(derived.chain, times, control):
        yield values_of(derived, moment.probability), moment


def values_of(derived: Derived, probability: Vector) -> Values:
    """Return a distribution over the states, shape (states,), as a result."""
    flow = flows(derived.space, derived.chain, probability)
    return _values(derived, measures(derived.space, flow, probability), flow, probability)


def _values(derived: Derived, found: Measures, flow: Vector, probability: Vector) -> Values:
    distribution = Distribution(ChainStates(derived.space, derived.net, derived.classes, probability), probability)
    held = {**found.population, **found.compound}
    return Values(Kind.EXACT, derived.net, found.throughput, held, flow, found.counts, distribution)
