"""A composite process derived as one component, so that arrays of it can be counted like any other.

Exact: the apparent rate of a process on an action is the sum of its rates on it (Hillston 1996, section 3.3),
and strong equivalence is a congruence.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from pepa.language.problem import Span
from pepa.language.slopes import NONE, Slopes, combined
from pepa.net.component import Component, Transition
from pepa.net.effort import FREE, STEP, Effort, TooLarge
from pepa.net.mixed_rates import MixedRates
from pepa.net.moves import moves
from pepa.net.rates import StateCounts, move_rate
from pepa.net.slopes import least, move_slopes
from pepa.net.system import Leaf, System, leaves

MOST_DERIVATIVES = 100_000
State = TypeVar("State", bound=Hashable)
Team = tuple[tuple[int, int], ...]  # (local derivative of the member, members in it), in order


@dataclass(frozen=True, slots=True)
class _Step(Generic[State]):
    action: str
    rate: float
    passive: bool
    target: State
    span: Span
    slopes: Slopes


def composite(system: System, copies: int, actions: frozenset[str], effort: Effort = FREE) -> Component:
    """Derive `copies` of a system that cooperate on `actions` as one component.

    Copies are counted, so P[n]{a} of two local derivatives has n + 1, not 2^n. Raises TooLarge beyond 100,000
    local derivatives, TooMuch beyond the effort.
    """
    lone = isinstance(system, Leaf) and system.counts[0] == 1 == sum(system.counts)
    member = system.component if isinstance(system, Leaf) and lone else _derived(system, effort)
    return member if copies == 1 else _team(member, copies, actions, effort)


def _explored(
    initial: State,
    steps: Callable[[State], Iterable[_Step[State]]],
    contents: Callable[[State], Iterable[tuple[str, int]]],
    letters: Iterable[str],
    silent: frozenset[str],
    effort: Effort,
) -> Component:
    """Derive every state reachable from `initial`; a state is labelled by what it holds."""
    index: dict[State, int] = {initial: 0}
    states = [initial]
    transitions: list[Transition] = []
    for source, state in enumerate(states):  # grows while it is walked
        merged: dict[tuple[str, int, bool], Transition] = {}
        for step in steps(state):
            effort.spend(STEP)
            if step.target not in index:
                if len(states) == MOST_DERIVATIVES:
                    raise _too_many()
                index[step.target] = len(states)
                states.append(step.target)
            key = (step.action, index[step.target], step.passive)
            way = Transition(source, key[1], step.action, step.rate, step.passive, step.span, step.slopes)
            merged[key] = way.joined(merged[key]) if key in merged else way
        transitions.extend(merged.values())
    labels: dict[str, None] = {}
    held = []
    for state in states:
        parts = list(contents(state))
        label = "|".join(name if count == 1 else f"{name}[{count}]" for name, count in parts)
        labels[label if label not in labels else f"{label}~{len(labels)}"] = None
        held.append(parts)
    contained = tuple(_totals(parts) for parts in held)
    return Component(tuple(labels), contained, tuple(transitions), frozenset(letters), silent)


def _too_many() -> TooLarge:
    message = f"an array of a composite process has more than {MOST_DERIVATIVES:,} local derivatives"
    return TooLarge(message, "make it smaller, or write its parts as arrays of their own")


def _totals(parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    totals: Counter[str] = Counter()
    for name, count in parts:
        totals[name] += count
    return dict(totals)


def _derived(system: System, effort: Effort) -> Component:
    """Derive a whole system; a state is the tuple of its leaves' counts."""
    components = [leaf.component for leaf in leaves(system)]
    ways = moves(system, effort)
    sloped = any(transition.slopes for component in components for transition in component.transitions)

    def steps(state: tuple[tuple[int, ...], ...]) -> Iterator[_Step[tuple[tuple[int, ...], ...]]]:
        effort.spend(len(ways) / STEP)
        for move in ways:
            if all(state[p.group][p.transition.source] for p in move.participants):
                target = [list(counts) for counts in state]
                for p in move.participants:
                    target[p.group][p.transition.source] -= 1
                    target[p.group][p.transition.target] += 1
                rate = float(move_rate(move, StateCounts(state)))
                span = move.participants[0].transition.span
                slopes = move_slopes(move, StateCounts(state)) if sloped else NONE
                yield _Step(move.action, rate, move.passive, tuple(map(tuple, target)), span, slopes)

    def contents(state: tuple[tuple[int, ...], ...]) -> Iterator[tuple[str, int]]:
        for component, counts in zip(components, state, strict=True):
            for held, count in zip(component.contents, counts, strict=True):
                yield from ((name, number * count) for name, number in held.items() if count)

    silent = frozenset[str]().union(*(component.silent for component in components))
    return _explored(tuple(leaf.counts for leaf in leaves(system)), steps, contents, system.alphabet, silent, effort)


def _team(member: Component, copies: int, actions: frozenset[str], effort: Effort) -> Component:
    """Derive copies of a component that cooperate on `actions`, counting the copies in each local derivative."""
    by_source: dict[int, dict[str, list[Transition]]] = {}
    for transition in member.transitions:
        by_source.setdefault(transition.source, {}).setdefault(transition.action, []).append(transition)

    def steps(team: Team) -> Iterator[_Step[Team]]:
        for derivative, count in team:
            alone = [ways for action, ways in by_source.get(derivative, {}).items() if action not in actions]
            for way in itertools.chain.from_iterable(alone):
                slopes = combined((count, way.slopes))
                yield _Step(way.action, count * way.rate, way.passive, _moved(team, way), way.span, slopes)
        for action in (
            one for one in by_source.get(team[0][0], {}) if one in actions
        ):  # as written: a set has no order
            each = [(count, by_source.get(derivative, {}).get(action, [])) for derivative, count in team]
            if all(ways for _, ways in each):
                yield from _together(action, each, effort)

    start: Team = ((0, copies),)

    def contents(team: Team) -> Iterator[tuple[str, int]]:
        for derivative, count in team:
            yield from ((name, number * count) for name, number in member.contents[derivative].items())

    return _explored(start, steps, contents, member.alphabet, member.silent, effort)


def _moved(team: Team, way: Transition) -> Team:
    counts = dict(team)
    counts[way.source] -= 1
    counts[way.target] = counts.get(way.target, 0) + 1
    return tuple(sorted((derivative, count) for derivative, count in counts.items() if count))


def _together(action: str, each: list[tuple[int, list[Transition]]], effort: Effort) -> Iterator[_Step[Team]]:
    """Yield the steps in which all members do `action` at once: their least rate, shared by their choices."""
    rates: dict[bool, list[tuple[float, Slopes]]] = {False: [], True: []}
    targets: dict[Team, tuple[float, Slopes]] = {(): (1.0, NONE)}
    for count, ways in each:
        if len({way.passive for way in ways}) > 1:
            message = f"a component is both active and passive on `{action}` in one state"
            raise MixedRates(message, "give the two activities different names, or both a rate")
        total = sum(way.rate for way in ways), combined(*((1.0, way.slopes) for way in ways))
        rates[ways[0].passive].append(total)
        shares = _shares(ways, total)
        number = len(targets) * math.comb(count + len(shares) - 1, count)
        if number > MOST_DERIVATIVES:
            raise _too_many()
        effort.spend(STEP * number)
        joined: dict[Team, tuple[float, Slopes]] = {}
        spread = _spread(count, {target: share for target, (share, _) in shares.items()})
        for (before, (first, first_slopes)), (after, second) in itertools.product(targets.items(), spread):
            relative = combined(*((number / shares[target][0], shares[target][1]) for target, number in after))
            target = _sum(before, after)
            value, slopes = joined.get(target, (0.0, NONE))
            slopes = combined((1.0, slopes), (second, first_slopes), (first * second, relative))
            joined[target] = value + first * second, slopes
        targets = joined
    passive = not rates[False]
    rate, rising = least(rates[passive])
    for team, (probability, slopes) in targets.items():
        slopes = combined((probability, rising), (float(rate), slopes))
        yield _Step(action, float(rate) * probability, passive, team, each[0][1][0].span, slopes)


def _shares(ways: list[Transition], total: tuple[float, Slopes]) -> dict[int, tuple[float, Slopes]]:
    """Return the share of each target in the choices of a member, and its slopes; no two choices lead to one target."""
    shares: dict[int, tuple[float, Slopes]] = {}
    for way in ways:
        here = way.rate / total[0]
        shares[way.target] = here, combined((1 / total[0], way.slopes), (-here / total[0], total[1]))
    return shares


def _spread(count: int, shares: dict[int, float]) -> list[tuple[Team, float]]:
    """Return the ways `count` members can spread over targets, each with its multinomial probability."""
    (target, share), *others = shares.items()
    if not others:
        return [(((target, count),) if count else (), 1.0)]
    found = []
    rest = sum(value for _, value in others)
    for here in range(count + 1):
        chance = _binomial(count, here, share, rest)
        for team, probability in _spread(count - here, {other: value / rest for other, value in others}):
            found.append((_sum(team, ((target, here),) if here else ()), chance * probability))
    return found


def _binomial(count: int, here: int, share: float, rest: float) -> float:
    if count <= 1000:  # the coefficient fits a float
        return math.comb(count, here) * share**here * rest ** (count - here)
    logarithm = math.lgamma(count + 1) - math.lgamma(here + 1) - math.lgamma(count - here + 1)
    return math.exp(logarithm + here * math.log(share) + (count - here) * math.log(rest))


def _sum(left: Team, right: Team) -> Team:
    counts = dict(left)
    for derivative, count in right:
        counts[derivative] = counts.get(derivative, 0) + count
    return tuple(sorted(counts.items()))
