"""A bar in cells, to an eighth of one, and a label in so many."""

from __future__ import annotations

import math

from rich.cells import cell_len, set_cell_size

BLOCKS = " ▏▎▍▌▋▊▉█"
WIDTH = 24


def bar(value: float, largest: float, width: int = WIDTH) -> str:
    """Return a bar of eighth blocks, full at `largest`."""
    share = value / largest if largest > 0 and math.isfinite(value) and math.isfinite(largest) else 0.0
    full, rest = divmod(max(0, round(8 * width * share)), 8)
    return "█" * full + (BLOCKS[rest] if rest else "")


def shortened(label: str, width: int) -> str:
    """Return a label of `width` columns at most: its middle left out, as names differ at their ends."""
    if cell_len(label) <= width:
        return label
    if width < 1:
        return ""  # what is not laid out yet has no room
    behind = (width - 1) // 2
    begin, end = label[: width - 1 - behind], label[len(label) - behind :]
    while cell_len(begin) > width - 1 - behind:
        begin = begin[:-1]
    while cell_len(end) > behind:
        end = end[1:]
    return f"{begin}…{end}"


def cut(label: str, width: int) -> str:
    """Return a label of `width` columns at most: its end left out."""
    return label if cell_len(label) <= width else set_cell_size(label, max(0, width - 1)) + "…"


def in_columns(label: str, width: int, *, right: bool = False) -> str:
    """Return a label, shortened where it must be, in so many columns: at their left, or at their right."""
    label = shortened(label, width)
    blanks = " " * (width - cell_len(label))
    return blanks + label if right else label + blanks
