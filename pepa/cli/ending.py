"""How a verb ends that gave answers: by one rule, whatever it answers."""

from __future__ import annotations

import click

from pepa.cli.main import Exit
from pepa.control.control import LimitReached
from pepa.control.error import PepaError


def ended(*, uncertain: bool = False, unmet: bool = False) -> None:
    """End with status 3 where an answer is missing or not certain, else with 1 where a claim is unmet.

    Unmet is a verdict that does not hold, or a claim that is not decided. Of an experiment, whose claims are others',
    a verdict against one is what was asked for.
    """
    if uncertain:
        raise click.exceptions.Exit(Exit.LIMIT)
    if unmet:
        raise click.exceptions.Exit(Exit.WRONG)


def at_limit(error: PepaError) -> bool:
    """Whether an error is of what has no answer, and not of what is wrong."""
    return isinstance(error, LimitReached)
