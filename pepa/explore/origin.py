"""Where a figure comes from: the moves that make it, and the states it is made in, each with what it gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pepa.control.error import PepaError
from pepa.explore.place import told
from pepa.language.problem import Span
from pepa.markov.space.state_space import Vector
from pepa.net.net import Move, Net
from pepa.query.analysis import Solved
from pepa.query.expression import Call, parse, walk
from pepa.query.first_order import Linear
from pepa.query.linear import linear
from pepa.query.measure import Values
from pepa.query.of_states import MEAN, TABLE
from pepa.query.rewards import member_counts

MOST_STATES = 5
MOST_MOVES = 12
LEAST = 1e-12  # of the largest: what gives less gives nothing


@dataclass(frozen=True)
class MoveShare:
    """A move with what it gives: of a throughput the flow, of a population the members it brings a time unit.

    `who` says of each participant its group and where it comes from and goes to; `spans` where that is written.
    """

    action: str
    who: tuple[str, ...]
    spans: tuple[Span, ...]
    amount: float


@dataclass(frozen=True)
class StateShare:
    """A state with what it gives: its probability times what is earned in it a time unit."""

    state: int
    probability: float
    words: str
    amount: float


@dataclass(frozen=True)
class Origin:
    """A plain measure and what gives it.

    `flows` says whether the moves add up to the measure; else they come and go, and add up to 0. `states` are those
    that give most, `total` what all of them give; they are none where no states are known.
    """

    measure: str
    value: float
    flows: bool
    moves: tuple[MoveShare, ...]
    states: tuple[StateShare, ...]
    total: float | None


def origins(text: str, values: Values, solved: Solved | None) -> tuple[Origin, ...]:
    """Return where a measure comes from, or the plain measures it is made of; `solved` knows the states.

    A plain measure is one that is earned in states: those of passages, visits and variances are not, and left out.
    Raises ExpressionError where the text is no measure.
    """
    found = []
    for part in _plain(text):
        try:
            first_order = linear(part, values)
            if first_order.transitions is None:  # else it is counted as it happens, not earned in states
                found.append(_origin(part, first_order, values, solved))
        except PepaError:
            if part == text:
                raise
    return tuple(found)


def _plain(text: str) -> tuple[str, ...]:
    """Return the plain measures that a measure is made of, in the order they are written."""
    found: dict[str, None] = {}
    for node in walk(parse(text)):
        if not isinstance(node, Call) or node.function == "enabled":
            continue
        if node.function == "responsetime":
            found |= dict.fromkeys(f"population({text[one.span.start : one.span.end]})" for one in node.arguments)
        elif TABLE.get(node.function, MEAN).earned:
            found[text[node.span.start : node.span.end]] = None
    return tuple(found)


def _origin(text: str, found: Linear, values: Values, solved: Solved | None) -> Origin:
    net = values.net
    given = found.moves if found.moves is not None else _brought(net, found)
    amounts = given * values.flow
    least = LEAST * float(np.abs(amounts).max(initial=0.0))
    order = [index for index in np.argsort(-np.abs(amounts)).tolist() if abs(amounts[index]) > least]
    moves = tuple(_share(net, net.moves[index], float(amounts[index])) for index in order[:MOST_MOVES])
    if solved is None:
        return Origin(text, found.value, found.moves is not None, moves, (), None)
    gives = solved.steady.probability * _earned(found, solved)
    states = tuple(_state(solved, index, gives) for index in _largest(np.abs(gives)))
    return Origin(text, found.value, found.moves is not None, moves, states, float(gives.sum()))


def _brought(net: Net, found: Linear) -> Vector:
    """Return what each move brings, shape (moves,): members into what is counted less those it takes out."""
    brought = np.zeros(len(net.moves))
    for (name, _), share in found.population.items():
        held = [group.component.holding(name) for group in net.groups]
        for index, move in enumerate(net.moves):
            for one in move.participants:
                own = held[one.group]
                brought[index] += share * (own[one.transition.target] - own[one.transition.source])
    return brought


def _earned(found: Linear, solved: Solved) -> Vector:
    """Return what is earned in each state a time unit, shape (states,)."""
    space, chain = solved.derived.space, solved.derived.chain
    earned = np.zeros(space.size) if found.states is None else found.states.astype(float)
    for (name, _), share in found.population.items():
        earned = earned + share * member_counts(space, name)
    if found.moves is not None:
        earned = earned + np.bincount(chain.source, chain.rate * found.moves[space.move], chain.size)
    return earned


def _share(net: Net, move: Move, amount: float) -> MoveShare:
    who = []
    for one in move.participants:
        group, way = net.groups[one.group], one.transition
        labels = group.component.labels
        who.append(f"{group.name}: {labels[way.source]} → {labels[way.target]}")
    return MoveShare(move.action, tuple(who), tuple(one.transition.span for one in move.participants), amount)


def _state(solved: Solved, index: int, gives: Vector) -> StateShare:
    words = told(solved.derived.net, solved.derived.space.counts(index))
    return StateShare(index, float(solved.steady.probability[index]), words, float(gives[index]))


def _largest(values: Vector) -> list[int]:
    """Return the indices of the largest values, the largest first, without those that are nothing."""
    if len(values) > MOST_STATES:
        chosen = np.argpartition(-values, MOST_STATES)[:MOST_STATES]
    else:
        chosen = np.arange(len(values))
    ranked = chosen[np.argsort(-values[chosen], kind="stable")]
    return [index for index in ranked.tolist() if values[index] > LEAST * values[ranked[0]]]
