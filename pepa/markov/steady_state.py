"""The steady state of any finite chain, started in state 0: every recurrent class weighted by reaching it."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.language.problem import PepaError
from pepa.markov.chain import Chain
from pepa.markov.classes import Classes, classes
from pepa.markov.control import Control
from pepa.markov.elimination import SparseElimination
from pepa.markov.gauss_seidel import GaussSeidel
from pepa.markov.gth import GTH
from pepa.markov.level_sweeps import LevelSweeps
from pepa.markov.method import StationaryMethod, run
from pepa.markov.outcome import Attempt, NotConverged, Outcome
from pepa.markov.sparse_lu import SparseLU
from pepa.markov.state_space import Vector

METHODS: tuple[StationaryMethod, ...] = (GTH(), LevelSweeps(), SparseElimination(), SparseLU(), GaussSeidel())


@dataclass(frozen=True)
class Stationary:
    """The steady state of one irreducible chain; the last attempt is the one that converged."""

    probability: Vector
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True)
class SteadyState:
    """Long-run probabilities of all states, and how they were obtained.

    `residual` is |pi Q|_1 relative to the total flow, the largest over the recurrent classes; `weights` are the
    probabilities of ending in each of them.
    """

    probability: Vector
    classes: Classes
    weights: tuple[float, ...]
    method: str
    residual: float
    iterations: int
    tolerance: float
    attempts: tuple[Attempt, ...]
    seconds: float


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
    if len(found.recurrent) == 1:
        weights: tuple[float, ...] = (1.0,)
    else:
        reaching = stationary(_closed(chain, found), control, method)
        attempts += reaching.attempts
        into = reaching.probability[-len(found.recurrent) :]
        weights = tuple((into / into.sum()).tolist())
    probability = np.zeros(chain.size)
    finals = []
    for states, weight in zip(found.recurrent, weights, strict=True):
        whole = len(states) == chain.size
        part = chain if whole else chain.restricted(states)
        inner = stationary(part, control, method, None if start is None else start[states])
        probability[states] = weight * inner.probability
        attempts += inner.attempts
        finals.append(inner.attempts[-1])
    worst = max(finals, key=lambda attempt: attempt.residual)
    names = tuple(dict.fromkeys(attempt.method for attempt in finals))
    return SteadyState(
        probability,
        found,
        weights,
        ", ".join(names),
        worst.residual,
        sum(attempt.iterations for attempt in finals),
        control.tolerance,
        tuple(attempts),
        time.perf_counter() - began,
    )


def stationary(chain: Chain, control: Control, method: str | None = None, start: Vector | None = None) -> Stationary:
    """Return the steady state of an irreducible chain by the first method that converges.

    A method that does not leaves its best estimate to the next. Raises NotConverged after the last.
    """
    if chain.size == 1:
        return Stationary(np.ones(1), (Attempt("single state", Outcome.CONVERGED, 0.0, 0, 0.0),))
    attempts: list[Attempt] = []
    estimate = _usable(start, chain.size)
    for candidate in _candidates(chain, method):
        reached = run(candidate, chain, estimate, control)
        attempts.append(reached.attempt)
        if reached.attempt.outcome is Outcome.CONVERGED:
            return Stationary(reached.probability, tuple(attempts))
        estimate = reached.probability
    raise NotConverged(tuple(attempts), control.tolerance)


def _usable(start: Vector | None, size: int) -> Vector:
    if start is None or len(start) != size or not start.sum() > 0:
        return np.full(size, 1 / size)
    return np.asarray(start / start.sum())


def _candidates(chain: Chain, name: str | None) -> list[StationaryMethod]:
    if name is None:
        return [method for method in METHODS if method.suits(chain)]
    chosen = [method for method in METHODS if method.name.lower() == name.lower()]
    if not chosen:
        names = ", ".join(f'"{method.name}"' for method in METHODS)
        raise PepaError(f"there is no method `{name}`", f"the methods are {names}")
    return chosen


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
        np.concatenate([chain.rate[among], np.full(len(ends), _typical(chain.rate[among]))]),
        levels,
    )


def _typical(rates: Vector) -> float:
    return float(np.exp(np.mean(np.log(rates)))) if len(rates) else 1.0
