"""What limits an analysis and what watches it."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from pepa.control.error import PepaError
from pepa.control.memory import available_memory

if TYPE_CHECKING:
    from concurrent.futures import Future

Result = TypeVar("Result")


@dataclass(frozen=True)
class Progress:
    """How far an analysis has got; `done` is a fraction from 0 to 1, or None where the end is not known."""

    stage: str
    message: str
    done: float | None = None


class LimitReached(PepaError):
    """An analysis has no answer to what may be asked: too many states, too much memory, or more than a method can."""


def unwatched(progress: Progress) -> None:
    """Pass over progress that nobody watches."""


@dataclass(frozen=True)
class Control:
    """Limits and the watcher of one analysis.

    `tolerance` bounds the relative residual of a steady state, `most_states` and `memory` (bytes) the state space,
    `most_iterations` the steps of one iterative method, `seconds` the time from now on. `report` is called some
    times a second; to cancel, it raises.
    """

    tolerance: float = 1e-12
    most_states: int = 200_000_000
    most_iterations: int = 20_000
    memory: int = field(default_factory=lambda: int(0.7 * available_memory()))
    report: Callable[[Progress], None] = unwatched
    seconds: float = math.inf
    began: float = field(default_factory=time.monotonic)

    def anew(self) -> Control:
        """Return the same limits for another analysis: its time begins now."""
        return replace(self, began=time.monotonic())

    def untimed(self) -> Control:
        """Return the same limits without that of time, for what a result is asked of at any later moment."""
        return replace(self, seconds=math.inf)

    def watch(self, progress: Progress) -> None:
        """Pass progress on; raises LimitReached when the time is up, and whatever the watcher raises to cancel."""
        self.report(progress)
        if time.monotonic() - self.began > self.seconds:
            raise LimitReached(
                f"the time limit of {self.seconds:g} s was reached at {progress.stage}: {progress.message}",
                "raise the limit, or make the model smaller",
            )


def rounded(number: float) -> str:
    """Return an estimate as it is told: two digits, and a power of ten where it has more than is easily read."""
    if number >= 1e12:
        return f"{number:.1e}"
    digits = max(0, math.floor(math.log10(max(number, 1))) - 1)
    return f"{round(number / 10**digits) * 10**digits:,}"


def gibibytes(number: float) -> str:
    """Return a number of bytes as it is told, in GiB with two digits."""
    told = number / 2**30
    return f"{told:.2f} GiB" if told < 1 else f"{told:.1f} GiB" if told < 10 else f"{rounded(told)} GiB"


class Ticker:
    """Passes progress on at most ten times a second; its message is built only when it is."""

    def __init__(self, control: Control, stage: str) -> None:
        self._control = control
        self._stage = stage
        self._next = time.monotonic() + 0.1

    def tick(self, message: Callable[[], tuple[str, float | None]]) -> None:
        """Report if it is time to; raises whatever the watcher raises to cancel."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + 0.1
            text, done = message()
            self._control.watch(Progress(self._stage, text, done))


def in_background(work: Callable[[], Result], pulse: Callable[[], None]) -> Result:
    """Run library code that cannot be interrupted in a thread, calling `pulse` meanwhile.

    When `pulse` raises to cancel, the thread is left to end on its own: its result is dropped.
    """
    from concurrent.futures import Future  # with which logging comes

    future: Future[Result] = Future()

    def body() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - whatever it is, who waits is told
            future.set_exception(error)

    threading.Thread(target=body, daemon=True).start()
    return waited(future, pulse)


def waited(future: Future[Result], pulse: Callable[[], None]) -> Result:
    """Return the result of work in another thread, or raise what it raised; `pulse` is called meanwhile."""
    from concurrent.futures import wait

    while not future.done():
        wait([future], timeout=0.05)
        pulse()
    return future.result()
