"""An input that offers words while one types: arrows choose, Enter takes, Esc closes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.geometry import Offset
from textual.widgets import Input, OptionList

from workbench.widgets.still_input import StillInput

WORD = re.compile(r"[\w']+\([\w']*$|[\w'.\"]*$")  # what is being typed: a name, or a function with the start of one
NAME = re.compile(r"[^\W\d]\w*'*")
MOST = 200  # choices offered at once
ROWS = 8
WIDTH = 48
PADDING = 1  # columns before an offered word


class Offers(OptionList, can_focus=False):
    """The list that drops down, over whatever is there."""

    DEFAULT_CSS = f"""
    Offers {{ overlay: screen; position: absolute; width: {WIDTH}; height: auto; max-height: {ROWS}; display: none;
             border: none; padding: 0; background: $panel; text-wrap: nowrap; text-overflow: ellipsis; }}
    """


class PickingInput(StillInput):
    """Offers those of its choices that contain the word before the cursor. `offers` is shared and lies in the pane."""

    BINDINGS = [Binding("down", "offer", "Choose", show=False, tooltip="What can be written here")]

    def __init__(self, offers: Offers, id: str, placeholder: str) -> None:
        super().__init__(id=id, placeholder=placeholder, compact=True, select_on_focus=False)
        self._offers = offers
        self._choices: Sequence[str] = ()
        self._found: list[str] = []

    def show_choices(self, choices: Sequence[str]) -> None:
        """Offer these from now on, at once where a word waits for its first offers."""
        waited = not self._choices
        self._choices = choices
        if waited:
            self._offer_or_close()

    @property
    def word(self) -> str:
        """The word before the cursor."""
        match = WORD.search(self.value[: self.cursor_position])
        return match[0] if match else ""

    async def _on_key(self, event: events.Key) -> None:
        taken = {"down": self._next, "up": self._previous, "enter": self._take, "escape": self.close}
        unchosen = event.key == "enter" and self._offers.highlighted is None
        if self._offers.display and unchosen:
            self.close()
        elif self._offers.display and event.key in taken:
            event.stop()
            event.prevent_default()
            taken[event.key]()
            return
        await super()._on_key(event)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Offer what fits the word typed; nothing once it is complete or set aside."""
        del event
        self._offer_or_close()

    def _offer_or_close(self) -> None:
        if not self.has_focus:
            return  # the list belongs to the input that has the focus
        if self.word and not self._after_equals():
            self._open(self.word)
        else:
            self.close()

    def on_blur(self) -> None:
        """Close the list."""
        self.close()

    def action_offer(self) -> None:
        """Offer all that fits, or everything."""
        self._open("" if self._after_equals() else self.word)

    def close(self) -> None:
        """Close the list."""
        self._offers.display = False

    def _after_equals(self) -> bool:
        """Whether a value is being typed and no name."""
        before = self.value[: self.cursor_position - len(self.word)]
        return bool(re.search(r"=[^\s=]*$|=\s+$", before)) and any("=" in choice for choice in self._choices)

    def _open(self, word: str) -> None:
        wanted = word.lower()
        fitting = [choice for choice in self._choices if wanted in choice.lower() and choice != word]
        self._found = sorted(fitting, key=lambda choice: not choice.lower().startswith(wanted))[:MOST]
        if not self._found:
            self.close()
            return
        self._offers.clear_options()
        self._offers.add_options([Text(choice) for choice in self._found])
        goes_on = re.match(rf"{re.escape(word)}(?![\w'])", self._found[0])  # the name stays, more comes behind it
        whole = not goes_on and any(word in NAME.findall(choice) for choice in self._choices)
        fits = re.search(rf"(?<!\w){re.escape(word)}", self._found[0])
        self._offers.highlighted = 0 if fits and not whole else None  # Enter never replaces a name by another
        x, y, _, _ = self.content_region
        x += cell_len(self.value[: self.cursor_position - len(word)]) - self.scroll_offset.x
        height = min(ROWS, len(self._found))
        below = y + 1 + height <= self.screen.size.height
        left = max(0, min(x - PADDING, self.screen.size.width - WIDTH))
        self._offers.absolute_offset = Offset(left, y + 1 if below else y - height)
        self._offers.display = True

    def _next(self) -> None:
        self._offers.action_cursor_down()

    def _previous(self) -> None:
        self._offers.action_cursor_up()

    def _take(self) -> None:
        index = self._offers.highlighted
        word = self.word if not self._after_equals() else ""
        self.close()
        if index is not None:
            self.replace(self._found[index], self.cursor_position - len(word), self.cursor_position)
