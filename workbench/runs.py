"""The analyses of the document: what is asked of the engine, and what its answers mean for the text as it is now."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from textual.app import App

from pepa.control.pace import Pace
from pepa.query.kind import Kind
from workbench.engine import protocol
from workbench.engine.client import PATIENCE, Cancelled, Crashed, Engine, Failed, Progress
from workbench.figures import Compared
from workbench.held_states import HeldStates
from workbench.lasting import Lasting
from workbench.parameters import Parameters
from workbench.run_messages import (
    Answered,
    Checked,
    Checking,
    Ended,
    Finished,
    GivenUp,
    OthersAnswered,
    RunMessage,
    Running,
    StatesLetGo,
    Stopped,
    Turn,
    Unanswered,
)

if TYPE_CHECKING:
    from pepa.query.told_reasons import ToldSensitivity
    from workbench.engine.frames import Frame
    from workbench.engine.protocol import A, Operation
    from workbench.engine.run_answers import Elasticities, RunAnswer, Valued
    from workbench.panes.solver_settings import How

LONG = 1.0  # seconds of a check, or of a question about a solution, after which it is told
PAUSES = (0.0, 0.2, 1.0, 3.0)  # seconds before a check: at first, then after one whose worker has ended
GENTLE = 2.0  # seconds that a question about a solution has to end: with its worker the solution would be lost


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
        self.solved: Turn | None = None  # the run that the latest figures are of
        self.held = HeldStates(engine)
        self.compared = Compared()
        self.checked = False  # whether the text as it is now was read
        self.unread = False  # whether no worker has lived to read it
        self.parameters = Parameters()  # of the text read last that had no errors
        self._broken = False  # whether the text read last has errors
        self._gentle = False  # whether what is asked is about a solution that its end must not cost
        self._left = False  # whether another document is shown
        self._turn = self._solve_turn = 0
        self._solves, self._no_solve = 0, asyncio.Event()  # runs of the model that have not ended
        self._cancelled = False  # whether the latest of them was
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
        self.checked = self.unread = False

    @property
    def busy(self) -> bool:
        """Whether a run goes on, behind which questions about states wait."""
        return self._engine.busy

    @property
    def changed(self) -> bool:
        """Whether the latest answer is about another text or other values, and no run is under way to a new one."""
        ended = 0 if self.latest is None else self.latest.number
        return self.stale and not self.busy and self._turn == ended

    @property
    def well(self) -> bool:
        """Whether the text as it is now is known to have no errors: what is refused then are the values turned."""
        return self.checked and not self._broken

    @property
    def stale(self) -> bool:
        """Whether the latest answer is about another text."""
        return self.solved is not None and not self.is_about(self.solved)

    @property
    def solved_values(self) -> dict[str, float]:
        """With which values the latest figures are."""
        return {} if self.solved is None else self.solved.overrides

    @property
    def has_space(self) -> bool:
        """Whether the latest states are those of the text as it is now."""
        return bool(self.held.of) and not self.space_stale

    @property
    def space_stale(self) -> bool:
        """Whether the latest states are those of another text: figures may have come after them without states."""
        return bool(self.held.of) and self.held.of != self.present

    @property
    def present(self) -> Frame:
        """The text as it is now, and the values of now."""
        return {"text": self.text, "overrides": dict(self.overrides)}

    async def check(self) -> None:
        """Check the text, again where the worker ends meanwhile; what comes once the text has changed is dropped."""
        revision = self.revision
        for wait in PAUSES:
            await asyncio.sleep(wait)
            if self._left or revision != self.revision or await self._check():
                return
            self.unread = revision == self.revision

    async def _check(self) -> bool:
        """Check the text once; return whether the worker has lived to answer."""
        revision, began = self.revision, time.monotonic()

        def heard(progress: Progress) -> None:
            if time.monotonic() - began > LONG:
                self.tell(Checking(True, progress.message))

        told = asyncio.get_running_loop().call_later(LONG, self.tell, Checking(True))
        try:
            answer = await self._heard(self._engine.quick(protocol.CHECK, heard, text=self.text))
        except Failed:
            self.tell(Checking(False))
            return True  # the next edit asks again
        except (Crashed, Cancelled):
            self.tell(Checking(False))
            return False
        finally:
            told.cancel()
        if revision == self.revision:
            written = answer["parameters"]
            self.checked, self.unread, self._broken = True, False, written is None
            parameters = None if written is None else Parameters(written, answer["through"])
            self.parameters = parameters or self.parameters
            self.tell(Checked(answer["problems"], answer["more"], parameters, answer["sizes"]))
        return True

    async def solve(self, how: How, *, derive_only: bool = False, watched: str = "") -> None:
        """Analyse the text, and value a measure that is watched; a run that goes on is cancelled first."""
        self._solves, self._cancelled = self._solves + 1, False
        self._no_solve.clear()
        try:
            if (turn := await self.take_turn(solves=True)) is not None:
                await self._solve(turn, how, derive_only=derive_only, watched=watched)
        finally:
            self._solves -= 1
            if not self._solves:
                self._no_solve.set()

    async def solve_ended(self) -> bool:
        """Wait for the analysis that goes on, if any does; return whether it was neither cancelled nor overtaken."""
        if not self._solves:
            return True
        await self._no_solve.wait()
        return self._turn == self._solve_turn and not self._cancelled

    async def _solve(self, turn: Turn, how: How, *, derive_only: bool, watched: str) -> None:
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
            self._cancelled = self.is_on(turn)
            if self._turn != self._solve_turn:
                self.tell(GivenUp())
            self.end(turn, Stopped("", "", []))
        except Failed as error:
            self.end(turn, Stopped(str(error), error.hint, error.problems))
        except Crashed as error:
            self.end(turn, Stopped(str(error), "", []))
        else:
            self.solved = turn
            if kind is Kind.EXACT:
                self.held.take(about)
            self.end(turn, Finished(run, turn.text, turn.overrides))

    async def influences(
        self, measure: str, valued: Callable[[Valued], None] | None = None
    ) -> ToldSensitivity | Failed | None:
        """Return a measure and what it depends on, or why there is no answer; None where a run overtook it.

        `valued` hears the value of the measure before, where that is known sooner.
        """
        what = {"measure": measure, "kind": self.compared.kind}
        return await self._about_latest(protocol.INFLUENCES, "elasticities", valued, **what)

    async def elasticities(self, name: str) -> Elasticities | Failed | None:
        """Return what a parameter does to every figure of the latest run, or why that is not known.

        None where a run overtook the question.
        """
        return await self._about_latest(protocol.ELASTICITIES, f"what {name} does", name=name)

    async def _about_latest(
        self, operation: Operation[A], words: str, part: Callable[[Any], None] | None = None, **asked: Any
    ) -> A | Failed | None:
        if self.held.let_go and not self.stale and self.compared.kind is Kind.EXACT:
            return self.held.refusal
        self._gentle, turn = True, self._turn
        about: Frame = {"text": self.text, "overrides": self.overrides, **asked}
        lasting = Lasting(words, self._progressed, LONG)
        try:
            with lasting:
                return await self._heard(self._engine.ask(operation, lasting.heard, part, **about))
        except Failed as error:
            return error
        except Crashed as error:
            return Failed(str(error), "run the model again", [])
        except Cancelled:
            return Failed("cancelled", "", []) if turn == self._turn else None
        finally:
            self._gentle = False
            if lasting.told and turn == self._turn:  # else the run that overtook it tells how far that is
                self.tell(Ended())

    async def advice(self) -> list[str]:
        """Return what is to be expected of the text; why not, where it has errors."""
        answer = await self.ask_aside(protocol.ADVISE, text=self.text, overrides=self.overrides)
        return [str(answer), answer.hint] if isinstance(answer, Failed) else list(answer["sentences"])

    async def ask(self, question: str, until: float | None = None) -> None:
        """Ask one line about the text as it is; a run that goes on is cancelled first.

        With `until`, ask for the distribution of the passage time by other methods, up to then.
        """
        if (turn := await self.take_turn()) is None:
            return
        self.begin("ask", "reading the model")
        about: Frame = {"text": turn.text, "overrides": turn.overrides, "question": question}
        message: RunMessage
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

    async def take_turn(self, *, solves: bool = False) -> Turn | None:
        """Cancel the run that goes on; return whose turn it is then, None where a later wish overtook this one."""
        self._turn += 1
        if solves:
            self._solve_turn = self._turn
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
        """Return the engine's answer, or raise what it raises; end the task that waits once nobody wants it."""
        try:
            return await answer
        except (Cancelled, Crashed):
            if self.held.of and not self._left and self._app.is_running:
                looking: Callable[[], Awaitable[None]] = self._look_at_held  # they may have gone with the worker
                self._app.run_worker(looking)
            raise
        finally:
            if self._left or not self._app.is_running:
                raise asyncio.CancelledError

    async def _look_at_held(self) -> None:
        """Tell it where the states are held no more."""
        if await self.held.gone():
            self.tell(StatesLetGo())

    def tell(self, message: RunMessage) -> None:
        """Tell the app, unless another document is shown."""
        message.runs = self
        if not self._left:
            self._app.post_message(message)

    def begin(self, stage: str, message: str) -> None:
        """Tell that a run has begun."""
        self._pace = Pace()
        self.tell(Running(Progress(stage, message)))

    def _progressed(self, progress: Progress) -> None:
        self.tell(Running(progress, self._pace.told(progress.stage, progress.done)))

    def end(self, turn: Turn, message: RunMessage) -> None:
        """Post what has come of a run, unless it was overtaken."""
        if self.is_on(turn):
            self.latest = turn
            self.tell(message)

    async def cancel(self) -> None:
        """Stop the run; that must not cost the states there are."""
        await self._engine.cancel(GENTLE if self._gentle or self.held.of else PATIENCE)

    async def about_states(self, operation: Operation[A], *, long: bool = False, **arguments: Any) -> A | Failed:
        """Return an answer that may come from the states of the last run, or why not; a long one tells its progress."""
        self._gentle = self._gentle or long
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
                self._gentle = False
                self.tell(Ended())

    async def about_space(self, operation: Operation[A], *, long: bool = False, **arguments: Any) -> A | Failed:
        """Return an answer about the states of the last run that had any, or why there is none."""
        if not self.held.of:
            return self.held.refusal
        found = await self.about_states(operation, long=long, **self.held.of, **arguments)
        if isinstance(found, Failed):
            await self._look_at_held()
        return found if self.held.of else self.held.refusal

    async def about_steps(self, operation: Operation[A], *, long: bool = False, **arguments: Any) -> A | Failed:
        """Return an answer about steps of the text, from beside the states where they are its; or why there is none."""
        what: Frame = {**self.present, **arguments}
        if not self._engine.busy and (long or self.has_space):
            return await self.about_states(operation, long=long, **what)
        return await self.ask_aside(operation, **what)
