"""After a method has converged: until small probabilities are as right as large ones.

A small residual bounds the error of the sum alone: what a Krylov method or a factorisation leaves in the rare states is
noise. Sweeps add positive terms only, so each state comes into balance relative to its own flow. Where noise lies deep
that takes many; coupling along the groups puts right whole blocks of rare states at once, and BiCGSTAB does the rest:
on unknowns relative to the estimate it counts a rare state as much as a likely one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pepa.control.control import Control, Ticker
from pepa.markov.chain.chain import Chain
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.coupled_sweeps import CAREFUL, coupling
from pepa.markov.steady.gauss_seidel import flow_sweep
from pepa.markov.steady.method import Estimate, Pulse, Step
from pepa.markov.steady.outcome import Attempt, Outcome
from pepa.markov.steady.refinement import REFINING, refined

REASON = "rare states"
LOOSER = 10.0  # times the tolerance: how far the flows of one state may differ
EVERY = 12  # sweeps between two looks at the balance
SOON = 1e-3  # of the probability of the likeliest state not balanced, left by sweeps that will do
WORTH = 0.1  # of that probability, which a round may leave
UNLIKELY, DEEPER = 1e-12, 1e-3  # a probability below which BiCGSTAB may leave less, but in chains small enough
PATIENCE = 3  # rounds that leave more
FAINT = 1e-30  # probability below which states are left as they are, but in chains small enough:
SMALL = 30_000  # transitions


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


def polished(
    chain: Chain, estimate: Estimate, control: Control, before: Balance | None = None
) -> tuple[Estimate | None, Balance]:
    """Sweep a converged estimate until every state is balanced, or no more come into balance.

    `before` is the balance that it was brought to before: what was rare and came into none is not tried again.
    Returns None for the estimate where nothing was left to do.
    """
    first = balance(chain, estimate.probability, control.tolerance)
    stalled = before is not None and before.above > FAINT
    if first.above <= (UNLIKELY if stalled else 0) or control.most_iterations < 2:
        return None, first
    began = time.perf_counter()
    ticker = Ticker(control, "solve")
    sweeps = 0

    def pulse() -> None:
        ticker.tick(lambda: (f"polishing: {sweeps} sweeps, states above {best.above:.1e} balanced", None))

    probability, best, small = estimate.probability, first, len(chain.source) < SMALL
    ways, missed = list(_ways(chain, pulse)), 0
    flow, way = probability * chain.exit_rates, ways.pop(0)
    while best.above > (0.0 if small else FAINT):
        flow = way.step(flow)
        if not np.isfinite(flow).all():
            break
        sweeps += way.sweeps
        reached, last = balance(chain, _normalised(chain, flow), control.tolerance), best.above
        deep = last < UNLIKELY and not (small or ways)  # and what is left to try takes long
        missed = 0 if reached.above < (DEEPER if deep else WORTH) * last else missed + 1
        if reached.above < last:
            probability, best = _normalised(chain, flow), reached
        if reached.above > way.leaves * last and ways:
            flow, way, missed = probability * chain.exit_rates, ways.pop(0), 0
        if missed == PATIENCE or (missed and not ways and best.above < UNLIKELY):
            break
    residual = chain.residual(probability)
    if residual > control.tolerance or best is first:
        return None, first
    outcome = Outcome.CONVERGED if best.above < FAINT else Outcome.STALLED
    attempt = Attempt("polishing sweeps", outcome, residual, sweeps, time.perf_counter() - began, REASON)
    return Estimate(probability, attempt), best


@dataclass(frozen=True, eq=False)
class _Way:
    """A way to polish flows: a round of it, in how many sweeps, and what share a round may leave, or others do more."""

    step: Step
    sweeps: int
    leaves: float


def _ways(chain: Chain, pulse: Pulse) -> Iterator[_Way]:
    """Yield the ways, the cheaper ones first."""
    sweep = flow_sweep(chain.jumps, pulse)

    def swept(flow: Vector) -> Vector:
        for _ in range(EVERY):
            flow = sweep(flow)
        return flow

    yield _Way(swept, EVERY, SOON)
    coupled = coupling(chain, 2, sweep, pulse)
    if coupled is not None:
        yield _Way(coupled.careful().round, CAREFUL * len(coupled.along), WORTH)
    yield _Way(lambda flow: refined(flow, sweep), REFINING, WORTH)


def _normalised(chain: Chain, flow: Vector) -> Vector:
    probability = flow / chain.exit_rates
    return np.asarray(probability / probability.sum())
