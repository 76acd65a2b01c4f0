"""The one border where a text, or a value of a file, becomes a number that is counted with."""

from __future__ import annotations

import math

from pepa.control.error import PepaError

LARGEST = 1e150  # products and quotients of two numbers stay within what a float holds
SMALLEST = 1e-150
DIGITS = 20  # of a number that is told


def number(text: str) -> float:
    """Return the number a text stands for; raises PepaError where it stands for none, or for one beyond 1e±150."""
    told = shortened(text.strip())
    try:
        value = float(text)
    except ValueError:
        raise PepaError(f"`{told}` is not a number", "as in 12, 0.5 or 1e-3") from None
    return counted(value, told)


def counted(value: float, told: str = "") -> float:
    """Return a value as a float; raises PepaError for what is not finite or beyond 1e±150, whole numbers included."""
    told = told or told_number(value)
    if value != value or value in (math.inf, -math.inf):
        raise PepaError(f"`{told}` is not a finite number", "as in 12, 0.5 or 1e-3")
    if not -LARGEST <= value <= LARGEST:
        raise PepaError(f"`{told}` is too large: numbers are at most {LARGEST:g}", "another unit makes it smaller")
    if value and -SMALLEST < value < SMALLEST:
        raise PepaError(f"`{told}` is too near 0: numbers are 0, or at least {SMALLEST:g}", "write 0 if that is meant")
    return float(value)


def told_number(value: float) -> str:
    """Return a number as it is told in a message, short whatever it is."""
    if isinstance(value, int) and not -LARGEST <= value <= LARGEST:
        digits = math.floor(value.bit_length() * math.log10(2)) + 1
        return f"a {'negative ' if value < 0 else ''}whole number of some {digits:,} digits"
    return shortened(f"{value:,}" if isinstance(value, int) else f"{value:g}")


def shortened(text: str, length: int = DIGITS) -> str:
    """Return a text with its middle left out where it is long."""
    return text if len(text) <= 2 * length else f"{text[:length]}...{text[-length:]}"
