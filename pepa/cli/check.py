"""`pepa check`: whether models are well formed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pepa.cli.main import Exit
from pepa.cli.problem_formats import FORMATS
from pepa.cli.request import ProgressLine, failing_clearly, overridden, print_json, show_problems
from pepa.cli.terminal import say
from pepa.control.control import Control
from pepa.control.counting import counting
from pepa.control.error import PepaError
from pepa.language.checks.table import BY_CODE
from pepa.language.nearest import nearest
from pepa.language.paths import is_there
from pepa.language.problem import ModelError, Problem, Severity
from pepa.language.source import read_source
from pepa.language.told_problem import problems_report

if TYPE_CHECKING:
    from pepa.cli.told import ToldCheck, ToldRefusal
    from pepa.net.check import Checked

MOST_NAMED = 100  # components in a line
LONG = 1_000_000  # characters from which a check is followed by a line of progress


def _codes(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> frozenset[str]:
    """Return the codes named, several behind one option too; raises UsageError for one there is none of."""
    del ctx
    codes = [code.strip() for value in values for code in value.split(",") if code.strip()]
    for code in codes:
        if code not in BY_CODE:
            close = nearest(code, BY_CODE)
            hint = f"did you mean `{close}`?" if close else "`pepa help checks` lists them"
            raise click.UsageError(f"{parameter.opts[0]}: there is no check `{code}`; {hint}")
    return frozenset(codes)


@dataclass(frozen=True)
class Given:
    """The models to check, and the parameters set in each."""

    models: tuple[Path, ...]
    overrides: dict[str, float]


@dataclass(frozen=True)
class Report:
    """What is told of one model: its problems, with its text and components, or why it cannot be checked."""

    model: Path
    problems: tuple[Problem, ...] = ()
    text: str = ""
    components: str = ""
    refused: PepaError | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether it has an error."""
        return self.refused is not None or any(problem.severity is Severity.ERROR for problem in self.problems)

    def told(self) -> ToldCheck | ToldRefusal:
        """Return it as JSON has it."""
        if self.refused is not None:
            return {"model": str(self.model), "error": self.refused.message, "hint": self.refused.hint}
        return {"model": str(self.model), "problems": problems_report(self.problems, self.text)}


def _given(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> Given:
    """Tell models from parameters: behind the first, what has a `=` and is no file sets one."""
    del ctx, parameter
    assigned = tuple(value for value in values[1:] if "=" in value and not is_there(Path(value)))
    models = values[:1] + tuple(value for value in values[1:] if value not in assigned)
    return Given(tuple(map(Path, models)), overridden(assigned))


@click.command("check", help="Say whether each MODEL is well formed: every problem, with its place and a hint.")
@click.argument("given", nargs=-1, required=True, metavar="MODEL... [NAME=VALUE ...]", callback=_given)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; of several models a list in it.")
@click.option(
    "--select",
    multiple=True,
    metavar="CODE",
    callback=_codes,
    help="Of the warnings, tell these only; repeatable, or with commas. Errors are always told.",
)
@click.option("--ignore", multiple=True, metavar="CODE", callback=_codes, help="Leave these warnings out.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", *FORMATS, "json"]),
    default="text",
    show_default=True,
    help=f"Text with excerpts, {', '.join(form.named for form in FORMATS.values())}, or JSON.",
)
def command(given: Given, as_json: bool, select: frozenset[str], ignore: frozenset[str], form: str) -> None:
    """Parse, check and compile models; exit 1 if one has an error, or cannot be read."""
    form = "json" if as_json else form
    if len(given.models) == 1:
        _alone(model=given.models[0], as_json=form == "json", overrides=given.overrides, select=select, ignore=ignore,
               form=form)  # fmt: skip
        return
    reports = []
    for model in given.models:
        reports.append(_refusable(model, given.overrides, select, ignore))
        if form != "json":
            _tell(reports[-1], form)
    if form == "json":
        print_json({"models": [report.told() for report in reports]})
    if any(report.is_wrong for report in reports):
        raise click.exceptions.Exit(Exit.WRONG)


@failing_clearly
def _alone(
    model: Path, as_json: bool, overrides: dict[str, float], select: frozenset[str], ignore: frozenset[str], form: str
) -> None:
    report = _report(model, overrides, select, ignore)
    if as_json:
        print_json(report.told())
    else:
        _tell(report, form)
    if report.is_wrong:
        raise click.exceptions.Exit(Exit.WRONG)


def _refusable(model: Path, overrides: dict[str, float], select: frozenset[str], ignore: frozenset[str]) -> Report:
    """Return what is told of a model beside others: one that cannot be checked keeps none of them from it."""
    try:
        return _report(model, overrides, select, ignore)
    except PepaError as error:
        return Report(model, refused=error)


def _report(model: Path, overrides: dict[str, float], select: frozenset[str], ignore: frozenset[str]) -> Report:
    """Return what is told of a model. Raises PepaError where it cannot be read, or has not the parameters."""
    text = read_source(model)
    components = ""
    try:
        checked = _checked(text, overrides)
        problems, named = checked.warnings, checked.components
        more = f" and {len(named) - MOST_NAMED:,} more" if len(named) > MOST_NAMED else ""
        components = ", ".join(named[:MOST_NAMED]) + more
    except ModelError as error:
        problems = tuple(sorted(error.problems, key=lambda problem: problem.span.start))
    wanted = tuple(problem for problem in problems if _is_wanted(problem, select, ignore))
    return Report(model, wanted, text, components)


def _checked(text: str, overrides: dict[str, float]) -> Checked:
    """Return what is told of a text, with progress where it is long."""
    from pepa.net.check import check_text

    if len(text) < LONG:
        return check_text(text, overrides)
    line = ProgressLine()
    try:
        with counting(Control(report=lambda at: line(replace(at, message=f"{at.message}; Ctrl+C cancels"))), "check"):
            return check_text(text, overrides)
    finally:
        line.clear()


def _is_wanted(problem: Problem, select: frozenset[str], ignore: frozenset[str]) -> bool:
    if problem.severity is Severity.ERROR:
        return True
    return problem.code not in ignore and (not select or problem.code in select)


def _tell(report: Report, form: str) -> None:
    if report.refused is not None:
        say(f"{report.model}: error: {report.refused.message}", err=True)
        if report.refused.hint:
            say(f"    hint: {report.refused.hint}", err=True)
    elif form == "text":
        show_problems(report.problems, report.text, report.model, err=False)
        say(_summary(report.model, report.problems))
        if report.components:
            say(f"components: {report.components}")
    else:
        for line in FORMATS[form].lines(report.problems, report.text, str(report.model)):
            say(line)


def _summary(model: Path, problems: tuple[Problem, ...]) -> str:
    def number(count: int, noun: str) -> str:
        return f"{count} {noun}" + ("" if count == 1 else "s")

    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    warnings = len(problems) - errors
    if errors:
        return f"{model}: {number(errors, 'error')}, {number(warnings, 'warning')}"
    return f"{model}: well formed" + (f", {number(warnings, 'warning')}" if warnings else "")
