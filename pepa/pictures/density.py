"""Where the probability is, in cells: bars for one thing, a heat map for two. Read without colour as well."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from pepa.language.printer import figure
from pepa.pictures.bar import cut, in_columns

SHADES = "·▁▂▃▄▅▆▇█"
COLOURS = ("", "blue", "blue", "cyan", "cyan", "green", "green", "yellow", "yellow")
WIDEST = 9  # columns of a cell
FIGURES = 8  # columns of one that has a figure in it: "█100.0%" and a column between
RARE = 1e-3  # less has no figure in percent
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


def row_name(name: str) -> str:
    """Return the name of a row, cut to what its margin has."""
    return cut(name, ROWS_CUT)


def margin(rows: Sequence[str]) -> int:
    """Return the columns that the names of rows take, with those between them and the cells."""
    return max((cell_len(row_name(name)) for name in rows), default=0) + 2


def cell_text(value: float | None, most: float, width: int) -> tuple[str, str]:
    """Return a cell and its colour: a block as high as its share of the largest, and the figure where it fits.

    It is blank for None, where there is no state. All cells of a map have one unit: percent, unless all are rare.
    """
    if value is None:
        return " " * width, ""
    shade = level(value, most)
    figures = _figures(value, most) if width >= FIGURES and value else ""
    sign = SHADES[shade] * (1 if figures or width < 3 else width - 1)
    return f"{sign}{figures}".ljust(width)[:width], COLOURS[shade]


def _figures(value: float, most: float) -> str:
    if most < RARE:
        return f"{value:.0e}"
    return f"{value:.1%}" if value >= RARE else f"<{RARE:.1%}"


def column_heads(names: Sequence[str], width: int) -> str:
    """Return the names of columns over cells of a width: each, cut, over wide ones, else as many as have room."""
    if width >= FIGURES:
        return "".join(set_cell_size(cut(name, width - 1), width) for name in names).rstrip()
    line, free = "", 0
    for number, name in enumerate(names):
        at = number * width
        if at >= free:
            line = set_cell_size(line, at) + name
            free = at + cell_len(name) + 1
    return line


def density_map(table: Sequence[Sequence[float]], rows: Sequence[str], columns: Sequence[str], width: int) -> Text:
    """Return a heat map of probabilities, a row of cells for each row of the table, in at most `width` columns.

    Where columns are too many neighbours are taken together.
    """
    left = margin(rows)
    together = max(1, -(-len(columns) // max(1, width - left)))
    cells = [joined(row, together) for row in table]
    heads = named(columns, together)
    cell = max(1, min(WIDEST, (width - left) // max(1, len(heads))))
    most = max((value for row in cells for value in row), default=0.0)
    text = Text(no_wrap=True)
    for name, row in zip(rows, cells, strict=True):
        text.append(in_columns(row_name(name), left - 2, right=True) + "  ")
        for value in row:
            text.append(*cell_text(value, most, cell))
        text.append("\n")
    text.append(" " * left + column_heads(heads, cell) + "\n")
    text.append(f"{SHADES[0]} none  {SHADES[1]} to {SHADES[-1]}: up to {figure(most)}", "dim")
    return text
