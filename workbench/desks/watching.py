"""Sees when the document's file changes on disk, and who else has it open."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pepa.control.error import PepaError
from pepa.language.paths import is_folder
from workbench.desks.desk import Desk, beside
from workbench.document import Document
from workbench.line_ends import plain, told
from workbench.merging import differences, merged
from workbench.panes.disk import KEEP, MERGE, RELOAD, DiskChanged
from workbench.presence import Presence
from workbench.recovery_slot import RecoverySlot
from workbench.status import StatusLines
from workbench.taken import Taken, Undoable, as_undone, seen_as_is
from workbench.told_keys import key_of
from workbench.widgets.editor import PepaEditor

if TYPE_CHECKING:
    from workbench.app import Workbench

LOOK_AFTER = 1.0  # seconds between two looks at the file


def stamp(path: Path | None) -> tuple[int, ...]:
    """Return what of a file changes whenever it is written; nothing where there is none."""
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return ()
    return (found.st_mtime_ns, found.st_size, found.st_ino) if found is not None else ()


class Signs:
    """What one open file has: a sign of presence and a recovery slot of its own, and what was last seen of it."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.presence, self.slot = Presence(path), RecoverySlot(path)
        self.stamp: tuple[int, ...] = stamp(path)
        self.told: str | None = None  # what of the file was told already
        self.others: frozenset[str] = frozenset()
        self.taken: tuple[Taken, ...] = ()  # from the file into the text, since it was written here

    def enter(self) -> None:
        """Show the signs."""
        self.presence.enter()
        self.slot.take()

    def leave(self) -> None:
        """Take the signs away."""
        self.presence.leave()
        self.slot.leave()


class Watching(Desk):
    """Looks at the file while nothing happens; before it is written over, what came in between is asked about."""

    def __init__(self, app: Workbench) -> None:
        super().__init__(app)
        self.signs = Signs(None)

    @property
    def document(self) -> Document:
        """The document that is shown."""
        return self.app.document

    @document.setter
    def document(self, document: Document) -> None:
        self.app.keeping.document = document

    def watch_file(self) -> None:
        """Begin to look."""
        self._enter()
        self.app.set_interval(LOOK_AFTER, self._look)

    def document_opened(self, signs: Signs | None) -> None:
        """Look at another file from now on; one that was left open has its signs already."""
        if signs is None:
            self._enter()
        else:
            self.signs.leave()
            self.signs = signs
            self.app.query_one(StatusLines).changed = False
            self._look()

    def _enter(self) -> None:
        """Tell what is unusual about the file, and show others that it is open here."""
        self.signs.leave()
        self.signs = Signs(self.document.path)
        self.signs.enter()
        self.document = replace(self.document, slot=self.signs.slot.number)
        if self.document.new:
            self.app.notify(f"{self.document.path} is a new file")
        if said := told(self.document.raw):
            self.app.notify(said)
        self.app.query_one(StatusLines).changed = False
        self._look()

    def _look(self) -> None:
        others = frozenset(self.signs.presence.others())
        if others - self.signs.others:
            named = ", ".join(sorted(others))
            said = f"{self.document.name} is also open in another workbench ({named})"
            self.app.notify(f"{said}: who saves later is asked", severity="warning")
        self.signs.others = others
        now = stamp(self.document.path)
        if now != self.signs.stamp:
            self.signs.stamp = now
            self.tell_changed()
        elif not now:  # for two looks: who writes a file may take it away for a moment
            self._tell_gone()

    def take_undone(self) -> None:
        """What was taken from the file may be undone in the editor, or redone."""
        document = as_undone(self.document, self.signs.taken)
        if document != self.document:
            self.document, self.signs.told = document, None
            self.app.call_later(self.tell_changed)

    def text_recovered(self, before: Document, edit: Undoable | None) -> None:
        """Know what was brought back, where it is an edit of what was there before."""
        if edit is not None:
            self.signs.taken = (Taken(edit, before, self.document),)

    def _tell_gone(self) -> None:
        if self.document.gone or not self.document.looked_for().gone or not self.app.is_running:
            return
        self.document = self.document.looked_for()
        self.app.keeping.keep_recovery()
        self.app.keeping.show_document()
        path = self.document.path
        goes_on = "saving writes it anew"
        if path is not None and not is_folder(path.parent):
            goes_on = "nor is its folder: make that anew, or save elsewhere (Save as, among the commands)"
        self.app.notify(f"{path} is not there any more: {goes_on}", severity="warning")

    def tell_changed(self) -> None:
        """Tell where others have written the file."""
        try:
            raw = self.document.on_disk()
        except PepaError as error:
            if self.document.path is not None and is_folder(self.document.path):
                self._tell_folder(self.document.path)
            else:
                self._tell_unreadable(error)
            return
        if self.document.gone:
            self.document = self.document.looked_for()
            self.app.keeping.show_document()
        if not self.app.is_running:
            return
        self.app.query_one(StatusLines).changed = raw is not None
        if raw != self.signs.told:
            self.signs.told = raw
            if raw is not None:
                told = f"{self.document.name} has changed on disk"
                self.app.notify(
                    f"{told}: {key_of(self.app, 'app.disk')} compares, merges or reloads; saving asks",
                    severity="warning",
                )

    def _tell_folder(self, path: Path) -> None:
        """Tell once that a folder has come where the file was, which is not on the disk any more."""
        self.document = self.document.looked_for()
        said = f"{path} is a folder now"
        if self.signs.told != said and self.app.is_running:
            self.signs.told = said
            self.app.query_one(StatusLines).changed = False
            self.app.keeping.keep_recovery()
            self.app.keeping.show_document()
            self.app.notify(f"{said}: save elsewhere (Save as, among the commands)", severity="warning")

    def _tell_unreadable(self, error: PepaError) -> None:
        """Tell once of a file that has become what cannot be read as a model."""
        if self.signs.told != error.message and self.app.is_running:
            self.signs.told = error.message
            self.app.query_one(StatusLines).changed = True
            title = f"{self.document.name} has changed on disk"
            self.app.notify(f"{error.message}: saving asks", title=title, severity="warning")

    @beside()
    async def action_disk(self) -> None:
        """Say how file and text differ, and do about it what is wanted."""
        self.app.keeping.take_text()
        if self._changed() is None:
            self.app.notify("the file is as it was read or written here")
        else:
            await self._settle_disk()

    def _changed(self) -> str | None:
        try:
            return self.document.on_disk()
        except PepaError as error:
            self.app.notify(error.hint, title=error.message, severity="error")
            return None

    async def _settle_disk(self) -> str:
        """Ask what to do about the change on disk, and do it; return the answer."""
        raw = self._changed()
        if raw is None:
            return KEEP
        theirs = plain(raw)
        answer = await self.app.push_screen_wait(
            DiskChanged(self.document.name, differences(self.document.text, theirs))
        )
        self.app.keeping.take_text()
        if answer == MERGE:
            both = merged(self.document.saved, self.document.text, theirs)
            self._take(raw, both.text)
            if both.conflicts:
                places = f"{both.conflicts} place{'s' * (both.conflicts > 1)}"
                self.app.notify(f"{places} to decide, between <<<<<<< and >>>>>>>", severity="warning")
        elif answer == RELOAD:
            self._take(raw, theirs)
        elif answer == KEEP:
            self.document, self.signs.taken = self.document.kept(raw), ()
            self._taken()
        return answer

    def _take(self, raw: str, text: str) -> None:
        """Go on from what lies in the file, with this text."""
        before = self.document
        edit = self.app.query_one(PepaEditor).replace_all(text)
        self.document = before.seen(raw)
        if edit is not None:
            self.signs.taken = (*self.signs.taken, Taken(edit, before, self.document))
        else:
            self.signs.taken = seen_as_is(self.signs.taken, self.document)
        self.app.keeping.take_text()
        self._taken()

    def _taken(self) -> None:
        self.app.query_one(StatusLines).changed = False
        self.app.keeping.show_document()

    async def may_write(self) -> bool:
        """Ask before what came into the file in between is written over."""
        try:
            changed = self.document.on_disk()
        except PepaError as error:
            question = f"what lies in {self.document.path} now cannot be read: {error.message}"
            return await self.may_replace(question)
        return changed is None or await self._settle_disk() == KEEP

    def document_saved(self) -> None:
        """Know the own writing from that of others."""
        if self.signs.path != self.document.path:
            self._enter()
        self.signs.stamp, self.signs.told, self.signs.taken = stamp(self.document.path), None, ()
        self.app.query_one(StatusLines).changed = False

    def put_beside(self) -> Signs:
        """Return the signs of the document that is put beside: they stay with it."""
        signs, self.signs = self.signs, Signs(None)
        return signs
