"""What vi does to a stretch of text or to lines: delete, change, copy, shift, put back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from workbench.widgets.editing.line_edits import indented, margin, outdented
from workbench.widgets.editing.vi.motions import Reach, Reached, first_sign
from workbench.widgets.editing.vi.state import Change, Register, behind, changed, stretch
from workbench.widgets.editing.vi.words import Place

CASES = {"u": str.lower, "U": str.upper, "~": str.swapcase}


@dataclass(frozen=True)
class Extent:
    """What is operated on: from `start` to the place behind the last character, or whole lines."""

    start: Place
    end: Place
    lines: bool

    @property
    def rows(self) -> tuple[int, int]:
        """First and last line."""
        return self.start[0], self.end[0]


@dataclass(frozen=True)
class Done:
    """What an operator did; `register` is None where nothing was; after `inserts` typing goes on at the cursor."""

    changes: tuple[Change, ...]
    cursor: Place
    register: Register | None = None
    inserts: bool = False


def extent_to(lines: Sequence[str], place: Place, reached: Reached, operator: str) -> Extent:
    """Return what an operator takes between a place and where its motion went: vi's rules for ends of lines."""
    start, end = sorted((reached.start or place, reached.place))
    if reached.reach is Reach.LINES:
        return Extent(start, end, True)
    if reached.reach is Reach.WITH:
        end = (end[0], min(end[1] + 1, len(lines[end[0]])))
    elif end[1] == 0 and end[0] > start[0]:  # up to a line's start is up to the end of the one before
        end = (end[0] - 1, len(lines[end[0] - 1]))
        if not lines[start[0]][: start[1]].strip():
            return Extent(start, end, True)
    if operator == "d" and start[0] < end[0] and reached.start is None:
        around = lines[start[0]][: start[1]] + lines[end[0]][end[1] :]
        if not around.strip():
            return Extent(start, end, True)
    return Extent(start, end, False)


def delete(lines: Sequence[str], extent: Extent) -> Done:
    """Delete it, and keep it for `p`."""
    if not extent.lines:
        return Done((Change(extent.start, extent.end, ""),), extent.start, _copied(lines, extent))
    first, last = extent.rows
    if last + 1 < len(lines):
        change, row = Change((first, 0), (last + 1, 0), ""), first
    elif first:
        change, row = Change((first - 1, len(lines[first - 1])), (last, len(lines[last])), ""), first - 1
    else:
        change, row = Change((0, 0), (last, len(lines[last])), ""), 0
    left = changed(lines, change)[row]
    return Done((change,), (row, first_sign(left)), _copied(lines, extent))


def change(lines: Sequence[str], extent: Extent) -> Done:
    """Delete it and type in its place; of lines the indent of the first is kept."""
    if not extent.lines:
        return replace(delete(lines, extent), inserts=True)
    first, last = extent.rows
    kept = margin(lines[first])
    made = Change((first, 0), (last, len(lines[last])), kept)
    return Done((made,), (first, len(kept)), _copied(lines, extent), inserts=True)


def copy(lines: Sequence[str], extent: Extent) -> Done:
    """Keep it for `p`."""
    return Done((), extent.start, _copied(lines, extent) or Register())


def shift(lines: Sequence[str], extent: Extent, operator: str, times: int = 1) -> Done:
    """Indent the lines, or take them back."""
    first, last = extent.rows
    old = new = list(lines[first : last + 1])
    for _ in range(times):
        new = indented(new) if operator == ">" else outdented(new)
    at = (first, first_sign(new[0]))
    return Done((Change((first, 0), (last, len(old[-1])), "\n".join(new)),) if new != old else (), at)


def recase(lines: Sequence[str], extent: Extent, how: str) -> Done:
    """Write it small, large, or the other way round."""
    start, end = extent.start, extent.end
    if extent.lines:
        start, end = (start[0], 0), (end[0], len(lines[end[0]]))
    old = stretch(lines, start, end)
    new = "".join(one if len(CASES[how](one)) != 1 else CASES[how](one) for one in old)
    return Done((Change(start, end, new),) if new != old else (), extent.start)


def overwrite(lines: Sequence[str], extent: Extent, character: str) -> Done:
    """Put one character in place of each, ends of lines but that one's stay."""
    if character == "\n":
        return Done((Change(extent.start, extent.end, "\n"),), (extent.start[0] + 1, 0))
    old = stretch(lines, extent.start, extent.end)
    new = "".join("\n" if one == "\n" else character for one in old)
    row, column = behind(extent.start, new)
    return Done((Change(extent.start, extent.end, new),), (row, max(0, column - 1)))


def put(lines: Sequence[str], place: Place, register: Register, times: int, *, after: bool) -> Done | None:
    """Put what was cut or copied behind the cursor (or its line), or before it."""
    row, column = place
    if not register.text and not register.lines:
        return None
    if register.lines:
        text = "\n".join([register.text] * times)
        made = _lines_put(lines, row, text, after=after)
        at = row + 1 if after else row
        return Done((made,), (at, first_sign(text.split("\n", 1)[0])))
    start = (row, min(len(lines[row]), column + 1) if after else column)
    pieces = register.text * times
    end = behind(start, pieces)
    return Done((Change(start, start, pieces),), start if "\n" in pieces else (end[0], end[1] - 1))


def _lines_put(lines: Sequence[str], row: int, text: str, *, after: bool) -> Change:
    if not after:
        return Change((row, 0), (row, 0), text + "\n")
    end = (row, len(lines[row]))
    return Change(end, end, "\n" + text)


def join(lines: Sequence[str], row: int, count: int) -> Done | None:
    """Make one line of several, a blank where they meet."""
    last = min(row + max(2, count) - 1, len(lines) - 1)
    if last == row:
        return None
    joined = lines[row]
    at = len(joined)
    for line in lines[row + 1 : last + 1]:
        rest = line.lstrip()
        blank = "" if not rest or rest.startswith(")") or joined[-1:].isspace() or not joined else " "
        at = len(joined)
        joined += blank + rest
    made = Change((row, 0), (last, len(lines[last])), joined)
    return Done((made,), (row, min(at, max(0, len(joined) - 1))))


def _copied(lines: Sequence[str], extent: Extent) -> Register | None:
    first, last = extent.rows
    if extent.lines:
        return Register("\n".join(lines[first : last + 1]), True)
    return Register(stretch(lines, extent.start, extent.end)) if extent.start != extent.end else None


def operate(lines: Sequence[str], extent: Extent, key: str, times: int = 1) -> Done:
    """Do what the operator of this key does."""
    if key in ("d", "c"):
        return (delete if key == "d" else change)(lines, extent)
    if key == "y":
        return copy(lines, extent)
    if key in (">", "<"):
        return shift(lines, extent, key, times)
    return recase(lines, extent, key[-1])
