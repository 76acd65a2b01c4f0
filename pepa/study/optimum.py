"""What parameters must be for a measure to have a value, or to be least or most.

A size of an array: whole numbers are tried (`whole`). One parameter: a change of sign is bracketed (`bracket`) and
closed in on (Brent, Algorithms for Minimization without Derivatives, 1973). Several, and what is least or most:
limited-memory quasi-Newton steps within bounds (Byrd, Lu, Nocedal and Zhu 1995) with exact gradients, in the logarithms
of the parameters; the best of a few points spread over the bounds starts it, and points around where it ends are looked
at, since at the kink of a minimum no gradient leads on. Every solution starts from the one before; an optimum is local,
and `Optimum.words` says so. The fluid is another method beside the exact one: its equilibrium at each point, with
gradients by the implicit function theorem.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pepa.control.control import Control, LimitReached, Progress
from pepa.control.error import PepaError
from pepa.language.nearest import known_parameters
from pepa.language.numbers import shortened
from pepa.language.syntax import Model
from pepa.markov.space.state_space import Vector
from pepa.net.compile import compile_model
from pepa.query.analysis import Solved, solve_again
from pepa.query.exact import exact_values
from pepa.query.influence import Influence, sizing
from pepa.query.kind import Kind
from pepa.query.measure import Values, measured
from pepa.query.sensitivity import Sensitivities
from pepa.study.bracket import Looked
from pepa.study.whole import Tried, best, crossing, looked_through

if TYPE_CHECKING:
    from pepa.query.fluid_sensitivity import FluidSensitivities

KINDS = (Kind.EXACT, Kind.FLUID)
FEW, MANY = 10.0, 10.0  # an array has so many copies at most, or so many times what it has, where nothing is said
SPAN = 100.0  # a parameter is looked for from its value / SPAN to its value x SPAN
SPREAD = 9  # points a single parameter is looked at first, from bound to bound
CLOSE = 1e-9  # relative: a value that is met
NEARLY = 1 - 1e-6  # a probability that others are divided by one less of
STEPS = (0.1, 0.01)  # of the logarithms, where it is looked for something better around a point
BETTER = 1e-7  # relative: what is better by less is not
FLAT = 1e-8  # an elasticity that is none
LEAST, MOST = "least", "most"


@dataclass(frozen=True)
class Bounds:
    """Between which values a parameter is looked for; both are positive."""

    name: str
    low: float
    high: float


@dataclass(frozen=True)
class Goal:
    """What a measure is to be: a number, or `LEAST` or `MOST`."""

    measure: str
    wanted: float | str

    def missed(self, value: float) -> float:
        """Return how far a value is from the goal: the less, the better; infinite where there is none."""
        if not math.isfinite(value):
            return math.inf
        if isinstance(self.wanted, str):
            return value if self.wanted == LEAST else -value
        return abs(value - self.wanted)

    def met(self, value: float, largest: float) -> bool:
        """Whether a value is the number wanted, but for CLOSE of it; where that is 0, of the largest value seen."""
        assert not isinstance(self.wanted, str)
        return abs(value - self.wanted) <= CLOSE * (abs(self.wanted) or largest)


@dataclass(frozen=True)
class Optimum:
    """The best parameters found, the measure there, whether the goal is met, in words, and after how many solutions."""

    parameters: dict[str, float]
    value: float
    met: bool
    words: str
    solves: int


class _Spent(Exception):
    """The budget of solutions is spent."""


def bounds(model: Model, overrides: Mapping[str, float], name: str) -> Bounds:
    """Return where to look for a parameter that no bounds are given for.

    Sizes of arrays are looked for from 1 up. Raises PepaError for what is no parameter with a rate.
    """
    net = compile_model(model, overrides)
    if name not in net.parameters:
        raise PepaError(f"the model has no parameter `{name}`", known_parameters(net.parameters))
    rate = net.parameters[name]
    if name in sizing(model, overrides):
        return Bounds(name, min(1.0, rate.value), max(FEW, rate.value * MANY))
    if rate.passive or rate.value <= 0:
        raise PepaError(f"`{name}` has no positive value to start from", f"give it bounds, as in {name}=0.1:10")
    high = rate.value * SPAN
    if rate.value <= 1 and not _possible(model, {**overrides, name: high}):
        high = 1.0 if _possible(model, {**overrides, name: 1.0}) else NEARLY  # a probability
    return Bounds(name, rate.value / SPAN, high)


def _possible(model: Model, overrides: Mapping[str, float]) -> bool:
    try:
        compile_model(model, overrides)
    except PepaError:
        return False
    return True


def optimum(
    model: Model,
    overrides: Mapping[str, float],
    goal: Goal,
    within: Sequence[Bounds],
    control: Control,
    budget: int,
    kind: Kind = Kind.EXACT,
) -> Optimum:
    """Return the parameters that meet a goal, or come nearest; at most `budget` times the model is solved.

    `kind` is one of `KINDS`. Raises PepaError where the model or the measure has no meaning, or the fluid no
    equilibrium or no derivative; LimitReached where a solution is not certain.
    """
    if kind not in KINDS:
        raise PepaError(f"{kind.word} figures are random: none of them is met", "ask of the exact chain or the fluid")
    solves = _Solves(model, overrides, goal, tuple(within), control, budget, fluid=kind is Kind.FLUID)
    sizes = [one.name for one in within if one.name in sizing(model, overrides)]
    if sizes and len(within) > 1:
        hint = f"fix the others, or try them all: pepa sweep MODEL {sizes[0]}=1..10"
        raise PepaError(f"`{sizes[0]}` is the size of an array, and those are found one at a time", hint)
    if sizes:
        return _whole(solves, within[0])
    try:
        spent = _one(solves, goal) if len(within) == 1 else _several(solves, solves.start())
    except _Spent:
        spent = f"the budget of {budget} solutions is spent"
    point, value = solves.found()
    found = dict(zip((one.name for one in within), map(float, np.exp(point)), strict=True))
    met = spent == "" and (isinstance(goal.wanted, str) or goal.met(value, solves.largest))
    told = spent or _told(goal, value, met)
    edges = [one.name for one in within if min(found[one.name] / one.low, one.high / found[one.name]) < 1 + CLOSE]
    told += f"; {', '.join(edges)} at a bound" if edges and isinstance(goal.wanted, str) else ""
    return Optimum(found, value, met, told, solves.number)


def _told(goal: Goal, value: float, met: bool) -> str:
    if isinstance(goal.wanted, str):
        return f"no point nearby has {'less' if goal.wanted == LEAST else 'more'}: a local optimum within the bounds"
    return "met" if met else f"{goal.wanted:g} was not reached within the bounds: the nearest found is {value:.6g}"


@dataclass
class _Solves:
    """Solves the model at points, the logarithms of the parameters; keeps the best."""

    model: Model
    overrides: Mapping[str, float]
    goal: Goal
    within: tuple[Bounds, ...]
    control: Control
    budget: int
    fluid: bool
    number: int = 0
    largest: float = 0.0  # of the values seen, without its sign
    _best: tuple[Vector, float] | None = None
    _last: Solved | None = None
    _sensitivities: Callable[[], Sensitivities | FluidSensitivities] | None = None  # of the last point
    _worst: float = math.inf
    _scale: float = 0.0  # of the measure: its first value

    @property
    def left(self) -> int:
        """How many solutions there may still be."""
        return self.budget - self.number

    def start(self) -> Vector:
        """Return where the parameters are, moved into the bounds."""
        known = compile_model(self.model, self.overrides).parameters
        values = [
            min(max(rate.value if not (rate := known[one.name]).passive else one.low, one.low), one.high)
            for one in self.within
        ]
        return np.log(values)

    def found(self) -> tuple[Vector, float]:
        """Return the best point and its value. Raises PepaError where the measure had a value nowhere."""
        if self._best is None:
            hint = "pepa solve MODEL --measure EXPR says why, or let it be another"
            raise PepaError(f"`{shortened(self.goal.measure)}` has no value within the bounds", hint)
        return self._best

    def value(self, point: Vector) -> float:
        """Return the measure at a point."""
        return self._solved(point)[1]

    def cost(self, point: Vector) -> tuple[float, Vector]:
        """Return what is to be made small at a point, and its gradient."""
        at, value = self._solved(point)
        assert self._sensitivities is not None
        found = self._sensitivities().of(self.goal.measure, sizes=False)
        by_name = {one.name: one for one in found.influences}
        slopes = np.array([_slope(by_name[one.name]) * at[one.name] for one in self.within])
        wanted = self.goal.wanted
        if isinstance(wanted, str):
            self._scale = self._scale or abs(value) or 1.0
            sign = (1.0 if wanted == LEAST else -1.0) / self._scale
            return sign * value, sign * slopes
        scale = abs(wanted) or self.largest or 1.0
        return ((value - wanted) / scale) ** 2, 2 * (value - wanted) / scale**2 * slopes

    def _solved(self, point: Vector) -> tuple[dict[str, float], float]:
        values = {one.name: float(np.exp(x)) for one, x in zip(self.within, point, strict=True)}
        at, value = self.solved(values)
        self._keep(np.array(point, float), value)
        return at, value

    def solved(self, values: Mapping[str, float]) -> tuple[dict[str, float], float]:
        """Return all parameters with some at these values, and the measure there."""
        if self.number >= self.budget:
            raise _Spent
        self.number += 1
        at = {**self.overrides, **values}
        value = measured(self.goal.measure, self._equilibrium(at) if self.fluid else self._steady(at))
        told = ", ".join(f"{name} = {number:.4g}" for name, number in values.items())
        message = f"solution {self.number} of at most {self.budget}: {value:.6g} at {told}"
        self.control.watch(Progress("optimise", message, self.number / self.budget))
        return at, value

    def _steady(self, at: Mapping[str, float]) -> Values:
        self._last = last = solve_again(self.model, at, self.control, self._last)
        if not last.steady.certainty.exact:
            raise LimitReached(last.steady.certainty.words, "narrower bounds may do: NAME=LOW:HIGH")
        self._sensitivities = lambda: Sensitivities(self.model, at, last, self.control)
        return exact_values(last, self.control)

    def _equilibrium(self, at: Mapping[str, float]) -> Values:
        from pepa.query.fluid_sensitivity import FluidSensitivities

        found = FluidSensitivities(self.model, at, self.control)
        self._sensitivities = lambda: found
        return found.values

    def _keep(self, point: Vector, value: float) -> None:
        cost = self.goal.missed(value)
        if math.isfinite(value):
            self.largest = max(self.largest, abs(value))
        if cost < self._worst:
            self._worst, self._best = cost, (point, value)


def _whole(solves: _Solves, within: Bounds) -> Optimum:
    """Look for the size of an array."""
    name, wanted = within.name, solves.goal.wanted
    start = compile_model(solves.model, solves.overrides).parameters[name].value
    low, high = math.ceil(within.low), math.floor(within.high)
    if low > high:
        raise PepaError(f"no whole number is from {within.low:g} to {within.high:g}", f"as in {name}=1:10")
    start = min(max(start, low), high)
    tried = Tried(lambda size: solves.solved({name: size})[1], low, high)
    beside, spent, nearest = None, "", None
    try:
        tried.at(start)
        if isinstance(wanted, str):
            sign = -1 if wanted == MOST else 1
            nearest = best(tried, start, lambda value: sign * value)
        else:
            beside = crossing(tried, start, wanted) or looked_through(
                tried, wanted, lambda value: solves.goal.met(value, solves.largest), lambda: solves.left
            )
    except _Spent:
        spent = f"the budget of {solves.budget} solutions is spent"
    if nearest is None or math.isnan(tried.known[nearest]):
        nearest = tried.nearest(solves.goal.missed)
    if nearest is None:
        raise PepaError(next(iter(tried.refused.values()), f"`{shortened(solves.goal.measure)}` has no value here"))
    sure = not _unsolved(tried, nearest) if isinstance(wanted, str) else beside is not None
    value, met = tried.known[nearest], not spent and sure
    told = spent or _of_whole(tried, name, nearest, solves.goal, beside)
    told += "".join(f"; not solved at {name} = {size:g}: {said}" for size, said in list(tried.refused.items())[:1])
    return Optimum({name: nearest}, value, met, told, solves.number)


def _unsolved(tried: Tried, number: float) -> list[str]:
    """Return the neighbours of a number within the bounds that have no value."""
    beside = (number - 1, number + 1)
    return [
        f"{one:g}" for one in beside if tried.low <= one <= tried.high and math.isnan(tried.known.get(one, math.nan))
    ]


def _of_whole(tried: Tried, name: str, nearest: float, goal: Goal, beside: tuple[float, float] | None) -> str:
    """Say what a whole number found is."""
    wanted = goal.wanted
    if isinstance(wanted, str):
        less = "less" if wanted == LEAST else "more"
        if unsolved := _unsolved(tried, nearest):
            return f"whether {name} = {' or '.join(unsolved)} has {less} is not known: there is no solution there"
        others = [f"{size:g}" for size in (nearest - 1, nearest + 1) if math.isfinite(tried.known.get(size, math.nan))]
        edge = f"; {name} at a bound" if nearest in (tried.low, tried.high) else ""
        return f"{name} = {' or '.join(others)} has no {less}: a local optimum within the bounds{edge}"
    known = [size for size, value in tried.known.items() if math.isfinite(value)]
    if goal.met(tried.known[nearest], max(abs(tried.known[size]) for size in known)):
        return "met"
    if beside is None:
        every = len(known) == max(known) - min(known) + 1
        where = f"from {name} = {min(known):g} to {max(known):g}"
        return f"{wanted:g} is not reached {'' if every else f'at the {len(known)} sizes looked at '}{where}"
    told = ", ".join(f"{tried.known[size]:.6g} at {name} = {size:g}" for size in beside)
    return f"the nearest of whole numbers: it is {told}"


def _one(solves: _Solves, goal: Goal) -> str:
    """Look for one parameter; return why not, where that is not plain from the value found."""
    from scipy.optimize import brentq

    low, high = math.log(solves.within[0].low), math.log(solves.within[0].high)
    points = np.unique(np.append(np.linspace(low, high, SPREAD), solves.start()))
    looked = Looked(lambda x: solves.value(np.array([x])))
    for point in points:
        looked.at(float(point))
    if isinstance(goal.wanted, str):
        return _several(solves, solves.found()[0])
    wanted = goal.wanted
    _, nearest = solves.found()
    if goal.met(nearest, solves.largest):
        return ""
    near = float(solves.start()[0])
    found = looked.bracket(wanted, near) or looked.closer(wanted, near, lambda: solves.left)
    if found is None:
        known = [value for value in looked.known.values() if math.isfinite(value)]
        if goal.met(solves.found()[1], solves.largest):
            return ""
        told = f"{goal.measure} lies between {min(known):.6g} and {max(known):.6g} there"
        return f"{wanted:g} is not reached at the {len(known)} points looked at within the bounds: {told}"
    brentq(lambda x: solves.value(np.array([x])) - wanted, *found, xtol=1e-13, rtol=1e-12)
    return ""


def _several(solves: _Solves, start: Vector) -> str:
    """Go down the gradient within the bounds; for a value that is only reached nearly, the nearest is the answer.

    Where a minimum switches there is no gradient that leads on, so points around where it ends are looked at as well.
    """
    from scipy.optimize import minimize

    room = np.log([(one.low, one.high) for one in solves.within])
    options = {"ftol": 1e-15, "gtol": 1e-9, "maxiter": 10_000}
    while True:
        found = minimize(solves.cost, start, jac=True, method="L-BFGS-B", bounds=room, options=options)  # type: ignore[call-overload] # options
        best, value = solves.found()
        if not isinstance(solves.goal.wanted, str) and solves.goal.met(value, solves.largest):
            return ""
        around = _around(solves, best, value, room)
        if around is None:
            break
        start = around
    flat = np.abs(found.jac).max() <= FLAT  # where no step finds less, for rounding alone
    failed = isinstance(solves.goal.wanted, str) and not found.success and not flat
    return f"the search broke off: {found.message}" if failed else ""


def _around(solves: _Solves, at: Vector, value: float, room: Vector) -> Vector | None:
    """Return a better point near one, along a parameter or along all of them; None where none is found."""
    ways = np.vstack([np.eye(len(at)), np.ones((1, len(at)))])
    least = solves.goal.missed(value)
    for step in STEPS:
        for way in (*ways, *-ways):
            point: Vector = np.clip(at + step * way, room[:, 0], room[:, 1])
            if (point != at).any() and solves.goal.missed(solves.value(point)) < least - BETTER * abs(least):
                return point
    return None


def _slope(influence: Influence) -> float:
    """Return a slope that leads on: where a minimum switches, the mean of those to both sides."""
    slopes = [slope for slope in (influence.rising, influence.falling) if slope is not None]
    return sum(slopes) / len(slopes) if slopes else 0.0
