"""Tokens of a line of PEPA for an editor to colour; pure regular expressions, quick to import."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

REMARK = r"""%(?![ \t]*(?:[A-Za-z_][\w']*|"[^"]*")\s*:?=).*"""  # with no `%` before a rate
TOKEN = re.compile(
    rf"(?P<comment>//.*|/\*.*?(?:\*/|$)|{REMARK})"
    r"""| (?P<quoted>"[^"]*"?)
      | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?!\w))
      | (?P<passive>\binfty\b|(?<=,)\s*T(?=\s*\)))
      | (?P<process>[A-Z][\w']*)
      | (?P<action>(?<=\()\s*[a-z_][\w']*(?=\s*,)|\btau\b)
      | (?P<rate>[a-z_][\w']*)
      | (?P<cooperation><[^<>;]*>|\|\||[/\\]\s*\{[^}]*\})
      | (?P<operator>[=+*/^.;,(){}\[\]%\#-])""",
    re.VERBOSE,
)
SIGNS = ('"', "%", "//", "/*")  # what a comment or a quoted name begins with
CLOSED = {'"': '"', "/*": "*/"}
IS_REMARK = re.compile(REMARK)
SETS = re.compile(r"<[^<>;]*+>|[/\\]\s*+\{[^}]*+\}")
HIDING = re.compile(r"[/\\]\s*+\{")
SEPARATOR = re.compile(r"[;=(),*]|(?<![eE])[-+]")  # a token of its own, but in sets, comments and quoted names
NEAR = 200  # characters within which one stands before nearly every place
STEP = 4_000  # characters about between two stops


def tokens(line: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, kind) of the tokens of a line from a column on that begin before `end`.

    Kinds are the groups of TOKEN.
    """
    for match in TOKEN.finditer(line, start):
        if end is not None and match.start() >= end:
            return
        if match.lastgroup:
            yield match.start(), match.end(), match.lastgroup


@dataclass(frozen=True)
class Stops:
    """Places of a line that are neither in a comment nor in a quoted name, not far from each other where there are any.

    `quote` is where a quoted name begins that does not end; `is_open` whether a block comment is open behind the line.
    """

    places: tuple[int, ...]
    quote: int | None
    is_open: bool

    def token_before(self, line: str, column: int, start: int = 0) -> int:
        """Return the start of a token close before a column, or there: of a line that is code from `start` on."""
        if self.quote is not None and self.quote < column:
            return self.quote
        for known in range(bisect_right(self.places, column), -1, -1):
            code = self.places[known - 1] if known else start
            begun, end = self._code_before(line, code, column)
            if end > column:
                return begun
            if (place := _separator_before(line, end, column)) >= 0:
                return self._set_around(line, place, start)
            if end > code:
                return end
        return start

    def _code_before(self, line: str, code: int, column: int) -> tuple[int, int]:
        """Return start and end of the last comment or quoted name that begins in a stretch which begins as code."""
        begun = end = code
        for piece in _skipped(line, code, column):
            begun, end, _ = piece
        return begun, end

    def _set_around(self, line: str, place: int, start: int) -> int:
        """Return where the set begins that a separator stands in; the separator itself where it stands in none."""
        begun = max(start, line.rfind("}", start, place))
        hidings = HIDING.finditer(line, begun, place) if line.find("{", begun, place) >= 0 else ()
        for opening in sorted((line.rfind("<", start, place), *(found.start() for found in hidings))):
            if opening >= start and (found := SETS.match(line, opening)) and found.end() > place:
                known = bisect_right(self.places, opening)
                if self._code_before(line, self.places[known - 1] if known else start, opening)[1] <= opening:
                    return opening
        return place


NO_STOPS = Stops((), None, False)


def stops(line: str, start: int = 0, old: Stops = NO_STOPS, edit: tuple[int, int, int] = (0, 0, 0)) -> Stops:
    """Return the stops of a line that is code from `start` on.

    `old` were its stops before the characters from `left` to `right` were replaced by so many others, which is `edit`.
    Of the line is looked at what lies between a stop before that and one behind it.
    """
    left, right, length = edit
    shift = length - (right - left)
    quote = old.quote if old.quote is not None and old.quote < left else None
    if quote is not None and '"' in line[left : left + length]:
        left, quote = quote, None  # what it begins may end now
    places = [place for place in old.places if start <= place <= left][:-2]  # a sign at the last may not be whole
    ahead = [place for place in old.places if place > right and place + shift > start]
    at = places[-1] if places else start
    while at < len(line):
        while ahead and ahead[0] + shift <= at:
            del ahead[0]
        end = ahead[0] + shift if ahead else at + STEP
        while line[end - 1 : end] == "/":
            end += 1  # what a comment begins with is not cut
        for first, behind, is_whole in _skipped(line, at, end):
            at = behind
            if not is_whole and line[first] != '"':
                return Stops(tuple(places), quote, line.startswith("/*", first))
            quote = quote if is_whole else first
        if at <= end:
            if ahead and end == ahead[0] + shift:
                behind_quote = old.quote + shift if old.quote is not None and old.quote >= ahead[0] else None
                goes_on = (place + shift for place in ahead)
                return Stops((*places, *goes_on), behind_quote if quote is None else quote, old.is_open)
            places.append(end)
        at = max(at, end)
    return Stops(tuple(places), quote, False)


def _skipped(line: str, start: int, stop: int) -> Iterator[tuple[int, int, bool]]:
    """Yield where comments and quoted names that begin in a stretch begin and end, and whether they do: a comment that
    does not goes on to the line's end, of such a name only the sign is yielded.
    """
    ahead = {sign: line.find(sign, start, stop) for sign in SIGNS}
    while found := [(place, sign) for sign, place in ahead.items() if place >= 0]:
        first, sign = min(found)
        end = first + 1
        if sign != "%" or IS_REMARK.match(line, first):
            closing = CLOSED.get(sign)
            closed = line.find(closing, first + len(sign)) if closing else -1
            end = closed + len(closing or "") if closed >= 0 else end if sign == '"' else len(line)
            yield first, end, closed >= 0
        for each, place in ahead.items():
            if 0 <= place < end:
                ahead[each] = line.find(each, end, stop)


def _separator_before(line: str, code: int, column: int) -> int:
    """Return the last separator between two columns of code; -1 where there is none."""
    reach = NEAR
    while True:
        near = max(code, column - reach)
        place = max((found.start() for found in SEPARATOR.finditer(line, near, column)), default=-1)
        if place >= 0 or near == code:
            return place
        reach *= 8


def open_behind(line: str, is_open: bool) -> bool:
    """Return whether a block comment is open behind a line, if one `is_open` before it."""
    start = behind_comment(line) if is_open else 0
    if start < 0:
        return True
    return "/*" in line and stops(line, start).is_open


def behind_comment(line: str) -> int:
    """Return the column behind the comment that a line begins in; -1 where that goes on behind the line."""
    end = line.find("*/") if "/" in line else -1
    return end + 2 if end >= 0 else -1
