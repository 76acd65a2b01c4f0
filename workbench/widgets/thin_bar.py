"""Scroll bars as thin lines: they say where one is, and are not the loudest thing on the screen."""

from __future__ import annotations

from math import ceil
from typing import Any

from rich.segment import Segment, Segments
from rich.style import Style
from textual.scrollbar import ScrollBarRender

UPRIGHT, LYING = "▐", "▂"


class ThinBar(ScrollBarRender):
    """Draws the part that can be taken hold of in half cells, and nothing for the rest."""

    @classmethod
    def render_bar(
        cls,
        size: int = 25,
        virtual_size: float = 50,
        window_size: float = 20,
        position: float = 0,
        thickness: int = 1,
        vertical: bool = True,
        back_color: Any = None,  # a colour of rich, whatever its type says in Textual
        bar_color: Any = None,
    ) -> Segments:
        """Return the cells of a bar, from its beginning to its end."""
        first, last = held(size, virtual_size, window_size, position)
        sign = UPRIGHT if vertical else LYING
        before = Segment(" " * thickness, Style(bgcolor=back_color, meta={"@mouse.down": "scroll_up"}))
        handle = Segment(sign * thickness, Style(color=bar_color, bgcolor=back_color, meta={"@mouse.down": "grab"}))
        after = Segment(" " * thickness, Style(bgcolor=back_color, meta={"@mouse.down": "scroll_down"}))
        return Segments([*[before] * first, *[handle] * (last - first), *[after] * (size - last)], new_lines=vertical)


def held(size: int, virtual_size: float, window_size: float, position: float) -> tuple[int, int]:
    """Return the first cell of the part that can be taken hold of, and the one behind; none where all is seen."""
    if not (window_size and size and virtual_size > window_size):
        return 0, 0
    length = min(size, max(1, ceil(size * window_size / virtual_size)))
    first = round((size - length) * min(1.0, max(0.0, position / (virtual_size - window_size))))
    return first, first + length
