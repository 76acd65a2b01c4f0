"""One measure over time by several methods: lines with their margins, and a table of how far they are apart.

Drawn by plotext, which keeps one global figure: from this module in the app's one thread, to a stated size. Methods
differ by marker as well as by colour.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rich.console import Group
from rich.text import Text
from textual.widgets import Static

from pepa.language.printer import figure, margin
from pepa.pictures.axes import set_heights, set_widths
from pepa.pictures.bar import in_columns
from pepa.query.kind import Kind

STYLES = {Kind.EXACT: ("braille", "cyan"), Kind.FLUID: ("dot", "orange"), Kind.SIMULATED: ("x", "green")}
SIGNS = {Kind.EXACT: "⠒⠒", Kind.FLUID: "••", Kind.SIMULATED: "x "}
MARGINS = {Kind.EXACT: "proved", Kind.FLUID: "2 sd", Kind.SIMULATED: "95 %"}  # what they are
OTHERS = ("magenta", "blue", "red", "cyan", "green")  # of scenarios
SAME = 1e-3  # of the largest value: lines that are no further apart cannot be told apart
CROSSES = 24  # points of a simulated line that are marked


@dataclass(frozen=True)
class Curve:
    """The measure in a result of one kind, with margins where it has them; more than `most` is not possible.

    With the values of a scenario, where that is named: it is drawn by its number among those.
    """

    kind: Kind
    values: list[float]
    margin: list[float]
    most: float = math.inf
    scenario: str = ""

    def edge(self, sign: int) -> list[float]:
        """Return the upper or the lower edge of the band, within what is possible."""
        edges = zip(self.values, self.margin, strict=True)
        return [max(0.0, min(self.most, value + sign * margin)) for value, margin in edges]


def plotted(time: list[float], curves: list[Curve], width: int, height: int) -> Text:
    """Return the chart, `width` by `height` cells."""
    import plotext

    plotext.clear_figure()
    plotext.limit_size(False, False)
    plotext.theme("clear")
    plotext.plot_size(width, height)
    for curve in curves:
        marker, colour = _style(curve, curves)
        marked = curve.kind is Kind.SIMULATED or bool(curve.scenario)
        step = max(1, len(time) // CROSSES) if marked else 1
        at, values = time[::step], curve.values[::step]
        if marked:
            plotext.scatter(at, values, marker=marker, color=colour)
        else:
            plotext.plot(at, values, marker=marker, color=colour)
        if curve.margin and curve.kind is Kind.FLUID and not curve.scenario:
            for sign in (-1, 1):
                plotext.scatter(at, curve.edge(sign)[::step], marker="·", color=colour)
    set_heights(*_limits(curves), height)
    set_widths(time[0], time[-1], width)
    return Text.from_ansi(plotext.build().rstrip("\n"), no_wrap=True)


def _style(curve: Curve, curves: list[Curve]) -> tuple[str, str]:
    """Return the marker and the colour of a curve: of a scenario, its number among them, as far as digits go."""
    if not curve.scenario:
        return STYLES[curve.kind]
    number = [one.scenario for one in curves if one.scenario].index(curve.scenario) + 1
    return str(number % 10), OTHERS[number % len(OTHERS)]


def _limits(curves: list[Curve]) -> tuple[float, float]:
    """Return limits that hold all lines, and the bands as far as they stay above zero."""
    tops = [value for curve in curves for value in (*curve.values, *(curve.edge(1) if curve.margin else ()))]
    lowest = min(0.0, *(value for curve in curves for value in curve.values))
    return lowest, max(tops) * 1.02 if max(tops) > lowest else lowest + 1


def table(time: list[float], curves: list[Curve], failures: dict[str, str], width: int) -> Text:
    """Return a line a method: its value at the end, its margin, and how far it is from the first method at most."""
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(f"{'':<14}{'at ' + figure(time[-1]) if time else '':>11}{'±':>11} {'':<7}apart\n", "bold")
    for curve in curves:
        half = margin(curve.margin[-1], curve.values[-1], 4) if curve.margin else ""
        apart = "" if curve is curves[0] else _apart(time, curves[0], curve)
        marker, colour = _style(curve, curves)
        sign, name = (f"{marker} ", curve.scenario) if curve.scenario else (SIGNS[curve.kind], curve.kind)
        text.append(f"{sign} {in_columns(name, 11)}", colour.replace("orange", "yellow"))
        text.append(f"{figure(curve.values[-1]):>11}{half:>11} {MARGINS[curve.kind] if half else '':<7}{apart}\n")
    for method, why in failures.items():
        text.append(f"✗  {method:<11}", "red")
        text.append(f"{why[: max(0, width - 16)]}\n")
    return text


def _apart(time: list[float], first: Curve, other: Curve) -> str:
    gaps = [abs(a - b) for a, b in zip(first.values, other.values, strict=True)]
    worst = max(range(len(gaps)), key=gaps.__getitem__)
    largest = max(abs(value) for value in first.values) or 1.0
    if gaps[worst] <= SAME * largest:
        return f"one line with {first.kind}"
    return f"{gaps[worst] / largest:.1%} at {figure(time[worst])}"


class TimeChart(Static):
    """A chart over time that redraws itself to its size."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._time: list[float] = []
        self._curves: list[Curve] = []
        self._failures: dict[str, str] = {}
        self._notes: list[str] = []
        self._head = ""

    def show_message(self, message: str) -> None:
        """Show a sentence in place of a chart."""
        self._curves, self._failures = [], {}
        self.update(Text(message))

    def show_curves(
        self, head: str, time: list[float], curves: list[Curve], failures: dict[str, str], notes: list[str]
    ) -> None:
        """Show these curves, what failed and why, and what must be known of them."""
        self._head, self._time, self._curves = head, time, curves
        self._failures, self._notes = failures, notes
        self._draw()

    def on_resize(self) -> None:
        """Redraw to the new size."""
        self._draw()

    def _draw(self) -> None:
        if not (self._curves or self._failures) or self.size.width <= 20:
            return
        below = table(self._time, self._curves, self._failures, self.size.width)
        for note in self._notes:
            below.append(f"! {note}\n")
        height = max(6, self.size.height - 3 - len(self._curves) - len(self._failures) - min(2, len(self._notes)))
        parts = [Text(self._head, "bold")]
        if self._curves:
            parts.append(plotted(self._time, self._curves, self.size.width, height))
        self.update(Group(*parts, below))
