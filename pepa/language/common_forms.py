"""The commonest statements, read without the parser: `r = 2;`, `P = (a, r).Q + (b, (1 - p)*r).R;`, `P[n] <a> (Q || R)`.

A generated model has a hundred thousand of them, for which the parser takes twenty seconds; a small one is derived in
the time that the parser takes to come. What is written in any other way, and all that is wrong, is left to the parser,
which gives the same tree for these.
"""

from __future__ import annotations

import re

from pepa.language.cooperations import Joined, cooperation
from pepa.language.numbers import LARGEST, SMALLEST
from pepa.language.problem import ModelError, Span
from pepa.language.statements import unquoted
from pepa.language.syntax import (
    Array,
    Choice,
    Constant,
    Expression,
    Name,
    Number,
    Parameter,
    Passive,
    Prefix,
    Process,
    Product,
    Sum,
)

NAME = r"""(?:[A-Za-z_][\w']*+|"[^"\n]*+")"""
NUMBER = r"(?:\d++\.?\d*+|\.\d++)(?:[eE][-+]?\d++)?+"
VALUE = re.compile(rf"\s*+(?:({NUMBER})|({NAME})|(\())\s*+")
SIGN = re.compile(r"(?:(\+)|(-)|(\*(?!\*))|(/))")
ACTIVITY = re.compile(
    rf"\s*+(\()\s*+({NAME})\s*+,(?:\s*+(?:({NUMBER})|({NAME}))\s*+\)\s*+\.(?:\s*+({NAME})\s*+(\+|\Z))?)?"
)
CLOSED = re.compile(r"\)\s*+")
END = re.compile(r"\)\s*+\.")
PART = re.compile(rf"\s*+(?:({NAME})|(\())\s*+")
SIZE = re.compile(r"\[")
SIZED = re.compile(r"\]\s*+")
JOINT = re.compile(r"""\|\||<\s*\*\s*>|<\s*>|<[^<>]*>(?=\s*[A-Za-z_("])""")
CONSTANT = re.compile(rf"\s*+({NAME})\s*+(\+|\Z)")
PASSIVE = {"infty", "T"}
NESTED = 8  # parentheses in an expression or a composition

Placed = tuple[Expression, Span, int]

_span = tuple.__new__  # of `Span`, in half the time


class _Uncommon(Exception):
    """This is for the parser."""


def expression(text: str, start: int, end: int) -> Expression | None:
    """Return the sum of products that is all of a piece of text; None for anything else."""
    try:
        value, _, position = _sum(text, start, end, NESTED)
    except _Uncommon:
        return None
    return value if position == end else None


def process(text: str, start: int, end: int) -> Process | None:
    """Return the choice of activities that is all of a piece of text; None for anything else."""
    terms: list[Process] = []
    position = start
    try:
        while True:
            term, position, is_last = _term(text, position, end)
            terms.append(term)
            if is_last:
                break
    except _Uncommon:
        return None
    return term if len(terms) == 1 else Choice(tuple(terms), terms[0].span.to(terms[-1].span))


def composition(text: str, start: int, end: int) -> Process | None:
    """Return the cooperation of constants, arrays and such cooperations in parentheses that is all of a piece of text.

    None for the rest.
    """
    try:
        process, position = _cooperation(text, start, end, NESTED)
        return process if position == end else None
    except (_Uncommon, ModelError):
        return None


def _cooperation(text: str, position: int, end: int, nested: int) -> tuple[Process, int]:
    """Return a cooperation, and where what is behind it is."""
    first, span, position = _part(text, position, end, nested)
    others: list[Joined] = []
    while match := JOINT.match(text, position, end):
        part, place, position = _part(text, match.end(), end, nested)
        others.append(Joined(match[0], _span(Span, match.span()), part, place.end))
    return cooperation(first, span.start, others), position


def _part(text: str, position: int, end: int, nested: int) -> tuple[Process, Span, int]:
    """Return a constant, a cooperation in parentheses or an array of these; its whole span; where the next sign is."""
    match = PART.match(text, position, end)
    if not match or (match[2] and not nested):
        raise _Uncommon
    part: Process
    if match[2]:
        part, position = _cooperation(text, match.end(), end, nested - 1)
        span, position = Span(match.start(2), position + 1), _behind(CLOSED, text, position, end)
    else:
        span, position = _span(Span, match.span(1)), match.end()
        part = Constant(unquoted(match[1]), span)
    if not SIZE.match(text, position, end):
        return part, span, position
    size, _, position = _sum(text, position + 1, end, NESTED)
    array = Array(part, size, (), Span(span.start, position + 1))
    return array, array.span, _behind(SIZED, text, position, end)


def _term(text: str, position: int, end: int) -> tuple[Process, int, bool]:
    """Return a chain of activities before a constant, where it ends, and whether no `+` is behind it."""
    activities: list[tuple[int, Name, Expression]] = []
    after, place = None, (0, 0)
    while after is None and (match := ACTIVITY.match(text, position, end)):
        _, action, number, name, after, more = match.groups()
        (_, position), (opening, _), written, counted, named, place = match.regs[:6]
        rate: Expression
        if number:
            rate = _number(number, counted)
        elif name:
            rate = _parameter(name, named)
        else:
            rate, _, position = _sum(text, position, end, NESTED)
            position = _behind(END, text, position, end)
        activities.append((opening, Name(unquoted(action) if action[0] == '"' else action, _span(Span, written)), rate))
    if after is None:
        match = CONSTANT.match(text, position, end)
        if not match:
            raise _Uncommon
        (after, more), place, position = match.groups(), match.span(1), match.end()
    term: Process = Constant(unquoted(after) if after[0] == '"' else after, _span(Span, place))
    for opening, action, rate in reversed(activities):
        term = Prefix(action, rate, term, _span(Span, (opening, place[1])))
    return term, position, not more


def _sum(text: str, position: int, end: int, nested: int) -> Placed:
    """Return a sum, its span with the parentheses it is made of, and where the next sign is."""
    terms: list[tuple[int, Expression, Span]] = []
    factors: list[tuple[int, Expression, Span]] = []
    sign = power = 1
    while True:
        value, span, position = _value(text, position, end, nested)
        factors.append((power, value, span))
        match = SIGN.match(text, position, end)
        if match is None or match.lastindex in (1, 2):
            terms.append((sign, *_joined(Product, factors)))
            factors, power = [], 1
            sign = -1 if match and match.lastindex == 2 else 1
        else:
            power = 1 if match.lastindex == 3 else -1
        if match is None:
            return *_joined(Sum, terms), position
        position = match.end()


def _joined(kind: type[Sum | Product], parts: list[tuple[int, Expression, Span]]) -> tuple[Expression, Span]:
    if len(parts) == 1:
        return parts[0][1:]
    span = parts[0][2].to(parts[-1][2])
    return kind(tuple((sign, value) for sign, value, _ in parts), span), span


def _value(text: str, position: int, end: int, nested: int) -> Placed:
    """Return a number, a name or a sum in parentheses, which are in the span, and where the next sign is."""
    match = VALUE.match(text, position, end)
    if not match:
        raise _Uncommon
    _, number, name, opening = match.regs
    if number[0] >= 0:
        return _number(match[1], number), _span(Span, number), match.end()
    if name[0] >= 0:
        return _parameter(match[2], name), _span(Span, name), match.end()
    if not nested:
        raise _Uncommon
    value, _, position = _sum(text, match.end(), end, nested - 1)
    return value, Span(opening[0], position + 1), _behind(CLOSED, text, position, end)


def _behind(sign: re.Pattern[str], text: str, position: int, end: int) -> int:
    match = sign.match(text, position, end)
    if not match:
        raise _Uncommon
    return match.end()


def _number(word: str, span: tuple[int, int]) -> Number:
    value = float(word)
    if not (SMALLEST <= value <= LARGEST or value == 0):
        raise _Uncommon
    return Number(value, _span(Span, span))


def _parameter(word: str, span: tuple[int, int]) -> Expression:
    if word in PASSIVE:
        return Passive(_span(Span, span))
    return Parameter(unquoted(word) if word[0] == '"' else word, _span(Span, span))
