"""The fluid approximation of a net (Hillston, Fluid flow approximation of PEPA models, 2005).

Counts become real numbers that change at the mean rates of the moves, the same minima and shares as in the exact chain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control, LimitReached, Ticker
from pepa.control.error import PepaError
from pepa.population.population import (
    Expression,
    Least,
    Linear,
    Population,
    Ready,
    Shared,
    Total,
    Vector,
    Whole,
    places,
)
from pepa.population.program import gradients, scalar_rates

EMPTY = 1e-6  # members
TIE = 1e-6  # relative difference of two sides of a minimum that the solver cannot tell
AT_ONCE = 1e-6  # of the time followed
EXPLICIT = ("RK45", "DOP853")
METHODS = ("LSODA", "BDF", "Radau", *EXPLICIT)


class Fluid:
    """The ordinary differential equations of a population: x' = change^T rates(x)."""

    def __init__(self, population: Population) -> None:
        self.population = population
        self.change = population.change.T.astype(float)  # (places, moves)
        self._rates = scalar_rates(population)
        self._gradients = gradients(population)

    def rates(self, counts: Vector) -> Vector:
        """Return the rate of each move, shape (moves,)."""
        return np.array(self._rates(counts.tolist()))

    def slope(self, counts: Vector) -> Vector:
        """Return dx/dt."""
        return np.asarray(self.change @ self.rates(counts))

    def gradients(self, counts: Vector) -> NDArray[np.float64]:
        """Return the derivatives (moves, places) of the rates by the counts, on the active side of each minimum."""
        return np.asarray(self._gradients(counts.tolist()))

    def jacobian(self, counts: Vector) -> NDArray[np.float64]:
        """Return the derivatives (places, places) of dx/dt, on the active side of each minimum."""
        return np.asarray(self.change @ self.gradients(counts))


@dataclass(frozen=True)
class Switch:
    """At `time` another partner starts to limit an action: places that limit it before and after."""

    time: float
    action: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Trajectory:
    """Counts (places, points) at times (points,); `steps` are the points the solver itself went through.

    `at` gives the counts at any times between.
    """

    fluid: Fluid
    time: Vector
    counts: NDArray[np.float64]
    steps: Vector
    at_steps: NDArray[np.float64]
    at: Callable[[Vector], NDArray[np.float64]]
    method: str
    evaluations: int

    def rates(self) -> NDArray[np.float64]:
        """Return the rates (moves, points) along the trajectory."""
        return np.array([self.fluid.rates(x) for x in self.counts.T]).T


def trajectory(
    fluid: Fluid, time: Vector, control: Control, method: str = "LSODA", relative: float = 1e-8
) -> Trajectory:
    """Solve the equations from the initial counts; `time` is ascending, its last above 0.

    Raises PepaError for an unknown method and LimitReached where the solver gives up.
    """
    from scipy.integrate import solve_ivp

    solve: Any = solve_ivp  # its stubs ask for a type of `jac` that numpy's functions do not have
    known = {name.lower(): name for name in METHODS}
    if method.lower() not in known:
        raise PepaError(f"there is no method `{method}`", f"the methods are {', '.join(METHODS)}")
    method = known[method.lower()]
    initial = fluid.population.initial
    ticker, end = Ticker(control, "ode"), float(time[-1])

    def slope(at: float, counts: Vector) -> Vector:
        ticker.tick(lambda: (f"time {at:.4g} of {end:g}", min(1.0, at / end)))
        return fluid.slope(counts)

    options = {"jac": lambda _, counts: fluid.jacobian(counts)} if method in METHODS[:3] else {}
    absolute = relative * 1e-3 * max(1.0, float(initial.max()) / 100)
    found = solve(slope, (0.0, end), initial, method, rtol=relative, atol=absolute, dense_output=True, **options)
    if not found.success:
        raise LimitReached(f"the equations could not be solved: {found.message}", "try another --method")

    def at(times: Vector) -> NDArray[np.float64]:
        return without_noise(fluid.population, found.sol(times), absolute)

    return Trajectory(fluid, time, at(time), found.t, found.y, at, method, int(found.nfev))


def without_noise(population: Population, counts: NDArray[np.float64], least: float) -> NDArray[np.float64]:
    """Return counts (places, ...) with nobody where fewer are than can be told from nobody.

    But not where somebody may wait passively: the least part of a member lets its partners go on.
    """
    told = np.isin(np.arange(len(counts)), list(population.waiting), invert=True)
    return np.where((counts < least) & told.reshape(-1, *[1] * (counts.ndim - 1)), 0.0, counts)


def switches(path: Trajectory) -> list[Switch]:
    """Return where along a trajectory another partner of a cooperation becomes the limiting one.

    Partners that limit it alike do not take turns: another does when it is less by more than the solver's noise.
    """
    population = path.fluid.population
    found: dict[tuple[float, str], Switch] = {}
    for action, least in _every_least(population):
        values = np.array([[value(part, x) for x in path.at_steps.T] for part in least.parts])
        for step, before, after in _turns(values):
            gaps = values[before, step : step + 2] - values[after, step : step + 2]
            share = gaps[0] / (gaps[0] - gaps[1]) if gaps[0] != gaps[1] else 1.0
            time = float(path.steps[step] + share * (path.steps[step + 1] - path.steps[step]))
            if time <= AT_ONCE * path.steps[-1]:
                continue  # the start is filled at once where somebody is passive
            switch = Switch(time, action, *(named(population, least.parts[side]) for side in (before, after)))
            found.setdefault((float(f"{time:.6g}"), action), switch)
    return sorted(found.values(), key=lambda switch: switch.time)


def _every_least(population: Population) -> list[tuple[str, Least]]:
    """Return the minima of two parts or more, each once with its action."""
    found = {
        (action, least): None
        for action, moves in population.doing.items()
        for move in moves
        for outer in population.rates[move].minima
        for least in leasts(outer)
    }
    return list(found)


def _turns(values: NDArray[np.float64]) -> Iterator[tuple[int, int, int]]:
    """Yield where another row of values (rows, steps) becomes the least: the step it crosses after, and both rows."""
    limiting = int(np.argmin(values[:, 0]))
    for step in range(1, values.shape[1]):
        least = int(np.argmin(values[:, step]))
        gap = values[limiting, step] - values[least, step]
        if gap > TIE * max(values[limiting, step], float(values[:, : step + 1].max()) * TIE):
            below = np.flatnonzero(values[limiting, :step] <= values[least, :step])
            if values[limiting, :step].max() >= EMPTY and len(below):
                yield int(below[-1]), limiting, least  # else nobody was there yet
            limiting = least


def leasts(expression: Expression) -> Iterator[Least]:
    """Yield the minima in an expression, of two parts or more."""
    match expression:
        case Least(parts=parts) | Total(parts=parts):
            if isinstance(expression, Least) and len(parts) > 1:
                yield expression
            for part in parts:
                yield from leasts(part)
        case Shared(rate=rate, ready=ready):
            yield from leasts(rate)
            yield from leasts(ready)
        case Ready():
            raise AssertionError("a fluid has no such part")


def value(expression: Expression, counts: Sequence[float] | Vector) -> float:
    """Return the value of an expression."""
    match expression:
        case Linear(terms=terms):
            return float(sum(rate * counts[place] for place, rate in terms))
        case Total(parts=parts):
            return sum(value(part, counts) for part in parts)
        case Least(parts=parts):
            return min(value(part, counts) for part in parts)
        case Whole():
            return 1.0
        case Shared(rate=rate, ready=ready):
            return value(rate, counts) * value(ready, counts)
        case Ready():
            raise AssertionError("a fluid has no such part")


def slope(expression: Expression, counts: Vector) -> Vector:
    """Return the derivatives of an expression by the counts, shape (places,), on the least side of each minimum."""
    match expression:
        case Linear(terms=terms):
            found = np.zeros(len(counts))
            for place, rate in terms:
                found[place] += rate
            return found
        case Total(parts=parts):
            return np.asarray(np.sum([slope(part, counts) for part in parts], axis=0))
        case Least(parts=parts):
            return slope(min(parts, key=lambda part: value(part, counts)), counts)
        case Whole():
            return np.zeros(len(counts))
        case Shared(rate=rate, ready=ready):
            return value(ready, counts) * slope(rate, counts) + value(rate, counts) * slope(ready, counts)
        case Ready():
            raise AssertionError("a fluid has no such part")


def named(population: Population, expression: Expression) -> tuple[str, ...]:
    """Return the places an expression counts."""
    return tuple(population.labels[place] for place in places(expression))
