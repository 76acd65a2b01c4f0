"""The menu of commands for who types ahead: Enter takes what fits all that was typed, and the keys behind it follow.

Textual's takes what is listed at that moment, which may be for fewer letters, and drops Enter where nothing is yet.
"""

from __future__ import annotations

from typing import Any

from textual import on
from textual.command import CommandList, CommandPalette, Hit, Hits
from textual.system_commands import SystemCommandsProvider
from textual.theme import ThemeProvider
from textual.widgets import Button, Input
from textual.worker import Worker

from workbench.terminal.type_ahead import TypeAhead

BY_NAME, BY_WORDS = 200.0, 100.0  # scores of what has what is typed as it is, above letters far apart in a name
WORDS = {"Write": "export save", "SVG": "export save picture image chart"}  # that people use for what is told so
HOPS = 3  # until what the chosen command does has been done: it comes by way of the app's queue


class Commands(SystemCommandsProvider):
    """Finds a command by its name, and by words of what it does or of what people call that."""

    async def search(self, query: str) -> Hits:
        """Yield what is found by its name, or where all words typed are in what is told of it."""
        typed, matcher = query.casefold().split(), self.matcher(query)
        for title, told, run, *_ in self.app.get_system_commands(self.screen):
            called = f"{title} {told} {' '.join(more for word, more in WORDS.items() if word in told)}".casefold()
            score = matcher.match(title)
            if query.casefold() in title.casefold():
                score += BY_NAME
            elif all(word in called for word in typed):
                score += BY_WORDS
            if score > 0:
                yield Hit(score, matcher.highlight(title), run, help=told)


class Palette(CommandPalette):
    """Lets Enter wait for the search, and the keys behind Enter for what the command asks."""

    _searching: Worker[Any] | None = None
    _hold: object | None = None  # of the keys behind an Enter
    _waits = False  # an Enter for the search

    def _gather_commands(self, search_value: str) -> Worker[Any]:
        self._searching = worker = super()._gather_commands(search_value)
        return worker

    def on_mount(self) -> None:
        """Write nothing while nothing is typed."""
        self.query_one(Input).cursor_blink = False

    @on(Input.Submitted)
    def wait_for_search(self, event: Input.Submitted) -> None:
        """Take what is found, once it is."""
        if self._hold is None and isinstance(self.app, TypeAhead):
            self._hold = self.app.hold_keys()
        if self._searching is not None and not self._searching.is_finished:
            event.stop()
            event.prevent_default()
            self._waits = True
        elif not self._hit_count or self.query_one(CommandList).highlighted is None:
            self._release()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Go on with an Enter that waited."""
        if event.worker is self._searching and event.worker.is_finished and self._waits:
            self._waits = False
            if self._hit_count:
                self._select_or_command()
            else:
                self._release()

    def _select_or_command(self, event: Input.Submitted | Button.Pressed | None = None) -> None:
        super()._select_or_command(event)
        if self._selected_command is not None:
            self._release(HOPS)

    def _release(self, hops: int = 0) -> None:
        """Let the keys go on, so many rounds of the app's queue from now."""
        if hops:
            self.app.call_later(self._release, hops - 1)
            return
        hold, self._hold = self._hold, None
        if isinstance(self.app, TypeAhead):
            self.app.release_keys(hold)


class TypedAheadPalettes(TypeAhead):
    """An app whose menus of commands and themes are such."""

    def action_command_palette(self) -> None:
        """Offer every command."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(Palette(providers=[Commands], id="--command-palette"))

    def search_themes(self) -> None:
        """Offer the themes."""
        self.push_screen(Palette(providers=[ThemeProvider], placeholder="Search for themes…"))
