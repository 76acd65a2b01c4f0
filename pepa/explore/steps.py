"""Single steps of a net, from any state, without deriving anything: what can happen, and what can have happened."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from pepa.control.error import PepaError
from pepa.explore.place import Counts
from pepa.markov.space.frontier import Moves, join, parted
from pepa.markov.space.packing import layout
from pepa.net.net import Move, Net, Participant
from pepa.net.rates import StateCounts, move_rate


@dataclass(frozen=True)
class Part:
    """One group's share in an activity: a member leaves one local derivative for another, or stays."""

    group: str
    source: str
    target: str


@dataclass(frozen=True)
class Activity:
    """Something that can happen in a state: its rate, its chance to be first, who takes part, where it leads.

    Several members that could each be the one are counted in the rate.
    """

    move: int
    action: str
    rate: float
    chance: float
    parts: tuple[Part, ...]
    target: Counts


@dataclass(frozen=True)
class Origin:
    """A state from which one step leads here, and that step. Whether it can be reached itself is not said."""

    counts: Counts
    activity: Activity


class Steps:
    """The steps of a net. What it answers depends on the state asked about alone."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.layout = layout(net.groups)
        self.forward = Moves(net, self.layout)

    @cached_property
    def _backward(self) -> Moves:
        return Moves(replace(self.net, moves=tuple(map(_reversed, self.net.moves))), self.layout)

    def activities(self, counts: Counts) -> tuple[Activity, ...]:
        """Return what can happen in a state.

        Raises PepaError where something has no rate: a passive action that nothing drives, or a component that is
        active and passive at once.
        """
        found = [(move, self._counts(target)) for move, target in self.forward.narrow(self._joined(counts))]
        rates = [self._rate(move, counts) for move, _ in found]
        total = sum(rates)
        return tuple(
            Activity(move, self.net.moves[move].action, rate, rate / total, self._parts(move), target)
            for (move, target), rate in zip(found, rates, strict=True)
        )

    def origins(self, counts: Counts) -> Iterator[Origin]:
        """Yield the states from which one step leads here; those without rates are left out, no run is ever there."""
        for move, source in self._backward.narrow(self._joined(counts)):
            before = self._counts(source)
            try:
                activities = self.activities(before)
            except PepaError:
                continue
            yield Origin(before, next(activity for activity in activities if activity.move == move))

    def _joined(self, counts: Counts) -> int:
        return join(self.layout.pack(counts))

    def _counts(self, state: int) -> Counts:
        return self.layout.counts(parted(state, self.layout.words))

    def _rate(self, number: int, counts: Counts) -> float:
        move = self.net.moves[number]
        if move.passive:
            message = f"the passive action `{move.action}` can happen here and nothing drives it: it has no rate"
            raise PepaError(message, "give it a rate, or a partner that is ready whenever it is")
        return float(move_rate(move, StateCounts(counts)))

    def _parts(self, number: int) -> tuple[Part, ...]:
        parts = []
        for participant in self.net.moves[number].participants:
            group = self.net.groups[participant.group]
            labels, local = group.component.labels, participant.transition
            parts.append(Part(group.name, labels[local.source], labels[local.target]))
        return tuple(parts)


def _reversed(move: Move) -> Move:
    return replace(move, participants=tuple(map(_back, move.participants)))


def _back(participant: Participant) -> Participant:
    local = participant.transition
    return replace(participant, transition=replace(local, source=local.target, target=local.source))


@dataclass(frozen=True)
class Stay:
    """One step of a walk: how long the state before it lasted, and what ended it."""

    seconds: float
    activity: Activity


def random_walk(steps: Steps, start: Counts, seed: int | None = None) -> Iterator[Stay]:
    """Yield the steps of one run by the rates, for ever or until nothing can happen any more."""
    chance = random.Random(seed)
    counts = start
    while activities := steps.activities(counts):
        (activity,) = chance.choices(activities, [activity.rate for activity in activities])
        yield Stay(chance.expovariate(sum(activity.rate for activity in activities)), activity)
        counts = activity.target
