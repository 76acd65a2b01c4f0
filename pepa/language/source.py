"""Reading model files: every way a file can be no model is told from the others.

Only regular files are read: a pipe would be waited for, a device has no end. What a file says of its own size is not
believed, for files that the system makes up as they are read say nothing.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from pepa.control.error import PepaError

LARGEST = 64 * 2**20  # bytes; a hand-written model has thousands, a generated one of a million definitions 30 million
KINDS = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


class NoSuchFile(PepaError):
    """There is no file of that name."""


def read_source(path: Path, *, keep_mark: bool = False) -> str:
    """Return the text of a model file, a byte-order mark at its start left out unless it is to be kept.

    Raises NoSuchFile where there is none, and PepaError where it cannot be read, is no regular file, is larger than
    64 MiB, or is not UTF-8 text.
    """
    text = _decode(read_bytes(path, LARGEST), path)
    return text if keep_mark else text.removeprefix("\ufeff")


def read_if_there(path: Path) -> str:
    """Return the text of a file, none where there is no file. Raises PepaError where it cannot be read."""
    try:
        return read_source(path)
    except NoSuchFile:
        return ""


def read_bytes(path: Path, largest: int) -> bytes:
    """Return the bytes of a regular file, `largest` at most; never waits. Raises NoSuchFile or PepaError."""
    try:
        _regular(path, path.stat().st_mode)  # opening a device can do something already
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            _regular(path, os.fstat(file.fileno()).st_mode)
            data = file.read(largest + 1)
    except FileNotFoundError as error:
        raise NoSuchFile(f"cannot read {path}: {error.strerror}", "check the path") from None
    except OSError as error:
        raise PepaError(f"cannot read {path}: {error.strerror or error}", "check the path") from None
    except ValueError:
        raise PepaError(f"cannot read {path}: a name of a file has no NUL in it", "check the path") from None
    if data is None:  # only a file that is still being made up says so
        raise PepaError(f"cannot read {path}: nothing is there yet", "copy it into a file first")
    if len(data) > largest:
        size = path.stat().st_size
        told = f"has {size / 2**20:.1f} MiB" if size > largest else "goes on without an end"
        hint = "write repeated components as an array, P[n]"
        raise PepaError(f"{path} {told}; at most {largest // 2**20} MiB are read", hint)
    return data


def _regular(path: Path, mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise PepaError(f"{path} is a directory", "name a model file, such as models/vm_launch.pepa")
    if not stat.S_ISREG(mode):
        kind = next((kind for is_it, kind in KINDS if is_it(mode)), "no file")
        raise PepaError(f"{path} is {kind}, not a file", "copy what it gives into a file first")


def _decode(data: bytes, path: Path) -> str:
    hint = "a PEPA model is plain text in UTF-8"
    if b"\0" in data:
        raise PepaError(f"{path} is a binary file, not a model", hint)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PepaError(f"{path}:{line}: not UTF-8 text (byte {data[error.start]:#04x})", hint) from None
