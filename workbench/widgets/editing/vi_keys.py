"""The editor with the keys of vi: who has not set them does not wait for them to be imported."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rich.text import Text
from textual import events
from textual.document._edit import Edit
from textual.message import Message
from textual.widgets.text_area import Selection

from workbench.widgets.editing.lines import Lines
from workbench.widgets.editing.vi.choosing import chosen
from workbench.widgets.editing.vi.operators import Extent
from workbench.widgets.editing.vi.press import ESCAPE, LINE_TYPED, press
from workbench.widgets.editing.vi.state import Asked, LineCommand, Mode, NoCommand, Outcome, Register, Vi, Wish
from workbench.widgets.editing.vi.substituting import Substitution, substitution
from workbench.widgets.editing.vi.words import Place
from workbench.widgets.editor import PepaEditor

NAMED = {"escape": ESCAPE, "enter": "\n", "backspace": "\b", "ctrl+r": "\x12"}
MOVING = {"left": "h", "right": "l", "up": "k", "down": "j", "home": "0", "end": "$", "delete": "x"}
PAGES = {"ctrl+d": (2, "j"), "ctrl+u": (2, "k"), "pagedown": (1, "j"), "pageup": (1, "k")}  # parts of a page
ALT_LETTER = re.compile(r"alt\+(?P<shift>shift\+)?(?P<letter>[a-zA-Z])")
WRITE_TO = re.compile(r"(?:w|write|sav|saveas)!?\s+([^\s!>].*)")
LINE_COMMANDS = {
    **dict.fromkeys(("w", "write", "w!"), "app.save"),
    **dict.fromkeys(("q", "quit", "q!", "qa", "qa!"), "app.leave"),
    **dict.fromkeys(("wq", "x", "wq!", "x!", "wqa", "xa"), "app.save_and_leave"),
    **dict.fromkeys(("e", "edit"), "app.open"),
    **dict.fromkeys(("bn", "bnext", "n"), "app.other"),
}


class ViKeys(PepaEditor):
    """Takes keys as vi does once it is mounted. In insert mode all keys but Escape are those of the text."""

    _vi: Vi | None = None
    _shown: Selection | None = None  # the selection as vi left it
    _cursor: Place = (0, 0)  # vi's, which is on the last chosen character
    _none = ""  # the keys just pressed, where they are no command
    _copied = ""  # the clipboard as vi knows it

    @dataclass
    class ModeShown(Message):
        """What vi's last line says: the mode, and the keys of an unfinished command."""

        line: Text

    def on_mount(self) -> None:
        """Take keys as vi does from now on."""
        self._vi = Vi()
        self._tell()

    @property
    def place(self) -> Place:
        """Where the cursor is said to be."""
        return self._cursor if self._vi is not None and self._vi.mode.chooses else self.cursor_location

    @property
    def commanded(self) -> bool:
        """Whether keys are commands."""
        return self._vi is not None and self._vi.mode is not Mode.INSERT

    def _begin(self, document: Lines) -> None:
        super()._begin(document)
        if self._vi is not None:
            self._vi = replace(self._vi, mode=Mode.NORMAL, pending="", began=None)
            self._tell()

    async def _on_key(self, event: events.Key) -> None:
        """Take a key as a command, if it is one."""
        if (alt := ALT_LETTER.fullmatch(event.key)) and self._vi is not None:
            await self._press_behind_escape(event, alt["letter"].upper() if alt["shift"] else alt["letter"])
            return
        if self._vi is None or (self._vi.mode is Mode.INSERT and event.key != "escape"):
            return
        self._take_up_selection(self._vi)
        keys = self._meant(event)
        if keys is None:
            return
        event.stop()
        event.prevent_default()
        self.close_offers()
        for key in keys:
            await self._press(key)

    async def _press_behind_escape(self, event: events.Key, letter: str) -> None:
        """Take Alt and a letter that is nothing's key for Esc and that letter: they are the same, typed fast."""
        if event.key in self.screen.active_bindings:
            return
        event.stop()
        event.prevent_default()
        self.close_offers()
        self._take_up_selection(self._vi or Vi())
        for key in (ESCAPE, letter):
            await self._press(key)

    def _meant(self, event: events.Key) -> str | None:
        """Return the keys of vi that a key is; None where it is none of its."""
        vi = self._vi or Vi()
        types_line = bool(LINE_TYPED.match(vi.pending))
        if event.is_printable and event.character is not None:
            return event.character
        if event.key == "escape" and vi.mode is Mode.NORMAL and not vi.pending:
            return None  # whoever is next may stop something by it
        if event.key in NAMED:
            return NAMED[event.key]
        if types_line:
            return "" if event.key in MOVING or event.key in PAGES else None
        if event.key in PAGES:
            part, key = PAGES[event.key]
            return f"{max(1, self._page() // part)}{key}" if not vi.pending else ""
        return MOVING.get(event.key)

    def _take_up_selection(self, vi: Vi) -> None:
        """Go on from what was selected otherwise: by the mouse, or other keys."""
        if vi.mode is Mode.INSERT or self.selection == self._shown:
            return
        start, end = self.selection
        mode = Mode.NORMAL if start == end else Mode.VISUAL
        if start < end:
            end = (end[0], max(0, end[1] - 1))
        elif end < start:
            start = (start[0], max(0, start[1] - 1))
        self._vi, self._cursor = replace(vi, mode=mode, anchor=start), end

    async def _press(self, key: str) -> None:
        vi = self._vi or Vi()
        if self.app.clipboard != self._copied:
            self._copied = self.app.clipboard
            lines = self._copied.endswith("\n")
            vi = replace(vi, register=Register(self._copied[:-1] if lines else self._copied, lines))
        cursor = self._cursor if vi.mode.chooses else self.cursor_location
        outcome = press(vi, self.document.lines, cursor, key)
        self._follow(vi, outcome)
        for asked in outcome.asks:
            await self._do(asked)
        self._tell()

    def _follow(self, before: Vi, outcome: Outcome) -> None:
        """Do the changes as one step of undo, which what is typed then belongs to; show the cursor."""
        inserted, inserts = before.mode is Mode.INSERT, outcome.vi.mode is Mode.INSERT
        if (outcome.changes and not inserted) or inserts:
            self.history.hold_together()
        self._vi = replace(outcome.vi, mode=Mode.INSERT)  # where the cursor may be behind a line's end
        for change in outcome.changes:
            self.edit(Edit(change.text, change.start, change.end, maintain_selection_offset=False))
        if not inserts:
            self.history.let_go()
        self._vi, self._cursor = outcome.vi, outcome.cursor
        copied = outcome.vi.register
        if not outcome.changes and copied is not before.register and outcome.vi.mode is Mode.NORMAL:
            self._copied = copied.text + ("\n" if copied.lines else "")
            self.app.copy_to_clipboard(self._copied)
        self._show_selection(outcome.vi)

    def _show_selection(self, vi: Vi) -> None:
        self.show_cursor = not vi.mode.chooses  # it would stand behind the last chosen character
        if vi.mode.chooses:
            extent = chosen(vi, self.document.lines, self._cursor)
            last = extent.end[0]
            if extent.lines and last + 1 < self.document.line_count:
                extent = Extent(extent.start, (last + 1, 0), True)  # no reason to scroll to the line's end
            forward = vi.anchor <= self._cursor
            self.selection = Selection(*((extent.start, extent.end) if forward else (extent.end, extent.start)))
        else:
            self.selection = Selection.cursor(self._cursor)
        self._shown = self.selection

    async def _do(self, asked: Asked) -> None:
        """Do what is more than an edit."""
        if isinstance(asked, LineCommand):
            await self._do_line(asked.typed)
        elif isinstance(asked, NoCommand):
            self._none = asked.keys
        elif asked is Wish.CENTRE:
            self.scroll_cursor_visible(center=True)
        else:
            (self.undo if asked is Wish.UNDO else self.redo)()
            self.selection = Selection.cursor(min(self.selection))
            self._shown = self.selection

    async def _do_line(self, typed: str) -> None:
        if todo := substitution(typed, self.cursor_location[0], self.document.line_count):
            self._substitute(todo)
        elif named := WRITE_TO.fullmatch(typed):
            await self.run_action(f"app.save_as({named[1]!r})")
        elif (action := LINE_COMMANDS.get(typed)) is not None:
            await self.run_action(action)
        else:
            there = "there are :w :w FILE :q :wq :x :e :n :s/OLD/NEW/g and :LINE"
            self.notify(f"`:{typed}` is not known here: {there}", severity="warning")

    def _substitute(self, todo: Substitution) -> None:
        text, places = todo.done(self.document.lines)
        if places:
            self.replace_all(text)
        self.notify(f"{places} replaced" if places else f"`{todo.old}` is not there")

    def _tell(self) -> None:
        """Say the mode and what was typed of a command."""
        vi = self._vi or Vi()
        none, self._none = self._none, ""
        shown = vi.pending.replace("\n", "")
        if none and none.isprintable():
            shown = f"{none} is no command here"
        if LINE_TYPED.fullmatch(shown) or LINE_TYPED.match(shown):
            line = Text(shown).append(" ", "reverse")
        else:
            line = Text(f"{vi.mode.value}  {shown}".strip() if shown else vi.mode.value)
        self.post_message(self.ModeShown(line))

    def _validate_selection(self, selection: Selection) -> Selection:
        """Keep the cursor on a character while keys are commands."""
        start, end = super()._validate_selection(selection)
        if start == end and self.commanded:
            row, column = end
            return Selection.cursor((row, max(0, min(column, len(self.document.get_line(row)) - 1))))
        return Selection(start, end)

    def on_focus(self) -> None:
        """Begin at what was found, not with it selected."""
        if self._vi is not None and self._vi.mode is Mode.NORMAL and not self.selection.is_empty:
            self.selection = Selection.cursor(min(self.selection))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let Tab leave the text where keys are commands and nothing is chosen."""
        if action in ("indent", "outdent") and self.commanded and self.selection.is_empty:
            return False
        return super().check_action(action, parameters)
