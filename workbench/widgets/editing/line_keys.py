"""A text area whose keys work on lines and words: indent, comment, move, duplicate, select."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.document._document import Location, Selection

from workbench.widgets.editing.line_edits import INDENT, commented, indented, margin, outdented
from workbench.widgets.editing.painted import PaintedArea
from workbench.widgets.editing.words import NEAR, word_at, word_end, word_left, word_right


class LineKeys(PaintedArea):
    """Each action is one step of undo. Tab indents; Esc and then Tab leaves."""

    _escaped = False  # the last key was Esc
    _leaving = False  # and this one is Tab

    def _rows(self) -> tuple[int, int]:
        """Return first and last selected line; one of which nothing is selected does not count."""
        start, end = sorted(self.selection)
        return start[0], end[0] - 1 if end[0] > start[0] and end[1] == 0 else end[0]

    def _change_rows(self, first: int, last: int, lines: Sequence[str]) -> None:
        """Put these lines in place of those from `first` to `last`; what was selected stays so."""
        old = self.document.lines[first : last + 1]
        if list(lines) == old:
            return
        selection = self.selection
        self.replace_step("\n".join(lines), (first, 0), (last, len(old[-1])))

        def moved(place: tuple[int, int]) -> tuple[int, int]:
            row, column = place
            if not first <= row <= last or column == 0 or len(lines) != len(old):
                return self.clamp_visitable(place)
            return row, max(0, column + len(lines[row - first]) - len(old[row - first]))

        self.land(moved(selection.start), moved(selection.end))

    def action_indent(self) -> None:
        """Indent the selected lines, or put blanks up to the next step."""
        first, last = self._rows()
        if self.selection.is_empty:
            self.replace_step(" " * (INDENT - self.cursor_location[1] % INDENT), *self.selection)
        else:
            self._change_rows(first, last, indented(self.document.lines[first : last + 1]))

    def action_outdent(self) -> None:
        """Take the lines one step back."""
        first, last = self._rows()
        self._change_rows(first, last, outdented(self.document.lines[first : last + 1]))

    def action_toggle_comment(self) -> None:
        """Comment the selected lines out, or in again where all are comments."""
        first, last = self._rows()
        self._change_rows(first, last, commented(self.document.lines[first : last + 1]))

    # Words: Textual looks for those of a whole line

    def get_cursor_word_left_location(self) -> Location:
        """Return the place a word to the left; from the start of a line, the end of the one above."""
        row, column = self.cursor_location
        if row > 0 and column == 0:
            return row - 1, len(self.document.get_line(row - 1))
        return row, word_left(self.document.get_line(row), column)

    def get_cursor_word_right_location(self) -> Location:
        """Return the place a word to the right; from the end of a line, the start of the one below."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        if row < self.document.line_count - 1 and column == len(line):
            return row + 1, 0
        return row, word_right(line, column)

    def action_delete_word_right(self) -> None:
        """Delete what is selected, or up to the end of the next word; at the end of a line, that end."""
        start, end = self.selection
        if start == end:
            row, column = end
            line = self.document.get_line(row)
            is_end = column == len(line)
            if is_end and row == self.document.line_count - 1:
                return
            start = (row + 1, 0) if is_end else (row, word_end(line, column))
        self._delete_via_keyboard(start, end)

    def action_cut(self) -> None:
        """Cut what is selected, or the cursor's line; the cursor keeps its column."""
        if not self.selection.is_empty:
            super().action_cut()
            return
        row, column = self.cursor_location
        last = row + 1 >= self.document.line_count
        start, end = (row, 0), (row, len(self.document.get_line(row))) if last else (row + 1, 0)
        if start == end:
            return
        cut = self.document.get_text_range(start, end)
        self.replace_step("", start, end)
        self.land(self.clamp_visitable((row, column)))
        self.app.copy_to_clipboard(cut)

    def action_duplicate_line(self) -> None:
        """Copy the selected lines below themselves."""
        first, last = self._rows()
        lines = self.document.lines[first : last + 1]
        selection, count = self.selection, len(lines)
        place = (last, len(lines[-1]))
        self.replace_step("".join(f"\n{line}" for line in lines), place, place)
        (top, left), (bottom, right) = selection.start, selection.end
        self.land((top + count, left), (bottom + count, right))

    def action_move_lines(self, by: int) -> None:
        """Move the selected lines one up (-1) or down (1)."""
        first, last = self._rows()
        lines = self.document.lines
        if not first + by >= 0 or not last + by < len(lines):
            return
        block = lines[first : last + 1]
        selection = self.selection
        if by < 0:
            self._change_rows(first - 1, last, [*block, lines[first - 1]])
        else:
            self._change_rows(first, last + 1, [lines[last + 1], *block])
        (top, left), (bottom, right) = selection.start, selection.end
        self.land(self.clamp_visitable((top + by, left)), self.clamp_visitable((bottom + by, right)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let Tab go on to the screen right after Esc."""
        if action in ("indent", "outdent") and self._leaving:
            return False
        return super().check_action(action, parameters)

    async def _on_key(self, event: events.Key) -> None:
        """Take what is typed; Enter keeps the indent."""
        event.prevent_default()
        self._leaving = self._escaped and event.key in ("tab", "shift+tab")
        self._escaped = event.key == "escape"
        if event.key == "enter":
            event.stop()
            self._break_line()
        elif event.is_printable and event.character is not None:
            event.stop()
            self.replace_typed(event.character)

    def _break_line(self) -> None:
        """End the line; of one that is nothing but its indent that goes to the next, and leaves no blanks behind."""
        row, column = min(self.selection)
        line = self.document.get_line(row)
        typed = "\n" + margin(line[:column])
        if self.selection.is_empty and column and not line.strip():
            self._replace_via_keyboard(typed, (row, 0), (row, len(line)))
        else:
            self.replace_typed(typed)

    def replace_typed(self, text: str) -> None:
        """Put what was typed in place of what is selected."""
        self._replace_via_keyboard(text, *self.selection)

    async def _on_click(self, event: events.Click) -> None:
        """Select a word by two clicks, a line by three."""
        row, column = self.get_target_document_location(event)
        line, long = self.document.get_line(row), self.document.long_line(row)
        if event.chain == 2:
            start = max(long.token_before(column), column - NEAR) if long is not None else 0
            start, end = word_at(line, column, start)
            self.selection = Selection((row, start), (row, end))
        elif event.chain >= 3:
            last = row + 1 >= self.document.line_count
            self.selection = Selection((row, 0), (row, len(line)) if last else (row + 1, 0))
