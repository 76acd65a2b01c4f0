"""Ranges of parameters: `1..10`, `0.1:0.9:0.1`, `0.01:10:*10`, `1,2,5`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from pepa.control.error import PepaError
from pepa.language.numbers import number, shortened, told_number

MOST_POINTS = 1_000_000
FORMS = "write 5, 1,2,5, 1..10, 0.1:0.9:0.1 (first:last:step) or 0.01:10:*10 (first:last:*factor)"
SCALES = ("linear", "logarithmic", "whole")


def values(text: str) -> tuple[float, ...]:
    """Return the values a range stands for; raises PepaError where it stands for none.

    `1..10` are whole numbers, `0.1:0.9:0.1` goes from first to last by a step and `0.01:10:*10` by a factor (the last
    included up to rounding).
    """
    parts = [
        _whole(part) if ".." in part else _stepped(part) if ":" in part else _one(part) for part in text.split(",")
    ]
    counted_points(sum(number for number, _ in parts), "a range has")
    return tuple(value for _, made in parts for value in made())


def counted_points(number: int, what: str) -> None:
    """Raise PepaError where there are more points than a study may have; called before they are made."""
    if number > MOST_POINTS:
        raise PepaError(f"{what} {told_number(number)} points; at most {MOST_POINTS:,} are taken", "make it coarser")


def spaced(first: float, last: float, number: int, scale: str = "linear") -> tuple[float, ...]:
    """Return so many values from first to last, evenly on a scale; whole ones are rounded and without repetition.

    Raises PepaError for an unknown scale, too many or no values, and a logarithmic scale that is not positive.
    """
    if scale not in SCALES:
        raise PepaError(f"there is no scale `{scale}`", f"the scales are {', '.join(SCALES)}")
    if not 1 <= number <= MOST_POINTS:
        raise PepaError(f"a range has 1 to {MOST_POINTS:,} values, not {told_number(number)}", "as in number = 9")
    return placed([index / max(1, number - 1) for index in range(number)], first, last, scale)


def placed(shares: list[float], first: float, last: float, scale: str) -> tuple[float, ...]:
    """Return the values at shares (0 to 1) of the way from first to last."""
    if scale == "logarithmic":
        if first <= 0 or last <= 0:
            raise PepaError("a logarithmic range is of positive numbers", f"not from {first:g} to {last:g}")
        found = [first * (last / first) ** share for share in shares]
    else:
        found = [first + (last - first) * share for share in shares]
    if scale == "whole":
        return tuple(dict.fromkeys(float(round(value)) for value in found))
    digits = _digits(first, last)
    return tuple(round(value, digits) for value in found)


Part = tuple[int, Callable[[], Iterable[float]]]  # how many values, and what makes them


def _number(part: str, text: str) -> float:
    try:
        return number(part)
    except PepaError as error:
        raise PepaError(f"{error.message}, in the range `{shortened(text, 40)}`", FORMS) from None


def _one(part: str) -> Part:
    value = _number(part, part)
    return 1, lambda: (value,)


def _whole(part: str) -> Part:
    first, _, last = part.partition("..")
    start, end = _number(first, part), _number(last, part)
    told = shortened(part.strip())
    if start != int(start) or end != int(end):
        raise PepaError(f"`{told}` is a range of whole numbers", FORMS)
    if end < start:
        raise PepaError(f"the range `{told}` is empty", "its last number is smaller than its first")
    whole = range(int(start), int(end) + 1)
    return int(end) - int(start) + 1, lambda: map(float, whole)


def _stepped(part: str) -> Part:
    pieces = part.split(":")
    told = shortened(part.strip())
    if len(pieces) != 3:
        raise PepaError(f"`{told}` is no range", FORMS)
    by_factor = pieces[2].strip().startswith("*")
    first, last, step = (_number(piece, part) for piece in (*pieces[:2], pieces[2].strip().removeprefix("*")))
    if by_factor:
        if first <= 0 or last <= 0 or step <= 0 or step == 1 or math.log(last / first) / math.log(step) < -1e-9:
            raise PepaError(f"the range `{told}` is empty", "its factor leads away from its last value, or is 1")
        steps = math.log(last / first) / math.log(step)
    else:
        if step == 0 or (last - first) / step < -1e-9:
            raise PepaError(f"the range `{told}` is empty", "its step leads away from its last value, or is 0")
        steps = (last - first) / step
    number = math.floor(steps + 1e-9) + 1
    if by_factor:
        return number, lambda: (float(f"{first * step**index:.12g}") for index in range(number))
    digits = _digits(first, last, step)
    return number, lambda: (round(first + index * step, digits) for index in range(number))


def _digits(*sizes: float) -> int:
    """Return the decimals to round to, which keeps 0.1 + 2 x 0.1 from being 0.30000000000000004."""
    return max(0, 12 - math.floor(math.log10(max(map(abs, sizes), default=1.0) or 1.0)))
