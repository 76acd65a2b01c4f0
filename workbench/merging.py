"""Three-way merging of a text edited here and on disk; and how two texts differ, in words for people.

Changes of either side are differences of the standard library; those of both that touch the same lines of the base
are a conflict, unless they are the same change (Khanna, Kunal and Pierce, A formal investigation of diff3, 2007).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff

HERE, MIDDLE, THERE = "<<<<<<< here", "=======", ">>>>>>> on disk"


@dataclass(frozen=True)
class Merged:
    """A merged text, and how many places of it hold both sides, between `<<<<<<<` and `>>>>>>>`."""

    text: str
    conflicts: int


@dataclass(frozen=True)
class _Change:
    """Lines first to last (exclusive) of the base, and what one side has in their place."""

    first: int
    last: int
    lines: list[str]


def merged(base: str, mine: str, theirs: str) -> Merged:
    """Return both changes of `base` in one text, line by line; where both changed the same lines it holds both."""
    lines = base.split("\n")
    both = _changes(lines, mine.split("\n")), _changes(lines, theirs.split("\n"))
    found: list[str] = []
    done = conflicts = 0
    for first, last, here, there in _together(*both):
        found += lines[done:first]
        done = last
        ours, others = _side(lines, first, last, here), _side(lines, first, last, there)
        if not there or ours == others:
            found += ours
        elif not here:
            found += others
        else:
            conflicts += 1
            found += [HERE, *ours, MIDDLE, *others, THERE]
    return Merged("\n".join(found + lines[done:]), conflicts)


def _changes(base: list[str], side: list[str]) -> list[_Change]:
    codes = SequenceMatcher(None, base, side, autojunk=False).get_opcodes()
    return [_Change(first, last, side[start:stop]) for tag, first, last, start, stop in codes if tag != "equal"]


def _together(mine: list[_Change], theirs: list[_Change]) -> Iterator[tuple[int, int, list[_Change], list[_Change]]]:
    """Yield the pieces of the base that were changed, with the changes of each side: those that touch are one piece."""
    ahead = sorted(
        [*((change, 0) for change in mine), *((change, 1) for change in theirs)],
        key=lambda one: (one[0].first, one[0].last),
    )
    while ahead:
        change, side = ahead.pop(0)
        first, last = change.first, change.last
        sides: tuple[list[_Change], list[_Change]] = ([], [])
        sides[side].append(change)
        while ahead and (ahead[0][0].first < last or ahead[0][0].first == first):
            change, side = ahead.pop(0)
            last = max(last, change.last)
            sides[side].append(change)
        yield first, last, *sides


def _side(base: list[str], first: int, last: int, changes: list[_Change]) -> list[str]:
    """Return what one side has in place of some lines of the base."""
    found, done = [], first
    for change in changes:
        found += [*base[done : change.first], *change.lines]
        done = change.last
    return found + base[done:last]


def differences(mine: str, theirs: str) -> str:
    """Return how the file differs from the text here, as a unified diff."""
    lines = unified_diff(mine.split("\n"), theirs.split("\n"), "here", "on disk", lineterm="")
    return "\n".join(lines) or "the texts are alike; only line ends or a mark at the start differ"
