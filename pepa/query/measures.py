"""Measures of a distribution over the states of a net: throughput, population, utilisation, response time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pepa.markov.chain.chain import Chain
from pepa.markov.space.state_space import StateSpace, Vector
from pepa.net.net import Net
from pepa.query.rewards import known_derivative

if TYPE_CHECKING:
    from pepa.query.told_solution import ToldResponseTime


@dataclass(frozen=True)
class GroupMeasures:
    """One group: the mean number of its members in each local derivative (they add up to its size)."""

    name: str
    size: int
    population: Mapping[str, float]

    @property
    def utilisation(self) -> dict[str, float]:
        """The share of the group in each local derivative: population / size."""
        return {label: value / self.size if self.size else 0.0 for label, value in self.population.items()}


@dataclass(frozen=True)
class Measures:
    """Steady-state measures. Throughput is in actions a time unit, population in members."""

    throughput: Mapping[str, float]
    population: Mapping[str, float]
    groups: tuple[GroupMeasures, ...]

    @property
    def counts(self) -> Vector:
        """The mean numbers of members in the local derivatives of one group after the other."""
        return np.array([value for group in self.groups for value in group.population.values()])

    @property
    def compound(self) -> dict[str, float]:
        """The members in each state of a whole composite, such as `A|C`."""
        found: dict[str, float] = {}
        for group in self.groups:
            for label, value in group.population.items():
                if label not in self.population:
                    found[label] = found.get(label, 0.0) + value
        return found


def group_measures(net: Net, counts: Vector) -> tuple[GroupMeasures, ...]:
    """Return the groups of a net by the mean numbers of members in their local derivatives, one after the other."""
    found, first = [], 0
    for group in net.groups:
        labels = group.component.labels
        means = counts[first : first + len(labels)].tolist()
        found.append(GroupMeasures(group.name, group.size, dict(zip(labels, means, strict=True))))
        first += len(labels)
    return tuple(found)


def flows(space: StateSpace, chain: Chain, probability: Vector) -> Vector:
    """Return the mean rate at which each move of the net happens, shape (moves,)."""
    total = np.zeros(len(space.net.moves))
    step = 1 << 22
    for start in range(0, len(chain.source), step):
        part = slice(start, start + step)
        weights = probability[chain.source[part]] * chain.rates_of(part)
        total += np.bincount(space.move[part], weights, len(total))
    return total


def measures(space: StateSpace, flow: Vector, probability: Vector) -> Measures:
    """Return the measures of a distribution over the states of `space`, whose flows are `flow`."""
    return Measures(throughputs(space.net, flow), *_populations(space, probability))


def throughputs(net: Net, flow: Vector) -> dict[str, float]:
    """Return the throughput of every action by the flows of the moves."""
    found = dict.fromkeys(net.actions, 0.0)
    for move, value in zip(net.moves, flow.tolist(), strict=True):
        found[move.action] += value
    return found


def _populations(space: StateSpace, probability: Vector) -> tuple[dict[str, float], tuple[GroupMeasures, ...]]:
    total = dict.fromkeys(space.net.derivatives, 0.0)
    groups = []
    for index, group in enumerate(space.net.groups):
        means = _mean_counts(space, index, probability).tolist()
        held: dict[str, float] = {}
        for contents, mean in zip(group.component.contents, means, strict=True):
            for name, number in contents.items():
                held[name] = held.get(name, 0.0) + number * mean
        for name, value in held.items():
            total[name] += value
        groups.append(GroupMeasures(group.name, group.size, dict(zip(group.component.labels, means, strict=True))))
    return total, tuple(groups)


def _mean_counts(space: StateSpace, group: int, probability: Vector) -> Vector:
    number = len(space.net.groups[group].initial)
    fields = space.layout.fields[group]
    if not fields:
        return np.zeros(number)
    if space.layout.is_lone(group):
        return np.bincount(fields[0].read(space.words), probability, number).astype(float)
    return np.array([float(field.read(space.words) @ probability) for field in fields])


@dataclass(frozen=True)
class ResponseTime:
    """Mean time a member spends in some local derivatives from entering them to leaving them (Little's law).

    Where a member can come back to them within a cycle, `cycle` is the local derivative that a cycle starts with, the
    initial one of its group, and `cycles` is how often that is entered, a time unit.
    """

    states: tuple[str, ...]
    population: float
    arrivals: float
    cycle: str = ""
    cycles: float = 0.0

    @property
    def mean(self) -> float:
        """Population / arrivals, in time units; nan where nothing ever arrives."""
        return self.population / self.arrivals if self.arrivals else float("nan")

    @property
    def report(self) -> ToldResponseTime:
        """What is told of it: visits and time a cycle too, where a visit is not the only one of a cycle."""
        told: ToldResponseTime = {"states": list(self.states), "mean": self.mean}
        if self.cycle:
            told["cycle_of"] = self.cycle
            told["visits_per_cycle"] = self.arrivals / self.cycles
            told["per_cycle"] = self.population / self.cycles
        return told


def response_time(net: Net, population: Mapping[str, float], flow: Vector, states: Iterable[str]) -> ResponseTime:
    """Return the mean response time of a set of local derivatives, named as in the model.

    Raises PepaError for a name that is no local derivative.
    """
    names = tuple(dict.fromkeys(states))
    for name in names:
        known_derivative(name, net)
    arrivals = float(entering(net, names) @ flow)
    start = _cycle(net, names, flow)
    cycles = float(entering(net, [start]) @ flow) if start else 0.0
    held = sum(population[name] for name in names)
    return ResponseTime(names, held, arrivals, start if cycles > 0 else "", cycles)


def _cycle(net: Net, names: tuple[str, ...], flow: Vector) -> str:
    """Return the initial local derivative of those who are in `names` and can come back there before being in it again.

    That is "" where nobody can, or where they do not all start alike.
    """
    starts, again = set[str](), False
    for index, group in enumerate(net.groups):
        contents = group.component.contents
        inside = {state for name in names for state, number in enumerate(group.component.holding(name)) if number}
        if not inside:
            continue
        if any(sum(held.values()) != 1 for held in contents):
            return ""
        start = int(np.flatnonzero(group.initial)[0]) if any(group.initial) else 0
        starts.update(contents[start])
        again |= _comes_back(_steps(net, index, flow), inside, start)
    return starts.pop() if again and len(starts) == 1 else ""


def _steps(net: Net, group: int, flow: Vector) -> set[tuple[int, int]]:
    """Return the local steps, from and to, that members of a group do take."""
    return {
        (part.transition.source, part.transition.target)
        for move, often in zip(net.moves, flow.tolist(), strict=True)
        for part in move.participants
        if often > 0 and part.group == group
    }


def _comes_back(steps: set[tuple[int, int]], inside: set[int], start: int) -> bool:
    """Return whether some steps lead out of a set and into it again without entering `start`."""
    left = {to for source, to in steps if source in inside and to not in inside and to != start}
    seen = set[int]()
    while left - seen:
        seen |= left
        left = {to for source, to in steps if source in seen and to not in inside and to != start}
    return any(source in seen and to in inside and to != start for source, to in steps)


def entering(net: Net, names: Iterable[str]) -> Vector:
    """Return how many members each move takes into a set of local derivatives, shape (moves,)."""
    wanted = tuple(names)
    held = [np.sum([group.component.holding(name) for name in wanted], axis=0, dtype=int) for group in net.groups]
    found = np.zeros(len(net.moves))
    for index, move in enumerate(net.moves):
        for participant in move.participants:
            own = held[participant.group]
            found[index] += max(0, own[participant.transition.target] - own[participant.transition.source])
    return found
