"""The charts pane: throughput and population, now against the baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.message import Message
from textual.reactive import reactive

from workbench.panes.pane import Pane
from workbench.widgets.bar_chart import Bar, BarChart

VIEWS = {
    "throughput": "actions per time unit",
    "population": "mean number",
    "utilisation": "share of the group",
}


class ChartsPane(Pane):
    """Bars of one measure at a time; `b` makes what is shown the baseline."""

    TITLE = "4 Charts"
    HELP_TOPIC = "charts"
    BINDINGS = [
        Binding("right", "turn(1)", "Next chart", show=False, id="charts.next", tooltip="Next measure"),
        Binding("left", "turn(-1)", "Previous chart", show=False, id="charts.previous", tooltip="Previous measure"),
        Binding("b", "baseline", "Baseline", id="charts.baseline", tooltip="Compare with the figures shown now"),
        Binding("s", "sort", "Sort", id="charts.sort", tooltip="Largest first, or in the order of the model"),
    ]
    view: reactive[str] = reactive("throughput", init=False)

    @dataclass
    class BaselineWanted(Message):
        """What is shown is to be the baseline."""

    def __init__(self) -> None:
        super().__init__("charts")
        self._report: dict[str, Any] = {}
        self._baseline: dict[str, Any] = {}
        self._name = ""
        self._sorted = False

    def compose(self) -> ComposeResult:
        """One chart, which scrolls."""
        with VerticalScroll(id="chart-scroll"):
            yield BarChart(id="chart")

    def on_mount(self) -> None:
        """Name the pane."""
        self._titles()

    def focus_main(self) -> None:
        """Focus the chart."""
        self.query_one("#chart-scroll").focus()

    def show_report(self, report: dict[str, Any], baseline: dict[str, Any], name: str) -> None:
        """Show new figures against those of the baseline."""
        self._report, self._baseline, self._name = report, baseline, name
        self._draw()

    def mark_stale(self, stale: bool) -> None:
        """Dim figures that belong to an older text."""
        self.set_class(stale, "stale")
        self.border_subtitle = "~ stale: F5 runs again" if stale else self._subtitle()

    def action_turn(self, by: int) -> None:
        """Show the next or the previous measure."""
        views = list(VIEWS)
        self.view = views[(views.index(self.view) + by) % len(views)]

    def action_baseline(self) -> None:
        """Ask for a new baseline."""
        self.post_message(self.BaselineWanted())

    def action_sort(self) -> None:
        """Toggle the order."""
        self._sorted = not self._sorted
        self._draw()

    def watch_view(self) -> None:
        """Draw another measure."""
        self._titles()
        self._draw()

    def _titles(self) -> None:
        names = " │ ".join(f"▸{name}" if name == self.view else name for name in VIEWS)
        self.border_title = f"{self.TITLE}  {names}  ←/→"

    def _subtitle(self) -> str:
        return f"baseline: {self._name} · b: set" if self._baseline else ""

    def _draw(self) -> None:
        if not self._report:
            return
        bars = _bars(self._report, self._baseline, self.view)
        if self._sorted:
            bars.sort(key=lambda bar: -bar.value)
        self.query_one(BarChart).show_bars(bars, VIEWS[self.view])
        self.border_subtitle = self._subtitle()


def _values(report: dict[str, Any], view: str) -> dict[str, float]:
    if view != "utilisation":
        return dict(report.get(view, {}))
    groups = report.get("groups", ())
    return {f"{group['name']}.{label}": share for group in groups for label, share in group["utilisation"].items()}


def _bars(report: dict[str, Any], baseline: dict[str, Any], view: str) -> list[Bar]:
    before = _values(baseline, view) if baseline and baseline is not report else {}
    return [Bar(label, value, before.get(label)) for label, value in _values(report, view).items()]
