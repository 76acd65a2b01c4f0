"""`pepa explain`: why the figures are what they are."""

from __future__ import annotations

from pathlib import Path

import click

from pepa.cli.model_text import model_text
from pepa.cli.request import (
    Limits,
    controlled,
    failing_clearly,
    limit_options,
    model_arguments,
    print_json,
    refuse_uncertain,
)
from pepa.query.kind import Kind


@click.command(
    "explain",
    help="Say why the long run of MODEL is as it is: for each component how long it works at its own rate and waits "
    "for others, in which cooperation, and which side is the slower; how occupied it is; its cycle broken into parts "
    "that add up (Little's law); and the bottleneck in words.",
)
@model_arguments
@limit_options
@click.option("--measure", metavar="EXPR", help="Rank the rates that this depends on too, as throughput(a).")
@failing_clearly
def command(model: Path, overrides: dict[str, float], as_json: bool, limits: Limits, measure: str | None) -> None:
    """Solve a model and explain it."""
    from pepa.net.compile import load
    from pepa.query import analysis
    from pepa.query.explain import explain
    from pepa.query.explain_report import explain_report
    from pepa.query.measure import understood
    from pepa.query.report import certainty_report, model_report
    from pepa.query.sensitivity import Sensitivities
    from pepa.query.sensitivity_report import sensitivity_report
    from pepa.query.told_reasons import ToldExplanation

    with controlled(limits) as control:
        text = model_text(model)
        compiled = analysis.compile_text(text, overrides)
        if measure:
            understood([measure], compiled.net, Kind.EXACT)
        solved = analysis.solve_derived(analysis.derive_net(compiled, control), control)
        report: ToldExplanation = {
            **model_report(compiled.net, str(model)),
            "states": solved.derived.space.size,
            "certainty": certainty_report(solved.steady.certainty),
            **explain_report(explain(solved)),
            "sensitivity": None,
        }
        if measure:
            found = Sensitivities(load(text)[0], overrides, solved, control).of(measure, sizes=False)
            report["sensitivity"] = sensitivity_report(found)
    if as_json:
        print_json(report)
    else:
        from pepa.cli.explain_tables import print_explanation

        print_explanation(report)
    refuse_uncertain(report["certainty"], "the steady state", "what is explained is as uncertain")
