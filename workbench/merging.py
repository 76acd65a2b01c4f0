"""Three-way merging of a text edited here and on disk, by merge3; and how two texts differ, in words for people."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff


@dataclass(frozen=True)
class Merged:
    """A merged text, and how many places of it hold both sides, between `<<<<<<<` and `>>>>>>>`."""

    text: str
    conflicts: int


def merged(base: str, mine: str, theirs: str) -> Merged:
    """Return both changes of `base` in one text, line by line; where both changed the same lines it holds both."""
    from merge3 import Merge3

    both = Merge3(_lines(base), _lines(mine), _lines(theirs))
    conflicts = sum(group[0] == "conflict" for group in both.merge_groups())
    pieces = both.merge_lines(name_a="here", name_b="on disk", start_marker="<<<<<<<", end_marker=">>>>>>>")
    return Merged("".join(pieces).removesuffix("\n"), conflicts)


def _lines(text: str) -> list[str]:
    """Return lines that all end, so that the last is like the others."""
    return [f"{line}\n" for line in text.split("\n")]


def differences(mine: str, theirs: str) -> str:
    """Return how the file differs from the text here, as a unified diff."""
    lines = unified_diff(mine.split("\n"), theirs.split("\n"), "here", "on disk", lineterm="")
    return "\n".join(lines) or "the texts are alike; only line ends or a mark at the start differ"
