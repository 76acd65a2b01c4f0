"""How long an analysis will still take, by how far it has got and how long that took."""

from __future__ import annotations

import time

PATIENCE = 1.0  # seconds of a stage before anything is told: guesses made earlier are wild
SHARE = 0.02  # of a stage done, likewise
UNITS = ((5400.0, 3600.0, "h"), (90.0, 60.0, "min"), (0.0, 1.0, "s"))


class Pace:
    """Follows the progress of one run. A stage that starts anew, or falls back, is measured anew."""

    def __init__(self) -> None:
        self._stage, self._began = "", 0.0
        self._first = self._last = 0.0

    def seconds_left(self, stage: str, done: float | None) -> float | None:
        """Return the seconds a stage still takes at its pace so far, of which a share is done; None where unknown."""
        now = time.monotonic()
        if done is None:
            return None
        if stage != self._stage or done < self._last:
            self._stage, self._began, self._first = stage, now, done
        self._last = done
        if now - self._began < PATIENCE or done - self._first < SHARE:
            return None
        return (now - self._began) * (1.0 - done) / (done - self._first)

    def told(self, stage: str, done: float | None) -> str:
        """Return that in words, to be written after a message; empty where nothing is known."""
        left = self.seconds_left(stage, done)
        if left is None:
            return ""
        return f" · about {span(left)} left"


def span(seconds: float) -> str:
    """Return a time in words, in the unit that fits it; a second at least."""
    unit, name = next((unit, name) for least, unit, name in UNITS if seconds >= least)
    return f"{max(1, round(seconds / unit)):,} {name}"
