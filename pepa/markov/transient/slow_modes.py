"""What is left of a distribution when its fast modes have died: a few slow ones, followed by a small matrix.

Distributions at some times late enough span the slow modes: with these as rows of V there is a small A for which
V Q = A V + R with next to no R (a Krylov space of exp(Q t), as in Saad, Numerical Methods for Large Eigenvalue
Problems, 2011, chapter 6). The curve w(s) = a exp(A s) V that begins at the last of them solves w' = w Q but for
a exp(A s) R, and exp(Q s) is a contraction, so that the distribution differs from it by no more than at its beginning
and the integral of |a exp(A s)| |R|. That is a proof, wherever V and A come from: R is worked out for the chain itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.markov.chain.chain import Chain
from pepa.markov.space.state_space import Vector

MOST = 8  # distributions that are kept
KEPT = 1 << 25  # numbers of them in all
PIECES = 10_000  # of the time left, at most
TERMS = 20  # of the series of an exponential: what is left out of a norm of a half is below 1e-24
ROUNDING = 2.0**-53
SURE = 1.01  # times a bound: what the rounding of the bound itself may take from it

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SlowModes:
    """A curve that a distribution follows: `basis` (modes, states), rows of size 1, how it begins, and `matrix`.

    `bounds` is how far they have come apart at most at the end of each piece of time, all as long.
    """

    basis: Matrix
    begin: Vector
    matrix: Matrix
    piece: float
    bounds: Vector

    def at(self, time: float) -> tuple[Vector, float]:
        """Return the distribution some time on, and how much further off it is than at the beginning."""
        found = self._weights(time) @ self.basis
        np.maximum(found, 0.0, out=found)  # which is no further off from what has no negative entries
        return found, float(self.bounds[min(math.ceil(time / self.piece), len(self.bounds) - 1)])

    def change(self, time: float, later: float) -> float:
        """Return a bound on how much the curve changes from one time to another."""
        return float(np.abs(self._weights(later) - self._weights(time)).sum())

    def _weights(self, time: float) -> Vector:
        return np.asarray(self.begin @ _exponential(self.matrix * time))


def slow_modes(chain: Chain, met: Sequence[Vector], left: float, allowed: float) -> SlowModes | None:
    """Return a curve that the last of some distributions (in the order of time) follows for all the time left.

    None where none is proved to stay within what is allowed.
    """
    basis = _independent(met)
    flows = [np.asarray(chain.incoming @ row) - row * chain.exit_rates for row in basis]
    sizes = np.array([float(np.abs(row).sum()) for row in basis])
    exits = np.array([float(np.abs(row) @ chain.exit_rates) for row in basis])
    degree = int(np.diff(chain.incoming.indptr).max(initial=0)) + 1
    begin = np.array([float(met[-1] @ row) for row in basis])
    for number in range(len(basis), 1, -1):
        rows = np.array(basis[:number])
        matrix = np.array([[float(flow @ row) for row in rows] for flow in flows[:number]])
        missed = np.array([float(np.abs(flow - line @ rows).sum()) for flow, line in zip(flows, matrix, strict=False)])
        # of the products, whose terms are positive but for the signs of the rows
        missed += (degree + number + 4) * ROUNDING * (2 * exits[:number] + np.abs(matrix) @ sizes[:number])
        scaled = matrix * sizes[None, :number] / sizes[:number, None]
        start = begin[:number] * sizes[:number]
        off = float(np.abs(met[-1] - begin[:number] @ rows).sum()) + number * ROUNDING * float(np.abs(start).sum())
        found = _followed(rows / sizes[:number, None], start, scaled, left, missed / sizes[:number], off, allowed)
        if found is not None:
            return found
    return None


def _independent(met: Sequence[Vector]) -> list[Vector]:
    """Return the last distribution and its differences from those before, orthonormal, but for those that are none."""
    last = met[-1]
    basis = [last / float(np.linalg.norm(last))]
    for before, after in zip(reversed(met[:-1]), reversed(met[1:]), strict=True):
        row = after - before
        size = float(np.linalg.norm(row))
        for _ in range(2):
            for other in basis:
                row = row - float(row @ other) * other
        left = float(np.linalg.norm(row))
        if left > 1e-12 and left > 1e-9 * size:
            basis.append(row / left)
    return basis


def _followed(
    basis: Matrix, begin: Vector, matrix: Matrix, left: float, missed: Vector, off: float, allowed: float
) -> SlowModes | None:
    """Return the curve for the time left, if its bounds are allowed: `missed` is the size of each row of R.

    It is `off` at the beginning.
    """
    norm = float(np.abs(matrix).sum(axis=1).max())
    if not 2 * norm * left < PIECES:
        return None
    pieces = math.ceil(2 * norm * left) + 1
    piece = left / pieces
    step, most = _exponential(matrix * piece), _exponential(np.abs(matrix) * piece)
    # Within a piece no weight is more than what it begins with times the exponential of |A|.
    each = piece * (most @ missed)
    power, bounds, largest = np.eye(len(begin)), [off], 1.0
    for _ in range(pieces):
        bounds.append(bounds[-1] + float(np.abs(begin @ power) @ each))
        if not bounds[-1] <= allowed:
            return None
        power = power @ step
        largest = max(largest, float(np.abs(power).sum(axis=1).max()))
    # What the squarings of an exponential double, and each of them adds to.
    doubled = 4 * max(norm * left, 1.0) * (len(begin) + TERMS) * ROUNDING * largest**2 * float(np.abs(begin).sum())
    found = SURE * np.array(bounds) + doubled
    return SlowModes(basis, begin, matrix, piece, found) if found[-1] <= allowed else None


def _exponential(matrix: Matrix) -> Matrix:
    """Return the exponential of a small matrix, by scaling and squaring of its series."""
    norm = float(np.abs(matrix).sum(axis=1).max(initial=0.0))
    squarings = max(0, math.frexp(norm)[1] + 1)
    scaled = matrix * math.ldexp(1.0, -squarings)
    found = term = np.eye(len(matrix))
    for number in range(1, TERMS):
        term = term @ scaled / number
        found = found + term
    for _ in range(squarings):
        found = found @ found
    return np.asarray(found)
