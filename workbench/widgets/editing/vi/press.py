"""One key of vi: from what is remembered, a text and its cursor to changes and where the cursor goes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from workbench.widgets.editing.line_edits import margin
from workbench.widgets.editing.vi.choosing import WHOLE_LINES, chosen, done_to_chosen, shape_of, shaped
from workbench.widgets.editing.vi.motions import FAR, Reach, first_sign
from workbench.widgets.editing.vi.operators import Done, Extent, extent_to, join, operate, overwrite, put, recase
from workbench.widgets.editing.vi.parsing import INSERTS, OPERATORS, Unread, read
from workbench.widgets.editing.vi.reaching import reach
from workbench.widgets.editing.vi.state import (
    Asked,
    Began,
    Change,
    Command,
    LineCommand,
    Mode,
    NoCommand,
    Outcome,
    Typed,
    Vi,
    Wish,
    behind,
    changed,
)
from workbench.widgets.editing.vi.words import Place

ESCAPE, BACK = "\x1b", "\b"
LINE_TYPED = re.compile(r"\d*(?:[dcy<>]|g[uU~])?\d*[/?:]")  # keys that are the beginning of a line of text
ASKS: dict[str, Asked] = {
    "\x12": Wish.REDO,
    "u": Wish.UNDO,
    "ZZ": LineCommand("wq"),
    "ZQ": LineCommand("q"),
    "zz": Wish.CENTRE,
}


def press(vi: Vi, lines: Sequence[str], cursor: Place, key: str) -> Outcome:
    """Return what a key brings about. In insert mode only Escape is a key; what is typed is typed elsewhere."""
    if vi.mode is Mode.INSERT:
        return _typed_out(vi, lines, cursor) if key == ESCAPE else Outcome(vi, cursor)
    if cursor != vi.seen:
        vi = replace(vi, wish=None)
    cursor = _within(vi, lines, cursor)
    if key == ESCAPE:
        mode = vi.mode if vi.pending else Mode.NORMAL
        return _settled(lines, Outcome(replace(vi, pending="", mode=mode), cursor))
    keys = vi.pending + key
    if key == BACK and LINE_TYPED.match(vi.pending):
        keys = vi.pending[:-1]
        return Outcome(replace(vi, pending=keys if LINE_TYPED.match(keys) else ""), cursor)
    command = Unread.UNKNOWN if vi.records and keys == "q" else read(keys, choosing=vi.mode.chooses)
    if command is Unread.UNFINISHED:
        return Outcome(replace(vi, pending=keys, seen=cursor), cursor)
    if command is Unread.UNKNOWN:
        records = len(keys) > 1 if keys[0] == "q" else vi.records
        return Outcome(replace(vi, pending="", seen=cursor, records=records), cursor, asks=(NoCommand(keys),))
    vi = replace(vi, pending="")
    return _settled(lines, _done(vi, lines, cursor, command))


def _done(vi: Vi, lines: Sequence[str], cursor: Place, command: Command) -> Outcome:
    key = command.key
    if key == "" and command.motion == ":":
        return _line_command(vi, lines, cursor, command.argument)
    if key == "":
        return _moved(vi, lines, cursor, command)
    if key in ASKS and not (vi.mode.chooses and key == "u"):
        return Outcome(vi, cursor, asks=(ASKS[key],) * min(command.count or 1, 1000))
    if vi.mode.chooses:
        return _done_to_chosen(vi, lines, cursor, command)
    if key in ("v", "V"):
        return Outcome(replace(vi, mode=Mode.VISUAL if key == "v" else Mode.LINES, anchor=cursor), cursor)
    if key == ".":
        return _again(vi, lines, cursor, command.count)
    return _edited(vi, lines, cursor, command)


def _edited(vi: Vi, lines: Sequence[str], cursor: Place, command: Command) -> Outcome:
    """Do a command that changes the text, or copies from it."""
    if command.key in OPERATORS and command.shape is None:
        reached, vi = reach(vi, lines, cursor, command)
        if reached is None:
            return Outcome(vi, cursor)
        done: Done | None = operate(lines, extent_to(lines, cursor, reached, command.key), command.key)
    elif command.shape is not None:
        done = done_to_chosen(lines, shaped(lines, cursor, command.shape), command, vi.register)
    elif command.key in INSERTS:
        done = _opened(lines, cursor, command.key)
    else:
        done = _single(vi, lines, cursor, command)
    return Outcome(vi, cursor) if done is None else _told(vi, lines, done, command)


def _told(vi: Vi, lines: Sequence[str], done: Done, command: Command) -> Outcome:
    """Return the outcome of what was done: what is remembered of it."""
    vi = replace(vi, mode=Mode.NORMAL, wish=None)
    if done.register is not None:
        vi = replace(vi, register=done.register)
    if command.key != "y":
        vi = replace(vi, last=command, typed=Typed())
    if done.inserts:
        after = lines
        for change in done.changes:
            after = changed(after, change)
        anew = command.key in ("o", "O") or (done.register is not None and done.register.lines)
        vi = replace(vi, mode=Mode.INSERT, began=Began(tuple(after), done.cursor, command, anew))
    return Outcome(vi, done.cursor, done.changes)


def _moved(vi: Vi, lines: Sequence[str], cursor: Place, command: Command) -> Outcome:
    reached, vi = reach(vi, lines, cursor, command)
    if reached is None:
        return Outcome(vi, cursor)
    row, column = reached.place
    if vi.mode.chooses:
        if reached.start is not None:  # an object is chosen whole
            column -= 1 if reached.reach is Reach.BEFORE else 0
            vi = replace(vi, anchor=reached.start if vi.anchor == cursor else vi.anchor, mode=Mode.VISUAL)
        elif reached.wish == FAR:
            column = len(lines[row])
    return Outcome(replace(vi, wish=reached.wish), (row, max(0, column)))


def _opened(lines: Sequence[str], cursor: Place, key: str) -> Done:
    """Begin to type, where the key says."""
    row, column = cursor
    line = lines[row]
    if key in "oO":
        kept = margin(line)
        if key == "o":
            return Done((Change((row, len(line)), (row, len(line)), "\n" + kept),), (row + 1, len(kept)), inserts=True)
        return Done((Change((row, 0), (row, 0), kept + "\n"),), (row, len(kept)), inserts=True)
    at = {"i": column, "a": min(len(line), column + 1), "A": len(line), "I": len(line) - len(line.lstrip())}
    return Done((), (row, at[key]), inserts=True)


def _single(vi: Vi, lines: Sequence[str], cursor: Place, command: Command) -> Done | None:
    """Do what needs no motion."""
    (row, column), times = cursor, command.count or 1
    if command.key in ("p", "P"):
        return put(lines, cursor, vi.register, times, after=command.key == "p")
    if command.key == "J":
        return join(lines, row, times)
    length = len(lines[row])
    end = (row, min(length, column + times))
    if command.key == "~" and length:
        return replace(recase(lines, Extent(cursor, end, False), "~"), cursor=end)
    if command.key == "r" and column + times <= length:
        return overwrite(lines, Extent(cursor, end, False), command.argument)
    return None


def _done_to_chosen(vi: Vi, lines: Sequence[str], cursor: Place, command: Command) -> Outcome:
    key = command.key
    if key == "o":
        return Outcome(replace(vi, anchor=cursor), vi.anchor)
    if key in ("v", "V"):
        mode = Mode.VISUAL if key == "v" else Mode.LINES
        return Outcome(replace(vi, mode=Mode.NORMAL if mode is vi.mode else mode), cursor)
    extent = chosen(vi, lines, cursor, whole=key in WHOLE_LINES)
    command = replace(command, shape=shape_of(extent))
    done = done_to_chosen(lines, extent, command, vi.register)
    if done is None:
        return Outcome(replace(vi, mode=Mode.NORMAL), extent.start)
    if key == "y":
        done = replace(done, cursor=min(vi.anchor, cursor))
    return _told(vi, lines, done, command)


def _again(vi: Vi, lines: Sequence[str], cursor: Place, count: int | None) -> Outcome:
    """Do the last change again, what was typed then too."""
    if vi.last is None:
        return Outcome(vi, cursor)
    command, typed = replace(vi.last, count=count or vi.last.count), vi.typed
    outcome = _edited(vi, lines, cursor, command)
    if outcome.vi.mode is not Mode.INSERT:
        return outcome
    for change in outcome.changes:
        lines = changed(lines, change)
    row, column = outcome.cursor
    start = (row, max(0, column - typed.taken))
    change = Change(start, outcome.cursor, typed.text)
    rest = _typed_out(outcome.vi, changed(lines, change), behind(start, typed.text))
    return replace(rest, changes=(*outcome.changes, change, *rest.changes))


def _typed_out(vi: Vi, lines: Sequence[str], cursor: Place) -> Outcome:
    """Leave insert mode: know what was typed, and type it as often as the count says."""
    began = vi.began
    vi = replace(vi, mode=Mode.NORMAL, began=None, wish=None)
    if began is None:
        return _settled(lines, Outcome(vi, _left_of(cursor)))
    typed, command, row = _typed_since(began, lines), began.command, began.place[0]
    changes: tuple[Change, ...] = ()
    text, times, kept = typed.text, command.count or 1, margin(began.lines[row])
    opens = command.key in ("o", "O")
    if times > 1 and (opens or (text and command.key in INSERTS)):
        between = ("\n" + (kept if text else "")) if opens else ""
        change = Change(cursor, cursor, (between + text) * (times - 1))
        changes, cursor = (change,), behind(cursor, change.text)
    if began.anew and kept and kept == began.lines[row] and tuple(lines) == began.lines:
        changes = (*changes, Change((row, 0), (row, len(kept)), ""))  # an indent for nothing
        cursor = (cursor[0], 0)
    return _settled(lines, Outcome(replace(vi, typed=typed), _left_of(cursor), changes))


def _left_of(place: Place) -> Place:
    return place[0], max(0, place[1] - 1)


def _typed_since(began: Began, lines: Sequence[str]) -> Typed:
    """Return what was typed where insert mode began; nothing where the text behind that changed too."""
    before, now = "\n".join(began.lines), "\n".join(lines)
    row, column = began.place
    at = sum(len(line) + 1 for line in began.lines[:row]) + column
    rest = before[at:]
    if not now.endswith(rest):
        return Typed()
    written = now[: len(now) - len(rest)]
    alike = min(at, len(written))
    while written[:alike] != before[:alike]:
        alike -= 1
    return Typed(at - alike, written[alike:])


def _line_command(vi: Vi, lines: Sequence[str], cursor: Place, typed: str) -> Outcome:
    typed = typed.strip()
    row = len(lines) if typed == "$" else int(typed[:9]) if typed.isdecimal() else None
    if row is None:
        return Outcome(vi, cursor, asks=(LineCommand(typed),) if typed else ())
    row = max(0, min(row, len(lines)) - 1)
    return Outcome(vi, (row, first_sign(lines[row])))


def _within(vi: Vi, lines: Sequence[str], cursor: Place) -> Place:
    """Return the cursor where it can be: on a character, behind the last one only while choosing."""
    row = max(0, min(cursor[0], len(lines) - 1))
    return row, max(0, min(cursor[1], len(lines[row]) - (0 if vi.mode.chooses else 1)))


def _settled(lines: Sequence[str], outcome: Outcome) -> Outcome:
    """Keep the cursor within the text as it is after the changes."""
    if outcome.vi.mode is not Mode.INSERT:
        for change in outcome.changes:
            lines = changed(lines, change)
        outcome = replace(outcome, cursor=_within(outcome.vi, lines, outcome.cursor))
    return replace(outcome, vi=replace(outcome.vi, seen=outcome.cursor))
