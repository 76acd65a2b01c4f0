"""A net in which one member of a group is told apart from the others: to follow it through the system.

The group P[n] becomes P[n - 1] and a lone P. A move that the group takes part in becomes two, one by the others and
one by the member; every apparent rate of the group becomes the sum of both, so that all rates stay exactly what they
were. Forgetting which member it is gives the chain as it was (ordinary lumpability).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from pepa.control.error import PepaError
from pepa.net.net import Apparent, Factor, Group, LeafRate, MinRate, Move, Net, Participant, SumRate

MEMBER = "member"
MOST_TOLD = 12  # groups


def tagged(net: Net, name: str) -> Net:
    """Return the net with one member of a group in a group of its own, named `member`, the last one.

    `name` is that of the group or of a local derivative that no other group has; the member starts in the first
    occupied one. Raises PepaError where no group is meant.
    """
    index = group_of(net, name)
    group = net.groups[index]
    if not group.size:
        raise PepaError(f"`{group.name}` has no member to follow", "its array is of size 0")
    first = next(place for place, count in enumerate(group.initial) if count)
    alone = tuple(int(place == first) for place in range(len(group.initial)))
    others = tuple(count - one for count, one in zip(group.initial, alone, strict=True))
    groups = list(net.groups)
    groups[index] = Group(group.name, group.component, others)
    groups.append(Group(MEMBER, group.component, alone))
    member = len(net.groups)
    rewriting = Rewriting(index, lambda rate: SumRate((rate, rate.of(member))))

    def both(move: Move) -> tuple[Move, ...]:
        others = replace(move, factors=rewriting.factors(move))
        if all(participant.group != index for participant in move.participants):
            return (others,)
        moved = (Participant(member if p.group == index else p.group, p.transition) for p in move.participants)
        return others, replace(others, participants=tuple(moved))

    moves = tuple(one for move in net.moves for one in both(move))
    return replace(net, groups=tuple(groups), moves=moves)


def by_member(net: Net, move: Move) -> bool:
    """Return whether the member told apart takes part in a move of a tagged net."""
    return any(participant.group == len(net.groups) - 1 for participant in move.participants)


def group_of(net: Net, name: str) -> int:
    """Return the number of the group of a name: its own, or that of a local derivative no other group has.

    Raises PepaError where no group is meant, or several, or where its members are teams of parts that are alike: which
    of these is followed cannot be told.
    """
    named = groups_named(net, name)
    holding = [
        index
        for index, group in enumerate(net.groups)
        if name in group.component.labels or any(name in contents for contents in group.component.contents)
    ]
    found = named or holding
    if len(found) == 1:
        _refuse_teams(net, net.groups[found[0]])
        return found[0]
    if found:
        names = listed(net, found)
        raise PepaError(f"`{name}` is in several groups", f"name one of them: {names}")
    names = listed(net, range(len(net.groups)))
    raise PepaError(f"`{name}` is no group of this model", f"the groups are {names}")


def _refuse_teams(net: Net, group: Group) -> None:
    alike = next((labels for labels in net.components if group.component.parts_among(labels) > 1), None)
    if alike is not None:
        message = f"copies of `{alike[0]}` cooperate with one another: one of them is not told apart"
        raise PepaError(message, "write the one to follow as a process of its own, under names of its own")


def listed(net: Net, groups: Sequence[int]) -> str:
    """Return the names of groups, of many the first."""
    told = ", ".join(f"`{net.groups[index].name}`" for index in groups[:MOST_TOLD])
    return told + ", …" * (len(groups) > MOST_TOLD)


def groups_named(net: Net, name: str) -> list[int]:
    """Return the numbers of the groups of a name: all that are named so, or the one with its number, as `P#1`."""
    alike = re.compile(rf"{re.escape(name)}(#\d+)?")
    return [index for index, group in enumerate(net.groups) if alike.fullmatch(group.name)]


class Rewriting:
    """Cooperation factors in which the apparent rates of one group are others; what is shared stays shared."""

    def __init__(self, group: int, leaf: Callable[[LeafRate], Apparent]) -> None:
        """Take the number of the group, and what becomes of an apparent rate of it."""
        self._group, self._leaf = group, leaf
        self._rates: dict[int, tuple[Apparent, Apparent]] = {}
        self._factors: dict[int, tuple[Factor, Factor]] = {}

    def factors(self, move: Move) -> tuple[Factor, ...]:
        """Return the factors of a move with other rates of the group."""
        return tuple(map(self._factor, move.factors))

    def _factor(self, factor: Factor) -> Factor:
        if id(factor) not in self._factors:
            parts = (tuple(map(self._apparent, rates)) for rates in (factor.least, factor.all, factor.barred))
            self._factors[id(factor)] = factor, Factor(*parts)
        return self._factors[id(factor)][1]

    def _apparent(self, rate: Apparent) -> Apparent:
        if id(rate) not in self._rates:
            self._rates[id(rate)] = rate, self._rewritten(rate)
        return self._rates[id(rate)][1]

    def _rewritten(self, rate: Apparent) -> Apparent:
        match rate:
            case LeafRate(group=group):
                return self._leaf(rate) if group == self._group else rate
            case SumRate(parts=parts):
                return SumRate(tuple(map(self._apparent, parts)))
            case MinRate(parts=pairs, passive=passive):
                return MinRate(tuple((self._maybe(one), self._maybe(other)) for one, other in pairs), passive)

    def _maybe(self, rate: Apparent | None) -> Apparent | None:
        return None if rate is None else self._apparent(rate)
