"""Powers of a chain's transition matrix: P(2h) = P(h) P(h), rows kept stochastic, the error of each row carried.

P(h) of a step shorter than any sojourn is summed by uniformisation, so that every entry is a sum of positive terms, and
so is every entry of a square: each comes out right to a few roundings of itself (Sericola, Markov Chains, 2013,
chapter 2; for squaring, Higham, The scaling and squaring method for the matrix exponential revisited, 2005; for such
chains, Xue and Ye, Computing exponentials of essentially non-negative matrices entrywise to high relative accuracy,
2013). Rows are divided by their sums, so nothing is lost.

What relative errors of at most e do to a distribution is bounded twice, and the lesser bound taken.

By relative entropy: a row whose entries are off by e, and that stays where it is but for a part q, is off by
min(e^2 / 2, 2 q e^2) of it, as an error that all entries share is none. A path of many steps is off by the sum of
that over the states it meets, whatever the length of its stays, and distributions differ by sqrt(2 entropy) at most
(Pinsker). That sum doubles like what a chain earns, one column for the error made at each doubling.

By contraction: the error of a square is at most (1 + k) times that of its root, k being how far apart rows are.

Where all rows of each recurrent class have become alike, and nothing is left outside of them, later powers are the
same: a proof of the long run, whatever the time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Ticker
from pepa.markov.chain.chain import Chain
from pepa.markov.chain.classes import Classes, classes
from pepa.markov.space.state_space import Vector

TERMS = 45  # of the series: what is left out of a step of less than one event on average is below 1e-55
CHUNK = 128  # terms summed in one product: bounds the rounding of a sum, in whatever order a library adds
EXTENDED = 64  # states up to which extended precision is affordable, for what doubles do not reach
FINER = np.finfo(np.longdouble).eps < 2.0**-60  # whether there is one
Matrix = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Power:
    """P(span), each row of which is off by at most its entry of `rows` in all, shape (states,).

    `entropies` (states, doublings + 1) are what the error made at each doubling comes to, `contracted` is the other
    bound. Rows of an irreducible chain are `apart` at most (0 alike, 1 nothing in common), 1 for others; `rest` bounds
    how much any distribution moves after this, infinity where it is not known to have settled.
    """

    span: float
    matrix: Matrix
    entropies: Vector
    contracted: float
    apart: float
    rest: float

    @property
    def rows(self) -> Vector:
        """A bound on the error of each row, in all its entries together."""
        found: Vector = np.sqrt(2 * self.entropies).sum(axis=1)
        return np.minimum(found, self.contracted)

    @property
    def entropy(self) -> float:
        """After n such steps the error is this times sqrt(n) at most, from any state."""
        return float(np.sqrt(2 * self.entropies.max(axis=0)).sum())

    @property
    def squarings(self) -> int:
        """How often a step was doubled."""
        return len(self.entropies.T) - 1


def squarings(fastest: float, span: float) -> int:
    """Return how often a step of less than one event on average is to be doubled to fill a time."""
    return max(0, int(math.frexp(fastest)[1] + math.frexp(span)[1])) if fastest > 0 else 0


class Squaring:
    """The powers of one chain in one precision."""

    def __init__(self, chain: Chain, ticker: Ticker, settled: float, real: Any = np.float64) -> None:
        """Take a chain; it has settled where a distribution moves no more than that after."""
        self.chain, self.real, self.settled, self.ticker = chain, real, settled, ticker
        self.fastest = float(chain.exit_rates.max(initial=0.0))
        self.classes: Classes = classes(chain)
        self.each = rounding(chain.size, real)

    def power(self, span: float) -> Power:
        """Return P(span), or one of a shorter time where the chain has settled by then."""
        doublings = squarings(self.fastest, span)
        power = self.first(span, doublings)
        for number in range(doublings):
            if power.rest < math.inf:
                break
            power = self.doubled(power, f"squaring {number + 1} of {doublings}", number / doublings)
        return power

    def first(self, span: float, doublings: int) -> Power:
        """Return P(span / 2^doublings), in which there is one event on average at most, by its series."""
        size, real = self.chain.size, self.real
        short = math.ldexp(span, -doublings)
        if self.fastest == 0:
            return Power(short, np.eye(size, dtype=real), np.zeros((size, 1)), 0.0, 1.0, 0.0)
        (one, up), (other, further) = math.frexp(self.fastest), math.frexp(span)
        events = real(math.ldexp(one * other, up + further - doublings))
        step = self.step()
        weights = poisson_weights(events)
        matrix = np.eye(size, dtype=real) * weights[-1]
        for number, weight in enumerate(weights[-2::-1]):
            matrix = step @ matrix
            matrix[np.diag_indices(size)] += weight
            told = f"a short step of {size:,} states", number / TERMS
            self.ticker.tick(lambda told=told: told)  # type: ignore[misc]
        matrix /= matrix.sum(axis=1, keepdims=True)
        degree = int(np.bincount(self.chain.source, minlength=size).max(initial=0)) + 1
        # a term of i events has i products behind it, and is there with Poisson's probability of them
        error = 5 * (degree + 3) * float(np.finfo(real).eps) + self.each
        return Power(short, matrix, self._entropy(matrix, error)[:, None], error, self._apart(matrix), math.inf)

    def doubled(self, power: Power, told: str, done: float) -> Power:
        """Return the power of twice the time."""
        settles = 4 * self._unsettled(power.matrix)
        matrix, matrix_before = self._squared(power.matrix, told, done), power.matrix.astype(float)
        before = power.entropies + matrix_before @ power.entropies
        entropies = np.column_stack([before, self._entropy(matrix, self.each)])
        contracted = (1 + power.apart) * power.contracted + self.each
        rest = settles if settles <= self.settled else math.inf
        found = Power(2 * power.span, matrix, entropies, contracted, self._apart(matrix), rest)
        worst = float(found.rows.max())
        return Power(found.span, matrix, entropies, min(contracted, worst), found.apart, rest)

    def step(self) -> Any:
        """Return the chain uniformised at its largest rate."""
        from scipy.sparse import diags_array

        if self.real is not np.float64:
            rates = self.chain.dense().astype(self.real)
            step = rates / self.real(self.fastest)
            np.fill_diagonal(step, np.maximum(1 - rates.sum(axis=1) / self.real(self.fastest), 0))
            return step
        sparse: Any = self.chain.incoming.T * (1 / self.fastest)
        return (sparse + diags_array(np.maximum(1 - self.chain.exit_rates / self.fastest, 0.0))).tocsr()

    def _squared(self, matrix: Matrix, told: str, done: float) -> Matrix:
        size = len(matrix)
        if size <= CHUNK or self.real is not np.float64:
            found = matrix @ matrix
        else:
            found = np.zeros_like(matrix)
            for start in range(0, size, CHUNK):
                part = slice(start, start + CHUNK)
                found += matrix[:, part] @ matrix[part]
                self.ticker.tick(lambda: (f"{told}, {size:,} states", done))
        self.ticker.tick(lambda: (f"{told}, {size:,} states", done))
        found /= found.sum(axis=1, keepdims=True)
        return found

    def _entropy(self, matrix: Matrix, error: float) -> Vector:
        """Return the relative entropy of each row whose entries are off by a part of themselves."""
        others = matrix.astype(float)
        np.fill_diagonal(others, 0.0)
        leaving: Vector = others.sum(axis=1) + self.each
        return np.minimum(0.5, 2 * leaving) * error**2

    def _apart(self, matrix: Matrix) -> float:
        """Return Doeblin's bound on how far rows are apart, of an irreducible chain."""
        if len(self.classes.recurrent) > 1 or len(self.classes.transient):
            return 1.0
        return float(max(0, 1 - matrix.min(axis=0).sum())) + self.each

    def _unsettled(self, matrix: Matrix) -> float:
        """Return what is left outside of the recurrent classes, and how far apart the rows within them are."""
        left = self.classes.transient
        outside = float(matrix[np.ix_(left, left)].sum(axis=1).max()) if len(left) else 0.0
        apart = 0.0
        for states in self.classes.recurrent:
            if len(states) > 1:
                apart = max(apart, float(1 - matrix[np.ix_(states, states)].min(axis=0).sum()))
        return max(0.0, outside) + max(0.0, apart) + self.each


def poisson_weights(mean: Any) -> Vector:
    """Return the probabilities of 0, 1, ... events, TERMS of them, of a mean of one at most, in its precision."""
    weights = [np.exp(-mean)]
    for term in range(1, TERMS):
        weights.append(weights[-1] * mean / term)
    return np.array(weights)


def rounding(size: int, real: Any) -> float:
    """Return a bound on the relative error of an entry of a product whose rows are then divided by their sums."""
    terms = size if real is not np.float64 else min(size, CHUNK) + size // CHUNK
    sums = min(size, 25 + int(math.log2(size)))  # numpy adds in pairs of blocks
    return (terms + 2 * sums + 4) * float(np.finfo(real).eps) / 2
