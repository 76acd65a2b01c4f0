"""`pepa sweep`: measures over ranges of parameters."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pepa.cli.main import Exit
from pepa.cli.model_text import model_text
from pepa.cli.options import Real, Whole
from pepa.cli.request import failing_clearly, print_json, write_table
from pepa.cli.studying import How, performed, study_options
from pepa.cli.terminal import say
from pepa.query.shares import FEWEST_PASSAGES, PASSAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pepa.study.experiment import Experiment
    from pepa.study.told_study import ToldStudy, ToldSweep

MOST_ROWS = 200  # of the table printed


@click.command("sweep", help="Ask measures of MODEL over ranges: p=0.1:0.9:0.1 Q=1..10 r=1,2,5 r=0.01:10:*10.")
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("ranges", nargs=-1, required=True, metavar="NAME=RANGE ...")
@click.option("--measure", "measures", multiple=True, required=True, metavar="EXPR",
              help="As throughput(useVM), probability(User3 >= 2), responsetime(User1); repeatable.")  # fmt: skip
@click.option("--method", default="exact", show_default=True, metavar="NAME",
              help="exact, fluid (at equilibrium), simulation (a long run), or auto.")  # fmt: skip
@click.option("--precision", type=Real(0, 1, min_open=True), default=0.01, show_default=True,
              help="Relative, of a simulated long run.")  # fmt: skip
@click.option("--passages", type=Whole(FEWEST_PASSAGES), default=PASSAGES, show_default=True,
              help="How many are simulated for a passage time.")  # fmt: skip
@click.option("--csv", "csv_path", type=click.Path(path_type=Path), help="Write the table to this file as well.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@study_options
@failing_clearly
def command(
    model: Path,
    ranges: tuple[str, ...],
    measures: tuple[str, ...],
    method: str,
    precision: float,
    passages: int,
    csv_path: Path | None,
    as_json: bool,
    how: How,
) -> None:
    """Run every combination; print a table and a chart."""
    from pepa.study.report import csv_text, experiment_report

    study = _study(model, _given(ranges), measures, method)
    settings = tuple(replace(one, precision=precision, passages=passages) for one in study.settings)
    study = replace(study, settings=settings)
    points = performed(study, how)
    report = experiment_report(study, points, [])
    if csv_path is not None:
        write_table(csv_path, csv_text(study, points))
    if as_json:
        told: ToldSweep = {
            "model": str(model),
            "method": method,
            "parameters": report["parameters"],
            "measures": report["measures"],
            "points": points,
        }
        print_json(told)
    else:
        _print(report)
    if all(point["status"] == "failed" for point in points):
        raise click.exceptions.Exit(Exit.WRONG)


def _study(model: Path, ranges: dict[str, str], measures: tuple[str, ...], method: str) -> Experiment:
    from pepa.query.expression import parse
    from pepa.study.design import grid
    from pepa.study.experiment import Experiment
    from pepa.study.ranges import values
    from pepa.study.solving import Setting

    for measure in measures:
        parse(measure)
    points = grid({name: values(text) for name, text in ranges.items()})
    named = tuple((measure, measure) for measure in measures)
    setting = Setting(model_text(model), (), named, method)
    parameters = tuple(tuple(point.items()) for point in points)
    return Experiment("", str(model), "", tuple(ranges), named, (setting,) * len(points), parameters, tuple(points))


def _print(report: ToldStudy) -> None:
    from pepa.cli.study_tables import print_charts, print_evidence, print_points

    points = report["points"]
    if len(points) <= MOST_ROWS:
        print_points(report)
    else:
        say(f"{len(points):,} points; --csv FILE or --json has them all")
    if len(points) > 2:
        say()
        print_charts(report)
    print_evidence(points)


def _given(ranges: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in ranges:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise click.UsageError(f"expected NAME=RANGE, got `{text}`")
        if name.strip() in found:
            raise click.UsageError(f"`{name.strip()}` is there twice; write all its values in one range: Q=1,2,5..8")
        found[name.strip()] = value
    return found
