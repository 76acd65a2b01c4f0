"""An input whose cursor stands still: a blinking one writes to the terminal for as long as it is there."""

from __future__ import annotations

from typing import Any

from textual.widgets import Input


class StillInput(Input):
    """Writes nothing while nothing is typed."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.cursor_blink = False
