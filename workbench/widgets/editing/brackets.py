"""Partners of brackets in PEPA, `<` and `>` around cooperation sets among them; a statement's end ends the search."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

OPENING = {"(": ")", "[": "]", "{": "}", "<": ">"}
CLOSING = {closing: opening for opening, closing in OPENING.items()}

Place = tuple[int, int]


def partner(lines: Sequence[str], bracket: str, place: Place, reach: float = inf) -> Place | None:
    """Return the place of the bracket that belongs to the one at `place`; None where it has none.

    Nor has it one further away than `reach` characters.
    """
    if bracket in OPENING:
        return _search(lines, (bracket, OPENING[bracket]), place, 1, reach)
    if bracket in CLOSING:
        return _search(lines, (bracket, CLOSING[bracket]), place, -1, reach)
    return None


def _search(lines: Sequence[str], pair: tuple[str, str], place: Place, step: int, reach: float) -> Place | None:
    row, column = place
    own, other = pair
    depth, left = 0, reach
    while 0 <= row < len(lines) and left > 0:
        line = lines[row]
        while 0 <= column < len(line) and left > 0:
            left -= 1
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
