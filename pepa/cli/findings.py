"""`pepa findings`: what the author of a model may have missed, in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pepa.cli.model_text import model_text
from pepa.cli.request import Limits, controlled, failing_clearly, limit_options, model_arguments, print_json
from pepa.cli.terminal import say

if TYPE_CHECKING:
    from pepa.cli.told import ToldRemark, ToldRemarks


@click.command(
    "findings",
    help="Derive MODEL and tell its deadlocks with the shortest way there, actions that never happen, local "
    "derivatives never occupied, members stuck for ever, and the invariants of its net.",
)
@model_arguments
@limit_options
@failing_clearly
def command(model: Path, overrides: dict[str, float], as_json: bool, limits: Limits) -> None:
    """Derive a model and print what is remarkable about it."""
    from pepa.explore.findings import findings
    from pepa.explore.trace import trace_report
    from pepa.explore.trace_text import trace_text
    from pepa.query.analysis import compile_text, derive_net

    with controlled(limits) as control:
        derived = derive_net(compile_text(model_text(model), overrides), control)
        found = findings(derived)
    if as_json:
        told: list[ToldRemark] = [
            {
                "kind": one.kind,
                "sentence": one.sentence,
                "trace": None if one.trace is None else trace_report(one.trace),
            }
            for one in found
        ]
        report: ToldRemarks = {"model": str(model), "states": derived.space.size, "findings": told}
        print_json(report)
        return
    for one in found:
        say(f"{one.sentence}.")
        if one.trace is not None:
            say("".join(f"    {row}\n" for row in trace_text(trace_report(one.trace)).splitlines()), end="")
    if not found:
        say("nothing remarkable: no deadlocks, everything happens, everybody moves.")
