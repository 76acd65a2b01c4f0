"""The bar below the text: what to find, and what to put in its place."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Label

from workbench.widgets.editing.coloured import Mark
from workbench.widgets.editing.search import Match, matches, moved, next_match, replaced
from workbench.widgets.editor import PepaEditor
from workbench.widgets.still_input import StillInput


class FindBar(Horizontal):
    """Finds as one types. It lies beside the editor it searches."""

    DEFAULT_CSS = """
    FindBar { height: 1; display: none; }
    FindBar Label { width: auto; padding: 0 1; }
    FindBar Input { width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", tooltip="Back to the text, at what was found"),
        Binding("ctrl+r", "replace_all", "All", tooltip="Replace everywhere, as one step of undo"),
        Binding("tab,shift+tab", "other_line", "Other line", show=False, tooltip="To the other of the two lines"),
    ]

    def __init__(self, editor: PepaEditor) -> None:
        super().__init__()
        self._editor = editor
        self._from = (0, 0)

    def compose(self) -> ComposeResult:
        """Two inputs, and how many there are."""
        yield Label("find")
        yield StillInput(id="find", compact=True, select_on_focus=True)
        yield Label("replace")
        yield StillInput(id="replace", compact=True, select_on_focus=True)
        yield Label(id="found")

    @property
    def wanted(self) -> str:
        """What is looked for."""
        return self.query_one("#find", Input).value

    @property
    def _is_exact(self) -> bool:
        """Whether cases count as they are written: always where something is replaced, since names differ by them."""
        replacing = self.query_one("#replace", Input)
        return bool(replacing.value) or replacing.has_focus

    def _matches(self, exact: bool) -> list[Match]:
        return matches(self._editor.document.lines, self.wanted, exact=exact)

    def open(self, replacing: bool) -> None:
        """Show the bar; what is selected is looked for."""
        self.app.clear_notifications()  # they would stand on it
        selected = self._editor.selected_text
        self._from = min(self._editor.selection)
        self.display = True
        if selected and "\n" not in selected:
            self.query_one("#find", Input).value = selected
        self.screen.set_focus(self.query_one("#replace" if replacing and self.wanted else "#find", Input))
        self._show()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Go to the first place from where the search began, or back there where there is none."""
        event.stop()
        if event.input.id == "find" and event.input.has_focus:
            self._editor.move_cursor(self._from)
            self._go(self._from, 1)
        else:
            self._show()

    def on_descendant_focus(self) -> None:
        """Count what is meant now."""
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Find the next; in the other input, replace this one first."""
        event.stop()
        if event.input.id == "replace":
            self._replace_one()
        self.again(1)

    def again(self, step: int) -> None:
        """Go to the next place (1) or the one before (-1)."""
        if not self.wanted:
            self.open(replacing=False)
            return
        start, end = sorted(self._editor.selection)
        self._go(end if step > 0 and start != end else start, step)

    def _go(self, place: tuple[int, int], step: int) -> None:
        found = self._show()
        index = next_match(found, place, step)
        if index is None:
            return
        match = found[index]
        self._editor.move_cursor((match.row, match.start), center=True)
        self._editor.move_cursor((match.row, match.end), select=True)
        self.query_one("#found", Label).update(f"{index + 1} of {len(found)}")

    def _show(self) -> list[Match]:
        """Mark all places and count them."""
        found = self._matches(self._is_exact)
        self._editor.show_marks([Mark(match.row, match.start, match.end, "found") for match in found], "found")
        self.query_one("#found", Label).update(f"{len(found)} found" if self.wanted else "")
        return found

    def _replace_one(self) -> None:
        start, end = sorted(self._editor.selection)
        if Match(start[0], start[1], end[1]) in self._matches(exact=True):
            self._editor.replace_step(self.query_one("#replace", Input).value, start, end)

    def action_replace_all(self) -> None:
        """Replace everywhere; from what to find go to what to put there first."""
        replacing = self.query_one("#replace", Input)
        if not replacing.has_focus:
            self.screen.set_focus(replacing)
            return
        lines, new = self._editor.document.lines, replacing.value
        found = self._matches(exact=True)
        if found:
            place = moved(found, self._editor.cursor_location, new)
            self._editor.replace_all(replaced(lines, found, new))
            self._editor.land(place)
        self._show()
        self.query_one("#found", Label).update(f"{len(found)} replaced")

    def action_other_line(self) -> None:
        """Go from what to find to what to put there, and back."""
        finding = self.query_one("#find", Input)
        self.screen.set_focus(self.query_one("#replace", Input) if finding.has_focus else finding)

    def action_close(self) -> None:
        """Go back to the text."""
        self._editor.show_marks([], "found")
        self.display = False
        self.screen.set_focus(self._editor)
