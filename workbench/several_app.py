"""An app with more than one model: the one that is shown, and those beside it, each with its text, undo and place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from textual import work

from workbench.document import Document, forget, is_same
from workbench.offered import note_recent
from workbench.panes.dialogs import Choose
from workbench.panes.opening import Opening
from workbench.status import StatusLines
from workbench.told_keys import key_of
from workbench.watched_app import Signs, WatchedApp
from workbench.widgets.editing.faithful import Held
from workbench.widgets.editor import PepaEditor

SAVE, DISCARD, STAY = "Save and go on", "Discard the changes", "Stay"


@dataclass(frozen=True)
class _Other:
    """A model that is open and not shown."""

    document: Document
    held: Held
    signs: Signs
    turned: dict[str, float]  # parameters, with their values


class SeveralApp(WatchedApp):
    """Opens models beside the one that is there; a key goes from one to the next."""

    _others: tuple[_Other, ...] = ()

    def greet(self) -> None:
        """Ask what to begin with, where the app was started without a model."""
        if self.document.path is None and not self.document.text:
            self._ask_and_open("What do you want to begin with?")

    def action_open(self) -> None:
        """Open another model beside this one."""
        folder = "" if self.document.path is None else str(self.document.path.parent)
        self._ask_and_open("Open the model", "" if folder in ("", ".") else f"{folder}/")

    @work
    async def _ask_and_open(self, question: str, typed: str = "") -> None:
        document = await self.push_screen_wait(Opening(question, typed))
        if document is None:
            return
        self.take_text()
        for index, other in enumerate(self._others):
            if is_same(document.path, other.document.path):
                self._show(index)
                return
        if is_same(document.path, self.document.path):
            self.notify(f"{self.document.name} is the model that is shown")
            return
        if self.document.path is not None or self.document.text:
            self._put_beside()
        self.document = document
        editor = self.query_one(PepaEditor)
        editor.begin_anew()
        editor.load_text(document.text)
        self.document_opened()
        self.recover()

    def _put_beside(self) -> None:
        self.keep_recovery()
        held = self.query_one(PepaEditor).hold()
        self._others = (*self._others, _Other(self.document, held, self.signs, self.turned()))
        self.signs = Signs(None)  # its own stay with it
        self.query_one(StatusLines).beside = len(self._others)

    def _show(self, index: int) -> None:
        """Show a model that lies beside, and put the one shown there."""
        other = self._others[index]
        self._others = self._others[:index] + self._others[index + 1 :]
        self._put_beside()
        self._take_up(other)

    def _take_up(self, other: _Other) -> None:
        self.document = other.document
        self.query_one(PepaEditor).take_up(other.held)
        self.query_one(StatusLines).beside = len(self._others)
        self.document_opened(other.signs)
        self.take_turned(other.turned)

    def turned(self) -> dict[str, float]:
        """Return what is turned in the model that is shown; the subclass knows."""
        return {}

    def take_turned(self, values: dict[str, float]) -> None:
        """Go on with what was turned in the model that is shown again; the subclass knows how."""

    def action_other(self) -> None:
        """Show the next of the models that are open."""
        self.take_text()
        if self._others:
            self._show(0)
        else:
            self.notify(f"no other model is open: {key_of(self, 'app.open')} opens one beside this")

    @work
    async def action_close_model(self) -> None:
        """Close this model, asking about changes, and show the next."""
        if not self._others:
            self.notify(f"it is the only model that is open: {key_of(self, 'app.quit')} leaves")
        elif await self.settled_changes():
            other, self._others = self._others[0], self._others[1:]
            self._take_up(other)

    async def action_quit(self) -> None:
        """Leave as Quit does, however it was asked for."""
        self.action_leave()

    @work
    async def action_leave(self) -> None:
        """Leave; unsaved changes are asked about, model by model."""
        while await self.settled_changes():
            changed = [index for index, other in enumerate(self._others) if other.document.looked_for().dirty]
            if not changed:
                self.exit(0)
                return
            self._show(changed[0])

    @work
    async def action_save_and_leave(self) -> None:
        """Write the model and leave, if that worked."""
        if await self.save():
            self.action_leave()

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
        answer = await self.push_screen_wait(Choose(question, [SAVE, DISCARD, STAY]))
        if answer == SAVE:
            return await self.save()
        if answer == DISCARD:
            await self._recovery.settled()
            forget(self.document)
            self.document = self.document.discarded()
            self.query_one(PepaEditor).replace_all(self.document.saved)
        return answer == DISCARD

    async def may_write(self, path: Path) -> bool:
        """Refuse the file of a model that is open beside: one of the two would be lost."""
        if any(is_same(path, other.document.path) for other in self._others):
            hint = f"close it there first ({key_of(self, 'app.other')}), or take another name"
            self.notify(hint, title=f"{path} is open beside this", severity="warning")
            return False
        return await super().may_write(path)

    def document_opened(self, signs: Signs | None = None) -> None:
        """Know the file the next time one is looked for."""
        super().document_opened(signs)
        self._note()

    def document_saved(self) -> None:
        """Know the file the next time one is looked for."""
        super().document_saved()
        self._note()

    def watch_file(self) -> None:
        """Begin to look; know the file the next time one is looked for."""
        super().watch_file()
        self._note()

    def _note(self) -> None:
        if self.document.path is not None:
            note_recent(self.document.path)

    async def on_unmount(self) -> None:
        """Take the signs of the models beside away."""
        for other in self._others:
            other.signs.leave()
