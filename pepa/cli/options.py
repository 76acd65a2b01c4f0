"""Numbers as options take them: the same border as for numbers anywhere else."""

from __future__ import annotations

from typing import Any

import click

from pepa.control.error import PepaError
from pepa.language.numbers import number

LARGEST = 2**63 - 1


class Whole(click.IntRange):
    """A whole number up to the largest of all; help tells but the least it may be."""

    def __init__(self, least: int = -LARGEST) -> None:
        super().__init__(least, LARGEST)

    def _describe_range(self) -> str:
        return "" if self.min == -LARGEST else f"x>={self.min}"


WHOLE = Whole()
POSITIVE = Whole(1)
NOT_NEGATIVE = Whole(0)


class Real(click.FloatRange):
    """A number between two others: never infinite, and never none at all."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number; fails as options do."""
        try:
            found = number(str(value))
        except PepaError as error:
            self.fail(error.message, param, ctx)
        return super().convert(found, param, ctx)

    def _describe_range(self) -> str:
        return "" if self.min is None and self.max is None else super()._describe_range()
