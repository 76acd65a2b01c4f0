"""The continuous-time Markov chain of a state space with the rates of its transitions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pepa.markov.state_space import StateSpace, Vector
from pepa.net.net import Net

if TYPE_CHECKING:
    from scipy.sparse import csr_array

TINIEST = 1e-290  # probabilities below which doubles lose their digits


@dataclass(frozen=True)
class Chain:
    """A chain of `size` states: transitions with positive rates, self-loops among them, and its levels.

    `levels` are first states of consecutive blocks and, last, the size: a transition leads at most one block on.
    """

    size: int
    source: NDArray[np.int32]
    target: NDArray[np.int32]
    rate: Vector
    levels: NDArray[np.int64]

    @cached_property
    def moving(self) -> NDArray[np.bool_]:
        """Which transitions leave their state."""
        return np.asarray(self.source != self.target)

    @cached_property
    def exit_rates(self) -> Vector:
        """The total rate out of each state, summed without subtraction, self-loops left out."""
        if self.moving.all():
            return np.bincount(self.source, self.rate, self.size).astype(float)
        return np.bincount(self.source[self.moving], self.rate[self.moving], self.size).astype(float)

    @cached_property
    def incoming(self) -> csr_array[np.float64]:
        """The off-diagonal generator transposed: row i holds the rates into state i."""
        from scipy.sparse import coo_array

        source, target, rate = self.source, self.target, self.rate
        if not self.moving.all():
            source, target, rate = source[self.moving], target[self.moving], rate[self.moving]
        return coo_array((rate, (target, source)), shape=(self.size, self.size)).tocsr()

    def dense(self) -> NDArray[np.float64]:
        """Return the off-diagonal generator as a dense matrix: row i holds the rates out of state i."""
        matrix = np.zeros((self.size, self.size))
        np.add.at(matrix, (self.source[self.moving], self.target[self.moving]), self.rate[self.moving])
        return matrix

    def flows(self, probability: Vector) -> tuple[Vector, Vector]:
        """Return the probability flow into and out of each state."""
        if "incoming" in self.__dict__:
            inflow = np.asarray(self.incoming @ probability)
        else:
            flow = (self.rate * probability[self.source])[self.moving]
            inflow = np.bincount(self.target[self.moving], flow, self.size)
        return inflow, probability * self.exit_rates

    def residual(self, probability: Vector) -> float:
        """Return the imbalance of flows, |pi Q|_1, relative to the total flow."""
        inflow, outflow = self.flows(probability)
        total = float(outflow.sum())
        inflow -= outflow
        return float(np.linalg.norm(inflow, 1)) / total if total else 0.0

    def imbalance(self, probability: Vector) -> Vector:
        """Return the imbalance of each state relative to its own flow; zero where its probability is below TINIEST."""
        inflow, outflow = self.flows(probability)
        seen = (probability > TINIEST) & (outflow > 0)
        inflow -= outflow
        np.abs(inflow, out=inflow)
        np.divide(inflow, outflow, out=inflow, where=seen)
        inflow[~seen] = 0.0
        return inflow

    def restricted(self, states: NDArray[np.int64]) -> Chain:
        """Return the chain of some states (ascending), transitions to others left out; levels are kept."""
        number = np.full(self.size, -1, np.int32)
        number[states] = np.arange(len(states), dtype=np.int32)
        inside = (number[self.source] >= 0) & (number[self.target] >= 0)
        levels = np.unique(np.searchsorted(states, self.levels))
        return Chain(len(states), number[self.source[inside]], number[self.target[inside]], self.rate[inside], levels)


def generator(space: StateSpace, net: Net | None = None) -> Chain:
    """Return the chain of a state space, with the rates of `net` where given: a net of the same structure."""
    return Chain(space.size, space.source, space.target, space.rates(net or space.net), space.levels)
