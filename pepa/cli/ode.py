"""`pepa ode`: the fluid approximation of a model, over time and at its equilibrium."""

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
    time_options,
    write_table,
)
from pepa.cli.terminal import say
from pepa.query.kind import Kind


@click.command("ode", help="Approximate MODEL by ordinary differential equations: over time, and at equilibrium.")
@model_arguments
@limit_options
@time_options(100.0)
@click.option(
    "--method",
    default="LSODA",
    show_default=True,
    metavar="NAME",
    help="Of the series: LSODA, BDF, Radau, RK45 or DOP853; an equilibrium is sought by LSODA.",
)
@click.option("--no-band", is_flag=True, help="Leave out the band of two standard deviations.")
@click.option("--equations", type=click.Choice(["text", "latex", "python", "matlab"]),
              help="Print the equations, and solve nothing.")  # fmt: skip
@click.option("--response-time", metavar="STATE,...", multiple=True,
              help="Mean time in these local derivatives (Little), where there is an equilibrium.")  # fmt: skip
@failing_clearly
def command(
    model: Path,
    overrides: dict[str, float],
    as_json: bool,
    limits: Limits,
    until: float,
    points: int,
    measure: tuple[str, ...],
    csv_path: Path | None,
    method: str,
    no_band: bool,
    equations: str | None,
    response_time: tuple[str, ...],
) -> None:
    """Solve the fluid of a model and print it."""
    from pepa.fluid.equations import FORMATS
    from pepa.fluid.equilibrium import equilibrium
    from pepa.population.population import population
    from pepa.query import advice, series, time_report
    from pepa.query.analysis import compile_text
    from pepa.query.measure import asked, moment_sentences
    from pepa.query.report import model_report
    from pepa.query.time_csv import series_csv
    from pepa.query.told_series import ToldOde

    with controlled(limits) as control:
        net = compile_text(model_text(model), overrides).net
        if equations is not None:
            say(FORMATS[equations](population(net, fluid=True)), end="")
            return
        wanted = asked(measure, net, Kind.FLUID)
        time = series.times(until, points)
        found = series.fluid_series(net, time, control, method, band=not no_band, expressions=wanted.expressions)
        rest = equilibrium(found.path.fluid, control)  # far away in time: an explicit method would never get there
        advised = advice.advise(net, control)
        report: ToldOde = {
            **model_report(net, str(model)),
            **time_report.fluid_report(found, wanted.names),
            "equilibrium": time_report.equilibrium_report(
                found.path.fluid, rest, response_time, control, wanted.expressions
            ),
        }
    report["notes"] += [*advice.long_run_sentences(advised), *moment_sentences(wanted.expressions)]
    if csv_path is not None:
        write_table(csv_path, series_csv(report))
    if as_json:
        print_json(report)
        return
    from pepa.cli.time_tables import print_fluid

    print_fluid(report, wanted.texts)
