"""The model being edited: its file, whether it is saved, and a recovery file that outlives a crash."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from pepa.api.examples import example_text
from pepa.control.error import PepaError, unwritten
from pepa.language.paths import is_folder, is_there, resolved
from pepa.language.saving import write_new, write_whole
from pepa.language.source import LARGEST, NoSuchFile, read_bytes, read_source
from workbench.line_ends import as_before, plain

RECOVERY_VERSION = 1
PIECE = 100_000  # characters
LARGEST_RECOVERY = 12 * LARGEST  # bytes; in JSON a character may take six, and two texts are kept


@dataclass(frozen=True)
class Document:
    """A text and the file it belongs to; `saved` is the text of that file as last read or written, `raw` as it lies
    there. A file that is not there yet is `new`, one that is not there any more is `gone`. Line ends and mark are
    written as in `form`, where that is not what lies in the file.
    """

    text: str
    saved: str
    path: Path | None
    raw: str = ""
    new: bool = False
    slot: int = 0  # of recovery files, among apps that have the same file open
    gone: bool = False
    form: str = ""

    @property
    def dirty(self) -> bool:
        """Whether the text differs from its file."""
        return self.text != self.saved or self.gone or bool(self.form)

    @property
    def name(self) -> str:
        """The name shown for it."""
        name = self.path.name if self.path else "untitled"
        return f"{name} (new)" if self.new else f"{name} (not on disk)" if self.gone else name

    def edited(self, text: str) -> Document:
        """Return the document with another text."""
        return replace(self, text=text)

    def written(self, path: Path | None = None) -> Document:
        """Write the text to its file, or to `path`; return the saved document. Raises PepaError."""
        target = path or self.path
        if target is None:
            raise PepaError("the model has no file name yet", "save it under a name first")
        raw = as_before(self.text, self.form or self.raw)
        try:
            write_whole(target, raw)
        except OSError as error:
            raise unwritten(target, error, "save it elsewhere") from None
        forget(self)
        return Document(self.text, self.text, target, raw, slot=self.slot if target == self.path else 0)

    def on_disk(self) -> str | None:
        """Return what lies in the file now if that is not what was last read or written; None where it is, or is gone.

        Raises PepaError where it cannot be read.
        """
        if self.path is None:
            return None
        try:
            raw = read_source(self.path, keep_mark=True)
        except NoSuchFile:
            return None
        return raw if raw != self.raw or self.new else None

    def seen(self, raw: str) -> Document:
        """Return the document that takes what lies in the file now as what it goes on from; its text stays."""
        return replace(self, saved=plain(raw), raw=raw, form="", new=False, gone=False)

    def kept(self, raw: str) -> Document:
        """Return the same, but that line ends and mark stay as they are here too."""
        form = self.form or self.raw
        return replace(self.seen(raw), form="" if as_before(self.text, form) == as_before(self.text, raw) else form)

    def looked_for(self) -> Document:
        """Return the document as it is now that its file is there, or is not there any more, or a folder is."""
        if self.path is None or self.new:
            return replace(self, gone=False)
        return replace(self, gone=not is_there(self.path) or is_folder(self.path))

    def discarded(self) -> Document:
        """Return the document without its changes; where its file is gone no text is left to lose."""
        return replace(self, text=self.saved, form="", gone=False, new=self.new or self.gone)


def is_same(one: Path | None, other: Path | None) -> bool:
    """Return whether two paths, however they are written, are of one file."""
    return one is not None and other is not None and resolved(one) == resolved(other)


def opened(path: Path | None) -> Document:
    """Return the document of a file; a file that does not exist yet is an empty one. Raises PepaError."""
    if path is None:
        return Document("", "", None)
    try:
        raw = read_source(path, keep_mark=True)
    except NoSuchFile:
        if not is_folder(path.parent):
            raise
        return Document("", "", path, new=True)
    return Document(plain(raw), plain(raw), path, raw)


def shipped(name: str) -> Document:
    """Return a model that ships with the workbench as an untitled document. Raises PepaError where there is none."""
    text = plain(example_text(name))
    return Document(text, text, None)


def state_folder() -> Path:
    """Return where the app keeps what outlives it."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "pepa-workbench"


def file_key(path: Path | None) -> str:
    """Return a name for a file that is the same however its path is written."""
    import hashlib  # a library of its own is loaded for it

    return hashlib.sha256(os.fsencode(resolved(path) if path else "untitled")).hexdigest()[:16]


def recovery_file(path: Path | None, slot: int) -> Path:
    """Return where the unsaved text of a model is kept."""
    return state_folder() / "recovery" / f"{file_key(path)}{f'-{slot}' if slot else ''}.json"


def remember(document: Document) -> None:
    """Write the unsaved text where `recovered` finds it; remove that where all is saved. Raises OSError.

    It is safe there from all that may end an app. That it is on disk too is waited for by whoever may wait.
    """
    if not document.dirty:
        forget(document)
        return
    file = recovery_file(document.path, document.slot)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = json.dumps({"version": RECOVERY_VERSION, "path": str(document.path or ""), "new": document.new})
    texts = f'"text": {_in_json(document.text)}, "raw": {_raw_in_json(document.raw)}'
    write_new(file, f"{content[:-1]}, {texts}}}", waits=False)


@lru_cache(maxsize=1)
def _raw_in_json(raw: str) -> str:
    """Return the same of what lies in the file, which stays while the text is edited."""
    return _in_json(raw)


def _in_json(text: str) -> str:
    """Return a text as JSON, made of pieces: between them keys are heard, where a thread makes it."""
    pieces = (json.dumps(text[start : start + PIECE])[1:-1] for start in range(0, len(text), PIECE))
    return f'"{"".join(pieces)}"'


def kept_texts() -> frozenset[str]:
    """Return the keys of the files of which unsaved text is kept."""
    with contextlib.suppress(OSError):
        return frozenset(file.stem.split("-")[0] for file in (state_folder() / "recovery").iterdir())
    return frozenset()


def forget(document: Document) -> None:
    """Remove the recovery file of a document, if there is one that can be removed."""
    with contextlib.suppress(OSError):
        recovery_file(document.path, document.slot).unlink(missing_ok=True)


def recovered(document: Document) -> str | None:
    """Return the text an earlier run left unsaved, if it differs from the document's."""
    text = _whole(_left(document).get("text"))
    return text if text != document.text else None


def begun_from(document: Document) -> Document:
    """Return the document as what `recovered` has of it began: from the file as it lay there then."""
    left = _left(document)
    raw = _whole(left.get("raw"))
    return document if raw is None else replace(document, saved=plain(raw), raw=raw, new=left.get("new") is True)


def _left(document: Document) -> dict[str, object]:
    """Return what an earlier run left; whatever else stands there, the file itself is opened."""
    try:
        content = json.loads(read_bytes(recovery_file(document.path, document.slot), LARGEST_RECOVERY))
    except (PepaError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) and content.get("version") == RECOVERY_VERSION else {}


def _whole(text: object) -> str | None:
    """Return a text; half a surrogate in it could be neither shown nor saved."""
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else None
