"""The equilibrium of a fluid, where there is one: Newton's method with the conservation laws, then proofs.

A small derivative proves nothing: a fluid can drift to an edge like 1/t for ever. A point is an equilibrium only if
Newton converges quadratically, its Jacobian has full rank on what the moves can reach, and the trajectory comes to it.
Where the rank is less, as with several recurrent classes, equilibria form a continuum: the fluid comes to one of them
if it is at rest there and every direction but those along the continuum is stable.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control
from pepa.fluid.ode import Fluid, Trajectory, trajectory, without_noise
from pepa.population.population import Vector

STEPS = 40
HORIZONS = (2e2, 2e3, 2e4)  # times tried, of the slowest mean sojourn there is in the model
RANK = 1e-12  # singular values below this share of the largest are zero: the largest may be STIFF
NEAR = 1e-4  # of the members: how close the trajectory must come
ROUNDING = 1e-15  # of the members: fewer cannot be told from nobody
AT_REST = 1e-9  # likewise, where there are equilibria all around


class Verdict(Enum):
    """What became of the search; the value is what a user is told."""

    REACHED = "the fluid comes to this equilibrium and is stable there"
    SETTLES = "the fluid comes to rest here, at one of many equilibria: where it starts decides at which"
    DRIFTS = "the fluid has no isolated equilibrium: it drifts for ever, ever more slowly, and has no long-run value"
    UNSTABLE = "the fluid has an equilibrium, but it is not stable: it oscillates or leaves it"
    AWAY = "the fluid did not come to an equilibrium in the time tried"


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """An equilibrium, or why there is none: `counts` is None unless the fluid comes to it.

    `slowest` is the largest real part of the eigenvalues there but for those that are zero, None where all are.
    """

    verdict: Verdict
    counts: Vector | None
    residual: float
    slowest: float | None
    rank: int
    dimension: int
    until: float


def reachable(fluid: Fluid) -> NDArray[np.float64]:
    """Return an orthonormal basis (places, dimension) of what the moves can change."""
    left, values, _ = np.linalg.svd(fluid.change, full_matrices=False)
    return np.asarray(left[:, values > 1e-9 * max(values.max(initial=0.0), 1.0)])


def equilibrium(fluid: Fluid, control: Control, method: str = "LSODA") -> Equilibrium:
    """Follow the fluid, looking for its equilibrium at each horizon; raises what `trajectory` raises."""
    basis = reachable(fluid)
    unit = _slowest_sojourn(fluid)
    verdict: Equilibrium | None = None
    for horizon in HORIZONS:
        until = horizon * unit
        path = trajectory(fluid, np.array([0.0, until]), control, method)
        verdict = _judged(fluid, basis, path, until)
        if verdict.counts is not None:
            return verdict
    assert verdict is not None
    return verdict


def beside(fluid: Fluid, near: Equilibrium, start: Vector) -> Equilibrium | None:
    """Return the equilibrium of a fluid that is much like another, whose own is `near`; None where none is found."""
    basis = reachable(fluid)
    counts, residual, quadratic = _newton(fluid, basis, start)
    inner = basis.T @ fluid.jacobian(counts) @ basis
    if not quadratic or residual > AT_REST or np.linalg.matrix_rank(inner, RANK) < near.rank:
        return None
    return replace(near, counts=_told(fluid, counts), residual=residual)


def _judged(fluid: Fluid, basis: NDArray[np.float64], path: Trajectory, until: float) -> Equilibrium:
    end = path.counts[:, -1]
    counts, residual, quadratic = _newton(fluid, basis, end)
    inner = basis.T @ fluid.jacobian(counts) @ basis
    singular = np.linalg.svd(inner, compute_uv=False) if inner.size else np.ones(0)
    noise = RANK * float(singular.max(initial=0.0))
    rank = int((singular > noise).sum())
    dimension = basis.shape[1]
    eigenvalues = np.linalg.eigvals(inner).real if inner.size else np.zeros(0)
    members = _members(fluid)
    distance = float(np.abs(counts - end).max(initial=0.0)) / members
    if not quadratic or counts.min(initial=0.0) < -1e-9 * members:
        verdict = Verdict.DRIFTS
    elif rank < dimension:
        stable = int((eigenvalues < -noise).sum())
        verdict = Verdict.SETTLES if distance <= AT_REST and stable == rank else Verdict.DRIFTS
    elif eigenvalues.max(initial=-np.inf) >= 0:
        verdict = Verdict.UNSTABLE
    else:
        verdict = Verdict.REACHED if distance <= NEAR else Verdict.AWAY
    found = {Verdict.REACHED: _told(fluid, counts), Verdict.SETTLES: np.maximum(end, 0.0)}.get(verdict)
    moving = eigenvalues[np.argsort(np.abs(eigenvalues))[dimension - rank :]]  # the others are zero, but for rounding
    slowest = float(moving.max()) if moving.size else None
    return Equilibrium(verdict, found, residual, slowest, rank, dimension, until)


def _members(fluid: Fluid) -> float:
    return max(1.0, float(fluid.population.initial.sum()))


def _told(fluid: Fluid, counts: Vector) -> Vector:
    """Return counts that Newton found with nobody where fewer are than it can tell from nobody."""
    return np.maximum(without_noise(fluid.population, counts, ROUNDING * _members(fluid)), 0.0)


def _newton(fluid: Fluid, basis: NDArray[np.float64], start: Vector) -> tuple[Vector, float, bool]:
    """Return the counts Newton ends at, the residual there, and whether it converged quadratically.

    Steps stay in the reachable subspace, so what the moves conserve is kept.
    """
    counts = start.copy()
    before = np.inf
    for _ in range(STEPS):
        slope = basis.T @ fluid.slope(counts)
        inner = basis.T @ fluid.jacobian(counts) @ basis
        step = np.linalg.lstsq(inner, -slope, rcond=None)[0]
        counts = counts + basis @ step
        length = float(np.abs(step).max(initial=0.0))
        scale = max(1.0, float(np.abs(counts).max(initial=0.0)))
        if length <= 1e-11 * scale:
            return counts, _residual(fluid, counts), True
        if length > 0.4 * before and before < 1e-3 * scale:
            break  # a double root, where steps only halve
        before = length
    return counts, _residual(fluid, counts), False


def _residual(fluid: Fluid, counts: Vector) -> float:
    """Return |x'| relative to the flow, that at the start where it is larger: in the end all flow may cease."""
    rates = fluid.rates(counts)
    total = max(float((np.abs(fluid.change) @ flow).sum()) for flow in (rates, fluid.rates(fluid.population.initial)))
    return float(np.abs(fluid.change @ rates).sum()) / total if total else 0.0


def _slowest_sojourn(fluid: Fluid) -> float:
    """Return the mean time of the slowest activity of the model."""
    return 1 / min(fluid.population.paces, default=1.0)
