"""The measures by name: what each is worth in a result, and what it is to first order."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from pepa.control.error import PepaError
from pepa.language.problem import Span
from pepa.language.slopes import combined
from pepa.query.earned import entering as entered
from pepa.query.expression import Call, ExpressionError, Route, Watched
from pepa.query.first_order import Linear, partials, state_slopes, total_of
from pepa.query.measures import entering, response_time
from pepa.query.of_states import TABLE as OF_STATES
from pepa.query.of_states import OfStates
from pepa.query.passage import question
from pepa.query.rewards import known_action
from pepa.query.states import ChainStates, located, not_known, state_values

if TYPE_CHECKING:
    from pepa.query.linear import ToFirstOrder
    from pepa.query.measure import Measured


@dataclass(frozen=True)
class Form:
    """A measure: its value, and its value with derivatives where the value is known; `single` if it is of one thing."""

    value: Callable[[Measured, Call], float]
    slopes: Callable[[ToFirstOrder, Call, float], Linear]
    single: bool = True


def _throughput(asked: Measured, node: Call) -> float:
    return asked.result.throughput[asked.named(node.arguments[0], "action", known_action)]


def _by_moves(asked: ToFirstOrder, node: Call, value: float) -> Linear:
    action = asked.named(node.arguments[0], "action", known_action)
    return Linear(value, moves=np.array([move.action == action for move in asked.result.net.moves], float))


def _population(asked: Measured, node: Call) -> float:
    return asked.result.population[asked.local_derivative(node.arguments[0])]


def _by_population(asked: ToFirstOrder, node: Call, value: float) -> Linear:
    return Linear(value, population={(asked.local_derivative(node.arguments[0]), 1): 1.0})


def _utilisation(asked: Measured, node: Call) -> float:
    return _population(asked, node) / _members(asked, node)


def _by_share(asked: ToFirstOrder, node: Call, value: float) -> Linear:
    return Linear(value, population={(asked.local_derivative(node.arguments[0]), 1): 1 / _members(asked, node)})


def _members(asked: Measured, node: Call) -> int:
    return max(1, asked.result.net.members(asked.local_derivative(node.arguments[0])))


def _response_time(asked: Measured, node: Call) -> float:
    result, names = asked.result, [asked.local_derivative(one) for one in node.arguments]
    if not names:
        raise ExpressionError(asked.text, node.span, "`responsetime` is of one or more local derivatives", "")
    if result.empty.issuperset(names):
        message = f"a {result.kind.word} result has nobody left waiting there, though by chance some are"
        raise ExpressionError(asked.text, node.span, message, "solve the model exactly, or simulate it")
    return response_time(result.net, result.population, result.flow, names).mean


def _by_little(asked: ToFirstOrder, node: Call, value: float) -> Linear:
    names = [asked.local_derivative(one) for one in node.arguments]
    into = entering(asked.result.net, names)
    arrivals = float(into @ asked.result.flow)
    inside = Linear(value * arrivals, population={(name, 1): 1.0 for name in names})
    return _quotient(value, inside, Linear(arrivals, moves=into))


def _quotient(value: float, above: Linear, below: Linear) -> Linear:
    return total_of(value, list(zip(partials("/", [above.value, below.value]), (above, below), strict=True)))


def _of_states(measure: OfStates, asked: Measured, node: Call) -> float:
    found, argument = asked.distributed(node), node.arguments[0]
    values = state_values(asked.text, argument, found.states)
    if measure.of_truth and values.dtype != np.bool_:
        raise ExpressionError(asked.text, argument.span, "expected something true or false", "as in User3 >= 2")
    with np.errstate(over="ignore", invalid="ignore"):
        return measure.value(found.probability, values.astype(float))


def _by_states(measure: OfStates, asked: ToFirstOrder, node: Call, value: float) -> Linear:
    found = asked.distributed(node)
    values, slopes = state_slopes(asked.text, node.arguments[0], found.states, asked.result.net)
    given = found.probability, values.astype(float)
    own = combined((measure.by_value(*given), slopes))
    by_parameter = {direction: float(np.sum(slope)) for direction, slope in own.items()}
    return Linear(value, measure.by_probability(*given), own=by_parameter)


def _visits(asked: Measured, node: Call) -> float:
    found = asked.distributed(node)
    try:
        return float(found.probability @ entered(asked.text, node, found.states))
    except ExpressionError:
        raise
    except PepaError as error:
        raise located(asked.text, node.span, error) from None


def _by_entries(asked: ToFirstOrder, node: Call, value: float) -> Linear:
    """Return how often it becomes so; each transition by which it does counts."""
    chain = asked.distributed(node).states
    if not isinstance(chain, ChainStates):
        raise not_known("visits", "solve")
    inside, space = state_values(asked.text, node.arguments[0], chain), chain.space
    return Linear(value, transitions=(~inside[space.source] & inside[space.target]).astype(float))


def _sojourn(asked: Measured, node: Call) -> float:
    often = _visits(asked, node)
    return _inside(asked, node).value / often if often else math.nan


def _by_stays(asked: ToFirstOrder, node: Call, value: float) -> Linear:
    return _quotient(value, _inside(asked, node), _by_entries(asked, node, _visits(asked, node)))


def _inside(asked: Measured, node: Call) -> Linear:
    """Return how much of the time it is so."""
    found = asked.distributed(node)
    inside = state_values(asked.text, node.arguments[0], found.states).astype(float)
    return Linear(float(found.probability @ inside), inside)


def _of_passage(asked: Measured, node: Call) -> float:
    """Return the mean time of a passage, a quantile of it, how much has arrived by a time, or what is earned."""
    *numbers, route = node.arguments
    first = FIRST.get(node.function)
    example = "passage(ask -> answer)" if first is None else f"{node.function}({first}, ask -> answer)"
    if not isinstance(route, Route | Watched) or len(numbers) != (first is not None):
        raise ExpressionError(asked.text, node.span, f"`{node.function}` is of one passage", f"as in {example}")
    number: float | str = 0.0
    if node.function == "earned":
        number = asked.text[numbers[0].span.start : numbers[0].span.end]
    elif numbers:
        number = float(asked.number(numbers[0]))
        if not number >= 0 or (node.function == "quantile" and not 0 < number < 1):
            message = f"{number:g} is not possible here"
            raise ExpressionError(asked.text, numbers[0].span, message, f"as in {example}")
    if asked.result.passages is None:
        message = "passage times begin in the long run: there are none at a time"
        raise ExpressionError(asked.text, node.span, message, "ask for it without times")
    try:
        return asked.result.passages(node.function, number, question(asked.text, route, asked.result.net))
    except ExpressionError as error:  # about a part of it
        begin = max(asked.text.find(error.text, node.span.start), node.span.start)
        span = Span(begin + error.span.start, begin + error.span.end)
        raise ExpressionError(asked.text, span, error.said, error.hint) from None
    except PepaError as error:
        raise located(asked.text, route.span, error) from None


def _by_passing(asked: ToFirstOrder, node: Call, value: float) -> Linear:
    route = node.arguments[0]
    if asked.passing is None:
        return _by_nothing(asked, node, value)
    assert isinstance(route, Route | Watched)
    try:
        return Linear(value, own=asked.passing(question(asked.text, route, asked.result.net)))
    except PepaError as error:
        raise located(asked.text, node.span, error) from None


def _by_nothing(asked: ToFirstOrder, node: Call, value: float) -> Linear:
    del value
    message = f"`{node.function}` has no derivative here"
    raise ExpressionError(asked.text, node.span, message, "see what it is at other values: pepa sweep")


FIRST = {"quantile": "0.95", "arrived": "10", "earned": "useVM"}  # before the passage that they are of
TIMES = ("passage", *FIRST)
MEASURES = {
    "throughput": Form(_throughput, _by_moves),
    "population": Form(_population, _by_population),
    "utilisation": Form(_utilisation, _by_share),
    "responsetime": Form(_response_time, _by_little, single=False),
    **{name: Form(partial(_of_states, one), partial(_by_states, one)) for name, one in OF_STATES.items()},
    "visits": Form(_visits, _by_entries),
    "sojourn": Form(_sojourn, _by_stays),
    "passage": Form(_of_passage, _by_passing, single=False),
    **{name: Form(_of_passage, _by_nothing, single=False) for name in FIRST},
}
