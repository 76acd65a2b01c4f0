"""An app whose charts show what is expected of every figure while the model is solved with a parameter turned."""

from __future__ import annotations

from typing import Any

from textual import work

from workbench import runs
from workbench.comparing_app import ComparingApp
from workbench.figures import expected
from workbench.panes.charts import ChartsPane
from workbench.panes.whatif import WhatIfPane
from workbench.status import StatusLines


class PredictingApp(ComparingApp):
    """Knows what each figure of the latest run does as the parameter under the cursor is turned."""

    _elastic: tuple[object, str, dict[str, Any]] = None, "", {}  # of which text and values, by which parameter

    @runs.while_open
    def on_what_if_pane_uses_wanted(self, event: WhatIfPane.UsesWanted) -> None:
        """Show where the text has the parameter under the cursor, and ask what it does."""
        super().on_what_if_pane_uses_wanted(event)
        if event.name and not self._engine.busy:
            self.ask_elasticities()

    @work(group="elasticities", exclusive=True)
    async def ask_elasticities(self) -> None:
        """Ask what the parameter under the cursor does to every figure, where a run's figures are shown in charts."""
        name, latest = self.query_one(WhatIfPane).name_at_cursor, self._runs.compared.latest
        if not name or latest is None or self._runs.stale or not self.query_one(ChartsPane).display:
            return
        about = latest.text, dict(latest.overrides)
        if self._elastic[:2] == (about, name):
            return
        found = await self._runs.elasticities(name)
        if found is not None:
            self._elastic = about, name, found

    def show_expected(self) -> None:
        """Show what is expected of every figure where a run is awaited and only the parameter known is turned."""
        about, name, elasticities = self._elastic
        mine, compared = self._runs, self._runs.compared
        latest, before = compared.latest, compared.reference(pending=True)
        if latest is None or before is None or not mine.stale or about != (mine.text, latest.overrides):
            return
        parameters = self.query_one(StatusLines).parameters
        now, own = {**parameters, **mine.overrides}, {**parameters, **latest.overrides}
        turned = [other for other in now if now[other] != own[other]]
        if turned == [name] and now[name] > 0 and own[name] > 0:
            report = expected(latest.report, elasticities, now[name] / own[name])
            words = before.words(mine.text, mine.overrides, parameters)
            self.query_one(ChartsPane).show_expected(report, before.report, words)
