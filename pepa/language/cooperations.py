"""Cooperations and their sets: chains over one set made one node, action types read from a set's text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pepa.language.problem import ModelError, Problem, Span
from pepa.language.statements import NAME
from pepa.language.syntax import Cooperation, Name, Process

DEEPEST = 200  # cooperations over changing sets in one equation


class Joined(NamedTuple):
    """A process, where it ends, and the sign that joins it to what is left of it, with its place."""

    sign: str
    place: Span
    process: Process
    end: int


def cooperation(first: Process, start: int, others: Iterable[Joined]) -> Process:
    """Return processes joined from left to right, the first of which starts there, with its parentheses if any.

    Raises ModelError for a wrong set, and for too many sets.
    """
    process = first
    for depth, (actions, place, parts, end) in enumerate(_runs(others), 1):
        if depth > DEEPEST:
            message = f"more than {DEEPEST} cooperations over changing sets in one equation"
            raise ModelError([Problem("too-deep", message, place, "give parts of it names of their own")])
        process = Cooperation((process, *parts), actions, Span(start, end))
    return process


def _runs(others: Iterable[Joined]) -> Iterator[tuple[tuple[Name, ...] | None, Span, list[Process], int]]:
    """Yield the sets of a chain, each with its first place, the parts joined over it in a row, and their end."""
    actions: tuple[Name, ...] | None = None
    names: set[str] | None = None
    first: Span | None = None
    parts: list[Process] = []
    end = 0
    for sign, place, right, right_end in others:
        following = _set(sign, place.start)
        named = None if following is None else {name.text for name in following}
        if first is not None and (named is None or named != names):
            yield actions, first, parts, end
            parts, first = [], None
        if first is None:
            first, actions, names = place, following, named
        parts.append(right)
        end = right_end
    if first is not None:
        yield actions, first, parts, end


def _set(sign: str, start: int) -> tuple[Name, ...] | None:
    if sign == "||":
        return ()
    return None if sign.strip("<> \t\r\n") == "*" else action_types(sign, start)


def action_types(text: str, start: int) -> tuple[Name, ...]:
    """Return the action types of a set that starts there, `<a, b>` or `{a, b}`. Raises ModelError for what is none."""
    if not text[1:-1].strip():
        return ()
    names, position = [], 1
    for piece in text[1:-1].split(","):
        name = piece.strip()
        offset = start + position + len(piece) - len(piece.lstrip())
        if not re.fullmatch(NAME, name):
            span = Span(offset, offset + max(1, len(name)))
            message = f"expected an action type, got `{name}`" if name else "expected an action type"
            hint = "separate action types by commas: `<a, b>`"
            raise ModelError([Problem("syntax", message, span, hint)])
        names.append(Name(name[1:-1] if name[0] == '"' else name, Span(offset, offset + len(name))))
        position += len(piece) + 1
    return tuple(names)
