"""The editor of a model's text: what the parts in `editing` can do, on keys, told to the app by messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.widgets import TextArea

from workbench.widgets.editing.coloured import Mark
from workbench.widgets.editing.completing import CompletingArea
from workbench.widgets.editing.keys import KEYS
from workbench.widgets.editing.wrapped import unwrapped

__all__ = ["Mark", "PepaEditor"]


class PepaEditor(CompletingArea, inherit_bindings=False):
    """The model's text. Posts `Edited` after each change and `Moved` when the cursor is elsewhere."""

    BINDINGS: ClassVar[list[BindingType]] = [*KEYS]

    class Edited(Message):
        """The text changed."""

    @dataclass
    class Moved(Message):
        """The cursor is at another place; line and column from 1."""

        line: int
        column: int

    def __init__(self, text: str, **options: Any) -> None:
        super().__init__(text, **options)

    @property
    def place(self) -> tuple[int, int]:
        """Where the cursor is said to be."""
        return self.cursor_location

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Tell the app."""
        event.stop()
        self.post_message(self.Edited())

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        """Tell the app."""
        event.stop()
        row, column = self.place
        self.post_message(self.Moved(row + 1, column + 1))

    def action_toggle_wrap(self) -> None:
        """Wrap long lines, or scroll them sideways."""
        if not self.soft_wrap and (why := unwrapped(self.document)):
            self.notify(why, severity="warning")
            return
        self.soft_wrap = not self.soft_wrap
