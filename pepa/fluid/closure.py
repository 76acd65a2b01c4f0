"""Normal closure of the second moments, with Clark's formula for the mean of a minimum.

Means and covariances of the counts follow m' = V^T E f and C' = G C + C G^T + V^T diag(E f) V, where the counts are
taken as jointly normal: a minimum of two normals has a known mean, and each side a probability of being the least
(Clark, The greatest of a finite set of random variables, 1961; Guenther, Stefanek and Bradley, Moment closures for
performance models with highly non-linear rates, 2012). Good from a few copies of every cooperating group on; wrong for
single ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control, Ticker
from pepa.fluid.equilibrium import reachable
from pepa.fluid.noise import propagated
from pepa.fluid.ode import Fluid
from pepa.population.population import Expression, Least, Linear, MoveRate, Ready, Shared, Total, Vector, Whole

STEPS = 3_000
GROWTH = 1.05  # of the step, while the moments still move
SETTLED = 1e-10  # relative change a unit of time of the slowest activity


@dataclass(frozen=True, eq=False)
class _Normal:
    """An expression of normal counts: its mean, variance, covariances with the counts, and slope."""

    mean: float
    variance: float
    covariance: Vector
    slope: Vector


@dataclass(frozen=True, eq=False)
class Closure:
    """Long-run means (places,), covariances (places, places) and rates (moves,) by normal closure."""

    counts: Vector
    covariance: NDArray[np.float64]
    rates: Vector
    residual: float


def closure(fluid: Fluid, start: Vector, control: Control) -> Closure | None:
    """Follow the closed moments from some counts until they rest; None where they do not come to rest.

    Each step is implicit in the means and exact in the covariances for frozen slopes, so steps can grow; at rest the
    answer does not depend on them.
    """
    basis, ticker = reachable(fluid), Ticker(control, "closure")
    counts, covariance = start.copy(), np.zeros((len(start), len(start)))
    rates = fluid.population.paces
    step, longest = 0.01 / max(rates, default=1.0), 3.0 / min(rates, default=1.0)
    residual = math.inf
    for number in range(STEPS):
        flow, slopes = moments(fluid, counts, covariance)
        jacobian = fluid.change @ slopes
        slope = fluid.change @ flow
        noise = (fluid.change * np.maximum(flow, 0.0)) @ fluid.change.T
        inner = np.eye(basis.shape[1]) - step * (basis.T @ jacobian @ basis)
        moved = basis @ np.linalg.solve(inner, step * (basis.T @ slope))
        carry, gain = propagated(jacobian, noise, step)
        following = carry @ covariance @ carry.T + gain
        spread = float(np.abs(following - covariance).max() / max(1.0, float(np.abs(following).max())))
        residual = max(float(np.abs(moved).max()) / max(1.0, float(counts.max())), spread)
        counts, covariance = counts + moved, (following + following.T) / 2
        if not np.isfinite(counts).all():
            return None
        told = f"{number} steps, change {residual:.1e}"
        ticker.tick(lambda told=told: (told, None))  # type: ignore[misc]
        if residual <= SETTLED and step >= longest / 2:
            return Closure(counts, covariance, moments(fluid, counts, covariance)[0], residual)
        step = min(longest, step * GROWTH)
    return None


def moments(fluid: Fluid, counts: Vector, covariance: NDArray[np.float64]) -> tuple[Vector, NDArray[np.float64]]:
    """Return the mean rates (moves,) and their mean slopes (moves, places) for normal counts."""
    known: dict[Expression, _Normal] = {}
    flow = np.zeros(len(fluid.population.rates))
    slopes = np.zeros((len(flow), len(counts)))
    for move, rate in enumerate(fluid.population.rates):
        flow[move], slopes[move] = _rate(rate, counts, covariance, known)
    return flow, slopes


def _rate(
    rate: MoveRate, counts: Vector, covariance: NDArray[np.float64], known: dict[Expression, _Normal]
) -> tuple[float, Vector]:
    """Return mean and slope: minima by Clark's formula, shares at the means."""
    factors: list[tuple[float, Vector]] = []
    for place in rate.counts:
        unit = np.zeros(len(counts))
        unit[place] = 1.0
        factors.append((max(float(counts[place]), 0.0), unit))
    factors += [
        (max(normal.mean, 0.0), normal.slope) for normal in (_normal(m, counts, covariance, known) for m in rate.minima)
    ]
    value = rate.base * math.prod(factor for factor, _ in factors)
    slope = np.zeros(len(counts))
    for position, (_, own) in enumerate(factors):
        others = math.prod(factor for number, (factor, _) in enumerate(factors) if number != position)
        slope += rate.base * others * own
    for divisor in rate.divisors:
        normal = _normal(divisor, counts, covariance, known)
        if normal.mean <= 1e-12:
            return 0.0, np.zeros(len(counts))
        value /= normal.mean
        slope = slope / normal.mean - value * normal.slope / normal.mean
    return value, slope


def _normal(
    expression: Expression, counts: Vector, covariance: NDArray[np.float64], known: dict[Expression, _Normal]
) -> _Normal:
    if expression not in known:
        match expression:
            case Linear(terms=terms):
                slope = np.zeros(len(counts))
                for place, rate in terms:
                    slope[place] += rate
                joint = covariance @ slope
                known[expression] = _Normal(float(slope @ counts), float(slope @ joint), joint, slope)
            case Total(parts=parts):
                normals = [_normal(part, counts, covariance, known) for part in parts]
                slope = np.sum([normal.slope for normal in normals], axis=0)
                joint = np.sum([normal.covariance for normal in normals], axis=0)
                mean = sum(normal.mean for normal in normals)
                known[expression] = _Normal(mean, max(float(slope @ joint), 0.0), joint, slope)
            case Least(parts=parts):
                least = _normal(parts[0], counts, covariance, known)
                for part in parts[1:]:
                    least = _least(least, _normal(part, counts, covariance, known))
                known[expression] = least
            case Whole():
                none = np.zeros(len(counts))
                known[expression] = _Normal(1.0, 0.0, none, none)
            case Shared(rate=rate, ready=ready):
                whole, there = (_normal(each, counts, covariance, known) for each in (rate, ready))
                slope = there.mean * whole.slope + whole.mean * there.slope
                joint = covariance @ slope
                known[expression] = _Normal(whole.mean * there.mean, max(float(slope @ joint), 0.0), joint, slope)
            case Ready():
                raise AssertionError("a fluid has no such part")
    return known[expression]


def _least(first: _Normal, second: _Normal) -> _Normal:
    """Return the minimum of two normals as the normal with its moments (Clark 1961)."""
    joint = float(second.slope @ first.covariance)
    apart = first.variance + second.variance - 2 * joint
    if apart <= 1e-12 * max(1.0, first.variance, second.variance):
        return first if first.mean <= second.mean else second
    spread = math.sqrt(apart)
    distance = (second.mean - first.mean) / spread
    density = math.exp(-distance * distance / 2) / math.sqrt(2 * math.pi)
    share = 0.5 * math.erfc(-distance / math.sqrt(2))  # of the first being the least
    mean = first.mean * share + second.mean * (1 - share) - spread * density
    square = (first.mean**2 + first.variance) * share + (second.mean**2 + second.variance) * (1 - share)
    square -= (first.mean + second.mean) * spread * density
    return _Normal(
        mean,
        max(square - mean * mean, 0.0),
        share * first.covariance + (1 - share) * second.covariance,
        share * first.slope + (1 - share) * second.slope,
    )
