"""Which recovery file of a model is this app's: two apps that have it open have one each, also of untitled models."""

from __future__ import annotations

import contextlib
import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from workbench.document import file_key, recovery_file, state_folder
from workbench.presence import let_go

MOST = 50  # apps on one file


@dataclass
class RecoverySlot:
    """A number that no other app on the same file holds, by a lock that ends with the process, however it ends."""

    path: Path | None
    number: int = 0
    _held: IO[str] | None = None

    def take(self) -> None:
        """Take a number, first one under which an app that died has left a text; 0 where no locks can be had."""
        self.number = 0
        with contextlib.suppress(OSError):
            folder = state_folder() / "open"
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for number in sorted(range(MOST), key=lambda each: (not recovery_file(self.path, each).exists(), each)):
                held = _locked(folder / f"{file_key(self.path)}-{number}.lock")
                if held is not None:
                    self.number, self._held = number, held
                    return

    def leave(self) -> None:
        """Let others have the number."""
        let_go(self._held)
        self._held = None


def _locked(path: Path) -> IO[str] | None:
    """Return the file at a path, locked; None where another has it."""
    while True:
        file = path.open("w", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_ino == os.fstat(file.fileno()).st_ino:
                return file
        file.close()  # its last holder removed it just now
