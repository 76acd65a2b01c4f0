"""`pepa solve`: the steady state of a model and its measures."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pepa.cli.ending import at_limit, ended
from pepa.cli.model_text import model_text
from pepa.cli.options import POSITIVE, Real
from pepa.cli.request import (
    Limits,
    controlled,
    failing_clearly,
    limit_options,
    model_arguments,
    print_json,
    refuse_uncertain,
)
from pepa.cli.terminal import say
from pepa.control.error import PepaError
from pepa.markov.steady.names import NAMES
from pepa.query.kind import Kind

if TYPE_CHECKING:
    from pepa.control.control import Control
    from pepa.query.analysis import Solved
    from pepa.query.told_joint import ToldJoint
    from pepa.query.told_solution import ToldArrivals, ToldSolution, ToldSolved


@click.command(
    "solve",
    help="Solve MODEL for its steady state: throughput, population, utilisation. "
    "Says what the figures are certain to; status 3 where they are not.",
)
@model_arguments
@limit_options
@click.option("--tolerance", type=Real(0, 1, min_open=True), default=1e-12, show_default=True,
              help="Largest relative residual |pi Q| of an answer.")  # fmt: skip
@click.option("--iterations", type=POSITIVE, default=20_000, show_default=True,
              help="Most steps of an iterative method.")  # fmt: skip
@click.option("--method", metavar="NAME", help=f"Use this method, not the automatic choice: {', '.join(NAMES)}.")
@click.option("--explain", is_flag=True, help="Say which methods were tried, how each ended, and its seconds.")
@click.option("--measure", "measures", metavar="EXPR", multiple=True,
              help="As probability(User3 >= 2), variance(User3), responsetime(User1, User2), or arithmetic with "
                   "these: throughput(a) / population(P)^2; repeatable.")  # fmt: skip
@click.option(
    "--bound", is_flag=True, help="Prove a bound on the error of every probability (takes about as long again)."
)
@click.option("--lump", is_flag=True, help="Solve the lumped chain (ordinary lumpability) and tell its factor.")
@click.option("--keep", metavar="NAME", multiple=True,
              help="With --lump: keep the measures of this action or local derivative only; repeatable.")  # fmt: skip
@click.option(
    "--distribution",
    "distributions",
    metavar="WHAT,...",
    multiple=True,
    help="Where the probability is: of a count (User3), of two (User3,TC5) as a heat map, of more as a "
    "table; a lone component by its name is where it is, NAME[] all of an array; repeatable.",
)
@click.option("--response-time", metavar="STATE,...", multiple=True,
              help="Mean time in these local derivatives, from entering to leaving them (Little).")  # fmt: skip
@failing_clearly
def command(
    model: Path,
    overrides: dict[str, float],
    as_json: bool,
    limits: Limits,
    tolerance: float,
    iterations: int,
    method: str | None,
    explain: bool,
    measures: tuple[str, ...],
    bound: bool,
    lump: bool,
    keep: tuple[str, ...],
    distributions: tuple[str, ...],
    response_time: tuple[str, ...],
) -> None:
    """Derive and solve a model and print its measures."""
    from pepa.query import analysis, report

    if keep and not lump:
        raise click.UsageError("--keep goes with --lump")
    if lump and (response_time or measures or distributions):
        raise click.UsageError("--response-time, --measure and --distribution need every state: leave out --lump")
    failed: list[PepaError] = []
    with controlled(limits, tolerance=tolerance, most_iterations=iterations) as control:
        compiled = analysis.compile_text(model_text(model), overrides)
        if measures:
            from pepa.query.measure import understood

            understood(measures, compiled.net, Kind.EXACT)
        derived = analysis.derive_net(compiled, control)
        if lump:
            from pepa.query import lumped

            found = _beside(
                report.lumped_report(lumped.solve_lumped(derived, control, keep, method, bound=bound), str(model))
            )
        else:
            solved = analysis.solve_derived(derived, control, method, bound=bound)
            found = _beside(report.solved_report(solved, str(model)))
            found["measures"], found["why_none"], failed = _measures(solved, control, measures)
            found["distributions"] = [_distribution(solved, texts) for texts in distributions]
            found["response_time"] = [_response_time(solved, states) for states in response_time]
    if as_json:
        print_json(found)
    else:
        from pepa.cli.tables import print_solution

        print_solution(found, explain=explain, bound=bound)
    for why in failed:
        say(f"error: {why.message}" + f"\n    hint: {why.hint}" * bool(why.hint), err=True)
    hint = "another --method may do better; --bound proves how right an answer is"
    refuse_uncertain(found["certainty"], "the steady state", hint)
    ended(uncertain=any(map(at_limit, failed)), unmet=bool(failed))


def _beside(solution: ToldSolution) -> ToldSolved:
    """Return a solution with nothing asked beside it."""
    return {**solution, "measures": {}, "why_none": {}, "distributions": [], "response_time": []}


def _measures(
    solved: Solved, control: Control, asked: tuple[str, ...]
) -> tuple[dict[str, float], dict[str, str], list[PepaError]]:
    """Return the values of measures, why those that are no number are none, and what went wrong with some of those."""
    if not asked:  # what is not asked for need not be imported
        return {}, {}, []
    from pepa.query.exact import exact_values
    from pepa.query.measure import measured
    from pepa.query.no_value import why_none

    values = exact_values(solved, control)
    found, why, failed = dict[str, float](), dict[str, str](), list[PepaError]()
    for text in asked:
        try:
            found[text] = measured(text, values)
        except PepaError as error:
            found[text], why[text] = math.nan, error.message.splitlines()[0]
            failed.append(error)
            continue
        if math.isnan(found[text]):
            why[text] = why_none(text, values)
    return found, why, failed


def _distribution(solved: Solved, texts: str) -> ToldJoint:
    from pepa.query.joint_report import joint_report
    from pepa.query.rewards import split_plainly

    return joint_report(split_plainly(texts), solved)


def _response_time(solved: Solved, states: str) -> ToldArrivals:
    from pepa.query.measures import response_time
    from pepa.query.rewards import split_names

    found = solved.measures
    populations = {**found.population, **found.compound}
    time = response_time(solved.derived.net, populations, solved.flow, split_names(states))
    return {**time.report, "population": time.population, "arrivals": time.arrivals}
