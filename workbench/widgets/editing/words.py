"""Words of a line: names with their primes, numbers, quoted names; and the words that the cursor goes by."""

from __future__ import annotations

import re

WORD = re.compile(r"\"[^\"]*\"|[A-Za-z_]\w*'*|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
BORDER = re.compile(r"(?<=\W)(?=\w)|(?<=\w)(?=\W)")  # of the words that the cursor goes by, as Textual has it
BLANKS = re.compile(r"\s*")
WHOLE = re.compile(r"\s*\w+")
NEAR = 100  # characters that are looked at first


def word_at(line: str, column: int, start: int = 0) -> tuple[int, int]:
    """Return start and end of the word at a column, or right before it; an empty stretch where there is none.

    `start` is before them and in no word.
    """
    before = column, column
    for match in WORD.finditer(line, start):
        if match.start() <= column < match.end() or column == match.end() == len(line):
            return match.span()
        if match.start() > column:
            break
        if column == match.end():
            before = match.span()
    return before


def word_left(line: str, column: int) -> int:
    """Return where the cursor goes a word to the left, over blanks."""
    reach, near = NEAR, column
    while near:
        near = max(0, column - reach)
        end = near + len(line[near:column].rstrip())
        borders = [border.start() for border in BORDER.finditer(line, near, end)] if end > near else []
        if borders:
            return borders[-1]
        reach *= 8
    return 0


def word_right(line: str, column: int) -> int:
    """Return where the cursor goes a word to the right, over blanks."""
    found = BLANKS.match(line, column)
    border = BORDER.search(line, (found.end() if found else column) + 1)
    return border.start() if border else len(line)


def word_end(line: str, column: int) -> int:
    """Return the end of the next word; of the line where there is none."""
    found = WHOLE.search(line, column)
    return found.end() if found else len(line)
