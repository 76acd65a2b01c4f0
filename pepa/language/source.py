"""Reading and writing model files: every way a file can be no model is told from the others."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from pepa.control.error import PepaError

LARGEST = 8 * 2**20  # bytes; a hand-written model has thousands, a generated one rarely a million


def read_source(path: Path) -> str:
    """Return the text of a model file.

    Raises PepaError where there is no such file, where it cannot be read, is a directory, is larger than
    8 MiB, or is not UTF-8 text.
    """
    try:
        if path.is_dir():
            raise PepaError(f"{path} is a directory", "name a model file, such as models/vm_launch.pepa")
        size = path.stat().st_size
        if size > LARGEST:
            raise PepaError(
                f"{path} has {size / 2**20:.1f} MiB; models are at most {LARGEST // 2**20} MiB",
                "write repeated components as an array, P[n]",
            )
        data = path.read_bytes()
    except OSError as error:
        raise PepaError(f"cannot read {path}: {error.strerror or error}", "check the path") from None
    return _decode(data, path)


def _decode(data: bytes, path: Path) -> str:
    hint = "a PEPA model is plain text in UTF-8"
    if b"\0" in data:
        raise PepaError(f"{path} is a binary file, not a model", hint)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PepaError(f"{path}:{line}: not UTF-8 text (byte {data[error.start]:#04x})", hint) from None


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all: a temporary file beside it, flushed, then renamed over it.

    A symbolic link is followed, so that the file it names is the one replaced; its mode is kept. Raises OSError.
    """
    target = path.resolve()
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~umask)
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)  # it is there no more where all went well
