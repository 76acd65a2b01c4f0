"""Measures by expression: `throughput(useVM)`, `probability(User3 >= 2)`, `population(User3) / Q`.

The same expression is asked of any result that knows populations and throughputs; what needs the distribution over
states (probability, mean, variance) only a result that has one can answer, and the others say so.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from pepa.control.error import PepaError
from pepa.language.printer import name_text
from pepa.language.problem import Span
from pepa.markov.space.state_space import Vector
from pepa.net.net import Net
from pepa.query.earned import only_exact
from pepa.query.earned import understood as reward_understood
from pepa.query.expression import Call, ExpressionError, Name, Node, Operation, Quantified, Route, Watched, parse, walk
from pepa.query.interpreter import ROUNDING, Interpreter
from pepa.query.kind import Kind
from pepa.query.measures import GroupMeasures, group_measures
from pepa.query.member import followed
from pepa.query.named_measures import MEASURES, Form
from pepa.query.passage import Question
from pepa.query.passage import understood as passage_understood
from pepa.query.rewards import known_derivative, measurable, refuse_hidden, refuse_unreached
from pepa.query.states import NoStates, States, located, parameter

QUOTES_INSIDE = "a name with quotes inside cannot be written in an expression: ask for it alone, as a name"
NAMED = re.compile(r"[A-Za-z_][\w']*")  # a name alone: of an action or a local derivative
ENCLOSED = ('""', "''", "()")


@dataclass(frozen=True, eq=False)
class Distribution:
    """Probabilities of states, shape (states,)."""

    states: States
    probability: Vector


Figures = Callable[[str, float | str, Question], float]  # mean, quantile, arrived by a time, or earned of what


@dataclass(frozen=True)
class Estimate:
    """A value and the half width of its confidence interval: nan where that is not told, as of what is no sample."""

    value: float
    half_width: float
    sampled: bool = True


class Result(Protocol):
    """What measures are asked of: exact, fluid or simulated, in the long run or at one time."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that must be read beside its figures."""

    @property
    def means(self) -> Values:
        """Its figures."""

    def estimate(self, text: str) -> Estimate:
        """Return a measure, with its half width where it is an estimate; raises ExpressionError for what is none."""


@dataclass(frozen=True, eq=False)
class Values:
    """A result that is no sample, or the means of one; `notes` must be read beside its figures.

    `counts` are the mean numbers of members in the local derivatives of one group after the other. `population` has
    the states of whole composites, such as `A|C`, after the local derivatives. In those that are `empty` it has nobody,
    though in the model there are some. `error` is the relative error of its figures, where one is known.
    """

    kind: Kind
    net: Net
    throughput: Mapping[str, float]
    population: Mapping[str, float]
    flow: Vector
    counts: Vector
    distribution: Distribution | None = None
    passages: Figures | None = None
    notes: tuple[str, ...] = ()
    empty: frozenset[str] = frozenset()
    error: float = 0.0

    @property
    def means(self) -> Values:
        """The figures: these."""
        return self

    @property
    def groups(self) -> tuple[GroupMeasures, ...]:
        """The groups of the net with the mean numbers of their members."""
        return group_measures(self.net, self.counts)

    def estimate(self, text: str) -> Estimate:
        """Return a measure; raises ExpressionError where it cannot be read or has no meaning."""
        return Estimate(measured(text, self), math.nan, sampled=False)


def measured(text: str, result: Values) -> float:
    """Return the value of a measure; raises ExpressionError where it cannot be read or has no meaning."""
    return float(Measured(text, result).number(tree(text, result.net)))


def tree(text: str, net: Net) -> Node:
    """Return the tree of a measure; raises ExpressionError where it cannot be read.

    A name that stands alone is a population where it is that of a local derivative, and a throughput where it is that
    of an action, whatever else has it.
    """
    node = parse(text)
    if not isinstance(node, Name) or node.group is not None:
        return node
    if node.name in (*net.derivatives, *net.compound):
        return Call("population", (node,), node.span)
    return Call("throughput", (node,), node.span) if node.name in net.actions else node


class Measured(Interpreter):
    """Gives every part of a measure its value in a result."""

    example = "as in throughput(useVM) > 0.1"

    def __init__(self, text: str, result: Values) -> None:
        super().__init__(text, max(ROUNDING, result.error))
        self.result = result

    def leaf(self, node: Node) -> float:
        """Return the value of a name or a measure."""
        match node:
            case Call():
                return self.form(node).value(self, node)
            case Quantified() | Route() | Watched():
                message = "what may happen is no measure"
                raise ExpressionError(self.text, node.span, message, "ask for it by `pepa query`")
            case Name(name=name, group=None) if (number := parameter(name, self.result.net)) is not None:
                return number
            case Name(name=name):
                held, done = name in self.result.population, name in self.result.throughput
                hint = f"the measures are {', '.join(MEASURES)}"
                self._refuse(node)
                if held or done:
                    hint = f"did you mean `{'population' if held else 'throughput'}({name_text(name)})`?"
                raise ExpressionError(self.text, node.span, f"`{name}` is no measure", hint)
        raise AssertionError(node)

    def _refuse(self, node: Name) -> None:
        """Say of a name that the model has what it is, where it has no figures by that name."""
        names = (*self.result.population, *self.result.throughput)
        try:
            refuse_hidden(node.name, self.result.net, names)
            refuse_unreached(node.name, self.result.net, names)
        except PepaError as error:
            raise located(self.text, node.span, error) from None

    def form(self, node: Call) -> Form:
        """Return the measure that is called; raises ExpressionError where there is none of this name, or of so many."""
        function = node.function
        if function not in MEASURES:
            close = difflib.get_close_matches(function, MEASURES, 1)
            hint = f"did you mean `{close[0]}`?" if close else f"the measures are {', '.join(MEASURES)}"
            raise ExpressionError(self.text, node.span, f"there is no measure `{function}`", hint)
        if MEASURES[function].single and len(node.arguments) != 1:
            message = f"`{function}` is of one thing, not of {len(node.arguments)}"
            raise ExpressionError(self.text, node.span, message, f"as in {function}(…)")
        return MEASURES[function]

    def distributed(self, node: Call) -> Distribution:
        """Return the distribution over states that a measure is of; raises ExpressionError where it is not known."""
        if self.result.distribution is None:
            message = (
                f"`{node.function}` needs the probabilities of states, which a {self.result.kind.word} result has not"
            )
            raise ExpressionError(self.text, node.span, message, "solve the model exactly, or ask for a population")
        return self.result.distribution

    def local_derivative(self, node: Node) -> str:
        """Return the name of a local derivative."""
        return self.named(node, "local derivative", known_derivative)

    def named(self, node: Node, what: str, found: Callable[[str, Net], str]) -> str:
        """Return a name that `found` knows."""
        if not isinstance(node, Name) or node.group is not None:
            raise ExpressionError(self.text, node.span, f"expected the name of a {what}", "")
        try:
            return found(node.name, self.result.net)
        except PepaError as error:
            raise located(self.text, node.span, error) from None


class _Understood(Measured):
    """Sees whether a measure has a meaning before anything is known: whatever would be compared is."""

    def incomparable(self, node: Operation, missing: Any) -> None:
        del node, missing


@dataclass(frozen=True)
class Asked:
    """What a verb over time is asked for: names of actions and local derivatives, and expressions; `texts` are both."""

    texts: tuple[str, ...]
    names: tuple[str, ...]
    expressions: tuple[str, ...]


def asked(texts: Sequence[str], net: Net, kind: Kind, *, over_time: bool = True, later: Sequence[Net] = ()) -> Asked:
    """Return what is asked of a result of this kind: every name of the net where nothing is.

    Of nets that come `later` names may be too; an expression has a meaning in all. Raises PepaError for an unknown
    name, and ExpressionError for an expression that has no meaning.
    """
    come = dict.fromkeys(name for other in later for name in (*other.actions, *other.derivatives))
    every = (*net.actions, *net.derivatives, *net.compound)
    texts = [_bare(text.strip(), every) for text in texts]
    texts = [f'population("{text}")' if text in net.compound else text for text in texts]
    named = [text for text in texts if text in every or NAMED.fullmatch(text)]
    new = [name for name in named or ([] if texts else come) if name in come and name not in every]
    old = [name for name in named if name not in new]
    names = (*(measurable(old, net) if old or not texts else ()), *new)
    expressions = tuple(dict.fromkeys(text for text in texts if text not in names))
    for one in (net, *later):
        understood(expressions, one, kind, over_time=over_time)
    return Asked(tuple(dict.fromkeys(texts)) or names, names, expressions)


def _bare(text: str, names: Sequence[str]) -> str:
    """Return a text, without quotes or parentheses around it where it is a name in them."""
    return text[1:-1] if text[:1] + text[-1:] in ENCLOSED and text[1:-1] in names else text


def moment_sentences(expressions: Sequence[str]) -> list[str]:
    """Say what expressions over time mean where that is not plain: Little's law holds in the long run."""
    calls = [part for text in expressions for part in walk(parse(text)) if isinstance(part, Call)]
    if not any(call.function == "responsetime" for call in calls):
        return []
    return ["responsetime at a time is population / arrivals at that moment: a mean response time in the long run only"]


def understood(texts: Iterable[str], net: Net, kind: Kind, *, over_time: bool = False) -> None:
    """See that measures have a meaning for a net in a result of this kind, before anything is solved.

    Passage times begin in the long run: a result over time has none. Raises ExpressionError where one has no meaning.
    """

    def asked(function: str, number: float | str, question: Question) -> float:
        del function
        apart = passage_understood(net, question).net
        if isinstance(number, str) and kind.knows_earned:
            try:
                reward_understood(number, apart, question)
            except ExpressionError:
                raise
            except PepaError as error:
                raise located(number, Span(0, len(number)), error) from None
        elif isinstance(number, str):
            raise only_exact()
        elif kind.follows_members:
            followed(net, question)
        return 0.0

    populations = dict.fromkeys((*net.derivatives, *net.compound), 0.0)
    distribution = Distribution(NoStates(net), np.ones(1)) if kind.knows_states else None
    nothing = Values(
        kind,
        net,
        dict.fromkeys(net.actions, 0.0),
        populations,
        np.zeros(len(net.moves)),
        np.zeros(sum(len(group.initial) for group in net.groups)),
        distribution,
        None if over_time else asked,
    )
    for text in texts:
        try:
            _Understood(text, nothing).value(tree(text, net))
        except ExpressionError as error:
            raise _to_be_quoted(error, net) from None


def _to_be_quoted(error: ExpressionError, net: Net) -> ExpressionError:
    """Return the error; where a name that needs quotes stands there without them, with that as its hint."""
    for name in sorted((*net.derivatives, *net.compound), key=len, reverse=True):
        if NAMED.fullmatch(name) or f'"{name}"' in error.text:
            continue
        loose = r"\s*".join(map(re.escape, re.findall(r"[\w.']+|[^\w\s]", name)))
        if re.search(loose, error.text):
            hint = f'write the name in double quotes: population("{name}")' if '"' not in name else QUOTES_INSIDE
            return ExpressionError(error.text, error.span, error.said, hint)
    return error
