"""Pictures for a terminal: lines by plotext, heat maps and bars in text. Each is read without colour as well.

plotext keeps one global figure: it is drawn from one thread, to a stated size.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from rich.cells import cell_len
from rich.text import Text

from pepa.language.printer import figure
from pepa.pictures.axes import set_heights, set_widths
from pepa.pictures.bar import in_columns
from pepa.pictures.density import column_heads

MARKS = "●▲■◆○△□◇"
COLOURS = ("cyan", "orange", "green", "magenta", "red", "blue", "white", "gray")
SHADES = "▁▂▃▄▅▆▇█"
FRAME = 3  # rows that are not of the drawing: edges and ticks
CROWDED = 0.7  # of an axis: a gap that leaves the other values too little room
NAMED = 12  # values of an axis that are written one by one
MARKED = 40  # points of a line that are marked one by one
STYLES = {"orange": "yellow", "gray": "bright_black"}


class Blank(Enum):
    """What stands in a cell that has no figure: a mark, and what it means."""

    ABSENT = " ", ""
    UNSOLVED = "✗", "not solved"
    WITHOUT = "–", "no value"
    INFINITE = "∞", "infinite"

    @property
    def mark(self) -> str:
        """What stands in the cell."""
        return str(self.value[0])

    @property
    def told(self) -> str:
        """The mark with what it means."""
        return " ".join(self.value)


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
        for run in _runs(curve):
            plotext.plot(*run, marker="braille", color=colour)
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


def _runs(curve: Line) -> Iterator[tuple[list[float], list[float]]]:
    """Yield the points of each stretch of a line between those that cannot be drawn: nothing is known there."""
    both = zip(curve.x, curve.y, strict=True)
    for drawn, stretch in itertools.groupby(both, lambda point: all(map(math.isfinite, point))):
        if drawn:
            points = list(stretch)
            yield [x for x, _ in points], [y for _, y in points]


def legend(curves: Sequence[Line], width: int, x_label: str = "") -> Text:
    """Return a row for each line: its sign, its name and its last value, with its place where it is not at the end."""
    text = Text(f"{x_label:^{width}}".rstrip(), no_wrap=True) if x_label else Text(no_wrap=True)
    for number, curve in enumerate(curves):
        colour = COLOURS[number % len(COLOURS)]
        if text.plain:
            text.append("\n")
        text.append(f" {MARKS[number % len(MARKS)]} ", STYLES.get(colour, colour))
        text.append(f"{curve.label}  ").append(_last(curve), "dim")
    return text


def _last(curve: Line) -> str:
    drawn = [(x, y) for x, y in zip(curve.x, curve.y, strict=True) if math.isfinite(y)]
    if not drawn:
        return "no value"
    x, y = drawn[-1]
    return f"{figure(y)} at " + ("the end" if x == curve.x[-1] else f"{x:g}, none behind it")


def heat_map(
    values: Sequence[Sequence[float | Blank]], columns: Sequence[str], rows: Sequence[str], width: int, x_label: str
) -> Text:
    """Return a row of cells for each row of values: a block as high as the value, and the figure where it fits.

    A cell without a figure has a mark, told below.
    """
    cells = [[_or_blank(value) for value in row] for row in values]
    finite = [value for row in cells for value in row if not isinstance(value, Blank)]
    least, most = min(finite, default=0.0), max(finite, default=1.0)
    margin = max(map(cell_len, rows), default=0) + 1
    cell = max(2, min(9, (width - margin) // max(1, len(columns))))
    text = Text(no_wrap=True)
    for name, row in zip(rows, cells, strict=True):
        text.append(in_columns(name, margin - 1, right=True) + " ")
        for value in row:
            text.append(_cell(value, least, most, cell))
        text.append("\n")
    text.append(" " * margin + column_heads(columns, cell) + f"\n{x_label:^{width}}".rstrip())
    scale = [f"from {SHADES[0]} {figure(least)} to {SHADES[-1]} {figure(most)}"] if finite else []
    blanks = {value for row in cells for value in row if isinstance(value, Blank)}
    told = [*scale, *(blank.told for blank in Blank if blank in blanks - {Blank.ABSENT})]
    text.append(f"\n {'   '.join(told)}", "dim")
    return text


def _or_blank(value: float | Blank) -> float | Blank:
    if isinstance(value, Blank) or math.isfinite(value):
        return value
    return Blank.WITHOUT if math.isnan(value) else Blank.INFINITE


def _cell(value: float | Blank, least: float, most: float, width: int) -> str:
    """Return a value in so many columns, the last of them free."""
    if isinstance(value, Blank):
        return value.mark.ljust(width)
    share = (value - least) / (most - least) if most > least else 1.0
    shade = SHADES[round(share * (len(SHADES) - 1))]
    number = f"{value:.3g}" if width >= 7 else ""
    return f"{shade * (1 if number else width - 1)}{number}"[: width - 1].ljust(width)


def signed_bars(values: Mapping[str, float | Blank], width: int) -> Text:
    """Return a row for each name: its value and a bar as long as its size, largest first; last those without one."""
    margin = max(map(cell_len, values), default=0) + 1
    known = {name: _or_blank(value) for name, value in values.items()}
    largest = max((abs(value) for value in known.values() if not isinstance(value, Blank)), default=0.0)
    text = Text(no_wrap=True)
    ordered = sorted(known.items(), key=lambda item: math.inf if isinstance(item[1], Blank) else -abs(item[1]))
    written = [value.told if isinstance(value, Blank) else "+" * (value > 0) + figure(value) for _, value in ordered]
    room = max(map(len, written), default=0)
    for (name, value), told in zip(ordered, written, strict=True):
        text.append(f" {in_columns(name, margin)}{told:>{room}}")
        if not isinstance(value, Blank):
            length = round(abs(value) / largest * (width - margin - room - 3)) if largest else 0
            text.append(f"  {('▒' if value < 0 else '█') * length}")
        text.append("\n")
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
