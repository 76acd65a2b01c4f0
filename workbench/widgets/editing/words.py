"""Words of a line, as double clicks and searches take them: names with their primes, numbers, quoted names."""

from __future__ import annotations

import re

WORD = re.compile(r"\"[^\"]*\"|[A-Za-z_]\w*'*|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


def word_at(line: str, column: int) -> tuple[int, int]:
    """Return start and end of the word at a column, or right before it; an empty stretch where there is none."""
    for match in WORD.finditer(line):
        if match.start() <= column < match.end() or column == match.end() == len(line):
            return match.span()
    for match in WORD.finditer(line):
        if column == match.end():
            return match.span()
    return column, column
