"""What a state has no rate for: a component that is active and passive on one action at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pepa.control.error import PepaError
from pepa.language.problem import ModelError, Problem, Span


class MixedRates(PepaError):
    """A component is active and passive on one action in the same state, which PEPA gives no rate."""

    span: Span | None = None  # of an activity that takes part, where one is known

    def at(self, span: Span) -> ModelError:
        """Return the same, with its place in the text."""
        return ModelError([Problem("mixed-rates", self.message, span, self.hint)])


@contextmanager
def placed() -> Iterator[None]:
    """Tell of a state without rates where in the text it comes from."""
    try:
        yield
    except MixedRates as error:
        if error.span is None:
            raise
        raise error.at(error.span) from None
