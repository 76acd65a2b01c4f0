"""Handlers of messages that come while the app is closing, and its panes are going."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from textual.app import App
from textual.message import Message

Host = TypeVar("Host", bound=App[Any])
Event = TypeVar("Event", bound=Message)


def while_open(handler: Callable[[Host, Event], None]) -> Callable[[Host, Event], None]:
    """Let a handler of these messages do nothing once the app is closing."""

    @functools.wraps(handler)
    def guarded(app: Host, event: Event) -> None:
        if app.is_running:
            handler(app, event)

    return guarded
