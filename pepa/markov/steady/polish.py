"""Sweeps after a method has converged, until small probabilities are as right as large ones.

A small residual bounds the error of the sum alone: what a Krylov method or a factorisation leaves in the rare states is
noise. Sweeps add positive terms only, so each state comes into balance relative to its own flow.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from pepa.control.control import Control, Ticker
from pepa.markov.chain.chain import Chain
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.gauss_seidel import flow_sweep
from pepa.markov.steady.method import Estimate
from pepa.markov.steady.outcome import Attempt, Outcome

REASON = "rare states"
LOOSER = 10.0  # times the tolerance: how far the flows of one state may differ
EVERY = 12  # sweeps between two looks at the balance
PATIENCE = 160  # sweeps in which the unbalanced states must become half as probable, or half as far from balance
MOST = 2_000


@dataclass(frozen=True)
class Balance:
    """How far the states are balanced: in each of probability above `above`, the flows differ by `worst` at most."""

    worst: float
    above: float


def balance(chain: Chain, probability: Vector, tolerance: float) -> Balance:
    """Return the balance of an estimate (sum 1), its states held to ten times the tolerance."""
    imbalance = chain.imbalance(probability)
    off = imbalance > LOOSER * tolerance
    above = float(probability[off].max()) if off.any() else 0.0
    return Balance(float(np.max(imbalance, where=probability > above, initial=0.0)), above)


def polished(chain: Chain, estimate: Estimate, control: Control) -> tuple[Estimate | None, Balance]:
    """Sweep a converged estimate until every state is balanced, or no more come into balance.

    Returns None for the estimate where nothing was left to do.
    """
    first = reached = balance(chain, estimate.probability, control.tolerance)
    if reached.above == 0 or control.most_iterations < 2:
        return None, reached
    began = time.perf_counter()
    ticker = Ticker(control, "solve")
    sweeps = 0

    def pulse() -> None:
        ticker.tick(lambda: (f"polishing: {sweeps} sweeps, states above {reached.above:.1e} balanced", None))

    probability, sweep = estimate.probability, flow_sweep(chain.jumps, pulse)
    better_at, best = 0, first
    while reached.above > 0 and sweeps - better_at < PATIENCE and sweeps < MOST:
        flow = probability * chain.exit_rates
        for _ in range(EVERY):
            flow = sweep(flow)
        sweeps += EVERY
        probability = np.divide(flow, chain.exit_rates, out=flow)
        probability /= probability.sum()
        reached = balance(chain, probability, control.tolerance)
        if reached.above < 0.5 * best.above:
            better_at, best = sweeps, reached
    residual = chain.residual(probability)
    if residual > control.tolerance or reached.above > first.above:
        return None, first
    outcome = Outcome.CONVERGED if reached.above == 0 else Outcome.STALLED
    attempt = Attempt("polishing sweeps", outcome, residual, sweeps, time.perf_counter() - began, REASON)
    return Estimate(probability, attempt), reached
