"""The table of states: any column sorts, a condition filters, another is searched for; all of it in the worker."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from workbench.told_keys import key_of
from workbench.widgets.cell_table import CellTable

if TYPE_CHECKING:
    from workbench.engine.answers import StatePage, TableWish
    from workbench.widgets.row_table import RowTable

NUMBER, PROBABILITY, CLASS = "#", "probability", "class"
ALWAYS = (NUMBER, PROBABILITY, CLASS)


@dataclass(frozen=True)
class Table:
    """What the table shows of the states: which, in which order, with which columns (none: every group)."""

    condition: str = ""
    column: str = PROBABILITY
    falling: bool = True
    columns: tuple[str, ...] = ()
    pinned: tuple[int, ...] = ()

    def wish(self) -> TableWish:
        """Return what the worker is asked for."""
        return {"condition": self.condition, "order": (self.column, self.falling)}


class StateList(Vertical):
    """The table and a line that says what it shows. Enter steps into a state."""

    BINDINGS = [
        Binding("slash", "ask('filter')", "Filter", id="states.filter", tooltip="States where a condition holds"),
        Binding("f", "ask('find')", "Find", id="states.find", tooltip="To the next state where a condition holds"),
        Binding("f3", "find(False)", "Next", show=False, id="states.next", tooltip="Next match"),
        Binding("shift+f3", "find(True)", "Previous", show=False, id="states.previous", tooltip="Match before"),
        Binding("s", "ask('sort')", "Sort", id="states.sort", tooltip="Sort by a column, or by any expression"),
        Binding("S", "reverse", "Reverse", show=False, id="states.reverse", tooltip="Sort the other way round"),
        Binding("c", "ask('columns')", "Columns", id="states.columns", tooltip="Columns: groups or expressions"),
        Binding("p", "pin", "Pin", show=False, id="states.pin", tooltip="Keep this state in sight"),
        Binding("y", "copy", "Copy", show=False, id="states.copy", tooltip="Copy this state (OSC 52)"),
        Binding("w", "ask('write')", "Write", id="states.write", tooltip="Write the table to a CSV file"),
        Binding("g", "ask('go')", "Go to", id="states.go", tooltip="To a state by number, or typed: who is where"),
    ]  # fmt: skip

    @dataclass
    class RowsWanted(Message):
        """A page of the table is wanted."""

        start: int
        end: int
        table: Table
        generation: int

    @dataclass
    class FindWanted(Message):
        """The next match from a row on is wanted, or the one before."""

        row: int
        wanted: str
        back: bool
        table: Table

    @dataclass
    class PromptWanted(Message):
        """Something is to be typed."""

        about: str

    @dataclass
    class Opened(Message):
        """A state is to be stepped into."""

        state: int

    @dataclass
    class Copied(Message):
        """A state is to go to the clipboard."""

        text: str

    def __init__(self) -> None:
        super().__init__(id="state-list")
        self.table = Table()
        self.states = 0
        self._total = 0
        self._solved = False
        self._numbers: dict[int, list[int]] = {}
        self._names: list[str] = []
        self.sought = ""
        self.gone = ""  # why there are no states, where there were some
        self._good = Table()

    def compose(self) -> ComposeResult:
        """What is shown, and the table."""
        yield Static(self._none, id="states-head")
        yield CellTable(id="table")

    @property
    def cells(self) -> CellTable:
        """The table."""
        return self.query_one(CellTable)

    @property
    def _none(self) -> str:
        run, step = key_of(self, "app.run"), key_of(self, "app.step")
        return f"no states yet — {run} runs the model; {step} steps without"

    def begin_anew(self, *, gone: str = "") -> None:
        """Know no states; why, where they were known before and are `gone`."""
        self.table = self._good = Table()
        self.states = self._total = 0
        self.sought, self._names = "", []
        self._numbers.clear()
        self.cells.show_rows(0)
        self.cells.show_head([], [])
        self.gone = gone
        self.say_shown() if gone else self.say(self._none)

    def show_space(self, states: int, solved: bool, *, stay: bool) -> None:
        """Show the states of a new analysis; what is shown of them stays where they are the same ones."""
        self.states, self._solved, self.gone = states, solved, ""
        if not stay:
            self.table = replace(self.table, pinned=(), condition="")
        if not solved and self.table.column == PROBABILITY:
            self.table = replace(self.table, column=NUMBER, falling=False)
        elif solved and not stay:
            self.table = replace(self.table, column=PROBABILITY, falling=True)
        self.show(self.table, stay=stay)

    def show(self, table: Table, *, stay: bool = False) -> None:
        """Show another view of the states; how many rows it has comes with the first of them."""
        self.table = table
        self._numbers.clear()
        self._total = self._total if stay else self.states
        self.cells.show_rows(self._total, stay=stay)
        self.say_shown()

    def say_shown(self) -> None:
        """Say above the table what it shows, or where its states are."""
        if self.gone:
            self.say(f"{self.gone} — {key_of(self, 'app.run')} derives them again")
            return
        sign = "▼" if self.table.falling else "▲"
        total = f"{self._total:,}" if self._good == self.table else "…"
        which = f"{total} of {self.states:,}" if self.table.condition else f"{self.states:,} states"
        condition = f"where {self.table.condition}" if self.table.condition else ""
        parts = [which, condition, f"by {self.table.column} {sign}", f"find {self.sought}" if self.sought else ""]
        self.say(" · ".join(part for part in parts if part))

    def say(self, text: str) -> None:
        """Say something above the table."""
        self.query_one("#states-head", Static).update(Text(text))

    def on_row_table_page_wanted(self, event: RowTable.PageWanted) -> None:
        """Ask for the page."""
        event.stop()
        self.post_message(self.RowsWanted(event.start, event.end, self.table, event.generation))

    def fill(self, start: int, answer: StatePage, generation: int, table: Table) -> None:
        """Show a page of states, and how many there are in all."""
        if table != self.table:
            return
        fresh, self._good = table != self._good, table
        if fresh:
            self.say_shown()
        if answer["total"] != self._total:
            self._total = answer["total"]
            self.cells.show_rows(self._total)
            generation = self.cells.generation
            self.say_shown()
        if len(self._numbers) > 2 * self.cells.most_pages:
            self._numbers.clear()
        self._numbers[start] = answer["states"]
        self._names = [*ALWAYS, *answer["columns"]]
        self.cells.show_head([self._marked(name) for name in self._names], answer["pinned"])
        self.cells.fill_cells(start, answer["rows"][: max(0, self._total - start)], generation)

    def refuse(self, table: Table) -> None:
        """Show again what was shown before a table that there cannot be."""
        if table == self.table and table != self._good:
            self.show(self._good)

    def _marked(self, name: str) -> str:
        return f"{name}{'▼' if self.table.falling else '▲'}" if name == self.table.column else name

    @property
    def state(self) -> int | None:
        """The state under the cursor, if its row is here."""
        row, size = self.cells.cursor, self.cells.page_size
        page = self._numbers.get(row // size * size, [])
        return page[row % size] if row % size < len(page) else None

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Step into the state of a row."""
        event.stop()
        if self.state is not None:
            self.post_message(self.Opened(self.state))

    def action_ask(self, about: str) -> None:
        """Ask for a condition, a column, a place."""
        self.post_message(self.PromptWanted(about))

    def find(self, wanted: str) -> None:
        """To the next state where a condition holds."""
        self.sought = wanted
        self.say_shown()
        self.action_find(False)

    def action_find(self, back: bool) -> None:
        """Go to the next match, or the one before."""
        if self.sought:
            wanted = self.FindWanted(self.cells.cursor, self.sought, back, self.table)
            self.post_message(wanted.set_sender(self))  # the pane may be who has it asked, and would not hear itself

    def action_reverse(self) -> None:
        """Sort the other way round."""
        self.show(replace(self.table, falling=not self.table.falling))

    def action_pin(self) -> None:
        """Pin the state under the cursor, or take the pin out."""
        if (state := self.state) is None:
            return
        pinned = tuple(other for other in self.table.pinned if other != state)
        self.show(
            replace(self.table, pinned=pinned if len(pinned) < len(self.table.pinned) else (*pinned, state)), stay=True
        )

    def action_copy(self) -> None:
        """Copy the row under the cursor."""
        cells = self.cells.cells(self.cells.cursor)
        if cells:
            pairs = zip(self._names, cells, strict=False)
            self.post_message(self.Copied("  ".join(f"{name}: {text}" for name, text in pairs if text)))
