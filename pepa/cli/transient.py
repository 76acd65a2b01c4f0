"""`pepa transient`: exact measures over time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pepa.cli.options import Real
from pepa.cli.request import (
    ProgressLine,
    failing_clearly,
    limit_options,
    model_arguments,
    print_json,
    time_options,
)
from pepa.language.source import read_source


@click.command("transient", help="Follow MODEL exactly over time, with a proved error.")
@model_arguments
@limit_options
@time_options(100.0)
@click.option("--tolerance", type=Real(0, 1, min_open=True), default=1e-9, show_default=True,
              help="Largest sum of the errors of all probabilities; what is not met is said.")  # fmt: skip
@failing_clearly
def command(
    model: Path,
    overrides: dict[str, float],
    as_json: bool,
    limits: dict[str, Any],
    until: float,
    points: int,
    measure: tuple[str, ...],
    tolerance: float,
) -> None:
    """Follow a model over time and print its measures."""
    from pepa.control.control import Control
    from pepa.query import series, time_report
    from pepa.query.analysis import compile_text, derive_net
    from pepa.query.measure import asked, moment_sentences

    line = ProgressLine()
    control = Control(report=line, **limits)
    try:
        compiled = compile_text(read_source(model), overrides)
        wanted = asked(measure, compiled.net, "transient")
        time = series.times(until, points)
        derived = derive_net(compiled, control)
        found = series.exact_series(derived, time, control, tolerance, wanted.expressions)
    finally:
        line.clear()
    report = {
        **time_report.model_report(compiled.net, str(model)),
        "states": derived.space.size,
        **time_report.series_report(found, wanted.names),
    }
    report["notes"] += moment_sentences(wanted.expressions)
    if as_json:
        print_json(report)
        return
    from pepa.cli.time_tables import print_series

    print_series(report, wanted.texts)
