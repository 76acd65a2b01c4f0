"""The linear noise approximation: covariances around the fluid (van Kampen 2007, chapter X; Kurtz 1971).

C' = J C + C J^T + V^T diag(f) V with the Jacobian J, changes V and rates f of the fluid. Exact where the rates are
linear around the mean, as in saturation; unreliable near a switch of a minimum and where a cooperating group has few
copies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control, Ticker
from pepa.fluid.drained import FLOWING, drained, minima
from pepa.fluid.equilibrium import reachable
from pepa.fluid.ode import Fluid, Trajectory, slope, value
from pepa.population.population import Least, Linear, Vector, passive_places, places

PARTS = 4
NOTHING = 1e-100  # members that are none: where their shares of a sum are worked out, they would underflow
FEW = 5  # members below which a cooperating group is far from a continuum
HARDLY = 1.0  # members below which those who are taken before others are as good as none
CLOSE = 2.0  # standard deviations between two sides of a minimum within which either may be the least


@dataclass(frozen=True)
class Doubt:
    """Why fluid mean and band of an action are unreliable: near a switch, few copies, or nobody left waiting."""

    action: str
    reason: str


def stationary_covariance(fluid: Fluid, counts: Vector) -> NDArray[np.float64]:
    """Return the covariances (places, places) at a stable equilibrium, by a Lyapunov equation on what can change."""
    from scipy.linalg import solve_continuous_lyapunov

    basis = reachable(fluid)
    inner = basis.T @ fluid.jacobian(counts) @ basis
    noise = basis.T @ _diffusion(fluid, counts) @ basis
    found: NDArray[np.float64] = basis @ solve_continuous_lyapunov(inner, -noise) @ basis.T
    return (found + found.T) / 2


def covariances(path: Trajectory, control: Control) -> NDArray[np.float64]:
    """Return the covariances (points, places, places) along a trajectory that starts from known counts.

    Each step of the solver is cut in PARTS; within one the Jacobian is that of the middle, and the rest exact.
    """
    fluid, ticker = path.fluid, Ticker(control, "noise")
    shares = np.arange(PARTS) / PARTS
    inner = (path.steps[:-1, None] + np.diff(path.steps)[:, None] * shares).ravel()
    times = np.unique(np.concatenate([inner, path.time]))
    counts = path.at(times)
    counts[counts < NOTHING] = 0.0  # between the steps of the solver they go a little below: slopes there have no sense
    found = np.zeros((len(path.time), len(counts), len(counts)))
    covariance = np.zeros((len(counts), len(counts)))
    where = {time: index for index, time in enumerate(path.time.tolist())}
    for step, time in enumerate(times.tolist()):
        if step:
            middle = (counts[:, step - 1] + counts[:, step]) / 2
            carry, gain = propagated(fluid.jacobian(middle), _diffusion(fluid, middle), time - float(times[step - 1]))
            covariance = carry @ covariance @ carry.T + gain
        if time in where:
            found[where[time]] = covariance
        told = f"covariances to time {time:.4g}", step / len(times)
        ticker.tick(lambda told=told: told)  # type: ignore[misc]
    return found


def _diffusion(fluid: Fluid, counts: Vector) -> NDArray[np.float64]:
    rates = np.maximum(fluid.rates(counts), 0.0)
    return np.asarray((fluid.change * rates) @ fluid.change.T)


def propagated(
    jacobian: NDArray[np.float64], noise: NDArray[np.float64], duration: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return exp(J t) and the covariance gained in t, by doubling a short step (no overflow where J is stiff)."""
    doublings = max(0, int(np.ceil(np.log2(max(np.abs(jacobian).sum(axis=1).max() * duration, 1e-9) / 0.05))))
    short = duration / 2**doublings
    scaled = jacobian * short
    carry = np.eye(len(jacobian)) + scaled @ (np.eye(len(jacobian)) + scaled / 2 @ (np.eye(len(jacobian)) + scaled / 3))
    first = scaled @ noise
    second = scaled @ (first + first.T)
    gain = short * (noise + (first + first.T) / 2 + (second + second.T) / 6)
    with np.errstate(all="ignore"):  # what grows beyond all numbers is no longer finite
        for _ in range(doublings):
            gain = gain + carry @ gain @ carry.T
            carry = carry @ carry
    return carry, gain


def doubts(fluid: Fluid, counts: Vector, covariance: NDArray[np.float64] | None) -> list[Doubt]:
    """Return why fluid and noise are unreliable at some counts: minima near a switch, few copies, nobody left waiting.

    Without a covariance it is not known what is near a switch.
    """
    population, flow = fluid.population, fluid.rates(counts)
    found: dict[tuple[str, str], Doubt] = {}
    for action, least in minima(population, flow):
        groups = {int(population.group[place]) for part in least.parts for place in places(part)}
        few = sorted(group.name for group in (population.net.groups[index] for index in groups) if 0 < group.size < FEW)
        if few:
            found.setdefault((action, "few"), Doubt(action, f"few copies of {', '.join(few)} take part"))
        if covariance is not None and _near_switch(least, counts, covariance):
            reason = "two partners limit it about equally, so that the mean of the minimum is less than the minimum"
            found.setdefault((action, "near"), Doubt(action, reason))
    for place, action in drained(population, counts, flow).items():
        name = population.labels[place]
        reason = f"in the fluid nobody is left waiting in {name}, which is passive: in the model, by chance, some are"
        found.setdefault((action, name), Doubt(action, reason))
    for place, action in _preferred(fluid, counts, flow):
        name = population.labels[place]
        reason = (
            f"in the fluid hardly anybody waits in {name}, who is taken before others: in the model, by chance, some do"
        )
        found.setdefault((action, name), Doubt(action, reason))
    return list(found.values())


def _preferred(fluid: Fluid, counts: Vector, flow: Vector) -> Iterator[tuple[int, str]]:
    """Yield the places, with an action, whose members take a share of it that is larger than theirs, where few wait.

    The share of a mean is not the mean of the shares: those who are taken first wait for one another.
    """
    population = fluid.population
    slowest = FLOWING * flow.max(initial=0.0)
    for action, moves in population.doing.items():
        for move in (move for move in moves if flow[move] > slowest):
            rate = population.rates[move]
            limiting = [min(least.parts, key=lambda part: value(part, counts)) for least in rate.minima]
            for shared in (one for one in rate.divisors if isinstance(one, Linear) and one not in limiting):
                each = [(weight, place) for place, weight in shared.terms if counts[place] > 0]
                last = min(weight for weight, _ in each)
                few = (place for weight, place in each if weight > last and counts[place] < HARDLY)
                yield from ((place, action) for place in few if place in rate.counts)


def _near_switch(least: Least, counts: Vector, covariance: NDArray[np.float64]) -> bool:
    """Return whether another side may as well be the least; a passive one is, where it is drained, which is told."""
    parts = sorted(least.parts, key=lambda part: value(part, counts))
    if passive_places(parts[0]):
        return False
    first = slope(parts[0], counts)
    for other in (part for part in parts[1:] if not passive_places(part)):
        apart = slope(other, counts) - first
        deviation = float(np.sqrt(max(float(apart @ covariance @ apart), 0.0)))
        if value(other, counts) - value(parts[0], counts) < CLOSE * deviation:
            return True
    return False
