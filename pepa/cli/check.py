"""`pepa check`: whether a model is well formed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pepa.cli.main import Exit
from pepa.cli.model_text import model_text
from pepa.cli.problem_formats import FORMATS
from pepa.cli.request import ProgressLine, failing_clearly, model_arguments, print_json, show_problems
from pepa.cli.terminal import say
from pepa.control.control import Control
from pepa.control.counting import counting
from pepa.language.checks.table import BY_CODE
from pepa.language.nearest import nearest
from pepa.language.problem import ModelError, Problem, Severity
from pepa.language.told_problem import problems_report

if TYPE_CHECKING:
    from pepa.cli.told import ToldCheck
    from pepa.query.analysis import Checked

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


@click.command("check", help="Say whether MODEL is well formed: every problem, with its place and a hint.")
@model_arguments
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
    help="Text with excerpts, file:line:column: lines, GitHub annotations, or JSON.",
)
@failing_clearly
def command(
    model: Path, overrides: dict[str, float], as_json: bool, select: frozenset[str], ignore: frozenset[str], form: str
) -> None:
    """Parse, check and compile a model; exit 1 if it has an error."""
    text = model_text(model)
    members = ""
    try:
        checked = _checked(text, overrides)
        problems = checked.warnings
        groups = checked.groups
        members = ", ".join(group.name if group.size == 1 else f"{group.name}[{group.size}]" for group in groups)
    except ModelError as error:
        problems = tuple(sorted(error.problems, key=lambda problem: problem.span.start))
    problems = tuple(problem for problem in problems if _is_wanted(problem, select, ignore))
    _tell(problems, text, model, "json" if as_json else form, members)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise click.exceptions.Exit(Exit.WRONG)


def _checked(text: str, overrides: dict[str, float]) -> Checked:
    """Return what is told of a text, with progress where it is long."""
    from pepa.query.analysis import check_text

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


def _tell(problems: tuple[Problem, ...], text: str, model: Path, form: str, members: str) -> None:
    if form == "json":
        found: ToldCheck = {"model": str(model), "problems": problems_report(problems, text)}
        print_json(found)
    elif form == "text":
        show_problems(problems, text, model, err=False)
        say(_summary(model, problems))
        if members:
            say(f"components: {members}")
    else:
        for line in FORMATS[form](problems, text, str(model)):
            say(line)


def _summary(model: Path, problems: tuple[Problem, ...]) -> str:
    def number(count: int, noun: str) -> str:
        return f"{count} {noun}" + ("" if count == 1 else "s")

    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    warnings = len(problems) - errors
    if errors:
        return f"{model}: {number(errors, 'error')}, {number(warnings, 'warning')}"
    return f"{model}: well formed" + (f", {number(warnings, 'warning')}" if warnings else "")
