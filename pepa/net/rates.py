"""Rates of moves, from any view of the counts: one state as floats, many as numpy columns, a fluid's reals.

The same expressions serve all: numpy broadcasts what a view returns.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pepa.net.mixed_rates import MixedRates
from pepa.net.net import Apparent, Factor, LeafRate, MinRate, Move, SumRate

Value = float | NDArray[np.float64]


class Counts(Protocol):
    """A view of the counts of one or many states."""

    def count(self, group: int, derivative: int) -> Value:
        """Return how many members of a group are in a local derivative."""

    def weighted(self, rate: LeafRate) -> Value:
        """Return the sum of count x rate over the local derivatives of a group."""


def apparent_rate(rate: Apparent, counts: Counts) -> Value:
    """Return the value of an apparent rate (0 where the action is not enabled)."""
    match rate:
        case LeafRate():
            return counts.weighted(rate)
        case SumRate(parts=parts):
            return sum((apparent_rate(part, counts) for part in parts), start=np.float64(0.0))
        case MinRate():
            return _minimum(rate, counts)


def _minimum(rate: MinRate, counts: Counts) -> Value:
    least: Any = np.inf
    for active, passive in rate.parts:
        value: Any = 0.0 if active is None else apparent_rate(active, counts)
        weight: Any = 0.0 if passive is None else apparent_rate(passive, counts)
        if rate.passive:
            least = np.minimum(least, weight)
        elif passive is None:
            least = np.minimum(least, value)
        else:
            ready = np.where(np.asarray(weight) > 0, np.inf, 0.0)
            least = np.minimum(least, np.where(np.asarray(value) > 0, value, ready))
    return np.where(np.isinf(least), 0.0, least)


def move_rate(move: Move, counts: Counts) -> Value:
    """Return the rate of a move in states where it is enabled.

    Raises MixedRates where a part of it is active and passive on its action at once.
    """
    return from_base(move.base, move, counts)


def from_base(base: Value, move: Move, counts: Counts) -> Value:
    """Return the rate of a move of that base, or of several at once that differ in what the counts tell alone."""
    value: Any = base
    for participant in move.participants:
        value = value * counts.count(participant.group, participant.transition.source)
    for factor in move.factors:
        least: Any = np.inf
        for part in factor.least:
            least = np.minimum(least, apparent_rate(part, counts))
        value = value * least
        for part in factor.all:
            value = value / apparent_rate(part, counts)
        if any(np.any(np.asarray(apparent_rate(part, counts)) > 0) for part in factor.barred):
            message = f"a component is both active and passive on `{move.action}` in one reachable state"
            error = MixedRates(message, "give the two activities different names, or both a rate")
            ways = [participant.transition for participant in move.participants]
            error.span = next((way.span for way in ways if way.passive), ways[0].span)
            raise error
    return value  # type: ignore[no-any-return]


def where_enabled(move: Move) -> tuple[float, Move]:
    """Return a base and a move of the same rate in all states where it is enabled, without counts that cancel out.

    Where no others of a group do the action, n members are a factor of n, and n times their own rate or weight a
    divisor: so the rate of what drives passive members does not ask how many there are.
    """
    base, factors = move.base, [list(factor.all) for factor in move.factors]
    if any(factor.barred for factor in move.factors):
        return base, move
    counted = []
    for participant in move.participants:
        source = participant.transition.source
        for parts in factors:
            alone = [
                part
                for part in parts
                if isinstance(part, LeafRate) and part.group == participant.group and list(part.rates) == [source]
            ]
            if alone:
                parts.remove(alone[0])
                base /= alone[0].rates[source]
                break
        else:
            counted.append(participant)
    left = tuple(Factor(one.least, tuple(parts)) for one, parts in zip(move.factors, factors, strict=True))
    return base, Move(move.action, tuple(counted), left, move.passive)


class StateCounts:
    """The counts of one state, a sequence of counts for each group."""

    def __init__(self, counts: tuple[tuple[int, ...], ...]) -> None:
        self.counts = counts

    def count(self, group: int, derivative: int) -> float:
        """Return how many members of a group are in a local derivative."""
        return float(self.counts[group][derivative])

    def weighted(self, rate: LeafRate) -> float:
        """Return the sum of count x rate over the local derivatives of a group."""
        counts = self.counts[rate.group]
        return sum(counts[derivative] * value for derivative, value in rate.rates.items())
