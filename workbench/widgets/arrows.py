"""A line one types in over a list: the arrows choose in the list while the line keeps the keys."""

from __future__ import annotations

from textual import events
from textual.widgets import Input, OptionList


def arrow_chooses(event: events.Key, line: Input, listed: OptionList) -> None:
    """Move in the list by an arrow typed in the line; other keys are the line's."""
    moves = {"down": listed.action_cursor_down, "up": listed.action_cursor_up}
    if event.key in moves and line.has_focus:
        event.stop()
        moves[event.key]()
