"""An app that tells things as they are written, and nothing twice at a time: what is shown is not shown again."""

from __future__ import annotations

import time
from typing import Any

from textual.app import App

SEEN = 5.0  # seconds that a toast stays


class ToldOnce(App[int]):
    """Keeps toasts from piling up."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._told: dict[tuple[str, str], float] = {}

    def notify(self, message: str, *, title: str = "", **options: Any) -> None:
        """Show a toast, unless it is there. It is no markup: of `P[n]` the brackets are part."""
        now = time.monotonic()
        self._told = {one: when for one, when in self._told.items() if now - when < SEEN}
        if (title, message) not in self._told:
            self._told[title, message] = now
            super().notify(message, title=title, markup=False, **options)

    def clear_notifications(self) -> None:
        """Take the toasts away; they can come again."""
        self._told.clear()
        super().clear_notifications()
