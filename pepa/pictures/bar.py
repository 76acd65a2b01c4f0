"""A bar in cells, to an eighth of one, and a label of so many."""

from __future__ import annotations

import math

BLOCKS = " ▏▎▍▌▋▊▉█"
WIDTH = 24


def bar(value: float, largest: float, width: int = WIDTH) -> str:
    """Return a bar of eighth blocks, full at `largest`."""
    share = value / largest if largest > 0 and math.isfinite(value) and math.isfinite(largest) else 0.0
    full, rest = divmod(max(0, round(8 * width * share)), 8)
    return "█" * full + (BLOCKS[rest] if rest else "")


def shortened(label: str, width: int) -> str:
    """Return a label that is `width` long at most: its middle left out, as names differ at their ends."""
    if len(label) <= width:
        return label
    behind = (width - 1) // 2
    return f"{label[: width - 1 - behind]}…{label[len(label) - behind :]}"
