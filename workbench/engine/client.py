"""The app's side: two worker processes, one for analyses and one for the quick questions and as a warm spare.

An analysis is cancelled by asking; a worker that does not answer is killed and the spare takes its place, so that
neither a crash nor a long call into a library is ever waited for.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pepa.language.told_problem import ToldProblem
from workbench.engine.frames import HEADER, Frame, decoding, encode
from workbench.engine.protocol import A, Operation

PATIENCE = 0.4  # seconds a worker has to obey a cancel
PIECE = 2**18  # bytes handed to the system at once, between which keys are heard
BESIDE = 2  # of niceness for analyses: whoever types comes first, and on a busy machine they still get on


class EngineError(Exception):
    """A request that was not answered."""


class Cancelled(EngineError):
    """The request was cancelled."""


class Crashed(EngineError):
    """The worker died; `str` says how. A new one is there already."""


class Failed(EngineError):
    """The core refused the request: its message, hint, and the problems of the text, if it is that."""

    def __init__(self, message: str, hint: str, problems: list[ToldProblem]) -> None:
        super().__init__(message)
        self.hint = hint
        self.problems = problems


@dataclass(frozen=True)
class Progress:
    """How far an analysis has got, in words, and as a share from 0 to 1 where that is known."""

    stage: str
    message: str
    done: float | None = None


@dataclass
class _Pending:
    answer: asyncio.Future[Any]
    progress: Callable[[Progress], None] | None
    part: Callable[[Any], None] | None
    aside: bool = False  # a quick question, no analysis


@dataclass
class _Worker:
    """One worker process and the requests it has not answered, some of which it may not even have been sent."""

    process: asyncio.subprocess.Process
    pending: dict[int, _Pending] = field(default_factory=dict)
    unsent: asyncio.Queue[Frame] = field(default_factory=asyncio.Queue)
    reader: asyncio.Task[None] = field(init=False)
    writer: asyncio.Task[None] = field(init=False)
    killed: bool = False

    @classmethod
    async def started(cls) -> _Worker:
        process = await asyncio.create_subprocess_exec(
            sys.executable or "",  # None where it is not known
            "-m",
            "workbench.engine.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            process_group=0,  # not a session of its own: between sessions niceness does not count on Linux
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )
        worker = cls(process)
        worker.reader = asyncio.create_task(worker._read())
        worker.writer = asyncio.create_task(worker._write())
        return worker

    @property
    def alive(self) -> bool:
        return self.process.returncode is None and not self.killed

    def give_way(self) -> None:
        """Compute beside the app from now on, not in front of it."""
        with contextlib.suppress(OSError):  # it has ended, or is another user's
            os.setpriority(os.PRIO_PROCESS, self.process.pid, os.getpriority(os.PRIO_PROCESS, 0) + BESIDE)

    def analyses(self) -> dict[int, asyncio.Future[Any]]:
        """Return the analyses not answered yet: the requests that report progress, but for quick ones."""
        return {
            number: pending.answer for number, pending in self.pending.items() if pending.progress and not pending.aside
        }

    def send(self, frame: Frame) -> None:
        self.unsent.put_nowait(frame)

    async def _write(self) -> None:
        stream = self.process.stdin
        assert stream is not None
        with contextlib.suppress(ConnectionError):
            while True:
                data = memoryview(encode(await self.unsent.get()))
                for start in range(0, len(data), PIECE):
                    stream.write(data[start : start + PIECE])
                    await stream.drain()

    async def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, struct.error):
            while True:
                body, behind = HEADER.unpack(await stream.readexactly(HEADER.size))
                self._deliver(await _whole(decoding(await stream.readexactly(body), await stream.readexactly(behind))))
        self.writer.cancel()
        status = await self.process.wait()
        for pending in self.pending.values():
            if not pending.answer.done():
                pending.answer.set_exception(Cancelled() if self.killed else Crashed(_death(status)))
        self.pending.clear()

    def _deliver(self, frame: Frame) -> None:
        pending = self.pending.get(frame["id"])
        if pending is None:
            return
        if frame["kind"] == "progress":
            if pending.progress:
                pending.progress(Progress(frame["stage"], frame["message"], frame["done"]))
            return
        if frame["kind"] == "part":
            if pending.part and not pending.answer.done():
                pending.part(frame["part"])
            return
        del self.pending[frame["id"]]
        if pending.answer.done():
            return
        if frame["kind"] == "done":
            pending.answer.set_result(frame["answer"])
        elif frame["kind"] == "cancelled":
            pending.answer.set_exception(Cancelled())
        else:
            pending.answer.set_exception(Failed(frame["message"], frame["hint"], frame.get("problems", [])))

    def kill(self) -> None:
        self.killed = True
        if self.process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


async def _whole(steps: Iterator[Frame]) -> Frame:
    frame: Frame = {}
    for step in steps:
        frame = step
        await asyncio.sleep(0)  # keys are heard
    return frame


def _death(status: int) -> str:
    if status == -signal.SIGKILL:
        again = "run it again; if it ends so again, make an array smaller or lower the limits"
        return f"the analysis process was ended by signal {-status}, which may be for want of memory: {again}"
    how = f"signal {-status}" if status < 0 else f"status {status}"
    return f"the analysis process died ({how}); nothing you typed is lost"


class Engine:
    """Asks the workers. `ask` is for the analyses, `quick` for questions that must not wait behind one."""

    def __init__(self) -> None:
        self._main: _Worker | None = None
        self._spare: _Worker | None = None
        self._number = 0
        self._starting = asyncio.Lock()
        self._births: list[asyncio.Task[_Worker]] = []
        self._stopped = False

    async def start(self) -> None:
        """Start both workers; returns at once, they import in their own time. Raises Crashed where none starts."""
        await self._analyst()
        await self._helper()

    async def ask(
        self,
        operation: Operation[A],
        progress: Callable[[Progress], None] | None = None,
        part: Callable[[Any], None] | None = None,
        **arguments: Any,
    ) -> A:
        """Ask the analysis worker; parts of its answer come before the whole. Raises Failed, Cancelled or Crashed.

        Where nobody waits for the answer any more the worker stops working on it.
        """
        analyst = await self._analyst()
        analyst.give_way()
        return await self._send(analyst, operation, arguments, progress, part)

    async def quick(
        self, operation: Operation[A], progress: Callable[[Progress], None] | None = None, **arguments: Any
    ) -> A:
        """Ask the spare, which knows nothing of the analyses; whoever is cancelled has its worker stop too."""
        return await self._send(await self._helper(), operation, arguments, progress, aside=True)

    async def _analyst(self) -> _Worker:
        async with self._starting:
            if self._main is None or not self._main.alive:
                self._main, self._spare = self._spare, None
            if self._main is None or not self._main.alive:
                self._main = await self._new_worker()
            return self._main

    async def _helper(self) -> _Worker:
        async with self._starting:
            if self._spare is None or not self._spare.alive:
                self._spare = await self._new_worker()
            return self._spare

    async def _new_worker(self) -> _Worker:
        """Start a worker. A cancelled caller leaves the start to finish: asyncio hangs on a half-started process.

        Raises Crashed where the system starts none.
        """
        if self._stopped:
            raise asyncio.CancelledError  # the app has gone, and with it whoever asked
        birth = asyncio.create_task(_Worker.started())
        self._births.append(birth)
        try:
            return await asyncio.shield(birth)
        except OSError as error:
            why = error.strerror or error
            raise Crashed(f"no process for analyses can be started: {sys.executable or 'no Python'}: {why}") from None

    async def _send(
        self,
        worker: _Worker,
        operation: Operation[A],
        arguments: Frame,
        progress: Callable[[Progress], None] | None = None,
        part: Callable[[Any], None] | None = None,
        *,
        aside: bool = False,
    ) -> A:
        self._number += 1
        number = self._number
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        worker.pending[number] = _Pending(answer, progress, part, aside)
        worker.send({"id": number, "op": operation.name, **arguments})
        try:
            found: A = await answer
        except asyncio.CancelledError:
            worker.send({"id": 0, "op": "cancel", "of": number})
            raise
        return found

    @property
    def busy(self) -> bool:
        """Whether an analysis runs; questions about the last one do not count."""
        return self._main is not None and bool(self._main.analyses())

    async def cancel(self, patience: float = PATIENCE) -> None:
        """Stop what the analysis worker does: by asking and, if it does not obey in these seconds, by killing it."""
        worker = self._main
        analyses = worker.analyses() if worker is not None else {}
        if worker is None or not analyses:
            return
        for number in analyses:
            worker.send({"id": 0, "op": "cancel", "of": number})
        _, waiting = await asyncio.wait(analyses.values(), timeout=patience)
        if waiting:
            worker.kill()

    async def stop(self) -> None:
        """End all workers, those that are just being started too; none is started any more."""
        self._stopped = True
        for worker in await asyncio.gather(*self._births, return_exceptions=True):
            if isinstance(worker, _Worker):
                worker.kill()
                await worker.process.wait()
                await worker.reader
