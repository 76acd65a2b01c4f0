"""Whole numbers at which a measure has a value or is least or most, such as sizes of arrays: found by trying.

Steps are doubled while they lead on and halved where they led too far, so that few are tried, large ones last of all.
What is found is the first crossing, or the first optimum, that is met on the way from where the search starts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from pepa.control.error import PepaError

CLOSING = 10  # numbers that are kept for closing in on a value
LITTLE = 1e-9  # relative: what is less or more by no more than that is not


@dataclass
class Tried:
    """The values at the numbers tried, nan where there is none, and why some were refused."""

    value: Callable[[float], float]
    low: float
    high: float
    known: dict[float, float] = field(default_factory=dict)
    refused: dict[float, str] = field(default_factory=dict)

    def at(self, number: float) -> float:
        """Return the value at a number; each is worked out once."""
        if number not in self.known:
            try:
                self.known[number] = self.value(number)
            except PepaError as error:
                self.known[number], self.refused[number] = math.nan, error.message
        return self.known[number]

    def from_(self, number: float, step: float) -> float:
        """Return the number a step away, the bound where that is beyond it."""
        return min(max(number + step, self.low), self.high)

    def nearest(self, cost: Callable[[float], float]) -> float | None:
        """Return the number tried whose value costs least; None where none has a value."""
        valued = [number for number, value in self.known.items() if math.isfinite(value)]
        return min(valued, key=lambda number: cost(self.known[number]), default=None)


def crossing(tried: Tried, start: float, wanted: float) -> tuple[float, float] | None:
    """Return neighbours between which, or at one of which, a value is met; None where none are found."""
    ways = sorted((1, -1), key=lambda way: _missed(tried.at(tried.from_(start, way)), wanted))
    for way in ways:
        inner, step = start, 1.0
        while (outer := tried.from_(inner, way * step)) != inner:
            value = tried.at(outer)
            if math.isnan(value):
                if step == 1:
                    break
                step = step // 2
            elif (tried.at(inner) - wanted) * (value - wanted) <= 0:
                return _closed_in(tried, inner, outer, wanted)
            else:
                inner, step = outer, 2 * step
    return None


def looked_through(
    tried: Tried, wanted: float, met: Callable[[float], bool], left: Callable[[], int]
) -> tuple[float, float] | None:
    """Try the numbers between and beyond those tried, small ones first: all of them, or as many as there are `left`.

    Return a number at which a value is met, twice, or neighbours between which it is; None where none are found.
    Numbers beyond one that was refused are not tried.
    """
    for number in _more(tried, left()):
        if number > min((one for one in tried.refused if one > _largest(tried)), default=math.inf):
            break
        if met(tried.at(number)):
            return number, number
        valued = sorted(one for one, value in tried.known.items() if math.isfinite(value))
        for low, high in pairwise(valued):
            if number in (low, high) and (tried.known[low] - wanted) * (tried.known[high] - wanted) <= 0:
                return _closed_in(tried, low, high, wanted)
    return None


def _largest(tried: Tried) -> float:
    return max((number for number, value in tried.known.items() if math.isfinite(value)), default=-math.inf)


def _more(tried: Tried, room: int) -> list[float]:
    """Return numbers that were not tried, ascending: all if there is room, or some, as many of small as of large."""
    number = round(tried.high - tried.low) + 1
    if number - len(tried.known) <= room:
        every = [tried.low + index for index in range(number)]
    else:
        kept = max(room - CLOSING, 0)
        every = [tried.low + round(number ** ((index + 1) / (kept + 1))) - 1 for index in range(kept)]
    return [one for one in dict.fromkeys(every) if one not in tried.known]


def _missed(value: float, wanted: float) -> float:
    return abs(value - wanted) if math.isfinite(value) else math.inf


def _closed_in(tried: Tried, inner: float, outer: float, wanted: float) -> tuple[float, float]:
    while abs(outer - inner) > 1:
        middle = inner + math.copysign(abs(outer - inner) // 2, outer - inner)
        if (tried.at(inner) - wanted) * (tried.at(middle) - wanted) <= 0:
            outer = middle
        else:
            inner = middle
    return min(inner, outer), max(inner, outer)


def best(tried: Tried, start: float, cost: Callable[[float], float]) -> float:
    """Return a number whose neighbours cost no less; a bound where that is best.

    Of several that cost the same, one after another, it is the one nearest to the start.
    """

    def better(one: float, other: float) -> bool:
        first, second = cost(tried.at(one)), cost(tried.at(other))
        return first < second - LITTLE * abs(second) or (math.isfinite(first) and not math.isfinite(second))

    at = start
    while way := next((way for way in (1, -1) if better(tried.from_(at, way), at)), 0):
        step = 1.0
        while step >= 1:
            ahead = tried.from_(at, way * step)
            if better(ahead, at):
                at, step = ahead, 2 * step
            else:
                step //= 2
    worse = start
    if at != start and not better(at, at - math.copysign(1, at - start)):
        while abs(at - worse) > 1:
            middle = worse + math.copysign(abs(at - worse) // 2, at - worse)
            if better(at, middle):
                worse = middle
            else:
                at = middle
    for way in (1, -1):
        tried.at(tried.from_(at, way))
    return at
