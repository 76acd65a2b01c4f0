"""Where the probability is, in cells: bars for one thing, a heat map for two. Read without colour as well."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from pepa.language.printer import figure

SHADES = "·▁▂▃▄▅▆▇█"
COLOURS = ("", "blue", "blue", "cyan", "cyan", "green", "green", "yellow", "yellow")
WIDEST = 9  # columns of a cell
ROWS_CUT = 24  # columns of a row's name, at most


def level(value: float, most: float) -> int:
    """Return which of SHADES a probability has: the first only for none at all."""
    if value <= 0 or most <= 0:
        return 0
    return max(1, min(len(SHADES) - 1, round((len(SHADES) - 1) * value / most)))


def joined(values: Sequence[float], number: int) -> list[float]:
    """Return the sums of neighbours, so many to each sum."""
    return [sum(values[start : start + number]) for start in range(0, len(values), number)]


def named(labels: Sequence[str], number: int) -> list[str]:
    """Return the names of neighbours taken together: the first and the last of each."""
    parts = [labels[start : start + number] for start in range(0, len(labels), number)]
    return [part[0] if len(part) == 1 else f"{part[0]}–{part[-1]}" for part in parts]


def density_map(table: Sequence[Sequence[float]], rows: Sequence[str], columns: Sequence[str], width: int) -> Text:
    """Return a heat map of probabilities, a row of cells for each row of the table, in at most `width` columns.

    Where there is room a cell is a block as high as its share of the largest, and the figure; where columns are too
    many neighbours are taken together.
    """
    margin = min(ROWS_CUT, max(map(cell_len, rows), default=0)) + 2
    together = max(1, -(-len(columns) // max(1, width - margin)))
    cells = [joined(row, together) for row in table]
    heads = named(columns, together)
    cell = max(1, min(WIDEST, (width - margin) // max(1, len(heads))))
    most = max((value for row in cells for value in row), default=0.0)
    text = Text(no_wrap=True)
    for name, row in zip(rows, cells, strict=True):
        text.append(set_cell_size(name, min(cell_len(name), margin - 2)).rjust(margin - 2) + "  ")
        for value in row:
            shade = level(value, most)
            figures = (f"{value:.1%}" if value >= 1e-3 else f"{value:.0e}") if cell >= 7 and value > 0 else ""
            text.append((SHADES[shade] * (1 if figures or cell < 3 else cell - 1) + figures).ljust(cell)[:cell],
                        COLOURS[shade])  # fmt: skip
        text.append("\n")
    text.append(" " * margin + _heads(heads, cell) + "\n")
    text.append(f"{SHADES[0]} none  {SHADES[1]} to {SHADES[-1]}: up to {figure(most)}", "dim")
    return text


def _heads(heads: Sequence[str], cell: int) -> str:
    """Return the names of columns, as many as have room."""
    line, free = "", 0
    for number, name in enumerate(heads):
        at = number * cell
        if at >= free:
            line = line.ljust(at) + name
            free = at + cell_len(name) + 1
    return line
