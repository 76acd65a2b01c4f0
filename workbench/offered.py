"""What an open dialog offers: files opened lately, a new model, models that ship, and what lies in a folder."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import islice
from pathlib import Path

from pepa.api.examples import example_text, examples
from pepa.control.error import PepaError
from pepa.language.paths import is_there, typed_path
from pepa.language.saving import write_new
from pepa.language.source import read_bytes
from workbench.document import Document, file_key, kept_texts, opened, shipped, state_folder

MOST_RECENT = 20
UNSAVED = "● unsaved text"
MOST_LISTED = 300  # of one folder
MOST_LOOKED_AT = 5_000
LARGEST = 2**20  # bytes of the list of recent files
SKELETON = """\
// What this model is about.

work = 1.0;  // rates: how often a second
rest = 0.5;
n    = 3;    // how many users

User    = (work, work).Resting;
Resting = (rest, rest).User;

Server = (work, infty).Server;

User[n] <work> Server
"""


class Kind(StrEnum):
    """What an offer is."""

    NEW = "new"
    RECENT = "recent"
    EXAMPLE = "example"
    FOLDER = "folder"
    FILE = "file"


@dataclass(frozen=True)
class Offer:
    """One line of the list: its kind, a path or the name of an example, and what is said beside it."""

    kind: Kind
    name: str
    about: str = ""

    @property
    def label(self) -> str:
        """The line."""
        return f"{self.kind:<8}{self.name:<18} {self.about}".rstrip()

    def line(self, columns: int) -> str:
        """Return the line for a number of columns: of a path too long for them the end is seen, where its name is."""
        over = len(self.label) - columns
        if over <= 0 or self.kind is Kind.EXAMPLE or over + 1 >= len(self.name):
            return self.label
        return f"{self.kind:<8}…{self.name[over + 1 :]} {self.about}".rstrip()

    def document(self) -> Document:
        """Return the model it stands for. Raises PepaError."""
        if self.kind is Kind.NEW:
            return Document(SKELETON, SKELETON, None)
        return shipped(self.name) if self.kind is Kind.EXAMPLE else opened(typed_path(self.name))


def offers(typed: str) -> list[Offer]:
    """Return what fits what is typed: all that holds a word, once; of a path what lies there, then by its last part."""
    folder, begun = os.path.split(typed.strip())
    wanted = begun.lower()
    recent_offers, here = [*_recent_offers()], [*_listed(folder, begun)]
    known = {typed_path(one.name).absolute() for one in (here if folder else recent_offers)}
    others = [*recent_offers, Offer(Kind.NEW, "from a skeleton"), *_examples()]
    everything = [*here, *_unknown(others, known)] if folder else [*others, *_unknown(here, known)]
    nearest, fitting = {*here}, [one for one in everything if wanted in one.label.lower()]
    return sorted(fitting, key=lambda one: (bool(folder) and one not in nearest, not _base(one).startswith(wanted)))


def _unknown(found: list[Offer], known: set[Path]) -> Iterator[Offer]:
    """Yield those that are no file listed already, however its path is written."""
    paths = (Kind.RECENT, Kind.FILE)
    return (one for one in found if one.kind not in paths or typed_path(one.name).absolute() not in known)


def _base(offer: Offer) -> str:
    return offer.kind if offer.kind is Kind.NEW else Path(offer.name).name.lower()


def completed(typed: str) -> str:
    """Return a path gone on with as far as there is one way, as a shell does."""
    folder, begun = os.path.split(typed)
    names = [one.name for one in _listed(folder, begun, starting=True)]
    return os.path.commonprefix(names) or typed  # noqa: RUF071 - letter by letter


def _listed(folder: str, begun: str, *, starting: bool = False) -> Iterator[Offer]:
    """Yield folders and models in a folder whose names hold what is begun, or start with it; hidden ones are not."""
    wanted = begun.lower()
    found: list[Offer] = []
    with contextlib.suppress(OSError, ValueError), os.scandir(typed_path(folder or ".")) as entries:
        for entry in islice(entries, MOST_LOOKED_AT):
            name = entry.name
            fits = name.startswith(begun) if starting else wanted in name.lower()
            if name.startswith(".") or not fits or not name.isprintable():
                continue
            path = f"{folder.rstrip('/') if folder != '/' else ''}/{name}" if folder else name
            if _is_folder(entry):
                found.append(Offer(Kind.FOLDER, f"{path}/"))
            elif name.endswith(".pepa"):
                found.append(Offer(Kind.FILE, path))
    found.sort(key=lambda one: (one.kind is Kind.FOLDER, one.name))
    yield from found[:MOST_LISTED]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


@cache
def _examples() -> tuple[Offer, ...]:
    """Return the models that ship; they are read once, not with every key."""
    return tuple(Offer(Kind.EXAMPLE, name, example_text(name).partition("\n")[0].lstrip("/ ")) for name in examples())


def _recent_offers() -> Iterator[Offer]:
    kept = kept_texts()
    for path in map(Path, recent()):
        unsaved = bool(kept) and file_key(path) in kept
        if unsaved or is_there(path):
            yield Offer(Kind.RECENT, str(path), UNSAVED if unsaved else "")


def _recent_file() -> Path:
    return state_folder() / "recent.json"


def recent() -> list[str]:
    """Return the files opened or saved last, the latest first."""
    try:
        paths = json.loads(read_bytes(_recent_file(), LARGEST))
    except (PepaError, ValueError, RecursionError):
        return []
    return [path for path in paths if isinstance(path, str) and path.isprintable()] if isinstance(paths, list) else []


def note_recent(path: Path) -> None:
    """Put a file before the others opened lately; where that cannot be kept nothing is lost."""
    own = str(path.absolute())
    with contextlib.suppress(OSError):
        _recent_file().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_new(
            _recent_file(), json.dumps([own, *(one for one in recent() if one != own)][:MOST_RECENT]), waits=False
        )
