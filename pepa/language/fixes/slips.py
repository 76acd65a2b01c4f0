"""Fixes of syntax: one for each common slip, found by its hint (pepa.language.slips)."""

from __future__ import annotations

import re
from collections.abc import Callable

from pepa.language.fixes.fix import Fix, end_before, insertion, line_end, replacement
from pepa.language.occurrences import occurrences
from pepa.language.problem import Problem, Span

NAMES = r"""[a-z_][\w']*(?:\s*,\s*[a-z_][\w']*)*"""
Fixer = Callable[[Problem, str], Fix | None]


def _semicolon(problem: Problem, text: str) -> Fix:
    del text
    return insertion("insert `;`", problem.span.end, ";")


def _rate(problem: Problem, text: str) -> Fix | None:
    end = text.rfind(")", 0, problem.span.start)
    return None if end < 0 else insertion("give it the rate 1.0", end, ", 1.0")


def _comma(problem: Problem, text: str) -> Fix:
    return insertion("insert `,`", end_before(text, problem.span.start), ",")


def _dot(problem: Problem, text: str) -> Fix:
    return insertion("insert `.`", end_before(text, problem.span.start), ".")


def _continuation(problem: Problem, text: str) -> Fix | None:
    """Let an activity that leads nowhere lead back to the process that it is in."""
    statements = occurrences(text).statements
    own = next((item for item in statements if item.span.start <= problem.span.start < item.span.end), None)
    if own is None or own.name is None:
        return None
    offset = own.span.end if problem.behind else end_before(text, problem.span.start)
    return insertion(f"let it lead back to `{own.name}`", offset, f".{own.name}".removeprefix(text[offset - 1]))


def _operator(problem: Problem, text: str) -> Fix | None:
    """Take out a cooperation that has nothing on its right."""
    before = re.search(r"\s*(\|\||<[^<>]*>)\s*$", text[: problem.span.end])
    return before and replacement(f"leave out `{before[1]}`", Span(*before.span()), "")


def _bars(problem: Problem, text: str) -> Fix:
    del text
    return replacement("write `||`", problem.span, "||")


def _close(problem: Problem, text: str) -> Fix:
    return insertion("insert `)`", problem.span.end if problem.behind else end_before(text, problem.span.start), ")")


def _open(problem: Problem, text: str) -> Fix:
    del text
    return replacement("leave out this `)`", problem.span, "")


def _mark(problem: Problem, text: str) -> Fix:
    del text
    return replacement("leave out this `#`", problem.span, "")


def _equals(problem: Problem, text: str) -> Fix:
    del text
    return replacement("write `=`", problem.span, "=")


def _set(problem: Problem, text: str) -> Fix | None:
    """Close a set `<a, b` or open a set `a, b>`."""
    start = problem.span.start
    if text.startswith("<", start) and (names := re.compile(rf"<\s*{NAMES}").match(text, start)):
        return insertion("insert `>`", names.end(), ">")
    if not text.startswith("<", start) and re.compile(rf"{NAMES}\s*>").match(text, start):
        return insertion("insert `<`", start, "<")
    return None


def _name_at(problem: Problem, text: str) -> Span:
    """Return the stretch without blanks and signs of PEPA around what the parser could not read."""
    sign = r"[^\s(){}\[\]<>+*/.,;|=\"-]"
    before = len(re.split(rf"(?!{sign}).", text[: problem.span.start], flags=re.DOTALL)[-1])
    after = len(re.split(rf"(?!{sign}).", text[problem.span.start :], maxsplit=1, flags=re.DOTALL)[0])
    return Span(problem.span.start - before, problem.span.start + after)


def _stray(problem: Problem, text: str) -> Fix | None:
    """Leave out a sign that stands alone, or at the end of a name."""
    span = _name_at(problem, text)
    start = problem.span.start
    strays = re.match(r"[^\w']+", text[start : span.end])
    if strays is None or (span.start < start and start + strays.end() < span.end):
        return None
    return replacement(f"leave out `{strays[0]}`", Span(start, start + strays.end()), "")


def _quotes(problem: Problem, text: str) -> Fix | None:
    """Put a name that holds other signs into quotes."""
    span = _name_at(problem, text)
    name = text[span.start : span.end]
    return replacement(f'write `"{name}"`', span, f'"{name}"') if re.search(r"\w", name) else None


def _commas(problem: Problem, text: str) -> Fix | None:
    """Separate action types by commas, or take out a comma too many; of what else stands there nothing is known."""
    names = text[problem.span.start : problem.span.end].split()
    if all(re.fullmatch(r"[A-Za-z_][\w']*", name) for name in names):
        return replacement("insert `,`", problem.span, ", ".join(names))
    if names not in ([","], [">"]):
        return None
    before = end_before(text, problem.span.start)
    comma = before - 1 if text[before - 1] == "," else text.find(",", problem.span.start, problem.span.end)
    return None if comma < 0 else replacement("leave out this `,`", Span(comma, comma + 1), "")


def _comment(problem: Problem, text: str) -> Fix:
    return insertion("end the comment on its line", line_end(text, problem.span.end), " */")


BY_HINT: dict[str, tuple[Fixer, ...]] = {
    "a definition ends with `;`": (_semicolon,),
    "an activity is `(action, rate)`: the rate is missing": (_rate,),
    "an activity is `(action, rate)`: a comma is missing": (_comma,),
    "an activity needs a `.` before the process it leads to": (_dot,),
    "an activity is followed by `.` and a process": (_continuation,),
    "name the process the activity leads to after the `.`": (_continuation,),
    "a cooperation needs a process on its right": (_operator,),
    "cooperation without a set is written `||` or `<>`": (_bars,),
    "a parenthesis is not closed": (_close,),
    "this `)` has no `(`": (_open,),
    "`#` stands only before a name where that is defined": (_mark,),
    "a definition is `Name = ...;`": (_equals,),
    "action sets are written `<a, b>`": (_set,),
    "other names than letters, digits, `_` and `'` go into double quotes": (_stray, _quotes),
    "separate action types by commas: `<a, b>`": (_commas,),
    "end it with `*/`": (_comment,),
}
