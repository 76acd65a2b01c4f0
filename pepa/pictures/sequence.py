"""A trace as a sequence chart in cells: a column a component, a row a step, who takes part joined by a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from pepa.pictures.bar import cut, in_columns

LEAST = 6  # columns of a component


@dataclass(frozen=True)
class Row:
    """A step: its action, and for each component that takes part the local derivative it has then."""

    action: str
    parts: Mapping[str, str]


def sequence_chart(groups: Sequence[str], start: Mapping[str, str], rows: Sequence[Row], width: int) -> list[str]:
    """Return the lines of a chart at most `width` wide; components that never take part are left out.

    A row is `● derivative` for each that takes part, joined by a line, and `│` for the others.
    """
    taking = [group for group in groups if any(group in row.parts for row in rows)] or list(groups)
    number = len(str(len(rows)))
    action = min(max([cell_len(row.action) for row in rows], default=0), max(12, width // 3))
    texts = {group: [group, start.get(group, ""), *(row.parts.get(group, "") for row in rows)] for group in taking}
    room = max(LEAST, (width - number - action - 3) // max(1, len(taking)))
    widths = {group: min(room, max(map(cell_len, texts[group])) + 2) for group in taking}
    lead = " " * (number + action + 2)
    lines = [(lead + "".join(in_columns(cut(group, widths[group] - 1), widths[group]) for group in taking)).rstrip()]
    begins = (in_columns("│" + cut(start.get(group, ""), widths[group] - 2), widths[group]) for group in taking)
    lines.append((lead + "".join(begins)).rstrip())
    for index, row in enumerate(rows, 1):
        head = f"{index:>{number}} {in_columns(cut(row.action, action), action)} "
        lines.append((head + _line(taking, widths, row)).rstrip())
    return [cut(line, width) for line in lines]


def _line(groups: Sequence[str], widths: Mapping[str, int], row: Row) -> str:
    inside = [index for index, group in enumerate(groups) if group in row.parts]
    line = ""
    for index, group in enumerate(groups):
        joined = bool(inside) and inside[0] <= index < inside[-1]
        part = row.parts.get(group)
        text = ("┼" if joined else "│") if part is None else "●" + cut(part, widths[group] - 2)
        line += text + ("─" if joined else " ") * (widths[group] - cell_len(text))
    return line
