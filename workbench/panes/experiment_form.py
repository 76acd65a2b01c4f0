"""The form of an experiment: four lines, each of which offers what can be written in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Label

from workbench.told_keys import in_words
from workbench.widgets.leavable import Leavable
from workbench.widgets.picking_input import Offers, PickingInput

if TYPE_CHECKING:
    from workbench.engine.study_answers import FormChoices

FIELDS = {
    "vary": "↓ offers parameters",
    "fixed": "all are as in the text",
    "measures": "↓ offers measures",
    "method": "exact",
}
MEANING_AFTER = 0.25  # seconds without a key press


class ExperimentForm(Vertical, Leavable):
    """Posts `Edited` when typing pauses, `Submitted` on Enter, `Left` on Esc."""

    BINDINGS = [Binding("escape", "leave", "Leave line", tooltip="To the results, where letters are keys")]

    @dataclass
    class Edited(Message):
        """The form was edited."""

        form: dict[str, str]

    @dataclass
    class Submitted(Message):
        """The form is to be run."""

        form: dict[str, str]

    def __init__(self) -> None:
        super().__init__(id="study-form")
        self._pause: Timer | None = None
        self._turned: dict[str, float] = {}
        self._held: list[str] = []  # an example of a parameter that is held

    def compose(self) -> ComposeResult:
        """A line a field, and the list they share."""
        offers = Offers(id="offers")
        for field, hint in FIELDS.items():
            with Horizontal():
                yield Label(field)
                yield PickingInput(offers, f"study-{field}", hint)
        yield offers

    @property
    def form(self) -> dict[str, str]:
        """What is typed."""
        return {field: self._line(field).value for field in FIELDS}

    def take(self, form: Mapping[str, str]) -> None:
        """Show another form."""
        for field, value in form.items():
            self._line(field).value = value

    def show_choices(self, choices: FormChoices, turned: Mapping[str, float]) -> None:
        """Offer these in the lines of the form, and say which parameters are as `turned` where nothing else is said."""
        self._turned, self._held = dict(turned), choices["fixed"][:1]
        self._say_examples(choices)
        self._say_turned()
        self._line("vary").show_choices(choices["vary"])
        self._line("fixed").show_choices(choices["fixed"])
        self._line("measures").show_choices(choices["measures"])
        self._line("method").show_choices(choices["method"])

    def _say_examples(self, choices: FormChoices) -> None:
        """Say in empty lines how they are written, in names of this model."""
        measures = choices["measures"]
        for field, examples in (("vary", " ".join(choices["vary"][:2])), ("measures", ", ".join(measures[:1]))):
            self._line(field).placeholder = f"{examples}   {self._said(field)}" if examples else self._said(field)

    def _said(self, field: str) -> str:
        return in_words(self.app, FIELDS[field])

    def _say_turned(self) -> None:
        """Say what is held as turned: not what is varied, or held at another value."""
        typed = f"{self._line('vary').value} {self._line('fixed').value}"
        set_here = {part.partition("=")[0].strip() for part in re.split(r"[\s,]+(?=[^\s,=]+\s*=)", typed)}
        held = " ".join(f"{name}={value:g}" for name, value in self._turned.items() if name not in set_here)
        how = "".join(f"{one}   " for one in self._held)
        said = f"as turned: {held}; the others are as in the text" if held else "the others are as in the text"
        self._line("fixed").placeholder = f"{how}{said}" if how else FIELDS["fixed"]

    def propose(self, measure: str) -> None:
        """Measure this where nothing is typed to be measured; what is typed there comes in its place."""
        line = self._line("measures")
        if not line.value:
            line.select_on_focus = True
            with self.prevent(Input.Changed):
                line.value = measure

    @property
    def first(self) -> PickingInput:
        """The first line that is empty, the first of all where none is."""
        empty = [field for field in ("vary", "measures") if not self._line(field).value]
        return self._line(empty[0] if empty else "vary")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell it once typing pauses; not in the middle of a word that is offered."""
        event.stop()
        event.input.select_on_focus = False
        self._say_turned()
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(MEANING_AFTER, self._tell)

    def _tell(self) -> None:
        if not self.query_one(Offers).display:
            self.post_message(self.Edited(self.form))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Tell it."""
        event.stop()
        self.post_message(self.Submitted(self.form))

    def _line(self, field: str) -> PickingInput:
        return self.query_one(f"#study-{field}", PickingInput)
