"""What the worker answers about a text that is written: the shapes of its JSON. It costs the app nothing to import.

Offsets count characters.
"""

from __future__ import annotations

from typing import TypedDict


class Listed(TypedDict):
    """A place in the text, and the line that stands for it in a list."""

    offset: int
    label: str


class NamePlaces(TypedDict):
    """A name: where it is defined, if it is, and where it stands."""

    name: str
    kind: str
    definition: int | None
    places: list[Listed]


class Renamed(TypedDict):
    """A text with another name, as that is written there, in how many places; and where the cursor is then.

    `quoted` is whether it has quotes there that were not typed.
    """

    text: str
    name: str
    quoted: bool
    places: int
    offset: int


class LaidOut(TypedDict):
    """A text laid out, and where the cursor is in it."""

    text: str
    offset: int


class Candidate(TypedDict):
    """What can be written."""

    text: str
    kind: str


class Completions(TypedDict):
    """What can be written in place of the word between two offsets."""

    start: int
    end: int
    candidates: list[Candidate]


class Facts(TypedDict):
    """What is known of a name, in lines."""

    name: str
    lines: list[str]


class Outline(TypedDict):
    """The outline of a text, a line an entry."""

    entries: list[Listed]


class Fix(TypedDict):
    """A fix: the text after it, and where its place is then if that is on another line; whether it `deletes` a part."""

    title: str
    text: str
    deletes: bool
    offset: int | None


class Fixes(TypedDict):
    """A problem and the fixes it has."""

    message: str
    offset: int
    fixes: list[Fix]


class WrittenText(TypedDict):
    """A text with an edit made."""

    text: str
