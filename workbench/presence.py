"""Workbenches that have one file open know of each other, by locks that end with their process, however it ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from workbench.document import file_key, state_folder


@dataclass
class Presence:
    """One app's sign that it has a file open: a locked file beside those of the others."""

    path: Path | None
    _held: IO[str] | None = None

    def enter(self) -> None:
        """Show the sign. Where no file can be made there, nobody knows of this app, and nothing else is lost."""
        if self.path is None:
            return
        with contextlib.suppress(OSError):
            folder = _folder()
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            name = f"{file_key(self.path)}.{socket.gethostname()}-{os.getpid()}-{id(self):x}"
            self._held = (folder / name).open("w", encoding="utf-8")
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def leave(self) -> None:
        """Take the sign away."""
        let_go(self._held)
        self._held = None

    def others(self) -> list[str]:
        """Return who else has the file open, as host-process; signs of those that died are removed."""
        if self.path is None:
            return []
        own = self._held.name if self._held is not None else ""
        found = []
        with contextlib.suppress(OSError):
            for sign in _folder().glob(f"{file_key(self.path)}.*"):
                if str(sign) != own and _is_held(sign):
                    found.append(sign.name.partition(".")[2].rpartition("-")[0])
        return found


def let_go(held: IO[str] | None) -> None:
    """Take a locked file away, and with it the lock."""
    if held is not None:
        with contextlib.suppress(OSError):
            Path(held.name).unlink(missing_ok=True)
        held.close()


def _folder() -> Path:
    return state_folder() / "open"


def _is_held(sign: Path) -> bool:
    try:
        with sign.open("r", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            sign.unlink(missing_ok=True)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
