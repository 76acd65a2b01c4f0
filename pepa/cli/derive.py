"""`pepa derive`: the state space of a model, and the shape of it."""

from __future__ import annotations

from pathlib import Path

import click

from pepa.cli.model_text import model_text
from pepa.cli.request import Limits, controlled, failing_clearly, limit_options, model_arguments, print_json


@click.command("derive", help="Derive the state space of MODEL: its size, communicating classes, deadlocks.")
@model_arguments
@limit_options
@failing_clearly
def command(model: Path, overrides: dict[str, float], as_json: bool, limits: Limits) -> None:
    """Derive a model and print its shape."""
    from pepa.query.analysis import compile_text, derive_net
    from pepa.query.report import derived_report

    with controlled(limits) as control:
        compiled = compile_text(model_text(model), overrides)
        derived = derive_net(compiled, control)
    report = derived_report(derived, str(model))
    if as_json:
        print_json(report)
    else:
        from pepa.cli.tables import print_shape

        print_shape(report)
