"""`pepa check`: whether a model is well formed."""

from __future__ import annotations

from pathlib import Path

import click

from pepa.cli.main import Exit
from pepa.cli.request import failing_clearly, model_arguments, print_json, show_problems
from pepa.cli.terminal import say
from pepa.language.problem import ModelError, Severity
from pepa.language.source import read_source
from pepa.query.report import problems_report


@click.command("check", help="Say whether MODEL is well formed: every problem, with its place and a hint.")
@model_arguments
@failing_clearly
def command(model: Path, overrides: dict[str, float], as_json: bool) -> None:
    """Parse, check and compile a model; exit 1 if it has an error."""
    from pepa.query.analysis import compile_text

    text = read_source(model)
    compiled = None
    try:
        compiled = compile_text(text, overrides)
        problems = compiled.warnings
    except ModelError as error:
        problems = tuple(sorted(error.problems, key=lambda problem: problem.span.start))
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if as_json:
        print_json({"model": str(model), "problems": problems_report(problems, text)})
    else:
        show_problems(problems, text, model, err=False)
        say(_summary(model, errors, len(problems) - errors))
        if compiled:
            members = ", ".join(
                group.name if group.size == 1 else f"{group.name}[{group.size}]" for group in compiled.net.groups
            )
            say(f"components: {members}")
    if errors:
        raise click.exceptions.Exit(Exit.WRONG)


def _summary(model: Path, errors: int, warnings: int) -> str:
    def number(count: int, noun: str) -> str:
        return f"{count} {noun}" + ("" if count == 1 else "s")

    if errors:
        return f"{model}: {number(errors, 'error')}, {number(warnings, 'warning')}"
    return f"{model}: well formed" + (f", {number(warnings, 'warning')}" if warnings else "")
