"""What parameters do to a measure: derivatives, elasticities, and the difference one more or fewer copy makes.

The elasticity of m to x is d ln m / d ln x: by how many per cent m changes for each per cent of x.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pepa.language.rates import evaluate, parameter_values
from pepa.language.slopes import Direction, Slopes, names, rates_of
from pepa.language.syntax import Array, Model, walk
from pepa.net.net import Net
from pepa.query.first_order import Linear

IMPLICIT = "the implicit function theorem at the fluid equilibrium"  # the method of what it has the derivatives of
AT_SWITCH = "at a switch"  # the note of what has two derivatives, as it grows and as it shrinks
NO_DERIVATIVE = "no derivative here: it would be infinite, or of a power of a negative number"
TOLD = 8  # digits by which influences are ranked
NOTHING = 64 * float(np.finfo(float).eps)  # relative: a change that rounding makes
Noise = Mapping[Direction, float]  # slopes that may be made by what is not known, in every direction that has some


@dataclass(frozen=True)
class Influence:
    """What one parameter does to a measure.

    `rising` is the derivative as it grows, `falling` as it shrinks: they differ where a minimum switches. For a
    parameter that array sizes are made of, `fewer` and `more` are the measure at one less and one more, where there is
    such a size. `note` says why something is not there.
    """

    name: str
    value: float
    rising: float | None = None
    falling: float | None = None
    elasticity: float | None = None
    fewer: float | None = None
    more: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Sensitivity:
    """A measure, what every parameter does to it, and how; `residual` is that of the transposed solution.

    `components` are what factors common to all rates of a component do, whatever these are made of.
    """

    measure: str
    value: float
    influences: tuple[Influence, ...]
    components: tuple[Influence, ...]
    method: str
    residual: float
    seconds: float

    @property
    def ranked(self) -> tuple[Influence, ...]:
        """The influences, those that change the measure most for each per cent first.

        Those that differ by rounding alone are in the order of the model.
        """
        return tuple(sorted(self.influences, key=lambda one: -float(f"{abs(one.elasticity or 0.0):.{TOLD}e}")))


def rate_influence(net: Net, name: str, measure: float, slopes: Slopes, noise: Noise) -> Influence:
    """Return what a rate or probability does to a measure of this value, from the slopes of the measure.

    `net` was compiled with slopes. Slopes not above their `noise` are none.
    """
    rate = net.parameters[name]
    if rate.passive:
        return Influence(name, rate.value, note="passive: it has no rate")
    if name in net.silent:
        note = "something has rate 0 here: what it would do is not in these states"
        return Influence(name, rate.value, note=note)
    return _influence(name, rate.value, measure, slopes, name, noise)


def size_influence(name: str, value: float, measure: float, beside: Sequence[float | str]) -> Influence:
    """Return what a number of copies does to a measure; `beside` is that at one fewer and one more, or why not."""
    fewer, more = (None if isinstance(one, str) else one for one in beside)
    note = "; ".join(dict.fromkeys(one for one in beside if isinstance(one, str) and one))
    known = [(value + by, at) for by, at in zip((-1, 0, 1), (fewer, measure, more), strict=True) if at is not None]
    known = [(size, at) for size, at in known if size > 0 and at * measure > 0]
    elasticity = None
    if len(known) > 1:
        (low, before), (high, after) = known[0], known[-1]
        change = math.log(after / before)
        elasticity = 0.0 if abs(change) <= NOTHING else change / math.log(high / low)
    return Influence(name, value, None, None, elasticity, fewer, more, note)


def sizing(model: Model, overrides: Mapping[str, float]) -> tuple[str, ...]:
    """Return the parameters that array sizes are made of, directly or through others, in the order of the text."""
    values = parameter_values(model, overrides, slopes=True)
    processes = (*(definition.process for definition in model.processes), model.system)
    arrays = [node.size for process in processes for node in walk(process) if isinstance(node, Array)]
    found = names(evaluate(size, values).slopes for size in arrays)
    return tuple(name for name in values if name in found)


def by_component(net: Net, measure: float, slopes: Slopes, noise: Noise) -> tuple[Influence, ...]:
    """Return what a factor common to all rates of a component does, for each, from the slopes of a measure.

    It multiplies the rates at which the component itself does its activities, and no weight of a passive one.
    """
    return tuple(_influence(name, 1.0, measure, slopes, rates_of(name), noise) for name, *_ in net.components)


def finite(found: Linear) -> bool:
    """Whether the derivatives of a measure are numbers."""
    columns = [column for column in (found.states, found.moves, found.transitions) if column is not None]
    slopes = [*found.population.values(), *found.own.values()]
    return all(np.isfinite(column).all() for column in (*columns, np.array(slopes, float)))


def _influence(name: str, value: float, measure: float, slopes: Slopes, direction: str, noise: Noise) -> Influence:
    rising, falling = (
        by * slope if not abs(slope := slopes.get((direction, by), 0.0)) <= noise.get((direction, by), 0.0) else 0.0
        for by in (1, -1)
    )
    if not math.isfinite(rising + falling):
        return Influence(name, value, note=NO_DERIVATIVE)
    note = "" if math.isclose(rising, falling, rel_tol=1e-6, abs_tol=1e-12 * abs(measure)) else AT_SWITCH
    return Influence(name, value, rising, falling, _elasticity(rising, value, measure), note=note)


def _elasticity(slope: float, value: float, measure: float) -> float | None:
    return slope * value / measure if measure and math.isfinite(measure) else None
