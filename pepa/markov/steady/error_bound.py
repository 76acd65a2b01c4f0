"""A proved bound on the error of every probability, from one more solution to a few digits.

Let A = D - R^T be the balance equations, r = A x what an estimate x misses, and k a likely state. Without k, A is a
nonsingular M-matrix, whose inverse is not negative: any z >= 0 with z_k = 0 and (A z)_i >= |r_i| for i != k satisfies
|x_i / x_k - pi_i / pi_k| <= z_i / x_k (Berman and Plemmons, Nonnegative Matrices in the Mathematical Sciences, 1994,
chapter 6). Rounding in r and in A z is added to both sides.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import numpy as np

from pepa.control.control import Control, Ticker
from pepa.markov.chain.chain import TINIEST, Chain
from pepa.markov.chain.rows import Rows
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.gauss_seidel import whole_sweep
from pepa.markov.steady.method import Pulse, Step
from pepa.markov.steady.sparse_lu import bandwidth, factorised

CYCLES = 40
ITERATIONS = 30  # of BiCGSTAB in a cycle
MARGIN = 1.05  # so that a few digits of z suffice
MOST_WORK = 2e10  # operations of a banded factorisation up to which it is worth its while
UNIT = float(np.finfo(float).eps)


def error_bound(chain: Chain, probability: Vector, control: Control) -> float | None:
    """Return a bound on the relative error of every probability, or None where none could be proved.

    The chain is irreducible; its states of probability below 1e-290 are not covered.
    """
    inflow, outflow = chain.flows(probability)
    terms = np.bincount(chain.target[chain.moving], minlength=chain.size) + 4
    missing = np.abs(inflow - outflow) + UNIT * terms * (inflow + outflow)
    pinned = int(np.argmax(probability))
    typical = float(np.median(missing / np.maximum(outflow, TINIEST)))
    right = MARGIN * missing + (MARGIN - 1) * typical * outflow
    right[pinned] = 0.0
    missing[pinned] = 0.0
    ticker = Ticker(control, "bound")

    def pulse() -> None:
        ticker.tick(lambda: ("bounding the error of every probability", None))

    def proved(bound: Vector) -> bool:
        into, out = chain.flows(bound)
        rounding = UNIT * terms * (into + out)
        rounding[pinned] = -np.inf
        return bool(bound.min() >= 0 and (out - into - rounding >= missing).all())

    for bound in _solutions(chain, probability, right, pinned, pulse):
        if proved(bound):
            return _relative(bound, probability)
    return None


def _relative(bound: Vector, probability: Vector) -> float | None:
    """Return the bound relative to the probabilities, normalising included."""
    seen = probability > TINIEST
    total = float(bound.sum())
    if total >= 1:
        return None
    return (float((bound[seen] / probability[seen]).max()) + total) / (1 - total)


def _solutions(chain: Chain, probability: Vector, right: Vector, pinned: int, pulse: Pulse) -> Iterator[Vector]:
    """Yield better and better solutions of the balance equations with the given right side, one entry pinned to 0."""
    from scipy.sparse import diags_array

    if chain.size * bandwidth(chain) ** 2 <= MOST_WORK:
        balance = (diags_array(chain.exit_rates) - chain.incoming).tocsr()
        with contextlib.suppress(ArithmeticError):  # singular in doubles: the other way may find one
            yield factorised(balance, pinned, pulse)(right)
            return
    from scipy.sparse.linalg import LinearOperator, bicgstab

    # unknowns relative to the probabilities, so that rare states count as much as likely ones
    scale = np.maximum(probability, TINIEST) * chain.exit_rates
    sweep, constant = _affine(chain, right, pinned, pulse)
    operator = LinearOperator(
        (chain.size, chain.size), matvec=lambda ratio: ratio - sweep(ratio * scale) / scale, dtype=np.float64
    )
    ratio = constant / scale
    for _ in range(CYCLES):
        with np.errstate(all="ignore"):  # it may break down: what it returns is proved or dropped
            ratio, _ = bicgstab(operator, constant / scale, x0=ratio, rtol=1e-4, maxiter=ITERATIONS)
        flow = np.maximum(ratio, 0.0) * scale
        yield flow / chain.exit_rates
        for _ in range(10):
            flow = sweep(flow) + constant
        yield flow / chain.exit_rates
        ratio = flow / scale


def _affine(chain: Chain, right: Vector, pinned: int, pulse: Pulse) -> tuple[Step, Vector]:
    """Return the linear part and the constant of a sweep over flows with a right side, one entry pinned to 0.

    The constant is what a sweep makes of nothing: the right side, carried on by the transitions to later states.
    """
    jumps, data = chain.jumps, chain.jumps.data.copy()
    data[jumps.indptr[pinned] + 1 : jumps.indptr[pinned + 1]] = 0.0
    homogeneous = Rows(jumps.indptr, jumps.indices, data)
    return whole_sweep(homogeneous, pulse), whole_sweep(homogeneous.below(), pulse)(right.copy())
