"""A line that says what is wrong with what was typed, and is not there while nothing is."""

from __future__ import annotations

from textual.widgets import Label


class WrongLine(Label):
    """What is wrong, below an input; nothing at first."""

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self.display = False

    def say(self, wrong: str) -> None:
        """Say what is wrong; nothing for an empty text."""
        self.update(wrong)
        self.display = bool(wrong)
        if wrong:
            self.call_after_refresh(self.scroll_visible, animate=False, immediate=True)  # in a box that has no room
