"""`pepa simulate`: a long run with confidence, or an ensemble of replications over time."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pepa.cli.options import NOT_NEGATIVE, POSITIVE, WHOLE, Real
from pepa.cli.request import (
    Limits,
    ProgressLine,
    failing_clearly,
    limit_options,
    model_arguments,
    print_json,
    time_options,
    write_table,
)
from pepa.language.source import read_source
from pepa.query.shares import FEWEST_PASSAGES, PASSAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pepa.control.control import Control
    from pepa.net.net import Net
    from pepa.query.measure import Asked
    from pepa.query.report import Report


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
@click.option("--passages", type=click.IntRange(FEWEST_PASSAGES), default=PASSAGES, show_default=True,
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
    from pepa.control.control import Control
    from pepa.query import series, time_report
    from pepa.query.analysis import compile_text
    from pepa.query.measure import asked, moment_sentences

    line = ProgressLine()
    control = Control(report=line, **limits)
    try:
        net = compile_text(read_source(model), overrides).net
        wanted = asked(measure, net, "simulated", over_time=until is not None)
        report = time_report.model_report(net, str(model))
        if steps is not None:
            report |= _path(net, seed, steps)
        elif until is None:
            report |= _long_run(net, seed, control, wanted, wanted.names if measure else (), **long)
        else:
            time = series.times(until, points)
            cores = processes or os.cpu_count() or 1
            found, ensemble = series.simulated_series(
                net, time, replications, seed, control, cores, leap=leap, expressions=wanted.expressions
            )
            report |= {"replications": replications, "seed": seed, "events": ensemble.events, "confidence": 0.95}
            report |= time_report.simulated_report(found, ensemble, wanted.names)
            report["notes"] += moment_sentences(wanted.expressions)
    finally:
        line.clear()
    if csv_path is not None:
        from pepa.query.time_csv import series_csv

        write_table(csv_path, series_csv(report))
    if as_json:
        print_json(report)
    else:
        _print(report, steps, until, wanted.texts)


def _print(report: Report, steps: int | None, until: float | None, texts: Sequence[str]) -> None:
    from pepa.cli import time_tables

    if steps is not None:
        time_tables.print_path(report)
    elif until is None:
        time_tables.print_long_run(report)
    else:
        time_tables.print_series(report, texts)


def _path(net: Net, seed: int, steps: int) -> dict[str, Any]:
    from pepa.population.population import population
    from pepa.simulation.path import path_events

    return {"seed": seed, "events": path_events(population(net, fluid=False), seed, steps)}


def _long_run(
    net: Net,
    seed: int,
    control: Control,
    wanted: Asked,
    precise: Sequence[str],
    *,
    precision: float,
    events: int,
    passages: int,
) -> dict[str, Any]:
    from pepa.population.population import population
    from pepa.query import advice, time_report
    from pepa.simulation.long_run import long_run

    notes = advice.long_run_sentences(advice.advise(net, control))
    found = long_run(population(net, fluid=False), seed, control, precision, events, asked=precise)
    report = time_report.long_run_report(found, wanted.names, control, wanted.expressions, passages)
    return {**report, "notes": [*notes, *found.notes, *time_report.imprecise_sentences(report)]}
