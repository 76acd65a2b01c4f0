"""Experiments of the document: their points are told as they come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.message import Message

from workbench.engine import protocol
from workbench.engine.client import Cancelled, Crashed, Failed

if TYPE_CHECKING:
    from workbench.engine.frames import Frame
    from workbench.engine.study_answers import StudyHead, StudyPart, StudyPoint, StudyWhole
    from workbench.runs import Runs


@dataclass
class StudyBegan(Message):
    """An experiment runs; what is known before its first point."""

    head: StudyHead


@dataclass
class PointsFound(Message):
    """Points of the experiment that runs."""

    points: list[StudyPoint]


@dataclass
class StudyEnded(Message):
    """The experiment is through."""

    report: StudyWhole


@dataclass
class StudyStopped(Message):
    """The experiment ended early: cancelled (no message), refused or crashed; what points there are stay."""

    message: str
    hint: str


class Studies:
    """Runs experiments, one at a time and in turn with the other runs."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._about: tuple[str, dict[str, float]] | None = None  # text and values of the latest that is through
        self.asked: Frame = {}  # what the latest was asked with

    @property
    def stale(self) -> bool:
        """Whether the latest experiment was about another text, or other values."""
        return self._about is not None and self._about != (self._runs.text, self._runs.overrides)

    async def run(self, **what: Any) -> None:
        """Run an experiment about the text; a run that goes on is cancelled first."""
        if (turn := await self._runs.take_turn()) is None:
            return

        def parted(part: StudyPart) -> None:
            if "head" in part:
                self._runs.end(turn, StudyBegan(part["head"]))
            if "points" in part:
                self._runs.end(turn, PointsFound(part["points"]))

        self._runs.begin("study", "reading the experiment")
        self.asked = {"text": turn.text, "overrides": turn.overrides, **what}
        try:
            report = await self._runs.asked(protocol.STUDY, parted, **self.asked)
        except Cancelled:
            self._runs.end(turn, StudyStopped("", ""))
        except (Failed, Crashed) as error:
            self._runs.end(turn, StudyStopped(str(error), error.hint if isinstance(error, Failed) else ""))
        else:
            self._about = turn.text, turn.overrides
            self._runs.end(turn, StudyEnded(report))
