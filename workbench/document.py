"""The model being edited: its file, whether it is saved, and a recovery file that outlives a crash."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, replace
from pathlib import Path

from pepa.control.error import PepaError
from pepa.language.source import read_source, write_whole

RECOVERY_VERSION = 1


@dataclass(frozen=True)
class Document:
    """A text and the file it belongs to; `saved` is the text of that file as last read or written."""

    text: str
    saved: str
    path: Path | None

    @property
    def dirty(self) -> bool:
        """Whether the text differs from its file."""
        return self.text != self.saved

    @property
    def name(self) -> str:
        """The name shown for it."""
        return self.path.name if self.path else "untitled"

    def edited(self, text: str) -> Document:
        """Return the document with another text."""
        return replace(self, text=text)

    def written(self, path: Path | None = None) -> Document:
        """Write the text to its file, or to `path`; return the saved document. Raises PepaError."""
        target = path or self.path
        if target is None:
            raise PepaError("the model has no file name yet", "save it under a name first")
        try:
            write_whole(target, self.text)
        except OSError as error:
            raise PepaError(f"cannot write {target}: {error.strerror or error}", "save it elsewhere") from None
        forget(self)
        return Document(self.text, self.text, target)


def opened(path: Path | None) -> Document:
    """Return the document of a file; a file that does not exist yet is an empty one. Raises PepaError."""
    if path is None:
        return Document("", "", None)
    if not path.exists() and path.parent.is_dir():
        return Document("", "", path)
    text = read_source(path)
    return Document(text, text, path)


def _recovery_file(path: Path | None) -> Path:
    home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    key = hashlib.sha256(str(path.resolve() if path else "untitled").encode()).hexdigest()[:16]
    return home / "pepa-workbench" / "recovery" / f"{key}.json"


def remember(document: Document) -> None:
    """Write the unsaved text where `recovered` finds it; remove that where all is saved. Raises OSError."""
    if not document.dirty:
        forget(document)
        return
    file = _recovery_file(document.path)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = {"version": RECOVERY_VERSION, "path": str(document.path or ""), "text": document.text}
    write_whole(file, json.dumps(content))


def forget(document: Document) -> None:
    """Remove the recovery file of a document, if there is one."""
    _recovery_file(document.path).unlink(missing_ok=True)


def recovered(document: Document) -> str | None:
    """Return the text an earlier run left unsaved, if it differs from the document's."""
    try:
        content = json.loads(_recovery_file(document.path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(content, dict) or content.get("version") != RECOVERY_VERSION:
        return None
    text = content.get("text")
    return text if isinstance(text, str) and text != document.text else None
