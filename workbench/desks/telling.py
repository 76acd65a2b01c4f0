"""Tells in lines where figures come from, and where the text has what they depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.desks.desk import Desk, beside
from workbench.engine import protocol
from workbench.engine.client import Failed
from workbench.panes.ask import AskPane
from workbench.panes.charts import ChartsPane
from workbench.panes.figures_pane import About, FiguresPane
from workbench.panes.source import SourcePane
from workbench.panes.study_results import StudyResults
from workbench.panes.whatif import WhatIfPane

if TYPE_CHECKING:
    from workbench.engine.told_answers import Lines, ToldLine, Use

SCROLLBAR = 2  # columns
OF_A_MEASURE = {About.ORIGIN: protocol.ORIGIN, About.RANKING: protocol.RANKING}
NO_USE: Use = {"places": [], "words": ""}


class Telling(Desk):
    """Answers what is to be told in lines."""

    _uses: tuple[str, dict[str, Use]] = "", {}  # of which text; by parameter
    _lights = False  # whether it is a parameter that is lit in the text

    def on_figures_pane_tell_wanted(self, event: FiguresPane.TellWanted) -> None:
        """Tell where a figure comes from, which rates matter to it, or why; not of a model that has changed since."""
        if not self.changed_since():
            self._tell(event)

    @beside(group="told", exclusive=True)
    async def on_what_if_pane_compared_wanted(self, event: WhatIfPane.ComparedWanted) -> None:
        """Tell how scenarios differ from one of them."""
        pane = self.app.query_one(WhatIfPane)
        if (path := self.model_path()) is not None:
            width = pane.content_region.width - SCROLLBAR
            asked = {"path": path, "baseline": event.baseline, "width": width, "kind": self.runs.compared.kind}
            asked |= self._about_model
            self._show_told(pane, await self.runs.about_states(protocol.COMPARED, long=True, **asked))

    @beside(group="told", exclusive=True)
    async def on_charts_pane_series_origin_wanted(self, event: ChartsPane.SeriesOriginWanted) -> None:
        """Tell where the curves over time come from."""
        answer = await self.runs.about_states(protocol.SERIES_ORIGIN, measure=event.measure, **self.app.following.asked)
        self._show_told(self.app.query_one(ChartsPane), answer)

    @beside(group="told", exclusive=True)
    async def on_study_results_origin_wanted(self, event: StudyResults.OriginWanted) -> None:
        """Tell where the figures of a point come from."""
        answer = await self.runs.about_states(protocol.POINT_ORIGIN, long=True, row=event.row, **self.app.studies.asked)
        self._show_told(self.app.query_one(StudyResults), answer)

    @beside(group="told", exclusive=True)
    async def on_ask_pane_origin_wanted(self, event: AskPane.OriginWanted) -> None:
        """Tell where an answer comes from."""
        kept = event.kept
        question = kept.answer["question"]
        what = {"text": kept.text, "overrides": kept.overrides, "question": question}
        answer = await self.runs.about_states(protocol.ANSWER_ORIGIN, long=True, **what)
        if not isinstance(answer, Failed):
            said: list[ToldLine] = [
                {"fixed": "", "text": one, "name": ""} for one in (question, kept.answer["words"], *kept.notes)
            ]
            answer = {"lines": [*said, *answer["lines"]]}
        self._show_told(self.app.query_one(AskPane), answer)

    @beside(group="told", exclusive=True)
    async def _tell(self, event: FiguresPane.TellWanted) -> None:
        if event.about is About.WHY:
            answer = await self.runs.about_states(protocol.WHY, long=True, **self._about_model)
        else:
            what = {"measure": event.measure, "kind": self.runs.compared.kind, **self._about_model}
            answer = await self.runs.about_states(OF_A_MEASURE[event.about], long=True, **what)
        self._show_told(event.pane, answer)

    @property
    def _about_model(self) -> dict[str, object]:
        return {"text": self.runs.text, "overrides": dict(self.runs.overrides)}

    def _show_told(self, pane: FiguresPane | StudyResults | AskPane, answer: Lines | Failed) -> None:
        if isinstance(answer, Failed):
            self.tell_refusal(answer)
        else:
            pane.show_told(answer["lines"])

    def on_figures_pane_uses_wanted(self, event: FiguresPane.UsesWanted) -> None:
        """Show where the text has the parameter under the cursor."""
        self._show_uses(event.pane, event.name)

    @beside(group="uses", exclusive=True)
    async def _show_uses(self, pane: FiguresPane, name: str) -> None:
        """Light a parameter in the text, and say below the rows where it is."""
        text = self.runs.text
        if self._uses[0] != text:
            answer = await self.runs.ask_aside(protocol.USES, text=text)
            if isinstance(answer, Failed) or text != self.runs.text:
                return
            self._uses = text, answer["uses"]
        found = self._uses[1].get(name, NO_USE)
        pane.show_uses(found["words"])
        if self.runs.text == self.app.document.text and (found["places"] or self._lights):
            self._lights = bool(found["places"])  # else another pane lights the text
            self.app.query_one(SourcePane).light(found["places"])
