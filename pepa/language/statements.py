"""A model text cut into its statements, comments blanked: so that one error hides no other.

A `%` that starts a rate definition is the old-style mark of one, unless the rest of the text tells that it was
commented out; any other starts a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pepa.control.counting import STEP, tick
from pepa.language.line_ends import fed
from pepa.language.problem import Problem, Severity, Span
from pepa.language.shown import IN_NAMES

NAME = r"""(?:[A-Za-z_][\w']*+|"[^"\n]*+")"""
OLD_RATE = rf"%(?=[ \t]*+{NAME}\s*+:?=[-+*/^().\w \t'\"]*+;)"
SKIPPED = re.compile(  # begins with a set of signs, which is searched for many times faster than alternatives are
    rf"""["%/](?: (?<=")(?P<quoted>[^"\n]*") | (?<=%)(?P<mark>{OLD_RATE.removeprefix("%")})
       | (?<=/)(?P<open>\*(?:(?!\*/)[\s\S])*\Z) | (?<=/)(?P<comment>\*[\s\S]*?\*/ | /[^\n]*) | (?<=%)[^\n]* )""",
    re.VERBOSE,
)
HEAD = re.compile(rf"(?<![\w'\"%#])(?:(?P<mark>[%#])\s*+)?(?P<name>{NAME})\s*+(?::=|=)")  # begins no name midway
SINGLE = re.compile(r"""("[^"\n]*")|(?<![\w'])'([A-Za-z_]\w*)'(?!\w)""")  # PRISM's 'A' is A
MARKED = re.compile(rf"{OLD_RATE}[ \t]*+(?P<name>{NAME})\s*+:?=(?P<body>[^;]*+);")
WORD = re.compile(NAME)
PROCESS_SIGN = re.compile(r"[,<\[{|\\]")  # none of these stands in a rate expression
DEFINITION = re.compile(  # a whole one, the `;` of which is not forgotten: there is no other sign `=` in it
    rf"\s*+(?P<head>(?:(?P<mark>[%#])\s*+)?(?P<name>{NAME})\s*+:?=)(?:(?P<value>[^;=,<\[{{|\\]*+)|[^;=]*+)(?=;)"
)
QUOTED = re.compile(r'"[^"\n]*"')
NUMBER_SIGN = re.compile(r"""[-*/^]|(?<![\w'".])\.?\d""")  # none of these stands in a process without one of the others
DEEPEST = 200  # nested parentheses
MANY_SIZES = re.compile(
    rf"(?:\[[^][]*+\]\s*+(?:\{{[^{{}}]*+\}}\s*+)?+){{{DEEPEST}}}(\[)"
)  # `P[1][2]{{a}}[3]` and so on


_made = tuple.__new__  # of named tuples, in half the time


class Statement(NamedTuple):
    """One definition, or the system equation (`name` is None): its span, without the `;`, and where its body starts."""

    span: Span
    name: str | None
    name_span: Span
    is_rate: bool
    body: int


@dataclass(frozen=True)
class Statements:
    """All statements of a text with comments blanked out, and what was wrong already at this level."""

    text: str
    found: tuple[Statement, ...]
    problems: tuple[Problem, ...]


def blank_comments(text: str) -> tuple[str, list[Problem]]:
    """Return the text, as long as before, with every comment turned to blanks (its newlines kept).

    So are the quotes around names such as `'A'`: as old tools write them, they say nothing.
    """
    text = fed(text)
    problems: list[Problem] = []
    pieces: list[str] = []
    done = 0
    for start, (name, why) in _commented_out(text).items():
        newline = text.find("\n", start)
        end = len(text) if newline < 0 else newline
        message = f"this line is read as a comment: `{name}` is {why}"
        problems.append(Problem("commented-out", message, Span(start, end), "", Severity.WARNING))
        begin = max(start, done)  # another of the same line may have blanked it
        pieces += (text[done:begin], " " * (end - begin))
        done = end
    text = "".join((*pieces, text[done:]))

    def blank(match: re.Match[str]) -> str:
        if match.lastgroup in ("quoted", "mark"):
            return match[0]
        if match["open"]:
            span = Span(match.start(), match.start() + 2)
            problems.append(Problem("syntax", "this comment is never closed", span, "end it with `*/`"))
        return re.sub(r"[^\n]", " ", match[0])

    text = SKIPPED.sub(blank, text)
    if "'" in text:
        text = SINGLE.sub(lambda match: match[1] or f" {match[2]} ", text)
    return text, problems


def _commented_out(text: str) -> dict[int, tuple[str, str]]:
    """Return where a `%` before a definition makes it a comment, the name it defines, and why that is told.

    It does where the name is defined without a `%` as well, and, with a blank after the `%`, where
    nothing uses it while other rates need no mark.
    """
    marked = [match.start() for match in SKIPPED.finditer(text) if match["mark"] is not None] if "%" in text else []
    if not marked:
        return {}
    bodies = {start: MARKED.match(text, start) for start in marked}
    names = {start: (body["name"], body["body"]) for start, body in bodies.items() if body}
    rest = MARKED.sub(" ", SKIPPED.sub(lambda match: match[0] if match.lastgroup in ("quoted", "mark") else " ", text))
    defined = {match["name"] for match in HEAD.finditer(rest)}
    used = {word for part in (rest, *(body for _, body in names.values())) for word in WORD.findall(part)}
    plain = any(_is_lower(name) for name in defined)
    found = {}
    for start, (name, _) in names.items():
        if name in defined:
            found[start] = (name, "defined without a `%` as well")
        elif plain and name not in used and text[start + 1].isspace():
            found[start] = (name, "used nowhere, and other rates are defined without a `%`")
    return found


def split(text: str) -> Statements:
    """Cut a text into statements at `;`, and where a definition starts although no `;` ended the one before."""
    text, problems = blank_comments(text)
    found: list[Statement] = []
    plain = QUOTED.sub(lambda quoted: f'"{"q" * (len(quoted[0]) - 2)}"', text)  # no sign inside of a name counts
    position = 0
    while position <= len(text):
        match = DEFINITION.match(plain, position)
        if match:
            found.append(_definition(match, text))
            position = match.end() + 1
            if len(found) % STEP == 0:
                tick("finding definition", len(found))
            continue
        end = plain.find(";", position)
        end = len(text) if end < 0 else end
        first = _skip_blanks(text, position, end)
        position = end + 1
        if first == end:
            continue
        starts = sorted({first, *(match.start() for match in HEAD.finditer(plain, first, end))})
        for here, there in zip(starts, [*starts[1:], end], strict=True):
            stop = here + len(text[here:there].rstrip())
            if there != end:
                problems.append(_missing_semicolon(stop))
            found.append(_statement(text, plain, here, stop))
    for statement in found:
        if statement.span.end - statement.span.start > DEEPEST:
            problems += _too_deep(text, statement)
    problems += _harmful_names(text)
    return Statements(text, tuple(found), tuple(problems))


def _harmful_names(text: str) -> Iterator[Problem]:
    for quoted in QUOTED.finditer(text):
        harmful = IN_NAMES.search(quoted[0])
        if harmful:
            place = quoted.start() + harmful.start()
            message = f"a name holds the character U+{ord(harmful[0]):04X}, which cannot be seen"
            yield Problem("harmful-name", message, Span(place, place + 1), "take it out of the name")


def _missing_semicolon(stop: int) -> Problem:
    span = Span(max(0, stop - 1), stop)
    return Problem("missing-semicolon", "expected `;` after this definition", span, "a definition ends with `;`")


def _skip_blanks(text: str, start: int, end: int) -> int:
    return end - len(text[start:end].lstrip())


def _statement(text: str, plain: str, start: int, end: int) -> Statement:
    match = HEAD.match(text, start, end)
    if not match:
        return Statement(Span(start, end), None, Span(start, start), False, start)
    body = plain[match.end() : end]
    is_rate = not PROCESS_SIGN.search(body) and (match["mark"] == "%" or _is_value(match["name"], body))
    span = Span(match.start("name"), match.end("name"))
    return Statement(Span(start, end), match["name"], span, is_rate, match.end())


def _definition(match: re.Match[str], text: str) -> Statement:
    """Return the definition that DEFINITION has matched."""
    (_, stop), (start, body), _, (first, last), value = match.regs
    while text[stop - 1].isspace():
        stop -= 1
    name = text[first:last]
    is_rate = value[0] >= 0 and (match["mark"] == "%" or _is_value(name, match["value"]))
    return _made(Statement, (_made(Span, (start, stop)), name, _made(Span, (first, last)), is_rate, body))


def _is_value(name: str, body: str) -> bool:
    """Whether a body without signs of processes is that of a rate."""
    return bool(NUMBER_SIGN.search(body)) or _is_lower(name) or not body.strip()


def _is_lower(name: str) -> bool:
    return name.strip('"')[:1].islower()


def _too_deep(text: str, statement: Statement) -> Iterator[Problem]:
    start, end = statement.span.start, statement.span.end
    if text.count("[", start, end) > DEEPEST and (sizes := MANY_SIZES.search(text, start, end)):
        yield _deeper(sizes.start(1), f"an array of more than {DEEPEST} sizes")
    elif text.count("(", start, end) > DEEPEST:
        depth = 0
        for match in re.finditer(r"[()]", text[start:end]):
            depth += 1 if match[0] == "(" else -1
            if depth > DEEPEST:
                yield _deeper(start + match.start(), f"parentheses nested more than {DEEPEST} deep")
                return


def _deeper(place: int, message: str) -> Problem:
    return Problem("too-deep", message, Span(place, place + 1), "give the inner processes names of their own")


def headed(text: str, broken: Iterable[Span] = ()) -> frozenset[str]:
    """Return the names before every `=` of a text, in comments too, and all names in its `broken` statements.

    Whatever it may define is among them.
    """
    plain = SINGLE.sub(lambda match: match[1] or f" {match[2]} ", fed(text))
    heads = (match["name"] for match in HEAD.finditer(plain))
    words = (word for span in broken for word in WORD.findall(plain[span.start : span.end]))
    return frozenset(map(unquoted, (*heads, *words)))


def unquoted(word: str) -> str:
    """Return a name without the quotation marks around it."""
    return word[1:-1] if word[:1] == '"' else word


def with_single_quotes(text: str, blanked: str, span: Span) -> Span:
    """Return the place of a name with the quotes of old tools around it, as in `'a'`, which count as blanks."""
    around = Span(span.start - 1, span.end + 1)
    is_quoted = text[around.start : span.start] == text[span.end : around.end] == "'"
    return around if is_quoted and blanked[around.start] == " " else span
