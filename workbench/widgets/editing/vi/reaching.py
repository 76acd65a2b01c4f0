"""Where a command's motion goes, and what is remembered of it: what was looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workbench.widgets.editing.vi.motions import (
    MOTIONS,
    OBJECTS,
    WITH_CHARACTER,
    Asked,
    Reached,
    Sought,
    sought_from,
    word_here,
)
from workbench.widgets.editing.vi.state import Command, Vi
from workbench.widgets.editing.vi.words import Place

SEARCHES = {"/": 1, "?": -1, "*": 1, "#": -1}


def reach(vi: Vi, lines: Sequence[str], cursor: Place, command: Command) -> tuple[Reached | None, Vi]:
    """Return where the motion goes, None where it cannot, and what is remembered then."""
    asked = Asked(lines, cursor, command.count, command.argument, command.key)
    asked = replace(asked, wish=vi.wish, found=vi.found, sought=vi.sought, chooses=vi.mode.chooses)
    motion = command.motion
    if motion in SEARCHES:
        sought = _sought(vi, lines, cursor, motion, command.argument)
        if motion in "*#" and (word := word_here(lines[cursor[0]], cursor[1])):
            asked = replace(asked, place=(cursor[0], word[0]))
        found = sought_from(asked, sought) if sought.text else None
        return found, replace(vi, sought=sought)
    if motion in WITH_CHARACTER:
        vi = replace(vi, found=motion + command.argument)
        asked = replace(asked, found=vi.found)
    reaches = OBJECTS.get(motion) or MOTIONS.get(motion)
    return None if reaches is None else reaches(asked), vi  # a line of `:` behind an operator leads nowhere


def _sought(vi: Vi, lines: Sequence[str], cursor: Place, motion: str, typed: str) -> Sought:
    step = SEARCHES[motion]
    if motion in "/?":
        return Sought(typed, step) if typed else replace(vi.sought, step=step)
    word = word_here(lines[cursor[0]], cursor[1])
    return Sought("" if word is None else lines[cursor[0]][word[0] : word[1]], step, whole=True)
