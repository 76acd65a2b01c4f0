"""The question about a file that has changed under the text being edited."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Label, OptionList, Static

MERGE, RELOAD, KEEP, LATER = "merge", "reload", "keep", "later"
CHOICES = {
    LATER: "Decide later",
    MERGE: "Merge: both changes in one text, to look at and save",
    RELOAD: "Reload: the file's text, yours one undo away",
    KEEP: "Keep mine: saving replaces what lies in the file",
}
COLOURS = {"+": "green", "-": "red", "@": "cyan"}


class DiskChanged(ModalScreen[str]):
    """Shows how file and text differ, and asks what to do; Esc decides later."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss('later')", "Later", tooltip="Decide later"),
        Binding("pageup", "page(-1)", "Page up", tooltip="A page of the differences up"),
        Binding("pagedown", "page(1)", "Page down", tooltip="A page of the differences down"),
    ]

    def __init__(self, name: str, differences: str) -> None:
        super().__init__()
        self._name, self._differences = name, differences

    def compose(self) -> ComposeResult:
        """Question, differences, choices."""
        lines = Text()
        for line in self._differences.split("\n"):
            lines.append(f"{line}\n", COLOURS.get(line[:1], ""))
        with Vertical(classes="dialog", id="disk"):
            yield Label(f"{self._name} has changed on disk since it was read here", markup=False)
            with VerticalScroll(id="differences"):
                yield Static(lines)
            yield OptionList(*CHOICES.values(), compact=True)

    def on_mount(self) -> None:
        """Let the keys choose."""
        self.query_one(OptionList).focus()

    def action_page(self, by: int) -> None:
        """Turn the differences."""
        scroll = self.query_one(VerticalScroll)
        scroll.scroll_relative(y=by * scroll.size.height, animate=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer."""
        self.dismiss(list(CHOICES)[event.option_index])
