"""Syntax tree to text, as a modeller would write it, and numbers as a reader wants them."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator

from pepa.language.syntax import (
    Array,
    Choice,
    Constant,
    Cooperation,
    Expression,
    Hiding,
    Name,
    Number,
    Parameter,
    Passive,
    Power,
    Prefix,
    Process,
    Product,
    Sum,
)

DIGITS = 4
ROUNDING = 2.0**-53  # of a figure: half a unit of its last digit in doubles
PLAIN = re.compile(r"[A-Za-z_][\w']*+")  # names that need no quotes
SMALL = 1e-3  # margins below which are told by their power of ten


def name_text(name: str) -> str:
    """Return a name as it must be written: in double quotes unless it is a plain identifier.

    A double quote within, as the label of a local derivative may have in a measure, is written twice.
    """
    is_plain = (name.isascii() and name.isidentifier()) or PLAIN.fullmatch(name)  # the first takes a fifth of the time
    return name if is_plain else '"' + name.replace('"', '""') + '"'


def number_text(value: float) -> str:
    """Return the shortest text of a number that reads back as the same value."""
    return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def usual_digits() -> int:
    """Return how many significant digits a figure is shown with: PEPA_DIGITS, from 2 to 15, or 4."""
    asked = os.environ.get("PEPA_DIGITS", "")
    return int(asked) if re.fullmatch(r"[2-9]|1[0-5]", asked) else DIGITS


def figure(value: float, digits: int | None = None) -> str:
    """Return a result with some significant digits, trailing zeros kept; in words where it is no number."""
    if math.isnan(value):
        return "no value"
    if math.isinf(value):
        return "infinite" if value > 0 else "minus infinite"
    if value == 0:
        return f"{value:g}"
    return f"{value:#.{digits or usual_digits()}g}".rstrip(".")


def margin(half: float, of: float = 1.0, digits: int = 1) -> str:
    """Return how far a figure may be off, in a few digits; `rounding` where its own last digit in doubles is coarser.

    Of what is off by a part of itself, it is the part.
    """
    if not math.isfinite(half):
        return "not known"
    if 0 < half < ROUNDING * abs(of):
        return "rounding"
    return f"{half:.{digits - 1}e}" if 0 < half < SMALL else figure(half, max(digits, 2))


def expression_text(expression: Expression) -> str:
    """Return the text of a rate expression, with no parentheses but those it needs."""
    match expression:
        case Number(value=value):
            return number_text(value)
        case Parameter(name=name):
            return name_text(name)
        case Passive():
            return "infty"
        case Sum(terms=terms):
            parts = [("+ " if sign > 0 else "- ") + _operand(term, Sum) for sign, term in terms]
            text = " ".join(parts).removeprefix("+ ")
            return "-" + text[2:] if text.startswith("- ") else text
        case Product(factors=factors):
            parts = [("*" if power > 0 else "/") + _operand(factor, Sum, Product) for power, factor in factors]
            return "".join(parts).removeprefix("*")
        case Power(base=base, exponent=exponent):
            return f"{_operand(base, Sum, Product, Power)}^{_operand(exponent, Sum, Product)}"


def _operand(expression: Expression, *enclosed: type) -> str:
    text = expression_text(expression)
    return f"({text})" if isinstance(expression, enclosed) else text


def activity_text(prefix: Prefix) -> str:
    """Return the text of an activity, with the point behind it."""
    rate = prefix.rate
    told = number_text(rate.value) if isinstance(rate, Number) else expression_text(rate)
    return f"({name_text(prefix.action.text)}, {told})."


def process_pieces(process: Process) -> Iterator[str]:
    """Yield the text of a process piece by piece, so that a reader of its first characters need not have it all."""
    while isinstance(process, Prefix):
        yield activity_text(process)
        process = process.continuation
        if isinstance(process, (Choice, Cooperation)):
            yield from ("(", *process_pieces(process), ")")
            return
    match process:
        case Constant(name=name):
            yield name_text(name)
        case Choice(terms=terms):
            yield from _joined(terms, " + ", ())
        case Cooperation(parts=parts, actions=actions):
            yield from _joined(parts, f" {set_text(actions)} ", (Choice, Cooperation))
        case Hiding(process=inner, actions=names):
            yield from _enclosed(inner, (Choice, Cooperation, Prefix))
            yield "/{" + ", ".join(name_text(name.text) for name in names) + "}"
        case Array(process=inner, size=size, actions=names):
            yield from _enclosed(inner, (Choice, Cooperation, Prefix, Hiding))
            yield f"[{expression_text(size)}]"
            if names:
                yield "{" + ", ".join(name_text(name.text) for name in names) + "}"


def process_text(process: Process) -> str:
    """Return the text of a process."""
    return "".join(process_pieces(process))


def _joined(parts: tuple[Process, ...], separator: str, enclosed: tuple[type, ...]) -> Iterator[str]:
    for index, part in enumerate(parts):
        if index:
            yield separator
        yield from _enclosed(part, enclosed)


def _enclosed(process: Process, kinds: tuple[type, ...]) -> Iterator[str]:
    if isinstance(process, kinds):
        yield from ("(", *process_pieces(process), ")")
    else:
        yield from process_pieces(process)


def set_text(actions: tuple[Name, ...] | None) -> str:
    """Return the operator of a cooperation."""
    if actions is None:
        return "<*>"
    if not actions:
        return "||"
    return "<" + ", ".join(name_text(name.text) for name in actions) + ">"
