"""Scenarios compared: chosen from the file beside the model, solved as a study, printed as a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pepa.cli.main import Exit
from pepa.cli.model_text import model_text
from pepa.cli.request import Limits, print_json, show_problems
from pepa.cli.studying import performed
from pepa.cli.terminal import say
from pepa.control.error import PepaError
from pepa.language.problem import ModelError
from pepa.language.source import read_if_there
from pepa.language.told_problem import problems_report
from pepa.query.kind import kind_asked

if TYPE_CHECKING:
    from pepa.cli.told import ToldCheck
    from pepa.language.syntax import Model
    from pepa.study.scenarios import Kept
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

    text = model_text(model)
    parsed, _ = load(text)
    net = compile_model(parsed, given)
    understood(measures, net, kind_asked(method))
    if save is not None:
        if not given:
            raise click.UsageError("--save keeps the NAME=VALUE given, and none is")
        save_scenario(scenarios_file(model), save, given, parsed)
        say(f"{save} is kept in {scenarios_file(model)}", err=True)
        scenarios, given = (*scenarios, save), {}
    kept = _kept(scenarios_file(model), parsed, as_json=as_json)
    chosen = _chosen(kept, model, scenarios, baseline)
    wrong = () if scenarios else kept.problems
    study = comparison(str(model), text, chosen, measures or all_measures(net), given, method)
    # in one process: scenarios that differ in rates share one derivation
    points = performed(study, {"processes": 1, "scheduler": None, "fresh": False, "limits": limits})
    report: ToldComparison = {
        "model": str(model),
        "method": method,
        "fixed": given,
        "baseline": baseline,
        "scenarios": scenario_reports(chosen, points, baseline),
        "problems": problems_report(wrong, kept.text),
    }
    if as_json:
        print_json(report)
    else:
        from pepa.cli.scenario_tables import print_comparison

        print_comparison(report)
    if wrong or any(point["status"] == "failed" for point in points):
        raise click.exceptions.Exit(Exit.WRONG)


def _kept(path: Path, model: Model, *, as_json: bool) -> Kept:
    """Return the scenarios of a file, none where there is no file; what is wrong with it is told in its places."""
    from pepa.study.scenarios import read_scenarios

    text = read_if_there(path)
    try:
        kept = read_scenarios(text, model)
        show_problems(kept.problems, text, path, err=True)
        return kept
    except ModelError as error:
        if as_json:
            found: ToldCheck = {"model": str(path), "problems": problems_report(error.problems, text)}
            print_json(found)
        show_problems(error.problems, text, path, err=True)
        raise click.exceptions.Exit(Exit.WRONG) from None


def _chosen(kept: Kept, model: Path, names: tuple[str, ...], baseline: str) -> Scenarios:
    """Return the baseline and the scenarios named, all where none is; raises PepaError for one that is not there."""
    from pepa.study.scenarios import scenarios_file

    path = scenarios_file(model)
    wanted = dict.fromkeys((baseline, *(names or kept.scenarios)))
    chosen = {name: kept.take(name, path) for name in wanted}
    if not names and not kept.scenarios and not kept.problems:
        raise PepaError(
            f"there are no scenarios: {path} is missing or empty",
            f"keep one: pepa compare {model} NAME=VALUE --save busy",
        )
    return chosen
