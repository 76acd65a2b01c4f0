"""A text area that paints the rows which look otherwise after a change; Textual paints all of them at every key."""

from __future__ import annotations

from typing import Any, NamedTuple

from textual.document._document import Location
from textual.reactive import Reactive, reactive
from textual.strip import Strip
from textual.widgets.text_area import Selection

from workbench.widgets.editing.windowed import WindowedArea


class Frame(NamedTuple):
    """What all rows are painted from: the first row shown, how lines are placed, and what is selected."""

    top: int
    place: tuple[int, int, int]  # columns scrolled sideways, of the line numbers, and that lines are wrapped to
    is_empty: bool
    start: Location
    end: Location
    bracket: Location | None


class PaintedArea(WindowedArea):
    """Knows of each row what it was painted from. What is no matter of text, marks or cursor repaints all as ever."""

    selection: Reactive[Selection] = reactive(Selection(), init=False, always_update=True, repaint=False)

    def __init__(self, text: str, **options: Any) -> None:
        self._looks: dict[int, tuple[object, ...]] = {}  # by row of the window
        super().__init__(text, **options)

    def render_line(self, y: int) -> Strip:
        """Return a row of the window."""
        self._looks[y] = self._look(y, self._frame())
        return super().render_line(y)

    def paint_changed(self) -> None:
        """Paint the rows that do not look as they were painted."""
        if not self.is_mounted:
            return
        frame = self._frame()
        first: int | None = None
        for y in range((height := self.scrollable_content_region.height) + 1):
            changed = y < height and self._looks.get(y) != self._look(y, frame)
            if changed and first is None:
                first = y
            elif first is not None and not changed:
                self.refresh_lines(frame.top + first, y - first)
                first = None

    def _frame(self) -> Frame:
        start, end = self.selection
        left, top = self.scroll_offset
        return Frame(
            top,
            (left, self.gutter_width, self.wrap_width),
            self.document.end == (0, 0),
            start,
            end,
            self._matching_bracket_location if start == end else None,
        )

    def _look(self, y: int, frame: Frame) -> tuple[object, ...]:
        """Return all that a row is painted from."""
        rows = self.wrapped_document._offset_to_line_info
        if frame.top + y >= len(rows):
            return (frame.is_empty,)
        line, section = rows[frame.top + y]
        start, end, bracket = frame.start, frame.end, frame.bracket
        selected = start != end and min(start, end)[0] <= line <= max(start, end)[0]
        return (
            self.document.get_line(line),
            line,
            section,
            frame.place,
            self.document.starts_in_comment(line),
            [by_line.get(line) for by_line in self._marks.values()],
            (start, end) if selected else None,
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
