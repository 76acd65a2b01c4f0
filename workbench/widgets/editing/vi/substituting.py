"""The line command `:s` of vi: `:[range]s/old/new/[g]`, of plain text as `/` finds it, cases as they are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.widgets.editing.search import Match, matches, replaced

PLACE = r"\d+|\.|\$"
COMMAND = re.compile(
    rf"(?P<range>%|(?P<first>{PLACE})(?:,(?P<last>{PLACE}))?)?s(?P<sign>[^\w\s\\|\"])"
    r"(?P<old>(?:\\.|(?!(?P=sign)).)+)(?:(?P=sign)(?P<new>(?:\\.|(?!(?P=sign)).)*)(?:(?P=sign)(?P<flags>g?))?)?"
)
ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True)
class Substitution:
    """Rows from `first` up to `last`, both among them; in each `old` becomes `new`, everywhere or the first time."""

    first: int
    last: int
    old: str
    new: str
    everywhere: bool

    def done(self, lines: Sequence[str]) -> tuple[str, int]:
        """Return the text with it done, and how many places it changed."""
        found = [match for match in matches(lines, self.old, exact=True) if self.first <= match.row <= self.last]
        if not self.everywhere:
            found = _first_of_each(found)
        return replaced(lines, found, self.new), len(found)


def substitution(command: str, row: int, count: int) -> Substitution | None:
    """Return what a line command says of a text of `count` lines with the cursor in a row; None where it is no `:s`."""
    read = COMMAND.fullmatch(command)
    if read is None:
        return None
    first, last = (0, count - 1) if read["range"] == "%" else (_row(read["first"], row, count),) * 2
    if read["last"]:
        last = _row(read["last"], row, count)
    old, new = (ESCAPED.sub(r"\1", part or "") for part in (read["old"], read["new"]))
    return Substitution(min(first, last), max(first, last), old, new, read["flags"] == "g")


def _row(place: str | None, row: int, count: int) -> int:
    if place is None or place == ".":
        return row
    return count - 1 if place == "$" else min(max(1, int(place)), count) - 1


def _first_of_each(found: Sequence[Match]) -> list[Match]:
    firsts: dict[int, Match] = {}
    for match in found:
        firsts.setdefault(match.row, match)
    return [*firsts.values()]
