"""`pepa format`: a model's text laid out anew."""

from __future__ import annotations

import difflib
from pathlib import Path

import click

from pepa.cli.main import Exit
from pepa.cli.request import failing_clearly
from pepa.cli.terminal import say
from pepa.control.error import unwritten
from pepa.language.format import formatted
from pepa.language.line_ends import fed
from pepa.language.source import read_source

MARK = "\ufeff"


@click.command(
    "format",
    help="Lay out the text of MODEL: one statement a line, `=` and comments aligned, long choices broken. What it "
    "means and all comments stay; a text with errors of syntax is left alone, with exit status 1.",
)
@click.argument("model", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; say whether it would change, exit 1 then.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change.")
def command(model: Path, check: bool, diff: bool) -> None:
    """Format a file in its place, or say what would change."""
    _format(model=model, as_json=False, check=check, diff=diff)


@failing_clearly
def _format(model: Path, as_json: bool, check: bool, diff: bool) -> None:
    del as_json  # there is none
    before = read_source(model, keep_mark=True)
    plain = before.removeprefix(MARK)
    after = before[: len(before) - len(plain)] + formatted(plain)
    if diff:
        _print_diff(before.removeprefix(MARK), after.removeprefix(MARK), str(model))
    if before == after:
        say(f"{model}: is formatted", err=diff)
    elif check:
        say(f"{model}: would be formatted", err=diff)
        raise click.exceptions.Exit(Exit.WRONG)
    elif not diff:
        _write(model, after)
        say(f"{model}: formatted")


def _write(path: Path, text: str) -> None:
    from pepa.language.saving import write_whole

    try:
        write_whole(path, text)
    except OSError as error:
        raise unwritten(path, error, "let it be written to; the file is as it was") from None


def _print_diff(before: str, after: str, name: str) -> None:
    lines = fed(before).split("\n"), fed(after).split("\n")
    for line in difflib.unified_diff(*lines, f"{name} (as it is)", f"{name} (formatted)", lineterm=""):
        say(line.rstrip("\r"))
