"""Where a text has its parameters, and what is made of a definition."""

from __future__ import annotations

from pepa.language.occurrences import Kind, occurrences
from pepa.language.problem import Span


def rate_uses(text: str) -> dict[str, tuple[Span, ...]]:
    """Return for each rate, probability and size that a text defines the places of its name, the definition first."""
    found: dict[str, list[Span]] = {}
    read = sorted(occurrences(text).found, key=lambda one: not one.defines)
    for one in read:
        if one.kind is Kind.RATE and (one.defines or one.name in found):
            found.setdefault(one.name, []).append(one.span)
    return {name: tuple(spans) for name, spans in found.items()}


def dependents(text: str, statement: int) -> list[int]:
    """Return a statement and those that name what it defines, what these define, and so on: each once, itself first.

    What another statement defines too is not gone with one of them.
    """
    defining: dict[str, set[int]] = {}
    users: dict[str, list[int]] = {}
    for item in occurrences(text).found:
        if item.defines:
            defining.setdefault(item.name, set()).add(item.statement)
        elif item.kind is not Kind.ACTION:
            users.setdefault(item.name, []).append(item.statement)
    names = {place: name for name, places in defining.items() for place in places}
    gone = {statement}
    found = [statement]
    for place in found:  # grows while it is walked
        name = names.get(place)
        if name is not None and defining[name] <= gone:
            new = [user for user in dict.fromkeys(users.get(name, ())) if user not in gone]
            found += new
            gone.update(new)
    return found
