"""Fixes of what is there too much, and of what other tools read in another way."""

from __future__ import annotations

import re

from pepa.language.edit import Edit
from pepa.language.fixes.fix import Fix, insertion, without_from_set, without_statement
from pepa.language.printer import name_text
from pepa.language.problem import Problem, Span


def leave_out_action(problem: Problem, text: str) -> Fix:
    """Take an action out of its set."""
    name = text[problem.span.start : problem.span.end]
    return Fix(f"leave `{name}` out of the set", (without_from_set(text, problem.span),))


def add_action(problem: Problem, text: str) -> Fix | None:
    """Add an action to the set that the problem points at."""
    del text
    named = re.search("`([^`]+)` to the set", problem.hint)
    return named and insertion(f"add `{named[1]}` to the set", problem.span.end, f", {name_text(named[1])}")


def delete_definition(problem: Problem, text: str) -> Fix | None:
    """Delete a definition that nothing uses."""
    from pepa.language.occurrences import occurrences  # which a text without problems has no need of

    read = occurrences(text)
    own = next((item for item in read.statements if item.name_span == problem.span), None)
    if own is None:
        return None
    edit = without_statement(text, read.blanked, own.span)
    return Fix(f"delete the definition of `{own.name}`", (edit,), deletes=True)


def parentheses(problem: Problem, text: str) -> Fix:
    """Write the parentheses that show how a text is read."""
    del text
    span = problem.span
    edits = (Edit(Span(span.start, span.start), "("), Edit(Span(span.end, span.end), ")"))
    return Fix("write the parentheses that are meant here", edits)
