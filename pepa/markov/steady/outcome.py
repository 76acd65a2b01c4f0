"""How a method for the steady state ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from pepa.control.control import LimitReached


class Outcome(Enum):
    """A code that is its message, the remedy included."""

    CONVERGED = "converged"
    LIMIT = "not converged within the iteration limit; raise it, or choose another method"
    STALLED = "the residual stopped falling above the tolerance; loosen it, or choose another method"
    BROKE_DOWN = "the method broke down: it produced no finite probabilities; choose another method"
    OTHERWISE = "the states are coupled too strongly for the method; choose another method"
    UNSUITABLE = "the method needs more memory or time than this chain allows; choose another method"


@dataclass(frozen=True)
class Attempt:
    """One method tried and why: how it ended, the residual it reached, and what that took."""

    method: str
    outcome: Outcome
    residual: float
    iterations: int
    seconds: float
    reason: str = ""


class NotConverged(LimitReached):
    """No method converged. Carries the attempts but no vector: what is no answer cannot be printed as one."""

    def __init__(self, attempts: tuple[Attempt, ...], tolerance: float) -> None:
        best = min(attempts, key=lambda attempt: attempt.residual)
        reached = f"residual {best.residual:.1e} by {best.method}, above the tolerance {tolerance:.0e}"
        if best.residual <= tolerance:  # of what it started from: the method itself came to nothing
            reached = f"{best.method} came to none"
        message = f"no steady state: {reached}"
        super().__init__(message, "; ".join(f"{attempt.method}: {attempt.outcome.value}" for attempt in attempts))
        self.attempts = attempts
