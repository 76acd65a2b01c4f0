"""Solving the points of a study: by the exact chain, the fluid or simulation, at rest or at given times.

What a point's value is depends on nothing but the point and what it shares with the others, its setting: neither on
the points solved before it nor on how many processes share them. So an interrupted study goes on to the same result.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.language.rates import sizes
from pepa.language.syntax import Model
from pepa.net.compile import compile_model, load
from pepa.net.net import Net
from pepa.query.analysis import Compiled, Derived, Solved, derive_net, solve_derived
from pepa.query.exact import exact_values, exact_values_at
from pepa.query.expression import ExpressionError
from pepa.query.measure import Values, measured, understood
from pepa.query.no_value import why_none
from pepa.query.shares import PASSAGES

METHODS = ("exact", "fluid", "simulation", "auto")
BATCH_SECONDS = 0.5
Parameters = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Setting:
    """What points share: the text of the model, parameters held fixed, measures by label, and how to solve.

    Without `times` measures are of the long run. `precision` (relative) is for simulated long runs, `replications` for
    simulation at times, `passages` for passage times in a simulated long run.
    """

    model: str
    fixed: Parameters
    measures: tuple[tuple[str, str], ...]
    method: str = "exact"
    times: tuple[float, ...] = ()
    precision: float = 0.01
    replications: int = 1000
    passages: int = PASSAGES
    seed: int = 1


@dataclass(frozen=True)
class Row:
    """Values by label, at one time where the setting has times; half widths where they are estimates.

    `notes` are sentences to read beside them.
    """

    values: dict[str, float]
    half_width: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """A solved point: one row, or one a time, how it was obtained and how well that went; or why there is none."""

    index: int
    rows: tuple[Row, ...]
    method: str = ""
    evidence: str = ""
    reason: str = ""

    @property
    def obtained(self) -> str:
        """How it was obtained, and how well that went."""
        return ", ".join(part for part in (self.method, self.evidence) if part)


@dataclass(frozen=True)
class Batch:
    """Numbered points of one structure, and the first point of the study that has this structure: their anchor."""

    setting: Setting
    anchor: Parameters
    points: tuple[tuple[int, Parameters], ...]


def batches(settings: Sequence[Setting], points: Sequence[Parameters]) -> list[Batch]:
    """Return the points gathered by structure. Raises PepaError for a wrong model, parameter, method or measure."""
    found: dict[tuple[Setting, tuple[float, ...]], list[tuple[int, Parameters]]] = {}
    for index, (setting, point) in enumerate(zip(settings, points, strict=True)):
        found.setdefault((setting, sizes(_model(setting.model), dict(setting.fixed + point))), []).append(
            (index, point)
        )
    for setting in dict.fromkeys(settings):
        _understood(setting, next(numbered[0][1] for (other, _), numbered in found.items() if other == setting))
    return [Batch(setting, numbered[0][1], tuple(numbered)) for (setting, _), numbered in found.items()]


def _understood(setting: Setting, point: Parameters) -> None:
    if setting.method not in METHODS:
        raise PepaError(f"there is no method `{setting.method}`", f"the methods are {', '.join(METHODS)}")
    net = compile_model(_model(setting.model), dict(setting.fixed + point))
    understood((text for _, text in setting.measures), net, setting.method, over_time=bool(setting.times))


def solved(batch: Batch, control: Control) -> list[Outcome]:
    """Solve the points of a batch, as many as half a second allows and one at least.

    Raises whatever the watcher raises to cancel.
    """
    until, found = time.monotonic() + BATCH_SECONDS, []
    for index, point in batch.points:
        try:
            found.append(_solved(batch, index, point, control))
        except PepaError as error:
            found.append(Outcome(index, (), reason=error.message))
        if time.monotonic() > until:
            break
    return found


def _solved(batch: Batch, index: int, point: Parameters, control: Control) -> Outcome:
    setting = batch.setting
    net = compile_model(_model(setting.model), dict(setting.fixed + point))
    method = method_for(net, setting, control)
    if method == "fluid":
        return _fluid(net, setting, index, control)
    if method == "simulation":
        return _simulated(net, setting, index, control)
    if setting.times:
        return _exact_at(batch, net, index, control)
    first = _anchor(setting, batch.anchor, control)
    if first is not None and batch.anchor == point:
        return _row(first, setting, index, control)
    derived = derive_net(Compiled(net, (), {}), control, first.derived if first else None)
    return _row(solve_derived(derived, control, previous=first), setting, index, control)


@lru_cache(maxsize=4)
def _model(text: str) -> Model:
    return load(text)[0]


@lru_cache(maxsize=1)
def _anchor(setting: Setting, point: Parameters, control: Control) -> Solved | None:
    """Return the solution that others of its structure start from; None where it has none."""
    derived = _derived(setting, point, control)
    try:
        return None if derived is None else solve_derived(derived, control)
    except PepaError:
        return None


@lru_cache(maxsize=1)
def _derived(setting: Setting, point: Parameters, control: Control) -> Derived | None:
    try:
        net = compile_model(_model(setting.model), dict(setting.fixed + point))
        return derive_net(Compiled(net, (), {}), control)
    except PepaError:
        return None


def forget() -> None:
    """Let go of the state space and solution kept for the next point."""
    _anchor.cache_clear()
    _derived.cache_clear()


def _row(found: Solved, setting: Setting, index: int, control: Control) -> Outcome:
    steady = found.steady
    if not steady.certainty.exact:
        raise PepaError(f"the steady state is {steady.certainty.words}", "solve this point by itself with --explain")
    row = _measured(setting, exact_values(found, control))
    return Outcome(index, (row,), f"exact, {steady.method}", f"residual {steady.residual:.0e}")


def _measured(setting: Setting, values: Values) -> Row:
    found = {label: measured(text, values) for label, text in setting.measures}
    none = [
        f"{label} has no value: {why_none(text, values)}"
        for label, text in setting.measures
        if math.isnan(found[label])
    ]
    return Row(found, notes=(*values.notes, *none))


def _exact_at(batch: Batch, net: Net, index: int, control: Control) -> Outcome:
    setting = batch.setting
    derived = derive_net(Compiled(net, (), {}), control, _derived(setting, batch.anchor, control))
    found = [
        (_measured(setting, values), moment)
        for values, moment in exact_values_at(derived, np.array(setting.times), control)
    ]
    last = found[-1][1]
    rows = tuple(row for row, _ in found)
    return Outcome(index, rows, f"exact, {last.method}", f"error at most {last.error:.0e}")


def _fluid(net: Net, setting: Setting, index: int, control: Control) -> Outcome:
    from pepa.query.fluid import fluid_values, fluid_values_at

    if setting.times:
        rows = [_measured(setting, values) for values in fluid_values_at(net, np.array(setting.times), control)]
        return Outcome(index, tuple(rows), "fluid, LSODA")
    return Outcome(index, (_measured(setting, fluid_values(net, control)),), "fluid, at its equilibrium")


def _simulated(net: Net, setting: Setting, index: int, control: Control) -> Outcome:
    from pepa.query.simulated import Simulated, estimated, long_run_values, values_at
    from pepa.simulation.confidence import LEVEL

    def samples() -> Iterator[Simulated]:
        if setting.times:
            yield from values_at(net, np.array(setting.times), setting.replications, setting.seed, control)
        else:
            yield long_run_values(net, setting.seed, control, setting.precision, setting.passages)

    rows = []
    for sample in samples():
        found = {label: estimated(text, sample) for label, text in setting.measures}
        values, halves = {n: e.value for n, e in found.items()}, {n: e.half_width for n, e in found.items()}
        rows.append(Row(values, halves, sample.notes))
    what = f"{setting.replications:,} replications" if setting.times else "a long run"
    return Outcome(index, tuple(rows), f"simulation, {what}, {100 * LEVEL:g} % confidence")


def method_for(net: Net, setting: Setting, control: Control) -> str:
    """Return how a point is solved: as the setting says, or as is advised.

    For measures of states that is never the fluid, which has none.
    """
    if setting.method != "auto":
        return setting.method
    from pepa.query.advice import advise

    method = advise(net, control).method
    if method == "fluid":
        try:
            understood((text for _, text in setting.measures), net, "fluid", over_time=bool(setting.times))
        except ExpressionError:
            return "simulation"
    return method
