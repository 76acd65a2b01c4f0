"""`pepa compare`: whether two models do the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pepa.cli.main import Exit
from pepa.cli.request import (
    ProgressLine,
    failing_clearly,
    limit_options,
    model_arguments,
    print_json,
    show_problems,
)
from pepa.cli.terminal import say
from pepa.language.problem import ModelError
from pepa.language.source import read_source

if TYPE_CHECKING:
    from pepa.query.analysis import Compiled


@click.command(
    "compare",
    help="Compare MODEL with OTHER. NAME=VALUE holds for both, where they have the name.",
)
@model_arguments
@limit_options
@click.option("--equivalence", "other", required=True, metavar="OTHER", type=click.Path(path_type=Path),
              help="Decide strong equivalence with this model; tell what distinguishes them.")  # fmt: skip
@failing_clearly
def command(model: Path, other: Path, overrides: dict[str, float], as_json: bool, limits: dict[str, Any]) -> None:
    """Decide strong equivalence of two models and print the evidence."""
    from pepa.control.control import Control
    from pepa.query.analysis import derive_net
    from pepa.query.equivalence import compare

    line = ProgressLine()
    control = Control(report=line, **limits)
    try:
        first, second = (derive_net(compiled, control) for compiled in _compiled((model, other), overrides))
        found = compare(first, second, control)
    finally:
        line.clear()
    difference = found.difference
    if as_json:
        report: dict[str, Any] = {
            "models": [str(model), str(other)],
            "states": list(found.states),
            "blocks": found.blocks,
            "equivalent": difference is None,
        }
        if difference is not None:
            report["difference"] = {
                "trace": list(difference.trace),
                "action": difference.action,
                "rates": list(difference.rates),
            }
        print_json(report)
        return
    say(f"{model}: {found.states[0]:,} states · {other}: {found.states[1]:,} states")
    if difference is None:
        say(f"strongly equivalent: {found.blocks:,} blocks of states that do the same")
        return
    after = f"after {', '.join(difference.trace)}" if difference.trace else "at the start"
    say(f"not strongly equivalent: {after},")
    for path, rate in zip((model, other), difference.rates, strict=True):
        say(f"  {path} " + (f"does {difference.action} at rate {rate:g}" if rate else f"cannot do {difference.action}"))


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
