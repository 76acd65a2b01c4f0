"""Works out a property in every state of a chain: CSL with rewards, nested and filtered (syntax of PRISM)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from pepa.control.control import Control
from pepa.markov.space.state_space import Vector
from pepa.query.analysis import Derived
from pepa.query.earned import entering
from pepa.query.expression import Call, ExpressionError, Name, Node, Operation, Quantified, walk
from pepa.query.interpreter import ARITHMETIC, COMPARISONS
from pepa.query.paths import Paths
from pepa.query.rewards import action_rates
from pepa.query.states import ChainStates, NoStates, is_word, state_values
from pepa.query.truth import Interval, Truth, Truths

FILTERS = ("min", "max", "avg", "sum", "count", "state", "first", "range", "forall", "exists")
TIME = ("time",)  # a reward
Value = Interval | Truth


class Checker:
    """Works out an expression in every state, what it asks of what may happen first."""

    def __init__(self, text: str, derived: Derived, control: Control) -> None:
        self.text, self.derived = text, derived
        self.states = ChainStates(derived.space, derived.net)
        self.paths = Paths(derived.chain, derived.classes, control)
        self.size = derived.space.size

    def value(self, node: Node) -> Value:
        """Return what a node is in every state."""
        if isinstance(node, Quantified):
            return self.quantified(node)
        if _is_filter(node):
            return self.filtered(node)
        if not any(isinstance(part, Quantified) or _is_filter(part) for part in walk(node)):
            values = state_values(self.text, node, self.states)
            return Truth(values, values) if values.dtype == np.bool_ else Interval(values + 0.0, values + 0.0)
        return self.operation(node)

    def operation(self, node: Node) -> Value:
        """Return what an operation on truths or numbers is in every state."""
        match node:
            case Operation(operator="!", operands=(inner,)):
                return ~self.truth(inner)
            case Operation(operator="=>", operands=(left, right)):
                return ~self.truth(left) | self.truth(right)
            case Operation(operator=("&" | "|") as sign, operands=operands):
                first, *others = map(self.truth, operands)
                for other in others:
                    first = first & other if sign == "&" else first | other
                return first
            case Operation(operator="negative", operands=(inner,)):
                return -self.number(inner)
            case Operation(operator=sign, operands=(left, right)) if sign in ARITHMETIC:
                return self.number(left).combined(sign, self.number(right))
            case Operation(operator=sign, operands=(left, right)) if sign in COMPARISONS:
                return self.number(left).compared(sign, self.number(right))
        raise ExpressionError(self.text, node.span, "this has no value in a state", "as in P=? [ F<=10 User3 >= 2 ]")

    def truth(self, node: Node) -> Truth:
        found = self.value(node)
        if isinstance(found, Interval):
            hint = "as in User3 >= 2, or with a bound as in P>=0.9 [ … ]"
            raise ExpressionError(self.text, node.span, "expected something true or false", hint)
        return found

    def number(self, node: Node) -> Interval:
        found = self.value(node)
        if isinstance(found, Truth):
            raise ExpressionError(self.text, node.span, "expected a number", "as in P=? [ … ]")
        return found

    def constant(self, node: Node | None, otherwise: float) -> float:
        """Return the value of a bound or a time, which is the same in every state."""
        if node is None:
            return otherwise
        for part in walk(node):
            if isinstance(part, Quantified | Call) or (
                isinstance(part, Name) and part.name in self.derived.net.derivatives
            ):
                raise ExpressionError(self.text, part.span, "expected a constant", "a number or a parameter")
        value = float(state_values(self.text, node, NoStates(self.derived.net))[0])
        if not value >= 0:
            raise ExpressionError(self.text, node.span, f"expected a number from 0 on, not {value:g}", "")
        return value

    # What may happen

    def quantified(self, node: Quantified) -> Value:
        """Return a probability, long-run share or reward, or whether it is within its bound."""
        refuse_times(self.text, node)
        found = {"P": self.probability, "S": self.share, "R": self.reward}[node.quantifier](node)
        if node.bound is None:
            return found
        bound = np.full(self.size, self.constant(node.bound, 0.0))
        if node.quantifier != "R" and bound[0] > 1:
            raise ExpressionError(self.text, node.bound.span, "a probability is at most 1", "")
        return found.compared(node.comparison, Interval(bound, bound))

    def probability(self, node: Quantified) -> Interval:
        low, high = self.constant(node.low, 0.0), self.constant(node.high, np.inf)
        if low > high:
            raise ExpressionError(self.text, node.span, f"from {low:g} to {high:g} there is no time", "")
        if node.operator == "X":
            return self.truth(node.operands[0]).both(self.paths.next)
        through, goal, failing = as_until(node.operator, tuple(map(self.truth, node.operands)))
        found = self.until(through, goal, low, high)
        return _one_less(found) if failing else found

    def until(self, through: Truth, goal: Truth, low: float, high: float) -> Interval:
        least = self.paths.until(through.sure, goal.sure, low, high)
        if (through.sure == through.possible).all() and (goal.sure == goal.possible).all():
            return least
        return Interval(least.low, self.paths.until(through.possible, goal.possible, low, high).high)

    def share(self, node: Quantified) -> Interval:
        found = self.truth(node.operands[0])
        return self.paths.long_run(Interval(found.sure.astype(float), found.possible.astype(float)))

    def reward(self, node: Quantified) -> Interval:
        reward = self.earning(node)
        match node.operator:
            case "C":
                return self.paths.cumulated(reward, self.constant(node.high, np.inf))
            case "I":
                return self.paths.instant(reward, self.constant(node.low, 0.0))
            case "S":
                return self.paths.long_run(Interval(reward, reward))
        goal = self.truth(node.operands[0])
        soonest, latest = (self.paths.before(states, reward) for states in (goal.possible, goal.sure))
        return Interval(np.minimum(soonest.low, latest.low), np.maximum(soonest.high, latest.high))

    def earning(self, node: Quantified) -> Vector:
        """Return what each state earns per time: 1, how often it does an action, or the value of an expression."""
        reward = node.reward
        net = self.derived.net
        if reward is None or (isinstance(reward, Name) and is_word(reward, net, words=TIME, actions=True)):
            return np.ones(self.size)
        if isinstance(reward, Name) and reward.group is None and reward.name in {*net.actions} - {*net.derivatives}:
            return action_rates(self.derived.space, self.derived.chain, reward.name)
        if isinstance(reward, Call) and reward.function == "visits":
            return entering(self.text, reward, self.states)
        found = self.value(reward)
        if isinstance(found, Truth) or (found.low != found.high).any():
            if isinstance(found, Truth) and (found.sure == found.possible).all():
                return found.sure.astype(float)
            raise ExpressionError(self.text, reward.span, "a reward is a value of a state or an action", "")
        return found.low

    # Filters

    def filtered(self, node: Node) -> Value:
        """Return what a filter makes of the states it is about, the same in every state."""
        assert isinstance(node, Call)
        if len(node.arguments) not in (2, 3) or not isinstance(node.arguments[0], Name):
            raise ExpressionError(self.text, node.span, "a filter has an operator and a property", "filter(min, …, …)")
        kind, inner = node.arguments[0], node.arguments[1]
        if kind.name not in FILTERS:
            hint = f"they are {', '.join(FILTERS)}"
            raise ExpressionError(self.text, kind.span, f"there is no filter `{kind.name}`", hint)
        among = np.ones(self.size, bool)
        if len(node.arguments) == 3:
            chosen = self.truth(node.arguments[2])
            if (chosen.sure != chosen.possible).any():
                raise ExpressionError(self.text, node.arguments[2].span, "it is not decided which states are meant", "")
            among = chosen.sure
        if not among.any():
            raise ExpressionError(self.text, node.span, "the filter is about no state", "")
        if kind.name == "state" and among.sum() != 1:
            raise ExpressionError(self.text, node.span, f"the filter is about {among.sum():,} states, not one", "")
        return self.collected(kind.name, inner, among)

    def collected(self, kind: str, inner: Node, among: Truths) -> Value:
        found = self.value(inner)
        if isinstance(found, Truth):
            sure, possible = found.sure[among], found.possible[among]
            if kind == "count":
                return self.everywhere(float(sure.sum()), float(possible.sum()))
            if kind in ("forall", "exists", "state", "first"):
                collect: Callable[[Truths], object] = {"forall": np.all, "exists": np.any}.get(kind, lambda v: v[0])
                ends = (np.full(self.size, bool(collect(values))) for values in (sure, possible))
                return Truth(*ends)
        elif kind in _NUMBERS:
            return self.everywhere(*(_NUMBERS[kind](values[among]) for values in (found.low, found.high)))
        elif kind == "range":
            low, high = found.low[among], found.high[among]
            return self.everywhere(float(low.min()), float(high.max()))
        what = "truths" if isinstance(found, Truth) else "numbers"
        raise ExpressionError(self.text, inner.span, f"`{kind}` is no filter of {what}", "")

    def everywhere(self, low: float, high: float) -> Interval:
        return Interval(np.full(self.size, low), np.full(self.size, high))


_NUMBERS: dict[str, Callable[[Vector], float]] = {
    "min": lambda values: float(values.min()),
    "max": lambda values: float(values.max()),
    "avg": lambda values: float(values.mean()),
    "sum": lambda values: float(values.sum()),
    "state": lambda values: float(values[0]),
    "first": lambda values: float(values[0]),
}


def refuse_times(text: str, node: Quantified) -> None:
    """Raise ExpressionError for limits of time where there is no meaning for them: of a next step, and of a start."""
    limits = [one for one in (node.low, node.high) if one is not None]
    if node.operator == "X" and limits:
        hint = "a step within a time: P=? [ F<=5 … ] has any number of them"
        raise ExpressionError(text, limits[0].span, "`X` has no time", hint)
    if node.operator == "C" and node.low is not None:
        hint = "what is earned between two times is the difference: R=? [ C<=5 ] - R=? [ C<=2 ]"
        raise ExpressionError(text, node.low.span, "`C` is what is earned from the start up to a time", hint)


def filter_of(node: Node) -> str | None:
    """Return the operator of a filter; None of what is no filter, or has none."""
    match node:
        case Call(function="filter", arguments=(Name(name=kind), *_)):
            return kind
    return None


def as_until(operator: str, operands: Sequence[Truth]) -> tuple[Truth, Truth, bool]:
    """Return F, G, U or W of some truths as an until: through what, to what, and whether it is that this fails."""
    everywhere = Truth(np.ones_like(operands[0].sure), np.ones_like(operands[0].sure))
    match operator, operands:
        case "F", (goal,):
            return everywhere, goal, False
        case "G", (always,):
            return everywhere, ~always, True
        case "U", (through, goal):
            return through, goal, False
        case "W", (through, goal):  # not that both fail before the goal
            return through & ~goal, ~through & ~goal, True
    raise AssertionError(operator)


def _is_filter(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "filter"


def _one_less(found: Interval) -> Interval:
    return Interval(np.ones_like(found.low), np.ones_like(found.high)).combined("-", found)
