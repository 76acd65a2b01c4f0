"""What has come of an experiment so far: its charts, its points as a table, its claims."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from pepa.study.told_study import ToldChart, ToldClaim, ToldElasticities, how
from workbench.told_keys import key_of
from workbench.widgets.picture import Picture
from workbench.widgets.row_table import RowTable
from workbench.widgets.told import Told

if TYPE_CHECKING:
    from workbench.engine.study_answers import StudyHead, StudyPoint, StudyWhole
    from workbench.engine.told_answers import ToldLine

NARROWEST = 12  # columns of a cell


@dataclass(frozen=True)
class Found:
    """What has come of an experiment so far."""

    head: StudyHead
    points: dict[tuple[int, ...], StudyPoint]
    claims: list[ToldClaim]
    elasticities: ToldElasticities
    view: str


NO_ELASTICITIES: ToldElasticities = {"elasticities": {}, "shrinking": {}}
NOTHING: StudyHead = {
    "name": "", "title": "", "about": "", "parameters": [], "measures": [], "charts": [], "total": 0, "fixed": {}
}  # fmt: skip


class PointsTable(RowTable, inherit_bindings=False):
    """The table of points: the arrows to the sides turn to other views, with shift they scroll."""

    BINDINGS = [
        *RowTable.MOVES,
        Binding("enter", "choose", "Where from?", id="points.choose",
                tooltip="Method, certainty, parameters, moves and states behind the point"),
        Binding("I", "take", "Into the model", id="points.take", tooltip="Put its parameters into the model"),
        Binding("shift+right", "scroll_right", "Scroll right", show=False, id="points.right", tooltip="Scroll right"),
        Binding("shift+left", "scroll_left", "Scroll left", show=False, id="points.left", tooltip="Scroll left"),
    ]  # fmt: skip

    @dataclass
    class Taken(Message):
        """The parameters of a row are to be put into the model."""

        row: int

    def action_take(self) -> None:
        """Tell which row it is."""
        self.post_message(self.Taken(self.cursor))


class Claims(VerticalScroll, inherit_bindings=False):
    """The claims, which scroll up and down."""

    BINDINGS = [
        Binding("down,pagedown", "page_down", "Down", show=False, id="claims.down", tooltip="Scroll down"),
        Binding("up,pageup", "page_up", "Up", show=False, id="claims.up", tooltip="Scroll up"),
    ]


class StudyResults(Vertical):
    """One view at a time: `chart 1`, `chart 2`, ..., `points`, `claims`."""

    @dataclass
    class PointChosen(Message):
        """A point was chosen; `values` are all parameters it was solved with."""

        values: dict[str, float]

    @dataclass
    class OriginWanted(Message):
        """It is to be told where the figures of a point come from."""

        row: StudyPoint

    def __init__(self) -> None:
        super().__init__(id="study-results")
        self.view = "chart 1"
        self._head = NOTHING
        self._found: dict[tuple[int, ...], StudyPoint] = {}
        self._rows: list[StudyPoint] = []
        self._claims: list[ToldClaim] = []
        self._elasticities = NO_ELASTICITIES
        self._next_drawing = 0.0
        self._drawing: Timer | None = None  # until the points that have come are drawn
        self._stale = ""  # why what is shown is not what would come now

    def compose(self) -> ComposeResult:
        """Which views there are, and the three kinds of them."""
        yield Static(id="study-views")
        yield Picture(id="study-chart")
        yield PointsTable(id="study-points")
        with Claims(id="study-claims"):
            yield Static(id="study-verdicts")
        yield Told(id="study-origin")

    def on_mount(self) -> None:
        """Start empty."""
        self.begin(NOTHING)

    @property
    def number(self) -> int:
        """How many points there are."""
        return len(self._found)

    @property
    def solved(self) -> str:
        """How many of the points are there, in words; one is there at all of its times or not at all."""
        return f"{len({order[0] for order in self._found}):,} of {self._head['total']:,} points"

    @property
    def views(self) -> list[str]:
        """The names of the views there are."""
        charts = len(self._charts) + len(self._elasticities["elasticities"])
        if not self._head["measures"]:
            return ["chart 1"]  # nothing has been run
        return [*(f"chart {number + 1}" for number in range(charts)), "points", *["claims"] * bool(self._claims)]

    @property
    def _charts(self) -> list[ToldChart]:
        return [chart for chart in self._head["charts"] if chart["kind"] != "none"]

    def begin(self, head: StudyHead) -> None:
        """Show an experiment of which nothing is known yet but what it is."""
        self._head, self._found, self._claims, self._elasticities = head, {}, [], NO_ELASTICITIES
        self.view = self.views[0]
        self._draw()

    def add(self, points: list[StudyPoint]) -> None:
        """Show more points, though not at every one: a tenth of the time at most is drawing."""
        self._found.update({tuple(point["order"]): point for point in points})
        if (wait := self._next_drawing - time.monotonic()) <= 0:
            self._draw()
        elif self._drawing is None:
            self._drawing = self.set_timer(wait, self._draw)

    def stop(self) -> None:
        """Show all points there are: no more come."""
        if self._drawing is not None:
            self._draw()

    def end(self, report: StudyWhole) -> None:
        """Show all points and what became of the claims."""
        self._claims, self._elasticities = report["claims"], _elasticities(report)
        self._found = {tuple(point["order"]): point for point in report["points"]}
        if self._claims and not self._charts and not self._elasticities["elasticities"]:
            self.view = "claims"
        elif self._elasticities["elasticities"]:
            self.view = self.views[0]
        self._draw()

    @property
    def found(self) -> Found:
        """What there is."""
        return Found(self._head, self._found, self._claims, self._elasticities, self.view)

    def take_up(self, found: Found) -> None:
        """Show what has come of another experiment."""
        self._head, self._found, self._claims = found.head, found.points, found.claims
        self._elasticities, self.view = found.elasticities, found.view
        self._draw()

    def turn(self, by: int) -> None:
        """Show the next or the previous view."""
        views = self.views
        at = views.index(self.view) if self.view in views else 0
        self.view = views[(at + by) % len(views)]
        self._draw()
        self.main.focus()

    def mark_stale(self, why: str) -> None:
        """Say why the results are not what would come now; nothing no longer."""
        self._stale = why
        self._name_views()

    @property
    def main(self) -> Widget:
        """The widget of the view shown, or what is told in its place."""
        if (told := self.query_one(Told)).display:
            return told
        if self.view == "points":
            return self.query_one(RowTable)
        return self.query_one("#study-claims" if self.view == "claims" else "#study-chart")

    def _draw(self) -> None:
        began = time.monotonic()
        if self._drawing is not None:
            self._drawing.stop()
            self._drawing = None
        self._rows = [self._found[order] for order in sorted(self._found)]
        self.query_one(Told).display = False
        for widget in (self.query_one(Picture), self.query_one(RowTable), self.query_one("#study-claims")):
            widget.display = widget is self.main
        if self.view == "points":
            self.query_one(RowTable).freeze([self._heading()])
            self.query_one(RowTable).show_rows(len(self._rows), stay=True)
        elif self.view == "claims":
            from pepa.pictures.study import verdict_table

            self.query_one("#study-verdicts", Static).update(verdict_table(self._claims))
        else:
            self.query_one(Picture).show(self._chart)
        self._name_views()
        now = time.monotonic()
        self._next_drawing = now + 9 * (now - began)

    def _name_views(self) -> None:
        text = Text(f" {self._head['name']}  ", no_wrap=True, overflow="ellipsis")
        for view in self.views:
            text.append(f" {view} ", "reverse" if view == self.view else "")
        text.append(f"  {key_of(self, 'experiments.last')}/{key_of(self, 'experiments.next')}", "dim")
        if self._stale:
            again = f"{key_of(self, 'app.experiment')} runs it again"
            text.append(f"  ~ stale: {self._stale}, {again}", "dim")
        line = self.query_one("#study-views", Static)
        line.display = len(self.views) > 1 or bool(self._stale)
        line.update(text, layout=False)

    def _chart(self, width: int, height: int) -> Text:
        if not self._rows:
            return Text("")
        from pepa.pictures.study import elasticities, picture

        charts, number = self._charts, int(self.view.rpartition(" ")[2]) - 1
        if number < len(charts):
            return picture(charts[number], self._rows, width, height)
        return elasticities(list(self._elasticities["elasticities"])[number - len(charts)], self._elasticities, width)

    # The table of points

    def on_row_table_page_wanted(self, event: RowTable.PageWanted) -> None:
        """Give rows of the table."""
        event.stop()
        lines = [self._line(row) for row in self._rows[event.start : event.end]]
        self.query_one(RowTable).fill(event.start, lines, event.generation)

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Ask where it comes from."""
        event.stop()
        if event.row < len(self._rows):
            self.post_message(self.OriginWanted(self._rows[event.row]))

    def on_points_table_taken(self, event: PointsTable.Taken) -> None:
        """Tell which point it is."""
        event.stop()
        if event.row < len(self._rows):
            self.post_message(self.PointChosen(self._rows[event.row]["set"]))

    def show_told(self, lines: list[ToldLine]) -> None:
        """Show lines in place of the table."""
        focused = self.has_focus_within
        self.query_one(RowTable).display = False
        self.query_one(Told).show(lines)
        if focused:
            self.main.focus()

    def on_told_left(self, event: Told.Left) -> None:
        """Back to the table."""
        event.stop()
        self.query_one(RowTable).display = True
        self.main.focus()

    def _heading(self) -> str:
        names = (*self._head["parameters"], *self._head["measures"])
        return self._cells(names) + "  obtained by"

    def _line(self, row: StudyPoint) -> str:
        from pepa.pictures.study import cells

        shown = cells(row, self._head["parameters"], self._head["measures"])
        return f"{self._cells(shown)}  {how(row)}"

    def _cells(self, cells: list[str] | tuple[str, ...]) -> str:
        names = (*self._head["parameters"], *self._head["measures"])
        widths = [max(NARROWEST if name in self._head["measures"] else 6, len(name) + 2) for name in names]
        return "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))


def _elasticities(report: StudyWhole) -> ToldElasticities:
    return {"elasticities": report["elasticities"], "shrinking": report["shrinking"]}
