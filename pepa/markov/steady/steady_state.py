"""The steady state of any finite chain, started in state 0: every recurrent class weighted by reaching it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control
from pepa.markov.chain.chain import TINIEST, Chain, rated
from pepa.markov.chain.classes import Classes, classes
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.aggregation import Aggregation
from pepa.markov.steady.certainty import RARE, Certainty, assured, by_elimination, singly, worst
from pepa.markov.steady.coupling import weakly_coupled_blocks
from pepa.markov.steady.gauss_seidel import flow_sweep
from pepa.markov.steady.method import Estimate, StationaryMethod, run
from pepa.markov.steady.outcome import Attempt, NotConverged, Outcome
from pepa.markov.steady.plan import plan
from pepa.markov.steady.polish import Balance, polished

CARRIED = 1e-12  # of the flow: the least that parts of the states have in an estimate from a start with no bias
REFILL = 60  # sweeps after which weight given to states that should have none has gone
SPREAD = 1e-9  # of the weight, over all states, where an estimate has none: what it leaves out nothing sees again
MODERATE = 50_000  # states of which rare ones are worth an elimination, down to
RAREST = 1e-20  # in probability
DIRECT = 300  # states up to which elimination is faster than any iteration from a near start


@dataclass(frozen=True, eq=False)
class Stationary:
    """The steady state of one irreducible chain: by which method, with what residual and balance, after what."""

    probability: Vector
    method: str
    residual: float
    balance: Balance
    certainty: Certainty
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, eq=False)
class SteadyState:
    """Long-run probabilities of all states, and how they were obtained.

    `residual` is |pi Q|_1 relative to the total flow, the largest over the recurrent classes, `balance` the worst
    of them; `weights` are the probabilities of ending in each; `certainty` says how far the figures may be off.
    `error_bound` is a proved bound on the relative error
    of every probability, None where none was asked for or found.
    """

    probability: Vector
    classes: Classes
    weights: tuple[float, ...]
    method: str
    residual: float
    balance: Balance
    certainty: Certainty
    iterations: int
    tolerance: float
    attempts: tuple[Attempt, ...]
    seconds: float
    error_bound: float | None = None


def steady_state(
    chain: Chain,
    control: Control | None = None,
    method: str | None = None,
    start: Vector | None = None,
    known: Classes | None = None,
) -> SteadyState:
    """Return the long-run distribution of a chain all of whose states are reachable from state 0.

    `method` names the one to use in place of the automatic choice; `start` is a first estimate for the iterative
    ones, `known` the classes where they are known already. Raises NotConverged, which carries no vector, and
    PepaError for an unknown method.
    """
    began = time.perf_counter()
    control = control or Control()
    found = known or classes(chain)
    attempts: list[Attempt] = []
    certainties: list[Certainty] = []
    if len(found.recurrent) == 1:
        weights: tuple[float, ...] = (1.0,)
    else:
        reaching = stationary(_closed(chain, found), control, method)
        attempts += reaching.attempts
        certainties.append(reaching.certainty)
        into = reaching.probability[-len(found.recurrent) :]
        weights = tuple((into / into.sum()).tolist())
    probability = np.zeros(chain.size)
    parts: list[Stationary] = []
    for states, weight in zip(found.recurrent, weights, strict=True):
        whole = len(states) == chain.size
        part = chain if whole else chain.restricted(states)
        inner = stationary(part, control, method, None if start is None else start[states])
        probability[states] = weight * inner.probability
        parts.append(inner)
    inside = [attempt for part in parts for attempt in part.attempts]
    return SteadyState(
        probability,
        found,
        weights,
        ", ".join(dict.fromkeys(part.method for part in parts)),
        max(part.residual for part in parts),
        Balance(max(part.balance.worst for part in parts), max(part.balance.above for part in parts)),
        worst([*certainties, *(part.certainty for part in parts)]),
        sum(attempt.iterations for attempt in inside if attempt.outcome is Outcome.CONVERGED),
        control.tolerance,
        (*attempts, *inside),
        time.perf_counter() - began,
    )


def bounded(steady: SteadyState, chain: Chain, control: Control) -> SteadyState:
    """Return a steady state with its error bound, where one can be proved: for a single recurrent class."""
    from pepa.markov.steady.error_bound import error_bound

    if len(steady.classes.recurrent) != 1:
        return steady
    states = steady.classes.recurrent[0]
    part = chain if len(states) == chain.size else chain.restricted(states)
    found = error_bound(part, steady.probability[states], control) if part.size > 1 else 0.0
    return replace(steady, error_bound=found)


def stationary(chain: Chain, control: Control, method: str | None = None, start: Vector | None = None) -> Stationary:
    """Return the steady state of an irreducible chain by the first method that converges.

    A method that does not leaves its best estimate to the next. Where its answer is not certain for all states,
    those by elimination that follow are tried. Raises NotConverged after the last.
    """
    if chain.size == 1:
        only = Attempt("single state", Outcome.CONVERGED, 0.0, 0, 0.0)
        return Stationary(np.ones(1), only.method, 0.0, Balance(0.0, 0.0), by_elimination(chain), (only,))
    attempts: list[Attempt] = []
    estimate = _usable(start, chain.size)
    warm = start is not None and chain.size > DIRECT
    uncertain: Stationary | None = None
    for candidate in plan(chain, method, warm=warm):
        if uncertain is not None and candidate.by_residual:
            continue
        reached = run(candidate, chain, estimate, control)
        attempts.append(reached.attempt)
        if reached.attempt.outcome is Outcome.CONVERGED:
            if method is None and candidate.by_residual and not isinstance(candidate, Aggregation):
                reached = _weighed(chain, reached, control, attempts)
            found = _finished(chain, candidate, reached, control, attempts, CARRIED if start is None else TINIEST)
            if method is not None or not _unsure(found.certainty, chain.size):
                return found
            uncertain, reached = found, replace(reached, probability=found.probability)
        estimate = reached.probability
    if uncertain is not None:
        return replace(uncertain, attempts=tuple(attempts))
    raise NotConverged(tuple(attempts), control.tolerance)


def _unsure(certainty: Certainty, size: int) -> bool:
    """Whether an answer is worth elimination: it is not certain, or only for likely states where that costs little."""
    return not certainty.exact or (certainty.above > RAREST and size <= MODERATE)


def _finished(
    chain: Chain, method: StationaryMethod, reached: Estimate, control: Control, attempts: list[Attempt], least: float
) -> Stationary:
    """Return a converged estimate polished, and with what it is certain to: coupled, where a residual ended it.

    States that carry less than `least` of the flow together are not looked at for slow modes.
    """
    name = reached.attempt.method
    if method.by_residual and not reached.probability.min() > 0:
        reached = replace(reached, probability=_refilled(chain, reached.probability, control.tolerance))
    certainty = by_elimination(chain)
    balance = None
    for again in (False, True):
        finished, balance = polished(chain, reached, control, balance)
        if finished is not None:
            attempts.append(finished.attempt)
            reached = finished
        elif again:  # what was made certain is as it was
            error, above = max(certainty.error, balance.worst), max(certainty.above, balance.above)
            certainty = replace(certainty, error=error, above=above)
            break
        if not method.by_residual:
            break
        moved = certainty.moved
        reached, certainty = assured(chain, reached, balance, least, control)
        certainty = replace(certainty, moved=max(moved, certainty.moved))
        attempts.append(reached.attempt)
        if reached.attempt.iterations == 0:
            break
        if certainty.moved > RARE:
            least = TINIEST  # what a correction took weight from may have next to none
    assert balance is not None
    if method.by_residual:
        reached, certainty = singly(chain, reached, certainty, control)
    return Stationary(reached.probability, name, reached.attempt.residual, balance, certainty, tuple(attempts))


def _weighed(chain: Chain, reached: Estimate, control: Control, attempts: list[Attempt]) -> Estimate:
    """Return an estimate with weakly coupled blocks, whose weights no residual tells, weighed against one another."""
    likely = int(np.argmax(reached.probability))
    if not chain.is_wide or weakly_coupled_blocks(chain, likely) is None:
        return reached
    weighed = run(Aggregation(), chain, reached.probability, control)
    attempts.append(weighed.attempt)
    return weighed if weighed.attempt.outcome is Outcome.CONVERGED else reached


def _usable(start: Vector | None, size: int) -> Vector:
    if start is None or len(start) != size or not start.sum() > 0:
        return np.full(size, 1 / size)
    return np.asarray(start / start.sum())


def _refilled(chain: Chain, probability: Vector, tolerance: float) -> Vector:
    """Return an estimate with some weight where a factorisation lost all, if it is as good by its residual."""
    sweep = flow_sweep(chain.jumps, lambda: None)
    flow = (probability + SPREAD / chain.size) * chain.exit_rates
    for _ in range(REFILL):
        flow = sweep(flow)
    flow /= chain.exit_rates
    flow /= flow.sum()
    return flow if chain.residual(flow) <= tolerance else probability


def _closed(chain: Chain, found: Classes) -> Chain:
    """Return the chain of the transient states and one state for each recurrent class, which leads back to 0.

    Its steady state gives the probability of ending in each class, without subtraction: in each round trip one
    class is entered once, and left at rate 1.
    """
    number = np.zeros(chain.size, np.int32)
    number[found.transient] = np.arange(len(found.transient), dtype=np.int32)
    for index, states in enumerate(found.recurrent):
        number[states] = len(found.transient) + index
    among: NDArray[np.bool_] = number[chain.source] < len(found.transient)
    ends = np.arange(len(found.transient), len(found.transient) + len(found.recurrent), dtype=np.int32)
    size = len(found.transient) + len(found.recurrent)
    levels = np.unique(np.append(np.searchsorted(found.transient, chain.levels[:-1]), [len(found.transient), size]))
    return Chain(
        size,
        np.concatenate([number[chain.source[among]], ends]),
        np.concatenate([number[chain.target[among]], np.zeros(len(ends), np.int32)]),
        rated(np.concatenate([chain.rate[among], np.full(len(ends), _typical(chain.rate[among]))])),
        levels,
    )


def _typical(rates: Vector) -> float:
    return float(np.exp(np.mean(np.log(rates)))) if len(rates) else 1.0
