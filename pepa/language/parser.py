"""Text to syntax tree: each statement is parsed by itself (LALR), so one run reports all that is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput
from lark.exceptions import UnexpectedCharacters, VisitError

from pepa.control.counting import counted_off
from pepa.control.error import PepaError
from pepa.language import common_forms, slips
from pepa.language.cooperations import Joined, action_types, cooperation
from pepa.language.numbers import counted
from pepa.language.problem import ModelError, Problem, Severity, Span
from pepa.language.statements import Statement, split
from pepa.language.syntax import (
    Array,
    Choice,
    Constant,
    Expression,
    Hiding,
    Model,
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
from pepa.language.upper_case_rates import told_apart

PASSIVE = {"infty", "T"}
START = re.compile(r'[A-Z("]')
MOST_ERRORS = 1_000  # of syntax, each of which takes the parser about a millisecond


@dataclass(frozen=True)
class Parsed:
    """A parse: the model, or None where the text holds errors, and all problems in the order of the text.

    `rates`, `processes` and `systems` are what could be read, whatever else is wrong.
    """

    model: Model | None
    problems: tuple[Problem, ...]
    rates: tuple[RateDefinition, ...]
    processes: tuple[ProcessDefinition, ...]
    systems: tuple[Process, ...]


# Statements are parsed one by one; this is where in the text the one being parsed starts.
_start: ContextVar[int] = ContextVar("_start", default=0)


def _span(token: Token) -> Span:
    start = _start.get()
    return Span(start + (token.start_pos or 0), start + (token.end_pos or 0))


def _problem(code: str, message: str, span: Span, hint: str = "") -> ModelError:
    return ModelError([Problem(code, message, span, hint)])


def _unquote(text: str) -> str:
    return text[1:-1] if text.startswith('"') else text


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
        text = _unquote(str(items[0]))
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
        return Constant(_unquote(str(items[0])), _span(items[0]))

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
        return Name(_unquote(str(token)), _span(token)), _bare(rate), _span(opening)

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


def parse(text: str) -> Parsed:
    """Parse a model text. The model is None if any problem is an error; nothing is checked yet but the syntax."""
    statements = split(text)
    problems = list(statements.problems)
    rates: list[RateDefinition] = []
    processes: list[ProcessDefinition] = []
    systems: list[Process] = []
    seen_system = False
    for index, statement in enumerate(counted_off(statements.found, "reading definition")):
        known = _common(statements.text, statement)
        if known is not None:
            _file(known, rates, processes, systems)
            continue
        seen_system = seen_system or statement.name is None
        last = index == len(statements.found) - 1
        try:
            for part in _parse_statement(statements.text, statement):
                seen_system = seen_system or not isinstance(part, RateDefinition | ProcessDefinition)
                _file(part, rates, processes, systems)
            problems.extend(_misplaced(statement, last))
        except ModelError as error:
            problems.extend(error.problems)
            if len(problems) > MOST_ERRORS:
                problems.append(
                    Problem("syntax", f"more than {MOST_ERRORS:,} errors: the rest is not read", statement.span)
                )
                problems = sorted(_once(problems), key=lambda problem: problem.span.start)
                return Parsed(None, tuple(problems), tuple(rates), tuple(processes), tuple(systems))
            seen_system = seen_system or any(problem.code == "missing-semicolon" for problem in error.problems)
    if not seen_system:
        problems.append(_missing_system(text, bool(statements.found)))
    problems = sorted(_once(problems), key=lambda problem: problem.span.start)
    found = told_apart(rates, processes)
    wrong = any(problem.severity is Severity.ERROR for problem in problems) or not systems
    model = None if wrong else Model(found.rates, found.processes, systems[-1])
    return Parsed(model, tuple(problems), found.rates, found.processes, tuple(systems))


def _once(problems: list[Problem]) -> Iterator[Problem]:
    """Yield problems, but no missing `;` after a sign that is wrong itself."""
    wrong = {problem.span for problem in problems if problem.code == "syntax"}
    for problem in problems:
        if problem.code != "missing-semicolon" or problem.span not in wrong:
            yield problem


def _file(part: Any, rates: list[RateDefinition], processes: list[ProcessDefinition], systems: list[Process]) -> None:
    if isinstance(part, RateDefinition):
        rates.append(part)
    elif isinstance(part, ProcessDefinition):
        processes.append(part)
    else:
        systems.append(part)


def _misplaced(statement: Statement, last: bool) -> Iterator[Problem]:
    if statement.name is None and not last:
        message = "expected a definition, `NAME = ...;`"
        hint = "the system equation comes last, after all definitions"
        yield Problem("misplaced-system", message, statement.span, hint)


def _missing_system(text: str, has_definitions: bool) -> Problem:
    end = len(text.rstrip())
    hint = "end the model with its system equation, such as `P <a> Q`"
    message = "the model has no system equation" if has_definitions else "the model is empty"
    return Problem("missing-system", message, Span(max(0, end - 1), end), hint)


def _parse_statement(text: str, statement: Statement) -> Iterator[RateDefinition | ProcessDefinition | Process]:
    """Yield the definition, and a system equation that follows it where a `;` was forgotten between them."""
    start = statement.span.start
    system = common_forms.composition(text, start, statement.span.end) if statement.name is None else None
    if system is not None:
        yield system
        return
    try:
        yield _parse_piece(text, statement, statement.span.end)
        return
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


def _common(text: str, statement: Statement) -> RateDefinition | ProcessDefinition | None:
    """Return the definition where it has one of the commonest forms."""
    span, name, name_span, is_rate, start = statement
    if name is None:
        return None
    if is_rate:
        value = common_forms.expression(text, start, span.end)
        return None if value is None else RateDefinition(Name(_unquote(name), name_span), value, span)
    process = common_forms.process(text, start, span.end) or common_forms.composition(text, start, span.end)
    return None if process is None else ProcessDefinition(Name(_unquote(name), name_span), process, span)


def _parse_piece(text: str, statement: Statement, end: int) -> RateDefinition | ProcessDefinition | Process:
    kind = "system" if statement.name is None else "rate_definition" if statement.is_rate else "process_definition"
    _start.set(statement.span.start)
    tree: Any = _parser().parse(text[statement.span.start : end], start=kind)
    body = _bare(tree.children[-1])
    if statement.name is None:
        return body  # type: ignore[no-any-return]
    name = Name(_unquote(statement.name), statement.name_span)
    definition = RateDefinition if statement.is_rate else ProcessDefinition
    return definition(name, body, statement.span)


def _syntax_problem(text: str, statement: Statement, error: UnexpectedInput) -> tuple[Problem, int]:
    """Return what is wrong and the offset where the parser stopped."""
    token = getattr(error, "token", None)
    position = statement.span.start + (error.pos_in_stream or 0)
    if token is not None and token.type == "$END":
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
    return Problem("syntax", f"expected {_expected(error)}, got {found}", span, hint), position


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
