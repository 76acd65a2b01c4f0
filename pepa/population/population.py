"""A net as places and moves: what is counted, how each move changes it, and its rate as an expression.

The numerical vector form of a PEPA model (Ding and Hillston 2012). A place is one local derivative of one group.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import LimitReached
from pepa.control.error import PepaError
from pepa.net.component import Transition
from pepa.net.net import Apparent, LeafRate, MinRate, Move, Net, SumRate

Vector = NDArray[np.float64]
MOST_ENTRIES = 20_000_000  # places x moves: the table of changes is dense
STEEP = 1e6  # of a passive member this part is enough in a fluid for all that its partners can do
ENOUGH = 1e2  # and where they are very many, at least this part is
STIFF = 1e10  # members x STEEP at most: beyond, what is slow is lost in the rounding of what is fast


@dataclass(frozen=True, slots=True)
class Linear:
    """A sum of coefficient x count over places; `passive` where those there wait for others to set the pace."""

    terms: tuple[tuple[int, float], ...]
    passive: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of expressions."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Least:
    """The minimum of expressions."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """The active rate of a part where it has one; without limit where it is passively ready; else 0."""

    active: Expression | None
    passive: Expression


@dataclass(frozen=True, slots=True)
class Whole:
    """1: all of what the members in some places can do, where nobody passive is missing."""

    of: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """An active rate x the part of it, `ready`, for which somebody passive is there."""

    rate: Expression
    ready: Least


Expression = Linear | Total | Least | Ready | Whole | Shared


@dataclass(frozen=True, slots=True)
class MoveRate:
    """base x product of counts x product of minima / product of divisors, and 0 where a divisor is 0."""

    base: float
    counts: tuple[int, ...]
    minima: tuple[Least, ...]
    divisors: tuple[Expression, ...]


@dataclass(frozen=True, eq=False)
class Population:
    """Places, moves and rates of a net.

    `initial` has shape (places,), `change` (moves, places). `held` gives, for each local derivative's name, the places
    that hold it and how many each member counts for; `doing` the moves of each action; in a fluid 1 / `steep` passive
    members are enough for all that their partners can do.
    """

    net: Net
    labels: tuple[str, ...]
    group: NDArray[np.int64]
    initial: Vector
    change: NDArray[np.int64]
    rates: tuple[MoveRate, ...]
    held: Mapping[str, tuple[tuple[int, int], ...]]
    doing: Mapping[str, tuple[int, ...]]
    steep: float

    @cached_property
    def passive(self) -> bool:
        """Whether somebody passive takes part in a move."""
        ways = _ways(self.net)
        return any(way.passive for way in ways)

    @cached_property
    def waiting(self) -> frozenset[int]:
        """The places whose members wait passively in a move of a fluid."""
        return frozenset().union(*(passive_places(limit) for rate in self.rates for limit in rate.minima))

    @cached_property
    def paces(self) -> frozenset[float]:
        """The rates of all local activities that can take part in a move; a weight is none."""
        ways = _ways(self.net)
        return frozenset(way.rate for way in ways if not way.passive)

    @cached_property
    def population_weights(self) -> NDArray[np.float64]:
        """The matrix (names, places) that takes counts to populations by name."""
        weights = np.zeros((len(self.held), len(self.labels)))
        for row, places in enumerate(self.held.values()):
            for place, number in places:
                weights[row, place] += number
        return weights

    @cached_property
    def action_weights(self) -> NDArray[np.float64]:
        """The matrix (actions, moves) that takes rates of moves to throughputs by action."""
        weights = np.zeros((len(self.doing), len(self.rates)))
        for row, moves in enumerate(self.doing.values()):
            weights[row, list(moves)] = 1.0
        return weights

    def populations(self, counts: Vector) -> dict[str, float]:
        """Return the population of each local derivative by counts (places,)."""
        return dict(zip(self.held, (self.population_weights @ counts).tolist(), strict=True))

    def compounds(self, counts: Vector) -> dict[str, float]:
        """Return the members in each state of a whole composite, such as `A|C`, by counts (places,)."""
        labels = [label for group in self.net.groups for label in group.component.labels]
        found = dict.fromkeys(self.net.compound, 0.0)
        for label, count in zip(labels, counts.tolist(), strict=True):
            if label in found:
                found[label] += count
        return found

    def throughputs(self, rates: Vector) -> dict[str, float]:
        """Return the throughput of each action by the rates of the moves (moves,)."""
        return dict(zip(self.doing, (self.action_weights @ rates).tolist(), strict=True))

    def flow(self, rates: Vector) -> Vector:
        """Return the rates of all moves of the net, the passive ones of it, which never happen, included."""
        flow = np.zeros(len(self.net.moves))
        flow[[index for index, move in enumerate(self.net.moves) if not move.passive]] = rates
        return flow


def steepness(net: Net) -> float:
    """Return 1 / the passive members that are enough in a fluid of this net for all that their partners can do."""
    members = sum(group.size for group in net.groups)
    return max(ENOUGH, min(STEEP, STIFF / max(members, 1)))


def population(net: Net, *, fluid: bool, steep: float | None = None) -> Population:
    """Return the population view of a net.

    With `fluid`, where there are x passive members their partners do min(1, `steep` x) of what they can: all of it, as
    a rate without limit lets them, but for the last small part of a member, where a jump would be. `steep` is
    `steepness` where nothing is said. So those who wait for several actions do each as often as its partners can, as in
    the chain; a weight only says how often a member is the one that takes part. Where a passive partner does limit one
    nobody is left waiting: figures must not show what is (see `pepa.fluid.drained`). Raises PepaError where a component
    mixes active and passive rates on one action, which has no fluid, and LimitReached where there are too many places
    and moves.
    """
    first = np.concatenate([[0], np.cumsum([len(group.initial) for group in net.groups])]).astype(int)
    moves = tuple(move for move in net.moves if not move.passive)
    if len(moves) * int(first[-1]) > MOST_ENTRIES:
        message = f"{int(first[-1]):,} local derivatives with {len(moves):,} moves are too many to count one by one"
        raise LimitReached(message, "derive and solve the model: exact analysis has no such limit")
    change = np.zeros((len(moves), int(first[-1])), np.int64)
    doing: dict[str, list[int]] = {action: [] for action in net.actions}
    for index, move in enumerate(moves):
        doing[move.action].append(index)
        for participant in move.participants:
            change[index, first[participant.group] + participant.transition.source] -= 1
            change[index, first[participant.group] + participant.transition.target] += 1
    held: dict[str, list[tuple[int, int]]] = {name: [] for name in net.derivatives}
    for start, group in zip(first.tolist(), net.groups, strict=False):
        for derivative, contents in enumerate(group.component.contents):
            for name, number in contents.items():
                held[name].append((start + derivative, number))
    steep = steepness(net) if steep is None else steep
    writer = _Writer(first.tolist(), steep if fluid else None)
    return Population(
        net,
        _labels(net),
        np.repeat(np.arange(len(net.groups)), np.diff(first)),
        np.array([count for group in net.groups for count in group.initial], float),
        change,
        tuple(writer.rate(move) for move in moves),
        {name: tuple(places) for name, places in held.items()},
        {action: tuple(indices) for action, indices in doing.items()},
        steep,
    )


def _ways(net: Net) -> Iterator[Transition]:
    """Yield the local transitions that take part in moves that have a rate."""
    return (one.transition for move in net.moves if not move.passive for one in move.participants)


def _labels(net: Net) -> tuple[str, ...]:
    """Return a name for each place: that of the local derivative, with its group's where several groups hold it."""
    plain = [label for group in net.groups for label in group.component.labels]
    owners = [group.name for group in net.groups for _ in group.component.labels]
    times = Counter(plain)
    return tuple(label if times[label] == 1 else f"{owner}.{label}" for owner, label in zip(owners, plain, strict=True))


class _Writer:
    """Turns apparent rates and moves into expressions; `steep` is that of a population in a fluid."""

    def __init__(self, first: list[int], steep: float | None) -> None:
        self.first, self.steep = first, steep

    def rate(self, move: Move) -> MoveRate:
        base = move.base
        counts = [self.first[p.group] + p.transition.source for p in move.participants]
        minima, divisors = [], []
        for factor in move.factors:
            if factor.barred and self.steep is not None:
                message = f"a component is both active and passive on `{move.action}`: there is no fluid of that"
                raise PepaError(message, "give the two activities different names, or both a rate")
            least = Least(tuple(dict.fromkeys(self.expression(part) for part in factor.least)))
            waiting = [part for part in factor.all if all(part is not other for other in factor.least)]
            minima += [least, *self.ready(waiting, least)]
            for part in factor.all:
                divisor = self.expression(part)
                limiting = self.steep is not None or part not in waiting
                # count x rate / (count x rate) is 1, and where it is 0 / 0 the minimum is 0
                single = limiting and isinstance(divisor, Linear) and len(divisor.terms) == 1
                if single and divisor.terms[0][0] in counts:  # type: ignore[union-attr]
                    place, rate = divisor.terms[0]  # type: ignore[union-attr]
                    counts.remove(place)
                    base /= rate
                else:
                    divisors.append(divisor)
        return MoveRate(base, tuple(counts), tuple(minima), tuple(divisors))

    def expression(self, rate: Apparent) -> Expression:
        match rate:
            case LeafRate(group=group, rates=rates):
                return Linear(tuple((self.first[group] + derivative, value) for derivative, value in rates.items()))
            case SumRate(parts=parts):
                return Total(tuple(self.expression(part) for part in parts))
            case MinRate(parts=parts, passive=True):
                return Least(tuple(self.expression(passive) for _, passive in parts if passive is not None))
            case MinRate(parts=parts) if self.steep is None:
                return Least(tuple(self.part(active, passive) for active, passive in parts))
            case MinRate(parts=parts):
                least = Least(tuple(self.expression(active) for active, _ in parts if active is not None))
                ready = self.ready([passive for active, passive in parts if active is None and passive], least)
                return Shared(least, *ready) if ready else least

    def ready(self, waiting: Sequence[Apparent], least: Least) -> list[Least]:
        """Return the part of what the active sides can do for which those who wait are there; nothing of it is none."""
        if not waiting or self.steep is None:
            return []
        return [Least((Whole(places(least)), *(unlimited(part, self.first, self.steep) for part in waiting)))]

    def part(self, active: Apparent | None, passive: Apparent | None) -> Expression:
        if passive is None:
            assert active is not None
            return self.expression(active)
        return Ready(None if active is None else self.expression(active), self.expression(passive))


def places(expression: Expression) -> tuple[int, ...]:
    """Return the numbers of the places an expression counts, in the order they stand in it."""
    match expression:
        case Linear(terms=terms):
            return tuple(place for place, _ in terms)
        case Total(parts=parts) | Least(parts=parts):
            found = [place for part in parts for place in places(part)]
        case Ready(active=active, passive=passive):
            found = [*(() if active is None else places(active)), *places(passive)]
        case Whole(of=of):
            return of
        case Shared(rate=rate, ready=ready):
            found = [*places(rate), *places(ready)]
    return tuple(dict.fromkeys(found))


def passive_places(expression: Expression) -> frozenset[int]:
    """Return the places whose members wait passively in an expression of a fluid."""
    match expression:
        case Linear(terms=terms, passive=passive):
            return frozenset(place for place, _ in terms) if passive else frozenset()
        case Total(parts=parts) | Least(parts=parts):
            return frozenset().union(*map(passive_places, parts))
        case Whole() | Shared():
            return frozenset()  # of what is shared they are in a minimum of its own
        case Ready():
            raise AssertionError("a fluid has no such part")


def places_read(rate: MoveRate) -> set[int]:
    """Return the numbers of the places that a rate depends on."""
    return set(rate.counts).union(*(places(part) for part in (*rate.minima, *rate.divisors)))


def unlimited(rate: Apparent, first: Sequence[int], steep: float) -> Expression:
    """Return for how many those who wait are enough: `steep` for each, whatever its weight."""
    match rate:
        case LeafRate(group=group, rates=rates):
            return Linear(tuple((first[group] + derivative, steep) for derivative in rates), passive=True)
        case SumRate(parts=parts):
            return Total(tuple(unlimited(part, first, steep) for part in parts))
        case MinRate(parts=parts):
            return Least(tuple(unlimited(part, first, steep) for _, part in parts if part is not None))
