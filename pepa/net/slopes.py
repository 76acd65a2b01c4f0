"""Slopes of the rates of moves by the parameters of the model, exact, from any view of the counts.

Rates are products, sums and minima of local rates, so their slopes are too. A minimum goes with whatever attains it;
where several do, with the one of least slope in that direction, so that slopes at a tie are those of one side.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from pepa.language.slopes import NONE, Direction, Slopes, combined
from pepa.net.net import Apparent, LeafRate, MinRate, Move, Net, SumRate
from pepa.net.rates import Counts, Value, apparent_rate, move_rate

TIE = 1e-12  # relative difference up to which two rates are one
Sloped = tuple[Any, Slopes]  # a value, or a column of them, and its slopes


def move_slopes(move: Move, counts: Counts) -> Slopes:
    """Return the slopes of a move's rate in states where it is enabled; none where no parameter changes it."""
    relative: list[tuple[Any, Slopes]] = []  # of logarithms: in an enabled state every factor is positive
    for participant in move.participants:
        relative.append((1 / participant.transition.rate, participant.transition.slopes))
    for factor in move.factors:
        every = {id(part): apparent_slopes(part, counts) for part in (*factor.least, *factor.all)}
        value, slopes = least([every[id(part)] for part in factor.least])
        relative.append((1 / value, slopes))
        relative.extend((-1 / every[id(part)][0], every[id(part)][1]) for part in factor.all)
    total = combined(*relative)
    return combined((move_rate(move, counts), total)) if total else NONE


def steepest(net: Net) -> dict[Direction, float]:
    """Return, in every direction, the greatest relative slope of the local rates that take part in moves."""
    found: dict[Direction, float] = {}
    transitions = {id(one.transition): one.transition for move in net.moves for one in move.participants}
    for transition in transitions.values():
        for direction, slope in transition.slopes.items():
            found[direction] = max(found.get(direction, 0.0), abs(slope) / transition.rate)
    return found


def apparent_slopes(rate: Apparent, counts: Counts) -> Sloped:
    """Return the value of an apparent rate and its slopes."""
    match rate:
        case LeafRate(slopes=slopes):
            return counts.weighted(rate), {direction: counts.weighted(slope) for direction, slope in slopes.items()}
        case SumRate(parts=parts):
            each = [apparent_slopes(part, counts) for part in parts]
            return sum(value for value, _ in each), combined(*((1.0, slopes) for _, slopes in each))
        case MinRate(parts=parts, passive=True):
            return least([apparent_slopes(passive, counts) for _, passive in parts if passive is not None])
        case MinRate(parts=parts):
            return least([_part(active, passive, counts) for active, passive in parts])


def _part(active: Apparent | None, passive: Apparent | None, counts: Counts) -> Sloped:
    """Return the active rate of a part where it has one; no limit, whatever changes, where it is passively ready."""
    value, slopes = (0.0, NONE) if active is None else apparent_slopes(active, counts)
    if passive is None:
        return value, slopes
    ready = np.where(np.asarray(apparent_rate(passive, counts)) > 0, np.inf, 0.0)
    return np.where(np.asarray(value) > 0, value, ready), slopes


def least(parts: Iterable[Sloped]) -> Sloped:
    """Return the least of some values, a number or a column, and its slopes."""
    each = list(parts)
    if len(each) == 1:
        return each[0]
    value: Value = np.minimum.reduce(np.broadcast_arrays(*(np.asarray(value, float) for value, _ in each)))
    found: dict[Any, Any] = {}
    attained = [np.asarray(other) <= np.asarray(value) * (1 + TIE) for other, _ in each]
    for direction in {direction for _, slopes in each for direction in slopes}:
        steepest: Any = np.inf
        for here, (_, slopes) in zip(attained, each, strict=True):
            steepest = np.minimum(steepest, np.where(here, slopes.get(direction, 0.0), np.inf))
        found[direction] = steepest
    return value, found
