"""One statement by the grammar (LALR), and what is wrong with it: where, what was expected, and a hint."""

from __future__ import annotations

import re
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput
from lark.exceptions import UnexpectedCharacters, VisitError

from pepa.control.error import PepaError
from pepa.language import slips
from pepa.language.cooperations import Joined, action_types, cooperation
from pepa.language.numbers import counted
from pepa.language.problem import ModelError, Problem, Span
from pepa.language.statements import Statement, unquoted
from pepa.language.syntax import (
    Array,
    Choice,
    Constant,
    Expression,
    Hiding,
    Name,
    Number,
    Parameter,
    Passive,
    Power,
    Prefix,
    Process,
    ProcessDefinition,
    Product,
    RateDefinition,
    Sum,
)

PASSIVE = {"infty", "T"}
START = re.compile(r'[A-Z("]')

# Statements are parsed one by one; this is where in the text the one being parsed starts.
_start: ContextVar[int] = ContextVar("_start", default=0)


def _span(token: Token) -> Span:
    start = _start.get()
    return Span(start + (token.start_pos or 0), start + (token.end_pos or 0))


def _problem(code: str, message: str, span: Span, hint: str = "") -> ModelError:
    return ModelError([Problem(code, message, span, hint)])


@dataclass(frozen=True)
class _Group:
    """What stands in parentheses. They are no part of its own stretch, but of that of what it belongs to."""

    inside: Any
    span: Span


def _bare(item: Any) -> Any:
    return item.inside if isinstance(item, _Group) else item


class _Builder(Transformer[Token, Any]):
    """Builds the tree bottom up while the parser runs; every method gets its children in order."""

    def group(self, items: list[Any]) -> _Group:
        opening, inside, closing = items
        return _Group(_bare(inside), _span(opening).to(_span(closing)))

    def number(self, items: list[Token]) -> Number:
        try:
            value = counted(float(items[0]))
        except PepaError as error:
            raise _problem("invalid-rate", error.message, _span(items[0]), error.hint) from None
        return Number(value, _span(items[0]))

    def parameter(self, items: list[Token]) -> Expression:
        text = unquoted(str(items[0]))
        return Passive(_span(items[0])) if str(items[0]) in PASSIVE else Parameter(text, _span(items[0]))

    def signed(self, items: list[Any]) -> Expression:
        *signs, value = items
        if len(signs) % 2 == 0:
            return value  # type: ignore[no-any-return]
        return Sum(((-1, _bare(value)),), _span(signs[0]).to(value.span))

    def power(self, items: list[Any]) -> Expression:
        if len(items) == 1:
            return items[0]  # type: ignore[no-any-return]
        base, _, exponent = items
        return Power(_bare(base), _bare(exponent), base.span.to(exponent.span))

    def product(self, items: list[Any]) -> Expression:
        if len(items) == 1:
            return items[0]  # type: ignore[no-any-return]
        powers = [1, *(1 if sign == "*" else -1 for sign in items[1::2])]
        return Product(tuple(zip(powers, map(_bare, items[::2]), strict=True)), items[0].span.to(items[-1].span))

    def sum(self, items: list[Any]) -> Expression:
        if len(items) == 1:
            return items[0]  # type: ignore[no-any-return]
        signs = [1, *(1 if sign == "+" else -1 for sign in items[1::2])]
        return Sum(tuple(zip(signs, map(_bare, items[::2]), strict=True)), items[0].span.to(items[-1].span))

    def constant(self, items: list[Token]) -> Constant:
        return Constant(unquoted(str(items[0])), _span(items[0]))

    def array(self, items: list[Any]) -> Array:
        process, size, closing, *rest = items
        end = _span(rest[0] if rest else closing)
        return Array(_bare(process), _bare(size), _actions(rest[0]) if rest else (), process.span.to(end))

    def hiding(self, items: list[Any]) -> Process:
        process, *sets = items
        if not sets:
            return process  # type: ignore[no-any-return]
        actions = tuple(action for token in sets for action in _actions(token))
        return Hiding(_bare(process), actions, process.span.to(_span(sets[-1])))

    def activity(self, items: list[Any]) -> tuple[Name, Expression, Span]:
        opening, token, rate = items
        return Name(unquoted(str(token)), _span(token)), _bare(rate), _span(opening)

    def prefix(self, items: list[Any]) -> Process:
        *activities, process = items
        for action, rate, opening in reversed(activities):
            process = Prefix(action, rate, _bare(process), opening.to(process.span))
        return process  # type: ignore[no-any-return]

    def cooperation(self, items: list[Any]) -> Process:
        if len(items) == 1:
            return items[0]  # type: ignore[no-any-return]
        joined = zip(items[1::2], items[2::2], strict=True)
        others = (Joined(str(token), _span(token), _bare(item), item.span.end) for token, item in joined)
        return cooperation(_bare(items[0]), items[0].span.start, others)

    def choice(self, items: list[Process]) -> Process:
        return items[0] if len(items) == 1 else Choice(tuple(map(_bare, items)), items[0].span.to(items[-1].span))


def _actions(token: Token) -> tuple[Name, ...]:
    return action_types(str(token), _span(token).start)


@cache
def _parser() -> Lark:
    return Lark.open(
        "grammar.lark",
        rel_to=__file__,
        parser="lalr",
        start=["rate_definition", "process_definition", "system"],
        transformer=_Builder(),
        maybe_placeholders=False,
    )


def read(text: str, statement: Statement) -> RateDefinition | ProcessDefinition | Process:
    """Return the definition or system equation that a statement is.

    Raises ModelError with what is wrong, in both where a `;` was forgotten between a definition and what follows.
    """
    start = statement.span.start
    try:
        return _parse_piece(text, statement, statement.span.end)
    except UnexpectedInput as error:
        problem, position = _syntax_problem(text, statement, error)
    except VisitError as error:
        if isinstance(error.orig_exc, ModelError):
            raise error.orig_exc from None
        raise
    if problem.code != "missing-semicolon":
        raise ModelError([problem])
    rest = Statement(Span(position, statement.span.end), None, Span(position, position), False, position)
    found: list[Problem] = [problem]
    for piece, stop in ((statement, start + len(text[start:position].rstrip())), (rest, rest.span.end)):
        try:
            _parse_piece(text, piece, stop)
        except UnexpectedInput as error:
            found.append(_syntax_problem(text, piece, error)[0])
        except VisitError as error:
            if isinstance(error.orig_exc, ModelError):
                found.extend(error.orig_exc.problems)
    raise ModelError(found)


def _parse_piece(text: str, statement: Statement, end: int) -> RateDefinition | ProcessDefinition | Process:
    kind = "system" if statement.name is None else "rate_definition" if statement.is_rate else "process_definition"
    _start.set(statement.span.start)
    tree: Any = _parser().parse(text[statement.span.start : end], start=kind)
    body = _bare(tree.children[-1])
    if statement.name is None:
        return body  # type: ignore[no-any-return]
    name = Name(unquoted(statement.name), statement.name_span)
    definition = RateDefinition if statement.is_rate else ProcessDefinition
    return definition(name, body, statement.span)


def _syntax_problem(text: str, statement: Statement, error: UnexpectedInput) -> tuple[Problem, int]:
    """Return what is wrong and the offset where the parser stopped."""
    token = getattr(error, "token", None)
    position = statement.span.start + (error.pos_in_stream or 0)
    ended = token is not None and token.type == "$END"
    if ended:
        position = statement.span.end
        span = Span(max(statement.span.start, position - 1), position)
        found = "the end of this statement"
    else:
        length = 1 if isinstance(error, UnexpectedCharacters) or token is None else len(token)
        span = Span(position, position + max(1, length))
        found = f"`{text[span.start : span.end]}`"
    if position > statement.span.start and _could_end(error) and _starts_a_line(text, position):
        end = statement.span.start + len(text[statement.span.start : position].rstrip())
        hint = "a definition ends with `;`"
        missing = Problem("missing-semicolon", "expected `;` after this definition", Span(end - 1, end), hint)
        return missing, position
    hint = slips.hint(statement, text, position)
    return Problem("syntax", f"expected {_expected(error)}, got {found}", span, hint, behind=ended), position


def _starts_a_line(text: str, position: int) -> bool:
    if not START.match(text, position):
        return False
    line = text.rfind("\n", 0, position) + 1
    return not text[line:position].strip()


def _could_end(error: UnexpectedInput) -> bool:
    return "$END" in _accepted(error)


def _accepted(error: UnexpectedInput) -> set[str]:
    accepted = getattr(error, "accepts", None) or getattr(error, "expected", None) or getattr(error, "allowed", None)
    return set(accepted or ())


WORDS = {
    "$END": "`;`",
    "NAME": "a name",
    "NUMBER": "a number",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "COMMA": "`,`",
    "DOT": "`.`",
    "PLUS": "`+`",
    "LSQB": "`[`",
    "RSQB": "`]`",
    "_IS": "`=`",
    "COOPERATE": "a cooperation",
    "SET": "a set of actions",
}
OPERATORS = {"PLUS", "MINUS", "TIMES", "OVER", "RAISED", "SLASH", "BACKSLASH", "LSQB", "MEMBERS", "SET", "COOPERATE"}


def _expected(error: UnexpectedInput) -> str:
    accepted = _accepted(error)
    if {"NAME", "LPAR"} <= accepted:
        return "a value" if "NUMBER" in accepted else "a process"
    words = sorted(WORDS[name] for name in accepted - OPERATORS if name in WORDS)
    if accepted & OPERATORS:
        words.append("an operator")
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words) or "nothing more"
