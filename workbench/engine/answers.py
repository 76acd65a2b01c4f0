"""What the worker answers about single states: the shapes of its JSON. It costs the app nothing to import."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from pepa.explore.told_trace import Members, ToldActivity, ToldStep

Lit = tuple[str, int, int, int, int]  # kind, line, column, end line, end column


class Place(TypedDict, total=False):
    """A state, by one of these: who is where, its number, or as it is typed."""

    members: Members
    number: int
    typed: str


class OpenActivity(ToldActivity):
    """What can happen in a state, or led to it; `state` is the number of the one there, where it is known."""

    state: int | None


class HeldGroup(TypedDict):
    """A group in a state: its members in words."""

    name: str
    size: int
    members: str


class StateDetail(TypedDict):
    """One state: what the chain knows of it, and what can happen in it at which rate in all."""

    members: Members
    groups: list[HeldGroup]
    typed: str
    state: int | None
    probability: float | None
    kind: str
    exit: float
    initial: bool
    activities: list[OpenActivity]
    origins: NotRequired[list[OpenActivity]]
    walked: NotRequired[list[ToldStep]]  # the way there that was asked about, with the rates there are now
    lit: list[Lit]


class PassedStep(TypedDict):
    """A step of a random walk, and how long the state before it lasted."""

    seconds: float
    action: str
    rate: float
    chance: float
    parts: list[list[str]]
    members: Members


class Walked(TypedDict):
    """A random walk."""

    passed: list[PassedStep]


class WalkedStep(TypedDict):
    """A step that was taken, with what is needed to take it again."""

    action: str
    members: Members
    rate: float | None
    seconds: NotRequired[float]


class WalkedStart(TypedDict):
    """Where a way begins."""

    members: Members


class WalkedWay(TypedDict):
    """A way that was walked, as `pepa.explore.trace.replayed` reads it."""

    found: str
    start: WalkedStart
    steps: list[WalkedStep]


Box = tuple[int, int, int, int, bool, str]  # row, column, width, height, whether one is here, what is said of it


class Drawn(TypedDict):
    """A drawing in cells: its lines, and where in them the nodes are."""

    lines: list[str]
    spots: list[Box]


class DrawnGraphs(TypedDict):
    """The graphs at a state; `members` are the states of the second's nodes."""

    components: Drawn
    states: Drawn
    system: Drawn
    members: list[Members]


class StateWords(TypedDict):
    """What can be written in a condition about states, and the groups."""

    words: list[str]
    groups: list[str]


class WrittenTo(TypedDict):
    """Where something was written to."""

    path: str


class TableWish(TypedDict):
    """Which states a table shows, and in which order: a column, and whether it falls."""

    condition: str
    order: tuple[str, bool]


class StatePage(TypedDict):
    """Rows of the table of states: of how many, the numbers of their states, and texts by column; rows pinned above."""

    total: int
    states: list[int]
    columns: list[str]
    rows: list[list[str]]
    pinned: list[list[str]]


class FoundRow(TypedDict):
    """A row of the table of states; None where there is no such."""

    row: int | None


class WrittenStates(WrittenTo):
    """How many rows were written, and where to."""

    rows: int
