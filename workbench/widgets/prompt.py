"""A line to type into at the foot of a pane: it says what for, completes names, and remembers what was typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Static
from textual.widgets.input import Selection

from workbench.widgets.picking_input import Offers, PickingInput


class RememberingInput(PickingInput):
    """Offers names; with nothing offered, the arrows go through what was typed before. Numbers are no names."""

    BINDINGS = [Binding("up", "older", "Earlier", show=False, tooltip="What was typed before")]

    def __init__(self, offers: Offers, id: str) -> None:
        super().__init__(offers, id, "")
        self.typed: list[str] = []
        self._back = 0

    @property
    def word(self) -> str:
        """The name before the cursor."""
        word = super().word
        return "" if word[:1].isdigit() else word

    def begin(self, value: str, typed: list[str]) -> None:
        """Start with a value, and what was typed before on such occasions."""
        self.typed, self._back = typed, 0
        self.value = value
        self.selection = Selection(0, len(value))  # typing replaces it

    def _offer_or_close(self) -> None:
        if self.word in self._choices or self._back:
            self.close()  # complete as it is; the arrow still offers what begins like it
        else:
            super()._offer_or_close()

    def action_older(self) -> None:
        """Take what was typed before."""
        self._remember(self._back + 1)

    def action_offer(self) -> None:
        """Take what was typed after; at the latest, offer names."""
        if self._back:
            self._remember(self._back - 1)
        else:
            super().action_offer()

    def _remember(self, back: int) -> None:
        self._back = max(0, min(back, len(self.typed)))
        self.value = self.typed[-self._back] if self._back else ""
        self.cursor_position = len(self.value)


class Prompt(Vertical):
    """Asks for one thing at a time, for whoever takes the answer. What is wrong with an answer stands below it."""

    BINDINGS = [Binding("escape", "close", "Close", tooltip="Type nothing after all")]

    @dataclass
    class Closed(Message):
        """Nothing was typed after all."""

    def __init__(self) -> None:
        super().__init__(classes="prompt")
        self._take: Callable[[str], object] = str
        self._typed: dict[str, list[str]] = {}
        self._earlier: list[str] = []  # of them, on such occasions
        self._answered: str | None = None  # what was typed and is being worked out: Enter again is not another answer

    def compose(self) -> ComposeResult:
        """What for, the line, and what is wrong with it."""
        offers = Offers(classes="offers")
        yield Static("", classes="prompt-about")
        yield RememberingInput(offers, "prompt-line")
        yield Static("", classes="prompt-wrong")
        yield offers

    def on_mount(self) -> None:
        """Wait to be asked."""
        self.display = False

    def show_words(self, words: Sequence[str]) -> None:
        """Offer these while typing."""
        self.query_one(RememberingInput).show_choices(words)

    def ask(
        self,
        about: str,
        question: str,
        take: Callable[[str], object],
        value: str = "",
        words: Sequence[str] | None = None,
    ) -> None:
        """Ask for something, which `take` is called with; `words` are offered in place of those shown last.

        What was typed `about` the same before is at hand.
        """
        if words is not None:
            self.show_words(words)
        self.app.clear_notifications()  # they would stand on it
        self._take, self._answered = take, None
        self._earlier = self._typed.setdefault(about, [])
        self.display = True
        self.query_one(".prompt-about", Static).update(Text(question))
        self.show_wrong("")
        line = self.query_one(RememberingInput)
        line.begin(value, self._earlier)
        self.screen.set_focus(line)

    def show_wrong(self, message: str) -> None:
        """Say what is wrong with the answer; it can be put right then."""
        self.listen()
        self.say(message)

    def say(self, message: str) -> None:
        """Say something below the line."""
        wrong = self.query_one(".prompt-wrong", Static)
        wrong.display = bool(message)
        wrong.update(Text(message))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Pass the answer on."""
        event.stop()
        if event.value == self._answered:
            return
        self._answered = event.value
        if event.value.strip() and event.value not in self._earlier[-1:]:
            self._earlier.append(event.value)
        self._take(event.value.strip())

    def on_input_changed(self, event: Input.Changed) -> None:
        """Take another answer."""
        event.stop()
        self.listen()

    def listen(self) -> None:
        """Take an answer, be it the same as before."""
        self._answered = None

    def action_close(self) -> None:
        """Close the line."""
        self.close()
        self.post_message(self.Closed())

    def close(self) -> None:
        """Hide the line."""
        self.query_one(RememberingInput).close()
        self.display = False
