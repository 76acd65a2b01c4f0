"""The analyses of the document: what is asked of the engine, and what its answers mean for the text as it is now."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable
from dataclasses import asdict, dataclass
from typing import Any

from textual.app import App
from textual.message import Message

from pepa.control.pace import Pace
from pepa.language.told_problem import ToldProblem
from workbench.engine.client import PATIENCE, Cancelled, Crashed, Engine, Failed, Progress
from workbench.engine.study_answers import StudyHead, StudyPart, StudyPoint, StudyWhole
from workbench.figures import Compared, Report
from workbench.panes.solver_settings import How

GENTLE = 2.0  # seconds that a question about a solution has to end: with its worker the solution would be lost


@dataclass
class Checked(Message):
    """The text as it is now was checked; parameters is None where it has errors."""

    problems: list[ToldProblem]
    parameters: Report | None
    sizes: list[str]


@dataclass
class Running(Message):
    """A run has got further."""

    progress: Progress
    left: str = ""


@dataclass
class Finished(Message):
    """A run has an answer, about this text with these values."""

    report: Report
    text: str
    overrides: dict[str, float]


@dataclass
class Stopped(Message):
    """A run ended without an answer: cancelled (no message), refused or crashed."""

    message: str
    hint: str
    problems: list[ToldProblem]


@dataclass
class SeriesFound(Message):
    """A measure over time by one method, with the values of a scenario if one is named."""

    method: str
    series: Report
    scenario: str = ""


@dataclass
class SeriesRefused(Message):
    """A method has no answer over time, and why."""

    method: str
    reason: str


@dataclass
class SeriesEnded(Message):
    """All methods have answered."""


@dataclass
class Answered(Message):
    """A line was answered, about this text with these values."""

    report: Report
    text: str
    overrides: dict[str, float]


@dataclass
class Unanswered(Message):
    """A line has no answer: cancelled (no message), refused or crashed."""

    question: str
    message: str
    hint: str


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


class Runs:
    """Keeps the revision of the text, so that an answer about an older one is known for what it is.

    An answer that comes once the app is closing is dropped, and with it the task that waits for it.
    """

    def __init__(self, engine: Engine, app: App[Any]) -> None:
        self._engine = engine
        self._app = app
        self._post = app.post_message
        self.text = ""
        self.overrides: dict[str, float] = {}
        self.revision = 0
        self.solved_text: str | None = None
        self.solved_overrides: dict[str, float] = {}
        self.studied: tuple[str, dict[str, float]] | None = None
        self.study_asked, self.series_asked = Report(), Report()  # what the latest of each was asked with
        self.compared = Compared()
        self.checked = False  # whether the text as it is now was read
        self._broken = False  # whether the text read last has errors
        self._influencing = False
        self._turn = 0
        self._pace = Pace()

    def edited(self, text: str) -> None:
        """Take note of a new text."""
        self.text = text
        self.revision += 1
        self.checked = False

    @property
    def busy(self) -> bool:
        """Whether a run goes on, behind which questions about states wait."""
        return self._engine.busy

    @property
    def well(self) -> bool:
        """Whether the text as it is now is known to have no errors: what is refused then are the values turned."""
        return self.checked and not self._broken

    @property
    def stale(self) -> bool:
        """Whether the latest answer is about another text."""
        known = self.solved_text is not None
        return known and (self.solved_text, self.solved_overrides) != (self.text, self.overrides)

    @property
    def study_stale(self) -> bool:
        """Whether the latest experiment was about another text, or other values."""
        return self.studied is not None and self.studied != (self.text, self.overrides)

    async def check(self) -> None:
        """Check the text; the answer is dropped if the text has changed by then."""
        revision = self.revision
        try:
            answer = await self._heard(self._engine.quick("check", text=self.text))
        except (Failed, Crashed, Cancelled):
            return  # the next edit asks again, a new worker is there
        if revision == self.revision:
            self.checked, self._broken = True, answer["parameters"] is None
            self._post(Checked(answer["problems"], answer["parameters"], answer.get("sizes", [])))

    async def solve(self, how: How, *, derive_only: bool = False, watched: str = "") -> None:
        """Analyse the text, and value a measure that is watched; a run that goes on is cancelled first."""
        self._turn += 1
        turn, text, overrides = self._turn, self.text, dict(self.overrides)
        if self._engine.busy:
            await self._engine.cancel(GENTLE if self._influencing else PATIENCE)
        if turn != self._turn:
            return  # a later wish overtook this one while the old run ended
        self._begin("start", "reading the model")
        operation, asked = ("approximate", {"method": how.method}) if how.approximate else ("solve", asdict(how))
        asked |= {"overrides": overrides}
        asked |= {} if how.approximate else {"derive_only": derive_only, "watched": watched}
        try:
            report = await self._heard(self._engine.ask(operation, self._progressed, text=text, **asked))
        except Cancelled:
            self._end(turn, Stopped("", "", []))
        except Failed as error:
            self._end(turn, Stopped(str(error), error.hint, error.problems))
        except Crashed as error:
            self._end(turn, Stopped(str(error), "", []))
        else:
            self.solved_text, self.solved_overrides = text, overrides
            self._end(turn, Finished(report, text, overrides))

    async def influences(self, measure: str) -> Any:
        """Return a measure and what it depends on, or why there is no answer; None where a run overtook it."""
        self._influencing = True
        about: Report = {"text": self.text, "overrides": self.overrides}
        try:
            return await self._heard(
                self._engine.ask("influences", lambda _: None, measure=measure, method=self.compared.method, **about)
            )
        except Failed as error:
            return error
        except (Crashed, Cancelled):
            return None
        finally:
            self._influencing = False

    async def elasticities(self, name: str) -> Any:
        """Return what a parameter does to every figure of the latest run, {} where that is not known.

        None where a run overtook the question.
        """
        self._influencing = True
        about: Report = {"text": self.text, "overrides": self.overrides}
        try:
            return await self._heard(self._engine.ask("elasticities", lambda _: None, name=name, **about))
        except Failed:
            return {}  # it is a figure that is shown before the exact one, or is not
        except (Crashed, Cancelled):
            return None
        finally:
            self._influencing = False

    async def advice(self) -> list[str]:
        """Return what is to be expected of the text; why not, where it has errors."""
        try:
            answer = await self._heard(self._engine.quick("advise", text=self.text, overrides=self.overrides))
        except Failed as error:
            return [str(error), error.hint]
        except (Crashed, Cancelled):
            return []
        return list(answer["sentences"])

    async def follow(
        self, methods: tuple[str, ...], until: float, measure: str | None, beside: dict[str, dict[str, float]]
    ) -> None:
        """Follow a measure over time by one method after another; a run that goes on is cancelled first.

        Then, by the last method that has an answer, with the values of scenarios.
        """
        self._turn += 1
        turn, text, overrides = self._turn, self.text, dict(self.overrides)
        asked: Report = {"text": text, "until": until}
        todo = deque((method, "", overrides) for method in methods)
        others = [(name, values) for name, values in beside.items() if values != overrides]
        best = ""
        self.series_asked = asked | {"scenarios": {"": overrides, **dict(others)}}
        if self._engine.busy:
            await self._engine.cancel()
        while todo:
            method, scenario, values = todo.popleft()
            if turn != self._turn:
                return None
            self._begin(method, scenario or "over time")
            what = asked | {"method": method, "overrides": values, "measure": measure}
            try:
                series = await self._heard(self._engine.ask("follow", self._progressed, **what))
            except Cancelled:
                return self._end(turn, Stopped("", "", []))
            except Crashed as error:
                return self._end(turn, Stopped(str(error), "", []))
            except Failed as error:
                if error.problems:
                    return self._end(turn, Stopped(str(error), error.hint, error.problems))
                self._end(turn, SeriesRefused(scenario or method, f"{error}: {error.hint}"))
            else:
                measure, best = series["name"], method
                self._end(turn, SeriesFound(method, series, scenario))
            if not todo and best:
                todo.extend((best, name, values) for name, values in others)
                others = []
        return self._end(turn, SeriesEnded())

    async def ask(self, question: str, until: float | None = None) -> None:
        """Ask one line about the text as it is; a run that goes on is cancelled first.

        With `until`, ask for the distribution of the passage time by other methods, up to then.
        """
        self._turn += 1
        turn, text, overrides = self._turn, self.text, dict(self.overrides)
        if self._engine.busy:
            await self._engine.cancel()
        if turn != self._turn:
            return
        self._begin("ask", "reading the model")
        about: Report = {"text": text, "overrides": overrides, "question": question}
        if until is None:
            asked = self._engine.ask("ask", self._progressed, **about)
        else:
            asked = self._engine.ask("by_others", self._progressed, **about, until=until)
        try:
            report = await self._heard(asked)
        except Cancelled:
            self._end(turn, Unanswered(question, "", ""))
        except Failed as error:
            said = f"the model has an error: {error}" if error.problems else str(error)
            self._end(turn, Unanswered(question, said, error.hint))
        except Crashed as error:
            self._end(turn, Unanswered(question, str(error), ""))
        else:
            self._end(turn, Answered(report, text, overrides))

    async def study(self, **what: Any) -> None:
        """Run an experiment about the text, its points told as they come; a run that goes on is cancelled first."""
        self._turn += 1
        turn, text, overrides = self._turn, self.text, dict(self.overrides)
        if self._engine.busy:
            await self._engine.cancel()
        if turn != self._turn:
            return

        def parted(part: StudyPart) -> None:
            if "head" in part:
                self._end(turn, StudyBegan(part["head"]))
            if "points" in part:
                self._end(turn, PointsFound(part["points"]))

        self._begin("study", "reading the experiment")
        self.study_asked = asked = {"text": text, "overrides": overrides, **what}
        try:
            report = await self._heard(self._engine.ask("study", self._progressed, parted, **asked))
        except Cancelled:
            self._end(turn, StudyStopped("", ""))
        except (Failed, Crashed) as error:
            self._end(turn, StudyStopped(str(error), error.hint if isinstance(error, Failed) else ""))
        else:
            self.studied = text, overrides
            self._end(turn, StudyEnded(report))

    async def ask_aside(self, operation: str, **arguments: Any) -> Any | Failed:
        """Return the answer to a quick question, or why there is none."""
        try:
            return await self._heard(self._engine.quick(operation, **arguments))
        except Failed as error:
            return error
        except (Crashed, Cancelled) as error:
            return Failed(str(error), "ask again", [])

    async def _heard(self, answer: Awaitable[Any]) -> Any:
        """Return the engine's answer, or raise what it raises; once the app is closing, end the task that waits."""
        try:
            return await answer
        finally:
            if not self._app.is_running:
                raise asyncio.CancelledError

    def _begin(self, stage: str, message: str) -> None:
        self._pace = Pace()
        self._post(Running(Progress(stage, message)))

    def _progressed(self, progress: Progress) -> None:
        self._post(Running(progress, self._pace.told(progress.stage, progress.done)))

    def _end(self, turn: int, message: Message) -> None:
        if turn == self._turn:
            self._post(message)

    async def cancel(self) -> None:
        """Stop the run."""
        await self._engine.cancel()

    async def about_states(self, operation: str, *, long: bool = False, **arguments: Any) -> Any | Failed:
        """Return an answer about the states of the last run, or why there is none; a long one tells its progress."""
        try:
            return await self._heard(self._engine.ask(operation, self._progressed if long else None, **arguments))
        except Failed as error:
            return error
        except Cancelled:
            return Failed("cancelled", "", [])
        except Crashed:
            return Failed("the states are gone with the run that held them", "run the model again: F5", [])
        finally:
            if long:
                self._post(SeriesEnded())

    async def about_steps(self, operation: str, *, long: bool = False, **arguments: Any) -> Any | Failed:
        """Return an answer about steps of the text, from beside the states where they are its; or why there is none."""
        what: Report = {"text": self.text, "overrides": dict(self.overrides), **arguments}
        same = (self.solved_text, self.solved_overrides) == (self.text, self.overrides)
        if not self._engine.busy and (long or same):
            return await self.about_states(operation, long=long, **what)
        return await self.ask_aside(operation, **what)
