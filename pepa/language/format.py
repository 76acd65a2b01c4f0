"""A model text laid out anew: the same words, signs and comments in the same order, with other blanks between.

Works on the words of the text, never on its tree, so that nothing which an author wrote can be lost. What is laid
out: one statement a line, `=` one below another in definitions that follow each other, comments behind them too, one
alternative a line where a choice is too long or its author broke it, one blank line at most.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from pepa.control.error import PepaError
from pepa.language.ignoring import WAIVER
from pepa.language.line_ends import fed
from pepa.language.parser import parse
from pepa.language.problem import ModelError, Severity
from pepa.language.statements import NAME, SINGLE, split

WIDTH = 100  # columns of a statement, where it can be broken
WIDEST_NAME = 24  # a longer one is not aligned with
WIDEST_NOTED = 60  # comments behind longer statements are not aligned
INDENT = 4
WORD = re.compile(rf"{NAME}|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|:=|\|\||\*\*|.", re.DOTALL)
BLANKS = re.compile(r"\s*")
UNARY_AFTER = frozenset(("(", "[", ",", "=", ":=", "+", "-", "*", "/", "^", "**"))
LOOSE = frozenset(("+", "-", "=", ":=", "||"))  # a blank on both sides
OPENING = frozenset(("(", "[", "{", "<", "."))  # no blank behind
CLOSE = frozenset((")", "]", "}", ">", ",", ";", ".", "[", "{"))  # no blank before
AS_WRITTEN = frozenset(("*", "/", "^", "**"))  # a blank on both sides or on none, as the author has it


@dataclass(frozen=True, slots=True)
class Word:
    """A name, number, sign or comment: where it starts, whether a blank or comment is before it; line ends."""

    text: str
    start: int
    blank: bool
    newlines: int
    is_comment: bool

    @property
    def ends_line(self) -> bool:
        """Whether it is a comment that only a line end closes."""
        return self.is_comment and not self.text.startswith("/*")


@dataclass
class _Item:
    """A statement with the comments behind it, or a comment on a line of its own (no words)."""

    words: list[Word]
    notes: list[Word]
    kind: str  # of what is aligned together
    newlines: int
    lines: str = ""
    is_kept: bool = False  # its lines stay as they are: a comment on one of them waives warnings
    beside: bool = False  # stays on the line of the item before

    @property
    def waives(self) -> bool:
        """Whether a comment in it waives warnings on its line."""
        return any(word.is_comment and WAIVER.match(word.text) for word in (*self.words, *self.notes))


def formatted(text: str) -> str:
    """Return a model text laid out; laying it out once more changes nothing. Line ends are made alike.

    Raises ModelError where its syntax has errors, and PepaError where other blanks would change what it says.
    """
    errors = [problem for problem in parse(text).problems if problem.severity is Severity.ERROR]
    if errors:
        raise ModelError(errors)
    plain = fed(text).replace("\r\n", "\n")
    result = _joined(_items(plain))
    if [word.text for word in words(result)] != [word.text for word in words(plain)]:
        raise PepaError("laid out, this text would say something else", "move the comments out of its statements")
    end = "\r\n" if "\r\n" in text else "\r" if "\r" in text and "\n" not in text else "\n"
    return result.replace("\n", end)


def words(text: str) -> list[Word]:
    """Return the words of a text, comments among them, without blanks at the ends of comments."""
    blanked = split(text).text
    found: list[Word] = []
    position = 0
    while True:
        start = _after(BLANKS, text, position)
        if start == len(text):
            return found
        single = SINGLE.match(text, start) if text[start] == "'" and blanked[start] == " " else None
        is_comment = blanked[start] != text[start] and single is None
        end = single.end() if single else _comment_end(text, start) if is_comment else _after(WORD, text, start)
        gap = text[position:start]
        beside_comment = bool(found) and found[-1].is_comment
        found.append(Word(text[start:end].rstrip(), start, bool(gap) or beside_comment, gap.count("\n"), is_comment))
        position = end


def _after(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


def _comment_end(text: str, start: int) -> int:
    if text.startswith("/*", start):
        return text.index("*/", start + 2) + 2
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _items(text: str) -> list[_Item]:
    """Return the statements and comments of a text in their order."""
    rates = {statement.span.start for statement in split(text).found if statement.is_rate}
    items: list[_Item] = []
    inside: list[Word] = []
    rest: list[Word] = []

    def close() -> None:
        is_definition = any(word.text in ("=", ":=") for word in inside)
        kind = ("rate" if inside[0].start in rates else "process") if is_definition else "system"
        items.append(_Item(inside.copy(), [], kind, inside[0].newlines))
        inside.clear()

    def note(word: Word) -> None:
        if items and not word.newlines and not (items[-1].notes and items[-1].notes[-1].ends_line):
            items[-1].notes.append(word)
        else:
            items.append(_Item([], [word], "comment", word.newlines))

    for word in words(text):
        if word.is_comment and not inside:
            note(word)
            continue
        inside.append(word)
        if word.text == ";":
            close()
    while inside and inside[-1].is_comment:
        rest.insert(0, inside.pop())
    if inside:
        close()
    for word in rest:
        note(word)
    _keep_waived(items)
    return items


def _keep_waived(items: list[_Item]) -> None:
    """Keep together what shares a line with a comment that waives warnings on it."""
    for place in range(len(items) - 1, -1, -1):
        item = items[place]
        item.is_kept = item.is_kept or item.waives
        before = items[place - 1] if place else None
        if item.is_kept and item.words and not item.newlines and before and before.words:
            item.beside = before.is_kept = True


def _joined(items: list[_Item]) -> str:
    """Return the text of the items, run by run of what is aligned together."""
    runs: list[list[_Item]] = []
    for item in items:
        if runs and item.newlines < 2 and item.kind == runs[-1][-1].kind != "comment":
            runs[-1].append(item)
        else:
            runs.append([item])
    pieces: list[str] = []
    for run in runs:
        _align(run)
        if pieces and run[0].newlines > 1:
            pieces.append("")
        for item in run:
            if item.beside:
                pieces[-1] += f" {item.lines}"
            else:
                pieces.append(item.lines)
    return "\n".join(pieces) + "\n"


def _align(run: list[_Item]) -> None:
    """Lay out the items of one run, each as its `lines`."""
    widths = [width for item in run if not item.beside and (width := _name_width(item.words)) <= WIDEST_NAME]
    column = max(widths, default=0)
    for item in run:
        item.lines = _statement(item, 0 if item.beside else column)
    lengths = [len(item.lines.rpartition("\n")[2]) for item in run]
    noted = [
        length
        for item, length in zip(run, lengths, strict=True)
        if item.notes and item.words and not item.beside and length <= WIDEST_NOTED
    ]
    for item, length in zip(run, lengths, strict=True):
        if item.notes:
            notes = " ".join(note.text for note in item.notes)
            gap = max(2, 0 if item.beside else max(noted, default=0) + 2 - length) if item.words else 0
            item.lines += " " * gap + notes


def _name_width(words: list[Word]) -> int:
    """Return how wide what stands before the `=` is, 0 where there is none."""
    for place, word in enumerate(words):
        if word.text in ("=", ":="):
            return len(_flat(words[:place]))
        if word.is_comment:
            return 0
    return 0


def _flat(words: list[Word]) -> str:
    """Return words on one line, comments left out."""
    code = [word for word in words if not word.is_comment]
    spaces = _spaces(code)
    return "".join(" " * spaces[word.start] + word.text for word in code)


def _statement(item: _Item, column: int) -> str:
    """Return a statement laid out, its `=` behind a column."""
    words = item.words
    code = [word for word in words if not word.is_comment]
    spaces = _spaces(code)
    own = _name_width(words)
    padding = max(0, column - own) if own else 0
    indent = " " * (own + padding + 1 if own else INDENT)
    if item.is_kept:
        breaks = frozenset(word.start for word in words if word.newlines)
    else:
        breaks = _breaks(code, len(_flat(words)) + padding)
    pieces = [word.text for word in words[:1]]
    for before, word in pairwise(words):
        if before.ends_line or word.start in breaks:
            gap = f"\n{indent}"
        elif before.is_comment or word.is_comment:
            gap = f"\n{indent}" if word.newlines else " "
        else:
            gap = " " * spaces[word.start]
            if padding and word.text in ("=", ":="):
                gap += " " * padding
        pieces += [gap, word.text]
    return "".join(pieces)


def _spaces(code: list[Word]) -> dict[int, bool]:
    """Return by the start of each word whether a blank stands before it on one line."""
    spaces: dict[int, bool] = {}
    tight = True  # nothing may stand between the word before and this one
    angle = False  # inside of `<...>`
    for place, word in enumerate(code):
        text = word.text
        before = code[place - 1].text if place else ""
        after = code[place + 1] if place + 1 < len(code) else None
        hides = text == "\\" or (text == "/" and after is not None and after.text in ("{", "<"))
        space, next_tight = not tight, text in OPENING or hides
        if before in ("%", "#") and place == 1:
            space = word.blank
        elif hides or text in CLOSE or (angle and text == "*") or (text == "<" and not _cooperates(code, place)):
            space = False
        elif text in AS_WRITTEN:
            space = word.blank or (after is not None and after.blank)
            next_tight = not space
        elif text == "-" and before in UNARY_AFTER:
            next_tight = True
        elif text in LOOSE:
            space = True
        elif text == "(" and before == "(":
            space = False
        spaces[word.start] = space and place > 0
        angle = (angle or text == "<") and text != ">"
        tight = next_tight
    return spaces


def _cooperates(code: list[Word], place: int) -> bool:
    """Whether the `<` at a place joins two processes, and is not the set of an array or of what is hidden."""
    if code[place - 1].text in ("/", "\\"):
        return False
    end = _closing(code, place)
    following = code[end + 1].text if end + 1 < len(code) else ""
    return following[:1].isalpha() or following[:1] in ("_", "(", '"', "'")


def _closing(code: list[Word], place: int) -> int:
    """Return the place of the `>` that closes a set."""
    return next((at for at in range(place, len(code)) if code[at].text == ">"), place)


def _breaks(code: list[Word], width: int) -> frozenset[int]:
    """Return the starts of the words that begin a new line: the `+` of a choice, else the cooperations furthest out.

    They do where the statement is too wide, or where its author broke it at one of them.
    """
    choices: list[int] = []
    cooperations: dict[int, list[int]] = {}
    ends: dict[int, int] = {}
    depth = 0
    is_process = False
    for place, word in enumerate(code):
        depth += (word.text in ("(", "[", "{")) - (word.text in (")", "]", "}"))
        if word.text == "+" and depth == 0:
            choices.append(place)
            ends[place] = place
        elif word.text == "||" or (word.text == "<" and _cooperates(code, place)):
            cooperations.setdefault(depth, []).append(place)
            ends[place] = place if word.text == "||" else _closing(code, place)
        is_process = is_process or word.text in (".", "<", "||") or (word.text == "," and depth > 0)
    if not is_process:
        return frozenset()
    places = choices or cooperations.get(min(cooperations, default=0), [])
    broken = any(code[place].newlines or code[min(ends[place] + 1, len(code) - 1)].newlines for place in places)
    return frozenset(code[place].start for place in places) if broken or width > WIDTH else frozenset()
