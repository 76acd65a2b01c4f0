"""`pepa experiment`: run the experiments of a file, draw their charts, decide their claims."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pepa.cli.ending import ended
from pepa.cli.main import Exit
from pepa.cli.model_text import model_text
from pepa.cli.request import failing_clearly, finite, print_json, show_problems
from pepa.cli.studying import How, performed, study_options
from pepa.cli.terminal import say
from pepa.control.error import PepaError, unwritten
from pepa.language.problem import ModelError
from pepa.language.saving import write_new
from pepa.language.told_problem import problems_report
from pepa.query.rewards import known

if TYPE_CHECKING:
    from pepa.study.told_study import ToldExperiments, ToldStudy


@click.command(
    "experiment",
    help="Run the experiments of FILE (TOML), or those named: charts, claims, CSV and JSON. "
    "A claim holds, does not, or is not decided where points it needs failed or are not numbers: status 1. Experiments "
    "with which something is wrong are told and left out: status 1.",
)
@click.argument("model", metavar="FILE", type=click.Path(path_type=Path))
@click.argument("names", nargs=-1, metavar="[NAME ...]")
@click.option("--list", "only_list", is_flag=True, help="List the experiments, and run nothing.")
@click.option("--output", type=click.Path(path_type=Path), metavar="DIR",
              help="Write CSV and JSON here. [default: FILE.results, beside it]")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@study_options
@failing_clearly
def command(model: Path, names: tuple[str, ...], only_list: bool, output: Path | None, as_json: bool, how: How) -> None:
    """Run experiments and print what came of them."""
    from pepa.study.experiment import verdicts
    from pepa.study.experiment_file import read_named, sound_experiments
    from pepa.study.report import csv_text, experiment_report

    text = model_text(model)
    sound = sound_experiments(text, lambda name: read_named(model.parent / name))
    found = {experiment.name: experiment for experiment in sound.experiments}
    chosen = [found[name] for name in names if known(name, {**found, **sound.left_out}, "experiment") in found]
    if len(chosen) < len(names):
        raise ModelError(sound.problems)
    chosen, wrong = (chosen, ()) if names else (list(found.values()), sound.problems)
    show_problems(wrong, text, model, err=True)
    if only_list:
        for experiment in chosen:
            say(f"{experiment.name:<24} {len(experiment.points):>6,} points  {experiment.title}")
        raise click.exceptions.Exit(Exit.WRONG if wrong else Exit.DONE)
    folder = output or model.with_suffix(".results")
    reports: list[ToldStudy] = []
    for experiment in chosen:
        points = performed(experiment, how)
        report = experiment_report(experiment, points, verdicts(experiment, points))
        reports.append(report)
        _write(folder, experiment.name, csv_text(experiment, points), report, chosen=output is not None)
        if not as_json:
            from pepa.cli.study_tables import print_experiment

            print_experiment(report)
    if as_json:
        every: ToldExperiments = {"experiments": reports, "problems": problems_report(wrong, text)}
        print_json(every)
    else:
        say(f"tables in {folder}/*.csv and *.json")
    failed = all(point["status"] == "failed" for report in reports for point in report["points"])
    unmet = any(claim["holds"] is None for report in reports for claim in report["claims"])
    ended(unmet=bool(wrong) or failed or unmet)


def _write(folder: Path, name: str, table: str, report: ToldStudy, *, chosen: bool) -> None:
    """Write results as new files in a folder: a link of their name gives way, nothing outside is written."""
    try:
        if folder.is_symlink() and not chosen:
            raise PepaError(f"{folder} is a link to elsewhere", f"if that is meant: --output {folder}")
        folder.mkdir(parents=True, exist_ok=True)
        write_new(folder / f"{name}.csv", table)
        write_new(folder / f"{name}.json", json.dumps(finite(report), indent=2, ensure_ascii=False) + "\n")
    except OSError as error:
        raise unwritten(f"to {folder}", error, "choose a folder: --output") from None
