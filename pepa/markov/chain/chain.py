"""The continuous-time Markov chain of a state space with the rates of its transitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from pepa.markov.chain.jumps import Pattern, by_entry, jump_balance, pattern
from pepa.markov.chain.rows import Rows
from pepa.markov.space.coordinates import Coordinate, Coordinates, Entries, Flows, StepRates, coordinates
from pepa.markov.space.state_space import Rates, StateSpace, Vector
from pepa.net.net import Net

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Value = TypeVar("Value", bound=np.generic)
CHUNK = 1 << 18  # transitions summed at a time
PATTERNED = 1 << 20  # transitions up to which their pattern is kept for other rates
KEPT = 1 << 25  # transitions up to which their rates are kept beside the jumps; those of more are worked out anew
STEPS = 1 << 23  # numbers up to which it is kept how fast states step along counts: two for each of both
NARROWEST = 50  # states a level on average below which a chain is thin
TINIEST = 1e-290  # probabilities below which doubles lose their digits


@dataclass(frozen=True, eq=False)
class Chain:
    """A chain of `size` states: transitions with positive rates, self-loops among them, and its levels.

    `rates` works out the rates of some transitions: see `rated` where they are known.
    `levels` are first states of consecutive blocks and, last, the size: a transition leads at most one block on.
    `known` is the pattern of its transitions where it is known from a chain with other rates, `coordinates` what the
    groups of its net tell of its states, where it comes from one.
    """

    size: int
    source: NDArray[np.int32]
    target: NDArray[np.int32]
    rates: Rates
    levels: NDArray[np.int64]
    known: Pattern | None = None
    coordinates: Coordinates | None = None

    @cached_property
    def rate(self) -> Vector:
        """The rate of each transition; a large chain holds it until it has its jumps: see `rates_of`."""
        return self.rates(slice(None))

    def rates_of(self, part: slice) -> Vector:
        """Return the rates of some transitions, without those of all."""
        return self.rate[part] if len(self.source) <= KEPT else self.rates(part)

    def flows_along(self, along: Sequence[Coordinate], probability: Vector) -> dict[Coordinate, Flows]:
        """Return what flows between the values of some coordinates, of a chain that has any."""
        assert self.coordinates is not None
        among = self.coordinates
        if len(self.source) > KEPT:
            return among.flows(along, self._entries, probability * self.exit_rates)
        known = self._step_rates
        found = {one: among.stepped(one, known[one], probability) for one in along if one in known}
        rest = [one for one in along if one not in known]
        found |= among.flows(rest, Entries(self.source, among.move, self.rate), probability) if rest else {}
        return {one: found[one] for one in along}

    @cached_property
    def _step_rates(self) -> dict[Coordinate, StepRates]:
        """How fast each state steps along each count; of none where that takes much memory."""
        assert self.coordinates is not None
        among = self.coordinates
        counts = [one for one in among.all() if one.derivative is not None]
        kept = 2 * self.size * len(counts) <= STEPS
        return among.step_rates(counts if kept else [], Entries(self.source, among.move, self.rate))

    @cached_property
    def _entries(self) -> Entries:
        """The entries of `jumps` with their moves."""
        assert self.coordinates is not None
        none = len(self.coordinates.moves)
        jumps, leaving = self.jumps, self._leaving(self.coordinates.move)
        moves = by_entry(*leaving, self.size).astype(np.min_scalar_type(none), copy=False)
        moves[jumps.indptr[:-1]] = none
        return Entries(jumps.indices, moves, jumps.data)

    @cached_property
    def moving(self) -> NDArray[np.bool_]:
        """Which transitions leave their state."""
        return np.asarray(self.source != self.target)

    @cached_property
    def all_move(self) -> bool:
        """Whether every transition leaves its state."""
        parts = (slice(start, start + CHUNK) for start in range(0, len(self.source), CHUNK))
        return all(bool((self.source[part] != self.target[part]).all()) for part in parts)

    @cached_property
    def exit_rates(self) -> Vector:
        """The total rate out of each state, summed without subtraction, self-loops left out."""
        total = np.zeros(self.size)
        for start in range(0, len(self.source), CHUNK):  # those of a chunk leave few states, those of a level
            part = slice(start, start + CHUNK)
            source, rate = self.source[part], self.rate[part]
            if not self.all_move:
                rate = np.where(source != self.target[part], rate, 0.0)
            first, last = int(source.min()), int(source.max())
            total[first : last + 1] += np.bincount(source - first, rate, last - first + 1)
        return total

    @cached_property
    def incoming(self) -> csr_array[np.float64]:
        """The off-diagonal generator transposed: row i holds the rates into state i."""
        from scipy.sparse import coo_array

        source, target, rate = self._leaving(self.rate)
        return coo_array((rate, (target, source)), shape=(self.size, self.size)).tocsr()

    @cached_property
    def jumps(self) -> Rows:
        """The balance of the flows z (probability x exit rate), z P - z with P the embedded jump chain, a row a state.

        Row i holds -1 at i, always first, and the probabilities of jumping to i.
        """
        source, target, rate = self._leaving(self.rate)
        if self.pattern is not None:
            found = self.pattern.balance(rate, self.exit_rates)
        else:
            found = jump_balance(source, target, rate, self.exit_rates)
        if len(self.source) > KEPT:
            self.__dict__.pop("rate", None)
        return found

    @cached_property
    def pattern(self) -> Pattern | None:
        """Where the entries of `jumps` are; None for a large chain, where it takes more memory than time."""
        if self.known is not None:
            return self.known
        if len(self.source) > PATTERNED:
            return None
        source, target, _ = self._leaving(self.source)
        return pattern(source, target, self.size)

    def _leaving(self, values: NDArray[Value]) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[Value]]:
        """Return source, target and one of some values of each transition that leaves its state."""
        if self.all_move:
            return self.source, self.target, values
        return self.source[self.moving], self.target[self.moving], values[self.moving]

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
        return float(np.abs(missing, out=missing).sum()) / total if total else 0.0

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
        return Chain(len(states), source, target, rated(self.rate[inside]), levels, coordinates=found)


def rated(rate: Vector) -> Rates:
    """Return known rates, as a chain works them out."""
    return rate.__getitem__


def generator(space: StateSpace, net: Net | None = None, like: Chain | None = None) -> Chain:
    """Return the chain of a state space, with the rates of `net` where given: a net of the same structure.

    `like` is the chain of the space with other rates, where there is one. Raises MixedRates where a component is active
    and passive on one action at once.
    """
    rates = space.rates(net or space.net)
    known, told = (None, coordinates(space)) if like is None else (like.pattern, like.coordinates)
    chain = Chain(space.size, space.source, space.target, rates, space.levels, known, told)
    _ = chain.rate  # what has none is to be seen here
    return chain
