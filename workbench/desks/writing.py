"""Writes the text with what is known of its names: find, go to, rename, mend, complete."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any

from textual.app import SuspendNotSupported
from textual.css.query import NoMatches

from pepa.control.error import PepaError
from workbench.desks.desk import Desk, beside
from workbench.engine import protocol
from workbench.engine.client import Failed
from workbench.engine.protocol import A, Operation
from workbench.engine.writing_answers import Renamed
from workbench.merging import merged
from workbench.outside import edited_outside
from workbench.panes.dialogs import AskFor, Choose
from workbench.panes.pick import Pick
from workbench.panes.source import SourcePane
from workbench.told_keys import key_of
from workbench.widgets.editing.completing import CompletingArea
from workbench.widgets.editor import PepaEditor
from workbench.widgets.find_bar import FindBar


def answered(action: Callable[[Writing], Awaitable[None]]) -> Callable[[Writing], None]:
    """Make an action work beside the app; from its key on keys wait for what it asks of the engine, or of the user."""

    @functools.wraps(action)
    def begun(desk: Writing) -> None:
        app = desk.app
        app.forget_topic("name")  # what was said of another name would lie over a dialog
        hold = app.hold_keys()
        app.overtake("writing", hold)  # one before may not even have begun

        async def ended() -> None:
            app.call_later(app.release_keys, hold)  # it holds them itself by then
            await action(desk)

        app.run_worker(ended, group="writing", exclusive=True)

    return begun


class Writing(Desk):
    """Answers the keys of the text that need the whole of it, most by asking the worker."""

    @property
    def _editor(self) -> PepaEditor:
        return self.app.query_one(PepaEditor)

    @property
    def _offset(self) -> int:
        """The cursor as an offset into the text."""
        return _offset_in(self._editor)

    def _go(self, offset: int) -> None:
        before = self._editor.text[:offset]
        row = before.count("\n")
        self._editor.move_cursor((row, offset - before.rfind("\n") - 1), center=True)
        self.app.screen.set_focus(self._editor)

    async def _asked(self, operation: Operation[A], **arguments: Any) -> A | None:
        """Return the worker's answer about the text as it is, or tell why there is none; None once it has changed."""
        try:
            return await self._answer(operation, **arguments)
        except PepaError as error:
            self.app.notify(error.hint, title=error.message, topic="name", severity="warning")
            return None

    async def _answer(self, operation: Operation[A], **arguments: Any) -> A | None:
        """Return the worker's answer about the text as it is; None once it has changed. Raises PepaError."""
        self.app.keeping.take_text()
        text = self.app.document.text
        hold = self.app.hold_keys()
        try:
            answer = await self.runs.ask_aside(operation, text=text, **arguments)
        finally:
            self.app.release_keys(hold)
        if isinstance(answer, Failed):
            raise PepaError(str(answer), answer.hint)
        return answer if self._editor.text == text else None

    def place_toasts(self) -> None:
        """Never over the list of problems, nor over the half of the text that the cursor is in."""
        with suppress(NoMatches):
            main = self.app.screen_stack[0]
            pane, text, listed = main.query_one(SourcePane), self._editor.region, main.query_one("#problems")
            bar = main.query_one(FindBar)
            under = sum(one.outer_size.height for one in (listed, bar) if one.display)
            beside = pane.region.right <= main.size.width // 2 or not pane.display
            row = text.y + self._editor.cursor_location[0] - self._editor.scroll_offset.y
            if beside or row < text.y + text.height // 2:
                self.app.lay_toasts(0, 1 if beside else 1 + under)
            else:
                self.app.lay_toasts(text.y, None)

    def on_pepa_editor_moved(self, event: PepaEditor.Moved) -> None:
        """No toast where the cursor is."""
        del event
        if self.app._notifications:
            self.place_toasts()

    def action_find(self) -> None:
        """Find in the text."""
        self.app.query_one(FindBar).open(replacing=False)

    def action_replace(self) -> None:
        """Find and replace."""
        self.app.query_one(FindBar).open(replacing=True)

    def action_find_again(self, step: int) -> None:
        """Go to the next place found, or the one before."""
        self.app.query_one(FindBar).again(step)

    @answered
    async def action_goto(self) -> None:
        """Go to a line by its number, and a column of it, or to anything in the outline."""
        answer = await self._asked(protocol.OUTLINED)
        entries = answer["entries"] if answer is not None else []
        question = "Go to a line (12 or 12:5), or type part of a name"
        chosen = await self.app.push_screen_wait(Pick(question, [entry["label"] for entry in entries]))
        if isinstance(chosen, int):
            self._go(entries[chosen]["offset"])
        elif chosen is not None:
            line, column = [int(part[:9] or 1) - 1 for part in (chosen + ":1").split(":")[:2]]
            self._editor.move_cursor(self._editor.clamp_visitable((line, max(0, column))), center=True)

    @answered
    async def action_definition(self) -> None:
        """Go to where the name under the cursor is defined."""
        answer = await self._asked(protocol.PLACES, offset=self._offset)
        if answer is None:
            return
        if answer["definition"] is None:
            self.app.notify(f"{answer['kind']} `{answer['name']}` is defined nowhere", severity="warning")
        else:
            self._go(answer["definition"])

    @answered
    async def action_references(self) -> None:
        """List all places where the name under the cursor stands."""
        answer = await self._asked(protocol.PLACES, offset=self._offset)
        if answer is None:
            return
        places = answer["places"]
        question = f"{answer['kind']} {answer['name']} stands in {_places(len(places))}"
        chosen = await self.app.push_screen_wait(Pick(question, [place["label"] for place in places]))
        if isinstance(chosen, int):
            self._go(places[chosen]["offset"])

    @answered
    async def action_rename(self) -> None:
        """Rename what is under the cursor, everywhere, as one step of undo."""
        offset = self._offset
        answer = await self._asked(protocol.PLACES, offset=offset)
        if answer is None:
            return
        places = len(answer["places"])
        question = f"Rename {answer['kind']} {answer['name']}, which stands in {_places(places)}, to"
        renamed = partial(self._renamed, offset)
        changed = await self.app.push_screen_wait(AskFor(question, renamed, answer["name"]))
        if changed is not None:
            self._editor.replace_all(changed["text"], changed["offset"])
            from pepa.language.statements import unquoted

            new = unquoted(changed["name"])
            self.app.turning.name_changed(answer["name"], new)
            quoted = f", written {changed['name']}" if changed["quoted"] else ""
            undo = key_of(self._editor, "source.undo")
            self.app.notify(f"renamed in {_places(changed['places'])}{quoted}; {undo} takes it back")

    async def _renamed(self, offset: int, new: str) -> Renamed | None:
        return await self._answer(protocol.RENAMED, offset=offset, new=new)

    @answered
    async def action_lay_out(self) -> None:
        """Lay the text out as `pepa format` does, as one step of undo; the cursor stays at what it is at."""
        answer = await self._asked(protocol.LAID_OUT, offset=self._offset)
        if answer is None:
            return
        if answer["text"] == self._editor.text:
            self.app.notify("the text is laid out already")
            return
        self._editor.replace_all(answer["text"], answer["offset"])
        self._editor.scroll_cursor_visible(center=True)

    def action_outside(self) -> None:
        """Edit the text in `$EDITOR`; what it wrote comes back as one step of undo."""
        self.app.keeping.take_text()
        given, row = self.app.document.text, self._editor.cursor_location[0]
        name = self.app.document.path.name if self.app.document.path else ""
        try:
            with self.app.suspend():
                written = edited_outside(given, name, row + 1)
        except SuspendNotSupported:
            self.app.notify("this terminal cannot be given to another program", severity="warning")
        except PepaError as error:
            self.app.notify(error.hint, title=error.message, severity="error")
        else:
            self._editor.replace_all(merged(given, self._editor.text, written).text)
            self.app.keeping.take_text()
        self.app.action_repaint()

    @answered
    async def action_fix(self) -> None:
        """Mend the problem here or the next that can be; ask among several ways, and before one deletes elsewhere."""
        answer = await self._asked(protocol.FIXABLE, offset=self._offset)
        if answer is None:
            return
        fixes, text = answer["fixes"], self._editor.text
        index: int | None = 0
        if len(fixes) > 1 or (fixes[0]["deletes"] and fixes[0]["offset"] is not None):
            titles = [fix["title"] for fix in fixes]
            chosen = await self.app.push_screen_wait(Choose(answer["message"], titles))
            index = titles.index(chosen) if chosen is not None else None
        if index is not None and self._editor.text == text:
            self._editor.replace_all(fixes[index]["text"], fixes[index]["offset"])
            self.app.notify(fixes[index]["title"], topic="fix")

    @answered
    async def action_facts(self) -> None:
        """Say what is known of the name under the cursor."""
        answer = await self._asked(protocol.FACTS, offset=self._offset)
        if answer is not None:
            self.app.notify("\n".join(answer["lines"]), title=str(answer["name"]), topic="name", timeout=10)

    def action_complete(self) -> None:
        """Offer what can be written at the cursor."""
        self._editor.action_complete()

    @beside(group="words", exclusive=True)
    async def on_completing_area_words_wanted(self, event: PepaEditor.WordsWanted) -> None:
        """Offer what can be written at the cursor, if it is still there."""
        editor = event.area
        text, offset = editor.text, _offset_in(editor)
        answer = await self.runs.ask_aside(protocol.COMPLETIONS, text=text, offset=offset)
        if isinstance(answer, Failed) or not editor.is_attached:
            return  # the app may be closing
        if editor.text != text or _offset_in(editor) != offset or not (editor.has_focus and editor.awaiting):
            return
        _, column = editor.cursor_location
        words = [candidate["text"] for candidate in answer["candidates"]]
        if event.asked and not words:
            self.app.notify("nothing is known that could be written here")
        start = column - (offset - answer["start"])
        if start >= 0:
            editor.offer(words, start, column, chosen=event.asked)


def _offset_in(editor: CompletingArea) -> int:
    row, column = editor.cursor_location
    return sum(len(line) + 1 for line in editor.document.lines[:row]) + column


def _places(number: int) -> str:
    return f"{number} place{'s' * (number != 1)}"
