"""Elasticities by central differences: the relative change of a measure for a relative change of a parameter.

The elasticity of m to x is d ln m / d ln x, here (ln m(x(1+h)) - ln m(x(1-h))) / (ln(1+h) - ln(1-h)), whose error is of
the order h^2.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from pepa.control.error import PepaError
from pepa.language.rates import parameter_values, sizes
from pepa.language.syntax import Model

STEP = 1e-3


def rates_of(model: Model, fixed: Mapping[str, float]) -> dict[str, float]:
    """Return the parameters that elasticities can be to: positive numbers that no array size is made of."""
    found = {}
    for name, rate in parameter_values(model, fixed).items():
        moved = {**fixed, name: rate.value * (1 + STEP)}
        if not rate.passive and rate.value > 0 and sizes(model, moved) == sizes(model, fixed):
            found[name] = rate.value
    return found


def steps(values: Mapping[str, float]) -> list[dict[str, float]]:
    """Return the points to solve: for each parameter one above its value and one below."""
    return [{name: value * (1 + side * STEP)} for name, value in values.items() for side in (1, -1)]


def elasticities(names: Sequence[str], measured: Sequence[float]) -> dict[str, float]:
    """Return the elasticity to each parameter by the values of a measure at `steps`; nan where it is not positive."""
    found = {}
    for name, above, below in zip(names, measured[0::2], measured[1::2], strict=True):
        positive = above > 0 and below > 0
        found[name] = math.log(above / below) / math.log((1 + STEP) / (1 - STEP)) if positive else math.nan
    return found


def chosen(wanted: Sequence[str], possible: Mapping[str, float]) -> dict[str, float]:
    """Return the parameters wanted; raises PepaError for one that elasticities cannot be to."""
    for name in wanted:
        if name not in possible:
            raise PepaError(f"there is no elasticity to `{name}`", _known(possible))
    return {name: possible[name] for name in wanted} if wanted else dict(possible)


def _known(possible: Mapping[str, float]) -> str:
    return (
        f"the rates are {', '.join(possible)}" if possible else "the model defines no positive rate: as in `r = 1.0;`"
    )
