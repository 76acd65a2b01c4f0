"""`pepa optimise`: what parameters must be for a measure to be as wanted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pepa.cli.ending import ended
from pepa.cli.model_text import model_text
from pepa.cli.options import POSITIVE, Real
from pepa.cli.request import Limits, controlled, failing_clearly, limit_options, model_arguments, print_json
from pepa.cli.terminal import say
from pepa.control.error import PepaError
from pepa.language.numbers import number
from pepa.language.printer import number_text
from pepa.query.kind import Kind

if TYPE_CHECKING:
    from pepa.cli.told import ToldOptimum
    from pepa.language.syntax import Model
    from pepa.study.optimum import Bounds


@click.command(
    "optimise",
    help="Find the parameters of MODEL at which a measure of the long run has a value, or is least or most: one "
    "parameter by bracketing, several with exact gradients, the size of an array by trying whole numbers. "
    "Exit status 3 where there are none within the bounds.",
)
@model_arguments
@limit_options
@click.option("--measure", metavar="EXPR", required=True, help="As throughput(a), or responsetime(P).")
@click.option("--to", "wanted", type=Real(), metavar="VALUE", help="What the measure is to be.")
@click.option("--least", "goal", flag_value="least", help="The measure is to be as small as it can be.")
@click.option("--most", "goal", flag_value="most", help="The measure is to be as large as it can be.")
@click.option("--vary", "varied", multiple=True, required=True, metavar="NAME[=LOW:HIGH]",
              help="A parameter to find, within positive bounds; repeatable.")  # fmt: skip
@click.option("--method", type=click.Choice([Kind.EXACT.value, Kind.FLUID.value]), default=Kind.EXACT.value,
              show_default=True, help="The steady state, or the equilibrium of the fluid.")  # fmt: skip
@click.option("--solves", type=POSITIVE, default=200, show_default=True, help="Solve at most so often.")
@failing_clearly
def command(
    model: Path,
    overrides: dict[str, float],
    as_json: bool,
    limits: Limits,
    measure: str,
    wanted: float | None,
    goal: str | None,
    varied: tuple[str, ...],
    method: str,
    solves: int,
) -> None:
    """Find the parameters and print them."""
    if (wanted is None) == (goal is None):
        raise click.UsageError("one of --to VALUE, --least and --most says what is wanted")
    from pepa.net.compile import compile_model, load
    from pepa.query.measure import understood
    from pepa.study.optimum import Goal, optimum

    kind = Kind(method)
    with controlled(limits) as control:
        parsed, _ = load(model_text(model))
        understood([measure], compile_model(parsed, overrides), kind)
        within = [_bounds(parsed, overrides, text) for text in varied]
        if len({one.name for one in within}) < len(within):
            raise click.UsageError("a parameter is varied twice")
        what = Goal(measure, goal if wanted is None else wanted)  # type: ignore[arg-type] # one of them is there
        found = optimum(parsed, overrides, what, within, control, solves, kind)
    if as_json:
        told: ToldOptimum = {
            "model": str(model),
            "measure": measure,
            "wanted": what.wanted,
            "method": method,
            "fixed": overrides,
            "bounds": {one.name: [one.low, one.high] for one in within},
            "parameters": found.parameters,
            "value": found.value,
            "met": found.met,
            "words": found.words,
            "solves": found.solves,
        }
        print_json(told)
    else:
        for name, value in found.parameters.items():
            say(f"{name} = {value:.10g}")
        say(f"{measure} = {number_text(found.value)}   {found.words}; {method}, {found.solves} solutions")
    ended(uncertain=not found.met)


def _bounds(model: Model, overrides: dict[str, float], text: str) -> Bounds:
    """Return the bounds of NAME=LOW:HIGH, or those that a name alone has; raises UsageError or PepaError."""
    from pepa.study.optimum import Bounds, bounds

    name, equals, room = text.partition("=")
    if not equals:
        return bounds(model, overrides, name.strip())
    low, colon, high = room.partition(":")
    try:
        found = Bounds(name.strip(), number(low), number(high))
    except PepaError:
        colon = ""
    if not colon or not 0 < found.low < found.high:
        raise click.UsageError(f"bounds are as in {name.strip()}=0.1:10, positive and ascending, not `{room}`")
    bounds(model, {**overrides, name.strip(): found.high}, name.strip())
    return found
