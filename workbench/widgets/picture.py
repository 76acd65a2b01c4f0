"""A picture in cells that is drawn anew to its size."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text
from textual.widgets import Static

LEAST = 20  # columns


class Picture(Static, can_focus=True):
    """Shows what `draw` returns for its width and height."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._draw: Callable[[int, int], Text] | None = None

    def show(self, draw: Callable[[int, int], Text]) -> None:
        """Show this from now on."""
        self._draw = draw
        self.redraw()

    def on_resize(self) -> None:
        """Draw to the new size."""
        self.redraw()

    def redraw(self) -> None:
        """Draw what is shown anew."""
        if self._draw is not None and self.size.width > LEAST:
            self.update(self._draw(self.size.width, self.size.height))
