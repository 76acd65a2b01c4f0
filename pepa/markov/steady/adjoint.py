"""The derivative of a long-run average by every rate at once: one transposed solution per measure.

With bias g of a reward the average changes by sum over transitions of probability x change of rate x (g at its target -
g at its source) (Schweitzer 1968; Cao and Chen, Perturbation realization, potentials and sensitivity analysis of Markov
processes, 1997). Where several classes recur, which one a run ends in changes as well: there the worth of a transient
state is the average of what may follow, and the time spent in it takes the place of its probability.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from pepa.control.control import Control, LimitReached
from pepa.language.slopes import Direction
from pepa.markov.chain.chain import Chain
from pepa.markov.chain.factor import Factor
from pepa.markov.space.state_space import StateSpace, Vector
from pepa.markov.steady.poisson import Bias, Poisson
from pepa.markov.steady.steady_state import SteadyState
from pepa.net.net import Net

MOST_TRANSIENT = 100_000  # states between several recurrent classes up to which reaching them is differentiated


@dataclass(frozen=True, eq=False)
class Reward:
    """What a measure earns: per time unit in each state (states,), and each time along a transition (transitions,)."""

    states: Vector
    transitions: Vector


@dataclass(frozen=True, eq=False)
class Derivatives:
    """The derivative of a measure in every direction, that of a parameter growing and of it shrinking; how obtained."""

    slopes: dict[Direction, float]
    method: str
    residual: float
    seconds: float


def along(space: StateSpace, net: Net, weights: Vector) -> dict[Direction, float]:
    """Return the derivatives of the rates of all transitions, each times its weight (transitions,), summed.

    `net` is that of the space, compiled with slopes.
    """
    slopes: dict[Direction, float] = {}
    for positions, every in space.slopes(net):
        weight = weights[positions]
        total = float(weight.sum())
        for direction, slope in every.items():
            change = float(slope) * total if np.ndim(slope) == 0 else float(weight @ slope)
            slopes[direction] = slopes.get(direction, 0.0) + change
    return slopes


class Adjoint:
    """Derivatives of the measures of one solved chain; what measures share is worked out once."""

    def __init__(self, space: StateSpace, net: Net, chain: Chain, steady: SteadyState, control: Control) -> None:
        """Take the chain of `space` and its steady state; `net` has its rates, compiled with slopes."""
        self._space, self._net, self._chain, self._steady, self._control = space, net, chain, steady, control
        self._parts: list[Poisson] | None = None
        self._passages: _Passages | None = None

    def derivatives(self, reward: Reward) -> Derivatives:
        """Return the derivatives of the average of a reward; raises LimitReached where they cannot be had."""
        began = time.perf_counter()
        earned = reward.states + np.bincount(
            self._chain.source, self._chain.rate * reward.transitions, self._chain.size
        )
        probability = self._steady.probability
        bias, found = self._bias(earned)
        weights = reward.transitions + self._gain(bias)
        weights *= probability[self._chain.source]
        if len(self._steady.classes.recurrent) > 1:
            visits, worth = self._reaching(earned)
            weights += visits[self._chain.source] * self._gain(worth)
        slopes = along(self._space, self._net, weights)
        method = ", ".join(dict.fromkeys(one.method for one in found))
        return Derivatives(slopes, method, max(one.residual for one in found), time.perf_counter() - began)

    def _gain(self, values: Vector) -> Vector:
        return np.asarray(values[self._chain.target] - values[self._chain.source])

    def _bias(self, earned: Vector) -> tuple[Vector, list[Bias]]:
        """Return the bias within each recurrent class, 0 in transient states, and how it was found."""
        classes = self._steady.classes.recurrent
        if self._parts is None:
            self._parts = [self._poisson(index) for index in range(len(classes))]
        found = [part.bias(earned[states]) for part, states in zip(self._parts, classes, strict=True)]
        values = np.zeros(self._chain.size)
        for one, states in zip(found, classes, strict=True):
            values[states] = one.values
        return values, found

    def _poisson(self, index: int) -> Poisson:
        states, weight = self._steady.classes.recurrent[index], self._steady.weights[index]
        chain = self._chain if len(states) == self._chain.size else self._chain.restricted(states)
        inside = self._steady.probability[states]
        return Poisson(chain, inside / weight if weight else inside, self._control)

    def _reaching(self, earned: Vector) -> tuple[Vector, Vector]:
        """Return the mean time spent in each transient state, and the average that follows from every state."""
        if self._passages is None:
            self._passages = _Passages(self._chain, self._steady)
        average = np.zeros(self._chain.size)
        for states, weight in zip(self._steady.classes.recurrent, self._steady.weights, strict=True):
            average[states] = self._steady.probability[states] @ earned[states] / weight if weight else 0.0
        return self._passages.visits, self._passages.followed(average)


class _Passages:
    """The transient states between several recurrent classes."""

    def __init__(self, chain: Chain, steady: SteadyState) -> None:
        from scipy.sparse import csr_array, diags_array

        self._states = steady.classes.transient
        if len(self._states) > MOST_TRANSIENT:
            message = f"{len(self._states):,} transient states lead to several recurrent classes: too many to follow"
            raise LimitReached(message, "central differences remain: solve at a little more and a little less")
        self._chain = chain
        balance = csr_array(diags_array(chain.exit_rates) - chain.incoming.T)
        try:
            self._factor = Factor(balance[self._states][:, self._states].tocsc())
        except ZeroDivisionError as error:
            raise LimitReached(f"the transient states cannot be followed: {error}", "use central differences") from None
        start = np.zeros(len(self._states))
        start[0] = 1.0  # state 0 is transient: else every state reached from it would recur together
        self.visits = np.zeros(chain.size)
        self.visits[self._states] = self._factor.solve(start, "T")

    def followed(self, average: Vector) -> Vector:
        """Return the mean of the averages (states,) of the recurrent classes by which one a state leads to."""
        values = average.copy()
        values[self._states] = 0.0
        into = np.asarray(self._chain.incoming.T @ values)[self._states]
        values[self._states] = self._factor.solve(into)
        return values
