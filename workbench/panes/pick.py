"""A list to pick from: typing narrows it, Enter takes the line, Esc closes; it stays while no line fits."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList

from workbench.widgets.arrows import arrow_chooses
from workbench.widgets.still_input import StillInput
from workbench.widgets.wrong_line import WrongLine

PLACE = re.compile(r"\d+(?::\d*){0,2}")  # a line, or a line and a column, as problems have them


class Pick(ModalScreen[int | str | None]):
    """Answers the number of a line; what was typed, where it is a place; None for nothing."""

    BINDINGS = [Binding("escape", "dismiss(None)", "Cancel", tooltip="Close the list")]

    def __init__(self, question: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._question, self._lines = question, lines
        self._shown = list(range(len(lines)))

    def compose(self) -> ComposeResult:
        """Question, input, list."""
        with Vertical(classes="dialog"):
            yield Label(self._question, markup=False)
            yield StillInput(compact=True)
            yield WrongLine()
            yield OptionList(*map(Text, self._lines), compact=True)

    def on_mount(self) -> None:
        """Begin at the first line."""
        self.query_one(OptionList).highlighted = 0 if self._lines else None

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the lines that hold what is typed."""
        self.query_one(WrongLine).say("")
        typed = event.value.lower()
        self._shown = [index for index, line in enumerate(self._lines) if typed in line.lower()]
        listed = self.query_one(OptionList)
        listed.clear_options()
        listed.add_options([Text(self._lines[index]) for index in self._shown])
        listed.highlighted = 0 if self._shown else None

    def on_key(self, event: events.Key) -> None:
        """Let the arrows choose while one types."""
        arrow_chooses(event, self.query_one(Input), self.query_one(OptionList))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer."""
        typed, chosen = event.value.strip(), self.query_one(OptionList).highlighted
        if not typed and chosen is None:
            self.dismiss(None)
        elif PLACE.fullmatch(typed):
            self.dismiss(typed)
        elif chosen is None:
            self.query_one(WrongLine).say(f"nothing in the list holds `{typed}`")
        else:
            self.dismiss(self._shown[chosen])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer."""
        self.dismiss(self._shown[event.option_index])
