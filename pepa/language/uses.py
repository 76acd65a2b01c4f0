"""Where a text has its parameters: where each is defined, and where it is used."""

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
