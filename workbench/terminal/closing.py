"""An app that is closing: its panes go one by one, and what is still on the way to them has come too late."""

from __future__ import annotations

import asyncio

from textual import events
from textual.app import App
from textual.message import Message


class ClosesInOrder(App[int]):
    """Hears nothing of its panes once it is closing, and asks nothing any more."""

    async def _on_message(self, message: Message) -> None:
        late = isinstance(message, (events.Callback, events.Timer)) or not isinstance(message, events.Event)
        if self.is_running or not late:
            await super()._on_message(message)

    async def _shutdown(self) -> None:
        await asyncio.sleep(0)  # what has been asked this moment begins, so that it can end
        self.workers.cancel_all()  # before the panes go that their answers are for
        await super()._shutdown()
