"""The continuous-time Markov chain of a state space with the rates of its transitions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pepa.markov.chain.jumps import Pattern, jump_balance, pattern
from pepa.markov.chain.rows import Rows
from pepa.markov.space.coordinates import Coordinates, coordinates
from pepa.markov.space.state_space import StateSpace, Vector
from pepa.net.net import Net

if TYPE_CHECKING:
    from scipy.sparse import csr_array

CHUNK = 1 << 18  # transitions summed at a time
PATTERNED = 1 << 20  # transitions up to which their pattern is kept for other rates
NARROWEST = 50  # states a level on average below which a chain is thin
TINIEST = 1e-290  # probabilities below which doubles lose their digits


@dataclass(frozen=True)
class Chain:
    """A chain of `size` states: transitions with positive rates, self-loops among them, and its levels.

    `levels` are first states of consecutive blocks and, last, the size: a transition leads at most one block on.
    `known` is the pattern of its transitions where it is known from a chain with other rates, `coordinates` what the
    groups of its net tell of its states, where it comes from one.
    """

    size: int
    source: NDArray[np.int32]
    target: NDArray[np.int32]
    rate: Vector
    levels: NDArray[np.int64]
    known: Pattern | None = None
    coordinates: Coordinates | None = None

    @cached_property
    def moving(self) -> NDArray[np.bool_]:
        """Which transitions leave their state."""
        return np.asarray(self.source != self.target)

    @cached_property
    def exit_rates(self) -> Vector:
        """The total rate out of each state, summed without subtraction, self-loops left out."""
        total = np.zeros(self.size)
        for start in range(0, len(self.rate), CHUNK):  # the transitions of a chunk leave few states, those of a level
            part = slice(start, start + CHUNK)
            source, rate = self.source[part], np.where(self.moving[part], self.rate[part], 0.0)
            first, last = int(source.min()), int(source.max())
            total[first : last + 1] += np.bincount(source - first, rate, last - first + 1)
        return total

    @cached_property
    def incoming(self) -> csr_array[np.float64]:
        """The off-diagonal generator transposed: row i holds the rates into state i."""
        from scipy.sparse import coo_array

        source, target, rate = self.source, self.target, self.rate
        if not self.moving.all():
            source, target, rate = source[self.moving], target[self.moving], rate[self.moving]
        return coo_array((rate, (target, source)), shape=(self.size, self.size)).tocsr()

    @cached_property
    def jumps(self) -> Rows:
        """The balance of the flows z (probability x exit rate), z P - z with P the embedded jump chain, a row a state.

        Row i holds -1 at i, always first, and the probabilities of jumping to i.
        """
        source, target, rate = self.source, self.target, self.rate
        if not self.moving.all():
            source, target, rate = source[self.moving], target[self.moving], rate[self.moving]
        if self.pattern is not None:
            return self.pattern.balance(rate, self.exit_rates)
        return jump_balance(source, target, rate, self.exit_rates)

    @cached_property
    def pattern(self) -> Pattern | None:
        """Where the entries of `jumps` are; None for a large chain, where it takes more memory than time."""
        if self.known is not None:
            return self.known
        if len(self.rate) > PATTERNED:
            return None
        if self.moving.all():
            return pattern(self.source, self.target, self.size)
        return pattern(self.source[self.moving], self.target[self.moving], self.size)

    @property
    def width(self) -> float:
        """The states of a level on average."""
        return self.size / (len(self.levels) - 1)

    @property
    def is_wide(self) -> bool:
        """Whether levels have NARROWEST states or more on average."""
        return self.width >= NARROWEST

    def dense(self) -> NDArray[np.float64]:
        """Return the off-diagonal generator as a dense matrix: row i holds the rates out of state i."""
        matrix = np.zeros((self.size, self.size))
        np.add.at(matrix, (self.source[self.moving], self.target[self.moving]), self.rate[self.moving])
        return matrix

    def flows(self, probability: Vector) -> tuple[Vector, Vector]:
        """Return the probability flow into and out of each state."""
        flow = (self.rate * probability[self.source])[self.moving]
        return np.bincount(self.target[self.moving], flow, self.size).astype(float), probability * self.exit_rates

    def _missing(self, probability: Vector) -> tuple[Vector, Vector]:
        """Return the flow into each state less that out of it, and the latter."""
        if "jumps" in self.__dict__:
            outflow = probability * self.exit_rates
            return self.jumps @ outflow, outflow
        inflow, outflow = self.flows(probability)
        inflow -= outflow
        return inflow, outflow

    def residual(self, probability: Vector) -> float:
        """Return the imbalance of flows, |pi Q|_1, relative to the total flow."""
        missing, outflow = self._missing(probability)
        total = float(outflow.sum())
        return float(np.linalg.norm(missing, 1)) / total if total else 0.0

    def imbalance(self, probability: Vector) -> Vector:
        """Return the imbalance of each state relative to its own flow; zero where its probability is below TINIEST."""
        missing, outflow = self._missing(probability)
        seen = (probability > TINIEST) & (outflow > 0)
        np.abs(missing, out=missing)
        np.divide(missing, outflow, out=missing, where=seen)
        missing[~seen] = 0.0
        return missing

    def restricted(self, states: NDArray[np.int64]) -> Chain:
        """Return the chain of some states (ascending), transitions to others left out; levels are kept."""
        number = np.full(self.size, -1, np.int32)
        number[states] = np.arange(len(states), dtype=np.int32)
        inside = (number[self.source] >= 0) & (number[self.target] >= 0)
        levels = np.unique(np.searchsorted(states, self.levels))
        found = None if self.coordinates is None else self.coordinates.restricted(states, inside)
        source, target = number[self.source[inside]], number[self.target[inside]]
        return Chain(len(states), source, target, self.rate[inside], levels, coordinates=found)


def generator(space: StateSpace, net: Net | None = None, like: Chain | None = None) -> Chain:
    """Return the chain of a state space, with the rates of `net` where given: a net of the same structure.

    `like` is the chain of the space with other rates, where there is one.
    """
    rates = space.rates(net or space.net)
    known, told = (None, coordinates(space)) if like is None else (like.pattern, like.coordinates)
    return Chain(space.size, space.source, space.target, rates, space.levels, known, told)
