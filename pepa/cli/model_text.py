"""The text of a model file as a verb has read it: a file may be another by the time that its problems are shown."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pepa.language.source import read_source


@lru_cache(maxsize=8)
def model_text(path: Path) -> str:
    """Return the text of a model file, read once a call of the command. Raises what `read_source` raises."""
    return read_source(path)
