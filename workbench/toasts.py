"""An app that tells things as they are written, and nothing twice at a time: what is shown is not shown again."""

from __future__ import annotations

import time
from typing import Any

from textual.app import App
from textual.widgets._toast import ToastRack

SEEN = 5.0  # seconds that a toast stays


class ToldOnce(App[int]):
    """Keeps toasts from piling up."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._told: dict[tuple[str, str], float] = {}
        self._topics: dict[str, tuple[str, str]] = {}  # the last toast on each

    def notify(self, message: str, *, title: str = "", topic: str = "", markup: bool = False, **options: Any) -> None:
        """Show a toast, unless it is there; in place of one on the same topic, if it has one.

        It is no markup, whoever calls for some: of `P[n]` the brackets are part.
        """
        del markup
        now = time.monotonic()
        self._told = {one: when for one, when in self._told.items() if now - when < SEEN}
        if topic:
            self.forget_topic(topic)
        if (title, message) in self._told:
            return
        self._told[title, message] = now
        self.place_toasts()
        super().notify(message, title=title, markup=False, **options)
        if topic:
            self._topics[topic] = title, message

    def place_toasts(self) -> None:
        """Lay toasts, those to come too, where they cover least; the subclass knows where that is."""

    def lay_toasts(self, below: int, above: int | None) -> None:
        """Lay toasts below so many rows of the screen, or above so many at its bottom, where that is no None."""
        for rack in self.screen_stack[0].query(ToastRack):
            styles = rack.styles
            styles.dock, styles.align_vertical = ("top", "top") if above is None else ("bottom", "bottom")
            styles.margin = (below, 0, 0, 0) if above is None else (0, 0, above, 0)

    def forget_topic(self, topic: str) -> None:
        """Take the toast on a topic away, if there is one."""
        before = self._topics.pop(topic, None)
        if before is not None:
            self._told.pop(before, None)
            for one in [one for one in self._notifications if (one.title, one.message) == before]:
                self._unnotify(one)

    def clear_notifications(self) -> None:
        """Take the toasts away; they can come again."""
        self._told.clear()
        super().clear_notifications()
