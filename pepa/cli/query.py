"""`pepa query`: properties of what may happen, in the syntax of PRISM."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import click

from pepa.cli.ending import at_limit, ended
from pepa.cli.model_text import model_text
from pepa.cli.request import (
    Limits,
    controlled,
    csv_option,
    failing_clearly,
    limit_options,
    overridden,
    print_json,
    write_table,
)
from pepa.cli.terminal import say
from pepa.language.source import read_source

if TYPE_CHECKING:
    from pepa.query.asking import Figure, Unanswered
    from pepa.query.properties import Properties
    from pepa.query.property import Answer
    from pepa.query.told_answer import ToldAnswer, ToldAnswers, ToldSure

OVERRIDE = re.compile(r"\s*[\w'\"]+\s*=\s*[-+.\w]*\s*$")


@click.command("query")
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("words", nargs=-1, metavar="[NAME=VALUE ...] PROPERTY ...")
@click.option("--props", "files", type=click.Path(path_type=Path), multiple=True,
              help="A file of properties, constants and labels; repeatable.")  # fmt: skip
@csv_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@limit_options
@failing_clearly
def command(
    model: Path,
    words: tuple[str, ...],
    files: tuple[Path, ...],
    csv_path: Path | None,
    as_json: bool,
    limits: Limits,
) -> None:
    """Answer properties of MODEL: probabilities, long-run shares and rewards, in the syntax of PRISM; and measures.

    States are expressions as in measures, a reward is a local derivative, an action or an expression. With a bound in
    place of `=?` the answer is a verdict: true, false, or not decided where the bound lies within the error. The status
    is 0 where all verdicts are true, 3 where a steady state they rest on is not certain. Of several, those that have no
    answer say why in their places, and the others are answered. A PROPERTY may be a file that ends in .props.

    \b
    pepa query vm_launch.pepa 'P=? [ F<=10 User3 >= 2 ]'
    pepa query vm_launch.pepa Q=3 'P>=0.9 [ User3 < 2 U[5,20] TC5 = 1 ]'
    pepa query vm_launch.pepa 'R{useVM}=? [ C<=100 ]' 'S=? [ CM = 1 ]'
    pepa query vm_launch.pepa 'filter(min, P=? [ F<=10 User3 > 0 ])'
    pepa query vm_launch.pepa 'passage(User: User1 -> User3)' 'throughput(useVM) / Q'
    """
    from pepa.query.analysis import compile_text, derive_net
    from pepa.query.asking import Asking, understood
    from pepa.query.properties import refuse_taken
    from pepa.query.report import model_report

    overrides = overridden(tuple(word for word in words if OVERRIDE.match(word)))
    groups = _groups([word for word in words if not OVERRIDE.match(word)], files)
    with controlled(limits) as control:
        compiled = compile_text(model_text(model), overrides)
        for group in groups:
            with in_file(group.path):
                refuse_taken(group, compiled.net)
            for one in group.properties:
                with in_file(group.path, one.line):
                    understood(one.text, compiled.net, group.names)
        derived = derive_net(compiled, control)
        asking = Asking(derived, control)
        asked = [(one, group.names) for group in groups for one in group.properties]
        ask = asking.answer if len(asked) == 1 else asking.answered
        answers = [(one, ask(one.text, names)) for one, names in asked]
    properties = [_report(one.name, found) for one, found in answers]
    if csv_path is not None:
        from pepa.query.answers_csv import answers_csv

        write_table(csv_path, answers_csv(properties))
    if as_json:
        about = model_report(compiled.net, str(model))
        report: ToldAnswers = {**about, "states": derived.space.size, "properties": properties}
        print_json(report)
    else:
        for one, found in answers:
            name = f"{one.name}: " if one.name else ""
            say(f"{name}{found.text}\n{indent(found.words, '    ')}")
    _end([found for _, found in answers])


def _end(answers: list[Answer | Figure | Unanswered]) -> None:
    """End with the status of all answers: that of a limit where one is missing or uncertain, else of what is wrong."""
    from pepa.query.asking import Unanswered

    missing = [found for found in answers if isinstance(found, Unanswered)]
    there = [found for found in answers if not isinstance(found, Unanswered)]
    if missing:
        say(f"error: {len(missing):,} of {len(answers):,} have no answer: it is said there why", err=True)
    if uncertain := [found for found in there if not found.certain]:
        worst = max((found.certainty for found in uncertain if found.certainty), key=lambda one: one.error)
        say(f"error: the steady state is {worst.words}: {worst.evidence}", err=True)
        say("    hint: what rests on it is told with that error; pepa solve --explain says more", err=True)
    ended(
        uncertain=bool(uncertain) or any(at_limit(found.why) for found in missing),
        unmet=bool(missing) or not all(found.satisfied for found in there),
    )


def _groups(words: list[str], files: tuple[Path, ...]) -> list[Properties]:
    """Return the properties of each file, then those in the command; raises UsageError where there is none."""
    from pepa.query.properties import Properties, Property, read_properties

    paths = [*files, *(Path(word) for word in words if word.endswith(".props"))]
    groups = []
    for path in paths:
        with in_file(str(path)):
            groups.append(replace(read_properties(read_source(path)), path=str(path)))
    given = tuple(Property(word, "", 0) for word in words if not word.endswith(".props"))
    if given:
        groups.append(Properties(given))
    if not groups:
        raise click.UsageError("there is no property: as in 'P=? [ F<=10 User3 >= 2 ]', or (User3 = 2) in parentheses")
    return groups


@contextmanager
def in_file(path: str, line: int = 0) -> Iterator[None]:
    """Say of an error in what a file says in which file it is, and in which line."""
    from pepa.control.error import PepaError

    try:
        yield
    except PepaError as error:
        if not path or str(path) in error.message:
            raise
        place = f"{path}: line {line}: " if line else f"{path}: "
        raise PepaError(f"{place}{error.message}", error.hint) from None


def _report(name: str, found: Answer | Figure | Unanswered) -> ToldAnswer:
    from pepa.query.asking import Unanswered

    sure: ToldSure | None = None
    if not isinstance(found, Unanswered) and found.certainty is not None:
        sure = {"error": found.certainty.error, "exact": found.certainty.exact}
    return {
        "property": found.text,
        "name": name or None,
        "seconds": round(found.seconds, 6),
        "certainty": sure,
        **found.report,
    }
