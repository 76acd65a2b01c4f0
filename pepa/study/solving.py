"""Solving the points of a study: by the exact chain, the fluid or simulation, at rest or at given times.

What a point's value is depends on nothing but the point and what it shares with the others, its setting: neither on
the points solved before it nor on how many processes share them. So an interrupted study goes on to the same result.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

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
from pepa.query.kind import ANY_KIND, AUTO, Kind, kind_asked
from pepa.query.measure import Result, understood
from pepa.query.no_value import why_none
from pepa.query.shares import PASSAGES

if TYPE_CHECKING:
    from pepa.query.differentiated import Differentiated

BATCH_SECONDS = 0.5
LOOKED_AT = 100  # points, for one at which the model and the measures have a meaning
Parameters = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Setting:
    """What points share: the text of the model, parameters held fixed, measures by label, and how to solve.

    Without `times` measures are of the long run. `precision` (relative) is for simulated long runs, `replications` for
    simulation at times, `passages` for passage times in a simulated long run. `elastic` are the parameters that the
    elasticities of the measures are asked to.
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
    elastic: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """Values by label, at one time where the setting has times; half widths where they are estimates.

    `notes` are sentences to read beside them. `growing` are elasticities by label and parameter as that grows,
    `shrinking` as it shrinks, where they are others.
    """

    values: dict[str, float]
    half_width: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    growing: dict[str, dict[str, float]] = field(default_factory=dict)
    shrinking: dict[str, dict[str, float]] = field(default_factory=dict)


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
    some: dict[Setting, list[Parameters]] = {}
    for (setting, _), numbered in found.items():
        some.setdefault(setting, []).extend(point for _, point in numbered[:LOOKED_AT])
    for setting, its in some.items():
        _understood(setting, its)
    return [Batch(setting, numbered[0][1], tuple(numbered)) for (setting, _), numbered in found.items()]


def _understood(setting: Setting, points: Sequence[Parameters]) -> None:
    """See that a setting has a meaning at one of its points: where others have none, that is told of each."""
    if setting.method not in ANY_KIND:
        raise PepaError(f"there is no method `{setting.method}`", f"the methods are {', '.join(ANY_KIND)}")
    net = _first_net(setting, points[:LOOKED_AT])
    understood((text for _, text in setting.measures), net, kind_asked(setting.method), over_time=bool(setting.times))


def _first_net(setting: Setting, points: Sequence[Parameters]) -> Net:
    """Return the net of the first point that has one; raises the error of the first point where none has."""
    first: PepaError | None = None
    for point in points:
        try:
            return compile_model(_model(setting.model), dict(setting.fixed + point))
        except PepaError as error:
            first = first or error
    assert first is not None
    raise first


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


@dataclass(frozen=True)
class _Obtained:
    """A result, how it was obtained, and how well that went; `differentiated` has its derivatives, if it has any."""

    result: Result
    method: str
    evidence: str = ""
    differentiated: Callable[[], Differentiated] | None = None


def _solved(batch: Batch, index: int, point: Parameters, control: Control) -> Outcome:
    setting = batch.setting
    net = compile_model(_model(setting.model), dict(setting.fixed + point))
    way, rows = WAYS[kind_for(net, setting, control)], []
    for one in way(batch, net, point, control):
        rows.append(_row(setting, one.result))
    outcome = Outcome(index, tuple(rows), one.method, one.evidence)
    return _elastic(outcome, setting, one.differentiated) if setting.elastic else outcome


def _elastic(outcome: Outcome, setting: Setting, differentiated: Callable[[], Differentiated] | None) -> Outcome:
    """Return the outcome of a long run with its elasticities."""
    from pepa.study.elasticity import elasticities

    if differentiated is None:
        raise PepaError("a simulation has no elasticities: its figures are random", "the methods are exact and fluid")
    of_all, (row,) = differentiated(), outcome.rows
    found = {label: elasticities(of_all, label, text, setting.elastic) for label, text in setting.measures}
    methods = dict.fromkeys(one.method for one in found.values() if one.method)
    return replace(
        outcome,
        evidence="; elasticities by ".join([outcome.evidence, *methods]).removeprefix("; "),
        rows=(
            replace(
                row,
                notes=(*row.notes, *(note for one in found.values() for note in one.notes)),
                growing={label: one.growing for label, one in found.items()},
                shrinking={label: one.shrinking for label, one in found.items() if one.shrinking},
            ),
        ),
    )


def _row(setting: Setting, result: Result) -> Row:
    found = {label: result.estimate(text) for label, text in setting.measures}
    halves = {label: one.half_width for label, one in found.items() if one.sampled}
    none = [
        f"{label} has no value: {why_none(text, result.means)}"
        for label, text in setting.measures
        if math.isnan(found[label].value)
    ]
    return Row({label: one.value for label, one in found.items()}, halves, (*result.notes, *none))


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


def _exact(batch: Batch, net: Net, point: Parameters, control: Control) -> Iterator[_Obtained]:
    setting = batch.setting
    if setting.times:
        derived = derive_net(Compiled(net, (), {}), control, _derived(setting, batch.anchor, control))
        for values, moment in exact_values_at(derived, np.array(setting.times), control):
            yield _Obtained(values, f"exact, {moment.method}", f"error at most {moment.error:.0e}")
        return
    first = _anchor(setting, batch.anchor, control)
    if first is not None and batch.anchor == point:
        solved = first
    else:
        derived = derive_net(Compiled(net, (), {}), control, first.derived if first else None)
        solved = solve_derived(derived, control, previous=first)
    steady = solved.steady
    if not steady.certainty.exact:
        raise PepaError(f"the steady state is {steady.certainty.words}", "solve this point by itself with --explain")

    def differentiated() -> Differentiated:
        from pepa.query.sensitivity import Sensitivities

        return Sensitivities(_model(setting.model), dict(setting.fixed + point), solved, control)

    told = f"residual {steady.residual:.0e}"
    yield _Obtained(exact_values(solved, control), f"exact, {steady.method}", told, differentiated)


def _fluid(batch: Batch, net: Net, point: Parameters, control: Control) -> Iterator[_Obtained]:
    from pepa.query.fluid import fluid_values, fluid_values_at

    setting = batch.setting
    if not setting.times:

        def differentiated() -> Differentiated:
            from pepa.query.fluid_sensitivity import FluidSensitivities

            return FluidSensitivities(_model(setting.model), dict(setting.fixed + point), control)

        yield _Obtained(fluid_values(net, control), "fluid, at its equilibrium", "", differentiated)
    else:
        for values in fluid_values_at(net, np.array(setting.times), control):
            yield _Obtained(values, "fluid, LSODA")


def _simulated(batch: Batch, net: Net, point: Parameters, control: Control) -> Iterator[_Obtained]:
    from pepa.query.simulated import long_run_values, values_at
    from pepa.simulation.confidence import LEVEL

    del point
    setting, sure = batch.setting, f"{100 * LEVEL:g} % confidence"
    if not setting.times:
        found = long_run_values(net, setting.seed, control, setting.precision, setting.passages)
        yield _Obtained(found, f"simulation, a long run, {sure}")
    else:
        for sample in values_at(net, np.array(setting.times), setting.replications, setting.seed, control):
            yield _Obtained(sample, f"simulation, {setting.replications:,} replications, {sure}")


WAYS = {Kind.EXACT: _exact, Kind.FLUID: _fluid, Kind.SIMULATED: _simulated}


def kind_for(net: Net, setting: Setting, control: Control) -> Kind:
    """Return how a point is solved: as the setting says, or as is advised.

    For measures of states that is never the fluid, which has none.
    """
    if setting.method != AUTO:
        return Kind(setting.method)
    from pepa.query.advice import advise

    kind = advise(net, control).method
    if kind is Kind.FLUID:
        try:
            understood((text for _, text in setting.measures), net, kind, over_time=bool(setting.times))
        except ExpressionError:
            return Kind.SIMULATED
    return kind
