"""What the worker answers about parameters and where figures come from: the shapes of its JSON.

It costs the app nothing to import.
"""

from __future__ import annotations

from typing import TypedDict

from workbench.engine.answers import Lit


class ToldLine(TypedDict):
    """A line: what stands as it is, a text that is folded behind it, and what it is about, "" for nothing."""

    fixed: str
    text: str
    name: str


class Lines(TypedDict):
    """Lines to read."""

    lines: list[ToldLine]


class Target(TypedDict):
    """The value of a parameter at which a measure is as wanted, what it is there, and whether that is met."""

    at: float
    value: float
    met: bool
    words: str


class Worth(TypedDict):
    """What an expression is worth."""

    value: float


class Scenarios(TypedDict):
    """What each scenario sets, and what is wrong with those that are left out."""

    scenarios: dict[str, dict[str, float]]
    wrong: list[str]


class KeptScenario(TypedDict):
    """The file a scenario is kept in."""

    file: str


class Use(TypedDict):
    """The places of a parameter in the text, to be lit, and in words where they are."""

    places: list[Lit]
    words: str


class Uses(TypedDict):
    """Where each parameter is."""

    uses: dict[str, Use]
