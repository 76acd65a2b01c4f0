"""Scenarios compared: chosen from the file beside the model, solved as a study, printed as a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pepa.cli.main import Exit
from pepa.cli.request import Limits, print_json, show_problems
from pepa.cli.studying import performed
from pepa.cli.terminal import say
from pepa.control.error import PepaError
from pepa.language.problem import ModelError
from pepa.language.source import read_if_there, read_source
from pepa.query.report import problems_report

if TYPE_CHECKING:
    from pepa.language.syntax import Model
    from pepa.study.told_study import ToldComparison

Scenarios = dict[str, dict[str, float]]


def compare_scenarios(
    model: Path,
    given: dict[str, float],
    limits: Limits,
    *,
    as_json: bool,
    scenarios: tuple[str, ...],
    baseline: str,
    measures: tuple[str, ...],
    method: str,
    save: str | None,
) -> None:
    """Solve the scenarios asked for and print their measures; `save` first keeps those given as one of them."""
    from pepa.net.compile import compile_model, load
    from pepa.query.measure import understood
    from pepa.study.comparison import all_measures, comparison, scenario_reports
    from pepa.study.scenarios import save_scenario, scenarios_file

    text = read_source(model)
    parsed, _ = load(text)
    net = compile_model(parsed, given)
    understood(measures, net, method)
    if save is not None:
        if not given:
            raise click.UsageError("--save keeps the NAME=VALUE given, and none is")
        save_scenario(scenarios_file(model), save, given, parsed)
        say(f"{save} is kept in {scenarios_file(model)}", err=True)
        scenarios, given = (*scenarios, save), {}
    chosen = _chosen(_kept(scenarios_file(model), parsed, as_json=as_json), model, scenarios, baseline)
    study = comparison(str(model), text, chosen, measures or all_measures(net), given, method)
    # in one process: scenarios that differ in rates share one derivation
    points = performed(study, {"processes": 1, "scheduler": None, "fresh": False, "limits": limits})
    report: ToldComparison = {
        "model": str(model),
        "method": method,
        "fixed": given,
        "baseline": baseline,
        "scenarios": scenario_reports(chosen, points, baseline),
    }
    if as_json:
        print_json(report)
    else:
        from pepa.cli.scenario_tables import print_comparison

        print_comparison(report)
    if any(point["status"] == "failed" for point in points):
        raise click.exceptions.Exit(Exit.WRONG)


def _kept(path: Path, model: Model, *, as_json: bool) -> Scenarios:
    """Return the scenarios of a file, none where there is no file; what is wrong with it is told in its places."""
    from pepa.study.scenarios import read_scenarios

    text = read_if_there(path)
    try:
        return read_scenarios(text, model)
    except ModelError as error:
        if as_json:
            print_json({"model": str(path), "problems": problems_report(error.problems, text)})
        show_problems(error.problems, text, path, err=True)
        raise click.exceptions.Exit(Exit.WRONG) from None


def _chosen(kept: Scenarios, model: Path, names: tuple[str, ...], baseline: str) -> Scenarios:
    """Return the baseline and the scenarios named, all where none is; raises PepaError for one that is not there."""
    from pepa.language.nearest import nearest
    from pepa.study.scenarios import BASE, scenarios_file

    known: Scenarios = {BASE: {}, **kept}
    wanted = dict.fromkeys((baseline, *(names or kept)))
    for name in wanted:
        if name not in known:
            close = nearest(name, known)
            some = ", ".join(list(known)[:20])
            raise PepaError(
                f"there is no scenario `{name}` in {scenarios_file(model)}",
                f"did you mean `{close}`?" if close else f"they are {some}; another: NAME=VALUE --save {name}",
            )
    if not names and not kept:
        raise PepaError(
            f"there are no scenarios: {scenarios_file(model)} is missing or empty",
            f"keep one: pepa compare {model} NAME=VALUE --save busy",
        )
    return {name: known[name] for name in wanted}
