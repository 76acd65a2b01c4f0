"""Turns parameters: what the what-if pane asks for, and what the engine answers."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING

from textual.timer import Timer

from pepa.control.error import PepaError
from pepa.language.numbers import number
from workbench.desks.desk import CHANGED, Desk, beside
from workbench.engine import protocol
from workbench.engine.client import Failed
from workbench.panes.whatif import WhatIfPane
from workbench.run_messages import Running
from workbench.status import StatusLines
from workbench.told_keys import key_of
from workbench.widgets.editor import PepaEditor

if TYPE_CHECKING:
    from workbench.engine.run_answers import Valued

SETTLED = 0.005  # seconds without another turn after which the model is run
HELD = 0.12  # the same, once turns follow each other faster than this: the key is held down
QUIET = 0.35  # seconds after a turned run before its elasticities are asked for: the next key may come first


class Turning(Desk):
    """Answers the what-if pane."""

    _turning: Timer | None = None
    _turned = 0.0  # when
    _hold: object = None  # of keys typed before there are rows
    _wanted = ""  # a measure typed, until it is known to be one
    _wanting: object = None  # the hold of the keys behind it

    def on_what_if_pane_turned(self, event: WhatIfPane.Turned) -> None:
        """Run the model with other values, once turning pauses."""
        self.set_overrides(event.overrides)
        if self._turning is not None:
            self._turning.stop()
        now = time.monotonic()
        self._turning = self.app.set_timer(
            HELD if now - self._turned < HELD else SETTLED, self.app.analysing.run_turned
        )
        self._turned = now

    def run_waiting(self) -> None:
        """Run the model where a change has waited for a text without errors."""
        if self.runs.stale:
            self.app.analysing.run_turned()

    def hold_for_parameters(self) -> None:
        """Let keys wait for the rows, where the text has not been read yet."""
        if not self.runs.checked:
            self.app.release_keys(self._hold)
            self._hold = self.app.hold_keys()

    def parameters_known(self) -> None:
        """Hand on the keys typed before there were rows."""
        self.app.release_keys(self._hold)

    def set_overrides(self, overrides: dict[str, float]) -> None:
        """Have the analyses and the header go by these values."""
        self.runs.overrides = dict(overrides)
        self.app.query_one(StatusLines).overrides = dict(overrides)
        self.app.showing.values_changed()

    @beside(group="influences", exclusive=True)
    async def ask_influences(self) -> None:
        """Ask what the watched figure depends on; then follow curves over time, which would overtake the question."""
        if await self._influences_known():
            self.app.charting.follow_again()

    async def _influences_known(self) -> bool:
        """Ask it, unless the answer would be about something else by then; return whether no run overtook it."""
        pane, text, overrides = self.app.query_one(WhatIfPane), self.runs.text, dict(self.runs.overrides)
        if overrides and not self._wanted:
            await asyncio.sleep(QUIET)
        measure = self._wanted or pane.measure
        if not measure or not pane.display or self.runs.stale:
            return True
        found = await self.runs.influences(measure, partial(self._value_known, measure, (text, overrides)))
        if found is None or (text, overrides) != (self.runs.text, self.runs.overrides):
            return False  # the run that overtook it asks again
        if isinstance(found, Failed):
            if self._wanted == measure:
                pane.show_wrong(f"{found}: {found.hint}" if found.hint else str(found))
                self._answered()
            else:
                pane.show_influences(None, text, overrides)
        else:
            self._watch(measure)
            pane.show_influences(found, text, overrides)
            self.app.comparing.measure_valued(measure, found["value"])
            self.app.predicting.ask_elasticities()
        return True

    def _value_known(self, measure: str, about: tuple[str, dict[str, float]], found: Valued) -> None:
        """Watch a measure that was typed as soon as its value is known; what it depends on comes later."""
        if self._wanted == measure and about == (self.runs.text, self.runs.overrides):
            self._watch(measure)
            self.app.comparing.measure_valued(measure, found["value"])
            if (latest := self.runs.compared.latest) is not None:
                self.app.query_one(WhatIfPane).show_figures(latest)

    def _watch(self, measure: str) -> None:
        """Watch a measure, if it was typed and is awaited."""
        if self._wanted == measure:
            pane = self.app.query_one(WhatIfPane)
            pane.measure = measure
            pane.typed_well()
            self._answered()

    def _answered(self) -> None:
        """Wait for no measure any more, nor let keys do."""
        self._wanted = ""
        self.app.release_keys(self._wanting)

    def on_running(self, event: Running) -> None:
        """Say below a measure that was typed how far its answer has got."""
        if self._wanted:
            progress = event.progress
            self.app.query_one(WhatIfPane).show_awaited(f"{progress.stage}: {progress.message}{event.left}")

    def on_what_if_pane_measure_unwanted(self) -> None:
        """Stop working on a measure that was typed."""
        if self._wanted:
            self._answered()
            self.app.workers.cancel_group(self.app, "influences")

    def turn_refused(self, message: str) -> None:
        """Go back to the values that had an answer, and say in the row why."""
        pane = self.app.query_one(WhatIfPane)
        pane.overrides = dict(self.runs.solved_values)
        self.set_overrides(pane.overrides)
        pane.show_refusal(message)
        self.app.comparing.show_figures()

    def on_what_if_pane_measure_wanted(self, event: WhatIfPane.MeasureWanted) -> None:
        """Watch another figure, if it is one; the keys behind it are for the rows, or to put it right."""
        if self.runs.changed:
            self.app.query_one(WhatIfPane).show_wrong(CHANGED.format(key_of(self.app, "app.run")))
            return
        self.app.release_keys(self._wanting)
        self._wanted, self._wanting = event.measure, self.app.hold_keys()
        self.app.predicting.give_way()
        self.ask_influences()

    def on_what_if_pane_worth_wanted(self, event: WhatIfPane.WorthWanted) -> None:
        """Work out what was typed, and turn to it; the keys behind it are for the rows, or to put it right."""
        self._work_out(event, self.app.hold_keys())

    @beside()
    async def _work_out(self, event: WhatIfPane.WorthWanted, hold: object) -> None:
        pane = self.app.query_one(WhatIfPane)
        what = {"text": self.runs.text, "overrides": self.runs.overrides, "expression": event.text}
        try:
            answer = await self.runs.ask_aside(protocol.WORTH, **what)
        finally:
            self.app.release_keys(hold)
        if isinstance(answer, Failed):
            pane.show_wrong(f"{answer}: {answer.hint}")
        else:
            pane.typed_well()
            pane.set_value(event.name, float(answer["value"]))

    def on_what_if_pane_scenarios_wanted(self) -> None:
        """Let one of the scenarios be chosen; the keys behind it are its name."""
        if (path := self.model_path()) is not None:
            self._choose_scenario(path, self.app.hold_keys())

    @beside()
    async def _choose_scenario(self, path: str, hold: object) -> None:
        try:
            answer = await self.runs.ask_aside(protocol.SCENARIOS, text=self.runs.text, path=path)
            if isinstance(answer, Failed):
                self.app.notify(f"{answer}: {answer.hint}", severity="error")
            else:
                self.app.query_one(WhatIfPane).choose_scenario(answer["scenarios"], answer["wrong"])
        finally:
            self.app.release_keys(hold)

    def on_what_if_pane_keep_wanted(self, event: WhatIfPane.KeepWanted) -> None:
        """Keep what is changed; the keys behind it are for the rows, or to put the name right."""
        if (path := self.model_path()) is not None:
            self._keep_scenario(path, event.name, self.app.hold_keys())

    @beside()
    async def _keep_scenario(self, path: str, name: str, hold: object) -> None:
        pane = self.app.query_one(WhatIfPane)
        what = {"text": self.runs.text, "path": path, "name": name, "overrides": dict(pane.overrides)}
        try:
            answer = await self.runs.ask_aside(protocol.KEEP_SCENARIO, **what)
            if isinstance(answer, Failed):
                pane.show_wrong(f"{answer}: {answer.hint}")
            else:
                pane.typed_well()
                self.app.notify(f"{name} is kept in {answer['file']}")
                self.app.comparing.scenario_kept()
        finally:
            self.app.release_keys(hold)

    def turned(self) -> dict[str, float]:
        """Return what is turned in the model that is shown."""
        return dict(self.app.query_one(WhatIfPane).overrides)

    def take_turned(self, values: dict[str, float]) -> None:
        """Go on with what was turned in the model that is shown again."""
        self.app.query_one(WhatIfPane).overrides = dict(values)
        self.set_overrides(values)

    def begin_anew(self) -> None:
        """Wait for no answer about the model that was shown before, nor let keys wait for one."""
        if self._turning is not None:
            self._turning.stop()
        self._answered()
        self.app.release_keys(self._hold)

    def name_changed(self, old: str, new: str) -> None:
        """Keep a parameter turned that is renamed; the next check has the analyses go by its new name."""
        pane = self.app.query_one(WhatIfPane)
        pane.overrides = {new if name == old else name: value for name, value in pane.overrides.items()}

    def on_what_if_pane_target_wanted(self, event: WhatIfPane.TargetWanted) -> None:
        """Look for a parameter, if what is wanted of the figure is a number, or least or most."""
        pane = self.app.query_one(WhatIfPane)
        try:
            wanted = event.wanted if event.wanted in ("least", "most") else number(event.wanted)
        except PepaError as error:
            pane.show_wrong(f"{error.message}: a number, least or most is wanted")
        else:
            pane.typed_well()
            self._look_for(event.name, pane.measure, wanted)

    @beside(group="told", exclusive=True)
    async def _look_for(self, name: str, measure: str, wanted: float | str) -> None:
        what = {"text": self.runs.text, "overrides": dict(self.runs.overrides)}
        kind = self.runs.compared.kind
        asked = {**what, "measure": measure, "wanted": wanted, "name": name, "kind": kind}
        answer = await self.runs.about_states(protocol.TARGET, long=True, **asked)
        if isinstance(answer, Failed):
            self.tell_refusal(answer)
            return
        at = f"{measure} = {answer['value']:.6g} at {name} = {answer['at']:.10g}"
        said = f"{at}: {answer['words']}; {kind}"
        self.app.notify(said, severity="information" if answer["met"] else "warning")
        if answer["met"] and what == {"text": self.runs.text, "overrides": self.runs.overrides}:
            self.app.query_one(WhatIfPane).set_value(name, answer["at"])

    @beside()
    async def on_what_if_pane_write_wanted(self) -> None:
        """Write the changed values into the source, as one edit that can be undone."""
        pane = self.app.query_one(WhatIfPane)
        answer = await self.runs.ask_aside(protocol.WRITTEN, text=self.runs.text, values=self.runs.overrides)
        if isinstance(answer, Failed):
            self.app.notify(f"{answer}: {answer.hint}", severity="error")
            return
        written = ", ".join(self.runs.overrides)
        editor = self.app.query_one(PepaEditor)
        editor.replace_all(answer["text"])
        pane.overrides = {}
        self.set_overrides({})
        self.app.keeping.take_text()
        self.app.analysing.run_turned()
        self.app.notify(f"written into the source: {written}; {key_of(editor, 'source.undo')} there takes it back")
