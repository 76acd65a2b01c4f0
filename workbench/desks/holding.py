"""Holds more than one model: the one that is shown, and those beside it, each with its text, undo and place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.desks.desk import Desk, beside
from workbench.desks.showing import Results
from workbench.desks.watching import Signs
from workbench.document import Document, is_same
from workbench.offered import note_recent
from workbench.panes.opening import Opening
from workbench.status import StatusLines
from workbench.told_keys import key_of
from workbench.widgets.editing.faithful import Held
from workbench.widgets.editor import PepaEditor


@dataclass(frozen=True)
class _Other:
    """A model that is open and not shown."""

    document: Document
    held: Held
    signs: Signs
    turned: dict[str, float]  # parameters, with their values
    results: Results


class Holding(Desk):
    """Opens models beside the one that is there; a key goes from one to the next."""

    _others: tuple[_Other, ...] = ()

    def greet(self) -> None:
        """Ask what to begin with, where the app was started without a model."""
        if self.app.document.path is None and not self.app.document.text:
            self._ask_and_open("What do you want to begin with?")

    def action_open(self) -> None:
        """Open another model beside this one."""
        folder = "" if self.app.document.path is None else str(self.app.document.path.parent)
        self._ask_and_open("Open the model", "" if folder in ("", ".") else f"{folder}/")

    @beside()
    async def _ask_and_open(self, question: str, typed: str = "") -> None:
        document = await self.app.push_screen_wait(Opening(question, typed))
        if document is None:
            return
        self.app.keeping.take_text()
        for index, other in enumerate(self._others):
            if is_same(document.path, other.document.path):
                self._show(index)
                return
        if is_same(document.path, self.app.document.path):
            self.app.notify(f"{self.app.document.name} is the model that is shown")
            return
        if self.app.document.path is not None or self.app.document.text:
            self._put_beside()
        self.app.keeping.document = document
        editor = self.app.query_one(PepaEditor)
        editor.begin_anew()
        editor.load_text(document.text)
        self._begin(None, Results())
        self.app.keeping.recover()

    def _put_beside(self) -> None:
        if self.runs.busy:  # one process analyses, for the model that is shown
            run = key_of(self.app, "app.run")
            title = f"what ran for {self.app.document.name} was given up"
            self.app.notify(f"another model is shown; {run} there runs it again", title=title, severity="warning")
        self.app.keeping.keep_recovery()
        held = self.app.query_one(PepaEditor).hold()
        signs, turned = self.app.watching.put_beside(), self.app.turning.turned()
        self._others = (*self._others, _Other(self.app.document, held, signs, turned, self.app.showing.results))
        self.app.query_one(StatusLines).beside = len(self._others)

    def _show(self, index: int) -> None:
        """Show a model that lies beside, and put the one shown there."""
        other = self._others[index]
        self._others = self._others[:index] + self._others[index + 1 :]
        self._put_beside()
        self._take_up(other)

    def _take_up(self, other: _Other) -> None:
        self.app.keeping.document = other.document
        self.app.query_one(PepaEditor).take_up(other.held)
        self.app.query_one(StatusLines).beside = len(self._others)
        self._begin(other.signs, other.results)
        self.app.turning.take_turned(other.turned)

    def _begin(self, signs: Signs | None, results: Results) -> None:
        """Start with another document, and what is known of it."""
        self.app.keeping.show_document()
        self.app.watching.document_opened(signs)
        self.note()
        self.app.document_opened(results)

    def action_other(self) -> None:
        """Show the next of the models that are open."""
        self.app.keeping.take_text()
        if self._others:
            self._show(0)
        else:
            self.app.notify(f"no other model is open: {key_of(self.app, 'app.open')} opens one beside this")

    @beside()
    async def action_close_model(self) -> None:
        """Close this model, asking about changes, and show the next."""
        if not self._others:
            self.app.notify(f"it is the only model that is open: {key_of(self.app, 'app.quit')} leaves")
        elif await self.app.keeping.settled_changes():
            other, self._others = self._others[0], self._others[1:]
            self._take_up(other)

    @beside()
    async def action_leave(self) -> None:
        """Leave; unsaved changes are asked about, model by model."""
        while await self.app.keeping.settled_changes():
            changed = [index for index, other in enumerate(self._others) if other.document.looked_for().dirty]
            if not changed:
                self.app.exit(0)
                return
            self._show(changed[0])

    @beside()
    async def action_save_and_leave(self) -> None:
        """Write the model and leave, if that worked."""
        if await self.app.keeping.save():
            self.action_leave()

    def is_beside(self, path: Path) -> bool:
        """Whether a file is that of a model that is open and not shown."""
        return any(is_same(path, other.document.path) for other in self._others)

    def note(self) -> None:
        """Know the file of the document the next time one is looked for."""
        if self.app.document.path is not None:
            note_recent(self.app.document.path)

    def leave(self) -> None:
        """Take the signs of the models beside away."""
        for other in self._others:
            other.signs.leave()
