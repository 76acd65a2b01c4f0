"""Numbers as options take them: the same border as for numbers anywhere else."""

from __future__ import annotations

from typing import Any

import click

from pepa.control.error import PepaError
from pepa.language.numbers import number

LARGEST = 2**63 - 1
WHOLE = click.IntRange(-LARGEST, LARGEST)
POSITIVE = click.IntRange(1, LARGEST)
NOT_NEGATIVE = click.IntRange(0, LARGEST)


class Real(click.FloatRange):
    """A number between two others: never infinite, and never none at all."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number; fails as options do."""
        try:
            found = number(str(value))
        except PepaError as error:
            self.fail(error.message, param, ctx)
        return super().convert(found, param, ctx)
