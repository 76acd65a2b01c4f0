"""The document over time: one measure by one method after another, then with the values of scenarios."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.engine import protocol
from workbench.engine.client import Cancelled, Crashed, Failed
from workbench.run_messages import Ended, RunMessage, Stopped, Turn
from workbench.runs import Runs

if TYPE_CHECKING:
    from pepa.query.kind import Kind
    from workbench.engine.frames import Frame
    from workbench.engine.run_answers import SeriesAnswer

OVERTAKEN = "another run came before it"
UNENDED = "the run that it waited for was cancelled, or given up"


@dataclass
class SeriesFound(RunMessage):
    """A measure over time in a result of one kind, with the values of a scenario if one is named."""

    kind: Kind
    series: SeriesAnswer
    scenario: str = ""


@dataclass
class SeriesRefused(RunMessage):
    """A kind of result, or a scenario by its name, has no answer over time, and why."""

    what: str
    reason: str


@dataclass
class FollowEnded(RunMessage):
    """The model is followed over time no longer; why, where that was before all was answered."""

    reason: str = ""


class Following:
    """Follows measures over time, one at a time and in turn with the other runs."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self.asked: Frame = {}  # what the latest that has an answer was asked with

    @property
    def stale(self) -> bool:
        """Whether what was followed last is of another text, or of other values."""
        asked, runs = self.asked, self._runs
        return bool(asked) and (asked["text"], asked["scenarios"][""]) != (runs.text, runs.overrides)

    async def run(
        self, kinds: tuple[Kind, ...], until: float, measure: str | None, beside: Mapping[str, dict[str, float]]
    ) -> None:
        """Follow a measure over time in one kind of result after another; a run of the model is waited for.

        Anything else that goes on is cancelled first. Then, in the last kind that has an answer, it is followed with
        the values of scenarios. That it has ended is told in any case.
        """
        ended = await self._runs.solve_ended()
        reason = await self._followed(kinds, until, measure, beside) if ended else UNENDED
        self._runs.tell(FollowEnded(reason))

    async def _followed(
        self, kinds: tuple[Kind, ...], until: float, measure: str | None, beside: Mapping[str, dict[str, float]]
    ) -> str:
        """Follow it; return why not all was answered."""
        runs = self._runs
        if (turn := await runs.take_turn()) is None:
            return OVERTAKEN
        others = [(name, values) for name, values in beside.items() if values != turn.overrides]
        asked: Frame = {"text": turn.text, "until": until}
        whole = asked | {"scenarios": {"": turn.overrides, **dict(others)}}
        todo = deque((kind, "", turn.overrides) for kind in kinds)
        best: Kind | None = None
        while todo:
            kind, scenario, values = todo.popleft()
            if not runs.is_on(turn):
                return OVERTAKEN
            runs.begin(kind, scenario or "over time")
            what = asked | {"kind": kind, "overrides": values, "measure": measure}
            try:
                series = await runs.asked(protocol.FOLLOW, gentle=True, **what)
            except Cancelled:
                overtaken = not runs.is_on(turn)
                runs.end(turn, Stopped("", "", []))
                return OVERTAKEN if overtaken else "cancelled"
            except Crashed as error:
                runs.end(turn, Stopped(str(error), "", []))
                return str(error)
            except Failed as error:
                if error.problems:
                    runs.end(turn, Stopped(str(error), error.hint, error.problems))
                    return str(error)
                found: RunMessage = SeriesRefused(scenario or kind, f"{error}: {error.hint}")
            else:
                measure, best = series["name"], kind
                found = SeriesFound(kind, series, scenario)
            self._tell(turn, whole, found)
            if not todo and best:
                todo.extend((best, name, values) for name, values in others)
                others = []
        runs.end(turn, Ended())
        return ""

    def _tell(self, turn: Turn, asked: Frame, answer: RunMessage) -> None:
        """Tell an answer; from the first one on what was asked for is what is shown."""
        if self._runs.is_on(turn):
            self.asked = asked
            self._runs.end(turn, answer)
