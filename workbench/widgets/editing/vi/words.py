"""Where words begin and end, as vi sees them: a line's end is a place of its own, and an empty line is a word."""

from __future__ import annotations

from collections.abc import Sequence

Place = tuple[int, int]
BLANK, SIGN, NAME = 0, 1, 2
JOINED = "_'"  # signs that belong to names: of PEPA's, `P''` is one word


def kind_of(character: str) -> int:
    """Return what a character is: blank (a line's end too), part of a name, or another sign."""
    if not character or character.isspace():
        return BLANK
    return NAME if character.isalnum() or character in JOINED else SIGN


class Walk:
    """A place that goes through a text, a character at a time, over the ends of lines."""

    def __init__(self, lines: Sequence[str], place: Place, *, big: bool) -> None:
        self.lines = lines
        self.row, self.column = place
        self.big = big  # words are whatever stands between blanks

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.row, self.column

    @property
    def kind(self) -> int:
        """What stands there."""
        found = kind_of(self.lines[self.row][self.column : self.column + 1])
        return min(found, SIGN) if self.big else found

    @property
    def on_empty(self) -> bool:
        """Whether it is on an empty line."""
        return not self.lines[self.row]

    @property
    def behind(self) -> bool:
        """Whether it is behind the last character of its line."""
        return self.column >= len(self.lines[self.row])

    @property
    def on_last(self) -> bool:
        """Whether it is in the last line."""
        return self.row == len(self.lines) - 1

    def on(self) -> bool:
        """Go one on; return whether there was where to."""
        if not self.behind:
            self.column += 1
            return True
        if self.on_last:
            return False
        self.row, self.column = self.row + 1, 0
        return True

    def back(self) -> bool:
        """Go one back; return whether there was where to."""
        if self.column:
            self.column -= 1
            return True
        if not self.row:
            return False
        self.row -= 1
        self.column = len(self.lines[self.row])
        return True

    def over(self, kind: int, step: bool) -> bool:
        """Go on (or back) over all of a kind; return whether the text did not end there."""
        while self.kind == kind:
            if not (self.on() if step else self.back()):
                return False
        return True


def next_word(walk: Walk, *, last: bool) -> bool:
    """Go to where the next word begins; `last` stops at the line's end: the last step of a motion that is operated on.

    Returns whether there was a word or the text's end to go to.
    """
    began, row, in_last = walk.kind, walk.row, walk.on_last
    if not walk.on() or (in_last and walk.behind):
        return False
    if last and (walk.row != row or walk.behind):
        return True
    while began != BLANK and walk.kind == began:
        row = walk.row
        if not walk.on() or (last and (walk.row != row or walk.behind)):
            return True
    while walk.kind == BLANK and not walk.on_empty:
        if not walk.on() or ((in_last or last) and walk.behind):
            return True
    return True


def word_end(walk: Walk, *, stays: bool, stops_at_empty: bool = False) -> bool:
    """Go to the last character of this word, or of the next where it is there already and not to stay."""
    began = walk.kind
    if not walk.on():
        return False
    if began != BLANK and walk.kind == began:
        if not walk.over(began, True):
            return False
    elif not stays or began == BLANK:
        while walk.kind == BLANK:
            if stops_at_empty and walk.on_empty:
                return True
            if not walk.on():
                return False
        if not walk.over(walk.kind, True):
            return False
    walk.back()
    return True


def word_start(walk: Walk) -> bool:
    """Go to the first character of this word, or of the one before where it is there already."""
    if not walk.back():
        return False
    while walk.kind == BLANK:
        if walk.on_empty:
            return True
        if not walk.back():
            return True
    if walk.over(walk.kind, False):
        walk.on()
    return True


def end_before(walk: Walk) -> bool:
    """Go to the last character of the word before."""
    began = walk.kind
    if not walk.back():
        return False
    if began != BLANK and not walk.over(began, False):
        return True
    while walk.kind == BLANK and not walk.on_empty:
        if not walk.back():
            return True
    return True


def inner(line: str, column: int, count: int, *, big: bool) -> tuple[int, int]:
    """Return start and end of the word (or blanks) at a column and as many behind it as `count` says."""
    kinds = _kinds(line, big)
    start = end = column
    while start and kinds[start - 1] == kinds[column]:
        start -= 1
    for _ in range(count):
        run = end
        while end < len(line) and kinds[end] == kinds[run]:
            end += 1
    return start, end


def around(line: str, column: int, count: int, *, big: bool) -> tuple[int, int]:
    """Return start and end of words with the blanks behind them, or before where none are behind."""
    kinds = _kinds(line, big)
    begins_blank = kinds[column] == BLANK
    start, end = inner(line, column, 2 * count, big=big)
    if begins_blank:
        return start, end
    # what stands between words need not be blank: count words, not stretches
    start, end = inner(line, column, 1, big=big)
    for number in range(count):
        if number:
            end = inner(line, end, 1, big=big)[1] if end < len(line) else end
        blanks = end
        while end < len(line) and kinds[end] == BLANK:
            end += 1
    if end == blanks:
        before = start
        while before and kinds[before - 1] == BLANK:
            before -= 1
        start = before or start  # an indent stays
    return start, end


def _kinds(line: str, big: bool) -> list[int]:
    return [min(kind_of(character), SIGN if big else NAME) for character in line]
