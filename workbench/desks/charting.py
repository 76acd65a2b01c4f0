"""Charts figures over time: what the charts pane asks for, and what the engine answers."""

from __future__ import annotations

from functools import partial

from workbench.desks.desk import Desk, beside
from workbench.following import FollowEnded, SeriesFound, SeriesRefused
from workbench.panes.charts import ChartsPane


class Charting(Desk):
    """Answers the charts pane about times."""

    def on_charts_pane_series_wanted(self, event: ChartsPane.SeriesWanted) -> None:
        """Follow the model over time."""
        scenarios = dict(self.app.comparing.shown_beside.scenarios)
        follow = partial(self.app.following.run, event.kinds, self.app.exploring.until, event.measure, scenarios)
        self.app.run_worker(follow, group="solve")

    def on_charts_pane_time_viewed(self) -> None:
        """Follow the model over time as it is now."""
        self.follow_again()

    def follow_again(self) -> None:
        """Follow the model over time once more where the curves shown are older, and the model was run since."""
        if self.app.following.stale and not self.runs.stale and not self.app.analysing.goes_on:
            self.app.query_one(ChartsPane).follow_again()

    @beside()
    async def on_charts_pane_until_wanted(self) -> None:
        """Ask how long to follow the model, and do."""
        if await self.app.exploring.asked_until():
            self.app.query_one(ChartsPane).action_follow()

    def on_series_found(self, event: SeriesFound) -> None:
        """Add a curve to the chart over time."""
        self.app.query_one(ChartsPane).show_series(event.kind, event.series, event.scenario)
        self.app.showing.show_staleness(anew=False)

    def on_series_refused(self, event: SeriesRefused) -> None:
        """Say why a curve is not in the chart over time."""
        self.app.query_one(ChartsPane).show_series_failure(event.what, event.reason)
        self.app.showing.show_staleness(anew=False)

    def on_follow_ended(self, event: FollowEnded) -> None:
        """Say why there are no curves, where there are none."""
        self.app.query_one(ChartsPane).follow_ended(event.reason)
