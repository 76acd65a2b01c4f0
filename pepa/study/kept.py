"""Solved points on disk, so that an interrupted study goes on where it was: one SQLite file in the user's cache.

A point is found again by the content of all that its values depend on; a point is there whole or not at all.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict
from functools import cache, lru_cache
from pathlib import Path

from pepa.language.printer import expression_text, process_text
from pepa.language.problem import ModelError
from pepa.net.compile import load
from pepa.study.solving import Outcome, Parameters, Row, Setting

OLDEST = 90 * 86_400  # seconds that a point is kept for
LOOKED_UP = 500  # keys of one query
LONGEST = 16 * 2**20  # bytes of a point: a million values
CODE = Path(__file__).parent.parent
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_FORMAT}
AMISS = (sqlite3.Error, UnicodeDecodeError)  # the latter of a message that quotes a damaged name
APART = {"cli", "pictures"}  # what no value depends on


def cache_file() -> Path:
    """Return where points are kept: PEPA_CACHE, or under XDG_CACHE_HOME."""
    home = os.environ.get("PEPA_CACHE") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "pepa-workbench" / "points.sqlite"


def key(setting: Setting, point: Parameters, tolerance: float) -> str:
    """Return the digest of all that the values of a point depend on."""
    # the order of parameters does not matter, and what is varied in one study may be fixed in another
    parameters = dict(setting.fixed + point)
    content = {
        **asdict(setting),
        "model": said(setting.model, frozenset(parameters)),
        "fixed": sorted(parameters.items()),
        "tolerance": tolerance,
        "code": code(),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=16)
def said(text: str, replaced: frozenset[str]) -> str:
    """Return the digest of what a text says without its comments, its layout and the values that are replaced."""
    try:
        model, _ = load(text)
    except ModelError:
        return text
    rates = [[one.name.text, expression_text(one.expression)] for one in model.rates if one.name.text not in replaced]
    processes = [[one.name.text, process_text(one.process)] for one in model.processes]
    written = json.dumps([rates, processes, process_text(model.system)])
    return hashlib.sha256(written.encode()).hexdigest()


@cache
def code() -> str:
    """Return the digest of the code that solves points: what other code has solved is solved again."""
    found = hashlib.sha256()
    for path in sorted(CODE.rglob("*")):
        if path.suffix in (".py", ".lark") and path.relative_to(CODE).parts[0] not in APART:
            found.update(path.read_bytes())
    return found.hexdigest()


class Kept:
    """The points of one file; `fresh` finds none of them. Raises OSError where it cannot be read or written."""

    def __init__(self, path: Path, *, fresh: bool = False) -> None:
        self._fresh = fresh
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() and not path.is_file():
            raise OSError(f"{path} is no file")
        self._path = path
        try:
            self._open = _opened(path)
        except AMISS as error:
            if not _is_damaged(error):
                raise OSError(f"{path}: {error}") from None
            self._open = self._anew()

    def _anew(self) -> sqlite3.Connection:
        """Take an empty file for one that is damaged: what was in it is solved again."""
        try:
            self._path.unlink()
            for beside in ("-journal", "-wal", "-shm"):
                self._path.with_name(self._path.name + beside).unlink(missing_ok=True)
            return _opened(self._path)
        except AMISS as error:
            raise OSError(f"{self._path}: {error}") from None

    def close(self) -> None:
        """Close the file."""
        self._open.close()

    def found(self, keys: Sequence[str]) -> dict[str, Outcome]:
        """Return the points of these keys that are there and can be read, by key; their index is 0."""
        found: dict[str, Outcome] = {}
        for start in range(0, 0 if self._fresh else len(keys), LOOKED_UP):
            part = keys[start : start + LOOKED_UP]
            asked = f"SELECT key, outcome FROM points WHERE key IN ({','.join('?' * len(part))})"
            with contextlib.suppress(*AMISS), closing(self._open.execute(asked, part)) as rows:
                for name, text in rows:
                    if isinstance(name, bytes) and (outcome := _outcome(text)) is not None:
                        found[name.decode(errors="replace")] = outcome
        return found

    def keep(self, outcomes: Iterable[tuple[str, Outcome]]) -> None:
        """Write points; those without a value are not kept. Raises OSError."""
        now = time.time()
        rows = [(name, json.dumps(asdict(outcome)), now) for name, outcome in outcomes if not outcome.reason]
        try:
            self._insert(rows)
        except AMISS as error:
            if not _is_damaged(error):
                raise OSError(str(error)) from None
            self._open.close()
            self._open = self._anew()
            try:
                self._insert(rows)
            except AMISS as again:
                raise OSError(str(again)) from None

    def _insert(self, rows: Sequence[tuple[str, str, float]]) -> None:
        with self._open:
            self._open.executemany("INSERT OR REPLACE INTO points VALUES (?, ?, ?)", rows)


def _is_damaged(error: sqlite3.Error | UnicodeDecodeError) -> bool:
    """Whether it is the content of the file that is amiss, and not its disk, its rights or another that writes it."""
    return isinstance(error, UnicodeDecodeError) or error.sqlite_errorcode & 0xFF in DAMAGED


def _opened(path: Path) -> sqlite3.Connection:
    found = sqlite3.connect(path, timeout=30)
    try:
        # Safe from a kill, and a file that a loss of power damages is begun anew: no point waits for the disk.
        found.execute("PRAGMA synchronous = OFF")
        found.text_factory = bytes  # whatever stands there, it can be fetched
        found.execute("CREATE TABLE IF NOT EXISTS points (key TEXT PRIMARY KEY, outcome TEXT, at REAL)")
        with found:
            found.execute("DELETE FROM points WHERE at < ?", (time.time() - OLDEST,))
    except AMISS:
        found.close()
        raise
    return found


def _outcome(text: object) -> Outcome | None:
    """Return a point as it was kept; None for anything else, which whoever may write the file can have put there."""
    if not isinstance(text, bytes) or len(text) > LONGEST:
        return None
    try:
        fields = json.loads(text)
        rows = tuple(
            Row(
                _values(row["values"]),
                _values(row["half_width"]),
                tuple(map(str, row["notes"])),
                *({label: _values(one) for label, one in row[side].items()} for side in ("growing", "shrinking")),
            )
            for row in fields["rows"]
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return Outcome(0, rows, str(fields.get("method", "")), str(fields.get("evidence", "")))


def _values(found: dict[str, object]) -> dict[str, float]:
    values = {name: value for name, value in found.items() if type(value) in (int, float)}
    if len(values) < len(found):
        raise ValueError("no number")
    return {name: float(value) for name, value in values.items()}  # type: ignore[arg-type]
