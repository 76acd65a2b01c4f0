"""The analyses of the document: what is asked of the engine, and what its answers mean for the text as it is now."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.message import Message

from pepa.control.pace import Pace
from pepa.query.kind import Kind
from workbench.engine import protocol
from workbench.engine.client import PATIENCE, Cancelled, Crashed, Engine, Failed, Progress
from workbench.figures import Compared
from workbench.parameters import Parameters

if TYPE_CHECKING:
    from pepa.language.told_problem import ToldProblem
    from pepa.query.told_reasons import ToldSensitivity
    from workbench.engine.asked_answers import AskedAnswer, OtherAnswers
    from workbench.engine.frames import Frame
    from workbench.engine.protocol import A, Operation
    from workbench.engine.run_answers import Elasticities, RunAnswer
    from workbench.panes.solver_settings import How

LONG = 1.0  # seconds of a check after which it is told
GENTLE = 2.0  # seconds that a question about a solution has to end: with its worker the solution would be lost


@dataclass(frozen=True)
class Turn:
    """Whose run it is, about which text with which values: the answer of one that was overtaken is dropped."""

    number: int
    text: str
    overrides: dict[str, float]


@dataclass
class Checked(Message):
    """The text as it is now was checked; parameters is None where it has errors."""

    problems: list[ToldProblem]
    more: dict[str, int]  # problems that are not among these, by severity
    parameters: Parameters | None
    sizes: list[str]


@dataclass
class Running(Message):
    """A run has got further."""

    progress: Progress
    left: str = ""


@dataclass
class Finished(Message):
    """A run has an answer, about this text with these values."""

    run: RunAnswer
    text: str
    overrides: dict[str, float]


@dataclass
class Checking(Message):
    """A check of the text takes long, and how far it is, or has ended without an answer."""

    goes_on: bool
    message: str = ""


@dataclass
class Stopped(Message):
    """A run ended without an answer: cancelled (no message), refused or crashed."""

    message: str
    hint: str
    problems: list[ToldProblem]


@dataclass
class Ended(Message):
    """What told its progress is over."""


@dataclass
class Answered(Message):
    """A line was answered, about this text with these values."""

    answer: AskedAnswer
    text: str
    overrides: dict[str, float]


@dataclass
class OthersAnswered(Message):
    """Other methods have answered a line, about this text with these values."""

    answers: OtherAnswers
    text: str
    overrides: dict[str, float]


@dataclass
class Unanswered(Message):
    """A line has no answer: cancelled (no message), refused or crashed."""

    question: str
    message: str
    hint: str


class Runs:
    """Keeps the revision of the text, so that an answer about an older one is known for what it is.

    An answer that comes once the app is closing is dropped, and with it the task that waits for it.
    """

    def __init__(self, engine: Engine, app: App[Any]) -> None:
        self._engine = engine
        self._app = app
        self.text = ""
        self.overrides: dict[str, float] = {}
        self.revision = 0
        self.solved_text: str | None = None
        self.solved_overrides: dict[str, float] = {}
        self.compared = Compared()
        self.checked = False  # whether the text as it is now was read
        self.parameters = Parameters()  # of the text read last that had no errors
        self._broken = False  # whether the text read last has errors
        self._gentle = False  # whether what is asked is about a solution that its end must not cost
        self._left = False  # whether another document is shown
        self._turn = 0
        self.latest: Turn | None = None  # whose end was told last
        self._pace = Pace()

    def leave(self) -> None:
        """Say nothing more, and stop the run that goes on: another document is shown."""
        self._left = True
        self._turn += 1
        if self._engine.busy:
            stopping: Callable[[], Awaitable[None]] = self.cancel
            self._app.run_worker(stopping)

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

    async def check(self) -> None:
        """Check the text; the answer is dropped if the text has changed by then."""
        revision, began = self.revision, time.monotonic()

        def heard(progress: Progress) -> None:
            if time.monotonic() - began > LONG:
                self._post(Checking(True, progress.message))

        told = asyncio.get_running_loop().call_later(LONG, self._post, Checking(True))
        try:
            answer = await self._heard(self._engine.quick(protocol.CHECK, heard, text=self.text))
        except (Failed, Crashed, Cancelled):
            self._post(Checking(False))
            return  # the next edit asks again, a new worker is there
        finally:
            told.cancel()
        if revision == self.revision:
            written = answer["parameters"]
            self.checked, self._broken = True, written is None
            parameters = None if written is None else Parameters(written, answer["through"])
            self.parameters = parameters or self.parameters
            self._post(Checked(answer["problems"], answer["more"], parameters, answer["sizes"]))

    async def solve(self, how: How, *, derive_only: bool = False, watched: str = "") -> None:
        """Analyse the text, and value a measure that is watched; a run that goes on is cancelled first."""
        turn = await self.take_turn()
        if turn is None:
            return
        self.begin("start", "reading the model")
        about: Frame = {"text": turn.text, "overrides": turn.overrides}
        run: RunAnswer
        try:
            wanted = asdict(how)
            if (kind := wanted.pop("kind")) is Kind.EXACT:
                run = await self.asked(protocol.SOLVE, derive_only=derive_only, watched=watched, **wanted, **about)
            else:
                run = await self.asked(protocol.APPROXIMATE, kind=kind, watched=watched, **about)
        except Cancelled:
            self.end(turn, Stopped("", "", []))
        except Failed as error:
            self.end(turn, Stopped(str(error), error.hint, error.problems))
        except Crashed as error:
            self.end(turn, Stopped(str(error), "", []))
        else:
            self.solved_text, self.solved_overrides = turn.text, turn.overrides
            self.end(turn, Finished(run, turn.text, turn.overrides))

    async def influences(self, measure: str) -> ToldSensitivity | Failed | None:
        """Return a measure and what it depends on, or why there is no answer; None where a run overtook it."""
        return await self._about_latest(protocol.INFLUENCES, measure=measure, kind=self.compared.kind)

    async def elasticities(self, name: str) -> Elasticities | Failed | None:
        """Return what a parameter does to every figure of the latest run, or why that is not known.

        None where a run overtook the question.
        """
        return await self._about_latest(protocol.ELASTICITIES, name=name)

    async def _about_latest(self, operation: Operation[A], **asked: Any) -> A | Failed | None:
        self._gentle = True
        about: Frame = {"text": self.text, "overrides": self.overrides, **asked}
        try:
            return await self._heard(self._engine.ask(operation, lambda _: None, **about))
        except Failed as error:
            return error
        except (Crashed, Cancelled):
            return None
        finally:
            self._gentle = False

    async def advice(self) -> list[str]:
        """Return what is to be expected of the text; why not, where it has errors."""
        try:
            answer = await self._heard(self._engine.quick(protocol.ADVISE, text=self.text, overrides=self.overrides))
        except Failed as error:
            return [str(error), error.hint]
        except (Crashed, Cancelled):
            return []
        return list(answer["sentences"])

    async def ask(self, question: str, until: float | None = None) -> None:
        """Ask one line about the text as it is; a run that goes on is cancelled first.

        With `until`, ask for the distribution of the passage time by other methods, up to then.
        """
        if (turn := await self.take_turn()) is None:
            return
        self.begin("ask", "reading the model")
        about: Frame = {"text": turn.text, "overrides": turn.overrides, "question": question}
        message: Message
        try:
            if until is None:
                message = Answered(await self.asked(protocol.ASK, **about), turn.text, turn.overrides)
            else:
                others = await self.asked(protocol.BY_OTHERS, until=until, **about)
                message = OthersAnswered(others, turn.text, turn.overrides)
        except Cancelled:
            self.end(turn, Unanswered(question, "", ""))
        except Failed as error:
            said = f"the model has an error: {error}" if error.problems else str(error)
            self.end(turn, Unanswered(question, said, error.hint))
        except Crashed as error:
            self.end(turn, Unanswered(question, str(error), ""))
        else:
            self.end(turn, message)

    async def take_turn(self) -> Turn | None:
        """Cancel the run that goes on; return whose turn it is then, None where a later wish overtook this one."""
        self._turn += 1
        turn = Turn(self._turn, self.text, dict(self.overrides))
        if self._engine.busy:
            await self._engine.cancel(GENTLE if self._gentle else PATIENCE)
        return turn if turn.number == self._turn else None

    def is_on(self, turn: Turn) -> bool:
        """Whether no later wish has overtaken it."""
        return turn.number == self._turn

    def is_about(self, turn: Turn) -> bool:
        """Whether it is about the text as it is now, with the values of now."""
        return (turn.text, turn.overrides) == (self.text, self.overrides)

    async def asked(
        self,
        operation: Operation[A],
        part: Callable[[Any], None] | None = None,
        *,
        gentle: bool = False,
        **arguments: Any,
    ) -> A:
        """Return the answer to what tells its progress; raises Cancelled, Failed or Crashed.

        What is `gentle` does without the solution there is: a run that overtakes it must not lose that.
        """
        self._gentle = gentle
        try:
            return await self._heard(self._engine.ask(operation, self._progressed, part, **arguments))
        finally:
            self._gentle = False

    async def ask_aside(self, operation: Operation[A], **arguments: Any) -> A | Failed:
        """Return the answer to a quick question, or why there is none."""
        try:
            return await self._heard(self._engine.quick(operation, **arguments))
        except Failed as error:
            return error
        except (Crashed, Cancelled) as error:
            return Failed(str(error), "ask again", [])

    async def _heard(self, answer: Awaitable[A]) -> A:
        """Return the engine's answer, or raise what it raises; once the app is closing, end the task that waits."""
        try:
            return await answer
        finally:
            if not self._app.is_running:
                raise asyncio.CancelledError

    def _post(self, message: Message) -> None:
        if not self._left:
            self._app.post_message(message)

    def begin(self, stage: str, message: str) -> None:
        """Tell that a run has begun."""
        self._pace = Pace()
        self._post(Running(Progress(stage, message)))

    def _progressed(self, progress: Progress) -> None:
        self._post(Running(progress, self._pace.told(progress.stage, progress.done)))

    def end(self, turn: Turn, message: Message) -> None:
        """Post what has come of a run, unless it was overtaken."""
        if self.is_on(turn):
            self.latest = turn
            self._post(message)

    async def cancel(self) -> None:
        """Stop the run."""
        await self._engine.cancel()

    async def about_states(self, operation: Operation[A], *, long: bool = False, **arguments: Any) -> A | Failed:
        """Return an answer about the states of the last run, or why there is none; a long one tells its progress."""
        try:
            return await self._heard(self._engine.ask(operation, self._progressed if long else None, **arguments))
        except Failed as error:
            return error
        except Cancelled:
            return Failed("cancelled", "", [])
        except Crashed:
            return Failed("the states are gone with the run that held them", "run the model again", [])
        finally:
            if long:
                self._post(Ended())

    async def about_steps(self, operation: Operation[A], *, long: bool = False, **arguments: Any) -> A | Failed:
        """Return an answer about steps of the text, from beside the states where they are its; or why there is none."""
        what: Frame = {"text": self.text, "overrides": dict(self.overrides), **arguments}
        same = (self.solved_text, self.solved_overrides) == (self.text, self.overrides)
        if not self._engine.busy and (long or same):
            return await self.about_states(operation, long=long, **what)
        return await self.ask_aside(operation, **what)
