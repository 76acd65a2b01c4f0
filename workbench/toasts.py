"""An app that tells things as they are written, nothing twice at a time, and nothing over a dialog."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from textual.app import App
from textual.await_complete import AwaitComplete
from textual.notifications import Notify, SeverityLevel
from textual.screen import ModalScreen
from textual.widgets._toast import ToastRack

SEEN = 5.0  # seconds that a toast stays
TOGETHER = 1.5  # seconds within which what is told stands together: what was told before that could be read
MOST = 3  # things that stand together
WORST = ("information", "warning", "error")


class Said(NamedTuple):
    """One thing that is told, and when."""

    title: str
    message: str
    severity: SeverityLevel
    topic: str
    when: float

    @property
    def line(self) -> str:
        """It, among others."""
        return f"{self.title}: {self.message}" if self.title else self.message


class ToldOnce(App[int]):
    """Shows one toast at a time: what is told stands in place of what was, or with it where that has just come."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._said: tuple[Said, ...] = ()  # what the toast says
        self._held_back: list[Callable[[], None]] = []  # what is to be told once no dialog is open

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        topic: str = "",
        markup: bool = False,
        **options: Any,
    ) -> None:
        """Show a toast, unless that is told already; in place of what was told on the same topic, if it has one.

        It is no markup, whoever calls for some: of `P[n]` the brackets are part. While a dialog is open it waits: it
        would lie on that.
        """
        del markup
        if self.in_dialog:
            again = partial(self.notify, message, title=title, severity=severity, topic=topic, **options)
            self._held_back.append(again)
            return
        now = time.monotonic()
        said = Said(title, message, severity, topic, now)
        if any(one.line == said.line and now - one.when < SEEN for one in self._said):
            return
        others = [one for one in self._said if now - one.when < TOGETHER and not (topic and one.topic == topic)]
        self._tell((*others[1 - MOST :], said), **options)

    def _tell(self, said: tuple[Said, ...], **options: Any) -> None:
        self._said = said
        self.place_toasts()
        title, message = said[0][:2] if len(said) == 1 else ("", "\n".join(one.line for one in said))
        severity = max((one.severity for one in said), key=WORST.index)
        super().notify(message, title=title, severity=severity, markup=False, **options)

    def on_notify(self, event: Notify) -> None:
        """Take away the toast before."""
        del event
        self._notifications.clear()

    @property
    def in_dialog(self) -> bool:
        """Whether a dialog is open."""
        return bool(self.screen_stack) and isinstance(self.screen_stack[-1], ModalScreen)

    def _refresh_notifications(self) -> None:
        """Show what there is to show, but on no dialog."""
        if not self.in_dialog:
            super()._refresh_notifications()

    def pop_screen(self) -> AwaitComplete:
        """Close the dialog on top; what waited for that is told."""
        closed = super().pop_screen()
        if not self.in_dialog:
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
        """Take what was told on a topic away, if it is still there."""
        now = time.monotonic()
        left = tuple(one for one in self._said if one.topic != topic)
        if len(left) == len(self._said):
            return
        self.clear_notifications()
        if seen := tuple(one for one in left if now - one.when < SEEN):
            self._tell(seen)

    def clear_notifications(self) -> None:
        """Take the toast away; what it says can be told again."""
        self._said = ()
        super().clear_notifications()
