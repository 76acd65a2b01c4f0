"""Passage times: from one completion of an action, or one entry to some states, to the next of another.

The start is the steady state as it is seen at those moments: a state counts by how often it is entered that way, not by
the time spent in it. Of one member of an array where it is named: `passage(User: ask -> answer)`. Or from the start
to the stop that a stochastic probe tells, which watches the model: `passage(User::ask:start, denied*, answer:stop)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.language.problem import Span
from pepa.markov.passage.absorbing import GOING, Absorbing, Ends, absorbing
from pepa.markov.passage.curve import Curve, curve
from pepa.markov.passage.expected import Solver
from pepa.markov.passage.moments import Moments, moments
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.certainty import Certainty
from pepa.net.net import Move, Net
from pepa.net.probe import Probe, observed
from pepa.net.tagging import MEMBER, tagged
from pepa.query.analysis import Compiled, Derived, Solved, derive_net, solve_derived
from pepa.query.expression import ExpressionError, Name, Node, Operation, Route, Watched, parse
from pepa.query.expression import Number as Figure
from pepa.query.probe import compiled_probe, written
from pepa.query.rewards import known_action
from pepa.query.states import ChainStates, NoStates, States, is_word, located, state_values

Truths = NDArray[np.bool_]
START, STOP = "start", "stop"  # of a probe


@dataclass(frozen=True)
class Question:
    """What a passage is asked of: `begin` and each of `ends` is an action or a state expression, as text.

    `member` names the group of which one member is followed. With `within` the start is any moment in the states of
    `begin`, not an entry to them. `probe` is the stochastic probe that starts and stops it, if one does, as text.
    """

    begin: str
    ends: tuple[str, ...]
    member: str = ""
    within: bool = False
    probe: str = ""

    def __str__(self) -> str:
        """Return it as it is written in measures."""
        if self.probe:
            return self.probe
        followed = f"{self.member}: " if self.member else ""
        return f"{followed}{self.begin} -> {' | '.join(self.ends)}"


@dataclass(frozen=True, eq=False)
class Begun:
    """A start in the long run: by the transitions `entering` (transitions,), or at any moment `inside` some states."""

    entering: Truths | None
    inside: Truths


@dataclass(frozen=True, eq=False)
class Passage:
    """A passage ready to be solved: the states met on the way and their solver; `started` says how it starts.

    `states` is how many the chain has in all. `certainty` is that of the steady state it starts in; None where it
    starts in given states. `doubts` say how far the chain of another `kind` may be from that of the model.
    `probe` is the one that watches, if one does; `derived` the chain it is followed in, None where that is no model's.
    `begun` is how it starts in the long run, None where it starts in given states.
    """

    question: Question
    net: Net
    states: int
    started: str
    certainty: Certainty | None
    system: Absorbing
    solver: Solver
    control: Control
    kind: Literal["exact", "fluid"] = "exact"
    doubts: tuple[str, ...] = ()
    probe: Probe | None = None
    derived: Derived | None = None
    ends: Ends | None = None
    begun: Begun | None = None

    def moments(self) -> Moments:
        """Return who arrives and when, mean and variance."""
        return moments(self.system, self.control, self.solver)

    def curve(self, tolerance: float = 1e-9, until: float = np.inf, down_to: float = 0.0) -> Curve:
        """Return the distribution of when, up to a time or until so little is on the way."""
        return curve(self.system, self.solver, self.control, tolerance, until, down_to)


@dataclass(frozen=True, eq=False)
class Moment:
    """When something is so: at completions by some transitions, or in some states. One of them is None."""

    transitions: Truths | None
    states: Truths | None


@dataclass(frozen=True, eq=False)
class Observed:
    """The net a question is asked of: with the member told apart and the probe, where it has them."""

    net: Net
    question: Question
    probe: Probe | None = None


def passage(compiled: Compiled, question: Question, control: Control, solved: Solved | None = None) -> Passage:
    """Return a passage with its start worked out; `solved` is the model as it is, where it has been solved.

    Raises ExpressionError and PepaError where something has no meaning or never happens, LimitReached as a steady
    state does.
    """
    asked = understood(compiled.net, question)
    known = solved if asked.net is compiled.net else None
    derived = known.derived if known else derive_net(Compiled(asked.net, compiled.warnings, compiled.seconds), control)
    ends = _ends(derived, asked)
    start = _start(derived, asked, control, known)
    system = absorbing(derived.chain, ends, start.distribution)
    about = question, asked.net, derived.space.size, start.words, start.certainty
    solver = Solver(system, control)
    return Passage(*about, system, solver, control, "exact", (), asked.probe, derived, ends, start.begun)


def understood(net: Net, question: Question) -> Observed:
    """Return the net that a question is asked of, before anything is derived.

    Raises ExpressionError or PepaError where it has no meaning.
    """
    if question.probe:
        apart, probe, member = compiled_probe(question.probe, net)
        return Observed(observed(apart, probe, member=bool(member)), question, probe)
    if question.member:
        net = tagged(net, question.member)
    for text in (question.begin, *question.ends):
        try:
            action_named(text, net, question) or states_meant(text, NoStates(net), question)
        except ExpressionError:
            raise
        except PepaError as error:
            raise located(text, Span(0, len(text)), error) from None
    if question.within and action_named(question.begin, net, question):
        raise PepaError(f"`{question.begin}` is an action: nothing is within it", "name states, as in User1 > 0")
    return Observed(net, question)


def of_member(net: Net, move: Move, question: Question) -> bool:
    """Whether a move counts: that of the member followed, any where none is."""
    if not question.member:
        return True
    apart = len(net.groups) - (2 if question.probe else 1)
    return any(participant.group == apart for participant in move.participants)


def action_named(text: str, net: Net, question: Question) -> str:
    """Return the action a text names, nothing where it is a state expression.

    What names an action and a parameter is the action. Raises PepaError where it is hidden, or a word for states too.
    """
    node = parse(text)
    if not isinstance(node, Name) or node.group is not None:
        return ""
    name = node.name
    if is_word(node, net, actions=True):
        return ""
    if name in net.derivatives or (name in net.parameters and name not in net.actions):
        return ""
    known_action(name, net, net.derivatives, "action or local derivative")
    if question.member and not any(move.action == name and of_member(net, move, question) for move in net.moves):
        raise PepaError(f"a member of `{question.member}` never does `{name}`", "leave the member out, or name another")
    return name


def states_meant(text: str, states: States, question: Question) -> Truths:
    """Return the states a text means; a local derivative alone means that someone, or the member, is in it."""
    node = parse(text)
    if isinstance(node, Name) and node.name in states.net.derivatives:
        group = MEMBER if question.member and node.group is None else node.group
        node = Operation(">", (replace(node, group=group), Figure(0.0, node.span)), node.span)
    values = state_values(text, node, states)
    if values.dtype != np.bool_:
        hint = "an action, or something true or false as in User3 >= 2"
        raise ExpressionError(text, Span(0, len(text)), "a passage is between actions or states", hint)
    return values


def _moment(text: str, derived: Derived, asked: Observed) -> Moment:
    net, question = asked.net, asked.question
    if asked.probe is not None:
        return Moment(None, _running(derived, asked.probe) == (text == question.begin))
    action = action_named(text, net, question)
    if not action:
        return Moment(None, states_meant(text, ChainStates(derived.space, net), question))
    doing = [move.action == action and of_member(net, move, question) for move in net.moves]
    return Moment(np.array(doing, bool)[derived.space.move], None)


def _running(derived: Derived, probe: Probe) -> Truths:
    """Return in which states the probe has seen a start and no stop since."""
    layout = derived.space.layout
    watching = layout.fields[-1]
    return np.array(probe.running)[watching[0].read(derived.space.words)]


def _ends(derived: Derived, asked: Observed) -> Ends:
    """Return where the passage ends; where two ends hold at once the first of them counts."""
    transition = np.full(len(derived.chain.source), GOING, np.int8)
    state = np.full(derived.chain.size, GOING, np.int8)
    for number, text in reversed(list(enumerate(asked.question.ends))):
        moment = _moment(text, derived, asked)
        if moment.transitions is not None:
            transition[moment.transitions] = number
        if moment.states is not None:
            state[moment.states] = number
    return Ends(len(asked.question.ends), transition, state)


@dataclass(frozen=True, eq=False)
class _Start:
    """The distribution at the start, shape (states,), in words what it is, and how certain where it is the long run."""

    distribution: Vector
    words: str
    certainty: Certainty | None = None
    begun: Begun | None = None


def _start(derived: Derived, asked: Observed, control: Control, solved: Solved | None) -> _Start:
    question, chain, text = asked.question, derived.chain, asked.question.begin
    moment, so = _moment(text, derived, asked), "the probe runs" if asked.probe else text
    inside = moment.states
    if inside is not None and inside.sum() == 1:
        return _Start(inside.astype(float), f"in the only state where {so}")
    if inside is not None and not inside.any():
        raise PepaError(f"there is no reachable state where {so}", "the passage could never start")
    steady = (solved or solve_derived(derived, control)).steady
    probability, certainty = steady.probability, steady.certainty
    if inside is not None and question.within:
        weights = _shares(np.where(inside, probability, 0.0), f"it is never so in the long run that {so}")
        return _Start(weights, f"at any moment when {so}, in the long run", certainty, Begun(None, inside))
    entering = moment.transitions
    if inside is not None:
        entering = ~inside[chain.source] & inside[chain.target]
    assert entering is not None
    flow = chain.rate[entering] * probability[chain.source[entering]]
    weights = np.bincount(chain.target[entering], flow, chain.size).astype(float)
    begun = Begun(entering, np.zeros(chain.size, bool))
    if inside is None:
        weights = _shares(weights, f"`{text}` never happens in the long run")
        return _Start(weights, f"at completions of {text}, in the long run", certainty, begun)
    if not weights.any() and inside[0]:
        return _Start((np.arange(chain.size) == 0).astype(float), f"in the initial state, where {text} at first")
    weights = _shares(weights, f"it never becomes so in the long run that {so}")
    words = "at starts of the probe" if asked.probe else f"at entries to {text}"
    return _Start(weights, f"{words}, in the long run", certainty, begun)


def _shares(weights: Vector, why_not: str) -> Vector:
    total = float(weights.sum())
    if not total > 0:
        raise PepaError(why_not, "the passage would never start; start it from given states, as from `init`")
    return weights / total


def question(text: str, route: Route | Watched, net: Net) -> Question:
    """Return the question of a route or a probe in an expression; with `|` and an action among them, ends compete."""
    if isinstance(route, Watched):
        return by_probe(route.text)

    def part(node: Node) -> str:
        return text[node.span.start : node.span.end]

    ends: tuple[Node, ...] = (route.end,)
    if isinstance(route.end, Operation) and route.end.operator == "|":
        names = [one.name for one in route.end.operands if isinstance(one, Name) and one.group is None]
        actions = {*net.actions} - {*net.derivatives}
        if len(names) == len(route.end.operands) or not actions.isdisjoint(names):
            ends = route.end.operands
    return Question(part(route.begin), tuple(map(part, ends)), route.member)


def questions(begin: str, ends: Sequence[str], member: str = "", *, within: bool = False) -> Question:
    """Return a question with its texts trimmed."""
    return Question(begin.strip(), tuple(end.strip() for end in ends), member.strip(), within)


def by_probe(text: str, *, within: bool = False) -> Question:
    """Return the question of a stochastic probe: from its start to its stop. Raises ExpressionError as `written`."""
    text = text.strip()
    return Question(START, (STOP,), written(text).member, within, text)
