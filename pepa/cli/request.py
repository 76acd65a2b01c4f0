"""What all verbs ask for alike: a model file, its overrides, limits; and how they fail."""

from __future__ import annotations

import contextlib
import functools
import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

import click

from pepa.cli.main import Exit
from pepa.cli.model_text import model_text
from pepa.cli.options import POSITIVE, WHOLE, Real
from pepa.cli.terminal import say, speaks_unicode
from pepa.control.error import NoRoom, PepaError, unwritten
from pepa.control.pace import Pace
from pepa.language.numbers import number, shortened
from pepa.language.problem import LineIndex, ModelError, Problem, render
from pepa.language.shown import escaped, shown
from pepa.language.told_problem import problems_report

if TYPE_CHECKING:
    from pepa.cli.told import ToldCheck, ToldRefusal
    from pepa.control.control import Control
    from pepa.query.told_solution import ToldCertainty

MOST_SHOWN = 200  # problems of one text
UNCERTAIN = "every figure is as uncertain; pepa solve --explain says more"


class Limits(TypedDict, total=False):
    """Limits of an analysis that were asked for: arguments of a Control."""

    most_states: int
    memory: int  # bytes
    seconds: float


def model_arguments(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add MODEL, NAME=VALUE ... and --json to a verb."""
    json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
    overrides = click.argument("overrides", nargs=-1, metavar="[NAME=VALUE ...]", callback=_overrides)
    model = click.argument("model", type=click.Path(path_type=Path))
    return model(overrides(json_option(function)))


def limit_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --max-states, --memory and --time to a verb, which takes them as `limits`, arguments of a Control."""
    states = click.option(
        "--max-states",
        type=POSITIVE,
        default=200_000_000,
        show_default=True,
        help="Stop beyond these.",
    )
    memory = click.option(
        "--memory",
        type=Real(0.01),
        metavar="GIB",
        help="Stop beyond this. [default: 70 % of what is free]",
    )
    seconds = click.option("--time", type=Real(0, min_open=True), metavar="SECONDS", help="Stop after this.")

    @functools.wraps(function)
    def verb(max_states: int, memory: float | None, time: float | None, **arguments: Any) -> Any:
        limits: Limits = {"most_states": max_states}
        if memory is not None:
            limits["memory"] = int(memory * 2**30)
        if time is not None:
            limits["seconds"] = time
        return function(limits=limits, **arguments)

    return states(memory(seconds(verb)))


def time_options(until: float | None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add --until, --points, --measure and --csv to a verb over time; None as the default means a long run."""
    shown = "T; without it, the long run" if until is None else "T"
    end = click.option(
        "--until", type=Real(), default=until, show_default=until is not None, help=f"Follow up to {shown}."
    )
    number = click.option(
        "--points",
        type=WHOLE,
        default=100,
        show_default=True,
        help="Times shown, evenly spaced.",
    )
    names = click.option("--measure", multiple=True, metavar="EXPR",
                         help="An action (its throughput), a local derivative (its population), or an expression "
                              "as population(P) / 2; repeatable.")  # fmt: skip
    return lambda function: end(number(names(csv_option(function))))


def csv_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --csv to a verb, which takes it as `csv_path` and writes it by `write_table`."""
    text = "Write all of it to this file as well."
    return click.option("--csv", "csv_path", type=click.Path(path_type=Path), metavar="FILE", help=text)(function)


def write_table(path: Path, text: str) -> None:
    """Write a table to a file whole or not at all; raises PepaError where it cannot be written."""
    try:
        from pepa.language.saving import write_whole

        write_whole(path, text)
    except OSError as error:
        raise unwritten(path, error, "name another file") from None


def refuse_uncertain(certainty: ToldCertainty | None, what: str, hint: str) -> None:
    """End with the status of what is not certain where a steady state is not; None is none to doubt."""
    if certainty is None or certainty["exact"]:
        return
    say(f"error: {what} is {certainty['words']}: {certainty['evidence']}", err=True)
    say(f"    hint: {hint}", err=True)
    raise click.exceptions.Exit(Exit.LIMIT)


def _overrides(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, float]:
    del ctx, parameter
    return overridden(values)


def overridden(values: tuple[str, ...]) -> dict[str, float]:
    """Return the parameters set by NAME=VALUE; raises UsageError where one cannot be read or is there twice."""
    found = {}
    for text in values:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise click.UsageError(f"expected NAME=VALUE, got `{text}`")
        try:
            assigned = number(value)
        except PepaError as error:
            raise click.UsageError(f"{error.message}, in `{shortened(text, 40)}`") from None
        if name.strip() in found:
            raise click.UsageError(f"`{name.strip()}` is there twice")
        found[name.strip()] = assigned
    return found


def failing_clearly(function: Callable[..., Any]) -> Callable[..., Any]:
    """Turn the errors of a verb into messages and exit statuses; with --json, into an object as well.

    The verb takes `model`, the path, and `as_json`.
    """

    @functools.wraps(function)
    def verb(model: Path, as_json: bool, **arguments: Any) -> None:
        from pepa.control.control import LimitReached  # pulls in no numpy

        model_text.cache_clear()
        try:
            function(model=model, as_json=as_json, **arguments)
        except ModelError as error:
            text = model_text(model)
            if as_json:
                found: ToldCheck = {"model": str(model), "problems": problems_report(error.problems, text)}
                print_json(found)
            show_problems(error.problems, text, model, err=True)
            raise click.exceptions.Exit(Exit.WRONG) from None
        except PepaError as error:
            if as_json:
                refused: ToldRefusal = {"model": str(model), "error": error.message, "hint": error.hint}
                print_json(refused)
            say(f"error: {error.message}", err=True)
            if error.hint:
                say(f"    hint: {error.hint}", err=True)
            full = Exit.OUTPUT if isinstance(error, NoRoom) else Exit.WRONG
            status = Exit.LIMIT if isinstance(error, LimitReached) else full
            raise click.exceptions.Exit(status) from None

    return verb


def show_problems(problems: tuple[Problem, ...], text: str, path: Path, *, err: bool) -> None:
    """Print problems, each with its place, its line and its hint."""
    lines = LineIndex(text)
    for problem in problems[:MOST_SHOWN]:
        say(render(problem, lines, str(path)), err=err)
    if len(problems) > MOST_SHOWN:
        say(f"and {len(problems) - MOST_SHOWN:,} more problems: --json lists them all", err=err)


def print_json(report: Mapping[str, object]) -> None:
    """Print one JSON object, numbers in full; what is not finite becomes null."""
    text = json.dumps(finite(report), indent=2, ensure_ascii=not speaks_unicode(), allow_nan=False)
    say(escaped(text))


def finite(value: Any) -> Any:
    """Return a report in which what is not finite is None: JSON has no word for it."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value


@contextlib.contextmanager
def controlled(limits: Limits, **more: Any) -> Iterator[Control]:
    """Give the control of an analysis with these limits, and `more` of its arguments; its progress is on one line."""
    from pepa.control.control import Control

    line = ProgressLine()
    try:
        yield Control(report=line, **limits, **more)
    finally:
        line.clear()


class ProgressLine:
    """One line on standard error that is written over; only on a terminal, only after half a second."""

    def __init__(self) -> None:
        self._from = time.monotonic() + 0.5
        self._shown = 0
        self._pace = Pace()

    def __call__(self, progress: Any) -> None:
        """Show a Progress."""
        if not sys.stderr.isatty():
            return
        left = self._pace.told(progress.stage, progress.done)
        if time.monotonic() < self._from:
            return
        share = "" if progress.done is None else f" ({100 * progress.done:.0f} %)"
        import shutil  # with which all that packs files comes

        width = shutil.get_terminal_size().columns - 1  # a line that wraps could not be written over
        text = shown(f"{progress.stage}: {progress.message}{share}{left}")[:width]
        sys.stderr.write("\r" + text.ljust(self._shown))
        sys.stderr.flush()
        self._shown = len(text)

    def clear(self) -> None:
        """Remove the line."""
        if self._shown:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            sys.stderr.flush()
            self._shown = 0
