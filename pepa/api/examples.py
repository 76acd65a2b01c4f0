"""The models that ship with the workbench."""

from __future__ import annotations

from pathlib import Path

from pepa.control.error import PepaError
from pepa.language.source import read_source

MODELS = Path(__file__).parent.parent / "models"


def examples() -> tuple[str, ...]:
    """Return the names of the models that ship with the workbench."""
    return tuple(sorted(path.stem for path in MODELS.glob("*.pepa")))


def example_text(name: str) -> str:
    """Return the text of a model that ships with the workbench; raises PepaError where there is none of that name."""
    if name not in examples():
        raise PepaError(f"there is no example `{name}`", f"the examples are {', '.join(examples())}")
    return read_source(MODELS / f"{name}.pepa")
