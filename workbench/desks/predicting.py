"""Shows in the charts what is expected of every figure while the model is solved with parameters turned."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from textual.timer import Timer

from workbench.desks.desk import Desk, beside
from workbench.desks.turning import QUIET
from workbench.engine.client import Failed
from workbench.figures import Figures, expected
from workbench.panes.charts import ChartsPane
from workbench.panes.figures_pane import FiguresPane
from workbench.panes.whatif import WhatIfPane

if TYPE_CHECKING:
    from workbench.engine.run_answers import Elasticities

EACH = 0.1  # seconds between what is expected of all figures and what is expected next
MOST_TURNED = 8  # parameters that are turned already and asked about
QUICK = 0.5  # seconds of a run that is made again with a copy more to see what that does


class Predicting(Desk):
    """Knows what each figure of the latest run does as the parameter under the cursor, or one turned, is turned."""

    _expected_at = 0.0  # when it was shown
    _expecting: Timer | None = None  # until it is again
    _asking = False
    _about: object = None  # the text and values that the elasticities are of
    _elastic: Mapping[str, Elasticities | None] = MappingProxyType({})  # what each parameter does to every figure

    def on_figures_pane_uses_wanted(self, event: FiguresPane.UsesWanted) -> None:
        """Ask what the parameter under the cursor does, where it can be turned."""
        if isinstance(event.pane, WhatIfPane) and event.name and not self.app.analysing.goes_on:
            self.ask_elasticities()

    def ask_elasticities(self) -> None:
        """Ask what parameters do to every figure; who is asking goes on to where the cursor is then."""
        if not self._asking:
            self._ask_elasticities()

    def give_way(self) -> None:
        """Ask nothing more for now: the user asks something, which would wait behind it."""
        self.app.workers.cancel_group(self.app, "elasticities")

    @beside(group="elasticities")
    async def _ask_elasticities(self) -> None:
        self._asking = True
        try:
            while (name := self._unknown()) is not None:
                if name != self.app.query_one(WhatIfPane).name_at_cursor:
                    await asyncio.sleep(QUIET)  # the next key may come first
                    if name != self._unknown():
                        continue
                about = self._about
                found = await self.runs.elasticities(name)
                if found is None:
                    return  # a run overtook it, and asks again
                if about == self._about:
                    self._elastic = {**self._elastic, name: None if isinstance(found, Failed) else found}
        finally:
            self._asking = False

    def _unknown(self) -> str | None:
        """Return the next parameter to ask about: the one under the cursor, then those turned.

        None where all is known, and where no run's figures are shown in charts.
        """
        pane, latest = self.app.query_one(WhatIfPane), self.runs.compared.latest
        if latest is None or self.runs.stale or not self.app.query_one(ChartsPane).display:
            return None
        about = latest.text, dict(latest.overrides)
        if self._about != about:
            self._about, self._elastic = about, {}
        slow = latest.seconds > QUICK
        names = [pane.name_at_cursor or "", *list(latest.overrides)[:MOST_TURNED]]
        wanted = (name for name in names if name and not (slow and name in pane.sizes))
        return next((name for name in wanted if name not in self._elastic), None)

    def show_expected(self) -> None:
        """Show what is expected of every figure, no more often than an eye follows: a key held down waits for none."""
        wait = self._expected_at + EACH - time.monotonic()
        if wait <= 0:
            self._show_expected()
        elif self._expecting is None:
            self._expecting = self.app.set_timer(wait, self._show_expected)

    def _show_expected(self) -> None:
        """Show it where a run is awaited and what each parameter turned does is known."""
        self._expected_at, self._expecting = time.monotonic(), None
        if not self.app.is_running:
            return
        mine, compared = self.runs, self.runs.compared
        latest, before = compared.latest, compared.reference(pending=True)
        if latest is None or before is None or not mine.stale or self._about != (mine.text, latest.overrides):
            return
        now, own = mine.parameters.at(mine.overrides), mine.parameters.at(latest.overrides)
        told = latest.told
        for name in {**mine.overrides, **latest.overrides}:  # what follows them is in what they do
            value, was, does = now.get(name), own.get(name), self._elastic.get(name)
            if value == was:
                continue
            if does is None or not isinstance(value, float) or not isinstance(was, float) or not min(value, was) > 0:
                return
            told = expected(told, does, value / was)
        words = before.words(mine.text, mine.overrides, now)
        self.app.query_one(ChartsPane).show_expected(told, before.told, words)
        pane = self.app.query_one(WhatIfPane)
        figures = Figures("", mine.text, mine.overrides, told)
        pane.expect(figures.value(pane.measure), mine.overrides)
