"""What the core says where a request cannot be met."""

from __future__ import annotations


class PepaError(Exception):
    """A request that cannot be met, with a remedy; raised with a message a user can read."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if hint:
            self.add_note(f"hint: {hint}")
