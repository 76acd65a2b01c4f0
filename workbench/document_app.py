"""An app around one document: saving, opening, leaving without loss, and the signals of a lost connection."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from functools import partial
from pathlib import Path

from textual import work
from textual.app import App
from textual.css.query import NoMatches
from textual.timer import Timer

from pepa.control.error import PepaError
from pepa.language.paths import is_folder, is_there, typed_path
from pepa.language.saving import put_on_disk
from workbench.desks.desk import HasDesks
from workbench.document import Document, begun_from, is_same, recovered, recovery_file, remember
from workbench.panes.dialogs import Ask, Choose
from workbench.panes.palette import TypedAheadPalettes
from workbench.recovery_writer import RecoveryWriter
from workbench.status import StatusLines
from workbench.taken import Undoable
from workbench.terminal.closing import ClosesInOrder
from workbench.terminal.driver import OwnDriver
from workbench.terminal.garbage import CollectsAtRest
from workbench.terminal.legible import LegibleApp
from workbench.terminal.screen_diff import ScreenDiff
from workbench.terminal.sparing import Sparing
from workbench.toasts import ToldOnce
from workbench.told_keys import key_of
from workbench.widgets.editor import PepaEditor

ENDING = (signal.SIGTERM, signal.SIGHUP)
IN_ORDER = 1.0  # seconds for the keys typed before a signal to be dealt with
UNNAMED = "model.pepa"
KEPT_AFTER = 1.0  # seconds after a key its text is kept, though typing does not pause


class DocumentApp(
    ToldOnce,
    CollectsAtRest,
    TypedAheadPalettes,
    ClosesInOrder,
    HasDesks,
    OwnDriver,
    LegibleApp,
    Sparing,
    ScreenDiff,
    App[int],
):
    """Keeps one document safe; the panes and analyses are its subclass's."""

    def __init__(self, document: Document, *, own_colours: bool = False) -> None:
        super().__init__(ansi_color=own_colours or None)
        self.document = document
        self._keeping: Timer | None = None  # until what was typed is kept
        self._recovery = RecoveryWriter(self._tell_unkept)

    def listen_to_signals(self) -> None:
        """End in order when told to end, or when the terminal is gone: the text is kept for recovery."""
        loop = asyncio.get_running_loop()
        for number in ENDING:
            loop.add_signal_handler(number, self._on_signal, number)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)  # what came before this had to wait
        self.app_resume_signal.subscribe(self, lambda _: self.action_repaint())

    def _on_signal(self, number: int) -> None:
        self.run_worker(partial(self._ended_by, number))

    async def _ended_by(self, number: int) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.typed_out(), IN_ORDER)
        await self._recovery.settled()
        with contextlib.suppress(OSError):
            self.take_text()
            remember(self.document)
            put_on_disk(recovery_file(self.document.path, self.document.slot))
        self.exit(128 + number, return_code=128 + number)

    def on_pepa_editor_edited(self) -> None:
        """Take what was typed."""
        self.take_text()

    def on_pepa_editor_moved(self, event: PepaEditor.Moved) -> None:
        """Show where the cursor is."""
        with contextlib.suppress(NoMatches):
            self.query_one(StatusLines).cursor = f"{event.line}:{event.column}"

    def take_text(self) -> None:
        """Bring the document up to the editor, also where the message of its last edit is still on the way."""
        with contextlib.suppress(NoMatches):
            text = self.query_one(PepaEditor).text
            if text != self.document.text:
                self.document = self.document.edited(text)
                self.text_edited()

    def text_edited(self) -> None:
        """Follow an edit of the text; the subclass has its analyses follow too."""
        self.document_changed()
        if self._keeping is None:
            self._keeping = self.set_timer(KEPT_AFTER, self.keep_recovery)

    def recover(self) -> Undoable | None:
        """Bring back what an earlier run left unsaved, if anything, as one edit that can be undone; return that."""
        text = recovered(self.document)
        if text is None:
            return None
        self.document = begun_from(self.document)
        editor = self.query_one(PepaEditor)
        undo = key_of(editor, "source.undo")
        self.notify(f"recovered what was not saved; {undo} returns to the file", severity="warning")
        return editor.replace_all(text)

    def keep_recovery(self) -> None:
        """Write the recovery file of the text as it is."""
        if self._keeping is not None:
            self._keeping.stop()
            self._keeping = None
        self._recovery.keep(self.document)

    def _tell_unkept(self, error: OSError) -> None:
        if self.is_running:
            self.notify(f"no recovery file can be written: {error.strerror}", severity="warning")

    async def on_unmount(self) -> None:
        """Leave no recovery file behind that is still being written."""
        await self._recovery.settled()

    @work
    async def action_save(self) -> None:
        """Write the model to its file, whole or not at all."""
        await self.save()

    async def save(self, *, elsewhere: bool = False, named: str = "") -> bool:
        """Save, asking for a name where there is none, or for another if none is given; return whether that worked."""
        self.take_text()
        path = None if elsewhere else self.document.path
        if path is None:
            ask = Ask("Save the model as", str(self.document.path or UNNAMED))
            answer: str | None = named or None
            if answer is None:
                answer = await self.push_screen_wait(ask)
            if answer is None:
                return False
            path, own = typed_path(answer), self.document.path
            if is_folder(path):
                path /= own.name if own is not None else UNNAMED
            if own is not None and is_same(path, own):
                path = own  # however it was written
        if not await self.may_write(path):
            return False
        await self._recovery.settled()
        self.take_text()
        try:
            self.document = self.document.written(path)
        except PepaError as error:
            self.notify(error.hint, title=error.message, severity="error")
            return False
        self.document_saved()
        self.notify(f"saved {path}")
        return True

    async def may_write(self, path: Path) -> bool:
        """Ask before a file that is not the document's own is written over."""
        if path == self.document.path or not is_there(path):
            return True
        answer = await self.push_screen_wait(Choose(f"{path} exists", ["Keep it", "Replace it"]))
        return answer == "Replace it"

    def document_saved(self) -> None:
        """Follow what was saved, maybe under another name."""
        self.document_changed()

    def copy_to_clipboard(self, text: str) -> None:
        """Copy a text; nothing is never sent: it would clear the clipboard."""
        if text:
            super().copy_to_clipboard(text)

    @work
    async def action_save_as(self, named: str = "") -> None:
        """Write the model to another file and go on with that."""
        await self.save(elsewhere=True, named=named)

    def action_repaint(self) -> None:
        """Paint the whole screen anew."""
        self.forget_screen()
        self.screen.refresh(layout=True)

    def document_changed(self) -> None:
        """Show the name of the document and whether it is saved."""
        with contextlib.suppress(NoMatches):
            self.query_one(StatusLines).show_document(self.document.name, self.document.dirty)

    def document_opened(self) -> None:
        """Start anew with another document; the subclass forgets its analyses."""
        self.document_changed()
