"""Lines to read in place of a pane's rows; they scroll both ways."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import ScrollableContainer
from textual.message import Message
from textual.widgets import Static


class Told(ScrollableContainer, inherit_bindings=False):
    """Hidden until it is told something; Escape goes back."""

    BINDINGS = [
        Binding("escape", "leave", "Back", id="told.leave", tooltip="Back to the rows"),
        Binding("down", "scroll_down", "Down", show=False, id="told.down", tooltip="Scroll down"),
        Binding("up", "scroll_up", "Up", show=False, id="told.up", tooltip="Scroll up"),
        Binding("pagedown", "page_down", "Page down", show=False, id="told.pagedown", tooltip="One page down"),
        Binding("pageup", "page_up", "Page up", show=False, id="told.pageup", tooltip="One page up"),
        Binding("shift+right", "scroll_right", "Scroll right", show=False, id="told.right", tooltip="Scroll right"),
        Binding("shift+left", "scroll_left", "Scroll left", show=False, id="told.left", tooltip="Scroll left"),
    ]

    @dataclass
    class Left(Message):
        """The reader is through."""

    def compose(self) -> ComposeResult:
        """The lines."""
        yield Static("", classes="told-lines")

    def on_mount(self) -> None:
        """Wait to be told."""
        self.display = False

    def show(self, lines: list[str]) -> None:
        """Show lines from their beginning."""
        self.query_one(Static).update(Text("\n".join(lines), no_wrap=True))
        self.display = True
        self.scroll_to(0, 0, animate=False, immediate=True)

    def action_leave(self) -> None:
        """Go back."""
        self.display = False
        self.post_message(self.Left())
