"""A proved bound on the error of every probability, from one more solution to a few digits.

Let A = D - R^T be the balance equations, r = A x what an estimate x misses, and k a likely state. Without k, A is a
nonsingular M-matrix, whose inverse is not negative: any z >= 0 with z_k = 0 and (A z)_i >= |r_i| for i != k satisfies
|x_i / x_k - pi_i / pi_k| <= z_i / x_k (Berman and Plemmons, Nonnegative Matrices in the Mathematical Sciences, 1994,
chapter 6). Rounding in r and in A z is added to both sides.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pepa.markov.chain import TINIEST, Chain
from pepa.markov.control import Control, Ticker
from pepa.markov.level_sweeps import level_sweep
from pepa.markov.method import Pulse
from pepa.markov.sparse_lu import bandwidth, factorised
from pepa.markov.state_space import Vector

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
        yield factorised(balance, pinned, pulse)(right)
        return
    from scipy.sparse.linalg import LinearOperator, bicgstab

    exit_rates = chain.exit_rates.copy()
    exit_rates[pinned] = np.inf
    # unknowns relative to the probabilities, so that rare states count as much as likely ones
    scale = np.maximum(probability, TINIEST)
    sweep = level_sweep(chain, pulse, exit_rates, right)
    constant = sweep(np.zeros(chain.size)) / scale
    homogeneous = level_sweep(chain, pulse, exit_rates)
    operator = LinearOperator(
        (chain.size, chain.size), matvec=lambda ratio: ratio - homogeneous(ratio * scale) / scale, dtype=np.float64
    )
    ratio = constant
    for _ in range(CYCLES):
        with np.errstate(all="ignore"):  # it may break down: what it returns is proved or dropped
            ratio, _ = bicgstab(operator, constant, x0=ratio, rtol=1e-4, maxiter=ITERATIONS)
        bound = np.maximum(ratio, 0.0) * scale
        yield bound
        for _ in range(10):
            bound = sweep(bound)
        yield bound
        ratio = bound / scale
