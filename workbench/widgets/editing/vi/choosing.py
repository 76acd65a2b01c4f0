"""Text chosen in vi's visual modes: what of it a command takes, and how to take as much elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workbench.widgets.editing.vi.motions import first_sign
from workbench.widgets.editing.vi.operators import Done, Extent, delete, join, operate, overwrite
from workbench.widgets.editing.vi.state import Change, Command, Mode, Register, Shape, Vi, behind
from workbench.widgets.editing.vi.words import Place

MEANT = {"x": "d", "X": "d", "D": "d", "s": "c", "C": "c", "S": "c", "R": "c", "Y": "y"}
WHOLE_LINES = "XDCSRY><J"  # these take the whole lines of what is chosen


def chosen(vi: Vi, lines: Sequence[str], cursor: Place, *, whole: bool = False) -> Extent:
    """Return what is chosen: with the character at either end, and the line's end behind the last."""
    start, (row, column) = sorted((vi.anchor, cursor))
    if whole or vi.mode is Mode.LINES:
        return Extent((start[0], 0), (row, len(lines[row])), True)
    if column >= len(lines[row]) and row + 1 < len(lines):
        return Extent(start, (row + 1, 0), False)
    return Extent(start, (row, min(column + 1, len(lines[row]))), False)


def shape_of(extent: Extent) -> Shape:
    """Return how much it is."""
    (top, left), (bottom, right) = extent.start, extent.end
    return Shape(bottom - top, right - left if top == bottom else right, extent.lines)


def shaped(lines: Sequence[str], place: Place, shape: Shape) -> Extent:
    """Return as much text from a place on."""
    row = min(place[0] + shape.rows, len(lines) - 1)
    if shape.lines:
        return Extent((place[0], 0), (row, len(lines[row])), True)
    column = shape.columns if shape.rows else place[1] + shape.columns
    end = (row, min(column, len(lines[row])))
    return Extent(place, max(place, end), False)


def done_to_chosen(lines: Sequence[str], extent: Extent, command: Command, register: Register) -> Done | None:
    """Do a command to chosen text."""
    key, times = command.key, command.count or 1
    if key == "J":
        first, last = extent.rows
        return join(lines, first, last - first + 1)
    if key == "r":
        return _overwritten(lines, extent, command.argument)
    if key in ("p", "P"):
        done = _put_over(lines, extent, register, times)
        return done if key == "p" else replace(done, register=None)
    done = operate(lines, extent, MEANT.get(key, key), times)
    if key in ("u", "U", "~") and extent.lines:
        return Done(done.changes, (extent.start[0], 0))
    return done


def _overwritten(lines: Sequence[str], extent: Extent, character: str) -> Done:
    (first, left), (last, right) = extent.start, extent.end
    if extent.lines:
        left, right = 0, len(lines[last])
    done = overwrite(lines, Extent((first, left), (last, right), False), character)
    return Done(done.changes, (first, left))


def _put_over(lines: Sequence[str], extent: Extent, register: Register, times: int) -> Done:
    text = "\n".join([register.text] * times) if register.lines else register.text * times
    taken = delete(lines, extent).register
    start, end = extent.start, extent.end
    if extent.lines:
        return Done((Change((start[0], 0), (end[0], len(lines[end[0]])), text),), (start[0], first_sign(text)), taken)
    if register.lines:
        made = Change(start, end, f"\n{text}\n")
        return Done((made,), (start[0] + 1, first_sign(text.split("\n", 1)[0])), taken)
    row, column = behind(start, text)
    return Done((Change(start, end, text),), start if "\n" in text or not text else (row, column - 1), taken)
