"""The commonest statements, read without the parser: `r = 2.5;` and `P = (a, r).Q + (b, 2*s).R;` with plain names.

A generated model has a hundred thousand of them, for which the parser takes twenty seconds. What is written in any
other way, and all that is wrong, is left to the parser, which gives the same tree for these.
"""

from __future__ import annotations

import re

from pepa.language.numbers import LARGEST, SMALLEST
from pepa.language.problem import Span
from pepa.language.syntax import (
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
)

NAME = r"[A-Za-z_][\w']*+"
NUMBER = r"(?:\d++\.?\d*+|\.\d++)(?:[eE][-+]?\d++)?+"
VALUE = rf"(?:{NUMBER}|{NAME})"
PRODUCT = rf"{VALUE}(?:\s*+[*/]\s*+{VALUE})*+"
EXPRESSION = re.compile(rf"\s*+({PRODUCT})\s*+")
ACTIVITY = re.compile(rf"\s*+\(\s*+({NAME})\s*+,\s*+({PRODUCT})\s*+\)\s*+\.")
CONSTANT = re.compile(rf"\s*+({NAME})\s*+(\+|\Z)")
FACTOR = re.compile(rf"([*/])?\s*+({VALUE})\s*+")
PASSIVE = {"infty", "T"}


def expression(text: str, start: int, end: int) -> Expression | None:
    """Return the number, name or product that is all of a piece of text; None for anything else."""
    match = EXPRESSION.match(text, start, end)
    return _product(match[1], match.start(1)) if match and match.end() == end else None


def process(text: str, start: int, end: int) -> Process | None:
    """Return the choice of activities that is all of a piece of text; None for anything else."""
    terms: list[Process] = []
    position = start
    while True:
        activities = []
        while match := ACTIVITY.match(text, position, end):
            rate = _product(match[2], match.start(2))
            if rate is None:
                return None
            activities.append((text.index("(", match.start()), Name(match[1], Span(*match.span(1))), rate))
            position = match.end()
        match = CONSTANT.match(text, position, end)
        if not match:
            return None
        term: Process = Constant(match[1], Span(*match.span(1)))
        for opening, action, rate in reversed(activities):
            term = Prefix(action, rate, term, Span(opening, term.span.end))
        terms.append(term)
        position = match.end()
        if not match[2]:
            return terms[0] if len(terms) == 1 else Choice(tuple(terms), terms[0].span.to(terms[-1].span))


def _product(text: str, start: int) -> Expression | None:
    factors: list[tuple[int, Expression]] = []
    for match in FACTOR.finditer(text):
        value = _value(match[2], start + match.start(2))
        if value is None:
            return None
        factors.append((-1 if match[1] == "/" else 1, value))
    if len(factors) == 1:
        return factors[0][1]
    return Product(tuple(factors), factors[0][1].span.to(factors[-1][1].span))


def _value(word: str, start: int) -> Expression | None:
    span = Span(start, start + len(word))
    if word[0].isalpha() or word[0] == "_":
        return Passive(span) if word in PASSIVE else Parameter(word, span)
    value = float(word)
    return Number(value, span) if SMALLEST <= value <= LARGEST or value == 0 else None
