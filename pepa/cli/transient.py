"""`pepa transient`: exact measures over time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pepa.cli.options import Real
from pepa.cli.request import (
    UNCERTAIN,
    ProgressLine,
    failing_clearly,
    limit_options,
    model_arguments,
    print_json,
    refuse_uncertain,
    time_options,
    write_table,
)
from pepa.language.source import read_source

if TYPE_CHECKING:
    from pepa.query.report import Report


@click.command("transient", help="Follow MODEL exactly over time, with a proved error.")
@model_arguments
@limit_options
@time_options(100.0)
@click.option("--tolerance", type=Real(0, 1, min_open=True), default=1e-9, show_default=True,
              help="Largest sum of the errors of all probabilities; what is not met is said.")  # fmt: skip
@click.option("--from", "begin", metavar="WHAT", default="init", show_default=True,
              help="`steady`, the long run; or states as in 'User3 >= 2', each as often as then.")  # fmt: skip
@click.option("--change", "changes", metavar="'T: NAME=VALUE ...'", multiple=True,
              help="What is so from time T on: rates, sizes; repeatable. Members come, none go.")  # fmt: skip
@click.option("--distribution", "distributions", metavar="WHAT,...", multiple=True,
              help="Where the probability is over time, as in pepa solve --distribution; repeatable.")  # fmt: skip
@failing_clearly
def command(
    model: Path,
    overrides: dict[str, float],
    as_json: bool,
    limits: dict[str, Any],
    until: float,
    points: int,
    measure: tuple[str, ...],
    csv_path: Path | None,
    tolerance: float,
    begin: str,
    changes: tuple[str, ...],
    distributions: tuple[str, ...],
) -> None:
    """Follow a model over time and print its measures."""
    from pepa.control.control import Control
    from pepa.query import series, time_report
    from pepa.query.analysis import compile_text, derive_net
    from pepa.query.joint_time import joint_series_report, recording
    from pepa.query.measure import asked, moment_sentences
    from pepa.query.report import certainty_report
    from pepa.query.rewards import split_plainly
    from pepa.query.stages import accumulated, change, followed, stages, start, unchanged

    line = ProgressLine()
    control = Control(report=line, **limits)
    try:
        text = read_source(model)
        compiled = compile_text(text, overrides)
        wanted = asked(measure, compiled.net, "transient")
        time = series.times(until, points)
        altered = sorted(map(change, changes), key=lambda one: one.time)
        compiled_then = [compile_text(text, {**overrides, **values}) for values in accumulated(altered)]
        derived = derive_net(compiled, control)
        began = start(begin, derived, control)
        plain = not changes and begin.strip() == "init"
        if plain:
            along = unchanged(derived, time, control, tolerance)
        else:
            along = followed(stages(derived, altered, compiled_then, control), began, time, control, tolerance)
        recorded = [recording(split_plainly(texts), derived, len(time)) for texts in distributions]
        for one in recorded:
            along = one.watching(along)
        found = series.exact_series(derived, time, control, tolerance, wanted.expressions, along)
    finally:
        line.clear()
    report = {
        **time_report.model_report(compiled.net, str(model)),
        "states": derived.space.size,
        "started": began.words,
        "changes": [{"time": one.time, "values": dict(one.values)} for one in altered],
        **time_report.series_report(found, wanted.names),
        **({"distributions": [joint_series_report(one.series) for one in recorded]} if recorded else {}),
    }
    report["notes"] += [
        *[f"started {began.words}"] * (not plain),
        *(f"from time {one}" for one in altered),
        *moment_sentences(wanted.expressions),
    ]
    _print(report, wanted.texts, csv_path, as_json=as_json)
    certainty = None if began.certainty is None else certainty_report(began.certainty)
    refuse_uncertain(certainty, "the long run it starts in", UNCERTAIN)


def _print(report: Report, names: Sequence[str], csv_path: Path | None, *, as_json: bool) -> None:
    from pepa.cli.distribution_tables import print_over_time
    from pepa.cli.time_tables import print_series
    from pepa.query.time_csv import series_csv

    if csv_path is not None:
        write_table(csv_path, series_csv(report))
    if as_json:
        print_json(report)
        return
    print_series(report, names)
    for told in report.get("distributions", ()):
        print_over_time(told)
