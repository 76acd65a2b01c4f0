"""Wells: parts of the states between which next to no flow passes, however they lie in the state space.

Where the transitions that carry more than a little flow leave parts of the states apart, and each part keeps nearly
all of its flow to itself, the weights of the parts rest on what is rare, and no residual shows whether they are right
(a bottleneck, by Cheeger's inequality a slow mode: Lawler and Sokal 1988). It is seen on the graph, also where a probe
would have to outlast many modes that are merely not fast.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.markov.chain.chain import Chain
from pepa.markov.chain.graphs import by_node, joined, of_nodes
from pepa.markov.space.distinct import distinct
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.marginals import Blocks
from pepa.markov.steady.method import Pulse
from pepa.markov.steady.slow_mode import Core

LITTLE = (1e-6, 1e-8, 1e-10, 1e-12)  # of all flow: transitions that carry less are left out
SELDOM = 1e-3  # of its flow, which leaves a well at most
WEIGHT = 1e-9  # of all flow, which a well has at least
HEAVY = 1e-4  # of all flow: a part as heavy is looked at with all that flows to it
CHUNK = 1 << 18  # flows looked at at a time
KEPT = 1 << 22  # flows up to which they are kept from one look to the next
MOST = 1 << 23  # flows by which parts are joined at a time


def wells(chain: Chain, flow: Vector, within: Core, pulse: Pulse) -> Blocks | None:
    """Return the wells of a chain, all other states with that which most of their flow comes from; None for one.

    `flow` (states,) sums to 1. They are looked for within the core, which carries nearly all of it.
    """
    core = _Flows(within.jumps, within.flow, pulse)
    parts = _Parts.none(core)
    best, number = None, 1
    for little in LITTLE:
        parts = parts.along(little)
        if len(parts.weight) == 1:
            break
        label = core.parted(parts)
        if label is not None and int(label.max()) >= number:
            best, number = label, int(label.max()) + 1
    if best is None:
        return None
    whole = np.full(chain.size, -1)
    whole[within.states] = best
    if len(within.states) < chain.size:
        _Flows(chain.jumps, flow, pulse).adopted(whole)
    return Blocks("its wells", np.where(whole < 0, number, whole), number + int((whole < 0).any()))


Edges = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]


class _Flows:
    """The flows between some states: entries of the balance `jumps` (a row a state), times the flow they come from.

    There may be a hundred million of them: they are worked out some rows at a time, and kept where they are few.
    """

    def __init__(self, jumps: Any, flow: Vector, pulse: Pulse) -> None:
        self.jumps, self.flow, self._pulse = jumps, flow, pulse
        pointers = jumps.indptr
        goals = np.arange(0, int(pointers[-1]), CHUNK).astype(pointers.dtype)
        self._cuts = [*np.searchsorted(pointers, goals).tolist(), len(flow)]
        self._kept: dict[int, Edges] = {}

    def each(self, more: float = -1.0, most: float = np.inf) -> Iterator[Edges]:
        """Yield into what, out of what and how much flows, some rows at a time: more than that, and at most that."""
        for first, last in itertools.pairwise(self._cuts):
            if first == last or self.flow[first:last].max() <= more:  # no more flows into a state than out of it
                continue
            into, out_of, through = self._kept.get(first) or self._between(first, last)
            if more >= 0:
                wanted = through > more
                kept = np.flatnonzero(wanted if most == np.inf else wanted & (through <= most))
                into, out_of, through = into.take(kept), out_of.take(kept), through.take(kept)
            yield into, out_of, through
            self._pulse()

    def _between(self, first: int, last: int) -> Edges:
        pointers = self.jumps.indptr
        entries = slice(int(pointers[first]), int(pointers[last]))
        out_of = self.jumps.indices[entries]
        through = self.flow[out_of]
        through *= self.jumps.data[entries]
        np.maximum(through, 0.0, out=through)  # what stands for the diagonal is no flow
        into = np.repeat(np.arange(first, last, dtype=np.int32), np.diff(pointers[first : last + 1]))
        if len(self.jumps.indices) <= KEPT:
            self._kept[first] = into, out_of, through
        return into, out_of, through

    def parted(self, parts: _Parts) -> NDArray[Any] | None:
        """Return the well of each state, where the parts joined make two or more."""
        seeds = parts.seeds()
        if len(seeds) < 2:
            return None
        label = _numbered(parts.part, seeds)
        self.adopted(label)
        weight, leaving = self.weights(label, len(seeds))
        deep = np.flatnonzero((weight > WEIGHT) & (leaving <= SELDOM * weight))
        if len(deep) < 2:
            return None
        label = _numbered(label, deep)
        self.adopted(label)
        return label

    def weights(self, label: NDArray[Any], number: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the flow in each part, and that which leaves it; what has no part, -1, is outside of all."""
        weight = np.bincount(label + 1, self.flow, number + 1)[1:]
        leaving = np.zeros(number)
        for into, out_of, through in self.each():
            left = label.take(out_of)
            crosses = np.flatnonzero((label.take(into) != left) & (left >= 0))
            leaving += np.bincount(left.take(crosses), through.take(crosses), number)
        return weight, leaving

    def adopted(self, label: NDArray[Any]) -> None:
        """Give states without a part, in place, that of the state most of their flow comes from, step by step."""
        into, out_of = (np.concatenate(each) for each in zip(*self._entering(label < 0), strict=True))
        pointers, leads = by_node(out_of, into, len(label))  # where each state leads, if that has no part
        front = np.flatnonzero(label >= 0)
        while len(front):
            _, places = of_nodes(pointers, front)
            led_to = leads.take(places)
            front = distinct(led_to[label.take(led_to) < 0])
            number, places = of_nodes(self.jumps.indptr, front)
            feeders = self.jumps.indices[places]
            part = label.take(feeders)
            # What feeds a state without having a part counts less than nothing.
            through = np.where(part < 0, -1.0, self.flow.take(feeders) * self.jumps.data[places])
            firsts = np.cumsum(number) - number
            most = np.repeat(np.maximum.reduceat(through, firsts), number) == through if len(front) else part > 0
            label[np.repeat(front, number)[most]] = part[most]

    def _entering(self, states: NDArray[np.bool_]) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
        """Yield into what and out of what flows, some rows at a time, for some states that flow enters."""
        for into, out_of, _ in self.each():
            among = np.flatnonzero(states.take(into) & (into != out_of))
            yield into.take(among), out_of.take(among)


@dataclass(frozen=True, eq=False)
class _Parts:
    """Parts of the states: that of each, the flow in each part, how many states it has, and which flows joined them."""

    flows: _Flows
    part: NDArray[Any]
    weight: NDArray[Any]
    states: NDArray[Any]
    joined: float = np.inf  # those of more than that

    @classmethod
    def none(cls, flows: _Flows) -> _Parts:
        """Return each state as a part of its own."""
        size = len(flows.flow)
        return cls(flows, np.arange(size, dtype=np.int32), flows.flow, np.ones(size, np.int64))

    def along(self, little: float) -> _Parts:
        """Return larger parts: those joined between which more than a little flows one way."""
        parts, ends = self, list[tuple[NDArray[Any], NDArray[Any]]]()
        for into, out_of, _ in self.flows.each(little, self.joined):
            one, other = parts.part.take(into), parts.part.take(out_of)
            apart = np.flatnonzero(one != other)
            ends.append((one.take(apart), other.take(apart)))
            if sum(len(each[0]) for each in ends) > MOST:
                parts, ends = parts._joined(ends), []
        return replace(parts._joined(ends), joined=little)

    def _joined(self, ends: list[tuple[NDArray[Any], NDArray[Any]]]) -> _Parts:
        """Return larger parts: the two ends of each of some flows joined."""
        size = len(self.weight)
        if not any(len(one) for one, _ in ends):
            return self
        number, label = joined(size, *(np.concatenate(each) for each in zip(*ends, strict=True)))
        weight, states = (np.bincount(label, each, number) for each in (self.weight, self.states))
        return replace(self, part=label.take(self.part), weight=weight, states=states)

    def seeds(self) -> NDArray[Any]:
        """Return the parts that carry much flow, or some that next to nothing leaves; if there are two or more."""
        # All that flows through a single state leaves it.
        likely = np.flatnonzero((self.weight > HEAVY) | ((self.weight > WEIGHT) & (self.states > 1)))
        if len(likely) < 2:
            return likely
        number = np.full(len(self.weight), -1, np.int32)
        number[likely] = np.arange(len(likely))
        weight, leaving = self.flows.weights(number[self.part], len(likely))
        return likely[(weight > HEAVY) | (leaving <= SELDOM * weight)]


def _numbered(label: NDArray[Any], chosen: NDArray[Any]) -> NDArray[Any]:
    """Return labels with the chosen ones, ascending, numbered from 0, and -1 for the others, themselves -1 or not."""
    number = np.full(int(label.max()) + 2, -1, np.int32)  # the last of which is looked up by -1
    number[chosen] = np.arange(len(chosen))
    return number.take(label)
