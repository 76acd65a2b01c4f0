"""The points of a study: ranges of parameters, and every combination of their values."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

from pepa.language.problem import PepaError

MOST_POINTS = 1_000_000
FORMS = "write 5, 1,2,5, 1..10, or 0.1:0.9:0.1 (first:last:step)"

Point = Mapping[str, float]


def values(text: str) -> tuple[float, ...]:
    """Return the values a range stands for; raises PepaError where it stands for none.

    `1..10` are whole numbers, `0.1:0.9:0.1` goes from first to last by a step (the last included up to rounding).
    """
    found: list[float] = []
    for part in text.split(","):
        if ".." in part:
            found += _whole(part)
        elif ":" in part:
            found += _stepped(part)
        else:
            found.append(_number(part, text))
    return tuple(found)


def grid(ranges: Mapping[str, Sequence[float]]) -> list[Point]:
    """Return every combination, the first parameter changing slowest; raises PepaError where there are too many."""
    number = math.prod(len(values) for values in ranges.values())
    if number > MOST_POINTS:
        raise PepaError(f"{number:,} points are more than {MOST_POINTS:,}", "make the ranges coarser")
    return [dict(zip(ranges, combination, strict=True)) for combination in itertools.product(*ranges.values())]


def _number(part: str, text: str) -> float:
    try:
        value = float(part)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise PepaError(f"`{part.strip()}` is not a number, in the range `{text}`", FORMS)
    return value


def _whole(part: str) -> list[float]:
    first, _, last = part.partition("..")
    start, end = _number(first, part), _number(last, part)
    if start != int(start) or end != int(end):
        raise PepaError(f"`{part}` is a range of whole numbers", FORMS)
    if end < start:
        raise PepaError(f"the range `{part}` is empty", "its last number is smaller than its first")
    if end - start >= MOST_POINTS:
        raise PepaError(f"the range `{part}` has more than {MOST_POINTS:,} values", "make it coarser")
    return [float(value) for value in range(int(start), int(end) + 1)]


def _stepped(part: str) -> list[float]:
    pieces = part.split(":")
    if len(pieces) != 3:
        raise PepaError(f"`{part}` is no range", FORMS)
    first, last, step = (_number(piece, part) for piece in pieces)
    if step == 0 or (last - first) / step < -1e-9:
        raise PepaError(f"the range `{part}` is empty", "its step leads away from its last value, or is 0")
    number = math.floor((last - first) / step + 1e-9) + 1
    if number > MOST_POINTS:
        raise PepaError(f"the range `{part}` has more than {MOST_POINTS:,} values", "make the step larger")
    # rounding to the digits of the step keeps 0.1 + 2 x 0.1 from being 0.30000000000000004
    digits = max(0, 12 - math.floor(math.log10(max(abs(first), abs(last), abs(step)))))
    return [round(first + index * step, digits) for index in range(number)]
