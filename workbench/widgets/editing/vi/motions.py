"""The motions of vi: from a text, a place and a count to another place, and what an operator takes on the way there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial

from workbench.widgets.editing.brackets import CLOSING, OPENING, partner
from workbench.widgets.editing.search import matches, next_match
from workbench.widgets.editing.vi.words import (
    NAME,
    Place,
    Walk,
    around,
    end_before,
    inner,
    kind_of,
    next_word,
    word_end,
    word_start,
)

FAR = 10**9  # the column of who went to a line's end, kept from line to line


class Reach(Enum):
    """What an operator takes between here and where a motion goes."""

    BEFORE = "up to the character there"
    WITH = "the character there too"
    LINES = "whole lines"


@dataclass(frozen=True)
class Sought:
    """What `n` looks for again, and which way; `whole` words only for `*`."""

    text: str = ""
    step: int = 1
    whole: bool = False


NOTHING_SOUGHT = Sought()


@dataclass(frozen=True)
class Asked:
    """What a motion goes by. `operator` is the key of what will be done on the way, or ""."""

    lines: Sequence[str]
    place: Place
    count: int | None
    argument: str = ""
    operator: str = ""
    wish: int | None = None  # the column to keep from line to line
    found: str = ""  # the last of f, F, t, T with its character
    sought: Sought = NOTHING_SOUGHT
    chooses: bool = False  # text is being chosen, line ends too

    @property
    def times(self) -> int:
        """The count, one where none was typed."""
        return self.count or 1

    @property
    def line(self) -> str:
        """The line of the place."""
        return self.lines[self.place[0]]


@dataclass(frozen=True)
class Reached:
    """Where a motion goes. `start` is where it began, where that is not the cursor."""

    place: Place
    reach: Reach
    start: Place | None = None
    wish: int | None = None


Motion = Callable[[Asked], Reached | None]


def first_sign(line: str) -> int:
    """Return the column of the first character of a line that is not blank, or its last one."""
    return min(len(line) - len(line.lstrip()), max(0, len(line) - 1))


def _left(asked: Asked) -> Reached | None:
    row, column = asked.place
    return Reached((row, max(0, column - asked.times)), Reach.BEFORE) if column or asked.operator else None


def _right(asked: Asked) -> Reached | None:
    row, column = asked.place
    last = len(asked.line) - (0 if asked.operator or asked.chooses else 1)
    if column >= last and not (asked.operator == "c" and not last):  # `s` types into an empty line
        return None
    return Reached((row, min(last, column + asked.times)), Reach.BEFORE)


def _vertical(asked: Asked, rows: int) -> Reached | None:
    column, row = asked.place[1], _as_far(asked, rows)
    if row is None:
        return None
    wish = column if asked.wish is None else asked.wish
    return Reached((row, min(wish, max(0, len(asked.lines[row]) - 1))), Reach.LINES, wish=wish)


def _as_far(asked: Asked, rows: int) -> int | None:
    """Return the line so many down, or as many as there are; None where there is none."""
    row = max(0, min(asked.place[0] + rows, len(asked.lines) - 1))
    return row if row != asked.place[0] or not rows else None


def _line_start(asked: Asked) -> Reached:
    return Reached((asked.place[0], 0), Reach.BEFORE)


def _first(asked: Asked) -> Reached:
    return Reached((asked.place[0], first_sign(asked.line)), Reach.BEFORE)


def _line_end(asked: Asked) -> Reached | None:
    row = _as_far(asked, asked.times - 1)
    if row is None:
        return None
    return Reached((row, max(0, len(asked.lines[row]) - 1)), Reach.WITH, wish=FAR)


def _stepped(asked: Asked, rows: int) -> Reached | None:
    row = _as_far(asked, rows)
    return None if row is None else Reached((row, first_sign(asked.lines[row])), Reach.LINES)


def _whole(asked: Asked) -> Reached | None:
    row = _as_far(asked, asked.times - 1)
    return None if row is None else Reached((row, asked.place[1]), Reach.LINES)


def _to_line(asked: Asked, usual: int) -> Reached:
    row = min(len(asked.lines), asked.count or usual) - 1
    return Reached((row, first_sign(asked.lines[row])), Reach.LINES)


def _word(asked: Asked, *, big: bool) -> Reached | None:
    if asked.operator == "c" and kind_of(asked.line[asked.place[1] : asked.place[1] + 1]):
        return _end(asked, big=big, stays=True)  # `cw` leaves the blanks behind the word
    walk = Walk(asked.lines, asked.place, big=big)
    for number in range(asked.times):
        if not next_word(walk, last=bool(asked.operator) and number == asked.times - 1):
            if not asked.operator and walk.place[1] - asked.place[1] <= 1 and walk.row == asked.place[0]:
                return None
            break
    return Reached(walk.place, Reach.BEFORE)


def _end(asked: Asked, *, big: bool, stays: bool = False) -> Reached | None:
    walk, went = Walk(asked.lines, asked.place, big=big), True
    for number in range(asked.times):
        went = went and word_end(walk, stays=stays and not number)
    if not went and not asked.operator and walk.place == asked.place:
        return None
    if walk.behind and walk.column > 0 and walk.place > asked.place:
        walk.column -= 1
    return Reached(walk.place, Reach.WITH)


def _back(asked: Asked, *, big: bool) -> Reached | None:
    walk = Walk(asked.lines, asked.place, big=big)
    went = [word_start(walk) for _ in range(asked.times)]
    return Reached(walk.place, Reach.BEFORE) if went[0] else None


def _end_before(asked: Asked, *, big: bool) -> Reached | None:
    walk = Walk(asked.lines, asked.place, big=big)
    went = [end_before(walk) for _ in range(asked.times)]
    return Reached(walk.place, Reach.WITH) if went[0] else None


def _paragraph(asked: Asked, step: int) -> Reached | None:
    lines, row, at_end = asked.lines, asked.place[0], False
    for left in range(asked.times, 0, -1):
        was_text = False
        while True:
            was_text = was_text or bool(lines[row])
            if not 0 <= row + step < len(lines):
                if left > 1 or (row == asked.place[0] and not lines[row]):
                    return None
                at_end = bool(lines[row])
                break
            row += step
            if was_text and not lines[row]:
                break
    last = max(0, len(lines[row]) - 1) if at_end and step > 0 else 0
    if (row, last) == asked.place:
        return None
    return Reached((row, last), Reach.WITH if last or (at_end and step > 0) else Reach.BEFORE)


def _to_character(asked: Asked, found: str, *, again: bool = False) -> Reached | None:
    """Go to (`f`, `F`) or right before (`t`, `T`) a character of the line; `again` never stays where it is."""
    how, wanted = found[0], found[1:]
    row, column = asked.place
    step = 1 if how in "ft" else -1
    place, left = column, asked.times
    skips = again and how in "tT" and asked.times == 1
    while left:
        place += step
        if not 0 <= place < len(asked.line):
            return None
        if asked.line[place] == wanted and not (skips and place == column + step):
            left -= 1
    return Reached((row, place - step if how in "tT" else place), Reach.WITH if step > 0 else Reach.BEFORE)


def _again(asked: Asked, *, other_way: bool) -> Reached | None:
    if not asked.found:
        return None
    found = asked.found[0].swapcase() + asked.found[1:] if other_way else asked.found
    return _to_character(asked, found, again=True)


def _partner(asked: Asked) -> Reached | None:
    if asked.count is not None:  # so many hundredths of the text
        row = min(len(asked.lines), (asked.count * len(asked.lines) + 99) // 100) - 1
        return Reached((row, first_sign(asked.lines[row])), Reach.LINES)
    row, column = asked.place
    here = next((at for at in range(column, len(asked.line)) if asked.line[at] in {**OPENING, **CLOSING}), None)
    there = None if here is None else partner(asked.lines, asked.line[here], (row, here))
    return None if there is None else Reached(there, Reach.WITH)


def sought_from(asked: Asked, sought: Sought) -> Reached | None:
    """Go to the next place of what is looked for, round the end of the text."""
    found = matches(asked.lines, sought.text)
    if sought.whole:
        found = [match for match in found if _is_whole(asked.lines[match.row], match.start, match.end)]
    place = asked.place
    for _ in range(asked.times):
        from_here = (place[0], place[1] + 1) if sought.step > 0 else place
        index = next_match(found, from_here, sought.step)
        if index is None:
            return None
        place = (found[index].row, found[index].start)
    return Reached(place, Reach.BEFORE)


def _is_whole(line: str, start: int, end: int) -> bool:
    beside = (line[start - 1 : start], line[end : end + 1])
    return all(kind_of(character) != NAME for character in beside)


def _next_found(asked: Asked, way: int) -> Reached | None:
    sought = asked.sought
    return sought_from(asked, Sought(sought.text, sought.step * way, sought.whole)) if sought.text else None


def word_here(line: str, column: int) -> tuple[int, int] | None:
    """Return start and end of the name at a column, or of the first behind it."""
    at = next((place for place in range(column, len(line)) if kind_of(line[place]) == NAME), None)
    return None if at is None else inner(line, at, 1, big=False)


def _word_object(asked: Asked, *, blanks: bool, big: bool) -> Reached | None:
    row, column = asked.place[0], min(asked.place[1], len(asked.line) - 1)
    if not asked.line:
        return Reached((row, 0), Reach.WITH) if asked.operator == "c" else None
    start, end = (around if blanks else inner)(asked.line, column, asked.times, big=big)
    if asked.times > 1 and (start, end) == (around if blanks else inner)(asked.line, column, asked.times - 1, big=big):
        return None  # there are not so many
    return Reached((row, end - 1), Reach.WITH, start=(row, start))


def _bracketed(asked: Asked, *, opening: str, brackets: bool) -> Reached | None:
    """Return what stands between two brackets around the place; where none are, between the next ones."""
    start = _opened_before(asked, opening)
    if start is None and asked.times == 1:
        both = (opening, OPENING[opening])
        there = next(((row, at) for row, at in _places_from(asked) if asked.lines[row][at] in both), None)
        start = there if there is not None and asked.lines[there[0]][there[1]] == opening else None
    closing = None if start is None else partner(asked.lines, opening, start)
    if start is None or closing is None:
        return None
    if brackets:
        return Reached(closing, Reach.WITH, start=start)
    return Reached(closing, Reach.BEFORE, start=(start[0], start[1] + 1))


def _opened_before(asked: Asked, opening: str) -> Place | None:
    """Return the bracket that is open at the place, or stands there, so many further out as the count says."""
    walk, depth = Walk(asked.lines, asked.place, big=False), asked.times
    if asked.line[walk.column : walk.column + 1] == opening:
        depth -= 1
    while depth:
        if not walk.back():
            return None
        there = walk.lines[walk.row][walk.column : walk.column + 1]
        depth += {OPENING[opening]: 1, opening: -1}.get(there, 0)
    return walk.place


def _places_from(asked: Asked) -> Iterator[Place]:
    for row in range(asked.place[0], len(asked.lines)):
        for column in range(asked.place[1] if row == asked.place[0] else 0, len(asked.lines[row])):
            yield row, column


def _objects() -> dict[str, Motion]:
    table: dict[str, Motion] = {}
    for around_it, key in ((False, "i"), (True, "a")):
        for big, letter in ((False, "w"), (True, "W")):
            table[key + letter] = partial(_word_object, blanks=around_it, big=big)
        for names in ("()b", "[]", "{}B", "<>"):
            table |= {key + name: partial(_bracketed, opening=names[0], brackets=around_it) for name in names}
    return table


MOTIONS: dict[str, Motion] = {
    "h": _left,
    "\b": _left,
    "l": _right,
    " ": _right,
    "j": lambda asked: _vertical(asked, asked.times),
    "k": lambda asked: _vertical(asked, -asked.times),
    "+": lambda asked: _stepped(asked, asked.times),
    "\n": lambda asked: _stepped(asked, asked.times),
    "-": lambda asked: _stepped(asked, -asked.times),
    "_": lambda asked: _whole(asked) if asked.operator else _stepped(asked, asked.times - 1),
    "lines": _whole,  # of an operator typed twice
    "0": _line_start,
    "^": _first,
    "$": _line_end,
    "gg": lambda asked: _to_line(asked, 1),
    "G": lambda asked: _to_line(asked, len(asked.lines)),
    "w": lambda asked: _word(asked, big=False),
    "W": lambda asked: _word(asked, big=True),
    "e": lambda asked: _end(asked, big=False),
    "E": lambda asked: _end(asked, big=True),
    "b": lambda asked: _back(asked, big=False),
    "B": lambda asked: _back(asked, big=True),
    "ge": lambda asked: _end_before(asked, big=False),
    "gE": lambda asked: _end_before(asked, big=True),
    "{": lambda asked: _paragraph(asked, -1),
    "}": lambda asked: _paragraph(asked, 1),
    "%": _partner,
    ";": lambda asked: _again(asked, other_way=False),
    ",": lambda asked: _again(asked, other_way=True),
    "n": lambda asked: _next_found(asked, 1),
    "N": lambda asked: _next_found(asked, -1),
    **dict.fromkeys("fFtT", lambda asked: _to_character(asked, asked.found)),
}
WITH_CHARACTER = "fFtT"  # these wait for the character
OBJECTS = _objects()
