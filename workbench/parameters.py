"""The parameters of a text, and what those are that are defined through others where some are turned: at every key, so
without a parser."""

from __future__ import annotations

import math
from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from pepa.language.syntax import Expression, Model, Number, Parameter, Passive, Power, Product, Sum

Operation = list[str | int]  # a power, or a sum or product with the sign or power of each operand
Postfix = list[float | str | Operation | None]  # numbers, names, None for the passive rate; operations behind operands
Written = Mapping[str, float | str]  # by name; a passive one as it is written, such as 2*infty
Value = tuple[float, bool]  # a rate, or the weight of a passive one
POWER, SUM, PRODUCT = "power", "sum", "product"


@dataclass(frozen=True)
class Parameters:
    """What the text says, and the expressions of those that are defined `through` others, each after these."""

    written: Written = field(default_factory=dict)
    through: Mapping[str, Postfix] = field(default_factory=dict)

    @cached_property
    def _uses(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(one for one in own if isinstance(one, str)) for name, own in self.through.items()}

    def at(self, overrides: Mapping[str, float]) -> Written:
        """Return every parameter where some have other values; nan for what has none there.

        Nothing is copied: there may be a million, and the header asks at every key.
        """
        if not overrides:
            return self.written
        values = ChainMap[str, float | str]({**overrides}, cast(dict[str, float | str], self.written))
        moved = set(overrides)
        for name, uses in self._uses.items():
            if name not in overrides and not moved.isdisjoint(uses):
                values[name] = _value(self.through[name], values)
                moved.add(name)
        return values

    def turned(self, overrides: Mapping[str, float], name: str, value: float) -> dict[str, float]:
        """Return the overrides with which a parameter has a value: without one where it has that by itself."""
        others = {one: to for one, to in overrides.items() if one != name}
        return others if self.at(others).get(name) == value else {**others, name: value}

    def needed(self, overrides: Mapping[str, float]) -> dict[str, float]:
        """Return those overrides that say something else than the text."""
        return {
            name: value
            for name, value in overrides.items()
            if name in self.through or self.written.get(name, value) != value
        }


def through(model: Model, order: list[str]) -> dict[str, Postfix]:
    """Return the expressions that other parameters are in, in an order in which each comes after those."""
    found = {definition.name.text: list(_postfix(definition.expression)) for definition in model.rates}
    return {name: found[name] for name in order if name in found and any(isinstance(one, str) for one in found[name])}


def _postfix(expression: Expression) -> Iterator[float | str | Operation | None]:
    match expression:
        case Number(value=value):
            yield value
        case Parameter(name=name):
            yield name
        case Passive():
            yield None
        case Power(base=base, exponent=exponent):
            yield from _postfix(base)
            yield from _postfix(exponent)
            yield [POWER]
        case Sum(terms=parts) | Product(factors=parts):
            for _, part in parts:
                yield from _postfix(part)
            yield [SUM if isinstance(expression, Sum) else PRODUCT, *(sign for sign, _ in parts)]


def _value(expression: Postfix, values: Written) -> float | str:
    """Return what `pepa.language.rates.evaluate` does, nan where that refuses."""
    stack: list[Value] = []
    for one in expression:
        match one:
            case None:
                stack.append((1.0, True))
            case str():
                stack.append(weight(values.get(one, math.nan)))
            case [str() as operation, *signs]:
                count = len(signs) or 2
                operands = stack[-count:]
                del stack[-count:]
                stack.append(_operated(operation, [int(sign) for sign in signs], operands))
            case int() | float():
                stack.append((float(one), False))
    number, passive = stack[0]
    if passive:
        return "infty" if number == 1 else f"{number:g}*infty"
    return number if math.isfinite(number) else math.nan


def _operated(operation: str, signs: list[int], operands: list[Value]) -> Value:
    try:
        if operation == POWER:
            found = operands[0][0] ** operands[1][0]
            return (found, False) if isinstance(found, float) else (math.nan, False)
        if operation == SUM:
            return sum(sign * value for sign, (value, _) in zip(signs, operands, strict=True)), False
        product = 1.0
        for sign, (value, _) in zip(signs, operands, strict=True):
            product = product * value if sign > 0 else product / value
        return product, any(passive for _, passive in operands)
    except ArithmeticError:
        return math.nan, False


def weight(value: float | str) -> Value:
    """Return a value, or the weight of a passive one, and whether it is passive."""
    if not isinstance(value, str):
        return float(value), False
    weight, times, _ = value.partition("*")
    return (float(weight) if times else 1.0), True
