"""Which end a passage arrives at, and mean and variance of when: by linear solutions with positive terms only.

Given an end, the chain is conditioned on arriving there (Doob's transform: rates r_ij h_j / h_i, with h the
probability of arriving), which leaves the total rate out of each state as it is. The variance from state i obeys the
law of total variance over its first step, so that nothing is taken from a second moment: with mean w, step
probabilities p and M_i = sum_j p_ij w_j, it solves A V = d (1 / d^2 + sum_j p_ij (w_j - M_i)^2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control
from pepa.markov.passage.absorbing import Absorbing
from pepa.markov.passage.expected import UNIT, Expected, Solver
from pepa.markov.space.state_space import Vector


@dataclass(frozen=True)
class Arrival:
    """Arriving at one end, or at any: with what probability, and given that, when. nan where it never happens.

    `error` is a proved bound on the relative error of the mean, `variance_error` on that of the variance.
    """

    probability: float
    mean: float
    variance: float
    error: float
    variance_error: float
    method: str


@dataclass(frozen=True)
class Moments:
    """Arriving at any end, and at each; `never` is the probability of arriving at none."""

    overall: Arrival
    each: tuple[Arrival, ...]
    never: float


@dataclass(frozen=True, eq=False)
class Reaching:
    """From each state, the probability of each end, the last one being never to arrive: (n, ends + 1)."""

    probability: Vector
    system: Absorbing

    def total(self, end: int) -> float:
        """Return the probability of an end from the start."""
        return float(self.system.at_once[end] + self.system.start @ self.probability[:, end])

    @property
    def arriving(self) -> Vector:
        """The probability of any end that counts, summed."""
        return np.asarray(self.probability[:, :-1].sum(axis=1))


def reaching(system: Absorbing, solver: Solver) -> Reaching:
    """Return the probability of each end from each state."""
    number = system.ends.shape[1]
    found = np.zeros((system.size, number))
    open_ = [end for end in range(number) if system.ends[:, end].any()]
    for end in open_:
        found[:, end] = 1.0 if len(open_) == 1 else solver.reaching(system.ends[:, end])
    return Reaching(found, system)


def moments(system: Absorbing, control: Control, solver: Solver | None = None) -> Moments:
    """Return who arrives and when, from the start. Raises LimitReached where no mean could be proved."""
    solver = solver or Solver(system, control)
    found = reaching(system, solver)
    counting = system.ends.shape[1] - 1
    sure = not system.ends[:, -1].any()
    weight = np.ones(system.size) if sure else found.arriving
    overall = _arrival(system, solver, weight, system.ends[:, :-1].sum(axis=1), float(system.at_once[:-1].sum()))
    each = (
        (overall,)
        if counting == 1
        else tuple(
            _arrival(system, solver, found.probability[:, end], system.ends[:, end], float(system.at_once[end]))
            for end in range(counting)
        )
    )
    return Moments(overall, each, found.total(counting))


def _arrival(system: Absorbing, solver: Solver, weight: Vector, leaving: Vector, at_once: float) -> Arrival:
    """Return arriving given a set of ends: `weight` is the probability of it from each state, `leaving` its rates."""
    start = system.start * weight
    probability = at_once + float(start.sum())
    if not probability > 0:
        return Arrival(0.0, np.nan, np.nan, 0.0, 0.0, "")
    if not start.any():
        return Arrival(min(1.0, probability), 0.0, 0.0, 0.0, 0.0, "at once")
    possible = weight > 0
    part, inner = (system, solver) if possible.all() else _restricted(system, possible, solver)
    weight, leaving, start = weight[possible], leaving[possible], start[possible] / probability
    mean = inner.backward(np.ones(part.size), weight)
    total = float(start @ mean.values)
    spread, doubt = _spread(part, weight, leaving, mean)
    inside = inner.backward(spread, weight)
    between = start @ (mean.values - total) ** 2 + at_once / probability * total**2
    variance = float(start @ inside.values + between)
    second = inner.backward(mean.values, weight)
    proved = (inside.error + doubt) * (1 + 4 * mean.error * total**2 / variance) + 4 * mean.error * total**2 / variance
    other = 2 * float(start @ second.values)
    off = (second.error + mean.error + 1e-15) * other + (2 * mean.error + 1e-15) * total**2
    off += abs(other - total**2 - variance)
    return Arrival(min(1.0, probability), total, variance, mean.error, min(proved, off / variance), mean.method)


def _restricted(system: Absorbing, among: NDArray[np.bool_], solver: Solver) -> tuple[Absorbing, Solver]:
    """Return the chain of the states from which an end is possible; what else can happen is another end."""
    kept = np.flatnonzero(among)
    rows = system.rates[kept]
    other = np.asarray(rows @ (~among).astype(float))
    ends = system.ends[kept].copy()
    ends[:, -1] += other
    part = Absorbing(system.states[kept], rows[:, kept].tocsr(), ends, system.start[kept], system.at_once)
    return part, solver.like(part)


def _spread(system: Absorbing, weight: Vector, leaving: Vector, mean: Expected) -> tuple[Vector, float]:
    """Return what each state adds to the variance a unit of time, and the relative error of that."""
    rates, exits, times = system.rates, system.exits, mean.values
    row = np.repeat(np.arange(system.size), np.diff(rates.indptr))
    share = rates.data * weight[rates.indices] / (weight * exits)[row]
    out = leaving / (weight * exits)
    onward = np.bincount(row, share * times[rates.indices], system.size)
    apart = times[rates.indices] - onward[row]
    spread = 1 / exits**2 + np.bincount(row, share * apart**2, system.size) + out * onward**2
    error = (mean.error + 8 * UNIT) * (times[rates.indices] + onward[row])
    doubt = np.bincount(row, share * (2 * np.abs(apart) * error + error**2), system.size).astype(float)
    doubt = doubt + 4 * (mean.error + 8 * UNIT) * out * onward**2
    return exits * spread, float((doubt / spread).max())
