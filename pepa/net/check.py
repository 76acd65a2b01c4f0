"""All that is said of a model text, looked at for about a second: what is wrong with it, and what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pepa.control.garbage import uncollected
from pepa.language.checks.reading import too_large
from pepa.language.ignoring import heeded
from pepa.language.problem import ModelError, Problem
from pepa.language.rates import Parameters, parameter_values
from pepa.net.compile import composed, read
from pepa.net.effort import Effort, TooMuch
from pepa.net.mixed_rates import placed

MOST_CHECKED = 300_000  # moves that a check may compile: well under a second


@dataclass(frozen=True)
class Checked:
    """A model text that has no errors as far as it was looked at.

    `components` are the groups it is made of, as `P[3]`: none where that was not all.
    """

    warnings: tuple[Problem, ...]
    parameters: Parameters
    components: tuple[str, ...]


@uncollected()
def check_text(text: str, overrides: Mapping[str, float] | None = None) -> Checked:
    """Return what is wrong with a model text, looked at for about a second at most, and what it is made of.

    Where it is too large to be compiled in that time a warning says so. Raises ModelError with every problem, or
    PepaError.
    """
    found = read(text)
    model, problems = found.model, found.problems
    if found.alone is not None and found.activities <= MOST_CHECKED and not overrides:
        return Checked(heeded(problems, text), parameter_values(model), (found.alone,))
    try:
        with placed():
            made = composed(model, overrides, effort=Effort(MOST_CHECKED))
    except TooMuch:
        large = too_large(
            model,
            "the processes it is composed of have too many states or ways to cooperate to be compiled for a check",
        )
        return Checked(heeded((*problems, large), text), parameter_values(model, overrides), ())
    except ModelError as error:
        raise ModelError([*error.problems, *heeded(problems, text)]) from None
    named = tuple(group.name if group.size == 1 else f"{group.name}[{group.size}]" for group in made.groups)
    return Checked(heeded((*problems, *made.problems), text), made.parameters, named)
