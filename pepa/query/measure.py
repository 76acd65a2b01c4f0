"""Measures by expression: `throughput(useVM)`, `probability(User3 >= 2)`, `population(User3) / 5`.

The same expression is asked of any result that knows populations and throughputs; what needs the distribution over
states (probability, mean, variance) only an exact one can answer, and the others say so.
"""

from __future__ import annotations

import difflib
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.markov.chain import Chain
from pepa.markov.state_space import StateSpace, Vector
from pepa.net.net import Net
from pepa.query.analysis import Solved
from pepa.query.expression import Call, ExpressionError, Name, Node, Number, Operation, parse
from pepa.query.measures import response_time
from pepa.query.rewards import member_counts

MEASURES = ("throughput", "population", "utilisation", "responsetime", "probability", "mean", "variance")
BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, eq=False)
class Distribution:
    """Probabilities of the states of a chain."""

    space: StateSpace
    chain: Chain
    probability: Vector


@dataclass(frozen=True, eq=False)
class Values:
    """A result that measures are asked of; `kind` is its word in messages."""

    kind: str
    net: Net
    throughput: Mapping[str, float]
    population: Mapping[str, float]
    flow: Vector | None = None
    distribution: Distribution | None = None

    @property
    def sizes(self) -> Mapping[str, int]:
        """The members of the groups that have each local derivative."""
        found: dict[str, int] = {}
        for group in self.net.groups:
            for name in {name for contents in group.component.contents for name in contents}:
                found[name] = found.get(name, 0) + group.size
        return found


def measured(text: str, result: Values) -> float:
    """Return the value of a measure; raises ExpressionError where it cannot be read or has no meaning."""
    return _Measure(text, result).value(parse(text))


class _Measure:
    def __init__(self, text: str, result: Values) -> None:
        self.text, self.result = text, result

    def value(self, node: Node) -> float:
        match node:
            case Number(value=value):
                return value
            case Call():
                return self.call(node)
            case Operation(operator=sign, operands=operands):
                return float(_combined(sign, [self.value(operand) for operand in operands]))
            case Name(name=name):
                hint = f"did you mean `population({name})`?" if name in self.result.population else ""
                hint = hint or f"the measures are {', '.join(MEASURES)}"
                raise ExpressionError(self.text, node.span, f"`{name}` is no measure", hint)
        raise AssertionError(node)

    def call(self, node: Call) -> float:
        function = node.function
        if function not in MEASURES:
            close = difflib.get_close_matches(function, MEASURES, 1)
            hint = f"did you mean `{close[0]}`?" if close else f"the measures are {', '.join(MEASURES)}"
            raise ExpressionError(self.text, node.span, f"there is no measure `{function}`", hint)
        if function == "responsetime":
            names = [self.named(argument, self.result.population, "local derivative") for argument in node.arguments]
            return self.response(node, names)
        if len(node.arguments) != 1:
            message = f"`{function}` is of one thing, not of {len(node.arguments)}"
            raise ExpressionError(self.text, node.span, message, f"as in {function}(…)")
        argument = node.arguments[0]
        if function == "throughput":
            return self.result.throughput[self.named(argument, self.result.throughput, "action")]
        if function in ("population", "utilisation"):
            name = self.named(argument, self.result.population, "local derivative")
            value = self.result.population[name]
            return value if function == "population" else value / max(1, self.result.sizes[name])
        return self.of_states(node, argument)

    def named(self, node: Node, names: Mapping[str, float], what: str) -> str:
        if not isinstance(node, Name) or node.group is not None:
            raise ExpressionError(self.text, node.span, f"expected the name of a {what}", "")
        if node.name not in names:
            close = difflib.get_close_matches(node.name, names, 1)
            hint = f"did you mean `{close[0]}`?" if close else f"they are {', '.join(list(names)[:12])}"
            raise ExpressionError(self.text, node.span, f"`{node.name}` is no {what} of this model", hint)
        return node.name

    def response(self, node: Call, names: Sequence[str]) -> float:
        if self.result.flow is None:
            raise ExpressionError(self.text, node.span, f"there is no response time in a {self.result.kind} result", "")
        if not names:
            raise ExpressionError(self.text, node.span, "`responsetime` is of one or more local derivatives", "")
        return response_time(self.result.net, self.result.population, self.result.flow, names).mean

    def of_states(self, node: Call, argument: Node) -> float:
        found = self.result.distribution
        if found is None:
            message = f"`{node.function}` needs the probabilities of states, which a {self.result.kind} result has not"
            raise ExpressionError(self.text, node.span, message, "solve the model exactly, or ask for a population")
        values = state_values(self.text, argument, found.space, found.chain)
        if node.function == "probability" and values.dtype != np.bool_:
            raise ExpressionError(self.text, argument.span, "expected something true or false", "as in User3 >= 2")
        values = values.astype(float)
        mean = float(found.probability @ values)
        if node.function == "variance":
            return float(found.probability @ (values - mean) ** 2)
        return mean


def _combined(sign: str, values: list[float]) -> float:
    """Return the value of an operation on figures; truth is 1, and a division by zero is not a number."""
    match sign, values:
        case "negative", [inner]:
            return -inner
        case "!", [inner]:
            return not inner
        case "/", [above, below]:
            return above / below if below else math.nan
        case "&", _:
            return all(values)
        case "|", _:
            return any(values)
        case "=>", [left, right]:
            return not left or bool(right)
        case _:
            return float(BINARY[sign](*values))


def state_values(text: str, node: Node, space: StateSpace, chain: Chain) -> NDArray[Any]:
    """Return the value of a state expression in every state, shape (states,): numbers, or truth values."""
    return np.broadcast_to(np.asarray(_States(text, space, chain).value(node)), (space.size,))


class _States:
    def __init__(self, text: str, space: StateSpace, chain: Chain) -> None:
        self.text, self.space, self.chain = text, space, chain

    def value(self, node: Node) -> Any:
        match node:
            case Number(value=value):
                return value
            case Name():
                return self.name(node)
            case Call(function="enabled", arguments=(Name(name=action),)):
                return self.enabled(node, action)
            case Call():
                message = f"`{node.function}` has no value in one state"
                raise ExpressionError(self.text, node.span, message, "in a state there are counts, enabled(action)")
            case Operation(operator=sign, operands=operands) if sign in ("!", "&", "|", "=>"):
                truths = [self.truth(operand) for operand in operands]
                if sign == "!":
                    return ~truths[0]
                if sign == "=>":
                    return ~truths[0] | truths[1]
                return (np.logical_and if sign == "&" else np.logical_or).reduce(truths)
            case Operation(operator="/", operands=(above, below)):
                with np.errstate(divide="ignore", invalid="ignore"):
                    return np.true_divide(self.value(above), self.value(below))
            case Operation(operator=sign, operands=operands):
                values = [self.value(operand) for operand in operands]
                return -values[0] if sign == "negative" else BINARY[sign](*values)
        raise AssertionError(node)

    def truth(self, node: Node) -> NDArray[np.bool_]:
        values = np.broadcast_to(np.asarray(self.value(node)), (self.space.size,))
        if values.dtype != np.bool_:
            raise ExpressionError(self.text, node.span, "expected something true or false", "as in User3 >= 2")
        return values

    def name(self, node: Name) -> Any:
        if node.group is None and node.name in ("init", "deadlock"):
            if node.name == "init":
                return np.arange(self.space.size) == 0
            return np.bincount(self.space.source, minlength=self.space.size) == 0
        groups = [group.name for group in self.space.net.groups]
        if node.group is not None and node.group not in groups:
            close = difflib.get_close_matches(node.group, groups, 1)
            hint = f"did you mean `{close[0]}`?" if close else f"they are {', '.join(groups[:12])}"
            raise ExpressionError(self.text, node.span, f"`{node.group}` is no group of this model", hint)
        known = {n for g in self.space.net.groups for contents in g.component.contents for n in contents}
        if node.name not in known:
            close = difflib.get_close_matches(node.name, known, 1)
            hint = f"did you mean `{close[0]}`?" if close else f"they are {', '.join(sorted(known)[:12])}"
            raise ExpressionError(self.text, node.span, f"`{node.name}` is no local derivative of this model", hint)
        return member_counts(self.space, node.name, node.group)

    def enabled(self, node: Call, action: str) -> NDArray[np.bool_]:
        moves = np.array([move.action == action for move in self.space.net.moves])
        if not moves.any():
            close = difflib.get_close_matches(action, self.space.net.actions, 1)
            hint = f"did you mean `{close[0]}`?" if close else ""
            raise ExpressionError(self.text, node.span, f"`{action}` is no action of this model", hint)
        doing = self.space.source[moves[self.space.move]]
        return np.bincount(doing, minlength=self.space.size) > 0


def exact_values(solved: Solved) -> Values:
    """Return a solved model as a result to ask measures of."""
    derived = solved.derived
    distribution = Distribution(derived.space, derived.chain, solved.steady.probability)
    found = solved.measures
    return Values("exact", derived.net, found.throughput, found.population, solved.flow, distribution)
