"""`pepa passage`: how long from one thing to another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pepa.cli.main import Exit
from pepa.cli.options import WHOLE, Real
from pepa.cli.request import ProgressLine, failing_clearly, limit_options, model_arguments, print_json
from pepa.cli.terminal import say
from pepa.language.source import read_source

QUANTILES = (0.5, 0.9, 0.95, 0.99)


@click.command("passage")
@model_arguments
@limit_options
@click.option("--from", "begin", metavar="WHAT", required=True, help="An action, or states as in 'User3 >= 2'.")
@click.option("--to", "ends", metavar="WHAT", multiple=True, required=True,
              help="An action, or states; repeatable: whichever comes first ends it.")  # fmt: skip
@click.option("--member", metavar="GROUP", default="",
              help="Follow one member of this array: actions and local derivatives are its own.")  # fmt: skip
@click.option("--within", is_flag=True, help="Start at any moment in the states of --from, not at entries to them.")
@click.option("--quantile", "quantiles", type=Real(0, 1, min_open=True, max_open=True), multiple=True,
              help=f"A part of all passages; repeatable. [default: {', '.join(map(str, QUANTILES))}]")  # fmt: skip
@click.option("--until", type=Real(0, min_open=True), metavar="T",
              help="Show the distribution up to T. [default: where 99 % have arrived]")  # fmt: skip
@click.option("--points", type=WHOLE, default=200, show_default=True, help="Times of the distribution.")
@click.option("--tolerance", type=Real(0, 1, min_open=True), default=1e-9, show_default=True,
              help="Most that any probability may be off.")  # fmt: skip
@click.option("--no-chart", is_flag=True, help="Print tables only.")
@failing_clearly
def command(
    model: Path,
    overrides: dict[str, float],
    as_json: bool,
    limits: dict[str, Any],
    begin: str,
    ends: tuple[str, ...],
    member: str,
    within: bool,
    quantiles: tuple[float, ...],
    until: float | None,
    points: int,
    tolerance: float,
    no_chart: bool,
) -> None:
    """Say how long it takes from one thing to another: mean, variance, quantiles, distribution.

    From one completion of an action to the next of another, or from entering some states to entering others; started
    in the long run, as it is seen at those moments. `--from init` starts in the initial state.

    \b
    pepa passage vm_launch.pepa --from receiveRequest --to forward_N_id_To_User
    pepa passage vm_launch.pepa --member User --from User1 --to User3
    pepa passage vm_launch.pepa --from init --to 'User3 >= 2' --to untrusted_N
    """
    from pepa.control.control import Control
    from pepa.query.analysis import compile_text
    from pepa.query.passage import passage, questions
    from pepa.query.passage_report import passage_report
    from pepa.query.series import times

    times(until or 1.0, points)  # a wrong number of points is told before anything is derived
    line = ProgressLine()
    control = Control(report=line, **limits)
    try:
        compiled = compile_text(read_source(model), overrides)
        found = passage(compiled, questions(begin, ends, member, within=within), control)
        report = passage_report(found, str(model), quantiles or QUANTILES, points, until, tolerance)
    finally:
        line.clear()
    if as_json:
        print_json(report)
    else:
        from pepa.cli.passage_tables import print_passage

        print_passage(report, chart=not no_chart)
    if found.certainty is not None and not found.certainty.exact:
        say(f"error: the steady state it starts in is {found.certainty.words}: {found.certainty.evidence}", err=True)
        say("    hint: every figure is as uncertain; pepa solve --explain says more", err=True)
        raise click.exceptions.Exit(Exit.LIMIT)
