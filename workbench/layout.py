"""How the screen was left: the pane the user was in, the one beside the source, and whether it had it all."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path

from pepa.control.error import PepaError
from pepa.language.saving import write_new
from pepa.language.source import read_bytes
from workbench.document import state_folder

VERSION = 1
LARGEST = 4096  # bytes


@dataclass(frozen=True)
class Layout:
    """The name of the pane with the focus, of the pane beside the source, and whether the first has the whole screen.

    As it is here the screen is at the first start.
    """

    pane: str = "source"
    answers: str = "charts"
    whole: bool = False


def layout_file() -> Path:
    """Return where the layout is kept."""
    return state_folder() / "layout.json"


def kept_layout(panes: Collection[str]) -> Layout:
    """Return how the screen was left, if that can be read and names panes there are; else the first layout."""
    try:
        content = json.loads(read_bytes(layout_file(), LARGEST))
    except (PepaError, ValueError, RecursionError):  # it may be of another version, torn or anybody's
        return Layout()
    if not isinstance(content, dict) or content.pop("version", None) != VERSION or len(content) != 3:
        return Layout()
    pane, answers, whole = (content.get(name) for name in ("pane", "answers", "whole"))
    known = all(isinstance(one, str) and one in panes for one in (pane, answers))
    if not known or answers == "source" or not isinstance(whole, bool):
        return Layout()
    return Layout(str(pane), str(answers), whole)


def keep_layout(layout: Layout) -> None:
    """Write a layout for the next start; where that cannot be done, nothing is lost but the place."""
    with contextlib.suppress(OSError):
        layout_file().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_new(layout_file(), json.dumps({"version": VERSION, **asdict(layout)}))
