"""What is answered soon is worth no change of the screen; what lasts says what it does, and how far it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import TracebackType

from workbench.engine.client import Progress


@dataclass
class Lasting:
    """Tells the progress of one question from so many seconds on, first that it is worked on at all.

    `words` say what for; they begin each message.
    """

    words: str
    tell: Callable[[Progress], None]
    after: float
    told: bool = field(init=False, default=False)
    _latest: Progress | None = field(init=False, default=None)
    _timer: asyncio.TimerHandle | None = field(init=False, default=None)

    def __enter__(self) -> Lasting:
        """Begin to count the seconds."""
        self._timer = asyncio.get_running_loop().call_later(self.after, self._begin)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Tell nothing more."""
        if self._timer is not None:
            self._timer.cancel()

    def heard(self, progress: Progress) -> None:
        """Take how far it is."""
        self._latest = replace(progress, message=f"{self.words}: {progress.message}")
        if self.told:
            self.tell(self._latest)

    def _begin(self) -> None:
        self.told = True
        self.tell(self._latest or Progress("what-if", f"{self.words}: waiting for its turn"))
