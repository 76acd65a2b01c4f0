"""An app that tells things as they are written, nothing twice at a time, and nothing over a dialog."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from textual.app import App
from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen
from textual.widgets._toast import ToastRack

SEEN = 5.0  # seconds that a toast stays


class ToldOnce(App[int]):
    """Keeps toasts from piling up."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._told: dict[tuple[str, str], float] = {}
        self._topics: dict[str, tuple[str, str]] = {}  # the last toast on each
        self._held_back: list[Callable[[], None]] = []  # what is to be told once no dialog is open

    def notify(self, message: str, *, title: str = "", topic: str = "", markup: bool = False, **options: Any) -> None:
        """Show a toast, unless it is there; in place of one on the same topic, if it has one.

        It is no markup, whoever calls for some: of `P[n]` the brackets are part. While a dialog is open it waits: it
        would lie on that.
        """
        del markup
        if self._in_dialog:
            self._held_back.append(partial(self.notify, message, title=title, topic=topic, **options))
            return
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

    @property
    def _in_dialog(self) -> bool:
        return bool(self.screen_stack) and isinstance(self.screen_stack[-1], ModalScreen)

    def _refresh_notifications(self) -> None:
        """Show what there is to show, but on no dialog."""
        if not self._in_dialog:
            super()._refresh_notifications()

    def pop_screen(self) -> AwaitComplete:
        """Close the dialog on top; what waited for that is told."""
        closed = super().pop_screen()
        if not self._in_dialog:
            waiting, self._held_back = self._held_back, []
            for tell in (self._refresh_notifications, *waiting):
                self.call_later(tell)
        return closed

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
