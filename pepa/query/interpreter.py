"""The one meaning of operators in measures, state expressions and claims; what names and calls mean is each one's own.

Values are numpy's: one number, or as many as there are states or points. In arithmetic truth counts as 1; a division by
0 is not a number, and what is not a number is neither less nor more nor equal: comparing it is refused.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pepa.query.expression import ExpressionError, Node, Number, Operation

CLOSE = 1e-9  # relative difference of numbers that are equal
ROUNDING = 8 * float(np.finfo(float).eps)
LOGIC = ("!", "&", "|", "=>")


def quotient(above: Any, below: Any) -> Any:
    """Return a quotient, divided only where it is defined: what is divided by 0 is not a number."""
    above, below = np.broadcast_arrays(np.asarray(above, float), np.asarray(below, float))
    return np.divide(above, below, out=np.full(below.shape, np.nan), where=below != 0)[()]


def raised(base: Any, exponent: Any) -> Any:
    """Return a power; what has none, as 0^-1 or (-2)^0.5, is not a number."""
    with np.errstate(all="ignore"):
        found = np.power(np.asarray(base, float), exponent)
    return np.where(np.isfinite(found), found, np.nan)[()]


def equal(left: Any, right: Any, noise: float = ROUNDING) -> Any:
    """Return whether numbers are the same but for rounding, or for the relative errors `noise` that they have."""
    return np.isclose(left, right, rtol=max(CLOSE, 2 * noise), atol=0)


ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": quotient,
    "^": raised,
    "**": raised,
}
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


def ordered(sign: str, left: Any, right: Any, noise: float = ROUNDING) -> Any:
    """Return where a comparison holds; of numbers that are the same but for `noise` none is less than the other."""
    same = equal(left, right, noise)
    match sign:
        case "=":
            return same
        case "!=":
            return ~same
        case "<":
            return np.less(left, right) & ~same
        case "<=":
            return np.less(left, right) | same
        case ">":
            return np.greater(left, right) & ~same
    return np.greater(left, right) | same


def calculated(sign: str, numbers: Sequence[Any], noise: float = ROUNDING) -> Any:
    """Return the value of an arithmetic operation; a difference that relative errors `noise` can make is 0."""
    if sign == "negative":
        return -numbers[0]
    with np.errstate(over="ignore", invalid="ignore"):  # what is beyond all numbers is none: who prints it says so
        found = ARITHMETIC[sign](*numbers)
        if sign in ("+", "-"):
            nothing = np.abs(found) < noise * (np.abs(numbers[0]) + np.abs(numbers[1]))
            return np.where(nothing, 0.0, found)[()]
        return found


def concluded(sign: str, truths: Sequence[Any]) -> Any:
    """Return the value of a logical operation."""
    match sign:
        case "!":
            return np.logical_not(truths[0])
        case "=>":
            return np.logical_or(np.logical_not(truths[0]), truths[1])
        case "&":
            return np.logical_and.reduce(np.broadcast_arrays(*truths))
        case _:
            return np.logical_or.reduce(np.broadcast_arrays(*truths))


class Interpreter:
    """Gives every part of an expression its value; raises ExpressionError at the part that has none."""

    example = "as in User3 >= 2"

    def __init__(self, text: str, noise: float = ROUNDING) -> None:
        """Take a text, and the relative error of the figures it is about."""
        self.text, self.noise = text, noise

    def value(self, node: Node) -> Any:
        """Return the value of a part: numbers or truths."""
        match node:
            case Number(value=value):
                return value
            case Operation():
                return self.operation(node)
        return self.leaf(node)

    def leaf(self, node: Node) -> Any:
        """Return the value of a name, a call or what may happen."""
        raise NotImplementedError

    def operation(self, node: Operation) -> Any:
        """Return the value of an operation on those of its operands."""
        sign = node.operator
        if sign in LOGIC:
            return concluded(sign, [self.truth(operand) for operand in node.operands])
        if sign in COMPARISONS:
            return self.compared(node)
        return calculated(sign, [self.number(operand) for operand in node.operands], self.noise)

    def compared(self, node: Operation) -> Any:
        """Return where a comparison holds."""
        left, right = (self.number(operand) for operand in node.operands)
        if np.any(missing := np.isnan(left) | np.isnan(right)):
            self.incomparable(node, missing)
        return ordered(node.operator, left, right, self.noise)

    def incomparable(self, node: Operation, missing: Any) -> None:
        """Refuse to compare what is not a number: either truth would be a lie."""
        where = f" in {np.count_nonzero(missing):,} of {np.size(missing):,} states" if np.size(missing) > 1 else ""
        hint = "a division by 0 is not a number: compare products"
        raise ExpressionError(self.text, node.span, f"it compares what is not a number{where}", hint)

    def number(self, node: Node) -> Any:
        """Return numbers; truth counts as 1."""
        value = self.value(node)
        return np.multiply(1.0, value) if np.asarray(value).dtype.kind == "b" else value

    def truth(self, node: Node) -> Any:
        """Return truths; raises ExpressionError for numbers."""
        value = np.asarray(self.value(node))
        if value.dtype.kind != "b":
            raise ExpressionError(self.text, node.span, "expected something true or false", self.example)
        return value
