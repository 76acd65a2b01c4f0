"""`pepa trace`: a way through the states of a model, found, walked by chance, or replayed."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pepa.cli.model_text import model_text
from pepa.cli.options import WHOLE
from pepa.cli.request import Limits, controlled, failing_clearly, limit_options, model_arguments, print_json

if TYPE_CHECKING:
    from pepa.control.control import Control
    from pepa.explore.trace import Trace
    from pepa.query.analysis import Compiled

HELP = """Find a way through the states of MODEL.

\b
pepa trace MODEL --to 'User3 = 5'                  the shortest; stops as soon as it is found
pepa trace MODEL --to deadlock --most-probable     the likeliest sequence of activities
pepa trace MODEL --random 20                       one run by the rates
pepa trace MODEL --replay trace.json               the same way again, with the rates of now; or a path that
                                                   `pepa simulate MODEL --path N --json` has recorded
"""


@click.command("trace", help=HELP)
@model_arguments
@limit_options
@click.option("--to", "condition", metavar="CONDITION", help="Lead to a state where this holds.")
@click.option("--from", "start", default="", metavar="STATE", help="Start here, as in 'User3=2 CM3'. [default: init]")
@click.option("--most-probable", is_flag=True, help="The likeliest way, not the shortest; derives the model.")
@click.option("--random", "steps", type=click.IntRange(1, 1_000_000), metavar="STEPS", help="Walk by the rates.")
@click.option("--seed", type=WHOLE, help="The same walk for the same seed.")
@click.option("--replay", type=click.Path(path_type=Path), metavar="FILE", help="Follow a trace kept as JSON.")
@click.option("--chart", is_flag=True, help="Draw a sequence chart of the components.")
@click.option("--save", type=click.Path(path_type=Path), metavar="FILE", help="Write the trace, .json or text.")
@failing_clearly
def command(
    model: Path,
    overrides: dict[str, float],
    as_json: bool,
    limits: Limits,
    chart: bool,
    save: Path | None,
    **asked: Any,
) -> None:
    """Find, walk or replay a trace and print it."""
    wanted = _Wanted(**asked)
    if sum(one is not None for one in (wanted.condition, wanted.steps, wanted.replay)) != 1:
        raise click.UsageError("say one of --to CONDITION, --random STEPS and --replay FILE")
    from pepa.cli.trace_tables import print_trace
    from pepa.explore.told_trace import ToldModelTrace
    from pepa.explore.trace import trace_report
    from pepa.explore.trace_text import write_trace
    from pepa.query.analysis import compile_text
    from pepa.query.report import parameter_value

    with controlled(limits) as control:
        compiled = compile_text(model_text(model), overrides)
        trace = _trace(compiled, control, wanted)
    parameters = {name: parameter_value(rate) for name, rate in compiled.net.parameters.items()}
    report: ToldModelTrace = {"model": str(model), "parameters": parameters, **trace_report(trace)}
    if save is not None:
        write_trace(save, report)
    if as_json:
        print_json(report)
    else:
        print_trace(report, chart=chart)


@dataclass(frozen=True)
class _Wanted:
    """Which way is wanted, as the options say it: one of condition, steps and replay."""

    condition: str | None
    start: str
    most_probable: bool
    steps: int | None
    seed: int | None
    replay: Path | None


def _trace(compiled: Compiled, control: Control, wanted: _Wanted) -> Trace:
    from pepa.explore.place import typed
    from pepa.explore.steps import Steps, random_walk
    from pepa.explore.trace import Trace, replayed
    from pepa.explore.trace_text import read_trace

    net = compiled.net
    steps = Steps(net)
    start = typed(wanted.start, net)
    if wanted.replay is not None:
        return replayed(steps, read_trace(wanted.replay))
    if wanted.steps is not None:
        walk = tuple(itertools.islice(random_walk(steps, start, wanted.seed), wanted.steps))
        took = tuple(stay.seconds for stay in walk)
        return Trace(net, start, tuple(stay.activity for stay in walk), "by chance", took)
    from pepa.explore.ways import way_to

    assert wanted.condition is not None  # it is one of the three
    return way_to(compiled, start, wanted.condition, control, likeliest=wanted.most_probable)
