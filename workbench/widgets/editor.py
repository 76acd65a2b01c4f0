"""A text area that colours PEPA and underlines problems; only lines being painted are looked at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from rich.style import Style
from rich.text import Text
from textual.binding import Binding
from textual.document._edit import Edit
from textual.message import Message
from textual.widgets import TextArea

from pepa.language.highlight import comment_state, tokens
from pepa.language.shown import IN_NAMES, shown

STYLES = {
    "comment": Style(color="bright_black", italic=True),
    "quoted": Style(color="blue"),
    "number": Style(color="magenta"),
    "passive": Style(color="red", bold=True),
    "process": Style(color="cyan", bold=True),
    "action": Style(color="green"),
    "cooperation": Style(color="yellow"),
}
SEVERITIES = {
    "error": Style(color="bright_red", underline=True, bold=True),
    "warning": Style(color="yellow", underline=True),
}


@dataclass(frozen=True)
class Mark:
    """An underlined stretch of one line; `end` is None for the end of the line."""

    line: int
    start: int
    end: int | None
    severity: str


def _sign(match: re.Match[str]) -> str:
    """Return a sign for a character that would command the terminal: one for one, so that places stay."""
    sign = shown(match[0])
    return sign if len(sign) == 1 else "\ufffd"


class PepaEditor(TextArea):
    """The model's text. Posts `Edited` after each change."""

    BINDINGS = [
        Binding("ctrl+z", "undo", "Undo", show=False, id="source.undo", tooltip="Undo the last edit"),
        Binding("ctrl+y,ctrl+shift+z", "redo", "Redo", show=False, id="source.redo", tooltip="Redo what was undone"),
        Binding("ctrl+d", "duplicate_line", "Duplicate line", show=False, id="source.duplicate",
                tooltip="Copy the line below itself"),
        Binding("ctrl+slash,ctrl+underscore", "toggle_comment", "Comment", show=False, id="source.comment",
                tooltip="Comment the lines out, or in again"),
    ]  # fmt: skip

    class Edited(Message):
        """The text changed."""

    def __init__(self, text: str, **options: Any) -> None:
        self._marks: dict[int, list[Mark]] = {}  # read while the base class loads the text
        self._in_comment: list[bool] = []
        super().__init__(
            text,
            soft_wrap=False,
            show_line_numbers=True,
            tab_behavior="focus",
            max_checkpoints=1000,
            **options,
        )
        self.cursor_blink = False

    def _build_highlight_map(self) -> None:
        """Called by the base class after every change, before painting."""
        super()._build_highlight_map()
        self._in_comment = comment_state(self.document.lines)

    def get_line(self, line_index: int) -> Text:
        """Return one line, coloured and with its problems underlined."""
        line = super().get_line(line_index)
        if IN_NAMES.search(line.plain.replace("\t", "")):
            line = Text(IN_NAMES.sub(_sign, line.plain), end="", no_wrap=True)
        plain, start = line.plain, 0
        if line_index < len(self._in_comment) and self._in_comment[line_index]:
            end = plain.find("*/")
            start = len(plain) if end < 0 else end + 2
            line.stylize(STYLES["comment"], 0, start)
        for first, last, kind in tokens(plain, start):
            if style := STYLES.get(kind):
                line.stylize(style, first, last)
        for mark in self._marks.get(line_index, ()):
            line.stylize(SEVERITIES[mark.severity], mark.start, mark.end)
        return line

    def show_marks(self, marks: list[Mark]) -> None:
        """Underline these stretches and no others."""
        by_line: dict[int, list[Mark]] = {}
        for mark in marks:
            by_line.setdefault(mark.line, []).append(mark)
        if by_line != self._marks:
            self._marks = by_line
            self._line_cache.clear()
            self.refresh()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Tell the app."""
        event.stop()
        self.post_message(self.Edited())

    def replace_all(self, text: str) -> None:
        """Replace the whole text in one undoable step."""
        self.history.checkpoint()
        self.edit(Edit(text, (0, 0), self.document.end, maintain_selection_offset=False))
        self.history.checkpoint()
        self.move_cursor((0, 0))

    def action_duplicate_line(self) -> None:
        """Copy the cursor's line below itself."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        self.insert(f"\n{line}", (row, len(line)))
        self.move_cursor((row + 1, column))

    def action_toggle_comment(self) -> None:
        """Comment the selected lines out, or in again where all are comments."""
        first, last = sorted((self.selection.start[0], self.selection.end[0]))
        lines = [self.document.get_line(row) for row in range(first, last + 1)]
        if all(line.lstrip().startswith("//") for line in lines if line.strip()):
            changed = [line.replace("// ", "", 1) if "// " in line else line.replace("//", "", 1) for line in lines]
        else:
            changed = [f"// {line}" if line.strip() else line for line in lines]
        self.history.checkpoint()
        end = (last, len(lines[-1]))
        self.edit(Edit("\n".join(changed), (first, 0), end, maintain_selection_offset=False))
        self.history.checkpoint()
