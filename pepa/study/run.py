"""Running a study: its points shared by an executor (processes here, or a cluster's), each kept as it is solved."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from pepa.control.control import Control, Progress
from pepa.control.processes import still_wanted
from pepa.study.kept import Kept, key
from pepa.study.solving import Batch, Outcome, Parameters, Setting, batches, forget, solved

SHARE = 2  # parts that each process is to get of what is left: none waits long for the last
WORTH = 4  # times the patience, which what is left must be expected to take for the crew to be called in
GLANCE = 0.1  # seconds between two looks at the watcher
Executors = Callable[[], AbstractContextManager[Executor]]


@dataclass(frozen=True)
class Crew:
    """Who solves the points: executors to open (a broken one is opened again), and how many batches at a time.

    For `patience` seconds points are solved here first, and for as long as what is left will not take much longer.
    """

    executors: Executors
    width: int
    patience: float = 0.0


@dataclass(frozen=True)
class _Count:
    """How many points an earlier run had solved, how many this one has, and how many there are."""

    kept: int
    solved: int
    every: int

    @property
    def left(self) -> int:
        """How many are not solved yet."""
        return self.every - self.kept - self.solved

    def told(self, more: str = "") -> Progress:
        """Return how far the study is, what an earlier run has solved among it."""
        done = self.kept + self.solved
        return Progress("study", f"{done:,} of {self.every:,} points{more}", done / self.every)


class _Slow(Exception):
    """What is left is worth sharing."""


def run(
    settings: Sequence[Setting],
    points: Sequence[Parameters],
    control: Control,
    crew: Crew | None = None,
    kept: Kept | None = None,
) -> Iterator[Outcome]:
    """Yield the outcome of every point, those kept from earlier first, then each as it is solved.

    One that fails says why, and the rest goes on. Without a crew the points are solved in this process. Raises
    PepaError for a wrong model, parameter, method or measure, OSError where points cannot be kept, and whatever the
    watcher raises to cancel.
    """
    work = batches(settings, points)
    keys = [key(setting, point, control.tolerance) for setting, point in zip(settings, points, strict=True)]
    earlier = kept.found(keys) if kept else {}
    fitting = {index: earlier[name] for index, name in enumerate(keys) if _fits(earlier.get(name), settings[index])}
    for index, outcome in fitting.items():
        yield replace(outcome, index=index)
    left = [_without(batch, set(fitting)) for batch in work]
    left = [batch for batch in left if batch.points]
    count = _Count(len(fitting), 0, len(points))

    if fitting:
        control.report(count.told())  # they are there, however long the next one takes

    def counted() -> _Count:
        return count

    for outcomes in _solving(left, control, crew if count.left > 1 else None, counted):
        if kept:
            kept.keep((keys[outcome.index], outcome) for outcome in outcomes)
        count = replace(count, solved=count.solved + len(outcomes))
        yield from outcomes


def _fits(outcome: Outcome | None, setting: Setting) -> bool:
    """Whether a point that was kept has a value for each measure and time."""
    if outcome is None or len(outcome.rows) != max(1, len(setting.times)):
        return False
    labels = {label for label, _ in setting.measures}
    return all(row.values.keys() == labels and row.half_width.keys() <= labels for row in outcome.rows)


def _solving(
    left: list[Batch], control: Control, crew: Crew | None, count: Callable[[], _Count]
) -> Iterator[list[Outcome]]:
    """Solve here first; a point that is not solved when the crew is called in is begun again by it."""
    if crew is None:
        yield from _alone(left, control, count)
        return
    began = latest = time.monotonic()
    solved_here = set[int]()

    def report(progress: Progress) -> None:
        control.report(progress)
        now, so_far = time.monotonic(), count()
        each = max((now - began) / max(so_far.solved, 1), now - latest)
        if now - began > crew.patience and so_far.left * each > WORTH * crew.patience:
            raise _Slow

    if crew.patience:
        one_by_one = (single for batch in left for single in _single(batch))
        try:
            for outcomes in _alone(one_by_one, replace(control, report=report), count):
                solved_here.update(outcome.index for outcome in outcomes)
                latest = time.monotonic()
                yield outcomes
        except _Slow:
            left = [rest for rest in (_without(batch, solved_here) for batch in left) if rest.points]
        else:
            return
    yield from _shared(left, control, crew, count)


def _without(batch: Batch, indices: set[int]) -> Batch:
    return replace(batch, points=tuple(numbered for numbered in batch.points if numbered[0] not in indices))


def _alone(left: Iterable[Batch], control: Control, count: Callable[[], _Count]) -> Iterator[list[Outcome]]:
    """Solve in this process; what a point reports is shown after how many are done."""

    def report(progress: Progress) -> None:
        control.report(count().told(f" · {progress.stage}: {progress.message}"))

    inner = replace(control, report=report)
    try:
        for batch in left:
            while batch.points:
                outcomes = solved(batch, inner)
                batch = _without(batch, {outcome.index for outcome in outcomes})
                yield outcomes
                control.watch(count().told())
    finally:
        forget()


def _shared(left: list[Batch], control: Control, crew: Crew, count: Callable[[], _Count]) -> Iterator[list[Outcome]]:
    """Share the points among a crew. Those whose process died are tried again each alone: one of them killed it."""
    quiet = replace(control, report=still_wanted, seconds=math.inf, memory=control.memory // crew.width)
    work, suspects = deque(left), deque[Batch]()
    for width in (crew.width, 1):
        while work:
            flying: dict[Future[list[Outcome]], Batch] = {}
            with crew.executors() as executor:
                try:
                    for outcomes in _rounds(executor, work, flying, quiet, width):
                        control.watch(count().told())
                        yield outcomes
                except BrokenExecutor as error:
                    for batch in flying.values():
                        if width == 1 and len(batch.points) == 1:
                            yield [_failed(batch, error)]
                        else:
                            suspects.extend(_single(batch))
        work = suspects


def _rounds(
    executor: Executor, work: deque[Batch], flying: dict[Future[list[Outcome]], Batch], quiet: Control, width: int
) -> Iterator[list[Outcome]]:
    """Solve all the work, `width` batches at a time; yield what is solved, and nothing now and then while waiting."""
    while work or flying:
        while work and len(flying) < width:
            batch = _taken(work, width)
            flying[executor.submit(solved, batch, quiet)] = batch
        finished, _ = wait(flying, timeout=GLANCE, return_when=FIRST_COMPLETED)
        yield []
        for future in finished:
            error = future.exception()
            if isinstance(error, BrokenExecutor):
                raise error
            batch = flying.pop(future)
            if error is None:
                outcomes = future.result()
                rest = _without(batch, {outcome.index for outcome in outcomes})
                if rest.points:
                    work.appendleft(rest)
                yield outcomes
            elif len(batch.points) == 1:
                yield [_failed(batch, error)]
            else:
                work.extendleft(_single(batch))


def _taken(work: deque[Batch], width: int) -> Batch:
    """Take points of one structure off the work: a fair share of all that is left, at most."""
    batch = work.popleft()
    share = -(-(len(batch.points) + sum(len(other.points) for other in work)) // (SHARE * width))
    if len(batch.points) > share:
        work.appendleft(replace(batch, points=batch.points[share:]))
    return replace(batch, points=batch.points[:share])


def _single(batch: Batch) -> Iterator[Batch]:
    return (replace(batch, points=(numbered,)) for numbered in batch.points)


def _failed(batch: Batch, error: BaseException) -> Outcome:
    if isinstance(error, BrokenExecutor):
        reason = "the process that solved it died, which may be for want of memory"
    else:
        reason = f"{type(error).__name__}: {error}"
    return Outcome(batch.points[0][0], (), reason=reason)
