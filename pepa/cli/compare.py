"""`pepa compare`: scenarios of a model side by side, or whether two models do the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pepa.cli.ending import ended
from pepa.cli.main import Exit
from pepa.cli.request import (
    Limits,
    controlled,
    failing_clearly,
    limit_options,
    model_arguments,
    print_json,
    show_problems,
)
from pepa.cli.terminal import say
from pepa.language.problem import ModelError
from pepa.language.source import read_source
from pepa.query.kind import ANY_KIND

if TYPE_CHECKING:
    from pepa.query.analysis import Compiled
    from pepa.query.equivalence import Comparison


@click.command(
    "compare",
    help="Compare scenarios of MODEL, named sets of overrides in MODEL.scenarios.toml: their measures side by side, "
    "with differences to a baseline. Without --scenario, all of them. NAME=VALUE holds for those that do not set it. "
    "With --equivalence, compare with OTHER; NAME=VALUE holds for both, where they have the name; status 1 where they "
    "are not equivalent.",
)
@model_arguments
@click.option("--scenario", "scenarios", multiple=True, metavar="NAME",
              help="A table of MODEL.scenarios.toml, or base; repeatable.")  # fmt: skip
@click.option("--baseline", default="base", show_default=True, metavar="NAME",
              help="What differences are to; base is the model as it is written.")  # fmt: skip
@click.option("--measure", "measures", multiple=True, metavar="EXPR",
              help="As throughput(useVM); repeatable. [default: all throughputs and populations]")  # fmt: skip
@click.option("--method", type=click.Choice(ANY_KIND), default="exact", show_default=True,
              help="Solve the chains, approximate by a fluid, simulate a long run, or whatever suits.")  # fmt: skip
@click.option("--save", metavar="NAME", help="First keep the NAME=VALUE given as this scenario.")
@click.option("--equivalence", "other", metavar="OTHER", type=click.Path(path_type=Path),
              help="Decide strong equivalence with this model; tell what distinguishes them.")  # fmt: skip
@limit_options
@failing_clearly
def command(
    model: Path,
    overrides: dict[str, float],
    as_json: bool,
    other: Path | None,
    limits: Limits,
    **asked: Any,
) -> None:
    """Print scenarios side by side, or decide strong equivalence."""
    if other is None:
        from pepa.cli.comparing import compare_scenarios

        compare_scenarios(model, overrides, limits, as_json=as_json, **asked)
        return
    if asked["scenarios"] or asked["measures"] or asked["save"]:
        raise click.UsageError("--equivalence is of two models: leave out --scenario, --measure and --save")
    _decide_equivalence(model, other, overrides, limits, as_json=as_json)


def _decide_equivalence(
    model: Path, other: Path, overrides: dict[str, float], limits: Limits, *, as_json: bool
) -> None:
    """Decide strong equivalence of two models and print the evidence."""
    from pepa.query.analysis import derive_net
    from pepa.query.equivalence import compare
    from pepa.query.equivalence_report import equivalence_report

    with controlled(limits) as control:
        first, second = (derive_net(compiled, control) for compiled in _compiled((model, other), overrides))
        found = compare(first, second, control)
    if as_json:
        print_json(equivalence_report(found, (str(model), str(other))))
    else:
        _print_equivalence(found, model, other)
    ended(unmet=found.difference is not None)


def _print_equivalence(found: Comparison, model: Path, other: Path) -> None:
    difference = found.difference
    say(f"{model}: {found.states[0]:,} states · {other}: {found.states[1]:,} states")
    if difference is None:
        alike = f"at rates that differ by no more than {found.tolerance:.1e} of themselves"
        say(f"strongly equivalent: {found.blocks:,} blocks of states that do the same, {alike}")
        return
    rates = difference.rates
    after = f"after {', '.join(difference.trace)}" if difference.trace else "at the start"
    say(f"not strongly equivalent: {after},")
    digits = next(
        number for number in range(6, 18) if number == 17 or len({f"{rate:.{number}g}" for rate in rates}) > 1
    )
    for path, rate in zip((model, other), rates, strict=True):
        told = f"does {difference.action} at rate {rate:.{digits}g}" if rate else f"cannot do {difference.action}"
        say(f"  {path} {told}")


def _compiled(paths: tuple[Path, Path], overrides: dict[str, float]) -> list[Compiled]:
    """Compile both models with the overrides each knows; a name that neither knows is an error of the first."""
    from pepa.language.parser import parse
    from pepa.query.analysis import compile_text

    texts = [read_source(path) for path in paths]
    models = [parse(text).model for text in texts]
    known = [{definition.name.text for definition in model.rates} if model else set() for model in models]
    strange = overrides.keys() - known[0] - known[1]
    compiled = []
    for path, text, names in zip(paths, texts, known, strict=True):
        try:
            compiled.append(compile_text(text, {name: overrides[name] for name in overrides.keys() & names | strange}))
        except ModelError as error:
            show_problems(error.problems, text, path, err=True)
            raise click.exceptions.Exit(Exit.WRONG) from None
    return compiled
