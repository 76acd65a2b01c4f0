"""Horizontal bars with numbers: now, against before, and beside those of other cases."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Group
from rich.text import Text
from textual.geometry import Region
from textual.widgets import Static

from pepa.language.printer import figure
from pepa.pictures.bar import bar as drawn
from pepa.pictures.bar import in_columns

BESIDE = "░"  # of the bars of other cases
NUMBERS = 12  # columns of one number
CHANGE = 12  # columns of a change


@dataclass(frozen=True)
class Bar:
    """One measure: its value now, before where there is a before, and what it is in other cases, by their names."""

    label: str
    value: float
    before: float | None = None
    beside: tuple[tuple[str, float], ...] = ()


def change_text(value: float, before: float | None) -> str:
    """Return the relative change with a sign that reads without colour."""
    if before is None or math.isnan(value) or math.isnan(before):
        return ""
    if not (way := _way(value, before)):
        return "="
    sign, change = "▲" if way > 0 else "▼", abs(value / before - 1) if before else math.inf
    return f"{sign} {change:.1%}" if math.isfinite(change) and math.isfinite(before) else f"{sign} new"


def _way(value: float, before: float | None) -> int:
    """Return 1 where a value is more than it was, -1 where it is less, 0 where it is the same or one is not known."""
    if before is None or math.isnan(value) or math.isnan(before) or math.isclose(value, before, rel_tol=1e-9):
        return 0
    return 1 if value > before else -1


def chart(bars: list[Bar], width: int, unit: str, was: str = "", cursor: int | None = None) -> Group:
    """Return the chart as lines: label, bar, value now, value before, change; then its other cases, a line each.

    Their change is from the value now; `was` says where the values before are from. The
    label of the bar at the cursor is reversed.
    """
    compared = any(bar.before is not None or bar.beside for bar in bars)
    numbers = NUMBERS + (NUMBERS + CHANGE if compared else 0)
    names = [name for bar in bars for name in (bar.label, *(f" {name}" for name, _ in bar.beside))]
    labels = max(8, min(max(map(cell_len, names), default=0), (width - numbers) // 2))
    values = [value for bar in bars for value in (bar.value, *(value for _, value in bar.beside))]
    largest = max((value for value in values if math.isfinite(value)), default=0.0)
    head = Text(f"{unit:<{max(1, width - numbers)}}{'now':>{NUMBERS}}", "bold", no_wrap=True)
    if any(bar.before is not None for bar in bars):
        head.append(f"{'was':>{NUMBERS}}")
    lines = [head, *([Text(f"was: {was}", "dim", no_wrap=True, overflow="ellipsis")] if was else [])]
    room = max(0, width - labels - numbers - 2)
    for index, bar in enumerate(bars):
        line = _line(bar.label, labels, f"{drawn(bar.value, largest, room):<{room}} ", figure(bar.value))
        if index == cursor:
            line.stylize("bold reverse", 0, labels)
        if compared:
            line.append(f"{'' if bar.before is None else figure(bar.before):>{NUMBERS}}", "dim")
            line.append(*_change(bar.value, bar.before))
        lines.append(line)
        for name, value in bar.beside:
            shaded = BESIDE * len(drawn(value, largest, room))
            line = _line(f" {name}", labels, f"{shaded:<{room}} ", figure(value))
            line.append(" " * NUMBERS)
            line.append(*_change(value, bar.value))
            lines.append(line)
    return Group(*lines)


def _line(label: str, labels: int, blocks: str, value: str) -> Text:
    line = Text(no_wrap=True)
    line.append(f"{in_columns(label, labels)} ")
    line.append(blocks, "cyan")
    line.append(f"{value:>{NUMBERS}}")
    return line


def _change(value: float, before: float | None) -> tuple[str, str]:
    return f"{change_text(value, before):>{CHANGE}}", {1: "green", -1: "red", 0: "dim"}[_way(value, before)]


class BarChart(Static):
    """A chart that redraws itself to its width."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._bars: list[Bar] = []
        self._unit = self._was = ""
        self._cursor: int | None = None  # the bar that is pointed at
        self._lines = 0

    def show_bars(self, bars: list[Bar], unit: str, was: str = "") -> None:
        """Show these bars; `was` says where the values before are from."""
        self._bars, self._unit, self._was = bars, unit, was
        self._draw()

    def show_message(self, message: str) -> None:
        """Show a sentence, and no bars."""
        self._bars, self._cursor, self._lines = [], None, 0
        self.update(Text(message, "dim"))

    def point(self, at: int | None) -> Region:
        """Point at a bar, or at none; return where its lines are."""
        self._cursor = at
        self._draw()
        before = self._bars[:at] if at is not None else []
        top = 1 + bool(self._was) + sum(1 + len(bar.beside) for bar in before)
        return Region(0, top, 1, 1 + len(self._bars[at].beside) if at is not None and self._bars else 1)

    def on_resize(self) -> None:
        """Redraw to the new width."""
        self._draw()

    def _draw(self) -> None:
        if self._bars and self.size.width > 20:
            lines, self._lines = self._lines, bool(self._was) + sum(1 + len(bar.beside) for bar in self._bars)
            self.update(
                chart(self._bars, self.size.width, self._unit, self._was, self._cursor), layout=lines != self._lines
            )
