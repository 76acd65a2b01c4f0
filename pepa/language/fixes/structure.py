"""Fixes of what is there too much, and of what other tools read in another way."""

from __future__ import annotations

import re

from pepa.language.edit import Edit
from pepa.language.fixes.fix import Fix, insertion, without_from_set, without_statements
from pepa.language.printer import name_text
from pepa.language.problem import Problem, Span
from pepa.language.statements import unquoted

MOST_TOLD = 3  # names of definitions in a title


def leave_out_action(problem: Problem, text: str) -> Fix:
    """Take an action out of its set."""
    from pepa.language.occurrences import occurrences

    name = text[problem.span.start : problem.span.end]
    edits = without_from_set(text, occurrences(text).blanked, problem.span)
    return Fix(f"leave `{name}` out of the set", edits)


def add_action(problem: Problem, text: str) -> Fix | None:
    """Add an action to the set that the problem points at."""
    del text
    named = re.search("`([^`]+)` to the set", problem.hint)
    return named and insertion(f"add `{named[1]}` to the set", problem.span.end, f", {name_text(named[1])}")


def delete_definition(problem: Problem, text: str) -> Fix | None:
    """Delete a definition that nothing uses, with those that use it: nothing uses them either."""
    from pepa.language.occurrences import occurrences  # which a text without problems has no need of
    from pepa.language.uses import dependents

    read = occurrences(text)
    own = next((place for place, item in enumerate(read.statements) if item.name_span == problem.span), None)
    if own is None:
        return None
    statements = [read.statements[place] for place in dependents(text, own)]
    if any(statement.name is None for statement in statements):
        return None  # the system equation is one of them
    names = [f"`{unquoted(statement.name or '')}`" for statement in statements]
    told = ", ".join(names[:MOST_TOLD]) + (f" and {len(names) - MOST_TOLD} more" if len(names) > MOST_TOLD else "")
    edits = without_statements(text, read.blanked, [statement.span for statement in statements])
    return Fix(f"delete the definition{'s' if len(names) > 1 else ''} of {told}", edits, deletes=True)


def parentheses(problem: Problem, text: str) -> Fix:
    """Write the parentheses that show how a text is read."""
    del text
    span = problem.span
    edits = (Edit(Span(span.start, span.start), "("), Edit(Span(span.end, span.end), ")"))
    return Fix("write the parentheses that are meant here", edits)
