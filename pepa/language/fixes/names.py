"""Fixes of names: the nearest one that is defined, a definition, upper case for processes and lower for rates."""

from __future__ import annotations

import re
from collections.abc import Callable

from pepa.control.error import PepaError
from pepa.language.fixes.fix import Fix, insertion, line_end, replacement
from pepa.language.printer import name_text
from pepa.language.problem import Problem
from pepa.language.statements import with_single_quotes


def nearest(problem: Problem, text: str) -> Fix | None:
    """Write the name that the hint takes to be meant."""
    meant = re.fullmatch(r"did you mean `([^`]+)`\?", problem.hint)
    if not meant:
        return None
    from pepa.language.occurrences import occurrences  # which a text without problems has no need of

    written = name_text(meant[1])
    span = with_single_quotes(text, occurrences(text).blanked, problem.span) if written[0] == '"' else problem.span
    return replacement(f"write `{meant[1]}`", span, written)


def definition(problem: Problem, text: str) -> Fix | None:
    """Define a name: a rate behind the last rate, a process before the system equation."""
    asked = re.fullmatch(r"define it: `([^`]+)`", problem.hint)
    if not asked:
        return None
    from pepa.language.occurrences import Kind, occurrences  # which a text without problems has no need of

    read = occurrences(text)
    title = f"define `{asked[1]}`"
    kind = Kind.RATE if problem.code == "undefined-rate" else Kind.PROCESS
    defining = [item for item in read.found if item.defines and item.kind is kind]
    if kind is Kind.PROCESS:
        defining = [item for item in defining if item.span.start <= problem.span.start] or defining
    if defining:
        end = read.statements[defining[-1].statement].span.end
        return insertion(title, line_end(text, end), f"\n{asked[1]}")
    start = read.statements[0].span.start if read.statements else 0
    return insertion(title, text.rfind("\n", 0, start) + 1, f"{asked[1]}\n")


def upper_case(problem: Problem, text: str) -> Fix | None:
    """Rename a process so that it starts with an upper-case letter."""
    return _renamed(problem, text, str.upper)


def lower_case(problem: Problem, text: str) -> Fix | None:
    """Rename a rate so that it starts with a lower-case letter."""
    return _renamed(problem, text, str.lower)


def _renamed(problem: Problem, text: str, change: Callable[[str], str]) -> Fix | None:
    old = text[problem.span.start : problem.span.end]
    new = change(old[:1]) + old[1:]
    try:
        from pepa.language.rename import rename

        return Fix(f"rename it to `{new}`", rename(text, problem.span.start, new))
    except PepaError:
        return None  # the name is taken
