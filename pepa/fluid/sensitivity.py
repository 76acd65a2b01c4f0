"""How the equilibrium of a fluid moves with the parameters: the implicit function theorem, no differences.

At an equilibrium V^T f(x, p) = 0, V being the changes and f the rates of the moves, with x in what the moves can reach:
B^T V^T (df/dx) B y = -B^T V^T (df/dp) has dx/dp = B y, B being an orthonormal basis of that. Rates are products, sums
and minima, with exact slopes; where two sides of a minimum are alike the equilibrium has a corner, and no derivative.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pepa.control.error import PepaError
from pepa.fluid.equilibrium import Equilibrium, reachable
from pepa.fluid.ode import Fluid, leasts, value
from pepa.language.slopes import Direction, Slopes, combined
from pepa.net.net import Apparent, LeafRate, MinRate, Move, Net, SumRate
from pepa.net.slopes import Sloped, least
from pepa.population.population import Vector, unlimited

ALIKE = 1e-9  # relative difference up to which two sides of a minimum are alike
STILL = 1e-14  # of the flow of the fastest move: a move that is slower does not happen


@dataclass(frozen=True, eq=False)
class EquilibriumSlopes:
    """The derivatives in each direction of the counts (places,) and of the rates of the moves (moves,).

    `residual` is what the derivatives miss of the linear equations, relatively.
    """

    counts: Mapping[Direction, Vector]
    rates: Mapping[Direction, Vector]
    residual: float


def equilibrium_slopes(fluid: Fluid, found: Equilibrium, net: Net) -> EquilibriumSlopes:
    """Return how an equilibrium that was reached moves; `net` is the fluid's, compiled with slopes.

    Raises PepaError where there is no derivative: along a continuum of equilibria, and at a corner.
    """
    counts = found.counts
    assert counts is not None
    if not fluid.rates(fluid.population.initial).any():
        return EquilibriumSlopes({}, {}, 0.0)  # where nothing ever happens nothing does at other rates either
    if found.rank < found.dimension:
        message = "the equilibrium is one of many, and where the fluid starts decides at which: it has no derivative"
        raise PepaError(message, "ask of the exact solution")
    _refuse_corners(fluid, counts)
    own = _rate_slopes(fluid, net, counts)
    directions = list(own)
    moved = np.array([own[direction] for direction in directions]).reshape(len(directions), fluid.change.shape[1]).T
    basis = reachable(fluid)
    inner = basis.T @ fluid.jacobian(counts) @ basis
    right = basis.T @ fluid.change @ moved
    inside = np.linalg.solve(inner, -right) if inner.size else np.zeros((0, len(directions)))
    missed = float(np.abs(inner @ inside + right).sum()) if inner.size else 0.0
    each = basis @ inside
    flows = fluid.gradients(counts) @ each + moved
    return EquilibriumSlopes(
        {direction: each[:, index] for index, direction in enumerate(directions)},
        {direction: flows[:, index] for index, direction in enumerate(directions)},
        missed / (float(np.abs(right).sum()) or 1.0),
    )


def _refuse_corners(fluid: Fluid, counts: Vector) -> None:
    population, flow = fluid.population, fluid.rates(counts)
    slowest = STILL * flow.max(initial=0.0)
    for action, moves in population.doing.items():
        for move in (move for move in moves if flow[move] > slowest):
            for limit in {inner for outer in population.rates[move].minima for inner in leasts(outer)}:
                first, second = sorted(value(part, counts) for part in limit.parts)[:2]
                if second > 0 and second - first <= ALIKE * second:
                    message = f"at the equilibrium two partners limit `{action}` alike: there it has no derivative"
                    raise PepaError(message, "change a rate or a size a little, or ask of the exact solution")


def _rate_slopes(fluid: Fluid, net: Net, counts: Vector) -> dict[Direction, Vector]:
    """Return the derivatives of the rates of the moves (moves,) in each direction, the counts staying as they are."""
    view = _View(fluid, net, counts)
    flow = fluid.rates(counts)
    moves = [move for move in net.moves if not move.passive]
    found: dict[Direction, Vector] = {}
    for index, (move, rate) in enumerate(zip(moves, flow.tolist(), strict=True)):
        if rate <= STILL * flow.max():
            continue  # nobody does it: whatever its rate, nobody will
        for direction, slope in view.relative(move).items():
            found.setdefault(direction, np.zeros(len(moves)))[index] = rate * float(slope)
    return found


class _View:
    """Apparent rates at the counts of a fluid with their slopes: those who wait are as in its equations."""

    def __init__(self, fluid: Fluid, net: Net, counts: Vector) -> None:
        sizes = [len(group.initial) for group in net.groups]
        self._first = np.concatenate([[0], np.cumsum(sizes)]).astype(int).tolist()
        self._counts, self._steep = counts.tolist(), fluid.population.steep

    def relative(self, move: Move) -> Slopes:
        """Return the slopes of the logarithm of a move's rate."""
        terms: list[Sloped] = [(1 / one.transition.rate, one.transition.slopes) for one in move.participants]
        for factor in move.factors:
            limits = [self.sloped(part) for part in factor.least]
            for part in factor.all:
                worth, slopes = self.sloped(part)
                terms.append((-1 / worth, slopes))
            worth, slopes = least(limits)
            terms.append((1 / worth, slopes))
        return combined(*terms)

    def sloped(self, rate: Apparent) -> Sloped:
        match rate:
            case LeafRate(group=group, rates=rates, slopes=slopes):
                every = {direction: self._weighted(group, slope.rates) for direction, slope in slopes.items()}
                return self._weighted(group, rates), every
            case SumRate(parts=parts):
                return self._sum([self.sloped(part) for part in parts])
            case MinRate(parts=parts, passive=True):
                return least([self.sloped(passive) for _, passive in parts if passive is not None])
            case MinRate(parts=parts):
                worth, slopes = least([self.sloped(active) for active, _ in parts if active is not None])
                waiting = [passive for active, passive in parts if active is None and passive is not None]
                ready = min([1.0, *map(self._ready, waiting)])
                return ready * worth, combined((ready, slopes))

    def _ready(self, passive: Apparent) -> float:
        """Return for how many those who wait are enough: no parameter changes that."""
        return value(unlimited(passive, self._first, self._steep), self._counts)

    def _sum(self, each: list[Sloped]) -> Sloped:
        return sum(worth for worth, _ in each), combined(*((1.0, slopes) for _, slopes in each))

    def _weighted(self, group: int, rates: Mapping[int, float]) -> float:
        start = self._first[group]
        return float(sum(self._counts[start + derivative] * rate for derivative, rate in rates.items()))
