"""The open dialog: a path with completion, or a word that narrows the list; it stays open where a path is wrong."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList

from pepa.control.error import PepaError
from pepa.language.paths import begun_anew, is_file, typed_path
from workbench.document import Document, opened
from workbench.offered import Kind, Offer, completed, offers
from workbench.widgets.arrows import arrow_chooses
from workbench.widgets.still_input import StillInput
from workbench.widgets.wrong_line import WrongLine

WIDEST = 90  # columns of the dialog, as its style has it
AROUND = 8  # columns of its border and padding, and of the list's


class Opening(ModalScreen[Document | None]):
    """Answers the model to open; None for none. A file that is not there is begun on a second Enter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", tooltip="Open nothing"),
        Binding("tab", "complete", "Complete", priority=True, tooltip="Go on with the path as far as there is one way"),
    ]

    def __init__(self, question: str, typed: str = "") -> None:
        super().__init__()
        self._question, self._typed = question, typed
        self._offers: list[Offer] = []
        self._new = ""  # a path that is not there, as was said

    def compose(self) -> ComposeResult:
        """Question, input, what is wrong, list."""
        with Vertical(classes="dialog", id="opening"):
            yield Label(self._question, markup=False)
            yield StillInput(self._typed, compact=True, select_on_focus=False,
                        placeholder="a path, or a word to look for; Tab completes")  # fmt: skip
            yield WrongLine()
            yield OptionList(compact=True)

    def on_mount(self) -> None:
        """List what there is."""
        self._list(self._typed)

    def on_input_changed(self, event: Input.Changed) -> None:
        """List what fits; a path from the root or from home takes the place of the folder before it."""
        self.query_one(WrongLine).say("")
        if (anew := begun_anew(event.value)) != event.value:
            event.input.value, event.input.cursor_position = anew, len(anew)
            return  # and comes again
        self._list(event.value)

    def _list(self, typed: str) -> None:
        self._offers = offers(typed)
        listed = self.query_one(OptionList)
        listed.clear_options()
        columns = min(WIDEST, int(0.9 * self.app.size.width)) - AROUND
        listed.add_options([Text(offer.line(columns), no_wrap=True) for offer in self._offers])
        listed.highlighted = 0 if self._offers else None

    def on_key(self, event: events.Key) -> None:
        """Let the arrows choose while one types."""
        arrow_chooses(event, self.query_one(Input), self.query_one(OptionList))

    def action_complete(self) -> None:
        """Complete the path; of a name chosen in the list, take that."""
        line = self.query_one(Input)
        longer = completed(line.value)
        if longer == line.value and (offer := self._chosen) is not None and offer.kind in (Kind.FOLDER, Kind.FILE):
            longer = offer.name
        line.value = longer
        line.cursor_position = len(longer)

    @property
    def _chosen(self) -> Offer | None:
        index = self.query_one(OptionList).highlighted
        return self._offers[index] if index is not None and index < len(self._offers) else None

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Open what was typed where it is a file's path, else what is chosen in the list."""
        typed, chosen = event.value.strip(), self._chosen
        is_path = bool(typed) and (typed.endswith(".pepa") or is_file(typed_path(typed)))
        if chosen is not None and not (is_path and chosen.name != typed):
            self._take(chosen)
        elif typed:
            self._open(typed)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open what was chosen."""
        event.stop()
        self._take(self._offers[event.option_index])

    def _take(self, offer: Offer) -> None:
        if offer.kind is Kind.FOLDER:
            line = self.query_one(Input)
            line.value = offer.name
            line.cursor_position = len(offer.name)
            line.focus()
            return
        try:
            self.dismiss(offer.document())
        except PepaError as error:
            self.query_one(WrongLine).say(f"{error.message}: {error.hint}")

    def _open(self, typed: str) -> None:
        try:
            document = opened(typed_path(typed))
        except PepaError as error:
            self.query_one(WrongLine).say(f"{error.message}: {error.hint}")
            return
        if document.new and self._new != typed:
            self._new = typed
            self.query_one(WrongLine).say(f"there is no {typed}; Enter once more begins it")
        else:
            self.dismiss(document)
