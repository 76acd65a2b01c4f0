"""What vi remembers from key to key, and what one key brings about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from workbench.widgets.editing.vi.motions import NOTHING_SOUGHT, Sought
from workbench.widgets.editing.vi.words import Place


class Mode(Enum):
    """What keys mean; the value is what is shown of it."""

    NORMAL = ""
    INSERT = "-- INSERT --"
    VISUAL = "-- VISUAL --"
    LINES = "-- VISUAL LINE --"

    @property
    def chooses(self) -> bool:
        """Whether text is being chosen."""
        return self in (Mode.VISUAL, Mode.LINES)


class Wish(Enum):
    """What a key asks of whoever has the text."""

    UNDO = "undo"
    REDO = "redo"
    CENTRE = "centre"


@dataclass(frozen=True)
class LineCommand:
    """What was typed behind `:`, to be done by whoever has the text."""

    typed: str


@dataclass(frozen=True)
class NoCommand:
    """Keys that are no command, of which that is to be told."""

    keys: str


Asked = Wish | LineCommand | NoCommand


@dataclass(frozen=True)
class Register:
    """What was cut or copied last; `lines` where it is whole ones, without the end of the last."""

    text: str = ""
    lines: bool = False


@dataclass(frozen=True)
class Shape:
    """How much text was chosen: so many line ends, and columns of the last line."""

    rows: int
    columns: int
    lines: bool


@dataclass(frozen=True)
class Command:
    """One whole command: `key` is an operator's, with its motion, or that of what needs none."""

    key: str
    count: int | None = None
    motion: str = ""
    argument: str = ""
    shape: Shape | None = None  # what was chosen, when it was done to that


@dataclass(frozen=True)
class Typed:
    """What was typed in insert mode: so many characters taken back before it began, and the text."""

    taken: int = 0
    text: str = ""


@dataclass(frozen=True)
class Began:
    """Where insert mode began: the text then, the place in it, by which command, whether in a line that it made."""

    lines: tuple[str, ...]
    place: Place
    command: Command
    anew: bool


@dataclass(frozen=True)
class Vi:
    """All that is remembered. `seen` is the cursor as the last key left it."""

    mode: Mode = Mode.NORMAL
    pending: str = ""  # keys of a command that is not whole yet
    anchor: Place = (0, 0)  # where choosing began
    register: Register = Register()
    found: str = ""
    sought: Sought = NOTHING_SOUGHT
    wish: int | None = None
    seen: Place = (0, 0)
    last: Command | None = None  # what `.` does again
    typed: Typed = Typed()  # and what was typed then
    began: Began | None = None
    records: bool = False  # whether `q` with a name was pressed: nothing is recorded, but the next `q` ends it


@dataclass(frozen=True)
class Change:
    """A stretch of the text replaced by another."""

    start: Place
    end: Place
    text: str


@dataclass(frozen=True)
class Outcome:
    """What a key brings about: changes in order, then the cursor; `asks` are for whoever has the text."""

    vi: Vi
    cursor: Place
    changes: tuple[Change, ...] = ()
    asks: tuple[Asked, ...] = ()


def changed(lines: Sequence[str], change: Change) -> list[str]:
    """Return the text with a change done."""
    (top, left), (bottom, right) = change.start, change.end
    new = change.text.split("\n")
    new[-1] += lines[bottom][right:]
    new[0] = lines[top][:left] + new[0]
    return [*lines[:top], *new, *lines[bottom + 1 :]]


def behind(start: Place, text: str) -> Place:
    """Return where a text ends that begins at a place."""
    row, column = start
    lines = text.split("\n")
    return row + len(lines) - 1, len(lines[-1]) + (column if len(lines) == 1 else 0)


def stretch(lines: Sequence[str], start: Place, end: Place) -> str:
    """Return what stands between two places."""
    (top, left), (bottom, right) = start, end
    if top == bottom:
        return lines[top][left:right]
    return "\n".join([lines[top][left:], *lines[top + 1 : bottom], lines[bottom][:right]])
