"""A measure to first order: what a small change of probabilities, populations, flows or parameters does to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pepa.language.slopes import NONE, Slopes, combined
from pepa.markov.space.state_space import Vector
from pepa.net.net import Net
from pepa.query.expression import Call, ExpressionError, Name, Node, Operation, parse
from pepa.query.interpreter import raised
from pepa.query.measure import Measured, Values
from pepa.query.measures import entering
from pepa.query.rewards import known_action
from pepa.query.states import States, parameter, state_values


@dataclass(frozen=True, eq=False)
class Linear:
    """The value of a measure and its derivatives there.

    `states` by the probability of each state (states,), `moves` by the flow of each move (moves,), `population` by the
    mean number in local derivatives, and `own` by parameters that it names itself; none where it has none.
    """

    value: float
    states: Vector | None = None
    moves: Vector | None = None
    population: Slopes = field(default_factory=dict)
    own: Slopes = field(default_factory=dict)


def linear(text: str, result: Values) -> Linear:
    """Return a measure to first order; raises ExpressionError where it cannot be read or has no meaning.

    What is compared or counted jumps and stays between: its derivative is taken to be 0.
    """
    return _Linear(text, result).linear(parse(text))


class _Linear(Measured):
    def linear(self, node: Node) -> Linear:
        value = float(self.number(node))
        match node:
            case Name(name=name):
                return Linear(value, own=self.result.net.parameters[name].slopes)
            case Call():
                return self.of_call(node, value)
            case Operation(operator=sign, operands=operands):
                factors = partials(sign, [self.number(operand) for operand in operands])
                if not any(factors):
                    return Linear(value)
                return _total(value, list(zip(factors, map(self.linear, operands), strict=True)))
        return Linear(value)

    def of_call(self, node: Call, value: float) -> Linear:
        net, argument = self.result.net, node.arguments[0]
        match node.function:
            case "throughput":
                action = self.named(argument, "action", known_action)
                return Linear(value, moves=np.array([move.action == action for move in net.moves], float))
            case "population" | "utilisation":
                name = self.local_derivative(argument)
                share = 1.0 if node.function == "population" else 1 / max(1, self.result.sizes.get(name, 0))
                return Linear(value, population={(name, 1): share})
            case "responsetime":
                names = [self.local_derivative(one) for one in node.arguments]
                into = entering(net, names)
                arrivals = float(into @ self.result.flow)
                inside = Linear(value * arrivals, population={(name, 1): 1.0 for name in names})
                factors = partials("/", [inside.value, arrivals])
                return _total(value, list(zip(factors, (inside, Linear(arrivals, moves=into)), strict=True)))
            case "visits" | "sojourn":
                message = f"`{node.function}` has no derivative here"
                raise ExpressionError(
                    self.text, node.span, message, "ask for a probability, a throughput or a population"
                )
        return self.of_distribution(node, argument, value)

    def of_distribution(self, node: Call, argument: Node, value: float) -> Linear:
        found = self.result.distribution
        assert found is not None  # its value would have been refused
        values, slopes = state_slopes(self.text, argument, found.states, self.result.net)
        earned = values.astype(float)
        if node.function == "variance":
            from_mean = earned - float(found.probability @ earned)
            own = combined((2.0 * found.probability * from_mean, slopes))
            return Linear(
                value, from_mean**2, own={direction: float(np.sum(slope)) for direction, slope in own.items()}
            )
        own = combined((found.probability, slopes))
        return Linear(value, earned, own={direction: float(np.sum(slope)) for direction, slope in own.items()})


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
    return [0.0] * len(values)


def _total(value: float, terms: list[tuple[float, Linear]]) -> Linear:
    """Return a sum of terms, each a factor and what it multiplies."""
    states = [factor * term.states for factor, term in terms if term.states is not None]
    moves = [factor * term.moves for factor, term in terms if term.moves is not None]
    return Linear(
        value,
        np.sum(states, axis=0) if states else None,
        np.sum(moves, axis=0) if moves else None,
        combined(*((factor, term.population) for factor, term in terms)),
        combined(*((factor, term.own) for factor, term in terms)),
    )
