"""Finding in a text: a small letter finds both cases, a capital only itself; exactly where that is wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Match:
    """A stretch of one line that holds what was looked for."""

    row: int
    start: int
    end: int


def matches(lines: Sequence[str], wanted: str, *, exact: bool = False) -> list[Match]:
    """Return all places of a text without line ends, in order, none in another."""
    return list(_found(lines, wanted, exact)) if wanted else []


def _found(lines: Sequence[str], wanted: str, exact: bool) -> Iterator[Match]:
    exact = exact or wanted != wanted.lower()
    for row, line in enumerate(lines):
        place = line if exact else line.lower() if line.isascii() else "".join(map(_small, line))
        start = place.find(wanted)
        while start >= 0:
            yield Match(row, start, start + len(wanted))
            start = place.find(wanted, start + len(wanted))


def _small(letter: str) -> str:
    """Return a letter made small, by itself; one that becomes two stays, so that places stay."""
    small = letter.lower()
    return small if len(small) == 1 else letter


def next_match(found: Sequence[Match], place: tuple[int, int], step: int) -> int | None:
    """Return the number of the match that starts at `place` or next behind it (before it, for -1), round the end."""
    if not found:
        return None
    if step > 0:
        return next((index for index, match in enumerate(found) if (match.row, match.start) >= place), 0)
    before = [index for index, match in enumerate(found) if (match.row, match.start) < place]
    return before[-1] if before else len(found) - 1


def replaced(lines: Sequence[str], found: Sequence[Match], new: str) -> str:
    """Return the text with every match replaced."""
    changed = list(lines)
    for match in reversed(found):
        line = changed[match.row]
        changed[match.row] = line[: match.start] + new + line[match.end :]
    return "\n".join(changed)


def moved(found: Sequence[Match], place: tuple[int, int], new: str) -> tuple[int, int]:
    """Return where a place is once every match is replaced: from within one, behind what stands there then."""
    row, column = place
    before = [match for match in found if match.row == row and match.start < column]
    end = before[-1].end if before else 0
    return row, max(column, end) + sum(len(new) - (match.end - match.start) for match in before)
