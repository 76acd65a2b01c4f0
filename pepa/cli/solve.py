"""`pepa solve`: the steady state of a model and its measures."""

from __future__ import annotations

from pathlib import Path

import click

from pepa.cli.request import ProgressLine, failing_clearly, limit_options, model_arguments, print_json
from pepa.language.source import read_source


@click.command("solve", help="Solve MODEL for its steady state: throughput, population, utilisation.")
@model_arguments
@limit_options
@click.option("--tolerance", type=click.FloatRange(0, 1, min_open=True), default=1e-12, show_default=True,
              help="Largest relative residual |pi Q| of an answer.")  # fmt: skip
@click.option("--iterations", type=click.IntRange(1), default=20_000, show_default=True,
              help="Most steps of an iterative method.")  # fmt: skip
@click.option("--method", metavar="NAME", help="Use this method, not the automatic choice.")
@click.option("--explain", is_flag=True, help="Say which methods were tried, how each ended, and its seconds.")
@click.option(
    "--bound", is_flag=True, help="Prove a bound on the error of every probability (takes about as long again)."
)
@click.option("--response-time", metavar="STATE,...", multiple=True,
              help="Mean time in these local derivatives, from entering to leaving them (Little).")  # fmt: skip
@failing_clearly
def command(
    model: Path,
    overrides: dict[str, float],
    as_json: bool,
    max_states: int,
    memory: float | None,
    tolerance: float,
    iterations: int,
    method: str | None,
    explain: bool,
    bound: bool,
    response_time: tuple[str, ...],
) -> None:
    """Derive and solve a model and print its measures."""
    from pepa.markov.control import Control
    from pepa.query import analysis, measures, report

    line = ProgressLine()
    limits = {} if memory is None else {"memory": int(memory * 2**30)}
    control = Control(tolerance, max_states, iterations, report=line, **limits)
    try:
        compiled = analysis.compile_text(read_source(model), overrides)
        solved = analysis.solve_derived(analysis.derive_net(compiled, control), control, method, bound=bound)
    finally:
        line.clear()
    found = report.solved_report(solved, str(model))
    times = [
        measures.response_time(compiled.net, solved.measures.population, solved.flow, states.split(","))
        for states in response_time
    ]
    if times:
        found["response_time"] = [
            {"states": list(t.states), "mean": t.mean, "population": t.population, "arrivals": t.arrivals}
            for t in times
        ]
    if as_json:
        print_json(found)
    else:
        from pepa.cli.tables import print_solution

        print_solution(found, explain=explain, bound=bound)
