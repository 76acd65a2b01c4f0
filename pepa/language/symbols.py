"""The symbols of a model: each rate, process and action with the place that defines it and all that use it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pepa.language.occurrences import Kind, Occurrence, occurrences
from pepa.language.problem import Span


@dataclass(frozen=True)
class Symbol:
    """A name of one kind. An action is defined where it first stands in an activity; None is defined nowhere."""

    name: str
    kind: Kind
    definition: Span | None
    references: tuple[Span, ...]

    @property
    def places(self) -> tuple[Span, ...]:
        """All places where the name stands, in the order of the text."""
        own = () if self.definition is None else (self.definition,)
        return tuple(sorted((*own, *self.references), key=lambda span: span.start))


@lru_cache(maxsize=4)
def symbols(text: str) -> tuple[Symbol, ...]:
    """Return the symbols of a text in the order of their first places, as well as it can be read."""
    read = occurrences(text)
    held: dict[tuple[Kind, str], list[Occurrence]] = {}
    for item in read.found:
        held.setdefault((item.kind, item.name), []).append(item)
    return tuple(_symbol(items, read.blanked) for items in held.values())


def _symbol(items: list[Occurrence], blanked: str) -> Symbol:
    name, kind = items[0].name, items[0].kind
    if kind is Kind.ACTION:
        defining = next((item.span for item in items if is_performed(item, blanked)), None)
    else:
        defining = next((item.span for item in items if item.defines), None)
    return Symbol(name, kind, defining, tuple(item.span for item in items if item.span != defining))


def is_performed(item: Occurrence, blanked: str) -> bool:
    """Whether an action stands in an activity, not in a set."""
    start = item.span.start - 1
    while start >= 0 and blanked[start].isspace():
        start -= 1
    return start >= 0 and blanked[start] == "("


def symbol_at(text: str, offset: int) -> Symbol | None:
    """Return the symbol whose name stands at an offset, or ends there.

    Where several definitions have its name, it is one of them: a later one has the places within itself, and the
    first one, which the model goes by, all others.
    """
    found = occurrence_at(text, offset)
    if found is None:
        return None
    read = occurrences(text)
    items = [item for item in read.found if (item.kind, item.name) == (found.kind, found.name)]
    later = {item.statement for item in items if item.defines} - {_first_definition(items)}
    if found.statement in later:
        own = [item for item in items if item.statement == found.statement]
    else:
        own = [item for item in items if item.statement not in later]
    return _symbol(own, read.blanked)


def _first_definition(items: list[Occurrence]) -> int | None:
    return next((item.statement for item in items if item.defines), None)


def occurrence_at(text: str, offset: int) -> Occurrence | None:
    """Return the name that stands at an offset; at the border of two, the one that starts there."""
    touching = [item for item in occurrences(text).found if item.span.start <= offset <= item.span.end]
    return touching[-1] if touching else None
