"""The charts pane: throughput and population, now against the baseline; and one measure over time by all methods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from pepa.query.kind import Kind
from workbench.panes.charted import Charted, Followed, all_bars, measures
from workbench.panes.figures_pane import About, FiguresPane
from workbench.told_keys import key_of
from workbench.widgets.bar_chart import Bar, BarChart
from workbench.widgets.time_chart import TimeChart
from workbench.widgets.told import Told

if TYPE_CHECKING:
    from pepa.query.told_solution import ToldFigures
    from workbench.engine.run_answers import SeriesAnswer
    from workbench.figures import Figures

VIEWS = {
    "throughput": "actions per time unit",
    "population": "mean number",
    "utilisation": "share of the group",
    "time": "over time",
}
IN_TIME = (Kind.FLUID, Kind.SIMULATED, Kind.EXACT)  # the one that can take long comes last


class Bars(VerticalScroll, inherit_bindings=False):
    """The bars, with a cursor that is seen where the keys are."""

    BINDINGS = [
        Binding("down,j", "move(1)", "Down", show=False, id="bars.down", tooltip="Next figure"),
        Binding("up,k", "move(-1)", "Up", show=False, id="bars.up", tooltip="Figure before"),
        Binding("pagedown", "move(10)", "Page down", show=False, id="bars.pagedown", tooltip="Ten figures down"),
        Binding("pageup", "move(-10)", "Page up", show=False, id="bars.pageup", tooltip="Ten figures up"),
    ]
    number = 0  # of bars
    cursor = 0

    def on_focus(self) -> None:
        """Show the cursor."""
        self.action_move(0)

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.query_one(BarChart).point(None)

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        if self.number:
            self.cursor = max(0, min(self.number - 1, self.cursor + by))
            place = self.query_one(BarChart).point(self.cursor)
            if not self.cursor:
                place = place.union(Region(0, 0, 1, 1))  # with the head
            self.scroll_to_region(place, animate=False, immediate=True)


class ChartsPane(FiguresPane):
    """Bars of one measure at a time, against another run or a scenario, and with scenarios beside."""

    TITLE = "4 Charts"
    HELP_TOPIC = "charts"
    BINDINGS = [
        Binding("right", "turn(1)", "Next chart", id="charts.next",
                tooltip="Throughput, population, utilisation, over time"),
        Binding("left", "turn(-1)", "Previous chart", show=False, id="charts.previous", tooltip="The chart before"),
        Binding("b", "against", "Was", id="charts.against",
                tooltip="Compare with the run before, with the figures shown now, or with a scenario"),
        Binding("O", "beside", "Beside", id="charts.beside",
                tooltip="All scenarios beside each figure, or no longer"),
        Binding("t", "follow", "Over time", id="charts.follow", tooltip="Follow the model over time by all methods"),
        Binding("m", "measure(1)", "Measure", show=False, id="charts.measure",
                tooltip="Next measure of the chart over time"),
        Binding("M", "measure(-1)", "Measure back", show=False, id="charts.measure_back", tooltip="Measure before"),
        Binding("u", "until", "Until", show=False, id="charts.until", tooltip="How long to follow the model"),
        Binding("enter", "tell('origin')", "Where from?", id="charts.origin",
                tooltip="Method, certainty, parameters, moves and states behind the figure under the cursor"),
        Binding("E", "tell('ranking')", "Which rate?", show=False, id="charts.ranking",
                tooltip="Which rates matter to the figure under the cursor"),
        Binding("W", "tell('why')", "Why?", show=False, id="charts.why",
                tooltip="Where the figures come from: who waits for whom, cycles"),
        Binding("s", "sort", "Sort", id="charts.sort", tooltip="Largest first, or in the order of the model"),
    ]  # fmt: skip
    view: reactive[str] = reactive("throughput", init=False)

    @dataclass
    class SeriesOriginWanted(Message):
        """It is to be told where the curves of a measure over time come from."""

        measure: str

    @dataclass
    class SeriesWanted(Message):
        """A measure over time is wanted, in these kinds of results; None is the one that moves most."""

        measure: str | None
        kinds: tuple[Kind, ...]

    @dataclass
    class TimeViewed(Message):
        """The curves over time are looked at, which may be older."""

    @dataclass
    class UntilWanted(Message):
        """Another length of time is wanted."""

    def __init__(self) -> None:
        super().__init__("charts")
        self.charted = Charted()
        self._renewing = False  # whether the curves shown are gone with the first answer
        self._lasting: dict[str, str] = {}  # why there are no curves, which the first answer does not take away
        self._follows = 0  # how many wishes to follow the model have not ended
        self._sorted = False
        self._stale = False, False  # the figures, and the curves over time
        self._shown: list[Bar] = []

    def compose(self) -> ComposeResult:
        """One chart, which scrolls."""
        with Bars(id="chart-scroll"):
            yield BarChart(id="chart")
        yield Told(id="chart-told")
        yield Static("", id="chart-uses")
        yield TimeChart(id="time-chart")

    def on_mount(self) -> None:
        """Name the pane."""
        self._titles()
        self.query_one(TimeChart).can_focus = True
        self.query_one("#chart-uses").display = False
        self.query_one(TimeChart).display = False
        self._draw_none()

    def _draw_none(self) -> None:
        """Say how there will be something to see."""
        runs, follow = f"{key_of(self, 'app.run')} runs the model", key_of(self, "charts.follow")
        self._shown, self.query_one(Bars).number = [], 0
        self.query_one(BarChart).show_message(
            f"no figures yet — {runs}; {follow} follows it over time; {self._turning} other charts"
        )
        self.query_one(TimeChart).show_message(
            f"{follow} follows the model over time: exact, fluid and simulated side by side"
        )

    def take_up(self, charted: Charted) -> None:
        """Show what there is of another model in place of what was shown."""
        self.charted, self._renewing, self._follows = charted, False, 0
        self.leave_told()
        self._draw_none()
        if charted.series or charted.failures:
            self._draw_series()
        self._draw()
        self._show_stale()

    @property
    def figures(self) -> Widget:
        """The chart."""
        return self.query_one("#time-chart" if self.view == "time" else "#chart-scroll")

    def show_figures(self, latest: Figures, before: ToldFigures | None, words: str) -> None:
        """Show new figures against others, if there are any; `words` say where those are from."""
        self.charted.latest, self.charted.before, self.charted.before_words = latest, before, words
        self._draw()

    def show_expected(self, told: ToldFigures, before: ToldFigures, words: str) -> None:
        """Show what is expected of the figures until they are there, against others that are from where `words` say."""
        if self.display and self.view != "time":
            self._draw_bars(told, before, "≈ expected", words)

    def show_beside(self, figures: dict[str, ToldFigures]) -> None:
        """Show the figures of scenarios beside each figure; none of them no longer."""
        self.charted.beside = figures
        self._draw()

    def on_told_at(self, event: Told.At) -> None:
        """Show where the text has the parameter told of."""
        event.stop()
        self.post_message(self.UsesWanted(self, event.name))

    def show_uses(self, words: str) -> None:
        """Say where the text has a parameter."""
        uses = self.query_one("#chart-uses", Static)
        uses.display = bool(words)
        uses.update(Text(words, no_wrap=True, overflow="ellipsis"))

    def action_tell(self, about: str) -> None:
        """Ask for something to be told of the figure under the cursor, or of the curves over time."""
        if (
            About(about) is About.ORIGIN
            and self.view == "time"
            and self.charted.series
            and self.charted.measure is not None
        ):
            self.post_message(self.SeriesOriginWanted(self.charted.measure))
        else:
            super().action_tell(about)

    @property
    def measure_told_of(self) -> str | None:
        """The measure whose bar is under the cursor."""
        at = self.query_one(Bars).cursor
        if self.view == "time" or not at < len(self._shown) or self.charted.latest is None:
            return None
        return measures(self.charted.latest.told, self.view)[self._shown[at].label]

    def mark_stale(self, stale: bool, over_time: bool) -> None:
        """Dim figures, or curves over time, that belong to an older text or to other values."""
        self._stale = stale, over_time
        self._show_stale()

    def _show_stale(self) -> None:
        in_time = self.view == "time"
        stale = self._stale[in_time]
        self.set_class(stale, "stale")
        follow, run = key_of(self, "charts.follow"), key_of(self, "app.run")
        again = f"{follow} follows it again" if in_time else f"{run} runs again"
        self.border_subtitle = Content(f"~ stale: {again}" if stale else self._subtitle())

    def action_turn(self, by: int) -> None:
        """Show the next or the previous measure."""
        views = list(VIEWS)
        self.view = views[(views.index(self.view) + by) % len(views)]

    def action_sort(self) -> None:
        """Toggle the order."""
        self._sorted = not self._sorted
        self._draw()

    def watch_view(self) -> None:
        """Draw another measure."""
        self._titles()
        over_time = self.view == "time"
        self.query_one(Told).display = False
        focused = self.has_focus_within
        self.query_one("#chart-scroll").display = not over_time
        self.query_one(TimeChart).display = over_time
        if focused:
            self.focus_main()
        self._draw()
        self._show_stale()
        if over_time:
            self.post_message(self.TimeViewed())

    # Over time

    def action_follow(self) -> None:
        """Follow the model over time by all methods."""
        self.view = "time"
        self.charted.series, self.charted.failures = {}, {}
        self.query_one(TimeChart).show_message("following the model over time …")
        self._ask(IN_TIME)

    def follow_again(self) -> None:
        """Follow it as before, where that is what is looked at; the curves there are stay until the first answer."""
        if self.display and self.view == "time" and self.charted.kinds:
            self._ask(self.charted.kinds)
            self._renewing = True

    def _ask(self, kinds: tuple[Kind, ...]) -> None:
        self.charted.kinds, self._renewing, self._follows = kinds, False, self._follows + 1
        self._lasting = {}
        self.post_message(self.SeriesWanted(self.charted.measure, kinds))

    def action_until(self) -> None:
        """Ask how long."""
        self.post_message(self.UntilWanted())

    def action_measure(self, by: int) -> None:
        """Show the next or the previous measure over time."""
        if self.view != "time" or not self.charted.series:
            return
        names = next(iter(self.charted.series.values())).series["names"]
        self.charted.measure = names[(names.index(self.charted.measure or names[0]) + by) % len(names)]
        self.query_one(TimeChart).show_message(f"following {self.charted.measure} over time …")
        kinds, came = self.charted.kinds, {kind for kind, scenario in self.charted.series if not scenario}
        failed = {kind: self.charted.failures[kind] for kind in kinds if kind in self.charted.failures}
        self._ask(tuple(kind for kind in kinds if kind in came or (self._follows and kind not in failed)))
        self.charted.kinds, self._lasting = kinds, {str(kind): why for kind, why in failed.items()}
        self._renewing = True  # until the first answer what is known stays, for where none comes

    def follow_ended(self, reason: str) -> None:
        """Show what there was again where the model was followed and nothing came of it; or say why nothing did."""
        self._follows = max(0, self._follows - 1)
        if self._follows:
            return  # another one has overtaken it
        follow = key_of(self, "charts.follow")
        renewed, self._renewing = self._renewing, False
        if renewed and self.charted.series:
            self.charted.measure = next(iter(self.charted.series.values())).series["name"]
            self._draw_series()
        elif reason and (self.charted.series or self.charted.failures):
            known = {kind for kind, _ in self.charted.series} | self.charted.failures.keys()
            missing = [kind for kind in self.charted.kinds if kind not in known]
            self.charted.failures |= dict.fromkeys(map(str, missing), f"{reason}; {follow} follows it")
            self._draw_series()
        elif reason:
            self.query_one(TimeChart).show_message(f"✗ not followed over time: {reason}; {follow} follows it")

    def show_series(self, kind: Kind, series: SeriesAnswer, scenario: str = "") -> None:
        """Add the measure in one kind of result to the chart over time; of a scenario, if one is named."""
        self._make_room()
        self.charted.series[kind, scenario], self.charted.measure = Followed(kind, series, scenario), series["name"]
        self._draw_series()

    def show_series_failure(self, what: str, message: str) -> None:
        """Say why a kind of result, or a scenario, has no answer."""
        self._make_room()
        self.charted.failures[what] = message
        self._draw_series()

    def _make_room(self) -> None:
        """Take away what an answer comes in place of."""
        if self._renewing:
            self.charted.series, self.charted.failures, self._renewing = {}, {**self._lasting}, False

    def _draw_series(self) -> None:
        curves = [
            one.curve for key, one in sorted(self.charted.series.items(), key=lambda item: item[0] != (Kind.EXACT, ""))
        ]
        found = [one.series for one in self.charted.series.values()]
        time = found[0]["time"] if found else []
        notes = list(dict.fromkeys(note for one in found for note in one["notes"]))
        head = ""
        if found:
            following, until = key_of(self, "charts.measure"), key_of(self, "charts.until")
            head = f"{self.charted.measure}  {found[0]['unit']}   {following}: next   {until}: until"
        self.query_one(TimeChart).show_curves(head, time, curves, self.charted.failures, notes)

    def _titles(self) -> None:
        names = " ".join(f"▸{name}" if name == self.view else f"[dim]{name}[/dim]" for name in VIEWS)
        self.border_title = Content.from_markup(f"{self.TITLE}  {names} [dim]$keys[/dim]", keys=self._turning)

    @property
    def _turning(self) -> str:
        """The keys that turn to another chart."""
        return f"{key_of(self, 'charts.previous')}/{key_of(self, 'charts.next')}"

    def _subtitle(self) -> str:
        if self.charted.latest is None:
            return ""
        against, beside = key_of(self, "charts.against"), key_of(self, "charts.beside")
        return f"{against}: was · {beside}: {'no ' * bool(self.charted.beside)}scenarios"

    def _draw(self) -> None:
        if (latest := self.charted.latest) is None or self.view == "time":
            return
        about = "" if latest.kind is Kind.EXACT else f"≈ by {latest.kind}"
        self._draw_bars(latest.told, self.charted.before, about, self.charted.before_words)
        self._show_stale()

    def _draw_bars(self, told: ToldFigures, before: ToldFigures | None, about: str, words: str) -> None:
        bars = all_bars(told, before, self.charted.beside, self.view)
        if self._sorted:
            bars.sort(key=lambda bar: -bar.value)
        self._shown = bars
        self.query_one(Bars).number = len(bars)
        unit = f"{VIEWS[self.view]}{', ' * bool(about)}{about} {self._turning}"
        self.query_one(BarChart).show_bars(bars, unit, words)
