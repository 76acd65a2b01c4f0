"""Which panes are on the screen: side by side where there is room, else the one the user is in."""

from __future__ import annotations

WIDE = 110  # columns from which panes stand side by side
FIGURES = frozenset({"charts", "solver", "states"})
WHOLE = {
    "experiments": frozenset({"experiments"}),
    "ask": frozenset({"ask"}),
    "what-if": frozenset({"charts", "what-if"}),
}


def panes_shown(here: str, answers: str, columns: int) -> frozenset[str]:
    """Return the panes to show where the user is `here`, and was in `answers` last beside the source."""
    if columns < WIDE:
        return frozenset({here})
    return WHOLE.get(answers, FIGURES) | {"source"}
