"""A measure to first order: what a small change of probabilities, populations, flows or parameters does to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pepa.control.error import PepaError
from pepa.language.slopes import NONE, Slopes, combined
from pepa.markov.space.state_space import Vector
from pepa.net.net import Net
from pepa.query import of_states
from pepa.query.expression import Call, ExpressionError, Name, Node, Operation, Route, Watched, parse
from pepa.query.interpreter import raised
from pepa.query.measure import TIMES, Distribution, Measured, Values
from pepa.query.measures import entering
from pepa.query.passage import Question, question
from pepa.query.rewards import known_action
from pepa.query.states import ChainStates, States, located, not_known, parameter, state_values


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


Passing = Callable[[Question], Slopes]  # the derivatives of the mean time of a passage


def linear(text: str, result: Values, passing: Passing | None = None) -> Linear:
    """Return a measure to first order; raises ExpressionError where it cannot be read or has no meaning.

    What is compared or counted jumps and stays between: its derivative is taken to be 0. Mean passage times have one
    where `passing` tells it.
    """
    return _Linear(text, result, passing).linear(parse(text))


class _Linear(Measured):
    def __init__(self, text: str, result: Values, passing: Passing | None) -> None:
        super().__init__(text, result)
        self.passing = passing

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
            case "visits":
                return self.of_visits(argument)
            case "sojourn":
                inside, visits = self.of_inside(argument), self.of_visits(argument)
                factors = partials("/", [inside.value, visits.value])
                return _total(value, list(zip(factors, (inside, visits), strict=True)))
            case "passage" if self.passing is not None:
                assert isinstance(argument, Route | Watched)
                try:
                    return Linear(value, own=self.passing(question(self.text, argument, net)))
                except PepaError as error:
                    raise located(self.text, node.span, error) from None
            case function if function in TIMES:
                message = f"`{function}` has no derivative here"
                hint = "see what it is at other values: pepa sweep"
                raise ExpressionError(self.text, node.span, message, hint)
        return self.of_distribution(node, argument, value)

    def of_inside(self, argument: Node) -> Linear:
        """Return how much of the time it is so."""
        found = self.distributed()
        inside = state_values(self.text, argument, found.states).astype(float)
        return Linear(float(found.probability @ inside), inside)

    def of_visits(self, argument: Node) -> Linear:
        """Return how often it becomes so; each transition by which it does counts."""
        found = self.distributed()
        chain = found.states
        if not isinstance(chain, ChainStates):
            raise not_known("visits", "solve")
        inside, space = state_values(self.text, argument, chain), chain.space
        entries = (~inside[space.source] & inside[space.target]).astype(float)
        return Linear(float(found.probability @ chain.entering(inside)), transitions=entries)

    def distributed(self) -> Distribution:
        """Return the distribution over states, without which a measure of them would have been refused."""
        assert self.result.distribution is not None
        return self.result.distribution

    def of_distribution(self, node: Call, argument: Node, value: float) -> Linear:
        found = self.distributed()
        values, slopes = state_slopes(self.text, argument, found.states, self.result.net)
        measure, given = of_states.TABLE[node.function], (found.probability, values.astype(float))
        own = combined((measure.by_value(*given), slopes))
        by_parameter = {direction: float(np.sum(slope)) for direction, slope in own.items()}
        return Linear(value, measure.by_probability(*given), own=by_parameter)


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
    along = [factor * term.transitions for factor, term in terms if term.transitions is not None]
    return Linear(
        value,
        np.sum(states, axis=0) if states else None,
        np.sum(moves, axis=0) if moves else None,
        np.sum(along, axis=0) if along else None,
        combined(*((factor, term.population) for factor, term in terms)),
        combined(*((factor, term.own) for factor, term in terms)),
    )
