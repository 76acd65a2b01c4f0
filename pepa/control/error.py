"""What the core says where a request cannot be met."""

from __future__ import annotations

import errno

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


class PepaError(Exception):
    """A request that cannot be met, with a remedy; raised with a message a user can read."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if hint:
            self.add_note(f"hint: {hint}")


class NoRoom(PepaError):
    """What was asked for is right, and the disk does not take it: it is full, at its quota, or broken."""


def unwritten(place: object, error: OSError, hint: str) -> PepaError:
    """Return what is said where a file or a folder could not be written: NoRoom where another name would not help."""
    told = f"cannot write {place}: {error.strerror or error}"
    return NoRoom(told, f"make room there, or {hint}") if error.errno in FULL else PepaError(told, hint)
