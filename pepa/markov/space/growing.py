"""An array that grows at its end: what was put there stays where it is, and at the end it is as long as what is in it.

Many small arrays joined at the end take twice the memory, and leave holes in it that nothing large fits into. A large
array is grown by the system, which moves its pages to another address without a copy.
"""

from __future__ import annotations

from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)
FIRST = 1 << 12  # entries
SLOW = 1 << 20  # entries from which on it grows by an eighth: what it is grown by is cleared


class Growing(Generic[Number]):
    """Entries of one kind, put one after the other."""

    def __init__(self, kind: type[Number]) -> None:
        self._entries: NDArray[Number] = np.empty(FIRST, kind)
        self._count = 0

    def append(self, entries: NDArray[np.generic]) -> None:
        """Put entries at the end, as the kind they are to be of."""
        until = self._count + len(entries)
        if until > len(self._entries):
            self._entries.resize(until + until // (8 if until > SLOW else 1), refcheck=False)
        self._entries[self._count : until] = entries
        self._count = until

    def taken(self) -> NDArray[Number]:
        """Return all entries; no more can be put."""
        whole = self._entries
        whole.resize(self._count, refcheck=False)
        return whole
