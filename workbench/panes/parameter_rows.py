"""The rows of the what-if pane: a parameter each, with what it is, what it was, and what it does to the figure."""

from __future__ import annotations

import string
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.binding import Binding
from textual.message import Message

from pepa.pictures.bar import in_columns
from workbench.parameters import weight
from workbench.widgets.row_table import RowTable

TOGETHER = 1.0  # seconds between the digits of one name
NAME = 12  # columns of a name at least
BAR = 48  # cells of the largest elasticity where there is room
LEAST = 4  # the same where there is none
NUMBERS = 38  # columns of a row but for these two
NOTHING = {  # is said without rows, by whether the text has errors
    None: " the parameters are not known yet: the text is being checked",
    True: " no parameters are known: the text has errors",
    False: " the text names no parameters",
}


class ParameterTable(RowTable, inherit_bindings=False):
    """Rows of parameters; the arrows to the sides are left to the pane."""

    BINDINGS = [
        *RowTable.MOVES,
        Binding("enter", "choose", "Type", id="whatif.type", tooltip="Type a value, or an expression as 2 * r5"),
    ]

    @dataclass
    class Moved(Message):
        """The cursor has come to the row of this parameter; "" where it has left."""

        name: str

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.names: list[str] = []
        self.longest = ""  # of the names
        self.errors: bool | None = None  # whether the text has any; None until that is known
        self._text: Callable[[str], str] = str
        self._digits, self._digit_at = "", 0.0

    @property
    def name_at_cursor(self) -> str | None:
        """The parameter under the cursor."""
        return self.names[self.cursor] if self.cursor < len(self.names) else None

    def show_names(self, names: list[str]) -> None:
        """Take the names of the rows."""
        known, self.names = self.names, names
        self.longest = max(names, key=len, default="")
        if self.has_focus and names != known:
            self.post_message(self.Moved(self.name_at_cursor or ""))

    def take_check(self, *, errors: bool) -> bool:
        """Know whether the text has errors; return whether that is news."""
        known, self.errors = self.errors, errors
        return known != errors

    def draw(self, text: Callable[[str], str]) -> None:
        """Draw the rows, each by its name: those in sight now, others once they are to be painted."""
        self._text = text
        for start in self.pages:
            self._draw(start, self.generation)

    def on_row_table_page_wanted(self, event: RowTable.PageWanted) -> None:
        """Draw the rows of a page."""
        event.stop()
        self._draw(event.start, event.generation)

    def _draw(self, start: int, generation: int) -> None:
        self.fill(start, [self._text(name) for name in self.names[start : start + self.page_size]], generation)

    def watch_cursor(self, old: int, new: int) -> None:
        """Tell of it, where the user has moved it."""
        super().watch_cursor(old, new)
        if self.has_focus:
            self.post_message(self.Moved(self.name_at_cursor or ""))

    def on_focus(self) -> None:
        """Tell of it."""
        self.post_message(self.Moved(self.name_at_cursor or ""))

    def on_blur(self) -> None:
        """Tell of it."""
        self.post_message(self.Moved(""))

    def on_key(self, event: events.Key) -> None:
        """Go to the parameter whose name ends with the digits typed."""
        if not (event.character or "").isdigit():
            return
        event.stop()
        now = time.monotonic()
        together = self._digits if now - self._digit_at < TOGETHER else ""
        self._digits, self._digit_at = together + str(event.character), now
        for at, name in enumerate(self.names):
            if name.lstrip(string.ascii_letters + "_") == self._digits:
                self.cursor = at
                return


@dataclass(frozen=True)
class Room:
    """The columns of the names, and of the bars."""

    name: int = NAME
    bar: int = BAR


def room_for(names: Iterable[str], width: int) -> Room:
    """Return the room there is for names and bars in a width: bars are drawn to what there is, never cut."""
    longest = max(map(cell_len, names), default=NAME)
    name = max(NAME, min(longest, width - NUMBERS - LEAST))
    return Room(name, max(LEAST, min(BAR, width - NUMBERS - name)))


def heading(room: Room, *, behind: bool = False, older: bool = False) -> str:
    """Return the line above the rows.

    `behind` are elasticities at other values than those that stand beside them; `older` are values of an older text.
    """
    marks = ["~" if one else " " for one in (older, behind)]
    return f" {'parameter':<{room.name}} {'value':>11}  {marks[0]}{'in the text':>11} {marks[1]}elasticity"


def row(
    name: str,
    base: float | str,
    value: float | str,
    elasticity: float | None,
    largest: float,
    wrong: str,
    room: Room,
) -> str:
    """Return the row of a parameter; a passive one has its text as value. `wrong` says what was refused."""
    shown, was = (one if isinstance(one, str) else f"{one:.6g}" for one in (value, base))
    rising = weight(value) > weight(base)
    sign = " " if value == base else "▲" if rising else "▼"
    called = in_columns(name, room.name)
    if wrong:
        return f" {called} {shown:>11} {sign} ✗ {wrong}"
    begun = f" {called} {shown:>11} {sign} {was:>11} "
    if elasticity is None:
        return begun
    cells = round(room.bar * abs(elasticity) / largest) if largest else 0
    return f"{begun} {elasticity:>+8.4f} {'█' * cells if elasticity > 0 else '░' * cells}"


def refusal(value: float, base: float | str, *, size: bool) -> str:
    """Return why a parameter cannot have a value, nothing where it can; `base` is what the text says."""
    if isinstance(base, str):
        return "passive: it has no value"
    if value < 0:
        return "not below 0"
    return "a whole number of copies" if size and value != round(value) else ""
