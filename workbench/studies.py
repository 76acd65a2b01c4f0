"""Experiments of the document: their points are told as they come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.engine import protocol
from workbench.engine.client import Cancelled, Crashed, Failed
from workbench.run_messages import RunMessage

if TYPE_CHECKING:
    from workbench.engine.frames import Frame
    from workbench.engine.study_answers import StudyHead, StudyPart, StudyPoint, StudyWhole
    from workbench.runs import Runs


@dataclass
class StudyBegan(RunMessage):
    """An experiment runs; what is known before its first point."""

    head: StudyHead


@dataclass
class PointsFound(RunMessage):
    """Points of the experiment that runs."""

    points: list[StudyPoint]


@dataclass
class StudyEnded(RunMessage):
    """The experiment is through."""

    report: StudyWhole


@dataclass
class StudyStopped(RunMessage):
    """The experiment ended early: cancelled (no message), refused or crashed; what points there are stay."""

    message: str
    hint: str


class Studies:
    """Runs experiments, one at a time and in turn with the other runs."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self.asked: Frame = {}  # what the latest that has begun was asked with

    @property
    def stale(self) -> bool:
        """Whether the latest experiment is about another text, or other values."""
        asked, runs = self.asked, self._runs
        return bool(asked) and (asked["text"], asked["overrides"]) != (runs.text, runs.overrides)

    async def run(self, **what: Any) -> None:
        """Run an experiment about the text; a run that goes on is cancelled first."""
        if (turn := await self._runs.take_turn()) is None:
            return
        asked: Frame = {"text": turn.text, "overrides": turn.overrides, **what}

        def parted(part: StudyPart) -> None:
            if "head" in part:
                self.asked = asked
                self._runs.end(turn, StudyBegan(part["head"]))
            if "points" in part:
                self._runs.end(turn, PointsFound(part["points"]))

        self._runs.begin("study", "reading the experiment")
        try:
            report = await self._runs.asked(protocol.STUDY, parted, **asked)
        except Cancelled:
            if self._runs.is_on(turn):
                self._runs.end(turn, StudyStopped("", ""))
            else:
                self._runs.tell(StudyStopped("another run came before it", "its points are kept: run it again"))
        except (Failed, Crashed) as error:
            self._runs.end(turn, StudyStopped(str(error), error.hint if isinstance(error, Failed) else ""))
        else:
            self._runs.end(turn, StudyEnded(report))
