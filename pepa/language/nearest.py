"""The nearest of many names to one that is none of them: what a hint offers after a slip of the keyboard."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

MOST_ASKED = 20  # a text with more wrong names than that was not mistyped
MOST_NAMES = 5_000
MOST_TOLD = 20
LONGEST = 60  # characters of a name that somebody types


class Nearest:
    """Answers for one set of names. What it takes is bounded, whatever names there are and how often it is asked."""

    def __init__(self, names: Iterable[str], most: int = MOST_ASKED) -> None:
        self._names = names
        self._left = most
        self._known: dict[str, str | None] = {}
        self._candidates: list[str] | None = None

    def to(self, name: str) -> str | None:
        """Return the name most like this one, first of all one that differs in upper and lower case alone.

        None where none is like it or too much was asked.
        """
        if name not in self._known:
            self._known[name] = self._nearest(name)
        return self._known[name]

    def _nearest(self, name: str) -> str | None:
        if self._left <= 0 or len(name) > LONGEST:
            return None
        self._left -= 1
        if self._candidates is None:
            self._candidates = [known for known in self._names if len(known) <= LONGEST][:MOST_NAMES]
        alike = next((known for known in self._candidates if known.lower() == name.lower()), None)
        return alike or next(iter(difflib.get_close_matches(name, self._candidates, 1)), None)


def known_parameters(names: Iterable[str]) -> str:
    """Say which parameters there are, where none is like the one that was asked for."""
    listed = list(names)
    more = ", …" if len(listed) > MOST_TOLD else ""
    return f"they are {', '.join(listed[:MOST_TOLD])}{more}" if listed else "the model defines none: as in `r = 1.0;`"


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the name most like this one, for a single question."""
    return Nearest(names, 1).to(name)
