"""A text area that keeps what is typed: every character, every undo, whatever the size of the window."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.document._document import EditResult, Location
from textual.document._edit import Edit
from textual.geometry import Offset, Size
from textual.reactive import Reactive
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from workbench.widgets.editing.columns import TAB
from workbench.widgets.editing.landing import Landing
from workbench.widgets.editing.lines import Lines
from workbench.widgets.editing.steps import Steps
from workbench.widgets.editing.wrapped import WIDEST, Navigator, Wrapped, unwrapped

STEPS = 1000  # of undo
LEFT = 16  # columns that stay in sight of what a window moved sideways has shown
SPARE = 3  # columns behind the cursor that are in sight with it: what a text area asks for


@dataclass(frozen=True)
class Held:
    """A text with its undo, put aside; where its cursor was, and what of it was shown."""

    document: Lines
    history: Steps
    selection: Selection
    scroll: Offset


class FaithfulArea(TextArea):
    """Textual's text area with its faults mended. What it says about itself is in its messages."""

    document: Lines
    history: Steps
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), repaint=False)  # what changes is painted without a layout

    def __init__(self, text: str, **options: Any) -> None:
        super().__init__(
            "", soft_wrap=False, show_line_numbers=True, tab_behavior="focus", max_checkpoints=STEPS, **options
        )  # it would go through all lines before the text is ours
        self.cursor_blink = False
        self._rows_shown = 0
        self._landing: Landing | None = None  # the last step that was replaced
        self.indent_width = TAB
        self._begin(Lines(text))
        self.begin_anew()

    def _set_document(self, text: str, language: str | None) -> None:
        """Begin with a text: the base class's way, but for the kind of document."""
        del language
        self._begin(Lines(text))

    def _begin(self, document: Lines) -> None:
        if self.soft_wrap and unwrapped(document):
            self.soft_wrap = False
        self.document = document
        self.wrapped_document = Wrapped(self.document, tab_width=TAB)
        self.navigator = Navigator(self.wrapped_document)
        self._build_highlight_map()
        self.move_cursor((0, 0))
        self._rewrap_and_refresh_virtual_size()

    def hold(self) -> Held:
        """Return the text as it is; another must be begun, or taken up, before the next edit."""
        self.history.let_go()
        return Held(self.document, self.history, self.selection, self.scroll_offset)

    def begin_anew(self) -> None:
        """Let the next text have an undo of its own."""
        self.history = Steps(STEPS, self.history.checkpoint_timer, self.history.checkpoint_max_characters)

    def take_up(self, held: Held) -> None:
        """Go on with a text that was held."""
        self._begin(held.document)
        self.history = held.history
        self.selection = held.selection
        self.scroll_to(held.scroll.x, held.scroll.y, animate=False)
        self.post_message(self.Changed(self))

    # Undo: Textual lays out before the cursor is back, and where a scrollbar goes that ends the app (its issue 6686)

    def _undo_batch(self, edits: Sequence[Edit]) -> None:
        for edit in reversed(edits):
            edit.undo(self)
        self._lay_out_after(list(reversed(edits)))

    def _redo_batch(self, edits: Sequence[Edit]) -> None:
        for edit in edits:
            edit.do(self, record_selection=False)
        self._lay_out_after(edits)

    def _lay_out_after(self, edits: Sequence[Edit]) -> None:
        if not edits:
            return
        self.wrapped_document.wrap(self.wrap_width, self.indent_width)
        self._build_highlight_map()
        edits[-1].after(self)
        self._refresh_size()
        self.post_message(self.Changed(self))

    def edit(self, edit: Edit) -> EditResult:
        """Do an edit; a text that it makes too long for that is not wrapped any more."""
        if self.soft_wrap and len(edit.text) > WIDEST:
            self.soft_wrap = False
        return super().edit(edit)

    def replace_step(self, text: str, start: Location, end: Location) -> None:
        """Replace a stretch by a text as one step of undo of its own; the cursor goes to its end."""
        self.history.checkpoint()
        self._landing = Landing(text, start, end, maintain_selection_offset=False)
        self.edit(self._landing)
        self.history.checkpoint()

    def land(self, start: Location, end: Location | None = None) -> None:
        """Select from one place to another, or put the cursor there; redoing the last `replace_step` does it again."""
        self.selection = Selection(start, start if end is None else end)
        if self._landing is not None:
            self._landing.lands = self.selection

    def replace_all(self, text: str, at: int | None = None) -> Landing | None:
        """Replace the whole text in one step of undo, which is returned; None where it is that text already.

        Lines alike at both ends stay. The cursor goes to the offset `at` of the new text, or stays near its place.
        """
        row, column = self.cursor_location
        old, new = [*self.document.lines], text.split("\n")  # the document changes its list in place
        first, last = _differing(old, new)
        if first == last == len(old) == len(new):
            return None
        start, end, piece = _splice(old, new, first, last)
        self.history.apart()
        self.replace_step(piece, start, end)
        self.history.apart()
        if at is not None:
            before = text[:at]
            row, column = before.count("\n"), at - before.rfind("\n") - 1
        elif row >= first:
            row = max(first, row + len(new) - len(old)) if row >= last else row
        self.land(self.clamp_visitable((row, column)))
        return self._landing

    # Scrolling: sideways by most of a window, so that a key at the end of a long line repaints little; text, size and
    # bar go on by the same steps at the same key

    def _refresh_size(self) -> None:
        before = self.virtual_size
        if self.soft_wrap:
            self.virtual_size = Size(0, self.wrapped_document.height)
        else:
            width, height = self.document.get_size(self.indent_width)
            window = self.scrollable_content_region.width
            width = window + steps_aside(width, window - self.gutter_width) if window else width + self.gutter_width + 1
            always = self.container_size.width - self.styles.scrollbar_size_vertical
            self.virtual_size = Size(max(width, always), height)
        if self.virtual_size != before:
            self._scroll_update(self.virtual_size)

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """Scroll the cursor into view: down or up as little as needed, sideways by a step."""
        if not self.soft_wrap and self.is_mounted:
            self._refresh_size()  # the base class does so later: what has grown could not be followed yet
        left = self.scroll_offset.x
        moved = super().scroll_cursor_visible(center, animate)
        now = self.scroll_offset.x
        if now != left and not self.soft_wrap:
            target = steps_aside(self._cursor_offset[0], self.scrollable_content_region.width - self.gutter_width)
            self.scroll_to(x=min(target, self.max_scroll_x), animate=False)
        return moved

    def on_resize(self) -> None:
        """Keep the cursor in sight where it was, whatever comes below the text."""
        before, self._rows_shown = self._rows_shown, self.scrollable_content_region.height
        if 0 <= self._cursor_offset[1] - self.scroll_offset.y < before:
            self.scroll_cursor_visible()

    def _page(self) -> int:
        return max(1, self.scrollable_content_region.height)

    def action_cursor_page_up(self, select: bool = False) -> None:
        """Go a whole page up."""
        self._turn(-self._page(), select)

    def action_cursor_page_down(self, select: bool = False) -> None:
        """Go a whole page down."""
        self._turn(self._page(), select)

    def _turn(self, rows: int, select: bool) -> None:
        target = self.navigator.get_location_at_y_offset(self.cursor_location, rows)
        self.scroll_relative(y=rows, animate=False)
        self.move_cursor(target, select=select)

    def action_text_start(self, select: bool = False) -> None:
        """Go to the start of the text."""
        self.move_cursor((0, 0), select=select)

    def action_text_end(self, select: bool = False) -> None:
        """Go to the end of the text."""
        self.move_cursor(self.document.end, select=select)

    # A mark goes with the character it changes

    def get_cursor_left_location(self) -> Location:
        """Return the place to the left, over marks to the character they change."""
        row, column = super().get_cursor_left_location()
        line = self.document.get_line(row)
        while 0 < column < len(line) and _is_mark(line[column]):
            column -= 1
        return row, column

    def get_cursor_right_location(self) -> Location:
        """Return the place to the right, behind the marks of the character there."""
        row, column = super().get_cursor_right_location()
        line = self.document.get_line(row)
        while 0 < column < len(line) and _is_mark(line[column]):
            column += 1
        return row, column

    async def _on_paste(self, event: events.Paste) -> None:
        """Insert pasted text as one step of undo."""
        event.stop()
        event.prevent_default()
        self.replace_step(event.text, *self.selection)


def steps_aside(column: int, window: int) -> int:
    """Return how far a window of so many columns is scrolled to show a column: as little as that, in whole steps.

    A step leaves of the window a quarter, and no more than `LEFT` columns: they are written at one key.
    """
    step = max(1, window - min(LEFT, window // 4))
    return max(0, -((window - column - SPARE) // step) * step)


def _is_mark(character: str) -> bool:
    return not character.isascii() and (unicodedata.combining(character) > 0 or character in "\u200d\ufe0e\ufe0f")


def _differing(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """Return the first line in which two texts differ, and the one of the old behind the last."""
    shorter = min(len(old), len(new))
    first = next((row for row in range(shorter) if old[row] != new[row]), shorter)
    alike = next((count for count in range(shorter - first) if old[-1 - count] != new[-1 - count]), shorter - first)
    return first, len(old) - alike


def _splice(old: Sequence[str], new: Sequence[str], first: int, last: int) -> tuple[Location, Location, str]:
    """Return the stretch of the old lines to replace, from line `first` up to `last`, and the text for it."""
    piece = list(new[first : len(new) - (len(old) - last)])
    if last < len(old):
        return (first, 0), (last, 0), "".join(f"{line}\n" for line in piece)
    if first:
        start = (first - 1, len(old[first - 1]))
        return start, (len(old) - 1, len(old[-1])), "".join(f"\n{line}" for line in piece)
    return (0, 0), (len(old) - 1, len(old[-1])), "\n".join(piece)
