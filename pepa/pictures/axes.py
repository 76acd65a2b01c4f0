"""Axes of charts whose ticks are round numbers."""

from __future__ import annotations

import math

ROWS = 2  # of a chart for a tick, at least
COLUMNS = 12
LEAST = 2  # ticks
LEAST_SPAN = 1e-12  # of the larger end: less is one number


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """Return the multiples of 1, 2 or 5 times a power of ten from `low` to `high`: as many as may be, at most `most`.

    Two at least, or three where no step has two.
    """
    span = high - low
    if not (math.isfinite(span) and span > LEAST_SPAN * max(abs(low), abs(high), LEAST_SPAN)):
        return [low]
    exponent = math.floor(math.log10(span)) - 3
    steps = [digit * 10.0**power for power in range(exponent, exponent + 5) for digit in (1, 2, 5)]
    found = [_multiples(low, high, step) for step in steps]
    fitting = [ticks for ticks in found if LEAST <= len(ticks) <= most]
    return fitting[0] if fitting else next((ticks for ticks in reversed(found) if len(ticks) >= LEAST), [low, high])


def _multiples(low: float, high: float, step: float) -> list[float]:
    slack = 1e-9
    first, last = math.ceil(low / step - slack), math.floor(high / step + slack)
    if last - first > 10_000:
        return []
    digits = max(0, -math.floor(math.log10(step)))
    return [round(number * step, digits) + 0.0 for number in range(first, last + 1)]


def tick_labels(ticks: list[float]) -> list[str]:
    """Return the ticks as they are written: as many decimals each as the finest needs."""
    plain = [f"{tick:.10g}" for tick in ticks]
    if any("e" in label for label in plain):
        return [f"{tick:g}" for tick in ticks]
    decimals = max((len(label.partition(".")[2]) for label in plain), default=0)
    return [f"{tick:.{decimals}f}" for tick in ticks]


def set_heights(low: float, high: float, rows: int) -> None:
    """Have the chart being drawn go from `low` to `high` in a number of rows, its frame among them."""
    import plotext

    ticks = round_ticks(low, high, max(LEAST, (rows - 3) // ROWS + 1))
    plotext.ylim(low, high)
    plotext.yticks(ticks, tick_labels(ticks))


def set_widths(low: float, high: float, columns: int) -> None:
    """Have the chart being drawn have round ticks from `low` to `high` in a number of columns."""
    import plotext

    ticks = round_ticks(low, high, max(LEAST, columns // COLUMNS))
    plotext.xticks(ticks, tick_labels(ticks))
