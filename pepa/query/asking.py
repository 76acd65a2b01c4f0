"""One line asked of a model: a property, a measure in the long run, or a passage time; its writing tells which."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.markov.steady.certainty import Certainty
from pepa.net.net import Net
from pepa.query import measure
from pepa.query import property as csl
from pepa.query.analysis import Derived, Solved, solve_derived
from pepa.query.checker import TIME
from pepa.query.exact import exact_values
from pepa.query.expression import Call, Name, Node, Quantified, Route, Watched, parse, walk
from pepa.query.kind import Kind as ResultKind
from pepa.query.named_measures import TIMES
from pepa.query.no_value import why_none
from pepa.query.passage import Passage, Question, passage, question
from pepa.query.passage_figures import ByChain
from pepa.query.states import NoStates, is_word, located, state_values
from pepa.query.told_answer import ToldFound


class Kind(Enum):
    """What a line asks for."""

    PROPERTY = "property"
    MEASURE = "measure"
    PASSAGE = "passage"


@dataclass(frozen=True)
class Figure:
    """The value of a measure, with the certainty of the steady state it is of: None where it is not of the long run.

    `error` is how far it may be off, as a part of itself; `reason` says why it is no number, where it is none.
    """

    text: str
    value: float
    certainty: Certainty | None
    seconds: float
    error: float
    reason: str = ""

    @property
    def certain(self) -> bool:
        """Whether the steady state is certain."""
        return self.certainty is None or self.certainty.exact

    @property
    def satisfied(self) -> bool:
        """Whether it holds: a number is no verdict, and does."""
        return True

    @property
    def report(self) -> ToldFound:
        """The value as plain values."""
        told: ToldFound = {"value": self.value}
        if not math.isnan(self.value):
            told["low"], told["high"] = self.value - self._off, self.value + self._off
        if self.reason:
            told["reason"] = self.reason
        return told

    @property
    def words(self) -> str:
        """The value as it is told; why there is none where it is no number."""
        if math.isnan(self.value):
            return f"no value: {self.reason}"
        of = "" if self.certainty is None else " in the long run"
        if math.isinf(self.value):
            return f"{'minus ' * (self.value < 0)}infinite{of and ','}{of}: {self.reason}"
        return f"{self.value:.{csl.known_digits(self.value, self._off)}g}{of}, {self._known}"

    @property
    def _known(self) -> str:
        if self.certainty is not None and (not self.certainty.exact or self.error <= self.certainty.error):
            return self.certainty.words
        return f"certain to {self.error:.0e}"

    @property
    def _off(self) -> float:
        return self.error * abs(self.value) if math.isfinite(self.value) else 0.0


@dataclass(frozen=True)
class Unanswered:
    """A line that has no answer, and why."""

    text: str
    why: PepaError
    seconds: float

    @property
    def report(self) -> ToldFound:
        """Why there is none, as plain values."""
        return {"error": self.why.message, "hint": self.why.hint}

    @property
    def words(self) -> str:
        """Why there is none, as it is told."""
        return f"no answer: {self.why.message}" + f"\nhint: {self.why.hint}" * bool(self.why.hint)


def kind(text: str, net: Net) -> Kind:
    """Return what a line asks for; raises ExpressionError where it cannot be read."""
    node = parse(text)
    if isinstance(node, Call) and node.function == "passage" and _routes(node):
        return Kind.PASSAGE
    if over_paths(text):
        return Kind.PROPERTY
    measured = any(isinstance(one, Call) and one.function != "enabled" for one in walk(node))
    return Kind.MEASURE if measured or in_full(text, net) != text else Kind.PROPERTY


def over_paths(text: str) -> bool:
    """Whether a line asks what may happen, and not of one state alone; raises ExpressionError where it is no line."""
    return any(
        isinstance(one, Quantified) or (isinstance(one, Call) and one.function == "filter") for one in walk(parse(text))
    )


def understood(text: str, net: Net, names: Mapping[str, Node] | None = None) -> None:
    """See that a line has a meaning for a net, before anything is derived; raises ExpressionError where it has none."""
    if kind(text, net) is Kind.PROPERTY:
        csl.understood(text, net, names)
    else:
        measure.understood([in_full(text, net)], net, ResultKind.EXACT)


def cumulated(text: str, net: Net) -> tuple[str, float]:
    """Return the reward of a line `R{…}=? [ C<=t ]`, and the time up to which it is earned; 0 of any other line."""
    node = parse(text)
    if not isinstance(node, Quantified) or (node.operator, node.bound) != ("C", None) or node.high is None:
        return "", 0.0
    reward = node.reward
    if reward is not None and any(isinstance(one, Quantified) for one in walk(reward)):
        return "", 0.0
    until = float(state_values(text, node.high, NoStates(net))[0])
    if reward is None or (isinstance(reward, Name) and is_word(reward, net, words=TIME, actions=True)):
        return "1", until
    return text[reward.span.start : reward.span.end], until


def passage_asked(text: str, net: Net) -> Question:
    """Return the question of a line that asks for a passage time."""
    node = parse(text)
    assert isinstance(node, Call)
    (route,) = _routes(node)
    return question(text, route, net)


def _routes(node: Call) -> list[Route | Watched]:
    return [part for part in node.arguments if isinstance(part, Route | Watched)]


def _named(node: Node, net: Net) -> bool:
    """Whether it is no more than the name of an action or a local derivative: its throughput or population is meant.

    Raises PepaError where it is a word for states too.
    """
    if not isinstance(node, Name) or is_word(node, net, actions=True):
        return False
    return node.group is None and node.name in (*net.actions, *net.derivatives)


def in_full(text: str, net: Net) -> str:
    """Return a measure in full, where only a name stands for it; raises ExpressionError where it is a word too."""
    node = parse(text)
    try:
        named = _named(node, net)
    except PepaError as error:
        raise located(text, node.span, error) from None
    if not isinstance(node, Name) or not named:
        return text
    return f"{'population' if node.name in net.derivatives else 'throughput'}({text.strip()})"


@dataclass
class Asking:
    """Lines asked of one derived model, which is solved once, where the first of them needs its long run."""

    derived: Derived
    control: Control
    solved: Solved | None = None

    def answer(self, text: str, names: Mapping[str, Node] | None = None) -> csl.Answer | Figure:
        """Return the answer to a line; of a passage, its mean. `names` are constants and labels of properties.

        Raises ExpressionError where it has no meaning, LimitReached as what it needs does.
        """
        if kind(text, self.derived.net) is Kind.PROPERTY:
            return csl.answer(text, self.derived, self.control, names)
        began = time.perf_counter()
        if self.solved is None:
            self.solved = solve_derived(self.derived, self.control)
        steady, passages = self.solved.steady.certainty, ByChain(self._passage)
        values = replace(exact_values(self.solved, self.control), passages=passages)
        whole = in_full(text, self.derived.net)
        value = measure.measured(whole, values)
        reason = "" if math.isfinite(value) else why_none(whole, values)
        lasting = passages.lasting or any(
            isinstance(one, Call) and one.function not in TIMES for one in walk(parse(whole))
        )
        certainty = steady if lasting else None
        error = max(passages.error, steady.error if lasting else 0.0)
        return Figure(text, value, certainty, time.perf_counter() - began, error, reason)

    def answered(self, text: str, names: Mapping[str, Node] | None = None) -> csl.Answer | Figure | Unanswered:
        """Return the answer to a line, or why it has none: others may have one."""
        began = time.perf_counter()
        try:
            return self.answer(text, names)
        except PepaError as error:
            return Unanswered(text, error, time.perf_counter() - began)

    def _passage(self, asked: Question) -> Passage:
        return passage(self.derived.compiled, asked, self.control, self.solved)

    def passage(self, text: str) -> Passage:
        """Return the passage a line asks for, ready to be solved."""
        return self._passage(passage_asked(text, self.derived.net))
