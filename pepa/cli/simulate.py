"""`pepa simulate`: a long run with confidence, or an ensemble of replications over time."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pepa.cli.model_text import model_text
from pepa.cli.options import NOT_NEGATIVE, POSITIVE, WHOLE, Real, Whole
from pepa.cli.request import (
    Limits,
    controlled,
    failing_clearly,
    limit_options,
    model_arguments,
    print_json,
    time_options,
    write_table,
)
from pepa.query.kind import Kind
from pepa.query.shares import FEWEST_PASSAGES, PASSAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pepa.control.control import Control
    from pepa.net.net import Net
    from pepa.population.population import Vector
    from pepa.query.measure import Asked
    from pepa.query.told_series import ToldEvent, ToldModelEnsemble, ToldModelLongRun, ToldPath
    from pepa.query.told_solution import ToldModel


@click.command("simulate", help="Simulate MODEL: its long run, or with --until T many replications over time.")
@model_arguments
@limit_options
@time_options(None)
@click.option(
    "--replications",
    type=WHOLE,
    default=1000,
    show_default=True,
    help="Of an ensemble over time.",
)
@click.option(
    "--seed",
    type=NOT_NEGATIVE,
    default=1,
    show_default=True,
    help="The same seed, the same figures.",
)
@click.option("--precision", type=Real(), default=0.01, show_default=True,
              help="Of a long run: half width relative to the mean at which it stops.")  # fmt: skip
@click.option("--events", type=POSITIVE, default=50_000_000, show_default=True, help="Most of a long run.")
@click.option("--passages", type=Whole(FEWEST_PASSAGES), default=PASSAGES, show_default=True,
              help="Of a passage time in a long run: how many are simulated.")  # fmt: skip
@click.option("--leap", is_flag=True, help="Over time, approximate by tau-leaping; for large populations.")
@click.option(
    "--path",
    "steps",
    type=POSITIVE,
    metavar="N",
    help="Show the first N events of one path instead.",
)
@click.option("--processes", type=POSITIVE, default=None, help="[default: one for each core]")
@failing_clearly
def command(
    model: Path,
    overrides: dict[str, float],
    as_json: bool,
    limits: Limits,
    until: float | None,
    points: int,
    measure: tuple[str, ...],
    csv_path: Path | None,
    replications: int,
    seed: int,
    leap: bool,
    steps: int | None,
    processes: int | None,
    **long: Any,
) -> None:
    """Simulate a model and print its measures with their confidence."""
    from pepa.control.error import PepaError

    if leap and until is None:
        raise click.UsageError("--leap goes with --until")
    if csv_path is not None and (until is None or steps is not None):
        raise click.UsageError("--csv goes with --until: it is of what is known over time")
    if not long["precision"] > 0:
        raise PepaError(f"the precision must be positive, not {long['precision']:g}", "as in --precision 0.01 for 1 %")
    from pepa.query import series
    from pepa.query.analysis import compile_text
    from pepa.query.measure import asked
    from pepa.query.report import model_report

    with controlled(limits) as control:
        net = compile_text(model_text(model), overrides).net
        wanted = asked(measure, net, Kind.SIMULATED, over_time=until is not None)
        about = model_report(net, str(model))
        if steps is not None:
            shown: _Shown = _path(about, net, seed, steps)
        elif until is None:
            shown = _long_run(about, net, seed, control, wanted, wanted.names if measure else (), **long)
        else:
            cores = processes or os.cpu_count() or 1
            how = _How(series.times(until, points), replications, seed, cores, leap)
            shown = _over_time(about, net, how, control, wanted)
    if csv_path is not None and shown.table:
        write_table(csv_path, shown.table())
    if as_json:
        print_json(shown.report)
    else:
        shown.show()


@dataclass(frozen=True)
class _Shown:
    """A report, how it is shown, and its table where it has one."""

    report: Mapping[str, object]
    show: Callable[[], None]
    table: Callable[[], str] | None = None


def _path(about: ToldModel, net: Net, seed: int, steps: int) -> _Shown:
    from pepa.cli.time_tables import print_path
    from pepa.population.population import population
    from pepa.simulation.path import path_events

    events = path_events(population(net, fluid=False), seed, steps)
    told: list[ToldEvent] = [
        {"time": one.time, "action": one.action, "left": list(one.left), "entered": list(one.entered)} for one in events
    ]
    report: ToldPath = {**about, "seed": seed, "events": told}
    return _Shown(report, partial(print_path, report))


@dataclass(frozen=True)
class _How:
    """How an ensemble is simulated: at which times, how often, from which seed, on how many cores, leaping or not."""

    time: Vector
    replications: int
    seed: int
    processes: int
    leap: bool


def _over_time(about: ToldModel, net: Net, how: _How, control: Control, wanted: Asked) -> _Shown:
    from pepa.cli.time_tables import print_series
    from pepa.query.measure import moment_sentences
    from pepa.query.series import simulated_series
    from pepa.query.time_csv import series_csv
    from pepa.query.time_report import simulated_report

    found, ensemble = simulated_series(
        net,
        how.time,
        how.replications,
        how.seed,
        control,
        how.processes,
        leap=how.leap,
        expressions=wanted.expressions,
    )
    report: ToldModelEnsemble = {**about, **simulated_report(found, ensemble, wanted.names, how.seed)}
    report["notes"] += moment_sentences(wanted.expressions)
    return _Shown(report, partial(print_series, about["model"], report, wanted.texts), partial(series_csv, report))


def _long_run(
    about: ToldModel,
    net: Net,
    seed: int,
    control: Control,
    wanted: Asked,
    precise: Sequence[str],
    *,
    precision: float,
    events: int,
    passages: int,
) -> _Shown:
    from pepa.cli.time_tables import print_long_run
    from pepa.population.population import population
    from pepa.query import advice, time_report
    from pepa.query.shape import refuse_chance
    from pepa.query.simulated import WEIGHED
    from pepa.simulation.long_run import long_run

    advised = advice.advise(net, control)
    refuse_chance(advised.classes, WEIGHED)
    found = long_run(population(net, fluid=False), seed, control, precision, events, asked=precise)
    told = time_report.long_run_report(
        found, wanted.names, control, wanted.expressions, passages, advice.long_run_sentences(advised)
    )
    report: ToldModelLongRun = {**about, **told}
    return _Shown(report, partial(print_long_run, report))
