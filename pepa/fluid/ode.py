"""The fluid approximation of a net (Hillston, Fluid flow approximation of PEPA models, 2005).

Counts become real numbers that change at the mean rates of the moves, the same minima and shares as in the exact chain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control, LimitReached, Ticker
from pepa.control.error import PepaError
from pepa.population.population import Expression, Least, Linear, Population, Ready, Total, Vector, places
from pepa.population.program import gradients, scalar_rates

EMPTY = 1e-6  # members
METHODS = ("LSODA", "BDF", "Radau", "RK45", "DOP853")


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

    def jacobian(self, counts: Vector) -> NDArray[np.float64]:
        """Return the derivatives (places, places) of dx/dt, on the active side of each minimum."""
        return np.asarray(self.change @ self._gradients(counts.tolist()))


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

    options: dict[str, Any] = {"jac": lambda _, counts: fluid.jacobian(counts)} if method in METHODS[:3] else {}
    absolute = relative * 1e-3 * max(1.0, float(initial.max()) / 100)
    found = solve(slope, (0.0, end), initial, method, rtol=relative, atol=absolute, dense_output=True, **options)
    if not found.success:
        raise LimitReached(f"the equations could not be solved: {found.message}", "try another --method")
    return Trajectory(fluid, time, found.sol(time), found.t, found.y, found.sol, method, int(found.nfev))


def switches(path: Trajectory) -> list[Switch]:
    """Return where along a trajectory another partner of a cooperation becomes the limiting one."""
    population = path.fluid.population
    moves = {index: action for action, indices in population.doing.items() for index in indices}
    found: dict[tuple[float, str], Switch] = {}
    for index, rate in enumerate(population.rates):
        for least in rate.minima:
            if len(least.parts) < 2:
                continue
            values = np.array([[value(part, x) for x in path.at_steps.T] for part in least.parts])
            limiting = np.argmin(values, axis=0)
            for step in np.flatnonzero(np.diff(limiting)):
                before, after = int(limiting[step]), int(limiting[step + 1])
                if values[before, step] < EMPTY:
                    continue  # at the start many minima are between places where nobody is yet
                gaps = values[before, step : step + 2] - values[after, step : step + 2]
                share = gaps[0] / (gaps[0] - gaps[1]) if gaps[0] != gaps[1] else 1.0
                time = float(path.steps[step] + share * (path.steps[step + 1] - path.steps[step]))
                names = tuple(named(population, least.parts[side]) for side in (before, after))
                switch = Switch(time, moves[index], *names)
                found.setdefault((round(time, 9), moves[index]), switch)
    return sorted(found.values(), key=lambda switch: switch.time)


def value(expression: Expression, counts: Sequence[float] | Vector) -> float:
    """Return the value of an expression."""
    match expression:
        case Linear(terms=terms):
            return float(sum(rate * counts[place] for place, rate in terms))
        case Total(parts=parts):
            return sum(value(part, counts) for part in parts)
        case Least(parts=parts):
            return min(value(part, counts) for part in parts)
        case Ready():
            raise AssertionError("a fluid has no such part")


def named(population: Population, expression: Expression) -> tuple[str, ...]:
    """Return the places an expression counts."""
    return tuple(population.labels[place] for place in places(expression))
