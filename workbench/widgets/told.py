"""Lines to read in place of a pane's rows: texts are folded to the width; the arrows go through what is named."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import ScrollableContainer
from textual.geometry import Region
from textual.message import Message
from textual.widgets import Static

if TYPE_CHECKING:
    from workbench.engine.told_answers import ToldLine

NARROWEST = 24  # columns for a text behind what stands before it; with less it goes below
BELOW = 4  # columns it is set in there


class Told(ScrollableContainer, inherit_bindings=False):
    """Hidden until it is told something; Escape goes back."""

    BINDINGS = [
        Binding("escape", "leave", "Back", id="told.leave", tooltip="Back to the rows"),
        Binding("down", "move(1)", "Down", show=False, id="told.down", tooltip="To the next parameter, or scroll"),
        Binding("up", "move(-1)", "Up", show=False, id="told.up", tooltip="To the parameter before, or scroll"),
        Binding("pagedown", "page_down", "Page down", show=False, id="told.pagedown", tooltip="One page down"),
        Binding("pageup", "page_up", "Page up", show=False, id="told.pageup", tooltip="One page up"),
        Binding("shift+right", "scroll_right", "Scroll right", show=False, id="told.right", tooltip="Scroll right"),
        Binding("shift+left", "scroll_left", "Scroll left", show=False, id="told.left", tooltip="Scroll left"),
    ]

    @dataclass
    class Left(Message):
        """The reader is through."""

    @dataclass
    class At(Message):
        """The reader is at a line about this; at none for ""."""

        name: str

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[ToldLine] = []
        self._rows: dict[str, int] = {}  # the first row about each name
        self._about: list[str] = []  # what each row is about
        self._name = ""

    def compose(self) -> ComposeResult:
        """The lines."""
        yield Static("", classes="told-lines")

    def on_mount(self) -> None:
        """Wait to be told."""
        self.display = False

    def show(self, lines: list[ToldLine]) -> None:
        """Show lines from their beginning."""
        self._lines = lines
        self._name = next((line["name"] for line in lines if line["name"]), "")
        self.display = True
        self._draw()
        self.scroll_to(0, 0, animate=False, immediate=True)

    def on_focus(self) -> None:
        """Tell where the reader is."""
        self._tell()

    def on_blur(self) -> None:
        """Tell that the reader is gone."""
        self.post_message(self.At(""))

    def on_resize(self) -> None:
        """Fold to the new width."""
        self._draw()

    def _draw(self) -> None:
        if not self._lines:
            return
        text, self._rows, self._about = Text(no_wrap=True), {}, []
        width = (self.size.width or self.app.size.width) - 1  # a scroll bar comes beside
        for line in self._lines:
            rows = folded(line["fixed"], line["text"], width)
            if line["name"]:
                self._rows.setdefault(line["name"], len(self._about))
            here = line["name"] and line["name"] == self._name
            text.append("\n".join(rows), "bold reverse" if here else "").append("\n")
            self._about += [line["name"]] * len(rows)
        text.right_crop(1)
        self.query_one(Static).update(text)

    def _tell(self) -> None:
        if self._name:
            self.post_message(self.At(self._name))

    def action_move(self, by: int) -> None:
        """Go to the next of the names, or the one before; scroll where there is none."""
        names = list(self._rows)
        at = names.index(self._name) + by if self._name else -1
        if not 0 <= at < len(names):
            self.scroll_relative(y=by, animate=False, immediate=True)
            return
        self._go(names[at])
        self.scroll_to_region(Region(0, self._rows[names[at]], 1, 1), animate=False, immediate=True)

    def on_click(self, event: events.Click) -> None:
        """Go to the name that the line clicked is about."""
        row = event.screen_y - self.query_one(Static).region.y
        if 0 <= row < len(self._about) and (name := self._about[row]):
            self._go(name)

    def _go(self, name: str) -> None:
        self._name = name
        self._draw()
        self._tell()

    def action_leave(self) -> None:
        """Go back."""
        self.display = False
        self.post_message(self.Left())


def folded(fixed: str, text: str, width: int) -> list[str]:
    """Return what stands as it is and a text folded behind it, within a width where the first leaves room."""
    if not text:
        return [fixed.rstrip()]
    if len(fixed) + len(text) <= width:
        return [fixed + text]
    inside = len(fixed) if fixed.strip() else len(fixed) + 2
    if width - inside >= NARROWEST:
        later = " " * inside
        return textwrap.wrap(
            text, width, initial_indent=fixed, subsequent_indent=later, break_on_hyphens=False, drop_whitespace=True
        )
    below = textwrap.wrap(text, max(NARROWEST, width - BELOW), break_on_hyphens=False)
    return [fixed.rstrip(), *(" " * BELOW + part for part in below)]
