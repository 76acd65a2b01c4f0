"""Every name in a model text with the role it plays there, read token by token.

No tree is needed, so that a text is read while it is typed: what follows a slip is read as well as what precedes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from pepa.language.problem import Span
from pepa.language.statements import NAME, Statement, split, unquoted

TOKEN = re.compile(rf"(?P<name>{NAME})|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|\|\||\S")
PASSIVE = {"T", "infty"}


class Kind(StrEnum):
    """What a name stands for. Rates (probabilities and sizes too) and processes share one space of names."""

    RATE = "rate"
    PROCESS = "process"
    ACTION = "action"


class Context(StrEnum):
    """What a place in a statement takes."""

    RATE = "rate"
    PROCESS = "process"
    SIZE = "size"  # an expression without passive rates
    ACTIONS = "actions"
    OPENED = "opened"  # just behind `(`: an activity's action, or a process
    ACTIVITY = "activity"  # behind an activity's action: its comma comes
    BEGINNING = "beginning"  # of a statement: a name that is to be defined, or the system equation


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One name where it is written; `statement` is the index of its statement in `Occurrences.statements`."""

    name: str
    kind: Kind
    span: Span
    statement: int
    defines: bool = False


@dataclass(frozen=True)
class Occurrences:
    """The names of a text in its order, its statements, and the text with comments blanked."""

    found: tuple[Occurrence, ...]
    statements: tuple[Statement, ...]
    blanked: str


@lru_cache(maxsize=4)
def occurrences(text: str) -> Occurrences:
    """Return every name of a text, each with its kind, whether or not the text can be parsed."""
    statements = split(text)
    found: list[Occurrence] = []
    for index, statement in enumerate(statements.found):
        if statement.name is not None:
            kind = Kind.RATE if _takes_rate(statement) else Kind.PROCESS
            found.append(Occurrence(unquoted(statement.name), kind, statement.name_span, index, True))
        found += _body(statements.text, statement, index)
    found = _aliases(found, statements.text, statements.found)
    return Occurrences(tuple(found), statements.found, statements.text)


def context(text: str, statement: Statement, offset: int) -> Context:
    """Return what the place at `offset` in a statement takes; `text` has its comments blanked."""
    reader = _Reader(statement)
    for _ in reader.read(_tokens(text, statement.body, offset)):
        pass
    return reader.stack[-1]


def _takes_rate(statement: Statement) -> bool:
    """Whether a statement defines a rate; where nothing stands behind its `=` yet, its first letter tells."""
    if statement.name is None or not statement.is_rate:
        return False
    is_empty = statement.body == statement.span.end
    return not is_empty or not unquoted(statement.name)[:1].isupper()


def _tokens(text: str, start: int, end: int) -> list[re.Match[str]]:
    return list(TOKEN.finditer(text, start, end))


def _body(text: str, statement: Statement, index: int) -> Iterator[Occurrence]:
    tokens = _tokens(text, statement.body, statement.span.end)
    for token, kind in _Reader(statement).read(tokens):
        if token[0] not in PASSIVE or kind is not Kind.RATE:
            yield Occurrence(unquoted(token[0]), kind, Span(*token.span()), index)


class _Reader:
    """Reads the tokens of one statement; the top of `stack` says what the place behind them takes."""

    def __init__(self, statement: Statement) -> None:
        self.stack = [Context.SIZE if _takes_rate(statement) else Context.PROCESS]

    def read(self, tokens: list[re.Match[str]]) -> Iterator[tuple[re.Match[str], Kind]]:
        """Yield each name with its kind."""
        signs = ["", *(token[0] for token in tokens), ""]
        for token, previous, following in zip(tokens, signs, signs[2:], strict=False):
            if token["name"]:
                yield token, self._name(token[0], previous, following)
            else:
                self._sign(token[0])

    def _name(self, name: str, previous: str, following: str) -> Kind:
        place = self.stack[-1]
        if place is Context.OPENED:
            is_action = following == "," or (name[0].islower() and following not in {"[", ")"})
            self.stack[-1] = Context.ACTIVITY if is_action else Context.PROCESS
            return Kind.ACTION if is_action else Kind.PROCESS
        if place is Context.ACTIONS:
            if previous in {"<", "{", ","}:
                return Kind.ACTION
            self.stack.pop()  # the set was not closed
            return Kind.PROCESS
        return Kind.PROCESS if place is Context.PROCESS else Kind.RATE

    def _sign(self, sign: str) -> None:
        stack = self.stack
        in_process = stack[-1] in {Context.PROCESS, Context.OPENED}
        if sign == "(":
            stack.append(Context.OPENED if in_process else stack[-1])
        elif sign in "<{" and in_process:
            stack.append(Context.ACTIONS)
        elif sign == "[":
            stack.append(Context.SIZE)
        elif sign == "," and stack[-1] is Context.ACTIVITY:
            stack[-1] = Context.RATE
        elif (sign in ")]" and len(stack) > 1) or (sign in ">}" and stack[-1] is Context.ACTIONS):
            stack.pop()


def _aliases(found: list[Occurrence], text: str, statements: Iterable[Statement]) -> list[Occurrence]:
    """Make `A = B + C;` of upper-case names a definition of a rate where those names are rates."""
    plain = {index for index, statement in enumerate(statements) if _is_sum_of_names(text, statement)}
    names: dict[int, str] = {}
    waits: dict[int, set[str]] = {index: set() for index in plain}
    waiting: dict[str, list[int]] = {}
    for item in found:
        if item.statement in plain and item.defines:
            names[item.statement] = item.name
        elif item.statement in plain and item.name not in waits[item.statement]:
            waits[item.statement].add(item.name)
            waiting.setdefault(item.name, []).append(item.statement)
    known = [item.name for item in found if item.defines and item.kind is Kind.RATE]
    changed: set[int] = set()
    while known:
        name = known.pop()
        for index in waiting.pop(name, ()):
            waits[index].discard(name)
            if not waits[index]:
                changed.add(index)
                known.append(names[index])
    return [replace(item, kind=Kind.RATE) if item.statement in changed else item for item in found]


def _is_sum_of_names(text: str, statement: Statement) -> bool:
    if statement.name is None or statement.is_rate:
        return False
    tokens = [token[0] for token in _tokens(text, statement.body, statement.span.end)]
    tokens = _without_parentheses_of_names(tokens)
    while tokens[:1] == ["("] and tokens[-1] == ")":
        tokens = tokens[1:-1]
    return all(token == "+" or re.fullmatch(NAME, token) for token in tokens)


def _without_parentheses_of_names(tokens: list[str]) -> list[str]:
    """Return the tokens with `(name)` written `name`, however often it is in parentheses."""
    kept: list[str] = []
    for token in tokens:
        kept.append(token)
        while kept[-1] == ")" and len(kept) > 2 and kept[-3] == "(" and kept[-2] != "+":
            kept[-3:] = [kept[-2]]
    return kept
