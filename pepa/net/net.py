"""The population net: groups that count their members in each local derivative, and moves between counts.

The numerical vector form of a PEPA model (Ding and Hillston 2012). A move is one way for the whole system to do
one action: at most one local transition a group, so a fixed change of counts. Its rate is

    product over its local transitions of (count of the source x local rate)
    x product over the cooperations it synchronises through of (min of apparent rates / product of apparent rates)

which is Hillston's definition (1996, section 3.3) for any nesting. A cooperation of passive and active parts
has the minimum of the active ones; among passive parts weights are compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pepa.control.record import record
from pepa.language.problem import Problem
from pepa.language.rates import Rate
from pepa.language.slopes import Direction
from pepa.net.component import Component, Transition


@record(eq=False)
class LeafRate:
    """Apparent rate of a group: the sum over local derivatives of count x rate. `rates` is by local derivative.

    `slopes` are the same sums with the slopes of the rates, where the model was compiled with them.
    """

    group: int
    rates: Mapping[int, float]
    slopes: Mapping[Direction, LeafRate] = field(default_factory=dict)

    def of(self, group: int) -> LeafRate:
        """Return the same of another group, which has the same local derivatives."""
        return LeafRate(group, self.rates, {direction: one.of(group) for direction, one in self.slopes.items()})


@record(eq=False)
class SumRate:
    """Apparent rate of parts that do not synchronise on the action: the sum of theirs."""

    parts: tuple[Apparent, ...]


@record(eq=False)
class MinRate:
    """Apparent rate of parts that synchronise: their minimum. Each part has an active and a passive side, or one.

    The passive value is the least weight if all parts are passive now, the active one the least active rate if
    each part is ready and one at least is active.
    """

    parts: tuple[tuple[Apparent | None, Apparent | None], ...]
    passive: bool


Apparent = LeafRate | SumRate | MinRate


@record(eq=False)
class Factor:
    """One cooperation a move synchronises through: min(least) / product(all).

    `least` are the apparent rates of the active parts (of all parts where all are passive). `barred` are the
    apparent rates of the other kind: a part that is active and passive on one action at once has no rate.
    """

    least: tuple[Apparent, ...]
    all: tuple[Apparent, ...]
    barred: tuple[Apparent, ...] = ()


@record()
class Participant:
    """A local transition of one group's member taking part in a move."""

    group: int
    transition: Transition


@record(eq=False)
class Move:
    """One way for the system to do `action`. A passive move has no rate: it may never be enabled."""

    action: str
    participants: tuple[Participant, ...]
    factors: tuple[Factor, ...]
    passive: bool

    @property
    def base(self) -> float:
        """The product of the local rates and weights."""
        value = 1.0
        for participant in self.participants:
            value *= participant.transition.rate
        return value


@dataclass(frozen=True, eq=False)
class Group:
    """Interchangeable members of one component: how many start in each local derivative."""

    name: str
    component: Component
    initial: tuple[int, ...]

    @cached_property
    def size(self) -> int:
        """The number of members."""
        return sum(self.initial)


@dataclass(frozen=True, eq=False)
class Net:
    """A compiled model: groups, moves, the values of its parameters, and warnings met while compiling.

    `alphabet` are the action types seen from outside, and `derivatives` the names of the local derivatives, in the
    order of the groups: those too that never happen or are never reached at these rates. `hidden` are the action
    types hidden somewhere. `components` are the local derivatives of each sequential component. `silent` are
    the parameters that rates of 0 depend on, where it was compiled with slopes. `unreached` are the sequential
    processes that are defined and no component comes to, each with its line in the text. `known_as` are the local
    derivatives that other names of theirs, as `Work` in `On = Work`, stand for.
    """

    groups: tuple[Group, ...]
    moves: tuple[Move, ...]
    parameters: Mapping[str, Rate]
    problems: tuple[Problem, ...]
    alphabet: tuple[str, ...]
    derivatives: tuple[str, ...]
    hidden: frozenset[str]
    components: tuple[tuple[str, ...], ...] = ()
    silent: frozenset[str] = frozenset()
    unreached: Mapping[str, int] = field(default_factory=dict)
    known_as: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def actions(self) -> tuple[str, ...]:
        """The action types, those of its moves first, in their order, and then what never happens."""
        return tuple(dict.fromkeys((*(move.action for move in self.moves), *self.alphabet)))

    @cached_property
    def compound(self) -> tuple[str, ...]:
        """The states of whole members of composites, such as `A|C`: they can be asked for, but are in no table."""
        labels = dict.fromkeys(label for group in self.groups for label in group.component.labels)
        return tuple(label for label in labels if label not in self.derivatives)

    def members(self, name: str) -> int:
        """Return how many sequential components may be in a local derivative; for a compound one, how many members."""
        alike = {label for labels in self.components if name in labels for label in labels}
        if not alike:
            return sum(group.size for group in self.groups if name in group.component.labels)
        return sum(group.size * group.component.parts_among(alike) for group in self.groups)

    @property
    def structure(self) -> tuple[object, ...]:
        """All but the rates: nets of equal structure have the same state space, transition by transition."""
        groups = tuple((group.component.labels, group.initial) for group in self.groups)
        moves = tuple(
            (
                move.action,
                tuple((p.group, p.transition.source, p.transition.target) for p in move.participants),
            )
            for move in self.moves
        )
        return groups, moves
