"""What is earned on the way of a passage: time in some states, actions, visits, or any value of a state over time.

Each is a linear solution that adds positive terms only, with its error; the moment at which it ends is on the way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pepa.control.error import PepaError
from pepa.language.problem import Span
from pepa.markov.space.state_space import Vector
from pepa.net.net import Net
from pepa.net.tagging import MEMBER
from pepa.query.analysis import Derived
from pepa.query.expression import Call, ExpressionError, Name, Node, Quantified, Route, Watched, parse, walk
from pepa.query.passage import Passage, Question, action_named, of_member
from pepa.query.states import ChainStates, NoStates, States, not_known, state_values

VISITS = "visits"


@dataclass(frozen=True)
class Earned:
    """The expected value of `text`, right to `error`."""

    text: str
    value: float
    error: float


def earned(found: Passage, text: str) -> Earned:
    """Return what is earned from the start of a passage to its end.

    Raises ExpressionError where it has no meaning, PepaError where the passage may never end or is not an exact one.
    """
    derived = refuse_never(found)
    system, reward = found.system, earning(text, derived, found.question)[found.system.states]
    value, error = 0.0, 0.0
    for sign in (1.0, -1.0):
        gain = np.maximum(sign * reward, 0.0)
        if gain.any():
            solved = found.solver.earned(gain)
            value += sign * float(system.start @ solved.values)
            error += float(system.start @ solved.error)
    return Earned(text, value, error)


def refuse_never(found: Passage) -> Derived:
    """Return the chain of a passage; raises PepaError where it may never end or is not an exact one."""
    if found.derived is None:
        raise only_exact()
    never = found.moments().never
    if never > 0:
        raise PepaError(f"with probability {never:.3g} it never ends: nothing is earned until then", "name other ends")
    return found.derived


def only_exact() -> PepaError:
    """Return the error for what is earned on the way of a passage that is not an exact one."""
    return PepaError("what is earned on the way is known exactly only", "ask for the method exact")


def earning(text: str, derived: Derived, question: Question) -> Vector:
    """Return what each state earns per time, shape (states,): an action counts each time that it is done.

    With a member followed, its actions and local derivatives are meant.
    """
    chain, net = derived.chain, derived.net
    action = action_named(text, net, question)
    if action:
        doing = np.array([move.action == action and of_member(net, move, question) for move in net.moves], bool)
        among = doing[derived.space.move]
        return np.bincount(chain.source[among], chain.rate[among], chain.size).astype(float)
    return _of_states(text, ChainStates(derived.space, net, derived.classes), net, question)


def understood(text: str, net: Net, question: Question) -> None:
    """See that a reward has a meaning for the net of a passage; raises ExpressionError or PepaError where not."""
    action_named(text, net, question) or _of_states(text, NoStates(net), net, question)


def _of_states(text: str, states: States, net: Net, question: Question) -> Vector:
    node = _members(parse(text), net, question)
    if isinstance(node, Call) and node.function == VISITS:
        return entering(text, node, states)
    if any(isinstance(part, Quantified | Route | Watched) for part in walk(node)):
        raise ExpressionError(text, Span(0, len(text)), "what may happen earns nothing", "name an action or states")
    return np.asarray(state_values(text, node, states), float)


def entering(text: str, node: Call, states: States) -> Vector:
    """Return how often each state is left for others where an argument holds, as it does not there: `visits(…)`."""
    if len(node.arguments) != 1:
        raise ExpressionError(text, node.span, "`visits` is of states", "as in visits(User3 >= 2)")
    inside = state_values(text, node.arguments[0], states)
    if inside.dtype != np.bool_:
        hint = "states, as in visits(User3 >= 2)"
        raise ExpressionError(text, node.arguments[0].span, "expected something true or false", hint)
    if isinstance(states, ChainStates):
        return states.entering(inside)
    if isinstance(states, NoStates):
        return np.zeros(1)
    raise not_known("visits", "solve")


def _members(node: Node, net: Net, question: Question) -> Node:
    """Return a local derivative alone as that of the member followed, where one is."""
    if isinstance(node, Name) and node.group is None and node.name in net.derivatives and question.member:
        return Name(node.name, MEMBER, node.span)
    return node
