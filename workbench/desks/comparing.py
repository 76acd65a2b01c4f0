"""Compares figures: with the run before, with those kept, or with scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from workbench.desks.desk import Desk, beside
from workbench.engine import protocol
from workbench.engine.client import Failed
from workbench.figures import PREVIOUS, Figures
from workbench.panes.charts import ChartsPane
from workbench.panes.dialogs import Choose
from workbench.panes.whatif import WhatIfPane
from workbench.told_keys import key_of

SHOWN = "figures shown now"
KEPT = "kept run"
MOST_TOLD = 3  # scenarios left out, in one toast


@dataclass(frozen=True)
class Beside:
    """Scenarios beside the figures, and the text that those are of; none without a text."""

    text: str | None = None
    scenarios: Mapping[str, dict[str, float]] = field(default_factory=dict)


class Comparing(Desk):
    """Answers what is to be compared with what."""

    shown_beside = Beside()

    def on_figures_pane_against_wanted(self) -> None:
        """Let it be chosen what figures are compared with."""
        self._choose_reference()

    def on_figures_pane_beside_wanted(self) -> None:
        """Put all scenarios beside each figure, or leave them out."""
        self._turn_beside()

    @beside(group="reference", exclusive=True)
    async def _choose_reference(self) -> None:
        if (compared := self.runs.compared).latest is None:
            self.app.notify(f"run the model first: {key_of(self.app, 'app.run')}", severity="warning")
            return
        scenarios = await self._scenarios()
        if scenarios is None:
            return
        lines = {PREVIOUS: PREVIOUS, SHOWN: SHOWN}
        lines |= {_line(name, overrides): name for name, overrides in scenarios.items()}
        answer = await self.app.push_screen_wait(Choose("Compare figures with", list(lines)))
        if answer is None:
            return
        name = lines[answer]
        if name == PREVIOUS:
            compared.chosen = None
        elif name == SHOWN:
            compared.chosen = replace(compared.latest, name=KEPT)
        else:
            found = await self._figures_of({name: scenarios[name]})
            if name not in found:
                return
            compared.chosen = found[name]
        self.show_figures()

    @beside(group="beside", exclusive=True)
    async def _turn_beside(self) -> None:
        if self.shown_beside.text is not None:
            self.shown_beside = Beside()
            self.app.query_one(ChartsPane).show_beside({})
        elif self.runs.compared.latest is None:
            self.app.notify(f"run the model first: {key_of(self.app, 'app.run')}", severity="warning")
        elif (scenarios := await self._scenarios()) is not None:
            if len(scenarios) == 1:
                keep = key_of(self.app, "whatif.keep")
                self.app.notify(
                    f"there are none yet: {keep} in What-if keeps what is changed as one", title="scenarios"
                )
                return
            self.shown_beside = Beside(self.runs.text, scenarios)
            found = await self._figures_of(scenarios)
            self.app.query_one(ChartsPane).show_beside({name: one.told for name, one in found.items()})

    async def _scenarios(self) -> dict[str, dict[str, float]] | None:
        """Return the scenarios kept, the text as it is written first; None, told why, where their file has errors."""
        path = self.app.document.path
        if path is None:
            return {"base": {}}
        answer = await self.runs.ask_aside(protocol.SCENARIOS, text=self.runs.text, path=str(path))
        if isinstance(answer, Failed):
            self.app.notify(answer.hint, title=str(answer), severity="error")
            return None
        self._tell_left_out(answer["wrong"])
        return dict(answer["scenarios"])

    def _tell_left_out(self, wrong: list[str]) -> None:
        if wrong:
            more = [f"and {len(wrong) - MOST_TOLD} more"] if len(wrong) > MOST_TOLD else []
            self.app.notify("\n".join([*wrong[:MOST_TOLD], *more]), title="scenarios left out", severity="warning")

    async def _figures_of(self, scenarios: dict[str, dict[str, float]]) -> dict[str, Figures]:
        """Return the figures of scenarios, of the kind chosen in the solver pane; those that have none are told."""
        if (how := self.app.experimenting.settings()) is None:
            return {}
        text = self.runs.text
        answer = await self.runs.about_states(
            protocol.FIGURES,
            long=True,
            text=text,
            scenarios=scenarios,
            kind=how.kind,
            tolerance=how.tolerance,
            most_states=how.most_states,
            measure=self.app.query_one(WhatIfPane).measure,
        )
        if isinstance(answer, Failed):
            self.app.notify(answer.hint, title=str(answer), severity="warning")
            return {}
        found: dict[str, Figures] = {}
        for name, one in answer["figures"].items():
            if said := one["refused"] or one["doubt"]:
                self.app.notify(said, title=f"scenario {name}", severity="warning")
            if (told := one["figures"]) is not None:
                about = f"scenario {name}", text, scenarios[name]
                found[name] = Figures(*about, told, how.kind, one["watched"], scenario=name)
        return found

    def show_figures(self) -> None:
        """Show the latest figures against what they are compared with."""
        if (latest := self.runs.compared.latest) is None:
            return
        before = self.runs.compared.reference(pending=False)
        words = "" if before is None else before.words(latest.text, latest.overrides, latest.told["parameters"])
        self.app.query_one(ChartsPane).show_figures(latest, None if before is None else before.told, words)
        self.show_reference()

    def show_reference(self) -> None:
        """Have the figure watched compared with what it is compared with, while a run is awaited too."""
        pane, runs = self.app.query_one(WhatIfPane), self.runs
        before = runs.compared.reference(pending=runs.stale)
        if before is None or (latest := runs.compared.latest) is None:
            pane.compare(None, "")
            return
        parameters = runs.parameters.at(runs.overrides) if runs.stale else latest.told["parameters"]
        pane.compare(before.value(pane.measure), before.words(runs.text, runs.overrides, parameters))

    def measure_valued(self, measure: str, value: float) -> None:
        """Keep the value with the run it is of; take a scenario's anew where its measure is another."""
        self.runs.compared.valued(measure, value)
        chosen = self.runs.compared.chosen
        if chosen is not None and chosen.value(measure) is None:
            self.renew_comparisons(only_chosen=True)
        self.show_reference()

    def scenario_kept(self) -> None:
        """Put it beside the figures too, where the scenarios are."""
        if self.shown_beside.text is not None:
            self.shown_beside = replace(self.shown_beside, text=None)
            self._turn_beside()

    @beside(group="renewal", exclusive=True)
    async def renew_comparisons(self, *, only_chosen: bool = False) -> None:
        """Solve the scenarios that figures are compared with for the text as it is now, where they are of another."""
        compared, text = self.runs.compared, self.runs.text
        chosen = compared.chosen
        if chosen is not None and (name := chosen.scenario) and (only_chosen or chosen.text != text):
            found = await self._figures_of({name: dict(chosen.overrides)})
            if name in found and compared.chosen is chosen:
                compared.chosen = found[name]
                self.show_figures()
        if self.shown_beside.text != text:
            self.scenario_kept()


def _line(name: str, overrides: dict[str, float]) -> str:
    told = " ".join(f"{parameter}={value:.6g}" for parameter, value in overrides.items())
    return f"{name}: {told or 'as written'}"
