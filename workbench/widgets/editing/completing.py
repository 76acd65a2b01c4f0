"""A text area that offers words at the cursor. Enter ends the line as ever unless a word was chosen with the arrows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text
from textual import events
from textual.geometry import Offset
from textual.message import Message

from workbench.widgets.editing.line_keys import LineKeys
from workbench.widgets.picking_input import PADDING, ROWS, WIDTH, Offers

OPENERS = "(,<.=+["  # behind one of these, blanks between, words are offered before any letter


class CompletingArea(LineKeys):
    """Asks for words by `WordsWanted` and shows what `offer` is given; Tab takes the first or chosen one."""

    _offers: Offers | None = None  # the list, which lies in the pane
    _words: Sequence[str] = ()
    awaiting = False  # whether words that come are to be offered: not once the list was closed
    _stretch = (0, 0)  # columns of the cursor's line that a word replaces

    @dataclass
    class WordsWanted(Message):
        """The cursor stands where words can be offered; `asked` by a key, or while typing."""

        area: CompletingArea
        asked: bool

    def use_offers(self, offers: Offers) -> None:
        """Show words in this list."""
        self._offers = offers

    @property
    def offering(self) -> bool:
        """Whether words are offered."""
        return self._offers is not None and bool(self._offers.display)

    def action_complete(self) -> None:
        """Ask for what can be written here."""
        self._want(asked=True)

    def replace_typed(self, text: str) -> None:
        """Take what was typed, and ask for words that begin like it; until they come, those offered that still fit."""
        offered = self._words if self.offering else ()
        super().replace_typed(text)
        row, column = self.cursor_location
        line = self.document.get_line(row)
        goes_on = bool(text.strip()) and (text.isalnum() or text in "_'")
        start = self._stretch[0]
        fitting = [word for word in offered if line[start:column].lower() in word.lower()] if goes_on else []
        self.offer(fitting, start, column, chosen=False)
        while column and line[column - 1] == " ":
            column -= 1
        if goes_on or (column and line[column - 1] in OPENERS):
            self._want(asked=False)

    def _want(self, *, asked: bool) -> None:
        self.awaiting = True
        self.post_message(self.WordsWanted(self, asked=asked))

    def offer(self, words: Sequence[str], start: int, end: int, *, chosen: bool) -> None:
        """Offer words for these columns of the cursor's line; one that stands there already is complete."""
        row, column = self.cursor_location
        word = self.document.get_line(row)[start:end]
        if self._offers is None or not words or end != column or (not chosen and word in words):
            self.close_offers()
            return
        self._words, self._stretch = words, (start, end)
        self._offers.clear_options()
        self._offers.add_options([Text(word) for word in words])
        self._offers.highlighted = 0 if chosen else None
        self._offers.display = True
        self._lay_offers()

    def _lay_offers(self) -> None:
        """Lay the list below the cursor's line, or above it where there is no room; never over it."""
        if self._offers is None or not self._offers.display:
            return
        x, y = self.cursor_screen_offset
        start, end = self._stretch
        height = min(ROWS, len(self._words))
        below = y + 1 + height <= self.screen.size.height
        left = max(0, min(x - (end - start) - PADDING, self.screen.size.width - WIDTH))
        place = Offset(left, y + 1 if below else y - height)
        if place != self._offers.absolute_offset:
            self._offers.absolute_offset = place
            self._offers.refresh(layout=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Keep what is offered at its line: what is listed below the text comes and goes, and the text moves."""
        super().watch_scroll_y(old_value, new_value)
        self._lay_offers()

    def on_resize(self) -> None:
        """Keep what is offered at its line, once the text has its place."""
        self.call_after_refresh(self._lay_offers)

    def close_offers(self) -> None:
        """Offer nothing, words that are on their way neither."""
        self.awaiting = False
        if self._offers is not None and self._offers.display:
            self._offers.display = False

    async def _on_key(self, event: events.Key) -> None:
        """Choose among the words offered, or type on."""
        offers = self._offers
        if offers is None or not offers.display:
            if event.key == "escape":
                self.close_offers()  # what it is for besides is for others
            return
        taken = True
        if event.key == "down":
            offers.action_cursor_down()
        elif event.key == "up":
            offers.action_cursor_up()
        elif event.key == "escape":
            self.close_offers()
        elif event.key == "tab" or (event.key == "enter" and offers.highlighted is not None):
            self._take(offers.highlighted or 0)
        else:
            taken = False
            if not event.is_printable:
                self.close_offers()
        if taken:
            event.stop()
            event.prevent_default()

    def _take(self, index: int) -> None:
        self.close_offers()
        row, _ = self.cursor_location
        start, end = self._stretch
        self.replace_step(self._words[index], (row, start), (row, end))

    def on_blur(self) -> None:
        """Offer nothing elsewhere."""
        self.close_offers()
