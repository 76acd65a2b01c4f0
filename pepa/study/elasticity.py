"""Elasticities: the relative change of a measure for a relative change of a parameter, d ln m / d ln x.

They are exact, from the derivatives of a measure. One that has none, as a quantile, is solved a little above and below:
(ln m(x(1+h)) - ln m(x(1-h))) / (ln(1+h) - ln(1-h)), whose error is of the order h^2.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pepa.control.error import PepaError
from pepa.language.rates import parameter_values
from pepa.language.syntax import Model
from pepa.query.differentiated import Differentiated
from pepa.query.influence import AT_SWITCH, Influence, sizing
from pepa.query.measure import measured

STEP = 1e-3
DIGITS = 5  # that differences are good to


@dataclass(frozen=True)
class Elasticities:
    """The elasticity of a measure to each parameter as it grows, nan where there is none; how, and what is to be told.

    `shrinking` are those as a parameter shrinks, where a minimum switches and they are others.
    """

    growing: dict[str, float]
    shrinking: dict[str, float]
    method: str
    notes: tuple[str, ...] = ()


def rates_of(model: Model, fixed: Mapping[str, float]) -> dict[str, float]:
    """Return the parameters that elasticities can be to: positive numbers that no array size is made of."""
    sized = sizing(model, fixed)
    return {
        name: rate.value
        for name, rate in parameter_values(model, fixed).items()
        if not rate.passive and rate.value > 0 and name not in sized
    }


def chosen(wanted: Sequence[str], possible: Mapping[str, float]) -> dict[str, float]:
    """Return the parameters wanted; raises PepaError for one that elasticities cannot be to."""
    for name in wanted:
        if name not in possible:
            raise PepaError(f"there is no elasticity to `{name}`", _known(possible))
    return {name: possible[name] for name in wanted} if wanted else dict(possible)


def elasticities(found: Differentiated, label: str, measure: str, names: Sequence[str]) -> Elasticities:
    """Return the elasticities of a measure, by differences where it has no derivative: a note says so."""
    if not math.isfinite(measured(measure, found.values)):
        return Elasticities(dict.fromkeys(names, math.nan), {}, "")
    try:
        exact = found.of(measure, sizes=False)
    except PepaError as error:
        said = f"elasticities of {label} are differences over {STEP:.1%} to both sides, to {DIGITS} digits, where a "
        said += f"minimum switches the mean of both: {error.message}"
        return Elasticities({name: _difference(found, measure, name) for name in names}, {}, "", (said,))
    by_name = {one.name: one for one in exact.influences}
    asked = [by_name[name] for name in names]
    missing = [f"there is no elasticity of {label} to {one.name}: {one.note}" for one in asked if one.rising is None]
    return Elasticities(
        {one.name: math.nan if one.elasticity is None else one.elasticity for one in asked},
        {one.name: _falling(one, exact.value) for one in asked if one.note == AT_SWITCH and exact.value},
        f"{exact.method}, residual {exact.residual:.0e}",
        tuple(missing),
    )


def _falling(one: Influence, measure: float) -> float:
    return math.nan if one.falling is None else one.falling * one.value / measure


def _difference(found: Differentiated, measure: str, name: str) -> float:
    value = found.net.parameters[name].value
    above, below = (found.at(measure, name, value * (1 + side * STEP)) for side in (1, -1))
    if isinstance(above, str) or isinstance(below, str) or not (above > 0 and below > 0):
        return math.nan
    slope = math.log(above / below) / math.log((1 + STEP) / (1 - STEP))
    return float(f"{slope:.{DIGITS}g}")


def _known(possible: Mapping[str, float]) -> str:
    return (
        f"the rates are {', '.join(possible)}" if possible else "the model defines no positive rate: as in `r = 1.0;`"
    )
