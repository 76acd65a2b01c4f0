"""`pepa sensitivity`: which parameters a measure depends on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pepa.cli.request import ProgressLine, failing_clearly, limit_options, model_arguments, print_json, refuse_uncertain
from pepa.language.source import read_source


@click.command(
    "sensitivity",
    help="Say which parameters of MODEL its measures depend on, and how much: exact derivatives in the long run, "
    "ranked by elasticity (per cent of a measure for each per cent of a parameter); for array sizes the measure with "
    "one copy fewer and one more.",
)
@model_arguments
@limit_options
@click.option("--measure", "measures", metavar="EXPR", multiple=True, required=True,
              help="As throughput(a), or responsetime(P) / population(Q); repeatable.")  # fmt: skip
@click.option("--sizes/--no-sizes", default=True, show_default=True,
              help="Solve for one copy fewer and one more of every array size.")  # fmt: skip
@failing_clearly
def command(
    model: Path,
    overrides: dict[str, float],
    as_json: bool,
    limits: dict[str, Any],
    measures: tuple[str, ...],
    sizes: bool,
) -> None:
    """Solve a model and print the sensitivities of its measures."""
    from pepa.control.control import Control
    from pepa.net.compile import load
    from pepa.query import analysis
    from pepa.query.measure import understood
    from pepa.query.report import solved_report
    from pepa.query.sensitivity import Sensitivities
    from pepa.query.sensitivity_report import sensitivity_report

    line = ProgressLine()
    control = Control(report=line, **limits)
    try:
        text = read_source(model)
        compiled = analysis.compile_text(text, overrides)
        understood(measures, compiled.net, "exact")
        solved = analysis.solve_derived(analysis.derive_net(compiled, control), control)
        of_all = Sensitivities(load(text)[0], overrides, solved, control)
        found = [of_all.of(measure, sizes=sizes) for measure in measures]
    finally:
        line.clear()
    shape = solved_report(solved, str(model))
    report = {key: shape[key] for key in ("model", "parameters", "states", "certainty")}
    report["sensitivities"] = [sensitivity_report(one) for one in found]
    if as_json:
        print_json(report)
    else:
        from pepa.cli.sensitivity_tables import print_sensitivities

        print_sensitivities(report)
    refuse_uncertain(report["certainty"], "the steady state", "derivatives are as uncertain as what they are of")
