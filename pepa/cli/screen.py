"""The console that tables and charts are printed on."""

from __future__ import annotations

import shutil
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from pepa.language.shown import shown

NARROWEST, WIDEST = 20, 1_000  # columns: what a terminal says it has is believed within reason


class Screen(Console):
    """A console that shows every text, its own style codes apart, and takes none of it for markup."""

    def __init__(self) -> None:
        width = min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST)
        super().__init__(highlight=False, markup=False, emoji=False, width=width)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render to segments, each of them safe to show."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(shown(segment.text), segment.style)
