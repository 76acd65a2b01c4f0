"""Why the figures are what they are: how long each component works and waits, for whom, and who is saturated.

A member that leaves a local derivative together with others would take 1 / E on its own, E being the rates of what it
can do there; what it stays longer it waits: others are not ready, or slower. By Little's law a visit lasts population /
arrivals, so the parts of a cycle add up exactly to the number of members over the cycles a time unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.markov.space.packing import Layout, Words
from pepa.markov.space.state_space import Vector
from pepa.net.component import Transition
from pepa.net.net import Apparent, Factor, LeafRate, MinRate, Move, SumRate
from pepa.net.rates import apparent_rate
from pepa.query.analysis import Solved

NEVER = 1e-12  # of a mean number of members: below it a local derivative is taken to be empty
WORTH_TELLING = 0.05  # share of the time
ALL = 1 - 1e-12  # of the long run
SATURATED = 0.9  # share of the time
SAME = 1e-12  # relative: what rounding leaves


@dataclass(frozen=True)
class Meeting:
    """One action of members in one local derivative that others take part in.

    Shares are of the time that members are there: `missing` while some other side cannot do the action at all, by the
    groups of that side (sides can be missing together, so these may add up to more than `unready`); `slowed` while all
    can and another is slower, `slowing` by the groups of that one; the rest they are the slowest themselves.
    """

    action: str
    unready: float
    missing: dict[str, float]
    slowed: float
    slowing: dict[str, float]

    @property
    def own(self) -> float:
        """The share in which nobody slows it."""
        return max(0.0, 1.0 - self.unready - self.slowed)


@dataclass(frozen=True)
class Stay:
    """The members of a group in one local derivative.

    `population` is their mean number, `visits` how many come a time unit, `working` how many of them get on at their
    own rate on average; the others wait.
    """

    label: str
    population: float
    visits: float
    working: float
    meetings: tuple[Meeting, ...]

    @property
    def waiting(self) -> float:
        """The mean number of members that wait for others."""
        return max(0.0, self.population - self.working)


@dataclass(frozen=True)
class Part:
    """One group: `cycles` are those of all its members a time unit, from the local derivative most of them start in."""

    name: str
    size: int
    start: str
    cycles: float
    stays: tuple[Stay, ...]

    @property
    def cycle_time(self) -> float | None:
        """The mean time from one start to the next of a member, size / cycles (Little); None where there is none."""
        return self.size / self.cycles if self.cycles > 0 else None

    @property
    def working(self) -> float:
        """The share of its time in which a member gets on at its own rate."""
        return sum(stay.working for stay in self.stays) / self.size

    @property
    def occupied(self) -> float:
        """The share of its time in which a member is not idle: does not wait where its cycle starts."""
        return 1.0 - sum(stay.waiting for stay in self.stays if stay.label == self.start) / self.size

    @property
    def waits(self) -> dict[str, float]:
        """The mean number of members waiting where some group is missing or slower, by group; more than all in sum."""
        found: dict[str, float] = {}
        for stay in self.stays:
            worst: dict[str, float] = {}
            for meeting in stay.meetings:
                for group in {**meeting.missing, **meeting.slowing}:
                    share = meeting.missing.get(group, 0.0) + meeting.slowing.get(group, 0.0)
                    worst[group] = max(worst.get(group, 0.0), share)
            for group, share in worst.items():
                found[group] = found.get(group, 0.0) + min(share * stay.population, stay.waiting)
        return found


@dataclass(frozen=True)
class Explanation:
    """All groups; the one idle least of those that others wait for; and the one of most copies. None where none is.

    `stuck` is the share of the long run in deadlocks.
    """

    parts: tuple[Part, ...]
    busiest: Part | None
    customers: Part | None
    stuck: float = 0.0

    @property
    def saturated(self) -> bool:
        """Whether there is a bottleneck; who is stuck is no bottleneck."""
        return self.busiest is not None and self.busiest.occupied >= SATURATED and not self.stuck

    @property
    def sentences(self) -> tuple[str, ...]:
        """The bottleneck in words."""
        return tuple(_words(self))


def explain(solved: Solved) -> Explanation:
    """Explain the long run of a solved model."""
    net = solved.derived.net
    ways, counts = _Ways(solved), _Counts(solved.derived.space.layout, solved.derived.space.words)
    parts = tuple(_part(solved, counts, ways, index) for index, group in enumerate(net.groups) if group.size)
    customers = max(parts, key=lambda part: part.size, default=None)
    if customers is not None and (customers.size == 1 or len(parts) < 2):
        customers = None
    waited = {name for part in parts for name, number in part.waits.items() if number > NEVER}
    candidates = [part for part in parts if part is not customers and part.name in waited]
    busiest = max(candidates, key=lambda part: part.occupied, default=None)
    stuck = float(solved.steady.probability[solved.derived.classes.deadlocks].sum())
    return Explanation(parts, busiest if stuck < ALL else None, customers, stuck)


class _Counts:
    """The counts of all states as columns: what apparent rates are worked out from."""

    def __init__(self, layout: Layout, words: Words) -> None:
        self._layout, self._words = layout, words

    def count(self, group: int, derivative: int) -> Vector:
        return self._layout.members(self._words, group, derivative).astype(float)

    def weighted(self, rate: LeafRate) -> Vector:
        total = np.zeros(self._words.shape[1])
        for derivative, value in rate.rates.items():
            total += value * self.count(rate.group, derivative)
        return total


@dataclass(frozen=True, eq=False)
class _Way:
    """One way to leave a local derivative: the move, its flow, and the rate of the local transition."""

    move: Move
    flow: float
    transition: Transition


class _Ways:
    """The ways out of each local derivative, by (group, local derivative), and how often it is entered."""

    def __init__(self, solved: Solved) -> None:
        self.out: dict[tuple[int, int], list[_Way]] = {}
        self.entered: dict[tuple[int, int], float] = {}
        for move, flow in zip(solved.derived.net.moves, solved.flow.tolist(), strict=True):
            for one in move.participants:
                self.out.setdefault((one.group, one.transition.source), []).append(_Way(move, flow, one.transition))
                to = one.group, one.transition.target
                self.entered[to] = self.entered.get(to, 0.0) + flow


def _part(solved: Solved, counts: _Counts, ways: _Ways, index: int) -> Part:
    group = solved.derived.net.groups[index]
    stays = []
    for state, label in enumerate(group.component.labels):
        here = counts.count(index, state)
        population = float(solved.steady.probability @ here)
        if population <= NEVER:
            continue
        out = ways.out.get((index, state), [])
        meetings = tuple(_meetings(solved, counts, out, index, solved.steady.probability * here / population))
        visits = ways.entered.get((index, state), 0.0)
        stays.append(Stay(label, population, visits, _working(out, population), meetings))
    start = max(range(len(group.initial)), key=lambda state: group.initial[state])
    cycles = ways.entered.get((index, start), 0.0)
    return Part(group.name, group.size, group.component.labels[start], cycles, tuple(stays))


def _working(ways: list[_Way], population: float) -> float:
    """Return the mean number of members that get on at their own rate.

    With others: the flow over their rate. Alone: all, in the share of visits that end so.
    """
    alone = sum(way.flow for way in ways if not way.move.factors)
    together = [way for way in ways if way.move.factors]
    left = alone + sum(way.flow for way in together)
    paces = {id(way.transition): way.transition.rate for way in together if not way.transition.passive}
    working = population * alone / left if left else 0.0
    if paces:
        working += sum(way.flow for way in together if not way.transition.passive) / sum(paces.values())
    return population if abs(population - working) <= SAME * population else min(population, working)


def _meetings(solved: Solved, counts: _Counts, ways: list[_Way], group: int, weight: Vector) -> Iterator[Meeting]:
    """Yield the actions of members in a local derivative that others take part in, and how that goes."""
    net = solved.derived.net
    by_action: dict[str, dict[int, Factor]] = {}
    for way in ways:
        by_action.setdefault(way.move.action, {}).update({id(factor): factor for factor in way.move.factors})
    for action, factors in by_action.items():
        ready, slow = np.ones(len(weight), bool), np.zeros(len(weight), bool)
        missing: dict[str, float] = {}
        slower: dict[str, NDArray[np.bool_]] = {}
        for factor in factors.values():
            own, others = _sides(factor, group)
            for side in others:
                rate = np.asarray(apparent_rate(side, counts))
                absent = rate <= 0
                names = " and ".join(dict.fromkeys(net.groups[one].name for one in sorted(_groups(side))))
                missing[names] = max(missing.get(names, 0.0), float(weight @ absent))
                ready &= ~absent
                if any(side is one for one in factor.least):
                    own_rate = np.inf if own is None else np.asarray(apparent_rate(own, counts)) * (1 - SAME)
                    slower[names] = slower.get(names, False) | (rate < own_rate)
                    slow |= slower[names]
        if missing:
            slowing = {names: float(weight @ (ready & those)) for names, those in slower.items()}
            yield Meeting(action, float(weight @ ~ready), missing, float(weight @ (ready & slow)), slowing)


def _sides(factor: Factor, group: int) -> tuple[Apparent | None, list[Apparent]]:
    """Return the side of a cooperation that a group is on, where that has a rate, and the others."""
    own = next((side for side in factor.all if group in _groups(side)), None)
    others = [side for side in factor.all if side is not own]
    return (own if any(own is side for side in factor.least) else None), others


def _groups(rate: Apparent) -> set[int]:
    match rate:
        case LeafRate(group=group):
            return {group}
        case SumRate(parts=parts):
            return set().union(*map(_groups, parts))
        case MinRate(parts=parts):
            return set().union(*(_groups(side) for pair in parts for side in pair if side is not None))


def _words(found: Explanation) -> Iterator[str]:
    """Yield what limits the model: for whom the customers wait, what the busiest does, for whom that waits."""
    customers, busiest = found.customers, found.busiest
    if found.stuck >= ALL:
        yield "the long run is a deadlock: nothing happens there any more, and there is no bottleneck"
        return
    if found.stuck:
        yield f"a share of {found.stuck:.4g} of the long run is in deadlocks, where all who are in wait for ever"
    if customers is not None and (cycle := customers.cycle_time) is not None:
        waiting = 1 - customers.working
        yield (
            f"a cycle of {customers.name} takes {cycle:.4g} on average; "
            f"for {waiting * cycle:.4g} of it ({waiting:.1%}) it waits for others"
        )
    if busiest is None:
        yield "nobody waits for another: there is no bottleneck"
        return
    if found.saturated:
        yield f"{busiest.name} is the bottleneck: it is occupied {busiest.occupied:.1%} of the time"
    else:
        rest = "" if customers is None else f" of those that {customers.name} meets"
        yield f"nobody is saturated; {busiest.name} is occupied most{rest}, {busiest.occupied:.1%} of the time"
    blocked = busiest.occupied - busiest.working
    by_whom = sorted(busiest.waits.items(), key=lambda item: -item[1])
    names = [name for name, number in by_whom if customers is None or name != customers.name]
    if blocked > WORTH_TELLING and names:
        yield (
            f"{busiest.name} works at its own rate {busiest.working:.1%} of the time; while occupied it waits "
            f"{blocked:.1%}, most of all for {names[0]}"
        )
