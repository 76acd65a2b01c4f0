"""`pepa passage`: how long from one thing to another, exactly, by the fluid or by simulation, or side by side."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pepa.cli.main import Exit
from pepa.cli.model_text import model_text
from pepa.cli.options import POSITIVE, WHOLE, Real
from pepa.cli.request import (
    UNCERTAIN,
    Limits,
    controlled,
    csv_option,
    failing_clearly,
    limit_options,
    model_arguments,
    print_json,
    refuse_uncertain,
    write_table,
)
from pepa.cli.terminal import say
from pepa.control.error import PepaError
from pepa.query.kind import Kind
from pepa.query.shares import PASSAGES, QUANTILES

if TYPE_CHECKING:
    from pepa.control.control import Control
    from pepa.query.analysis import Compiled
    from pepa.query.passage import Question
    from pepa.query.told_passage import AnyPassage, ToldPassages


@click.command("passage")
@model_arguments
@limit_options
@click.option("--from", "begin", metavar="WHAT", default="", help="An action, or states as in 'User3 >= 2'.")
@click.option("--to", "ends", metavar="WHAT", multiple=True,
              help="An action, or states; repeatable: whichever comes first ends it.")  # fmt: skip
@click.option("--member", metavar="GROUP", default="",
              help="Follow one member of this array: actions and local derivatives are its own.")  # fmt: skip
@click.option("--probe", metavar="PATTERN", default="",
              help="A stochastic probe instead, as in 'User::ask:start, denied*, answer:stop'.")  # fmt: skip
@click.option("--within", is_flag=True, help="Start at any moment in the states of --from, not at entries to them.")
@click.option("--method", "methods", type=click.Choice([kind.value for kind in Kind]), multiple=True,
              default=["exact"], show_default=True,
              help="How; repeatable: side by side. The fluid needs --member.")  # fmt: skip
@click.option("--passages", type=POSITIVE, default=PASSAGES, show_default=True, help="How many are simulated.")
@click.option("--seed", type=WHOLE, default=1, show_default=True, help="Of the simulation.")
@click.option("--quantile", "quantiles", type=Real(0, 1, min_open=True, max_open=True), multiple=True,
              help=f"A part of all passages; repeatable. [default: {', '.join(map(str, QUANTILES))}]")  # fmt: skip
@click.option("--earn", "rewards", metavar="EXPR", multiple=True,
              help="Also what is earned on the way: an action (how often), states (time in them), visits(STATES), or "
                   "an expression (over time); repeatable, exact.")  # fmt: skip
@click.option("--until", type=Real(0, min_open=True), metavar="T",
              help="Show the distribution up to T. [default: where 99 % have arrived]")  # fmt: skip
@click.option("--points", type=WHOLE, default=200, show_default=True, help="Times of the distribution.")
@click.option("--tolerance", type=Real(0, 1, min_open=True), default=1e-9, show_default=True,
              help="Most that any probability may be off.")  # fmt: skip
@click.option("--no-chart", is_flag=True, help="Print tables only.")
@csv_option
@failing_clearly
def command(
    model: Path,
    overrides: dict[str, float],
    as_json: bool,
    limits: Limits,
    begin: str,
    ends: tuple[str, ...],
    member: str,
    probe: str,
    within: bool,
    methods: tuple[str, ...],
    until: float | None,
    no_chart: bool,
    csv_path: Path | None,
    **shown: Any,
) -> None:
    """Say how long it takes from one thing to another: mean, variance, quantiles, distribution.

    From one completion of an action to the next of another, or from entering some states to entering others; started
    in the long run, as it is seen at those moments. `--from init` starts in the initial state.

    Where no chain reaches, one member of an array can be followed by the fluid, with what makes it doubtful, and all of
    it by simulation, with 95 % confidence at each time.

    A stochastic probe watches for a regular expression over actions (`,` then, `|` or, `*`, `+`, `?`, `{2}`; `/a`: anew
    after a), and tells from the activity labelled `start` to the one labelled `stop`; `GROUP::` watches one member.

    \b
    pepa passage vm_launch.pepa --from receiveRequest --to forward_N_id_To_User
    pepa passage vm_launch.pepa --member User --from User1 --to User3
    pepa passage vm_launch.pepa --from init --to 'User3 >= 2' --to untrusted_N
    pepa passage vm_launch.pepa --probe 'User::receiveRequest:start, end{2}, forward_N_id_To_User:stop'
    pepa passage client_server.pepa --member Client --from request --to answer --method exact --method fluid
    """
    from pepa.query.series import times

    asked = _Shown(str(model), **shown)
    times(until or 1.0, asked.points)  # a wrong number of points is told before anything is derived
    question = _question(begin, ends, member, probe, within=within)
    reports, refused = _reports(question, overrides, [*map(Kind, methods)], asked, until, limits)
    if csv_path is not None:
        from pepa.query.time_csv import passage_csv

        write_table(csv_path, passage_csv(reports))
    _print(reports, as_json=as_json, chart=not no_chart)
    for kind, why in refused.items():
        say(f"no answer by {kind}: {why.message}" + f"; {why.hint}" * bool(why.hint), err=True)
    for report in reports:
        if report["kind"] != "simulation":
            refuse_uncertain(report["start_certainty"], "the steady state it starts in", UNCERTAIN)
    if refused:
        raise click.exceptions.Exit(Exit.LIMIT)


def _reports(
    question: Question,
    overrides: dict[str, float],
    kinds: list[Kind],
    shown: _Shown,
    until: float | None,
    limits: Limits,
) -> tuple[list[AnyPassage], dict[Kind, PepaError]]:
    """Return the reports of some kinds, all up to the time of the first, and why others have none.

    Raises the first of those where none has one.
    """
    from pepa.query.analysis import compile_text

    reports, refused = list["AnyPassage"](), dict[Kind, PepaError]()
    with controlled(limits) as control:
        compiled = compile_text(model_text(Path(shown.model)), overrides)
        for kind in dict.fromkeys(kinds):
            end = reports[0]["curve"]["time"][-1] if reports and reports[0]["curve"] else until
            try:
                reports.append(_report(kind, compiled, question, control, shown, end))
            except PepaError as error:
                refused[kind] = error
    if not reports:
        raise next(iter(refused.values()))
    return reports, refused


def _print(reports: list[AnyPassage], *, as_json: bool, chart: bool) -> None:
    from pepa.cli.passage_tables import print_passage, print_side_by_side

    if as_json:
        print_json(reports[0] if len(reports) == 1 else _together(reports))
    elif len(reports) == 1:
        print_passage(reports[0], chart=chart)
    else:
        print_side_by_side(reports, chart=chart)


def _question(begin: str, ends: tuple[str, ...], member: str, probe: str, *, within: bool) -> Question:
    """Return what is asked; raises UsageError where that is too much or too little."""
    from pepa.query.passage import by_probe, questions

    if probe and (begin or ends or member):
        raise click.UsageError("--probe tells from what to what, and of whom: leave out --from, --to and --member")
    if not probe and not (begin and ends):
        raise click.UsageError("tell from what to what: --from and --to, or --probe")
    return by_probe(probe, within=within) if probe else questions(begin, ends, member, within=within)


@dataclass(frozen=True)
class _Shown:
    """What is shown of a passage, and how it is simulated."""

    model: str
    quantiles: tuple[float, ...]
    points: int
    tolerance: float
    passages: int
    seed: int
    rewards: tuple[str, ...]


def _report(
    kind: Kind, compiled: Compiled, question: Question, control: Control, shown: _Shown, until: float | None
) -> AnyPassage:
    """Return the report of a passage in a result of one kind."""
    if kind is Kind.SIMULATED:
        from pepa.query.simulated_passage import simulated_passage
        from pepa.query.simulated_passage_report import simulated_passage_report

        sample = simulated_passage(compiled.net, question, shown.passages, shown.seed, control)
        about = compiled.net, question, sample, shown.model
        return simulated_passage_report(*about, shown.quantiles or QUANTILES, shown.points, until)
    from pepa.query.fluid_passage import fluid_passage
    from pepa.query.passage import passage
    from pepa.query.passage_report import passage_report

    exact = kind is Kind.EXACT
    found = passage(compiled, question, control) if exact else fluid_passage(compiled.net, question, control)
    shares, rewards = shown.quantiles or QUANTILES, shown.rewards if exact else ()
    return passage_report(found, shown.model, shares, shown.points, until, shown.tolerance, rewards)


def _together(reports: list[AnyPassage]) -> ToldPassages:
    first = reports[0]
    return {
        "model": first["model"],
        "parameters": first["parameters"],
        "passage": first["passage"],
        "from": first["from"],
        "to": first["to"],
        "member": first["member"],
        "methods": reports,
    }
