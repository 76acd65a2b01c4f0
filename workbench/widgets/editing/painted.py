"""A text area that paints the rows which look otherwise after a change; Textual paints all of them at every key."""

from __future__ import annotations

from typing import Any

from textual.reactive import Reactive, reactive
from textual.strip import Strip
from textual.widgets.text_area import Selection

from workbench.widgets.editing.coloured import ColouredArea


class PaintedArea(ColouredArea):
    """Knows of each row what it was painted from. What is no matter of text, marks or cursor repaints all as ever."""

    selection: Reactive[Selection] = reactive(Selection(), init=False, always_update=True, repaint=False)

    def __init__(self, text: str, **options: Any) -> None:
        self._looks: dict[int, tuple[object, ...]] = {}  # by row of the window
        super().__init__(text, **options)

    def render_line(self, y: int) -> Strip:
        """Return a row of the window."""
        self._looks[y] = self._look(y)
        return super().render_line(y)

    def paint_changed(self) -> None:
        """Paint the rows that do not look as they were painted."""
        if not self.is_mounted:
            return
        top = self.scroll_offset.y
        for y in range(self.scrollable_content_region.height):
            if self._looks.get(y) != self._look(y):
                self.refresh_line(top + y)

    def _look(self, y: int) -> tuple[object, ...]:
        """Return all that a row is painted from."""
        left, top = self.scroll_offset
        rows = self.wrapped_document._offset_to_line_info
        if top + y >= len(rows):
            return (not self.text,)
        line, section = rows[top + y]
        start, end = self.selection
        selected = start != end and min(start, end)[0] <= line <= max(start, end)[0]
        bracket = self._matching_bracket_location if start == end else None
        return (
            self.document.get_line(line),
            (line, section, left, self.gutter_width, self.wrap_width),
            line < len(self._in_comment) and self._in_comment[line],
            tuple(tuple(by_line.get(line, ())) for by_line in self._marks.values()),
            self.selection if selected else None,
            end if end[0] == line else None,
            bracket if bracket is not None and line in (bracket[0], end[0]) else None,
        )

    def _build_highlight_map(self) -> None:
        """Called by the base class after every change, before painting."""
        super()._build_highlight_map()
        self.paint_changed()

    def _watch_selection(self, previous_selection: Selection, selection: Selection) -> None:
        super()._watch_selection(previous_selection, selection)
        self.paint_changed()
