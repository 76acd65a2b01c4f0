"""Poisson's equation of an irreducible chain: what being in a state is worth beyond the long-run average.

The bias g of a reward r with average a solves a - r = Q g (Howard, Dynamic Programming and Markov Processes, 1960), up
to a constant. It is what turns a change of rates into a change of the average (Schweitzer, Perturbation theory and
finite Markov chains, 1968): one solution serves every rate. Each method solves for what the estimate misses; the loop
that goes on until that is small enough is written once.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from pepa.control.control import Control, LimitReached, Ticker
from pepa.markov.chain.chain import Chain
from pepa.markov.chain.jumps import value_balance
from pepa.markov.chain.unsuitable import Unsuitable
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.gauss_seidel import flow_sweep, whole_sweep
from pepa.markov.steady.gth import stationary
from pepa.markov.steady.method import Pulse
from pepa.markov.steady.sparse_lu import SparseLU, factorised

Solve = Callable[[Vector], Vector]  # from what is missed to a correction
DENSE = 1_200  # states up to which all of the elimination is kept
CYCLE = 40  # iterations of BiCGSTAB between two looks at the residual
STEPS = 50  # corrections at most
ENOUGH = 1e-12  # of the reward: what may be missed, weighed by probability
LEVEL = 1e-6  # of the reward: what varies less is known to fewer digits, for it is a difference of rounded numbers
GOOD = 1e-8  # the same, where it falls no further

UNNEEDED = "none needed"  # the method of what earns nothing


@dataclass(frozen=True, eq=False)
class Bias:
    """The bias of a reward, shape (states,), its mean zero; `residual` is what it misses of the reward, relatively."""

    values: Vector
    method: str
    residual: float


class Poisson:
    """The equation for one chain and its steady state; rewards share the factors of a direct method."""

    def __init__(self, chain: Chain, probability: Vector, control: Control) -> None:
        self._chain, self._probability = chain, probability
        ticker = Ticker(control, "sensitivity")
        self._pulse: Pulse = lambda: ticker.tick(self._told)
        self._missed, self._sweeps = 1.0, 0  # of the reward that is worked on
        self._methods = self._candidates()
        self._method: tuple[str, Solve] | None = None

    def _told(self) -> tuple[str, float | None]:
        """Say how far the reward is that is worked on; its share is that of the digits wanted."""
        swept = f", {self._sweeps:,} sweeps" if self._sweeps else ""
        share = min(1.0, max(0.0, math.log(self._missed) / math.log(ENOUGH)))
        return f"the worth of every state{swept}, {self._missed:.0e} of it missed", share or None

    def bias(self, reward: Vector) -> Bias:
        """Return the bias of a reward per time unit, shape (states,); raises LimitReached where no method gets it."""
        most = float(self._probability @ np.abs(reward))
        apart = reward - reward[np.argmax(self._probability)]  # has the same bias, and what is rare keeps its digits
        wanted = apart - float(self._probability @ apart)
        scale = max(float(self._probability @ np.abs(wanted)), LEVEL * most)
        values, residual, tried = np.zeros(len(reward)), 1.0, UNNEEDED
        self._missed, self._sweeps = 1.0, 0
        if float(self._probability @ np.abs(wanted)) <= 1e-15 * most:
            return Bias(values, tried, 0.0)
        while residual > ENOUGH:
            if self._method is None:
                self._method = next(self._methods, None)
            if self._method is None:
                break
            tried, solve = self._method
            values, residual = self._corrected(values, wanted, scale, residual, solve)
            if residual > GOOD:
                self._method = None  # the next takes over from here
            else:
                break
        if residual > GOOD:
            message = f"the worth of the states could not be found: {residual:.1e} of the reward is missed"
            raise LimitReached(message, "central differences remain: solve at a little more and a little less")
        return Bias(values - float(self._probability @ values), tried, residual)

    def _corrected(
        self, values: Vector, wanted: Vector, scale: float, residual: float, solve: Solve
    ) -> tuple[Vector, float]:
        """Correct until what is missed falls no further; return the best values and what they miss."""
        for _ in range(STEPS):
            self._pulse()
            with np.errstate(all="ignore"):  # what breaks down is seen in what it returns
                better = values + solve(self._missing(values, wanted))
                missed = float(self._probability @ np.abs(self._missing(better, wanted))) / scale
            if not missed < residual:
                break
            falls, values, residual = missed < 0.5 * residual, better, missed
            self._missed = max(missed, ENOUGH)
            if residual <= ENOUGH or not falls:
                break
        return values, residual

    def _missing(self, values: Vector, wanted: Vector) -> Vector:
        """Return wanted + Q values."""
        chain = self._chain
        if not values.any():
            return wanted
        gained = chain.rate * (values[chain.target] - values[chain.source])
        return wanted + np.bincount(chain.source, gained, chain.size)

    def _candidates(self) -> Iterator[tuple[str, Solve]]:
        """Yield the methods by size and shape, each prepared only when its turn comes."""
        chain = self._chain
        if chain.size <= DENSE:
            yield "GTH elimination", self._eliminated()
        if chain.is_wide:
            yield "Gauss-Seidel with BiCGSTAB", self._swept()
        if not chain.is_wide or chain.size <= SparseLU.most_states:
            with contextlib.suppress(Unsuitable, MemoryError, ArithmeticError):
                yield "sparse LU", self._factorised()
        if not chain.is_wide:
            yield "Gauss-Seidel with BiCGSTAB", self._swept()

    def _eliminated(self) -> Solve:
        """Use the factors that GTH elimination leaves: no subtraction but in the reward."""
        rates = self._chain.dense()
        stationary(rates, self._pulse)
        exits = np.array([rates[state, :state].sum() for state in range(len(rates))])

        def solve(missing: Vector) -> Vector:
            right = missing.copy()
            for state in range(len(right) - 1, 0, -1):
                right[:state] += rates[:state, state] * right[state]
            values = np.zeros(len(right))
            for state in range(1, len(right)):
                values[state] = (right[state] + rates[state, :state] @ values[:state]) / exits[state]
            return values

        return solve

    def _factorised(self) -> Solve:
        from scipy.sparse import csr_array, diags_array

        balance = csr_array(diags_array(self._chain.exit_rates) - self._chain.incoming.T)
        return factorised(balance, int(np.argmax(self._probability)), self._pulse)

    def _swept(self) -> Solve:
        """Accelerate sweeps over values, from the last level to the first; their mean, which is free, is pinned."""
        from scipy.sparse.linalg import LinearOperator, bicgstab

        chain, moving = self._chain, self._chain.moving
        balance = value_balance(chain.source[moving], chain.target[moving], chain.rate[moving], chain.exit_rates)
        probability = self._probability[::-1].copy()
        sweep = flow_sweep(balance, self._pulse)
        carried = whole_sweep(balance.below(), self._pulse)

        def defect(values: Vector) -> Vector:
            self._sweeps += 1
            swept = sweep(values.copy())
            return np.asarray(values - swept + float(probability @ values))

        operator = LinearOperator((chain.size, chain.size), matvec=defect, dtype=np.float64)

        def solve(missing: Vector) -> Vector:
            right = carried((missing / chain.exit_rates)[::-1].copy())
            found, _ = bicgstab(operator, right, rtol=1e-13, maxiter=CYCLE)
            return np.asarray(found[::-1])

        return solve
