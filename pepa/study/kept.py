"""Solved points on disk, so that an interrupted study goes on where it was: one SQLite file in the user's cache.

A point is found again by the content of all that its values depend on; a point is there whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from pepa.study.solving import Outcome, Parameters, Row, Setting

OLDEST = 90 * 86_400  # seconds that a point is kept for
LOOKED_UP = 500  # keys of one query


def cache_file() -> Path:
    """Return where points are kept: PEPA_CACHE, or under XDG_CACHE_HOME."""
    home = os.environ.get("PEPA_CACHE") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "pepa-workbench" / "points.sqlite"


def key(setting: Setting, point: Parameters, tolerance: float) -> str:
    """Return the digest of all that the values of a point depend on."""
    # the order of parameters does not matter, and what is varied in one study may be fixed in another
    parameters = sorted(dict(setting.fixed + point).items())
    content = {**asdict(setting), "fixed": parameters, "tolerance": tolerance, "version": version("pepa-workbench")}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class Kept:
    """The points of one file; `fresh` finds none of them. Raises OSError where it cannot be read or written."""

    def __init__(self, path: Path, *, fresh: bool = False) -> None:
        self._fresh = fresh
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._open = sqlite3.connect(path, timeout=30)
            self._open.execute("CREATE TABLE IF NOT EXISTS points (key TEXT PRIMARY KEY, outcome TEXT, at REAL)")
            with self._open:
                self._open.execute("DELETE FROM points WHERE at < ?", (time.time() - OLDEST,))
        except sqlite3.Error as error:
            raise OSError(f"{path}: {error}") from None

    def close(self) -> None:
        """Close the file."""
        self._open.close()

    def found(self, keys: Sequence[str]) -> dict[str, Outcome]:
        """Return the points of these keys that are there, by key; their index is 0."""
        found: dict[str, Outcome] = {}
        for start in range(0, 0 if self._fresh else len(keys), LOOKED_UP):
            part = keys[start : start + LOOKED_UP]
            asked = f"SELECT key, outcome FROM points WHERE key IN ({','.join('?' * len(part))})"
            with closing(self._open.execute(asked, part)) as rows:
                found.update({name: _outcome(text) for name, text in rows})
        return found

    def keep(self, outcomes: Iterable[tuple[str, Outcome]]) -> None:
        """Write points; those without a value are not kept. Raises OSError."""
        now = time.time()
        rows = [(name, json.dumps(asdict(outcome)), now) for name, outcome in outcomes if not outcome.reason]
        try:
            with self._open:
                self._open.executemany("INSERT OR REPLACE INTO points VALUES (?, ?, ?)", rows)
        except sqlite3.Error as error:
            raise OSError(str(error)) from None


def _outcome(text: str) -> Outcome:
    fields = json.loads(text)
    return Outcome(0, tuple(Row(**row) for row in fields["rows"]), fields["method"])
