"""Helps: the manual, the keys of where the user is, and the settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events
from textual.app import SuspendNotSupported
from textual.binding import Binding

from pepa.control.error import PepaError
from workbench.desks.desk import Desk
from workbench.outside import edit_outside
from workbench.panes.pane import Pane
from workbench.panes.source import SourcePane
from workbench.panes.state_list import StateList
from workbench.panes.state_steps import StateSteps
from workbench.settings import keep_theme, read_settings, written_settings
from workbench.told_keys import in_words, told
from workbench.widgets.editor import PepaEditor

if TYPE_CHECKING:
    from workbench.app import Workbench


class Helping(Desk):
    """Shows what can be read about the app, and has its settings edited."""

    def __init__(self, app: Workbench, adjustable: Callable[[], list[Binding]]) -> None:
        """`adjustable` returns every binding whose key can be set."""
        super().__init__(app)
        self.adjustable = adjustable

    def action_keys(self) -> None:
        """List the keys of where the user is."""
        from workbench.panes.keys_here import KeysHere, is_told, keys_text

        app = self.app
        here = next((pane.TITLE for pane in app.query(Pane) if pane.has_focus_within), "here")
        active = app.screen.active_bindings
        text = keys_text((in_words(app, told(one.binding.key)), one) for one in active.values())
        app.push_screen(KeysHere(here, text, [key for key, one in active.items() if is_told(one)]), self._press)

    def _press(self, key: events.Key | None) -> None:
        """Have a key do what it does, where the list of keys was closed by it."""
        if key is not None:
            self.app.post_message(key)

    def action_manual(self) -> None:
        """Open the manual at the topic of the pane that has the focus."""
        from workbench.panes.help import Manual, checks, key_table

        app, panes = self.app, self.app.PANES.values()
        keys = {pane.HELP_TOPIC: key_table(pane.TITLE, pane.BINDINGS, app.keys_of) for pane in panes}
        keys["source"] += key_table("the text", PepaEditor.BINDINGS, app.keys_of)
        keys["states"] += key_table("the table", StateList.BINDINGS, app.keys_of)
        keys["states"] += key_table("steps", StateSteps.BINDINGS, app.keys_of)
        keys["start"] = key_table("everywhere", app.BINDINGS, app.keys_of)
        if (code := app.query_one(SourcePane).chosen_problem) in checks():
            app.push_screen(Manual("checks", keys, code))
            return
        focused = [pane.HELP_TOPIC for pane in panes if app.query_one(pane).has_focus_within]
        app.push_screen(Manual(focused[0] if focused else "start", keys))

    def action_settings(self) -> None:
        """Have the settings edited; they count from the next start on."""
        app = self.app
        try:
            path = written_settings(self.adjustable())
            with app.suspend():
                edit_outside(path, 1)
            read_settings(self.adjustable)
        except SuspendNotSupported:
            app.notify(str(path), title="the settings are in this file")
            return
        except PepaError as error:
            app.notify(error.hint, title=error.message, severity="warning")
            return
        app.forget_screen()
        app.notify("they count from the next start on", title="settings")

    def keep_theme(self, name: str) -> None:
        """Have the next start begin with a theme."""
        try:
            keep_theme(name, self.adjustable())
        except PepaError as error:
            self.app.notify(error.hint, title=error.message, severity="warning")
