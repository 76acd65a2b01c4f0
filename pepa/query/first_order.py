"""Values to first order: what a small change of probabilities, populations, flows or parameters does to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pepa.language.slopes import NONE, Slopes, combined
from pepa.markov.space.state_space import Vector
from pepa.net.net import Net
from pepa.query.expression import Name, Node, Operation
from pepa.query.interpreter import COMPARISONS, equal, raised
from pepa.query.states import States, parameter, state_values


@dataclass(frozen=True, eq=False)
class Linear:
    """The value of a measure and its derivatives there.

    `states` by the probability of each state (states,), `moves` by the flow of each move (moves,), `transitions` by the
    flow along each transition (transitions,), `population` by the mean number in local derivatives, and `own` by
    parameters that it names itself; none where it has none.
    """

    value: float
    states: Vector | None = None
    moves: Vector | None = None
    transitions: Vector | None = None
    population: Slopes = field(default_factory=dict)
    own: Slopes = field(default_factory=dict)


def state_slopes(text: str, node: Node, states: States, net: Net) -> tuple[Any, Slopes]:
    """Return the value of a state expression in every state, and its slopes by the parameters of `net` it names."""
    values = state_values(text, node, states)
    match node:
        case Name(name=name, group=None) if parameter(name, net) is not None:
            return values, net.parameters[name].slopes
        case Operation(operator=sign, operands=operands):
            each = [state_slopes(text, operand, states, net) for operand in operands]
            if any(slopes for _, slopes in each):
                factors = partials(sign, [value for value, _ in each])
                return values, combined(*zip(factors, (slopes for _, slopes in each), strict=True))
    return values, NONE


def partials(sign: str, values: list[Any]) -> list[Any]:
    """Return the derivatives of an operation by each of its operands."""
    match sign, values:
        case "+", _:
            return [1.0, 1.0]
        case "-", _:
            return [1.0, -1.0]
        case "negative", _:
            return [-1.0]
        case "*", [left, right]:
            return [right, left]
        case "/", [above, below]:
            with np.errstate(divide="ignore", invalid="ignore"):
                share = np.true_divide(1.0, below)
                return [share, -above * share * share]
        case "^" | "**", [base, exponent]:
            by_base = np.where(np.equal(exponent, 0), 0.0, exponent * raised(base, np.subtract(exponent, 1)))
            logarithm = np.log(base, out=np.full(np.shape(base), np.nan), where=np.greater(base, 0))
            by_exponent = np.where(np.greater(base, 0), raised(base, exponent) * logarithm, 0.0)
            return [by_base[()], by_exponent[()]]
        case _, [left, right] if sign in COMPARISONS:  # where they are equal, the least change decides
            return [np.where(equal(left, right), np.nan, 0.0)] * 2
    return [0.0] * len(values)


def total_of(value: float, terms: list[tuple[float, Linear]]) -> Linear:
    """Return a sum of terms, each a factor and what it multiplies."""
    states = [factor * term.states for factor, term in terms if term.states is not None]
    moves = [factor * term.moves for factor, term in terms if term.moves is not None]
    along = [factor * term.transitions for factor, term in terms if term.transitions is not None]
    return Linear(
        value,
        np.sum(states, axis=0) if states else None,
        np.sum(moves, axis=0) if moves else None,
        np.sum(along, axis=0) if along else None,
        combined(*((factor, term.population) for factor, term in terms)),
        combined(*((factor, term.own) for factor, term in terms)),
    )
