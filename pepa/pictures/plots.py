"""Pictures for a terminal: lines by plotext, heat maps and bars in text. Each is read without colour as well.

plotext keeps one global figure: it is drawn from one thread, to a stated size.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from pepa.language.printer import figure
from pepa.pictures.axes import set_heights, set_widths

MARKS = "●▲■◆○△□◇"
COLOURS = ("cyan", "orange", "green", "magenta", "red", "blue", "white", "gray")
SHADES = "▁▂▃▄▅▆▇█"
FRAME = 3  # rows that are not of the drawing: edges and ticks
CROWDED = 0.7  # of an axis: a gap that leaves the other values too little room
NAMED = 12  # values of an axis that are written one by one
MARKED = 40  # points of a line that are marked one by one
STYLES = {"orange": "yellow", "gray": "bright_black"}


@dataclass(frozen=True)
class Line:
    """One line of a chart, with half widths where its values are estimates."""

    label: str
    x: Sequence[float]
    y: Sequence[float]
    half_width: Sequence[float] = ()


def lines(curves: Sequence[Line], width: int, height: int, x_label: str = "") -> Text:
    """Return a line chart of a size in cells, its legend below it; values that are not finite are left out."""
    import plotext

    plotext.clear_figure()
    plotext.limit_size(False, False)
    plotext.theme("clear")
    plotext.plot_size(width, height)
    limits = _limits(curves)
    for number, curve in enumerate(curves):
        colour, mark = COLOURS[number % len(COLOURS)], MARKS[number % len(MARKS)]
        points = [(x, y) for x, y in zip(curve.x, curve.y, strict=True) if math.isfinite(x) and math.isfinite(y)]
        if not points:
            continue
        at, values = [x for x, _ in points], [y for _, y in points]
        plotext.plot(at, values, marker="braille", color=colour)
        step = -(-len(points) // MARKED)
        marked = [_row_centre(value, limits, height - FRAME) for value in values[::step]]
        plotext.scatter(at[::step], marked, marker=mark, color=colour)
        if len(curve.half_width) == len(curve.y) == len(points):
            for sign in (-1, 1):
                edge = [y + sign * half for y, half in zip(values, curve.half_width, strict=True)]
                plotext.scatter(at, edge, marker="-", color=colour)
    at = sorted({x for curve in curves for x in curve.x})
    is_geometric = all(_geometric(curve.x) for curve in curves)
    if is_geometric:
        plotext.xscale("log")
    if len(at) <= NAMED or all(x == int(x) for x in at):
        ticks = at[:: -(-len(at) // max(2, width // 8))]
        plotext.xticks(ticks, [f"{tick:g}" for tick in ticks])
    elif not is_geometric:
        set_widths(at[0], at[-1], width)
    set_heights(*limits, height)
    chart = Text.from_ansi(plotext.build().rstrip("\n"), no_wrap=True)
    return Text("\n").join([chart, legend(curves, width, x_label)])


def legend(curves: Sequence[Line], width: int, x_label: str = "") -> Text:
    """Return a row for each line: its sign, its name and its last value."""
    text = Text(f"{x_label:^{width}}".rstrip(), no_wrap=True) if x_label else Text(no_wrap=True)
    for number, curve in enumerate(curves):
        colour = COLOURS[number % len(COLOURS)]
        if text.plain:
            text.append("\n")
        text.append(f" {MARKS[number % len(MARKS)]} ", STYLES.get(colour, colour))
        last = next((y for y in reversed(curve.y) if math.isfinite(y)), math.nan)
        text.append(f"{curve.label}  ").append(f"{figure(last)} at the end", "dim")
    return text


def heat_map(
    values: Sequence[Sequence[float]], columns: Sequence[str], rows: Sequence[str], width: int, x_label: str
) -> Text:
    """Return a row of cells for each row of values: a block as high as the value, and the figure where it fits."""
    finite = [value for row in values for value in row if math.isfinite(value)]
    least, most = min(finite, default=0.0), max(finite, default=1.0)
    margin = max(map(len, rows), default=0) + 1
    cell = max(2, min(9, (width - margin) // max(1, len(columns))))
    shown = columns if cell >= 4 else [name if index % 4 == 0 else "" for index, name in enumerate(columns)]
    text = Text(no_wrap=True)
    for name, row in zip(rows, values, strict=True):
        text.append(f"{name:>{margin - 1}} ")
        for value in row:
            share = (value - least) / (most - least) if most > least else 1.0
            shade = SHADES[round(share * (len(SHADES) - 1))] if math.isfinite(value) else "?"
            number = f"{value:.3g}" if cell >= 7 else ""
            text.append(f"{shade * (1 if number else cell - 1)}{number}"[: cell - 1].ljust(cell))
        text.append("\n")
    head = "".join(f"{name[: cell - 1] if cell >= 4 else name:<{cell}}" for name in shown)
    text.append(" " * margin + head.rstrip() + f"\n{x_label:^{width}}".rstrip())
    text.append(f"\n from {SHADES[0]} {figure(least)} to {SHADES[-1]} {figure(most)}", "dim")
    return text


def signed_bars(values: dict[str, float], width: int) -> Text:
    """Return a row for each name: its value and a bar as long as its size, largest first."""
    margin = max(map(len, values), default=0) + 1
    largest = max((abs(value) for value in values.values() if math.isfinite(value)), default=0.0)
    text = Text(no_wrap=True)
    ordered = sorted(values.items(), key=lambda item: -abs(item[1]) if math.isfinite(item[1]) else 0)
    for name, value in ordered:
        length = round(abs(value) / largest * (width - margin - 14)) if largest and math.isfinite(value) else 0
        text.append(f" {name:<{margin}}{value:>+9.4f}  {('▒' if value < 0 else '█') * length}\n")
    text.rstrip()
    return text


def _limits(curves: Sequence[Line]) -> tuple[float, float]:
    """Return limits from 0 to a little above the highest value, or from a little below the lowest where negative."""
    found = [y for curve in curves for y in curve.y if math.isfinite(y)] or [0.0]
    low, high = min(0.0, *found), max(0.0, *found)
    return low * 1.05, high * 1.05 if high > low else low + 1


def _row_centre(value: float, limits: tuple[float, float], rows: int) -> float:
    """Return the value in the middle of the row of cells where the line is, so that its mark is drawn there.

    plotext rounds a line to the four dots of a cell and a mark to whole cells, which differ by a row.
    """
    low, high = limits
    row = math.floor((4 * rows - 1) * (value - low) / (high - low) + 0.5) // 4
    return low + (high - low) * row / max(1, rows - 1)


def _geometric(x: Sequence[float]) -> bool:
    """Whether values are for a logarithmic axis: positive, far apart, and crowded together on a linear one."""
    values = sorted(set(x))
    if len(values) < 3 or values[0] <= 0 or values[-1] < 50 * values[0]:
        return False
    widest = max(after - before for before, after in itertools.pairwise(values))
    return widest > CROWDED * (values[-1] - values[0])
