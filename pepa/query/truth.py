"""Values known up to an error, and truths of three kinds: sure, possible, neither. One a state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.markov.space.state_space import Vector
from pepa.query.interpreter import equal, raised

Truths = NDArray[np.bool_]
EXACT = 2.0**53  # below it powers of whole numbers are exact
POWER_ERROR = 8 * float(np.finfo(float).eps)  # relative, of a power as it is computed


@dataclass(frozen=True, eq=False)
class Interval:
    """Numbers between `low` and `high`, shape (states,)."""

    low: Vector
    high: Vector

    def compared(self, sign: str, other: Interval) -> Truth:
        """Return where the comparison holds: for sure, and possibly; of what is not a number it is not decided."""
        none = np.isnan(self.low) | np.isnan(self.high) | np.isnan(other.low) | np.isnan(other.high)
        found = self._compared(sign, other)
        return Truth(found.sure & ~none, found.possible | none)

    def _compared(self, sign: str, other: Interval) -> Truth:
        match sign:
            case ">=":
                return Truth(self.low >= other.high, self.high >= other.low)
            case ">":
                return Truth(self.low > other.high, self.high > other.low)
            case "<=" | "<":
                return other._compared(sign.replace("<", ">"), self)
            case "=":
                same = (self.low == self.high) & (other.low == other.high) & equal(self.low, other.low)
                return Truth(same, same | (self.low <= other.high) & (other.low <= self.high))
            case _:
                return ~self._compared("=", other)

    def combined(self, sign: str, other: Interval) -> Interval:
        """Return the sum, difference, product, quotient or power, rounded outwards."""
        match sign:
            case "+":
                return Interval(_sum(self.low, other.low, -np.inf), _sum(self.high, other.high, np.inf))
            case "-":
                return self.combined("+", -other)
            case "^" | "**":
                return self._raised(other)
        whole = all((end == np.rint(end)).all() for end in (self.low, self.high, other.low, other.high))
        if sign == "/":
            spans_zero = (other.low <= 0) & (other.high >= 0)
            with np.errstate(divide="ignore", invalid="ignore"):
                corners = [one / two for one in (self.low, self.high) for two in (other.low, other.high)]
            corners = [np.where(spans_zero, np.nan, corner) for corner in corners]
        else:
            with np.errstate(invalid="ignore"):
                corners = [one * two for one in (self.low, self.high) for two in (other.low, other.high)]
        low, high = np.minimum.reduce(corners), np.maximum.reduce(corners)
        if whole and sign == "*":
            return Interval(low, high)
        return Interval(np.nextafter(low, -np.inf), np.nextafter(high, np.inf))

    def _raised(self, exponent: Interval) -> Interval:
        """Return the power; not a number where some base and exponent within have none, as (-2)^0.5."""
        corners = [raised(base, power) for base in (self.low, self.high) for power in (exponent.low, exponent.high)]
        low, high = np.minimum.reduce(corners), np.maximum.reduce(corners)
        across = (self.low < 0) & (self.high > 0)
        once = (exponent.low == exponent.high) & (exponent.low == np.rint(exponent.low))
        low = np.where(across & (low > 0), 0.0, low)  # an even power is least in between
        none = (across & (exponent.low < 0)) | ((self.low < 0) & ~once)
        low, high = np.where(none, np.nan, low), np.where(none, np.nan, high)
        whole = all((end == np.rint(end)).all() for end in (self.low, self.high, exponent.low)) and once.all()
        if whole and (exponent.low >= 0).all() and (np.abs([low, high]) < EXACT).all():
            return Interval(low, high)
        low, high = low - POWER_ERROR * np.abs(low), high + POWER_ERROR * np.abs(high)
        return Interval(np.nextafter(low, -np.inf), np.nextafter(high, np.inf))

    def __neg__(self) -> Interval:
        """Return the negative."""
        return Interval(-self.high, -self.low)


def _sum(left: Vector, right: Vector, towards: float) -> Vector:
    """Return a sum, on the side of what rounding took from it (Knuth 1997, section 4.2.2, theorem B)."""
    with np.errstate(invalid="ignore"):
        found = left + right
        virtual = found - left
        lost = (left - (found - virtual)) + (right - virtual)
        beyond = np.isfinite(lost) & (lost * np.sign(towards) > 0)
    return np.where(beyond, np.nextafter(found, towards), found)


@dataclass(frozen=True, eq=False)
class Truth:
    """Where something holds for sure, and where it possibly does; between them the error decides."""

    sure: Truths
    possible: Truths

    def __invert__(self) -> Truth:
        """Return where it does not hold."""
        return Truth(~self.possible, ~self.sure)

    def __and__(self, other: Truth) -> Truth:
        """Return where both hold."""
        return Truth(self.sure & other.sure, self.possible & other.possible)

    def __or__(self, other: Truth) -> Truth:
        """Return where one holds."""
        return Truth(self.sure | other.sure, self.possible | other.possible)

    def both(self, values: Callable[[Truths], Interval]) -> Interval:
        """Return what grows with the truth: from where it holds for sure up to where it possibly does."""
        low = values(self.sure)
        if (self.sure == self.possible).all():
            return low
        return Interval(low.low, values(self.possible).high)
