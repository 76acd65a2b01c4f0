"""Garbage is collected in full while nobody types: of an app's some 10^5 objects that takes longer than a key may."""

from __future__ import annotations

import gc
import time
from typing import Any

from textual import events
from textual.app import App

YOUNG = 2000  # objects made, more than have gone, after which those are looked through
OLDER = 10  # rounds of these after which those that survived one are
ALL = 2000  # rounds of those after which all are, though somebody types all the time: some 10^7 objects
DUE = 10  # the same at rest, as Python has it at any time
REST = 1.5  # seconds without a key or a mouse, after which what is newer than the last time is looked through
LONG_REST = 30.0  # the same, after which all is


class CollectsAtRest(App[int]):
    """Knows when it rests."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._touched = 0.0
        self._kept_since = 0.0  # when all was looked through

    def collect_at_rest(self) -> None:
        """Collect garbage in full at rest only, from now on."""
        gc.set_threshold(YOUNG, OLDER, ALL)
        gc.enable()
        self.set_interval(REST / 3, self._rest)

    async def on_event(self, event: events.Event) -> None:
        """Take note of what the user does."""
        if isinstance(event, events.InputEvent):
            self._touched = time.monotonic()
        await super().on_event(event)

    def _rest(self) -> None:
        rested = time.monotonic() - self._touched
        due = gc.get_count()[2] >= DUE
        if rested > LONG_REST and self._kept_since < self._touched:
            gc.unfreeze()
            self._kept_since = time.monotonic()
        elif not due or rested <= REST:
            return
        gc.collect()
        gc.freeze()
