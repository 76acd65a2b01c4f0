"""An app that tells in lines where figures come from, and where the text has what they depend on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual import work

from workbench.engine import protocol
from workbench.engine.client import Failed
from workbench.panes.ask import AskPane
from workbench.panes.charts import ChartsPane
from workbench.panes.source import SourcePane
from workbench.panes.study_results import StudyResults
from workbench.panes.whatif import WhatIfPane
from workbench.whatif_app import WhatIfApp

if TYPE_CHECKING:
    from workbench.engine.told_answers import Lines, ToldLine, Use
    from workbench.following import Following

OF_A_MEASURE = ("origin", "ranking")
SCROLLBAR = 2  # columns
TELLING = {one.name: one for one in (protocol.ORIGIN, protocol.RANKING, protocol.WHY, protocol.COMPARED)}
NO_USE: Use = {"places": [], "words": ""}


class TellingApp(WhatIfApp):
    """Answers what is to be told; the runs themselves are its subclass's."""

    _uses: tuple[str, dict[str, Use]] = "", {}  # of which text; by parameter
    _following: Following

    def on_what_if_pane_tell_wanted(self, event: WhatIfPane.TellWanted) -> None:
        """Tell where the figure watched comes from, which rates matter to it, why, or how scenarios differ."""
        pane = self.query_one(WhatIfPane)
        more: dict[str, object] = {"measure": pane.measure}
        if event.about == "compared":
            if (path := self._model_path()) is None:
                return
            more = {"path": path, "baseline": event.baseline, "width": pane.content_region.width - SCROLLBAR}
        self._tell(pane, event.about, more)

    def on_charts_pane_tell_wanted(self, event: ChartsPane.TellWanted) -> None:
        """Tell where the figure under the cursor comes from, which rates matter to it, or why."""
        self._tell(self.query_one(ChartsPane), event.about, {"measure": event.measure})

    @work(group="told", exclusive=True)
    async def on_charts_pane_series_origin_wanted(self, event: ChartsPane.SeriesOriginWanted) -> None:
        """Tell where the curves over time come from."""
        answer = await self._runs.about_states(protocol.SERIES_ORIGIN, measure=event.measure, **self._following.asked)
        self._show_told(self.query_one(ChartsPane), answer)

    @work(group="told", exclusive=True)
    async def on_study_results_origin_wanted(self, event: StudyResults.OriginWanted) -> None:
        """Tell where the figures of a point come from."""
        answer = await self._runs.about_states(protocol.POINT_ORIGIN, long=True, row=event.row, **self._studies.asked)
        self._show_told(self.query_one(StudyResults), answer)

    @work(group="told", exclusive=True)
    async def on_ask_pane_origin_wanted(self, event: AskPane.OriginWanted) -> None:
        """Tell where an answer comes from."""
        kept = event.kept
        question = kept.answer["question"]
        what = {"text": kept.text, "overrides": kept.overrides, "question": question}
        answer = await self._runs.about_states(protocol.ANSWER_ORIGIN, long=True, **what)
        if not isinstance(answer, Failed):
            said: list[ToldLine] = [
                {"fixed": "", "text": one, "name": ""} for one in (question, kept.answer["words"], *kept.notes)
            ]
            answer = {"lines": [*said, *answer["lines"]]}
        self._show_told(self.query_one(AskPane), answer)

    @work(group="told", exclusive=True)
    async def _tell(self, pane: WhatIfPane | ChartsPane, about: str, more: Mapping[str, object]) -> None:
        what: dict[str, object] = {"text": self._runs.text, "overrides": dict(self._runs.overrides)}
        if about in OF_A_MEASURE:
            what |= {"measure": more["measure"], "method": self._runs.compared.method}
        elif about == "compared":
            what |= more
        answer = await self._runs.about_states(TELLING[about], long=True, **what)
        self._show_told(pane, answer)

    def _show_told(self, pane: WhatIfPane | ChartsPane | StudyResults | AskPane, answer: Lines | Failed) -> None:
        if isinstance(answer, Failed):
            self._tell_refusal(answer)
        else:
            pane.show_told(answer["lines"])

    def on_what_if_pane_uses_wanted(self, event: WhatIfPane.UsesWanted) -> None:
        """Show where the text has the parameter under the cursor."""
        self._show_uses(self.query_one(WhatIfPane), event.name)

    def on_charts_pane_uses_wanted(self, event: ChartsPane.UsesWanted) -> None:
        """Show where the text has the parameter under the cursor."""
        self._show_uses(self.query_one(ChartsPane), event.name)

    @work(group="uses", exclusive=True)
    async def _show_uses(self, pane: WhatIfPane | ChartsPane, name: str) -> None:
        """Light a parameter in the text, and say below the rows where it is."""
        text = self._runs.text
        if self._uses[0] != text:
            answer = await self._runs.ask_aside(protocol.USES, text=text)
            if isinstance(answer, Failed) or text != self._runs.text:
                return
            self._uses = text, answer["uses"]
        found = self._uses[1].get(name, NO_USE)
        pane.show_uses(found["words"])
        if self._runs.text == self.document.text:
            self.query_one(SourcePane).light(found["places"])
