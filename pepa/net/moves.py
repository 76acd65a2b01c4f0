"""The moves of a system tree: every way to do an action, with the apparent rates it goes through."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Mapping

from pepa.control.record import record
from pepa.language.slopes import Direction
from pepa.language.syntax import TAU
from pepa.net.component import Component, Transition
from pepa.net.effort import FREE, Effort, TooLarge
from pepa.net.net import Apparent, Factor, LeafRate, MinRate, Move, Participant, SumRate
from pepa.net.system import Coop, Hide, Leaf, System, leaves

MOST_MOVES = 2_000_000


@record(eq=False)
class _Partial:
    participants: tuple[Participant, ...]
    factors: tuple[Factor, ...]
    passive: bool


class _Compiler:
    """One pass over a tree; apparent rates are shared between the moves that go through them."""

    def __init__(self, system: System) -> None:
        self._groups = {id(leaf): index for index, leaf in enumerate(leaves(system))}
        self._apparent: dict[tuple[int, str, bool], Apparent | None] = {}
        self._kinds: dict[int, dict[tuple[str, bool], list[Transition]]] = {}  # of the leaves asked for

    def partials(self, system: System) -> dict[str, list[_Partial]]:
        """Return, by action, every way for this part of the system to do it."""
        found: dict[str, list[_Partial]] = {}
        match system:
            case Leaf(component=component):
                group = self._groups[id(system)]
                for transition in component.transitions:
                    partial = _Partial((Participant(group, transition),), (), transition.passive)
                    found.setdefault(transition.action, []).append(partial)
            case Hide(part=part, actions=actions):
                for action, ways in self.partials(part).items():
                    found.setdefault(TAU if action in actions else action, []).extend(ways)
            case Coop(parts=parts, actions=actions):
                able: dict[str, list[list[_Partial]]] = {}
                for part in parts:
                    for action, ways in self.partials(part).items():
                        able.setdefault(action, []).append(ways)
                for action, each in able.items():
                    together = action in actions
                    found[action] = self._synchronised(system, action, each) if together else _apart(each)
        return found

    def _synchronised(self, system: Coop, action: str, each: list[list[_Partial]]) -> list[_Partial]:
        if len(each) < len(system.parts):
            return []  # a part that never does it blocks it
        factors: dict[tuple[bool, ...], Factor] = {}
        found = []
        for ways in itertools.product(*each):
            kinds = tuple(way.passive for way in ways)
            if kinds not in factors:
                factors[kinds] = self._factor(system, action, kinds)
            participants = tuple(itertools.chain.from_iterable(way.participants for way in ways))
            inner = tuple(itertools.chain.from_iterable(way.factors for way in ways))
            found.append(_Partial(participants, (*inner, factors[kinds]), all(kinds)))
        return found

    def _factor(self, system: Coop, action: str, kinds: tuple[bool, ...]) -> Factor:
        parts = list(zip(system.parts, kinds, strict=True))
        each = [(self.apparent(part, action, kind), kind) for part, kind in parts]
        other = [self.apparent(part, action, not kind) for part, kind in parts]
        rates = tuple(rate for rate, _ in each if rate is not None)
        active = tuple(rate for rate, kind in each if rate is not None and not kind)
        return Factor(active or rates, rates, tuple(rate for rate in other if rate is not None))

    def apparent(self, system: System, action: str, passive: bool) -> Apparent | None:
        """Return the apparent rate of one kind, or None where the system never has any."""
        key = (id(system), action, passive)
        if key not in self._apparent:
            self._apparent[key] = self._new_apparent(system, action, passive)
        return self._apparent[key]

    def _new_apparent(self, system: System, action: str, passive: bool) -> Apparent | None:
        match system:
            case Leaf(component=component):
                kinds = self._kinds.get(id(system))
                if kinds is None:
                    kinds = self._kinds[id(system)] = _kinds(component)
                transitions = kinds.get((action, passive))
                return _leaf_rate(self._groups[id(system)], transitions) if transitions else None
            case Hide(part=part, actions=actions):
                if action in actions and action != TAU:
                    return None
                names = sorted(actions | {TAU}) if action == TAU else [action]
                return _sum([self.apparent(part, name, passive) for name in names])
            case Coop(parts=parts, actions=actions) if action not in actions:
                return _sum([self.apparent(part, action, passive) for part in parts])
            case Coop(parts=parts):
                pairs = [(self.apparent(part, action, False), self.apparent(part, action, True)) for part in parts]
                return _min(pairs, passive)


def _apart(each: list[list[_Partial]]) -> list[_Partial]:
    return list(itertools.chain.from_iterable(each))


def _kinds(component: Component) -> dict[tuple[str, bool], list[Transition]]:
    """Return the transitions by action and by whether they are passive."""
    found: dict[tuple[str, bool], list[Transition]] = {}
    for transition in component.transitions:
        found.setdefault((transition.action, transition.passive), []).append(transition)
    return found


def _leaf_rate(group: int, transitions: list[Transition]) -> LeafRate:
    rates: dict[int, float] = {}
    slopes: dict[Direction, dict[int, float]] = {}
    for transition in transitions:
        source = transition.source
        rates[source] = rates.get(source, 0.0) + transition.rate
        for direction, slope in transition.slopes.items():
            those = slopes.setdefault(direction, {})
            those[source] = those.get(source, 0.0) + slope
    return LeafRate(group, rates, {direction: LeafRate(group, those) for direction, those in slopes.items()})


def _sum(parts: list[Apparent | None]) -> Apparent | None:
    present = [part for part in parts if part is not None]
    return present[0] if len(present) == 1 else SumRate(tuple(present)) if present else None


def _min(pairs: list[tuple[Apparent | None, Apparent | None]], passive: bool) -> Apparent | None:
    possible = (
        all(weight is not None for _, weight in pairs)
        if passive
        else all(pair != (None, None) for pair in pairs) and any(active is not None for active, _ in pairs)
    )
    return MinRate(tuple(pairs), passive) if possible else None


def number_of_moves(system: System, effort: Effort = FREE) -> Mapping[str, int]:
    """Return, by action, in how many ways a system can do it.

    Raises TooLarge where an action can happen in more than two million ways, TooMuch where making them, and those of
    its parts, takes more than the effort.
    """
    found: Counter[str] = Counter()
    match system:
        case Leaf(component=component):
            effort.spend(len(component.transitions))
            found.update([transition.action for transition in component.transitions])
        case Hide(part=part, actions=actions):
            for action, number in number_of_moves(part, effort).items():
                found[TAU if action in actions else action] += number
        case Coop(parts=parts, actions=actions):
            each = [number_of_moves(part, effort) for part in parts]
            for numbers in each:
                for action, number in numbers.items():
                    found[action] += number
            for action in [action for action in found if action in actions]:
                found[action] = _synchronised(action, [numbers.get(action, 0) for numbers in each], effort)
    return found


def _synchronised(action: str, each: list[int], effort: Effort) -> int:
    """Return in how many ways parts do an action together that each does in so many."""
    number = math.prod(each)
    if number > MOST_MOVES:
        message = f"`{action}` can happen in {number:,} ways; at most {MOST_MOVES:,} are taken"
        raise TooLarge(message, "fewer alternatives in the cooperating components, or different action names")
    effort.spend(number)
    return number


def moves(system: System, effort: Effort = FREE) -> tuple[Move, ...]:
    """Return every move of a system; group numbers are those of `leaves(system)`.

    Raises what `number_of_moves` raises, before any is made.
    """
    number_of_moves(system, effort)
    return tuple(
        Move(action, partial.participants, partial.factors, partial.passive)
        for action, partials in _Compiler(system).partials(system).items()
        for partial in partials
    )
