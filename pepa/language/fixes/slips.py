"""Fixes of syntax: one for each common slip, found by its hint (pepa.language.slips)."""

from __future__ import annotations

import re
from collections.abc import Callable

from pepa.language.edit import Edit
from pepa.language.fixes.fix import Fix, end_before, insertion, line_end, replacement
from pepa.language.occurrences import occurrences
from pepa.language.problem import Problem, Span

NAMES = r"""[a-z_][\w']*(?:\s*,\s*[a-z_][\w']*)*"""
Fixer = Callable[[Problem, str], Fix | None]


def _code(text: str) -> str:
    """Return the text with its comments blank: what is written goes behind the code, not into a comment behind that."""
    return occurrences(text).blanked


def _semicolon(problem: Problem, text: str) -> Fix:
    del text
    return insertion("insert `;`", problem.span.end, ";")


def _rate(problem: Problem, text: str) -> Fix | None:
    end = _code(text).rfind(")", 0, problem.span.start)
    return None if end < 0 else insertion("give it the rate 1.0", end, ", 1.0")


def _behind_code(sign: str) -> Fixer:
    """Return the fixer that writes a sign behind what stands before a problem."""

    def fixer(problem: Problem, text: str) -> Fix:
        offset = problem.span.end if problem.behind else end_before(_code(text), problem.span.start)
        return insertion(f"insert `{sign}`", offset, sign)

    return fixer


def _continuation(problem: Problem, text: str) -> Fix | None:
    """Let an activity that leads nowhere lead back to the process that it is in."""
    statements = occurrences(text).statements
    own = next((item for item in statements if item.span.start <= problem.span.start < item.span.end), None)
    if own is None or own.name is None:
        return None
    offset = own.span.end if problem.behind else end_before(_code(text), problem.span.start)
    if re.match(r"[\w'\"]", text[offset:]):
        return None  # the next statement begins there, which is wrong as well
    return insertion(f"let it lead back to `{own.name}`", offset, f".{own.name}".removeprefix(text[offset - 1]))


def _operator(problem: Problem, text: str) -> Fix | None:
    """Take out a cooperation that has nothing on its right."""
    code = _code(text)
    found = re.search(r"(\|\||<[^<>]*>)\s*$", code[: problem.span.end])
    if not found or code[found.start() : found.end(1)] != text[found.start() : found.end(1)]:
        return None  # no comment goes with it
    start = end_before(text, found.start())
    start = start if start == end_before(code, found.start()) else found.start()
    return replacement(f"leave out `{found[1]}`", Span(start, found.end(1)), "")


def _written(sign: str) -> Fixer:
    """Return the fixer that writes a sign instead of what stands at a problem."""

    def fixer(problem: Problem, text: str) -> Fix:
        del text
        return replacement(f"write `{sign}`", problem.span, sign)

    return fixer


def _left_out(problem: Problem, text: str) -> Fix:
    return replacement(f"leave out this `{text[problem.span.start : problem.span.end]}`", problem.span, "")


def _set(problem: Problem, text: str) -> Fix | None:
    """Close a set `<a, b` or open a set `a, b>`."""
    start, code = problem.span.start, _code(text)
    if code.startswith("<", start) and (names := re.compile(rf"<\s*{NAMES}").match(code, start)):
        return insertion("insert `>`", names.end(), ">")
    if not code.startswith("<", start) and re.compile(rf"{NAMES}\s*>").match(code, start):
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
    code = _code(text)
    span = _name_at(problem, code)
    start = problem.span.start
    strays = re.match(r"'|[^\w']+", code[start : span.end])
    if strays is None or (span.start < start and start + strays.end() < span.end):
        return None
    end = start + strays.end()
    if re.search(r"/$", text[:start]) and re.match(r"[/*]", text[end:]):
        return None  # a comment would begin there
    return replacement(f"leave out `{strays[0]}`", Span(start, end), "")


def _quotes(problem: Problem, text: str) -> Fix | None:
    """Put a name that holds other signs into quotes."""
    code = _code(text)
    span = _name_at(problem, code)
    name = code[span.start : span.end]
    is_number = re.search(r"\d\.$", code[: span.start])
    holds = span.end > problem.span.start and re.search(r"\w", name) and not is_number
    return replacement(f'write `"{name}"`', span, f'"{name}"') if holds else None


def _commas(problem: Problem, text: str) -> Fix | None:
    """Separate action types by commas, or take out commas too many; of what else stands there nothing is known."""
    code, span = _code(text), problem.span
    names = list(re.finditer(r"\S+", code[span.start : span.end]))
    if all(re.fullmatch(r"[A-Za-z_][\w']*", name[0]) for name in names):
        ends = (span.start + name.end() for name in names[:-1])
        return Fix("insert `,`", tuple(Edit(Span(end, end), ",") for end in ends))
    if [name[0] for name in names] not in ([","], [">"], ["}"]):
        return None
    run = re.compile(r"[\s,]*").match(code, end_before(code[: span.start].rstrip(" \t\r\n,"), span.start))
    if run is None:
        return None
    commas = [run.start() + place for place, sign in enumerate(run[0]) if sign == ","]
    between = code[run.start() - 1] not in "<{" and code[run.end() : run.end() + 1] not in (">", "}")
    gone = commas[between:]
    title = "leave out this `,`" if len(gone) == 1 else "leave out these `,`"
    return Fix(title, tuple(Edit(Span(comma, comma + 1), "") for comma in gone)) if gone else None


def _comment(problem: Problem, text: str) -> Fix:
    return insertion("end the comment on its line", line_end(text, problem.span.end), " */")


BY_HINT: dict[str, tuple[Fixer, ...]] = {
    "a definition ends with `;`": (_semicolon,),
    "an activity is `(action, rate)`: the rate is missing": (_rate,),
    "an activity is `(action, rate)`: a comma is missing": (_behind_code(","),),
    "an activity needs a `.` before the process it leads to": (_behind_code("."),),
    "an activity is followed by `.` and a process": (_continuation,),
    "name the process the activity leads to after the `.`": (_continuation,),
    "a cooperation needs a process on its right": (_operator,),
    "cooperation without a set is written `||` or `<>`": (_written("||"),),
    "a parenthesis is not closed": (_behind_code(")"),),
    "a `[` is not closed": (_behind_code("]"),),
    "a double quote is not closed": (_left_out,),
    "this `)` has no `(`": (_left_out,),
    "`#` stands only before a name where that is defined": (_left_out,),
    "a definition is `Name = ...;`": (_written("="),),
    "action sets are written `<a, b>`": (_set,),
    "other names than letters, digits, `_` and `'` go into double quotes": (_stray, _quotes),
    "separate action types by commas: `<a, b>`": (_commas,),
    "end it with `*/`": (_comment,),
}
