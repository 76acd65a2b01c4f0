"""A table of cells over any number of rows: columns as wide as what has been seen in them, figures to the right."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from workbench.widgets.row_table import MOST_PAGES, PAGE, RowTable

GAP = "  "
WIDEST = 60  # columns of one cell


class CellTable(RowTable):
    """Rows of cells under a head that scrolls with them; some rows may be pinned under the head."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._head: Sequence[str] = ()
        self._widths: list[int] = []
        self._cells: dict[int, list[list[str]]] = {}
        self._pinned: list[list[str]] = []

    def show_rows(self, number: int, *, stay: bool = False) -> None:
        """Show a new table of so many rows."""
        self._cells.clear()
        super().show_rows(number, stay=stay)

    def show_head(self, head: Sequence[str], pinned: list[list[str]]) -> None:
        """Name the columns, and pin rows under their names."""
        if list(head) != list(self._head):
            self._head, self._widths = head, [cell_len(name) for name in head]
        self._pinned = pinned
        self._widen(pinned)
        self._lay_out()

    def fill_cells(self, start: int, rows: list[list[str]], generation: int) -> None:
        """Give the cells of one page, unless the table has changed since it was asked for."""
        if generation != self._generation:
            return
        if len(self._cells) >= MOST_PAGES:
            self._cells.clear()
        self._cells[start] = rows
        if self._widen(rows):
            self._lay_out()
        self.fill(start, [self._line(row) for row in rows], generation)

    def cells(self, row: int) -> list[str] | None:
        """Return the cells of a row, if they are here."""
        page = self._cells.get(row // PAGE * PAGE)
        return page[row % PAGE] if page is not None and row % PAGE < len(page) else None

    def _widen(self, rows: list[list[str]]) -> bool:
        """Make the columns as wide as some rows need; return whether any grew."""
        before = list(self._widths)
        for row in rows:
            for column, text in enumerate(row):
                self._widths[column] = max(self._widths[column], min(WIDEST, cell_len(text)))
        return before != self._widths

    def _lay_out(self) -> None:
        self.freeze([self._line(self._head), *(self._line(row) for row in self._pinned)])
        for start, rows in self._cells.items():
            self.fill(start, [self._line(row) for row in rows], self._generation)

    def _line(self, row: Sequence[str]) -> str:
        return GAP.join(
            _fitted(text, width, column) for column, (text, width) in enumerate(zip(row, self._widths, strict=False))
        )


def _fitted(text: str, width: int, column: int) -> str:
    if cell_len(text) > width:
        return set_cell_size(text, width - 1) + "…"
    number = column == 0 or text[:1].isdigit() or text[:1] == "-"
    return " " * (width - cell_len(text)) + text if number else set_cell_size(text, width)
