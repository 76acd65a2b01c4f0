"""Running a study: the points one after another, each from what the one before left, over processes.

Where only rates vary the structure is derived once and each solution is the first estimate of the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context

from pepa.language.problem import PepaError
from pepa.language.syntax import Model
from pepa.markov.control import Control, Progress
from pepa.net.compile import compile_model, load
from pepa.net.net import Net
from pepa.query.analysis import Compiled, Derived, Solved, derive_net, solve_derived
from pepa.query.expression import ExpressionError
from pepa.query.measure import Values, exact_values, measured
from pepa.study.grid import Point

METHODS = ("exact", "fluid")


@dataclass(frozen=True)
class Done:
    """A point with its values by measure, or with why it has none."""

    index: int
    point: Point
    values: dict[str, float]
    reason: str = ""


def run(
    text: str,
    fixed: Point,
    points: Sequence[Point],
    measures: Sequence[str],
    control: Control,
    method: str = "exact",
    processes: int = 1,
) -> Iterator[Done]:
    """Yield the points of a study as they are finished; one that fails says why, and the rest goes on.

    Raises ModelError for a wrong model, PepaError for an unknown method or parameter, ExpressionError for a measure
    that has no meaning, and whatever the watcher raises to cancel.
    """
    if method not in METHODS:
        raise PepaError(f"there is no method `{method}` for a study", f"the methods are {', '.join(METHODS)}")
    model, _ = load(text)
    if points:
        compile_model(model, {**fixed, **points[0]})
    numbered = list(enumerate(points))
    if processes == 1 or len(points) < 2 * processes:
        for number, done in enumerate(_chunk(model, fixed, numbered, measures, control, method)):
            control.watch(Progress("study", f"{number + 1:,} of {len(points):,} points", (number + 1) / len(points)))
            yield done
        return
    yield from _shared(model, fixed, numbered, measures, control, method, processes)


def _shared(
    model: Model,
    fixed: Point,
    numbered: list[tuple[int, Point]],
    measures: Sequence[str],
    control: Control,
    method: str,
    processes: int,
) -> Iterator[Done]:
    """Share contiguous runs of points among processes, several each, so that none waits long for the last."""
    size = max(1, -(-len(numbered) // (4 * processes)))
    chunks = [numbered[start : start + size] for start in range(0, len(numbered), size)]
    executor = ProcessPoolExecutor(processes, get_context("spawn"))
    quiet = replace(control, report=_silent)
    try:
        futures = [executor.submit(_listed, model, fixed, chunk, measures, quiet, method) for chunk in chunks]
        finished = 0
        for future in as_completed(futures):
            for done in future.result():
                finished += 1
                yield done
            share = finished / len(numbered)
            control.watch(Progress("study", f"{finished:,} of {len(numbered):,} points", share))
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _silent(_: Progress) -> None:
    """Report nothing: the progress of a study is that of its points."""


def _listed(
    model: Model,
    fixed: Point,
    numbered: list[tuple[int, Point]],
    measures: Sequence[str],
    control: Control,
    method: str,
) -> list[Done]:
    return list(_chunk(model, fixed, numbered, measures, control, method))


def _chunk(
    model: Model,
    fixed: Point,
    numbered: list[tuple[int, Point]],
    measures: Sequence[str],
    control: Control,
    method: str,
) -> Iterator[Done]:
    solver = _Exact(control) if method == "exact" else _Fluid(control)
    for index, point in numbered:
        try:
            result = solver.solve(compile_model(model, {**fixed, **point}))
            yield Done(index, point, {text: measured(text, result) for text in measures})
        except ExpressionError:
            raise  # what a measure means does not depend on the point
        except PepaError as error:
            yield Done(index, point, {}, error.message)


class _Exact:
    """Solves nets one after another, keeping what the next can use."""

    def __init__(self, control: Control) -> None:
        self.control = control
        self.derived: Derived | None = None
        self.solved: Solved | None = None

    def solve(self, net: Net) -> Values:
        self.derived = derive_net(Compiled(net, (), {}), self.control, self.derived)
        self.solved = solve_derived(self.derived, self.control, previous=self.solved)
        return exact_values(self.solved)


class _Fluid:
    """Finds the equilibria of nets."""

    def __init__(self, control: Control) -> None:
        self.control = control

    def solve(self, net: Net) -> Values:
        from pepa.query.fluid import fluid_values

        return fluid_values(net, self.control)
