"""A check: one kind of slip that a well-formed model can have, with all that is said about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pepa.language.checks.facts import Facts
from pepa.language.fixes.fix import Fix
from pepa.language.problem import Problem, Severity, Span

Fixer = Callable[[Problem, str], Fix | None]


@dataclass(frozen=True)
class Check:
    """One line of the table: `find` yields the problems, None where they are met while a text is read or compiled.

    `bad` is a model on which it fires exactly once, and `good` the same as it was meant. A `names_only` check needs
    no sound model: it also looks at one with errors.
    """

    code: str
    title: str
    why: str
    bad: str
    good: str
    find: Callable[[Facts], Iterator[Problem]] | None = None
    fixers: tuple[Fixer, ...] = ()
    names_only: bool = False
    severity: Severity = Severity.WARNING


def warning(code: str, message: str, span: Span, hint: str = "") -> Problem:
    """Return a problem that forbids nothing."""
    return Problem(code, message, span, hint, Severity.WARNING)
