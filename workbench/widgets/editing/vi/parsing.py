"""Keys of vi read as commands: whole, not whole yet, or none."""

from __future__ import annotations

from enum import Enum

from workbench.widgets.editing.vi.motions import MOTIONS, OBJECTS, WITH_CHARACTER
from workbench.widgets.editing.vi.state import Command

OPERATORS = ("d", "c", "y", ">", "<", "gu", "gU", "g~")
SHORT = {  # one key for an operator with its motion
    "x": ("d", "l"),
    "X": ("d", "h"),
    "D": ("d", "$"),
    "C": ("c", "$"),
    "s": ("c", "l"),
    "S": ("c", "lines"),
    "Y": ("y", "lines"),
}
INSERTS = "iIaAoO"
SINGLE = (*INSERTS, "p", "P", "J", "~", ".", "u", "\x12", "v", "V", "ZZ", "ZQ", "zz")
CHOSEN = (*"dxXDcsCSRyY><uU~JpPovV", "zz")  # what is done to chosen text
ABSENT = '"mq@'  # prefixes of commands that are none here: the key behind goes with them
PLACES = "'`[]"  # the same of motions
LINES_OF = {"/": "\n", "?": "\n", ":": "\n"}  # keys that begin a line of text, and what ends it


class Unread(Enum):
    """Why keys are no command."""

    UNFINISHED = "more keys are awaited"
    UNKNOWN = "no command begins so"


def read(keys: str, *, choosing: bool) -> Command | Unread:
    """Return the command that keys are; `choosing` where text is chosen, to which operators are done at once."""
    count, rest = _counted(keys)
    if not rest:
        return Unread.UNFINISHED
    if rest[0] in ABSENT:
        return Unread.UNKNOWN if len(rest) > 1 else Unread.UNFINISHED
    if choosing:
        return _read_chosen(count, rest)
    for operator in OPERATORS:
        if rest.startswith(operator):
            return _read_operator(operator, count, rest[len(operator) :])
    if rest in SHORT:
        operator, motion = SHORT[rest]
        return Command(operator, count, motion)
    if rest[0] == "r":
        return Command("r", count, argument=rest[1]) if len(rest) > 1 else Unread.UNFINISHED
    if rest in SINGLE:
        return Command(rest, count)
    found = _read_motion(count, rest)
    awaited = (*SINGLE, *OPERATORS)
    return _begun(rest, awaited) if found is Unread.UNKNOWN else found


def _counted(keys: str) -> tuple[int | None, str]:
    rest = keys.lstrip("0123456789")
    digits = keys[: len(keys) - len(rest)]
    if not digits or digits[0] == "0":  # 0 alone is a motion
        return None, keys
    return min(int(digits[:9]), 99_999), rest


def _read_operator(operator: str, count: int | None, keys: str) -> Command | Unread:
    again, rest = _counted(keys)
    total = count if again is None else again * (count or 1)
    if not rest:
        return Unread.UNFINISHED
    if rest == operator or (len(operator) == 2 and rest in (operator[1], operator)):
        return Command(operator, total, "lines")
    if rest in OBJECTS:
        return Command(operator, total, rest)
    found = _read_motion(total, rest)
    if isinstance(found, Command):
        return Command(operator, found.count, found.motion, found.argument)
    return (
        _begun(rest, (*OBJECTS, *(each for each in OPERATORS if each == operator)))
        if found is Unread.UNKNOWN
        else found
    )


def _read_chosen(count: int | None, rest: str) -> Command | Unread:
    if rest[0] == "r":
        return Command("r", count, argument=rest[1]) if len(rest) > 1 else Unread.UNFINISHED
    if rest in CHOSEN:
        return Command(rest, count)
    if rest in OBJECTS:
        return Command("", count, rest)
    found = _read_motion(count, rest)
    return _begun(rest, (*OBJECTS, *CHOSEN)) if found is Unread.UNKNOWN else found


def _read_motion(count: int | None, keys: str) -> Command | Unread:
    key, argument = keys[0], keys[1:]
    if key in LINES_OF:
        return Command("", count, key, argument[:-1]) if argument.endswith("\n") else Unread.UNFINISHED
    if key in WITH_CHARACTER:
        return Command("", count, key, argument) if argument else Unread.UNFINISHED
    if key in PLACES:
        return Unread.UNKNOWN if argument else Unread.UNFINISHED
    if keys in MOTIONS or keys in ("*", "#"):
        return Command("", count, keys)
    return _begun(keys, MOTIONS)


def _begun(keys: str, table: object) -> Unread:
    names = [name for name in table if name.startswith(keys) and name != keys]  # type: ignore[attr-defined]
    return Unread.UNFINISHED if names else Unread.UNKNOWN
