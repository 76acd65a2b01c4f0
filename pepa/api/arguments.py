"""The border of the library: what a program gives becomes plain values once, or a PepaError says what it should be."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from typing import SupportsFloat, SupportsIndex, TypeVar, cast

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.language.numbers import counted, shortened

Given = TypeVar("Given")


def text(given: object, what: str, example: str) -> str:
    """Return a text; raises PepaError for what is none."""
    return str(instance(given, str, f"{what} is a text", example))


def instance(given: Given, kind: type, message: str, example: str) -> Given:
    """Return what is given, where it is of a kind; raises PepaError with the message where it is not."""
    if not isinstance(given, kind):
        raise PepaError(f"{message}, not {told(given)}", f"as in {example}")
    return given


def whole(given: object, what: str, least: int, example: str) -> int:
    """Return a whole number, numpy's too, as an int; raises PepaError for what is none or less than `least`."""
    try:
        found = operator.index(cast(SupportsIndex, given))
    except TypeError:
        raise PepaError(f"{what} is a whole number, not {told(given)}", f"as in {example}") from None
    if found < least:
        raise PepaError(f"{what} is at least {least}, not {told(found)}", f"as in {example}")
    return found


def real(given: object, what: str, example: str) -> float:
    """Return a finite number, numpy's too, as a float; raises PepaError for what is none."""
    if not isinstance(given, SupportsFloat):  # a text is none, however it reads
        raise PepaError(f"{what} is a number, not {told(given)}", f"as in {example}")
    try:
        return counted(given if isinstance(given, int) else float(given))
    except PepaError as error:
        raise PepaError(f"{what} is a number: {error.message}", f"as in {example}") from None
    except (TypeError, ValueError):  # an array of many
        raise PepaError(f"{what} is a number, not {told(given)}", f"as in {example}") from None


def share(given: object, what: str, example: str) -> float:
    """Return a number above 0 and below 1; raises PepaError for what is none."""
    found = real(given, what, example)
    if not 0 < found < 1:
        raise PepaError(f"{what} is above 0 and below 1, not {found:g}", f"as in {example}")
    return found


def parameters(given: Mapping[str, float]) -> dict[str, float]:
    """Return values by the names of parameters, as floats; raises PepaError for what is no number."""
    found = instance(given, Mapping, "parameters are values by name", '{"r": 2.0}')
    names = [text(name, "the name of a parameter", '"r"') for name in found]
    return {name: real(found[name], f"the value of `{shortened(name)}`", f"{name}=2.0") for name in names}


def limits(given: Control) -> None:
    """Raise PepaError for limits that are none."""
    instance(given, Control, "limits are a Control", "m.within(pepa.Control(seconds=60))")
    share(given.tolerance, "a tolerance", "Control(tolerance=1e-12)")
    whole(given.most_states, "the limit of states", 1, "Control(most_states=1_000_000)")
    whole(given.most_iterations, "the limit of iterations", 1, "Control(most_iterations=20_000)")
    for limit, of in ((given.memory, "memory (bytes)"), (given.seconds, "seconds")):
        if not (limit == math.inf or real(limit, f"the limit of {of}", "Control(memory=4e9, seconds=60)") > 0):
            raise PepaError(f"the limit of {of} is positive, not {limit:g}", "as in Control(memory=4e9, seconds=60)")
    if not callable(given.report):
        raise PepaError(f"a watcher is a function, not {told(given.report)}", "as in Control(report=print)")


def told(given: object) -> str:
    """Return how what is given is told in a message: its text where that is short, else its kind."""
    shown = repr(given) if isinstance(given, str | int | float | None) else ""
    return shown if 0 < len(shown) <= 40 else f"a {type(given).__name__}"
