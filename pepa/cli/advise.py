"""`pepa advise`: which method suits a model, before a large run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pepa.cli.model_text import model_text
from pepa.cli.request import Limits, controlled, failing_clearly, limit_options, model_arguments, print_json
from pepa.cli.terminal import say

if TYPE_CHECKING:
    from pepa.cli.told import ToldAdvice


@click.command("advise", help="Say which method suits MODEL: how large it will be, how near the fluid is.")
@model_arguments
@limit_options
@failing_clearly
def command(model: Path, overrides: dict[str, float], as_json: bool, limits: Limits) -> None:
    """Look at a model for about a second and print what is to be expected."""
    from pepa.query.advice import advise
    from pepa.query.analysis import compile_text

    with controlled(limits) as control:
        found = advise(compile_text(model_text(model), overrides).net, control)
    if as_json:
        told: ToldAdvice = {
            "model": str(model),
            "states": found.states,
            "transitions": found.transitions,
            "derived": found.derived,
            "transient": found.transient,
            "classes": found.classes,
            "suspected": found.suspected,
            "alone": found.alone,
            "small_groups": list(found.small_groups),
            "method": found.method.value,
            "sentences": list(found.sentences),
        }
        print_json(told)
        return
    for sentence in found.sentences:
        say(sentence)
