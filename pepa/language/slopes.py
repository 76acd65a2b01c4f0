"""Derivatives carried along with values (forward differentiation; Griewank and Walther, Evaluating Derivatives, 2008).

A slope is the derivative in one direction: of a parameter that grows, (name, 1), or that shrinks, (name, -1). The two
differ in more than their sign where a minimum switches, and sums, products and minima have both of them exactly. A
factor of 1 common to all rates of a component is one more thing that grows or shrinks, named by `rates_of`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Direction = tuple[str, int]
Slopes = Mapping[Direction, Any]  # numbers, or numpy columns of one number a state
NONE: Slopes = {}


def combined(*terms: tuple[Any, Slopes]) -> Slopes:
    """Return the slopes of a sum, each term a factor (a number or a column) and the slopes it multiplies."""
    present = [(factor, slopes) for factor, slopes in terms if slopes]
    if not present:
        return NONE
    total: dict[Direction, Any] = {}
    for factor, slopes in present:
        for direction, slope in slopes.items():
            total[direction] = total[direction] + factor * slope if direction in total else factor * slope
    return total


def own(name: str) -> Slopes:
    """Return the slopes of a parameter by itself."""
    return {(name, 1): 1.0, (name, -1): -1.0}


def rates_of(component: str) -> str:
    """Return what the factor common to all rates of a component is named: no parameter can have that name."""
    return f"rates of {component}"


def scaled(component: str, rate: float, slopes: Slopes) -> Slopes:
    """Return the slopes of an active rate of a component, with those by the factor common to all of its rates."""
    return {**slopes, (rates_of(component), 1): rate, (rates_of(component), -1): -rate}


def names(every: Iterable[Slopes]) -> frozenset[str]:
    """Return the parameters that change any of these, which are of numbers."""
    return frozenset(name for slopes in every for (name, _), slope in slopes.items() if slope)
