"""Properties of a chain: CSL with rewards, nested and filtered, in the syntax of PRISM; with a verdict of three kinds.

A number is known up to its error; where a bound lies within the error, the verdict is that it is not decided.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pepa.control.control import Control
from pepa.language.printer import margin
from pepa.markov.steady.certainty import Certainty
from pepa.net.net import Net
from pepa.query.analysis import Derived
from pepa.query.checker import FILTERS, Checker, filter_of, refuse_times
from pepa.query.expression import Call, ExpressionError, Name, Node, Operation, Quantified, below, parse, walk
from pepa.query.states import NoStates, state_values
from pepa.query.told_answer import ToldFound
from pepa.query.truth import Interval, Truth


@dataclass(frozen=True, eq=False)
class Answer:
    """The answer to a property: a number between `low` and `high`, or a verdict; None: not decided.

    `truth` is where it holds, None of a number. `certainty` is that of the steady states the answer rests on, None
    where it rests on none.
    """

    text: str
    low: float | None
    high: float | None
    verdict: bool | None
    truth: Truth | None
    certainty: Certainty | None
    states: int
    seconds: float
    spread: bool = False  # from `low` to `high` is what was asked for

    @property
    def is_number(self) -> bool:
        """Whether a number was asked for."""
        return self.low is not None

    @property
    def value(self) -> float:
        """The number in the middle of what is known."""
        assert self.low is not None
        assert self.high is not None
        return self.low if self.low == self.high else 0.5 * (self.low + self.high)

    @property
    def holding(self) -> int:
        """The number of states where it holds for sure."""
        return 0 if self.truth is None else int(self.truth.sure.sum())

    @property
    def open(self) -> int:
        """The number of states where it is not decided."""
        return 0 if self.truth is None else int((self.truth.possible & ~self.truth.sure).sum())

    @property
    def certain(self) -> bool:
        """Whether the steady states it rests on are certain."""
        return self.certainty is None or self.certainty.exact

    @property
    def satisfied(self) -> bool:
        """Whether it holds for sure; a number is no verdict, and does."""
        return self.is_number or self.verdict is True

    @property
    def report(self) -> ToldFound:
        """The answer as plain values."""
        if self.is_number:
            known = (self.low, self.high) if self.spread else (self.value,)
            infinite = any(one is not None and math.isinf(one) for one in known)
            value = None if self.spread else self.value
            return {"value": value, "low": self.low, "high": self.high, "infinite": infinite}
        return {"verdict": self.verdict, "holds_in": self.holding, "not_decided_in": self.open}

    @property
    def _divided(self) -> bool:
        return any(isinstance(one, Operation) and one.operator == "/" for one in walk(parse(self.text)))

    @property
    def words(self) -> str:
        """The answer as it is told: a number with its error, or a verdict and where it holds."""
        if self.low is None or self.high is None:
            why = "the bound lies within the error" + (", or a division by what may be zero" if self._divided else "")
            word = {True: "true", False: "false", None: f"not decided: {why}"}[self.verdict]
            undecided = f", not decided in {self.open:,}" if self.open else ""
            return f"{word}; holds in {self.holding:,} of {self.states:,} states{undecided}"
        if self.spread:
            return f"from {self.low:.12g} to {self.high:.12g}"
        if math.isnan(self.value):
            return (
                "undefined: a division by what may be zero" if self._divided else "not known: it is beyond all numbers"
            )
        if math.isinf(self.value) or self.low == self.high:
            return f"{self.value:.12g}, exactly" if math.isfinite(self.value) else "infinite"
        half = 0.5 * (self.high - self.low)
        return f"{self.value:.{known_digits(self.value, half)}g} ± {margin(half, self.value)}"


def known_digits(value: float, half: float) -> int:
    """Return how many digits of a value are known, from 1 to 12."""
    if not (half > 0 and value):
        return 12
    return max(1, min(12, math.floor(math.log10(abs(value) / half)) + 1)) if abs(value) > half else 1


def answer(text: str, derived: Derived, control: Control, names: Mapping[str, Node] | None = None) -> Answer:
    """Return the answer to a property, in the initial state unless it is filtered.

    `names` are constants and labels. Raises ExpressionError where it cannot be read or has no meaning.
    """
    began = time.perf_counter()
    checker = Checker(text, derived, control)
    node = defined(parse(text), names or {})
    found = checker.value(node)
    seconds, certainty, size = time.perf_counter() - began, checker.paths.certainty, derived.space.size
    if isinstance(found, Interval):
        ends = float(found.low[0]), float(found.high[0])
        return Answer(text, *ends, None, None, certainty, size, seconds, filter_of(node) == "range")
    verdict = True if found.sure[0] else None if found.possible[0] else False
    return Answer(text, None, None, verdict, found, certainty, size, seconds)


def understood(text: str, net: Net, names: Mapping[str, Node] | None = None) -> None:
    """See that a property has a meaning for a net, before anything is derived; raises ExpressionError if not."""
    node = defined(parse(text), names or {})
    for one in walk(node):
        if isinstance(kind := filter_of(one), str) and kind not in FILTERS:
            hint = f"they are {', '.join(FILTERS)}"
            raise ExpressionError(text, below(one)[0].span, f"there is no filter `{kind}`", hint)
    for one in (one for one in walk(node) if isinstance(one, Quantified)):
        refuse_times(text, one)
    visits = [one for one in walk(node) if isinstance(one, Quantified) and one.reward is not None]
    counted = {id(part) for one in visits if isinstance(one.reward, Call) for part in walk(one.reward)}
    for part in (one for one in walk(node) if id(one) not in counted):
        inner = below(part)
        if isinstance(part, Quantified) or any(isinstance(one, Quantified) for one in walk(part)):
            continue
        if isinstance(part, Operation) or not inner:
            _meaning(text, part, net)


def _meaning(text: str, node: Node, net: Net) -> None:
    if isinstance(node, Name) and (node.name in net.actions or node.name in (*FILTERS, "time")):
        return
    if not any(isinstance(one, Call) and one.function == "filter" for one in walk(node)):
        state_values(text, node, NoStates(net))


def defined(node: Node, names: Mapping[str, Node]) -> Node:
    """Return an expression in which constants and labels are replaced by what they stand for."""
    if not names:
        return node
    match node:
        case Name(name=name, group=None) if name in names:
            return names[name]
        case Call(arguments=parts):
            return replace(node, arguments=tuple(defined(part, names) for part in parts))
        case Operation(operands=parts):
            return replace(node, operands=tuple(defined(part, names) for part in parts))
        case Quantified(operands=parts):

            def maybe(part: Node | None) -> Node | None:
                return None if part is None else defined(part, names)

            operands = tuple(defined(part, names) for part in parts)
            limits = maybe(node.low), maybe(node.high)
            return replace(
                node,
                operands=operands,
                bound=maybe(node.bound),
                low=limits[0],
                high=limits[1],
                reward=maybe(node.reward),
            )
    return node
