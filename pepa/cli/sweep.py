"""`pepa sweep`: measures over ranges of parameters."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import Any

import click

from pepa.cli.main import Exit
from pepa.cli.request import ProgressLine, failing_clearly, limit_options, print_json
from pepa.language.source import read_source, write_whole


@click.command("sweep", help="Ask measures of MODEL over ranges: p=0.1:0.9:0.1 Q=1..10 r=1,2,5 (every combination).")
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("ranges", nargs=-1, required=True, metavar="NAME=RANGE ...")
@click.option("--measure", "measures", multiple=True, required=True, metavar="EXPR",
              help="As throughput(useVM) or probability(User3 >= 2); repeatable.")  # fmt: skip
@click.option("--method", default="exact", show_default=True, metavar="NAME", help="exact, or fluid (at equilibrium).")
@click.option("--csv", "csv_path", type=click.Path(path_type=Path), help="Write the table to this file as well.")
@click.option("--processes", type=click.IntRange(1), default=None, help="[default: one for each core]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@limit_options
@failing_clearly
def command(
    model: Path,
    ranges: tuple[str, ...],
    measures: tuple[str, ...],
    method: str,
    csv_path: Path | None,
    processes: int | None,
    as_json: bool,
    limits: dict[str, Any],
) -> None:
    """Run every combination and print a table."""
    from pepa.markov.control import Control
    from pepa.query.expression import parse
    from pepa.study.grid import grid, values
    from pepa.study.run import run

    given = dict(_split(text) for text in ranges)
    for measure in measures:
        parse(measure)
    points = grid({name: values(text) for name, text in given.items()})
    line = ProgressLine()
    try:
        control = Control(report=line, **limits)
        cores = processes or os.cpu_count() or 1
        found = list(run(read_source(model), {}, points, measures, control, method, cores))
    finally:
        line.clear()
    found.sort(key=lambda done: done.index)
    report = {
        "model": str(model),
        "method": method,
        "parameters": list(given),
        "measures": list(measures),
        "points": [
            {
                "parameters": dict(done.point),
                "values": done.values,
                "status": "failed" if done.reason else "done",
                **({"reason": done.reason} if done.reason else {}),
            }
            for done in found
        ],
    }
    if csv_path is not None:
        write_whole(csv_path, _csv(report))
    if as_json:
        print_json(report)
    else:
        from pepa.cli.study_tables import print_sweep

        print_sweep(report)
    if all(done.reason for done in found):
        raise click.exceptions.Exit(Exit.WRONG)


def _split(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise click.UsageError(f"expected NAME=RANGE, got `{text}`")
    return name.strip(), value


def _csv(report: dict[str, Any]) -> str:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([*report["parameters"], *report["measures"]])
    for point in report["points"]:
        cells = [repr(point["parameters"][name]) for name in report["parameters"]]
        writer.writerow(
            [*cells, *(repr(point["values"][m]) if m in point["values"] else "" for m in report["measures"])]
        )
    return target.getvalue()
