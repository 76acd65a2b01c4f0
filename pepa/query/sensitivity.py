"""What a measure depends on: its derivative by every rate, exact, and the difference one more or fewer copy makes.

The elasticity of m to x is d ln m / d ln x: by how many per cent m changes for each per cent of x.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.language.rates import evaluate, parameter_values
from pepa.language.slopes import Slopes, names
from pepa.language.syntax import Array, Model, walk
from pepa.markov.steady.adjoint import Adjoint, Derivatives, Reward
from pepa.net.compile import compile_model
from pepa.net.net import Net
from pepa.query.analysis import Solved, solve_again
from pepa.query.exact import exact_values
from pepa.query.linear import Linear, linear
from pepa.query.measure import measured
from pepa.query.rewards import member_counts

NOTHING = 64 * float(np.finfo(float).eps)  # relative: a change that rounding makes


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
    """A measure, what every parameter does to it, and how; `residual` is that of the transposed solution."""

    measure: str
    value: float
    influences: tuple[Influence, ...]
    components: Mapping[str, float]
    method: str
    residual: float
    seconds: float

    @property
    def ranked(self) -> tuple[Influence, ...]:
        """The influences, those that change the measure most for each per cent first."""
        return tuple(sorted(self.influences, key=lambda one: -abs(one.elasticity or 0.0)))


@dataclass
class Sensitivities:
    """The sensitivities of the measures of one solved model; what they share is worked out once."""

    model: Model
    overrides: Mapping[str, float]
    solved: Solved
    control: Control
    _net: Net = field(init=False)
    _adjoint: Adjoint = field(init=False)
    _resized: dict[tuple[str, int], Solved | str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        derived = self.solved.derived
        self._net = compile_model(self.model, self.overrides, slopes=True)
        self._adjoint = Adjoint(derived.space, self._net, derived.chain, self.solved.steady, self.control)

    def of(self, measure: str, *, sizes: bool = True) -> Sensitivity:
        """Return the sensitivity of a measure; with `sizes`, to the numbers of copies as well, which solves for each.

        Raises ExpressionError for what is no measure, LimitReached where no method gets the derivatives.
        """
        began = time.perf_counter()
        values = replace(exact_values(self.solved), net=self._net)
        if not np.isfinite(measured(measure, values)):
            raise PepaError(f"{measure} has no value here, and no derivative", "ask for what is finite")
        found = linear(measure, values)
        if not _finite(found):
            raise PepaError(f"{measure} has no derivative here: it would be infinite", "ask for a part of it")
        derivatives = self._adjoint.derivatives(self._reward(found))
        slopes = {**derivatives.slopes}
        for direction, slope in found.own.items():
            slopes[direction] = slopes.get(direction, 0.0) + float(slope)
        sized = sizing(self.model, self.overrides)
        rates = [self._rate(name, found.value, slopes) for name in self._net.parameters if name not in sized]
        copies = [self._copies(name, measure, found.value) for name in sized] if sizes else []
        order = list(self._net.parameters)
        influences = sorted((*rates, *copies), key=lambda one: order.index(one.name))
        return Sensitivity(
            measure,
            found.value,
            tuple(influences),
            _by_component(self._net, rates),
            *_evidence(derivatives),
            time.perf_counter() - began,
        )

    def _reward(self, found: Linear) -> Reward:
        space = self.solved.derived.space
        states = np.zeros(space.size) if found.states is None else found.states.astype(float)
        for (name, _), share in found.population.items():
            states = states + share * member_counts(space, name)
        return Reward(states, np.zeros(len(self._net.moves)) if found.moves is None else found.moves)

    def _rate(self, name: str, measure: float, slopes: Slopes) -> Influence:
        rate = self._net.parameters[name]
        if rate.passive:
            return Influence(name, rate.value, note="passive: it has no rate")
        if name in self._net.silent:
            note = "something has rate 0 here: what it would do is not in these states"
            return Influence(name, rate.value, note=note)
        rising, falling = (
            0.0 if abs(slope * rate.value) <= NOTHING * abs(measure) else slope
            for slope in (slopes.get((name, 1), 0.0), -slopes.get((name, -1), 0.0))
        )
        note = "" if math.isclose(rising, falling, rel_tol=1e-6, abs_tol=1e-12 * abs(measure)) else "at a switch"
        return Influence(name, rate.value, rising, falling, _elasticity(rising, rate.value, measure), note=note)

    def _copies(self, name: str, text: str, measure: float) -> Influence:
        value = self._net.parameters[name].value
        beside = [self._at(name, value, by) for by in (-1, 1)]
        fewer, more = (measured(text, exact_values(one)) if isinstance(one, Solved) else None for one in beside)
        note = "; ".join(dict.fromkeys(one for one in beside if isinstance(one, str)))
        known = [(value + by, at) for by, at in zip((-1, 0, 1), (fewer, measure, more), strict=True) if at is not None]
        known = [(size, at) for size, at in known if size > 0 and at * measure > 0]
        elasticity = None
        if len(known) > 1:
            (low, before), (high, after) = known[0], known[-1]
            change = math.log(after / before)
            elasticity = 0.0 if abs(change) <= NOTHING else change / math.log(high / low)
        return Influence(name, value, None, None, elasticity, fewer, more, note)

    def _at(self, name: str, value: float, by: int) -> Solved | str:
        """Return the model solved with one copy more or fewer, or why it is not."""
        key = name, by
        if key not in self._resized:
            try:
                at = {**self.overrides, name: value + by}
                self._resized[key] = solve_again(self.model, at, self.control, None)
            except PepaError as error:
                self._resized[key] = f"{value + by:g}: {error.message}"
        return self._resized[key]


def sizing(model: Model, overrides: Mapping[str, float]) -> tuple[str, ...]:
    """Return the parameters that array sizes are made of, directly or through others, in the order of the text."""
    values = parameter_values(model, overrides, slopes=True)
    processes = (*(definition.process for definition in model.processes), model.system)
    arrays = [node.size for process in processes for node in walk(process) if isinstance(node, Array)]
    found = names(evaluate(size, values).slopes for size in arrays)
    return tuple(name for name in values if name in found)


def _finite(found: Linear) -> bool:
    """Whether the derivatives of a measure are numbers."""
    columns = [column for column in (found.states, found.moves) if column is not None]
    slopes = [*found.population.values(), *found.own.values()]
    return all(np.isfinite(column).all() for column in (*columns, np.array(slopes, float)))


def _elasticity(slope: float, value: float, measure: float) -> float | None:
    return slope * value / measure if measure and math.isfinite(measure) else None


def _evidence(found: Derivatives) -> tuple[str, float]:
    return found.method, found.residual


def _by_component(net: Net, rates: Sequence[Influence]) -> dict[str, float]:
    """Return, for each group, the sum of the elasticities of the parameters in the rates of its activities."""
    by_name = {one.name: one.elasticity for one in rates if one.elasticity is not None}
    found = {}
    for group in net.groups:
        used = names(transition.slopes for transition in group.component.transitions)
        found[group.name] = sum(by_name[name] for name in used if name in by_name)
    return found
