"""What is done to whole lines: indent, comment, move; from lines to lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

INDENT = 2  # columns of one step
COMMENT = re.compile(r"^(\s*)// ?")


def indented(lines: Sequence[str]) -> list[str]:
    """Return lines one step further right; empty ones stay empty."""
    return [" " * INDENT + line if line.strip() else line for line in lines]


def outdented(lines: Sequence[str]) -> list[str]:
    """Return lines one step further left, as far as they are indented."""
    return [re.sub(rf"^(\t| {{1,{INDENT}}})", "", line) for line in lines]


def commented(lines: Sequence[str]) -> list[str]:
    """Return lines commented out, or in again where all are comments."""
    written = [line for line in lines if line.strip()]
    if written and all(COMMENT.match(line) for line in written):
        return [COMMENT.sub(r"\1", line, count=1) for line in lines]
    margin = min((len(line) - len(line.lstrip()) for line in written), default=0)
    return [f"{line[:margin]}// {line[margin:]}" if line.strip() else line for line in lines]


def margin(line: str) -> str:
    """Return the blanks a line begins with."""
    return line[: len(line) - len(line.lstrip())]
