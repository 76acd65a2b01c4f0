"""The distribution of a passage time or its density, or what is earned, with a cursor that reads how much by when."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text
from textual.widgets import Static

from pepa.language.printer import figure, margin
from pepa.pictures.axes import set_heights, set_widths

if TYPE_CHECKING:
    from pepa.query.told_passage import ToldQuantile
    from workbench.engine.asked_answers import AskedCurve, OtherCurve

SIGNS = {"fluid": "•", "simulation": "x"}
COLOURS = {"fluid": "orange", "simulation": "green"}
CROSSES = 24  # points of another method that are marked
HEADS = {  # of the distribution and of the density
    "passage": ("distribution  ", "density  "),
    "earned": ("earned  ", "rate  "),
    "chance": ("probability  ", "density  "),
}
SMALL = 0.1  # a chance below which the axis does not go to 1: nothing could be read
LEAST = 6  # rows of a chart
AROUND = 4  # rows that are not of the chart


class DistributionChart(Static):
    """One curve that redraws itself to its size; what it shows is asked for once and kept."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._curve: AskedCurve | None = None
        self._quantiles: list[ToldQuantile] = []
        self._notes: list[str] = []
        self._others: dict[str, OtherCurve] = {}
        self._examples: Sequence[Sequence[str]] = []
        self.density = False
        self.at = 0  # the time under the cursor, by number

    def show_words(self, lines: list[str]) -> None:
        """Show sentences, and no curve."""
        self._curve, self._examples = None, []
        self.update(Text("\n".join(lines)))

    def show_examples(self, examples: Sequence[Sequence[str]]) -> None:
        """Show lines, each with what it asks: beside it where all of it fits, else below it; and no curve."""
        self._curve, self._examples = None, examples
        width = max((len(question) for question, _ in examples), default=0)
        beside = width + 2 + max((len(what) for _, what in examples), default=0) <= self.size.width
        shown = Text(no_wrap=True, overflow="ellipsis")
        for question, what in examples:
            shown.append(f"{question:<{width}}  " if beside else f"{question}\n    ").append(f"{what}\n", "dim")
        self.update(shown)

    def show_curve(
        self,
        curve: AskedCurve,
        quantiles: list[ToldQuantile],
        notes: list[str],
        others: dict[str, OtherCurve],
    ) -> None:
        """Show a distribution, the cursor at the median; `others` are by other methods, at the same times.

        Of what is earned, or likely by a time, the cursor is at the end, where the answer is.
        """
        self._curve, self._quantiles, self._notes, self._others = curve, quantiles, notes, others
        self._examples = []
        last = len(curve["time"]) - 1
        half = 0.5 * curve["distribution"][-1]
        median = next((index for index, share in enumerate(curve["distribution"]) if share >= half), 0)
        self.at = median if curve["of"] == "passage" else last
        self._draw()

    @property
    def shows_curve(self) -> bool:
        """Whether there is a cursor to move."""
        return self._curve is not None

    def move(self, by: int) -> None:
        """Move the cursor by so many points."""
        if self._curve is not None:
            self.at = max(0, min(self.at + by, len(self._curve["time"]) - 1))
            self._draw()

    def turn(self) -> None:
        """Show the density in place of the distribution, or the other way round."""
        self.density = not self.density
        self._draw()

    def on_resize(self) -> None:
        """Redraw to the new size."""
        if self._examples:
            self.show_examples(self._examples)
        self._draw()

    @property
    def reading(self) -> str:
        """What the cursor reads; "" where there is no curve."""
        return "" if self._curve is None else self._read(self._curve)

    def _read(self, curve: AskedCurve) -> str:
        time, arrived, density = curve["time"][self.at], curve["distribution"][self.at], curve["density"][self.at]
        if curve["of"] == "earned":
            told = f"{figure(arrived)} ± {margin(curve['error'][self.at], arrived)}"
            return f"by time {figure(time)}: {told}, {figure(density)} a time unit then"
        if curve["of"] == "chance":
            told = f"{100 * arrived:.6g} % ± {margin(100 * curve['error'][self.at], 100 * arrived)}"
            return f"by time {figure(time)}: {told}, density {figure(density)}"
        if self.density and (drawn := {name: one for name, one in self._others.items() if one["density"]}):
            each = [f"{SIGNS[name]} {name} {figure(one['density'][self.at])}" for name, one in drawn.items()]
            return f"at time {figure(time)}: exact {figure(density)}, {', '.join(each)}"
        if not self._others or self.density:
            return f"by time {figure(time)}: {100 * arrived:.4g} % have arrived, density {figure(density)}"
        said = [f"exact {100 * arrived:.4g} %"]
        for method, one in self._others.items():
            half_width = f" ± {100 * one['half_width'][self.at]:.1g}" if one["half_width"] else ""
            said.append(f"{SIGNS[method]} {method} {100 * one['distribution'][self.at]:.4g}{half_width} %")
        return f"by time {figure(time)}: {', '.join(said)}"

    def _draw(self) -> None:
        if (curve := self._curve) is None or self.size.width <= 20:
            return
        what = "" if self._others and not self.density else HEADS[curve["of"]][self.density]
        head = Text(what, "bold", no_wrap=True, overflow="ellipsis").append(self._read(curve), "bold")
        below = Text(no_wrap=True, overflow="ellipsis")
        for one in self._quantiles:
            time = "never" if one["time"] is None else figure(one["time"])
            below.append(f"{100 * one['share']:g} % by {time}   ")
        notes = [line for note in self._notes for line in wrap(note, self.size.width, subsequent_indent="  ")]
        for line in notes:
            below.append(f"\n{line}", "dim")
        room = self.size.height - 2 - len(notes)
        parts = [head, below] if room < LEAST else [head, self._chart(curve, room), below]
        self.update(Group(*parts))

    def _chart(self, curve: AskedCurve, height: int) -> Text:
        import plotext

        values = curve["density"] if self.density else curve["distribution"]
        plotext.clear_figure()
        plotext.limit_size(False, False)
        plotext.theme("clear")
        plotext.plot_size(self.size.width, height)
        plotext.plot(curve["time"], values, marker="braille", color="cyan")
        for method, one in self._others.items():
            if other := one["density"] if self.density else one["distribution"]:
                step = max(1, len(one["time"]) // CROSSES)
                plotext.scatter(one["time"][::step], other[::step], marker=SIGNS[method], color=COLOURS[method])
        plotext.vline(curve["time"][self.at], color="orange")
        chances = not self.density and curve["of"] != "earned"
        drawn = max(0.0, *values, *(max(one["distribution"]) for one in self._others.values() if chances))
        set_heights(min(0.0, *values), 1 if chances and drawn >= SMALL else 1.02 * drawn or 1, height)
        set_widths(curve["time"][0], curve["time"][-1], self.size.width)
        return Text.from_ansi(plotext.build().rstrip("\n"), no_wrap=True)
