"""Horizontal bars with numbers, now against before; the bars come from plotext.

plotext keeps one global figure and clips to the terminal unless told not to after each clear: it is drawn from this
module alone, in the app's one thread, to a stated width, and given finite numbers only.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from rich.console import Group
from rich.text import Text
from textual.widgets import Static

from pepa.language.printer import figure

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
NUMBERS = 12  # columns of one number
CHANGE = 12  # columns of a change


@dataclass(frozen=True)
class Bar:
    """One measure: its value now, and before where there is a before."""

    label: str
    value: float
    before: float | None = None


def change_text(value: float, before: float | None) -> str:
    """Return the relative change with a sign that reads without colour."""
    if before is None:
        return ""
    if abs(value - before) <= 1e-9 * max(abs(value), abs(before)):
        return "="
    sign = "▲" if value > before else "▼"
    return f"{sign} new" if before == 0 else f"{sign} {abs(value / before - 1):.1%}"


def plotext_bars(values: list[float], width: int) -> list[str]:
    """Return the bars of some values, the longest `width` cells wide, as plotext draws them, colours removed."""
    import plotext

    finite = [value if math.isfinite(value) and value > 0 else 0.0 for value in values]
    largest = max(finite, default=0.0)
    if largest == 0 or width < 2:
        return [""] * len(values)
    plotext.clear_figure()
    plotext.limit_size(False, False)
    plotext.theme("clear")
    plotext.plot_size(width, len(values))
    plotext.frame(False)
    plotext.xlim(0, 1)
    plotext.ylim(0.5, len(values) + 0.5)
    rows = list(range(len(values), 0, -1))
    plotext.bar(rows, [value / largest for value in finite], orientation="h", width=0.01, marker="▇")
    plotext.xticks([])
    plotext.yticks([])  # drawing bars sets ticks, so these come last
    lines = ESCAPE.sub("", plotext.build()).splitlines()
    return [line.rstrip() for line in lines[: len(values)]]


def chart(bars: list[Bar], width: int, unit: str) -> Group:
    """Return the chart as lines: label, bar, value now, value before, change."""
    compared = any(bar.before is not None for bar in bars)
    numbers = NUMBERS + (NUMBERS + CHANGE if compared else 0)
    labels = max(8, min(max((len(bar.label) for bar in bars), default=0), (width - numbers) // 2))
    drawn = plotext_bars([bar.value for bar in bars], width - labels - numbers - 2)
    head = Text(f"{unit:<{max(1, width - numbers)}}{'now':>{NUMBERS}}", "bold", no_wrap=True)
    if compared:
        head.append(f"{'was':>{NUMBERS}}")
    lines = [head]
    for bar, blocks in zip(bars, drawn, strict=True):
        line = Text(no_wrap=True)
        label = bar.label if len(bar.label) <= labels else bar.label[: labels - 1] + "…"
        line.append(f"{label:<{labels}} ")
        line.append(f"{blocks:<{max(0, width - labels - numbers - 1)}}", "cyan")
        line.append(f"{figure(bar.value):>{NUMBERS}}")
        if compared:
            line.append(f"{'' if bar.before is None else figure(bar.before):>{NUMBERS}}", "dim")
            change = change_text(bar.value, bar.before)
            style = "green" if change.startswith("▲") else "red" if change.startswith("▼") else "dim"
            line.append(f"{change:>{CHANGE}}", style)
        lines.append(line)
    return Group(*lines)


class BarChart(Static):
    """A chart that redraws itself to its width."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._bars: list[Bar] = []
        self._unit = ""
        self._lines = 0

    def show_bars(self, bars: list[Bar], unit: str) -> None:
        """Show these bars."""
        self._bars, self._unit = bars, unit
        self._draw()

    def on_resize(self) -> None:
        """Redraw to the new width."""
        self._draw()

    def _draw(self) -> None:
        if self._bars and self.size.width > 20:
            lines, self._lines = self._lines, len(self._bars)
            self.update(chart(self._bars, self.size.width, self._unit), layout=lines != self._lines)
