"""Wells: parts of the states between which next to no flow passes, however they lie in the state space.

Where the transitions that carry more than a little flow leave parts of the states apart, and each part keeps nearly
all of its flow to itself, the weights of the parts rest on what is rare, and no residual shows whether they are right
(a bottleneck, by Cheeger's inequality a slow mode: Lawler and Sokal 1988). It is seen on the graph, also where a probe
would have to outlast many modes that are merely not fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.markov.chain.chain import Chain
from pepa.markov.chain.graphs import joined
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.marginals import Blocks
from pepa.markov.steady.method import Pulse
from pepa.markov.steady.slow_mode import Core

LITTLE = (1e-6, 1e-8, 1e-10, 1e-12)  # of all flow: transitions that carry less are left out
SELDOM = 1e-3  # of its flow, which leaves a well at most
WEIGHT = 1e-9  # of all flow, which a well has at least
HEAVY = 1e-4  # of all flow: a part as heavy is looked at with all that flows to it


def wells(chain: Chain, flow: Vector, within: Core, pulse: Pulse) -> Blocks | None:
    """Return the wells of a chain, all other states with that which most of their flow comes from; None for one.

    `flow` (states,) sums to 1. They are looked for within the core, which carries nearly all of it.
    """
    core = _Flows(within.jumps, within.flow)
    parts = _Joined.none(core)
    best, number = None, 1
    for little in LITTLE:
        pulse()
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
        _Flows(chain.jumps, flow).adopted(whole)
    return Blocks("its wells", np.where(whole < 0, number, whole), number + int((whole < 0).any()))


class _Flows:
    """The flows between some states: entries of the balance `jumps` (a row a state), times the flow they come from."""

    def __init__(self, jumps: Any, flow: Vector) -> None:
        self.flow = flow
        self.into = np.repeat(np.arange(len(flow), dtype=np.int32), np.diff(jumps.indptr))
        self.out_of = jumps.indices
        self.through = flow[self.out_of]
        self.through *= jumps.data
        np.maximum(self.through, 0.0, out=self.through)  # what stands for the diagonal is no flow

    def parted(self, joined: _Joined) -> NDArray[Any] | None:
        """Return the well of each state, where the parts joined make two or more."""
        seeds = joined.seeds()
        if len(seeds) < 2:
            return None
        label = _numbered(joined.part, seeds)
        self.adopted(label)
        weight, leaving = self._weights(label, len(seeds))
        deep = np.flatnonzero((weight > WEIGHT) & (leaving <= SELDOM * weight))
        if len(deep) < 2:
            return None
        label = _numbered(label, deep)
        self.adopted(label)
        return label

    def _weights(self, label: NDArray[Any], number: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the flow in each part, and that which leaves it; what has no part, -1, is outside of all."""
        inside = label >= 0
        weight = np.bincount(label[inside], self.flow[inside], number)
        crosses = (label[self.into] != label[self.out_of]) & (label[self.out_of] >= 0)
        return weight, np.bincount(label[self.out_of[crosses]], self.through[crosses], number)

    def adopted(self, label: NDArray[Any]) -> None:
        """Give states without a part, in place, that of the state most of their flow comes from, step by step."""
        open_ = np.flatnonzero(label[self.into] < 0)
        into, out_of, through = self.into[open_], self.out_of[open_], self.through[open_]
        while len(into):
            known = np.flatnonzero(label[out_of] >= 0)
            if not len(known):
                return
            rows, most = into[known], through[known]  # rows ascend
            first = np.flatnonzero(np.diff(rows, prepend=-1))
            most = np.repeat(np.maximum.reduceat(most, first), np.diff(first, append=len(rows))) == most
            label[rows[most]] = label[out_of[known[most]]]
            left = label[into] < 0
            into, out_of, through = into[left], out_of[left], through[left]


@dataclass(frozen=True, eq=False)
class _Joined:
    """Parts of the states: that of each, the flow in each part, and the flows from one part into another."""

    part: NDArray[Any]
    weight: NDArray[Any]
    into: NDArray[Any]
    out_of: NDArray[Any]
    through: NDArray[Any]

    @classmethod
    def none(cls, flows: _Flows) -> _Joined:
        """Return each state as a part of its own."""
        return cls(np.arange(len(flows.flow)), flows.flow, flows.into, flows.out_of, flows.through)

    def along(self, little: float) -> _Joined:
        """Return larger parts: those joined between which more than a little flows one way."""
        kept, size = self.through > little, len(self.weight)
        number, label = joined(size, self.into[kept], self.out_of[kept])
        if number == size:
            return self
        into, out_of = label[self.into], label[self.out_of]
        apart = np.flatnonzero(into != out_of)
        weight = np.bincount(label, self.weight, number)
        return _Joined(label[self.part], weight, into[apart], out_of[apart], self.through[apart])

    def seeds(self) -> NDArray[Any]:
        """Return the parts that carry much flow, or some that next to nothing leaves."""
        leaving = np.bincount(self.out_of, self.through, len(self.weight))
        return np.flatnonzero((self.weight > HEAVY) | ((self.weight > WEIGHT) & (leaving <= SELDOM * self.weight)))


def _numbered(label: NDArray[Any], chosen: NDArray[Any]) -> NDArray[Any]:
    """Return labels with the chosen ones, ascending, numbered from 0, and -1 for the others."""
    return np.where(np.isin(label, chosen), np.searchsorted(chosen, label), -1)
