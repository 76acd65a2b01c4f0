"""Keys typed ahead, as a slow line brings them: several at once.

Textual hands every key to the widget that has the focus when it arrives, and what a key is bound to is done only after
the keys behind it: of `b`, Backspace, `c` in one packet the `c` is deleted, and what follows Tab goes to the old line.
A widget answers a key by a message to its pane, which may open a line to type into; what follows is for that line.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.message_pump import MessagePump
from textual.screen import Screen

PATIENCE = 0.2  # seconds between two looks whether the widget that hears a key has gone
ROUNDS = 6  # ways up behind one key at most: an app that is told much has always something waiting
LONGEST = 10.0  # seconds that keys wait for an answer
QUIT = "ctrl+q"
GIVEN_UP = 0.7  # seconds an Escape or Quit waits its turn; it may have been typed behind what comes first, as all keys


@dataclass(frozen=True)
class Way:
    """One way up behind a key: by whom, and the how manyth it is."""

    heard: Sequence[MessagePump]
    rounds: int = 1


class TypeAhead(App[int]):
    """Hands on one key, or pasted text, at a time: the next one when all that hears of it has dealt with it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._ahead: deque[events.Key | events.Paste] = deque()
        self._hearing: Sequence[MessagePump] = ()  # who has to deal with a key yet, the one that does so first
        self._looking = False
        self._holds: set[object] = set()
        self._answering: dict[str, object] = {}  # the hold of each question that a later one like it overtakes

    def hold_keys(self, longest: float = LONGEST) -> object:
        """Let keys wait from now on for what they are meant for, until `release_keys`; Escape gives up the waiting."""
        hold = object()
        self._holds.add(hold)
        self.set_timer(longest, lambda: self.release_keys(hold))
        return hold

    def overtake(self, group: str, hold: object) -> None:
        """Let go the keys behind the question that one like it overtakes, which may not even have begun."""
        self.release_keys(self._answering.get(group))
        self._answering[group] = hold

    @property
    def keys_wait(self) -> bool:
        """Whether keys wait, or would, or one is not yet dealt with."""
        return bool(self._holds or self._ahead or self._hearing)

    def push_screen(self, screen: Any, *arguments: Any, **options: Any) -> Any:
        """Show a screen; what is typed from now on is for it, and waits until it can hear."""
        if isinstance(screen, Screen):
            screen.call_after_refresh(self.release_keys, self.hold_keys())
        return super().push_screen(screen, *arguments, **options)

    def run_worker(self, work: Any, *arguments: Any, **options: Any) -> Any:
        """Begin work beside, given as a function: a coroutine that is ended before it begins would be warned of."""
        return super().run_worker(work, *arguments, **options)

    def release_keys(self, hold: object) -> None:
        """Hand on the keys that waited, unless they wait for something else too."""
        if hold in self._holds:
            self._holds.discard(hold)
            if not self._holds and not self._hearing:
                self.call_later(self._hand_on)

    async def typed_out(self, patience: float) -> None:
        """Wait until every key that has come has been dealt with.

        Raises TimeoutError where none has been for `patience` seconds.
        """
        while True:
            turn, waiting, until = asyncio.Event(), len(self._ahead), time.monotonic() + patience
            self.call_later(turn.set)  # behind the keys that have come and are not yet looked at
            await asyncio.wait_for(turn.wait(), patience)
            while len(self._ahead) == waiting:
                if not waiting and not self._hearing:
                    return
                if time.monotonic() > until:
                    raise TimeoutError
                await asyncio.sleep(0.01)

    async def on_event(self, event: events.Event) -> None:
        """Let keys wait for those before them."""
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        if self._holds and isinstance(event, events.Key) and event.key in ("escape", QUIT):
            self.set_timer(GIVEN_UP, lambda: self._give_up(event))
        self._ahead.append(event)
        if not self._hearing:
            await self._hand_on()
        elif not self._looking:
            self._looking = True
            self.set_timer(PATIENCE, self._look)

    def _give_up(self, key: events.Key) -> None:
        """Wait no longer for what an Escape or Quit still waits for.

        Keys before an Escape are dropped, who typed it has seen none of them; before leaving none is lost.
        """
        if self._holds and key in self._ahead:
            self._holds.clear()
            while key.key == "escape" and self._ahead[0] is not key:
                self._ahead.popleft()
            self.call_later(self._hand_on)

    async def _hand_on(self) -> None:
        if self._hearing and self._hearing != (self,):
            return  # a released key is on its way
        if not self._ahead or self._holds:
            self._hearing = ()
            return
        receiver: DOMNode = self.focused or self.screen
        self._hearing = heard = receiver.ancestors_with_self
        await super().on_event(self._ahead.popleft())
        self._follow(heard, Way(heard))

    def _follow(self, heard: Sequence[MessagePump], way: Way) -> None:
        """Go the way of the key from the widget up to the app, behind it in the queue of each.

        Then again, behind the messages by which they answered, until nothing waits in any queue: they may have had
        another widget ask, whose message is on its way to the app.
        """
        for index, pump in enumerate(heard):
            if pump.call_later(self._follow, heard[index + 1 :], way):
                self._hearing = heard[index:]
                return
        if way.rounds < ROUNDS and any(pump.message_queue_size for pump in (*way.heard, *self.screen.walk_children())):
            self._follow(way.heard, Way(way.heard, way.rounds + 1))
            return
        self._hearing = (self,)
        self.call_later(self._hand_on)  # behind a change of focus that the key brought about

    def _look(self) -> None:
        """Go on without a widget that has gone, and with it its queue."""
        self._looking = bool(self._ahead)
        if self._looking:
            if self._hearing and not self._hearing[0].is_running:
                self._follow(self._hearing[1:], Way(self._hearing[1:]))
            self.set_timer(PATIENCE, self._look)
