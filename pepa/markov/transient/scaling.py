"""Transient probabilities by scaling and squaring: P(2h) = P(h) P(h), with rows kept stochastic and the error carried.

P(h) of a step shorter than any sojourn is summed by uniformisation, so that every entry is a sum of positive terms, and
so is every entry of a square: each comes out right to a few roundings of itself (Sericola, Markov Chains, 2013,
chapter 2; for squaring, Higham, The scaling and squaring method for the matrix exponential revisited, 2005). Rows are
divided by their sums, so nothing is lost. What such relative errors of at most e do to the distribution is bounded
twice, and the lesser bound taken: by Pinsker's inequality, as a chain whose steps are off by e in relative terms has
after M steps a path measure of relative entropy M e^2 / 2, so that distributions differ by e sqrt(M) at most; and by
contraction, as the error of a square is at most (1 + k) times that of its root, k being how far apart rows are.

Where all rows of each recurrent class have become alike, and nothing is left outside of them, later powers are the
same: a proof of the long run, whatever the time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control, Ticker
from pepa.markov.chain.chain import Chain
from pepa.markov.chain.classes import Classes, classes
from pepa.markov.space.state_space import Vector
from pepa.markov.transient.moment import Moment

TERMS = 45  # of the series: what is left out of a step of less than one event on average is below 1e-55
CHUNK = 128  # terms summed in one product: bounds the rounding of a sum, in whatever order a library adds
EXTENDED = 64  # states up to which extended precision is affordable, for what doubles do not reach
SAME = 8 * 2.0**-52  # of the end: gaps between times that differ by less are one
Matrix = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Power:
    """P(gap): the errors of a row sum to `error` at most, those after n such steps to `entropy` sqrt(n) at most.

    `apart` bounds how far rows of an irreducible chain are apart (0 alike, 1 nothing in common), 1 for others;
    `rest` bounds how much any distribution moves after this, infinity where it is not known to have settled.
    """

    matrix: Matrix
    error: float
    entropy: float
    apart: float
    rest: float
    squarings: int


def moments(chain: Chain, times: Vector, control: Control, tolerance: float) -> Iterator[Moment]:
    """Yield the distribution at each of some ascending times; raises whatever the watcher raises to cancel.

    Small chains are followed in extended precision where doubles would not reach the tolerance.
    """
    found = list(_followed(chain, times, control, tolerance, np.float64))
    if found[-1].error > tolerance and chain.size <= EXTENDED and np.finfo(np.longdouble).eps < 2.0**-60:
        found = list(_followed(chain, times, control, tolerance, np.longdouble))
    yield from found


def gaps(times: Vector) -> list[float]:
    """Return the gaps between ascending times, the first from 0; those that differ by rounding alone are one."""
    known: list[float] = []
    found, close = [], SAME * float(times[-1])
    for gap in np.diff(times, prepend=0.0).tolist():
        same = next((one for one in reversed(known) if abs(one - gap) <= close), None)
        if same is None:
            known.append(gap)
        found.append(gap if same is None else same)
    return found


def squarings(fastest: float, gap: float) -> int:
    """Return how often a step of less than one event on average is to be doubled to fill a gap."""
    return max(0, math.frexp(fastest)[1] + math.frexp(gap)[1])


def _followed(chain: Chain, times: Vector, control: Control, tolerance: float, real: Any) -> Iterator[Moment]:
    run = _Squaring(chain, control, tolerance, real)
    powers: dict[float, Power] = {}
    current = np.zeros(chain.size, real)
    current[0] = 1
    each = _rounding(chain.size, real)
    error, taken = 0.0, dict[float, int]()
    rest = math.inf
    entropies: dict[float, float] = {}
    steps = 0
    for until, gap in zip(times.tolist(), gaps(times), strict=True):
        if gap > 0 and rest == math.inf:
            if gap not in powers:
                powers = {gap: run.power(gap)}  # those of other gaps seldom come again, and are large
                steps += powers[gap].squarings
            power = powers[gap]
            current = current @ power.matrix
            current /= current.sum()
            steps += 1
            taken[gap] = taken.get(gap, 0) + 1
            entropies[gap] = power.entropy + each
            by_entropy = sum(math.sqrt(number) * entropies[gap] for gap, number in taken.items())
            error = min(power.apart * error + power.error + each, by_entropy)
            rest = power.rest
        told = error + (0.0 if rest == math.inf else rest)
        yield Moment(until, current.astype(float), min(told, 2.0), steps, rest < math.inf, "scaling and squaring")


class _Squaring:
    def __init__(self, chain: Chain, control: Control, tolerance: float, real: Any) -> None:
        self.chain, self.real, self.settled = chain, real, tolerance / 10
        self.fastest = float(chain.exit_rates.max(initial=0.0))
        self.classes: Classes = classes(chain)
        self.ticker = Ticker(control, "transient")
        self.each = _rounding(chain.size, real)

    def power(self, gap: float) -> Power:
        """Return P(gap)."""
        doublings = squarings(self.fastest, gap)
        matrix, first = self._short(gap, doublings)
        error = entropy = first
        apart = self._apart(matrix)
        rest = math.inf
        for number in range(doublings):
            settles = 4 * self._unsettled(matrix)
            matrix = self._squared(matrix, f"squaring {number + 1} of {doublings}", number / doublings)
            entropy = math.sqrt(2) * entropy + self.each
            error = min((1 + apart) * error + self.each, entropy)
            apart = self._apart(matrix)
            if settles <= self.settled:
                return Power(matrix, error, entropy, apart, settles, number + 1)
        return Power(matrix, error, entropy, apart, rest, doublings)

    def _short(self, gap: float, doublings: int) -> tuple[Matrix, float]:
        """Return P(gap / 2^doublings) by its series, and the relative error of its entries (root mean square)."""
        from scipy.sparse import diags_array

        size, real = self.chain.size, self.real
        if self.fastest == 0:
            return np.eye(size, dtype=real), 0.0
        (one, up), (other, further) = math.frexp(self.fastest), math.frexp(gap)
        events = real(math.ldexp(one * other, up + further - doublings))
        rate = real(self.fastest)
        step: Any = self.chain.incoming.T * (1 / self.fastest)
        step = (step + diags_array(np.maximum(1 - self.chain.exit_rates / self.fastest, 0.0))).tocsr()
        if real is not np.float64:
            step = self.chain.dense().astype(real) / rate
            np.fill_diagonal(step, np.maximum(1 - self.chain.dense().astype(real).sum(axis=1) / rate, 0))
        weights = [np.exp(-events)]
        for term in range(1, TERMS):
            weights.append(weights[-1] * events / term)
        matrix = np.eye(size, dtype=real) * weights[-1]
        for number, weight in enumerate(reversed(weights[:-1])):
            matrix = step @ matrix
            matrix[np.diag_indices(size)] += weight
            told = f"a short step of {size:,} states", number / TERMS
            self.ticker.tick(lambda told=told: told)  # type: ignore[misc]
        degree = int(np.bincount(self.chain.source, minlength=size).max(initial=0)) + 1
        # a term of i events has i products behind it, and is there with Poisson's probability of them
        return self._stochastic(matrix), 5 * (degree + 3) * float(np.finfo(real).eps) + self.each

    def _squared(self, matrix: Matrix, told: str, done: float) -> Matrix:
        size = len(matrix)
        if size <= CHUNK or self.real is not np.float64:
            found = matrix @ matrix
            self.ticker.tick(lambda: (f"{told}, {size:,} states", done))
            return self._stochastic(found)
        found = np.zeros_like(matrix)
        for start in range(0, size, CHUNK):
            part = slice(start, start + CHUNK)
            found += matrix[:, part] @ matrix[part]
            self.ticker.tick(lambda: (f"{told}, {size:,} states", done))
        return self._stochastic(found)

    @staticmethod
    def _stochastic(matrix: Matrix) -> Matrix:
        matrix /= matrix.sum(axis=1, keepdims=True)
        return matrix

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


def _rounding(size: int, real: Any) -> float:
    """Return a bound on the relative error of an entry of a product whose rows are then divided by their sums."""
    terms = size if real is not np.float64 else min(size, CHUNK) + size // CHUNK
    sums = min(size, 25 + int(math.log2(size)))  # numpy adds in pairs of blocks
    return (terms + 2 * sums + 4) * float(np.finfo(real).eps) / 2
