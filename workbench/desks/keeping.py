"""Keeps the document safe: what is typed, saving, what is kept for recovery, and the signals of a lost connection."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.css.query import NoMatches
from textual.timer import Timer

from pepa.control.error import PepaError
from pepa.language.paths import is_folder, is_there, typed_path
from pepa.language.saving import put_on_disk
from workbench.desks.desk import Desk, beside
from workbench.document import Document, begun_from, forget, is_same, recovered, recovery_file, remember
from workbench.panes.dialogs import Ask, Choose
from workbench.recovery_writer import RecoveryWriter
from workbench.status import StatusLines
from workbench.told_keys import key_of
from workbench.widgets.editor import PepaEditor

if TYPE_CHECKING:
    from workbench.app import Workbench

ENDING = (signal.SIGTERM, signal.SIGHUP)
IN_ORDER = 2.0  # seconds for each key typed before a signal to be dealt with
UNNAMED = "model.pepa"
KEPT_AFTER = 1.0  # seconds after a key its text is kept, though typing does not pause
SAVE, DISCARD, STAY = "Save and go on", "Discard the changes", "Stay"


class Keeping(Desk):
    """Has the document that is shown."""

    def __init__(self, app: Workbench, document: Document) -> None:
        super().__init__(app)
        self.document = document
        self._timer: Timer | None = None  # until what was typed is kept
        self._recovery = RecoveryWriter(self._tell_unkept)

    def listen_to_signals(self) -> None:
        """End in order when told to end, or when the terminal is gone: the text is kept for recovery."""
        loop = asyncio.get_running_loop()
        for number in ENDING:
            loop.add_signal_handler(number, self._on_signal, number)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)  # what came before this had to wait
        self.app.app_resume_signal.subscribe(self.app, lambda _: self.app.action_repaint())

    def _on_signal(self, number: int) -> None:
        self.app.run_worker(partial(self._ended_by, number))

    async def _ended_by(self, number: int) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.app.read_out(), IN_ORDER)
            await self.app.typed_out(IN_ORDER)
        await self.settled()
        with contextlib.suppress(OSError):
            self.take_text()
            remember(self.document)
            put_on_disk(recovery_file(self.document.path, self.document.slot))
        self.app.exit(128 + number, return_code=128 + number)

    def on_pepa_editor_edited(self) -> None:
        """Take what was typed."""
        self.take_text()

    def on_pepa_editor_moved(self, event: PepaEditor.Moved) -> None:
        """Show where the cursor is."""
        with contextlib.suppress(NoMatches):
            self.app.query_one(StatusLines).cursor = f"{event.line}:{event.column}"

    def take_text(self) -> None:
        """Bring the document up to the editor, also where the message of its last edit is still on the way."""
        self.app.watching.take_undone()
        with contextlib.suppress(NoMatches):
            text = self.app.query_one(PepaEditor).text
            if text != self.document.text:
                self.document = self.document.edited(text)
                self.show_document()
                if self._timer is None:
                    self._timer = self.app.set_timer(KEPT_AFTER, self.keep_recovery)
                self.app.analysing.text_edited()

    def recover(self) -> None:
        """Bring back what an earlier run left unsaved, if anything, as one edit that can be undone."""
        text, before = recovered(self.document), self.document
        if text is not None:
            self.document = begun_from(self.document)
            editor = self.app.query_one(PepaEditor)
            undo = key_of(editor, "source.undo")
            self.app.notify(f"recovered what was not saved; {undo} returns to the file", severity="warning")
            self.app.watching.text_recovered(before, editor.replace_all(text))
        self.app.watching.tell_changed()

    def keep_recovery(self) -> None:
        """Write the recovery file of the text as it is."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._recovery.keep(self.document)

    def _tell_unkept(self, error: OSError) -> None:
        if self.app.is_running:
            self.app.notify(f"no recovery file can be written: {error.strerror}", severity="warning")

    async def settled(self) -> None:
        """Wait until no recovery file is being written."""
        await self._recovery.settled()

    @beside()
    async def action_save(self) -> None:
        """Write the model to its file, whole or not at all."""
        await self.save()

    @beside()
    async def action_save_as(self, named: str = "") -> None:
        """Write the model to another file and go on with that."""
        await self.save(elsewhere=True, named=named)

    async def save(self, *, elsewhere: bool = False, named: str = "") -> bool:
        """Save, asking for a name where there is none, or for another if none is given; return whether that worked."""
        self.take_text()
        path = None if elsewhere else self.document.path
        if path is None and not named:
            return await self._save_as_asked()
        try:
            return await self._save_to(path or self._target(named))
        except PepaError as error:
            self.app.notify(error.hint, title=error.message, severity="error")
            return False

    async def _save_as_asked(self) -> bool:
        """Ask for a name until one will do; what is wrong with one is told in the box."""
        typed, wrong = str(self.document.path or UNNAMED), ""
        while True:
            answer = await self.app.push_screen_wait(Ask("Save the model as", typed, wrong))
            if answer is None:
                return False
            typed, wrong = answer, ""
            try:
                if await self._save_to(self._target(answer)):
                    return True
            except PepaError as error:
                wrong = f"{error.message}: {error.hint}"

    def _target(self, typed: str) -> Path:
        """Return the file that is meant by what is typed."""
        path, own = typed_path(typed), self.document.path
        if is_folder(path):
            path /= own.name if own is not None else UNNAMED
        return own if own is not None and is_same(path, own) else path  # however it was written

    async def _save_to(self, path: Path) -> bool:
        """Write the model to a file; return whether what lies there may be written over. Raises PepaError."""
        if not await self._may_write(path):
            return False
        await self.settled()
        self.take_text()
        self.document = self.document.written(path)
        self.show_document()
        self.app.watching.document_saved()
        self.app.holding.note()
        self.app.notify(f"saved {path}")
        return True

    async def _may_write(self, path: Path) -> bool:
        """Ask before what others wrote is written over.

        Raises PepaError for the file of a model beside, where one of two would be lost, and where a folder is.
        """
        if is_folder(path):
            raise PepaError(f"{path} is a folder", "save under another name (Save as, among the commands)")
        if self.app.holding.is_beside(path):
            hint = f"close it there first ({key_of(self.app, 'app.other')}), or take another name"
            raise PepaError(f"{path} is open beside this", hint)
        if path == self.document.path:
            return await self.app.watching.may_write()
        if not is_there(path):
            return True
        return await self.may_replace(f"{path} exists")

    async def settled_changes(self) -> bool:
        """Ask what to do with unsaved changes; return whether nothing stands against going on."""
        self.take_text()
        self.document = self.document.looked_for()
        if not self.document.dirty:
            return True
        document = self.document
        question = f"{document.name} has unsaved changes"
        if document.gone and document.path is not None:
            question = f"{document.path.name} is not on the disk any more"
        answer = await self.app.push_screen_wait(Choose(question, [SAVE, DISCARD, STAY]))
        if answer == SAVE:
            return await self.save()
        if answer == DISCARD:
            await self.settled()
            forget(self.document)
            self.document = self.document.discarded()
            self.app.query_one(PepaEditor).replace_all(self.document.saved)
        return answer == DISCARD

    def show_document(self) -> None:
        """Show the name of the document and whether it is saved."""
        with contextlib.suppress(NoMatches):
            self.app.query_one(StatusLines).show_document(self.document.name, self.document.dirty)
