"""`pepa transient`: exact measures over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pepa.cli.model_text import model_text
from pepa.cli.options import Real
from pepa.cli.request import (
    UNCERTAIN,
    Limits,
    controlled,
    failing_clearly,
    limit_options,
    model_arguments,
    print_json,
    refuse_uncertain,
    time_options,
    write_table,
)
from pepa.language.source import read_source
from pepa.query.kind import Kind

if TYPE_CHECKING:
    from pepa.control.control import Control
    from pepa.query.told_series import ToldTransient
    from pepa.query.told_solution import ToldCertainty


@click.command("transient", help="Follow MODEL exactly over time, with a proved error.")
@model_arguments
@limit_options
@time_options(100.0)
@click.option("--tolerance", type=Real(0, 1, min_open=True), default=1e-9, show_default=True,
              help="Largest sum of the errors of all probabilities; what is not met is said.")  # fmt: skip
@click.option("--from", "begin", metavar="WHAT", default="init", show_default=True,
              help="`steady`, the long run; or states as in 'User3 >= 2', each as often as then.")  # fmt: skip
@click.option("--change", "changes", metavar="'T: [FILE] NAME=VALUE ...'", multiple=True,
              help="What is so from time T on: rates, sizes, or another model with components alike; repeatable. "
                   "Members come, none go.")  # fmt: skip
@click.option("--distribution", "distributions", metavar="WHAT,...", multiple=True,
              help="Where the probability is over time, as in pepa solve --distribution; repeatable.")  # fmt: skip
@click.option("--earn", "rewards", metavar="EXPR", multiple=True,
              help="Also what is earned up to each time: an action (how often), a local derivative or states (time), "
                   "visits(STATES), or an expression (over time); repeatable.")  # fmt: skip
@failing_clearly
def command(
    model: Path,
    overrides: dict[str, float],
    as_json: bool,
    limits: Limits,
    csv_path: Path | None,
    **options: Any,
) -> None:
    """Follow a model over time and print its measures."""

    request = _Request(**options)
    with controlled(limits) as control:
        answer = _answer(model, overrides, request, control)
    _print(answer.report, answer.texts, csv_path, as_json=as_json)
    refuse_uncertain(answer.start_certainty, "the long run it starts in", UNCERTAIN)


@dataclass(frozen=True)
class _Request:
    """What is asked for, as the options say it."""

    until: float
    points: int
    measure: tuple[str, ...]
    tolerance: float
    begin: str
    changes: tuple[str, ...]
    distributions: tuple[str, ...]
    rewards: tuple[str, ...]


@dataclass(frozen=True)
class _Answer:
    """The report, what of it is shown, and how certain the long run is that it starts in."""

    report: ToldTransient
    texts: tuple[str, ...]
    start_certainty: ToldCertainty | None


def _answer(model: Path, overrides: dict[str, float], request: _Request, control: Control) -> _Answer:
    from pepa.query import accumulated, series, time_report
    from pepa.query.analysis import compile_text, derive_net
    from pepa.query.joint_time import joint_series_report, recording
    from pepa.query.measure import asked, moment_sentences
    from pepa.query.report import certainty_report, model_report
    from pepa.query.rewards import split_plainly
    from pepa.query.stages import change, followed, stages, start, unchanged, versions

    text = model_text(model)
    compiled = compile_text(text, overrides)
    altered = sorted(map(change, request.changes), key=lambda one: one.time)
    changed = versions(text, overrides, altered, lambda path: read_source(Path(path)))
    later = [one.compiled.net for one in changed]
    wanted = asked(request.measure, compiled.net, Kind.EXACT, later=later)
    for net in (compiled.net, *later):
        for reward in request.rewards:
            accumulated.understood(reward, net)
    time = series.times(request.until, request.points)
    derived = derive_net(compiled, control)
    began = start(request.begin, derived, control)
    every = accumulated.with_changes(time, altered) if request.rewards else time
    plain = not changed and request.begin.strip() == "init"
    if plain:
        along = unchanged(derived, every, control, request.tolerance)
    else:
        along = followed(stages(derived, changed, control), began, every, control, request.tolerance)
    recorded = [recording(split_plainly(texts), derived, len(time)) for texts in request.distributions]
    purses = [accumulated.Accumulating(one, control, request.tolerance / len(every)) for one in request.rewards]
    for purse in purses:
        along = purse.watching(along)
    along = accumulated.only(along, time)
    for one in recorded:
        along = one.watching(along)
    found = series.exact_series(derived, time, control, request.tolerance, wanted.expressions, along, later)
    found = accumulated.beside(found, [purse.at(time) for purse in purses])
    told = time_report.series_report(found, wanted.names)
    told["notes"] += [
        *[f"started {began.words}"] * (not plain),
        *(f"from time {one}" for one in changed if one.change.time < request.until),
        *(f"after the end, changing nothing here: {one}" for one in changed if one.change.time >= request.until),
        *moment_sentences(wanted.expressions),
    ]
    report: ToldTransient = {
        **model_report(compiled.net, str(model)),
        "states": derived.space.size,
        "started": began.words,
        "changes": [{"time": one.time, "model": one.model or None, "values": dict(one.values)} for one in altered],
        **told,
        "distributions": [joint_series_report(one.series) for one in recorded],
    }
    certainty = None if began.certainty is None else certainty_report(began.certainty)
    earned = tuple(f"earned {one}" for one in request.rewards)
    texts = wanted.texts if request.measure or not earned else ()
    return _Answer(report, (*texts, *earned), certainty)


def _print(report: ToldTransient, names: Sequence[str], csv_path: Path | None, *, as_json: bool) -> None:
    from pepa.cli.distribution_tables import print_over_time
    from pepa.cli.time_tables import print_series
    from pepa.query.time_csv import series_csv

    if csv_path is not None:
        write_table(csv_path, series_csv(report))
    if as_json:
        print_json(report)
        return
    print_series(report["model"], report, names)
    for told in report["distributions"]:
        print_over_time(told)
