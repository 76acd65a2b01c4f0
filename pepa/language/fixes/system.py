"""Fixes of what is not part of the system: it comes in place of what it is made of, or beside all that is there."""

from __future__ import annotations

import re

from pepa.language.edit import Edit
from pepa.language.fixes.fix import Fix, replacement
from pepa.language.printer import name_text
from pepa.language.problem import Problem, Span
from pepa.language.statements import Statement, unquoted

COMPOSED = re.compile(r"\[|<|\|\||[/\\]\s*\{")  # stands in an array or a composition, and in no choice of activities
SIZE = re.compile(r"\s*\[[^\][]*\]")
ALONE = re.compile(r"""[\w'"]+(?:\s*\[[^\][]*\])?""")  # one component or array, which needs no parentheses


def in_place(problem: Problem, text: str) -> Fix | None:
    """Write a composition in the system equation in place of the one thing there that it is made of."""
    composed, system = _composed(problem, text), _system(text)
    if composed is None or system is None:
        return None
    pieces = _pieces(text, composed, system)
    said = _words(text, Span(composed.body, composed.span.end))
    alike = [piece for piece in pieces if _words(text, piece) == said]
    piece = next(iter(alike or pieces), None)
    if piece is None or (len(pieces) > 1 and not alike):
        return None
    new, old = name_text(unquoted(composed.name or "")), text[piece.start : piece.end]
    return replacement(f"write `{new}` in place of `{old}` in the system equation", piece, new)


def beside(problem: Problem, text: str) -> Fix | None:
    """Have a composition cooperate with the system, where nothing there is what it is made of."""
    composed, system = _composed(problem, text), _system(text)
    if composed is None or system is None or _pieces(text, composed, system):
        return None
    new, span = name_text(unquoted(composed.name or "")), system.span
    title = f"have `{new}` in the system, cooperating over all actions that are shared"
    if ALONE.fullmatch(text, span.start, span.end):
        return Fix(title, (Edit(Span(span.end, span.end), f" <*> {new}"),))
    opened, closed = Edit(Span(span.start, span.start), "("), Edit(Span(span.end, span.end), f") <*> {new}")
    return Fix(title, (opened, closed))


def _system(text: str) -> Statement | None:
    from pepa.language.occurrences import occurrences  # which a text without problems has no need of

    return next((one for one in reversed(occurrences(text).statements) if one.name is None), None)


def _composed(problem: Problem, text: str) -> Statement | None:
    """Return the composition that a problem is about: what it points at, or what is made of that in the end."""
    from pepa.language.occurrences import occurrences
    from pepa.language.uses import dependents

    read = occurrences(text)
    own = next((place for place, one in enumerate(read.statements) if one.name_span == problem.span), None)
    if own is None:
        return None
    using = dependents(text, own)
    statements = [read.statements[place] for place in using]
    if any(one.name is None for one in statements):
        return None  # the system equation is one of them
    found = (
        one
        for place, one in zip(using, statements, strict=True)
        if COMPOSED.search(read.blanked, one.body, one.span.end) and len(dependents(text, place)) == 1
    )
    return next(found, None)


def _pieces(text: str, composed: Statement, system: Statement) -> list[Span]:
    """Return where the system equation has what a composition is made of, arrays with their sizes."""
    from pepa.language.occurrences import Kind, occurrences

    read = occurrences(text)
    among = [item for item in read.found if item.kind is Kind.PROCESS and not item.defines]
    made_of = {item.name for item in among if composed.body <= item.span.start < composed.span.end}
    pieces = []
    for item in among:
        if system.body <= item.span.start < system.span.end and item.name in made_of:
            sized = SIZE.match(read.blanked, item.span.end, system.span.end)
            pieces.append(Span(item.span.start, sized.end() if sized else item.span.end))
    return pieces


def _words(text: str, span: Span) -> str:
    return "".join(text[span.start : span.end].split())
