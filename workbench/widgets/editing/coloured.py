"""A text area that colours PEPA and underlines stretches; only what is painted is looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rich.style import Style
from rich.text import Text
from textual.document._document import Location

from pepa.language.highlight import tokens
from workbench.widgets.editing.brackets import partner
from workbench.widgets.editing.columns import drawn
from workbench.widgets.editing.faithful import FaithfulArea

STYLES = {
    "comment": Style(color="bright_black", italic=True),
    "quoted": Style(color="blue"),
    "number": Style(color="magenta"),
    "passive": Style(color="red", bold=True),
    "process": Style(color="cyan", bold=True),
    "action": Style(color="green"),
    "cooperation": Style(color="yellow"),
}
MARKS = {
    "error": Style(color="bright_red", underline=True, bold=True),
    "warning": Style(color="yellow", underline=True),
    "found": Style(reverse=True),
    "here": Style(reverse=True, bold=True),  # where the components are, while one steps
    "can": Style(underline=True, bold=True),
}


PARTNERS = 10_000  # characters between two brackets that are shown to belong together: a longer search would be felt


@dataclass(frozen=True)
class Mark:
    """A marked stretch of one line; `end` is None for the end of the line, `kind` one of MARKS."""

    line: int
    start: int
    end: int | None
    kind: str


def stylize(text: Text, style: Style, start: int, end: int) -> None:
    """Give a style to the part of a text between two characters that may lie outside."""
    if end > 0 and start < len(text):  # from the end are counted those that are negative
        text.stylize(style, max(0, start), end)


class ColouredArea(FaithfulArea):
    """Colours tokens; underlines the problems of the text, and what was found in it."""

    def __init__(self, text: str, **options: Any) -> None:
        self._marks: dict[str, dict[int, list[Mark]]] = {}  # read while the base class loads the text
        self._marked_lines: dict[str, int] = {}  # how many lines the text had when a layer was marked
        super().__init__(text, **options)

    def coloured(self, row: int, first: int, last: int) -> Text:
        """Return the characters of a line from `first` up to `last`, coloured and with their marks."""
        line, long = self.document.get_line(row), self.document.long_line(row)
        text = Text(drawn(line[first:last]), end="", no_wrap=True)
        start = self.document.comment_end(row)
        stylize(text, STYLES["comment"], -first, start - first)
        if long is not None and start < first:
            start = long.token_before(first, start)
        for begin, end, kind in tokens(line, start, last):
            if style := STYLES.get(kind):
                stylize(text, style, begin - first, end - first)
        for by_line in self._marks.values():
            for mark in by_line.get(row, ()):
                stylize(text, MARKS[mark.kind], mark.start - first, len(text) if mark.end is None else mark.end - first)
        return text

    def show_marks(self, marks: Iterable[Mark], layer: str = "problems") -> None:
        """Mark these stretches and no others of this layer."""
        by_line: dict[int, list[Mark]] = {}
        for mark in marks:
            by_line.setdefault(mark.line, []).append(mark)
        self._marked_lines[layer] = self.document.line_count
        if by_line != self._marks.get(layer, {}):
            self._marks = {**self._marks, layer: by_line}
            self._line_cache.clear()
            self.paint_changed()

    def drop_marks_near(self, layer: str = "problems") -> None:
        """Forget the marks that an edit at the cursor may have moved: on its line, or from there on."""
        row, lines = self.cursor_location[0], self.document.line_count
        is_alone = lines == self._marked_lines.get(layer)
        by_line = self._marks.get(layer, {})
        kept = {line: marks for line, marks in by_line.items() if line < row or (is_alone and line > row)}
        self._marked_lines[layer] = lines
        if len(kept) < len(by_line):
            self._marks = {**self._marks, layer: kept}
            self._line_cache.clear()
            self.paint_changed()

    def paint_changed(self) -> None:
        """Paint what may look otherwise."""
        self.refresh()

    def find_matching_bracket(self, bracket: str, search_from: Location) -> Location | None:
        """Return where the partner of a bracket stands, within its statement and not far away."""
        return partner(self.document.lines, bracket, search_from, PARTNERS)
