"""The document over time: one measure by one method after another, then with the values of scenarios."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from workbench.engine import protocol
from workbench.engine.client import Cancelled, Crashed, Failed
from workbench.runs import Ended, Runs, Stopped

if TYPE_CHECKING:
    from workbench.engine.frames import Frame
    from workbench.engine.run_answers import SeriesAnswer


@dataclass
class SeriesFound(Message):
    """A measure over time by one method, with the values of a scenario if one is named."""

    method: str
    series: SeriesAnswer
    scenario: str = ""


@dataclass
class SeriesRefused(Message):
    """A method has no answer over time, and why."""

    method: str
    reason: str


class Following:
    """Follows measures over time, one at a time and in turn with the other runs."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self.asked: Frame = {}  # what the latest was asked with

    @property
    def stale(self) -> bool:
        """Whether what was followed last is of another text, or of other values."""
        asked, runs = self.asked, self._runs
        return bool(asked) and (asked["text"], asked["scenarios"][""]) != (runs.text, runs.overrides)

    async def run(
        self, methods: tuple[str, ...], until: float, measure: str | None, beside: Mapping[str, dict[str, float]]
    ) -> None:
        """Follow a measure over time by one method after another; a run that goes on is cancelled first.

        Then, by the last method that has an answer, with the values of scenarios.
        """
        runs = self._runs
        if (turn := await runs.take_turn()) is None:
            return None
        others = [(name, values) for name, values in beside.items() if values != turn.overrides]
        asked: Frame = {"text": turn.text, "until": until}
        self.asked = asked | {"scenarios": {"": turn.overrides, **dict(others)}}
        todo = deque((method, "", turn.overrides) for method in methods)
        best = ""
        while todo:
            method, scenario, values = todo.popleft()
            if not runs.is_on(turn):
                return None
            runs.begin(method, scenario or "over time")
            what = asked | {"method": method, "overrides": values, "measure": measure}
            try:
                series = await runs.asked(protocol.FOLLOW, **what)
            except Cancelled:
                return runs.end(turn, Stopped("", "", []))
            except Crashed as error:
                return runs.end(turn, Stopped(str(error), "", []))
            except Failed as error:
                if error.problems:
                    return runs.end(turn, Stopped(str(error), error.hint, error.problems))
                runs.end(turn, SeriesRefused(scenario or method, f"{error}: {error.hint}"))
            else:
                measure, best = series["name"], method
                runs.end(turn, SeriesFound(method, series, scenario))
            if not todo and best:
                todo.extend((best, name, values) for name, values in others)
                others = []
        return runs.end(turn, Ended())
