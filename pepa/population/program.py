"""Rates as generated Python: for one vector of counts as floats, for many at once as numpy rows, and their gradients.

The source is made of place numbers and figures alone, never of text from a model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import LimitReached
from pepa.population.population import (
    Expression,
    Least,
    Linear,
    MoveRate,
    Population,
    Ready,
    Shared,
    Total,
    Vector,
    Whole,
)

TINY = 1e-300
LONGEST = 8_000_000  # characters of generated code: Python takes some hundred bytes to read each
ScalarRates = Callable[[Sequence[float]], list[float]]


class Source:
    """Writes lines that assign every distinct expression once to a variable."""

    def __init__(self, *, vector: bool, gradients: bool = False) -> None:
        self.vector, self.gradients = vector, gradients
        self.lines: list[str] = []
        self.names: dict[Expression, str] = {}
        self.slopes: dict[str, dict[int, str]] = {}

    def name(self, expression: Expression) -> str:
        """Return the variable that holds an expression, written if it is new."""
        if expression not in self.names:
            name, slope = self._written(expression)
            self.names[expression] = name
            self.slopes[name] = slope
        return self.names[expression]

    def assigned(self, text: str) -> str:
        """Return a new variable that holds the value of a text."""
        name = f"v{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        return name

    def _written(self, expression: Expression) -> tuple[str, dict[int, str]]:
        match expression:
            case Linear(terms=terms):
                text = " + ".join(f"{value!r}*x[{place}]" for place, value in terms) or "0.0"
                return self.assigned(text), {place: repr(value) for place, value in terms}
            case Total(parts=parts):
                return self._sum([self.name(part) for part in parts])
            case Least(parts=parts):
                return self._least([self.name(part) for part in parts])
            case Whole():
                return self.assigned("1.0"), {}
            case Shared(rate=rate, ready=ready):
                return self._product(self.name(rate), self.name(ready))
            case Ready():
                return self._ready(expression), {}

    def _sum(self, names: list[str]) -> tuple[str, dict[int, str]]:
        slope: dict[int, str] = {}
        for place in dict.fromkeys(place for name in names for place in self.slopes[name]):
            slope[place] = "(" + " + ".join(self.slopes[n][place] for n in names if place in self.slopes[n]) + ")"
        return self.assigned(" + ".join(names) or "0.0"), slope

    def _ready(self, part: Ready) -> str:
        unlimited = f"inf if {self.name(part.passive)} > 0 else 0.0"
        if self.vector:
            unlimited = f"where({self.name(part.passive)} > 0, inf, 0.0)"
        if part.active is None:
            return self.assigned(unlimited)
        own = self.name(part.active)
        if self.vector:
            return self.assigned(f"where({own} > 0, {own}, {unlimited})")
        return self.assigned(f"{own} if {own} > 0 else ({unlimited})")

    def _product(self, rate: str, ready: str) -> tuple[str, dict[int, str]]:
        slope: dict[int, str] = {}
        for place in dict.fromkeys((*self.slopes[rate], *self.slopes[ready])):
            rising, filling = (self.slopes[name].get(place, "0.0") for name in (rate, ready))
            slope[place] = f"({rising}*{ready} + {rate}*{filling})"
        return self.assigned(f"{rate}*{ready}"), slope

    def _least(self, names: list[str]) -> tuple[str, dict[int, str]]:
        if len(names) == 1:
            return names[0], self.slopes[names[0]]
        if self.vector:
            least = names[0]
            for name in names[1:]:
                least = self.assigned(f"minimum({least}, {name})")  # nested, Python reads no more than 200
            return least, {}
        least = self.assigned(f"min({', '.join(names)})")
        slope: dict[int, str] = {}
        if self.gradients:
            for place in {place for name in names for place in self.slopes[name]}:
                text = "0.0"
                for name in reversed(names):
                    text = self.assigned(f"{self.slopes[name].get(place, '0.0')} if {least} == {name} else {text}")
                slope[place] = text
        return least, slope

    def rate(self, rate: MoveRate) -> str:
        """Return the text of a move's rate."""
        factors = [repr(rate.base), *(f"x[{place}]" for place in rate.counts)]
        factors += [self.name(least) for least in rate.minima]
        text = "*".join(factors)
        for divisor in rate.divisors:
            name = self.name(divisor)
            text += f"/maximum({name}, {TINY})" if self.vector else f"/({name} or {TINY})"
        return text

    def gradient(self, rate: MoveRate, value: str) -> dict[int, str]:
        """Return the text of the derivatives of a move's rate, by place, `value` being the rate itself."""
        parts: dict[int, list[str]] = {}
        for position, place in enumerate(rate.counts):
            others = [repr(rate.base), *(f"x[{p}]" for k, p in enumerate(rate.counts) if k != position)]
            others += [self.name(least) for least in rate.minima]
            text = "*".join(others) + "".join(f"/({self.name(divisor)} or {TINY})" for divisor in rate.divisors)
            parts.setdefault(place, []).append(text)
        for position, least in enumerate(rate.minima):
            others = [repr(rate.base), *(f"x[{p}]" for p in rate.counts)]
            others += [self.name(other) for k, other in enumerate(rate.minima) if k != position]
            text = "*".join(others) + "".join(f"/({self.name(divisor)} or {TINY})" for divisor in rate.divisors)
            for place, slope in self.slopes[self.name(least)].items():
                parts.setdefault(place, []).append(f"{text}*{slope}")
        for divisor in rate.divisors:
            name = self.name(divisor)
            for place, slope in self.slopes[name].items():
                parts.setdefault(place, []).append(f"-{value}*{slope}/({name} or {TINY})")
        return {place: " + ".join(texts) for place, texts in parts.items()}


def compiled(arguments: str, body: list[str], **names: Any) -> Callable[..., Any]:
    """Return the function of a generated body. Raises LimitReached where it is too long."""
    text = f"def generated({arguments}):\n" + "\n".join(f"    {line}" for line in body or ["pass"])
    if len(text) > LONGEST:
        message = f"the rates of this model take {len(text):,} characters to write out; at most {LONGEST:,} are"
        raise LimitReached(message, "fewer components that do one action together, or exact analysis")
    scope = {"inf": float("inf"), **names}
    exec(compile(text, "<rates>", "exec"), scope)
    generated: Callable[..., Any] = scope["generated"]
    return generated


def scalar_rates(population: Population) -> ScalarRates:
    """Return the function from counts (a list of floats) to the list of all rates."""
    source = Source(vector=False)
    rates = [source.rate(rate) for rate in population.rates]
    return compiled("x", [*source.lines, f"return [{', '.join(rates)}]"])


def vector_rates(population: Population) -> Callable[[NDArray[np.float64], NDArray[np.float64]], None]:
    """Return the function that writes the rates (moves, n) of counts (places, n) into its second argument."""
    source = Source(vector=True)
    rates = [source.rate(rate) for rate in population.rates]
    lines = [f"f[{index}] = {text}" for index, text in enumerate(rates)]
    return compiled("x, f", [*source.lines, *lines], minimum=np.minimum, maximum=np.maximum, where=np.where)


def gradients(population: Population) -> Callable[[Sequence[float]], Vector]:
    """Return the function from counts to the derivatives (moves, places) of the rates, on the active side of a min."""
    source = Source(vector=False, gradients=True)
    rows, columns, values = [], [], []
    for index, rate in enumerate(population.rates):
        value = source.assigned(source.rate(rate))
        for place, text in source.gradient(rate, value).items():
            rows.append(index)
            columns.append(place)
            values.append(source.assigned(text))
    evaluate = compiled("x", [*source.lines, f"return [{', '.join(values)}]"])
    shape, where = population.change.shape, (np.array(rows, int), np.array(columns, int))

    def evaluated(counts: Sequence[float]) -> Vector:
        found = np.zeros(shape)
        if rows:
            found[where] = evaluate(counts)
        return found

    return evaluated
