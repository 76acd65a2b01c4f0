"""An app that tells in lines where figures come from, and where the text has what they depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from workbench.engine import protocol
from workbench.engine.client import Failed
from workbench.panes.ask import AskPane
from workbench.panes.charts import ChartsPane
from workbench.panes.figures_pane import FiguresPane, Telling
from workbench.panes.source import SourcePane
from workbench.panes.study_results import StudyResults
from workbench.panes.whatif import WhatIfPane
from workbench.whatif_app import WhatIfApp

if TYPE_CHECKING:
    from workbench.engine.told_answers import Lines, ToldLine, Use
    from workbench.following import Following

SCROLLBAR = 2  # columns
OF_A_MEASURE = {Telling.ORIGIN: protocol.ORIGIN, Telling.RANKING: protocol.RANKING}
NO_USE: Use = {"places": [], "words": ""}


class TellingApp(WhatIfApp):
    """Answers what is to be told; the runs themselves are its subclass's."""

    _uses: tuple[str, dict[str, Use]] = "", {}  # of which text; by parameter
    _following: Following

    def on_figures_pane_tell_wanted(self, event: FiguresPane.TellWanted) -> None:
        """Tell where a figure comes from, which rates matter to it, or why."""
        self._tell(event)

    @work(group="told", exclusive=True)
    async def on_what_if_pane_compared_wanted(self, event: WhatIfPane.ComparedWanted) -> None:
        """Tell how scenarios differ from one of them."""
        pane = self.query_one(WhatIfPane)
        if (path := self._model_path()) is not None:
            width = pane.content_region.width - SCROLLBAR
            asked = {"path": path, "baseline": event.baseline, "width": width, **self._about_model}
            self._show_told(pane, await self._runs.about_states(protocol.COMPARED, long=True, **asked))

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
    async def _tell(self, event: FiguresPane.TellWanted) -> None:
        if event.about is Telling.WHY:
            answer = await self._runs.about_states(protocol.WHY, long=True, **self._about_model)
        else:
            what = {"measure": event.measure, "method": self._runs.compared.method, **self._about_model}
            answer = await self._runs.about_states(OF_A_MEASURE[event.about], long=True, **what)
        self._show_told(event.pane, answer)

    @property
    def _about_model(self) -> dict[str, object]:
        return {"text": self._runs.text, "overrides": dict(self._runs.overrides)}

    def _show_told(self, pane: FiguresPane | StudyResults | AskPane, answer: Lines | Failed) -> None:
        if isinstance(answer, Failed):
            self._tell_refusal(answer)
        else:
            pane.show_told(answer["lines"])

    def on_figures_pane_uses_wanted(self, event: FiguresPane.UsesWanted) -> None:
        """Show where the text has the parameter under the cursor."""
        self._show_uses(event.pane, event.name)

    @work(group="uses", exclusive=True)
    async def _show_uses(self, pane: FiguresPane, name: str) -> None:
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
