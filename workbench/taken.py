"""What of a file its document goes on from, which an undo takes back with the text that was taken from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from workbench.document import Document


class Undoable(Protocol):
    """An edit that can be taken back."""

    undone: bool


@dataclass(frozen=True)
class Taken:
    """An edit that brought what lay in the file into the text, with the document before it and behind it."""

    edit: Undoable
    before: Document
    after: Document


def as_undone(document: Document, taken: tuple[Taken, ...]) -> Document:
    """Return the document as what its file was known to hold when its text was as it is now, of which some is undone.

    Text and file belong together: a merge that is undone has not seen what it merged, so saving asks about that again.
    """
    if not taken:
        return document
    known = next((one.before for one in taken if one.edit.undone), taken[-1].after)
    return replace(document, saved=known.saved, raw=known.raw, new=known.new, form=known.form)


def seen_as_is(taken: tuple[Taken, ...], document: Document) -> tuple[Taken, ...]:
    """Return what was taken, where `document` has seen what now lies in the file and no edit was needed for that."""
    done = tuple(one for one in taken if not one.edit.undone)
    return (*done[:-1], replace(done[-1], after=document)) if done else ()
