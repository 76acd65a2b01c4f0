"""Partners of brackets in PEPA, `<` and `>` around cooperation sets among them; a statement's end ends the search."""

from __future__ import annotations

from collections.abc import Sequence

OPENING = {"(": ")", "[": "]", "{": "}", "<": ">"}
CLOSING = {closing: opening for opening, closing in OPENING.items()}

Place = tuple[int, int]


def partner(lines: Sequence[str], bracket: str, place: Place) -> Place | None:
    """Return the place of the bracket that belongs to the one at `place`; None where it has none."""
    if bracket in OPENING:
        return _search(lines, bracket, OPENING[bracket], place, 1)
    if bracket in CLOSING:
        return _search(lines, bracket, CLOSING[bracket], place, -1)
    return None


def _search(lines: Sequence[str], own: str, other: str, place: Place, step: int) -> Place | None:
    row, column = place
    depth = 0
    while 0 <= row < len(lines):
        line = lines[row]
        while 0 <= column < len(line):
            if line[column] == own:
                depth += 1
            elif line[column] == other:
                depth -= 1
                if depth == 0:
                    return row, column
            elif line[column] == ";":
                return None
            column += step
        row += step
        column = 0 if step > 0 else len(lines[row]) - 1 if row >= 0 else 0
    return None
