"""Keys typed ahead, as a slow line brings them: several at once.

Textual hands every key to the widget that has the focus when it arrives, and what a key is bound to is done only after
the keys behind it: of `b`, Backspace, `c` in one packet the `c` is deleted, and what follows Tab goes to the old line.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from typing import Any

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.message_pump import MessagePump

PATIENCE = 0.5  # seconds after which a key is given up whose widget has gone


class TypeAhead(App[int]):
    """Hands on one key, or pasted text, at a time: the next one when all that hears of it has dealt with it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._ahead: deque[events.Key | events.Paste] = deque()
        self._busy_since: float | None = None

    async def on_event(self, event: events.Event) -> None:
        """Let keys wait for those before them."""
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        self._ahead.append(event)
        if self._busy_since is None:
            await self._hand_on()
        elif len(self._ahead) == 1:
            self.set_timer(PATIENCE, self._hand_on_overdue)

    async def _hand_on(self) -> None:
        if not self._ahead:
            self._busy_since = None
            return
        self._busy_since = time.monotonic()
        receiver: DOMNode = self.focused or self.screen
        heard = receiver.ancestors_with_self
        await super().on_event(self._ahead.popleft())
        self._follow(heard)

    def _follow(self, heard: Sequence[MessagePump]) -> None:
        """Go the way of the key from the widget up to the app, behind it in the queue of each."""
        for index, pump in enumerate(heard):
            if pump.call_later(self._follow, heard[index + 1 :]):
                return
        self.call_later(self._hand_on)  # behind a change of focus that the key brought about

    async def _hand_on_overdue(self) -> None:
        if self._ahead and self._busy_since is not None and time.monotonic() - self._busy_since >= PATIENCE:
            await self._hand_on()
