"""How much compiling a net may take where its answer is wanted at once."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pepa.control.error import PepaError
from pepa.language.problem import ModelError, Problem, Span

STEP = 5  # of a composite process, beside a move of the system


class TooMuch(PepaError):
    """Compiling takes more than it may."""


class TooLarge(PepaError):
    """A part of a system is larger than any net may be."""

    def at(self, span: Span) -> ModelError:
        """Return the same, with its place in the text."""
        return ModelError([Problem("too-large", self.message, span, self.hint)])


@dataclass
class Effort:
    """What is left of it, in moves: compiling one takes some microseconds."""

    left: float = math.inf

    def spend(self, moves: float) -> None:
        """Take some away; raises TooMuch where nothing is left."""
        self.left -= moves
        if self.left < 0:
            raise TooMuch("the model is too large to be compiled here", "solve it, or make its arrays smaller")


FREE = Effort()
