"""What a method for the steady state of an irreducible chain is, and the one loop that runs them all."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from pepa.control.control import Control, Ticker
from pepa.markov.chain.chain import Chain
from pepa.markov.chain.unsuitable import Unsuitable
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.outcome import Attempt, Outcome

Step = Callable[[Vector], Vector]
Pulse = Callable[[], None]


class StationaryMethod(Protocol):
    """One way to improve an estimate of the steady state; a direct method does it in one step.

    `reason` says why it is tried where it suits. After `patience` steps without progress it counts as stalled.
    `by_residual` says that its answer is as good as its residual tells, which is not good enough where blocks of states
    are weakly coupled.
    """

    name: str
    reason: str
    by_residual: bool

    @property
    def patience(self) -> int:
        """How many steps may pass without the residual halving."""

    def suits(self, chain: Chain) -> bool:
        """Whether the method is worth trying on a chain, by its size and shape."""

    def prepare(self, chain: Chain, tolerance: float, pulse: Pulse) -> Step:
        """Return the step from one estimate (positive, sum 1) to the next, which need not sum to 1.

        A step need be no better than the tolerance. One that takes long calls `pulse` now and then, so that it can be
        cancelled. Raises Unsuitable, MemoryError or ArithmeticError where the chain is beyond the method.
        """


@dataclass(frozen=True, eq=False)
class Estimate:
    """The best estimate a method reached, and how."""

    probability: Vector
    attempt: Attempt


def run(method: StationaryMethod, chain: Chain, start: Vector, control: Control) -> Estimate:
    """Step until the relative residual meets the tolerance, stalls, breaks down or meets the iteration limit.

    The only loop: it normalises, reports progress, and passes on whatever the watcher raises to cancel. `start`
    is not changed.
    """
    began = time.perf_counter()
    ticker = Ticker(control, "solve")
    first_residual = best_residual = math.inf
    best = start
    iteration, outcome = 0, Outcome.LIMIT

    def pulse() -> None:
        done = _done(first_residual, best_residual, control.tolerance)
        ticker.tick(lambda: (f"{method.name}: {iteration} steps, residual {best_residual:.1e}", done))

    try:
        with np.errstate(all="ignore"):
            step = method.prepare(chain, control.tolerance, pulse)
        first_residual = best_residual = chain.residual(start)
        halved_at, halved = 0, best_residual
        probability = start.copy()
        while iteration < control.most_iterations:
            iteration += 1
            with np.errstate(all="ignore"):  # what breaks down is seen in what it returns
                probability = step(probability)
            total = probability.sum()
            if not np.isfinite(total) or total <= 0 or probability.min() < 0:
                outcome = Outcome.BROKE_DOWN
                break
            probability /= total
            residual = chain.residual(probability)
            if residual < best_residual or residual <= control.tolerance:
                best, best_residual = probability.copy(), residual
            if residual <= control.tolerance:
                outcome = Outcome.CONVERGED
                break
            if residual < 0.5 * halved:
                halved_at, halved = iteration, residual
            elif iteration - halved_at >= method.patience:
                outcome = Outcome.STALLED
                break
            pulse()
    except (Unsuitable, MemoryError, ArithmeticError) as error:
        outcome = _refused(error)
        best_residual = min(best_residual, chain.residual(best))
    attempt = Attempt(method.name, outcome, best_residual, iteration, time.perf_counter() - began, method.reason)
    return Estimate(best, attempt)


def _refused(error: Unsuitable | MemoryError | ArithmeticError) -> Outcome:
    """Return why a method gave up: a factor that is singular in doubles is not for want of memory."""
    if isinstance(error, ZeroDivisionError):
        return Outcome.BROKE_DOWN
    return Outcome.OTHERWISE if isinstance(error, ArithmeticError) else Outcome.UNSUITABLE


def _done(first: float, best: float, tolerance: float) -> float | None:
    """Return how far the residual has fallen, on the scale of its logarithm."""
    if not 0 < tolerance < best < first:
        return None
    return math.log(first / best) / math.log(first / tolerance)
