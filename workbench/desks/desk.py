"""What an app has in place of what it inherits: desks, each of which does one thing and hears the messages of it."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from textual._callback import invoke
from textual.app import App
from textual.dom import DOMNode
from textual.message import Message

from workbench.panes.dialogs import Choose
from workbench.terminal.type_ahead import LONGEST
from workbench.told_keys import key_of

if TYPE_CHECKING:
    from workbench.app import Workbench
    from workbench.engine.client import Failed
    from workbench.runs import Runs

P = ParamSpec("P")
CHANGED = "the model has changed since it was run: {} runs it"  # with a key
LEAVE, REPLACE = "Keep it", "Replace it"


class Desk:
    """Does one thing of the app; it hears messages by methods named as those of a widget: `on_what_if_pane_turned`."""

    def __init__(self, app: Workbench) -> None:
        self.app = app

    @property
    def runs(self) -> Runs:
        """The runs of the document that is shown."""
        return self.app.runs

    def tell_refusal(self, error: Failed) -> None:
        """Say why there is no answer."""
        self.app.notify(error.hint, title=str(error), severity="warning")

    def changed_since(self) -> bool:
        """Return whether the model has changed since it was run, and what is asked is of its run; then say so."""
        if changed := self.runs.changed:
            self.app.notify(CHANGED.format(key_of(self.app, "app.run")), title="not told", severity="warning")
        return changed

    async def may_replace(self, question: str) -> bool:
        """Ask whether what is there may be written over; that it is kept is the first choice."""
        return await self.app.push_screen_wait(Choose(question, [LEAVE, REPLACE])) == REPLACE

    def copy(self, text: str) -> None:
        """Copy a text, and show it."""
        self.app.copy_to_clipboard(text)
        self.app.notify(text, title="copied")

    def model_path(self) -> str | None:
        """Return the path of the model; None, and why in a toast, where it has none."""
        if self.app.document.path is None:
            self.app.notify("scenarios are kept beside the file of the model: save it first", severity="warning")
            return None
        return str(self.app.document.path)


D = TypeVar("D", bound=Desk)
Event = TypeVar("Event", bound=Message)


def beside(
    *, group: str = "default", exclusive: bool = False
) -> Callable[[Callable[Concatenate[D, P], Awaitable[None]]], Callable[Concatenate[D, P], None]]:
    """Make a method work beside the app, which does not wait for it; in an exclusive group a later call ends it."""

    def made(method: Callable[Concatenate[D, P], Awaitable[None]]) -> Callable[Concatenate[D, P], None]:
        def begun(desk: D, /, *arguments: P.args, **named: P.kwargs) -> None:
            work = partial(method, desk, *arguments, **named)
            desk.app.run_worker(work, group=group, exclusive=exclusive)

        functools.update_wrapper(begun, method)
        return begun

    return made


def answering(
    *, longest: float = LONGEST, group: str = "", behind_run: bool = False
) -> Callable[[Callable[[D, Event], Awaitable[None]]], Callable[[D, Event], None]]:
    """Make a handler work beside the app for the user: the keys behind the question wait for its end, so long at most.

    What they mean depends on the answer: Enter on a list is for what is listed then. In a group a later question
    overtakes an earlier one; one whose answer comes `behind_run` lets keys wait only where no run goes on.
    """

    def made(handler: Callable[[D, Event], Awaitable[None]]) -> Callable[[D, Event], None]:
        def begun(desk: D, event: Event, /) -> None:
            app = desk.app
            hold = None if behind_run and desk.runs.busy else app.hold_keys(longest)

            async def answered() -> None:
                try:
                    await handler(desk, event)
                finally:
                    app.release_keys(hold)

            if group:
                app.overtake(group, hold)
            app.run_worker(answered, group=group or "default", exclusive=bool(group))

        functools.update_wrapper(begun, handler)
        return begun

    return made


class HasDesks(App[int]):
    """An app whose desks hear each message after itself, and do what it does not."""

    @property
    def desks(self) -> tuple[Desk, ...]:
        """The desks, in the order in which they hear."""
        return ()

    async def _dispatch_action(self, namespace: DOMNode, action_name: str, params: Any) -> bool:
        """Have a desk do what the app itself does not."""
        doers: tuple[Any, ...] = (self, *self.desks) if namespace is self else (namespace,)
        for doer in doers:
            if await super()._dispatch_action(doer, action_name, params):
                return True
        return False

    def is_wanted(self, message: Message) -> bool:
        """Whether a message is still of use."""
        del message
        return True

    async def _on_message(self, message: Message) -> None:
        if not self.is_wanted(message):
            return
        await super()._on_message(message)
        for desk in self.desks:
            heard = getattr(desk, message.handler_name, None)
            if heard is not None:
                await invoke(heard, message)
