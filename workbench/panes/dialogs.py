"""Two small questions: type something, or choose one of a few. What is refused is told in the box, which stays."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList

from pepa.control.error import PepaError
from workbench.terminal.type_ahead import TypeAhead
from workbench.widgets.still_input import StillInput
from workbench.widgets.wrong_line import WrongLine

T = TypeVar("T")
TYPED_WITHIN = 1.0  # seconds between letters of one word


class AskFor(ModalScreen[T | None]):
    """Asks for a line of text, and answers what `take` makes of it; Esc answers None.

    Where `take` raises PepaError that is told, and can be put right; keys wait until it is known. `wrong` is told of
    the value it begins with.
    """

    BINDINGS = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(
        self, question: str, take: Callable[[str], Awaitable[T | None]], value: str = "", wrong: str = ""
    ) -> None:
        super().__init__()
        self._question, self._take, self._value, self._wrong = question, take, value, wrong

    def compose(self) -> ComposeResult:
        """Question, input, and what is wrong."""
        with Vertical(classes="dialog"):
            yield Label(self._question, markup=False)
            yield StillInput(self._value)
            yield WrongLine()

    def on_mount(self) -> None:
        """Say what is wrong with the value it begins with."""
        self.query_one(WrongLine).say(self._wrong)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Listen to another answer."""
        event.stop()
        if event.value != self._value:
            self.query_one(WrongLine).say("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer, if what is typed will do."""
        event.stop()
        if typed := event.value.strip():
            hold = self.app.hold_keys() if isinstance(self.app, TypeAhead) else None
            self._try(typed, hold)
        else:
            self.dismiss(None)

    @work(exclusive=True)
    async def _try(self, typed: str, hold: object) -> None:
        try:
            taken = await self._take(typed)
        except PepaError as error:
            self.query_one(WrongLine).say(f"{error.message}: {error.hint}" if error.hint else error.message)
        else:
            if self.is_current:  # an Escape that waited no longer may have closed it
                self.dismiss(taken)
        finally:
            if isinstance(self.app, TypeAhead):
                self.app.call_later(self.app.release_keys, hold)  # whoever asked hears of it before


class Ask(AskFor[str]):
    """Asks for a line of text, whatever it is."""

    def __init__(self, question: str, value: str = "", wrong: str = "") -> None:
        super().__init__(question, _as_typed, value, wrong)


async def _as_typed(typed: str) -> str:
    return typed


class Choose(ModalScreen[str | None]):
    """Asks to choose; letters go to the choice that begins with them, Esc answers None."""

    BINDINGS = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, question: str, choices: list[str]) -> None:
        super().__init__()
        self._question = question
        self._choices = choices
        self._typed, self._typed_at = "", 0.0

    def compose(self) -> ComposeResult:
        """Question and choices."""
        with Vertical(classes="dialog"):
            yield Label(self._question, markup=False)
            yield OptionList(*self._choices, markup=False, compact=True)

    def on_key(self, event: events.Key) -> None:
        """Go to the choice that begins with what is typed; the same letter again goes to the next that does."""
        if event.character is None or not event.is_printable or (event.character == " " and not self._typed):
            return
        event.stop()
        event.prevent_default()
        now = time.monotonic()
        typed = event.character.casefold()
        self._typed = typed if now - self._typed_at > TYPED_WITHIN or self._typed == typed else self._typed + typed
        self._typed_at = now
        listed = self.query_one(OptionList)
        at = listed.highlighted or 0
        first = at + 1 if len(self._typed) == 1 else at  # of one letter the next, of more the same while it fits
        order = [(first + step) % len(self._choices) for step in range(len(self._choices))]
        found = next((one for one in order if self._choices[one].casefold().startswith(self._typed)), None)
        if found is not None:
            listed.highlighted = found

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer."""
        self.dismiss(self._choices[event.option_index])
