"""The distribution of a passage time by uniformisation: one pass for all times, with a proved error.

From the probabilities of being on the way still after k jumps of the uniformised chain (Jensen 1953), and of arriving
with the next, the distribution at any time is a sum with Poisson weights. The pass stops when what is left is below the
tolerance. Where that would take long it is done backward, from every state at once, and stops when what is left falls
by the same part in every state: if lo v <= u <= hi v, entry by entry, for what is left v and what arrives u, then n
jumps later v is between (1 - hi)^n and (1 - lo)^n of itself (Collatz 1942, Wielandt 1950). States that are hardly ever
met are left out; what comes there is missing, and is the error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control, Ticker
from pepa.markov.passage.absorbing import Absorbing, with_ends
from pepa.markov.passage.expected import Solver
from pepa.markov.space.state_space import Vector
from pepa.markov.transient.squaring import EXTENDED, FINER, TERMS, Power, Squaring, poisson_weights
from pepa.markov.transient.uniformisation import poisson

LEFT_OUT = 0.1  # of the tolerance: what may be met of the states left out
SPARE = 1.02  # the rate of jumps over the largest rate out of a state, so that no state is left for sure
LOOK = 64  # jumps between two looks at how evenly the rest falls
LONG = 500_000  # jumps from which on a look at how evenly it falls pays
FEW = 500  # states up to which none is left out
TINY = 1e-250  # probabilities below which doubles lose their digits
ROUNDING = 1e-15  # of a jump
UNIT = 2.0**-53
ROOT = 1e-14  # relative precision to which a time is looked for
CUT = 1e-18  # of the Poisson weights
HALF = 0.5  # from which on what has not arrived is weighed
DENSE = 200  # states up to which a chain that is followed for long is squared
MOST_SQUARES = 200
FOREVER = 1e300  # jumps


@dataclass(frozen=True, eq=False)
class At:
    """Values at some times: `left` is the probability of being on the way still, `arrived` (times, ends) of each end.

    `density` (times, ends) is that of arriving. `error` bounds the error of each probability at each time.
    """

    time: Vector
    left: Vector
    arrived: Vector
    density: Vector
    error: Vector


@dataclass(frozen=True, eq=False)
class Curve:
    """The distribution of a passage time: at any time, and its quantiles.

    `rate` is that of the jumps; `left` (jumps + 1,) and `arriving` (jumps, ends + 2) are by the number of jumps, the
    last two columns being never to arrive and missing. From there on `rest` goes on, with its uncertainty.
    """

    rate: float
    left: Vector
    arriving: Vector
    at_once: Vector
    rest: Rest

    @property
    def jumps(self) -> int:
        """The jumps that were followed."""
        return len(self.arriving)

    @property
    def method(self) -> str:
        """How it was obtained."""
        return f"uniformisation, {self.jumps:,} jumps"

    def at(self, times: Vector) -> At:
        """Return the distribution at some times."""
        points = [self._point(float(time)) for time in times]
        arrived = np.array([point.arrived for point in points])
        density = np.array([point.density for point in points])
        left = np.array([point.left for point in points])
        error = np.array([self._error(point) for point in points])
        return At(np.asarray(times, float), left, arrived[:, :-2], density[:, :-2], error)

    def quantile(self, share: float) -> Quantile:
        """Return the time by which a part of what starts has arrived at any end."""
        time = self._reached(share)
        error = self._error(self._point(time), 1 - share if share > HALF else 1.0)
        low, high = self._reached(share, -error), self._reached(share, error)
        return Quantile(share, time, low * (1 - 4 * ROOT), high * (1 + 4 * ROOT))

    def _error(self, point: _Point, of: float = 1.0) -> float:
        """Return how far a probability may be off: that of not having arrived by rounding as a part `of` it."""
        jumps = min(point.jumps + 10, self.jumps)
        return float(point.arrived[-1] + point.beyond * self.left[-1] * self.rest.spread + CUT + ROUNDING * jumps * of)

    def _reached(self, share: float, off: float = 0.0) -> float:
        """Return when what has arrived at any end is `share + off`; infinity where it never is."""
        if share + off <= float(self.at_once[:-2].sum()):
            return 0.0
        if self._short(np.inf, share, off) >= 0:
            return np.inf
        low, high = 0.0, 1.0 / self.rate
        while self._short(high, share, off) > 0 and np.isfinite(high):
            low, high = high, 2 * high
        if not np.isfinite(high):
            return np.inf
        from scipy.optimize import brentq

        return float(brentq(self._short, low, high, args=(share, off), xtol=ROOT * high, rtol=ROOT))

    def _short(self, time: float, share: float, off: float) -> float:
        """Return how much more must arrive: late by what has not, which keeps its digits where that is little."""
        point = self._point(time)
        if share > HALF:
            return float(point.left + point.arrived[-2:].sum()) - ((1 - share) - off)
        return share + off - float(point.arrived[:-2].sum())

    def _point(self, time: float) -> _Point:
        mean, last, rest = self.rate * min(time, FOREVER / self.rate), self.jumps, self.rest
        at_once, final = self.at_once, float(self.left[-1])
        if mean - 10 * np.sqrt(mean + 1) - 60 > last:  # all weight is beyond what was followed
            left = final * np.exp(-mean * rest.fall - last * np.log1p(-rest.fall))
            arrived = at_once + self._cumulated[-1] + (final - left) * rest.shares
            return _Point(left, arrived, self.rate * left * rest.fall * rest.shares, mean, 1.0)
        first, weights = poisson(mean)
        number = first + np.arange(len(weights))
        inside = np.minimum(number, last)
        fallen = (number - inside) * np.log1p(-rest.fall)
        left = self.left[inside] * np.exp(fallen)
        arrived = self._cumulated[inside] + np.outer(-final * np.expm1(fallen), rest.shares)
        density = np.outer(left * rest.fall, rest.shares)
        among = number < last
        density[among] = self.arriving[number[among]]
        arrived, density = at_once + weights @ arrived, self.rate * (weights @ density)
        return _Point(float(weights @ left), arrived, density, mean, float(weights[~among].sum()))

    @cached_property
    def _cumulated(self) -> Vector:
        return np.vstack([np.zeros(self.arriving.shape[1]), np.cumsum(self.arriving, axis=0)])


@dataclass(frozen=True)
class Quantile:
    """When a part of what starts has arrived: infinity where so much never does; between `low` and `high` for sure."""

    share: float
    time: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Rest:
    """What goes on after the jumps followed: the part `fall` arrives with each, `shares` of it at each end.

    With `fall` 0 nothing is known but that it is on the way. `spread` bounds the error, as a part of what is left.
    """

    fall: float
    shares: Vector
    spread: float


@dataclass(frozen=True, eq=False)
class _Point:
    left: float
    arrived: Vector
    density: Vector
    jumps: float
    beyond: float
    off: float = 0.0  # of all of it, where that is known at once


def curve(
    system: Absorbing,
    solver: Solver,
    control: Control,
    tolerance: float = 1e-9,
    until: float = np.inf,
    down_to: float = 0.0,
) -> Curve:
    """Return the distribution of the passage from the start.

    It is followed up to a time, or until no more than `down_to` is on the way, where these are given; what is asked of
    it beyond has an error that says so.

    Raises whatever the watcher raises to cancel.
    """
    kept = _met(system, solver, LEFT_OUT * tolerance)
    rate = SPARE * float(system.exits[kept].max(initial=0.0)) or 1.0
    most = rate * until + 10 * np.sqrt(rate * until + 1) + 60
    jumps = _Jumps(system, kept, rate)
    # what goes on for long is followed backward, where it is seen to fall evenly
    enough = max(down_to, LEFT_OUT * tolerance)
    if 0 < len(kept) <= DENSE and rate * min(until, solver.mean() / max(jumps.mass, 1e-300)) > LONG:
        return squared(system, rate, Ticker(control, "passage"), tolerance)
    far = len(kept) > 0 and rate * min(until, -np.log(enough) * solver.mean() / max(jumps.mass, 1e-300)) > LONG
    blocks: list[_Block] = []
    ticker, left, rest = Ticker(control, "passage"), jumps.mass, _unknown(jumps.ends.shape[1])
    for block in jumps.backward() if far else jumps.forward():
        if left <= enough or LOOK * len(blocks) > most:
            break
        blocks.append(block)
        left, rest = float(block.left[-1]), block.rest
        if rest.spread * left <= LEFT_OUT * tolerance:
            break
        done = float(min(1.0, np.log(max(left, 1e-300)) / np.log(enough)))
        told = f"{LOOK * len(blocks):,} jumps, {left:.1e} on the way still", done
        ticker.tick(lambda told=told: told)  # type: ignore[misc]
    followed = np.concatenate([np.zeros((0, jumps.ends.shape[1])), *(block.arriving for block in blocks)])
    lefts = np.concatenate([[jumps.mass], *(block.left for block in blocks)])
    at_once = np.append(system.at_once, float(system.start.sum()) - jumps.mass)
    return Curve(rate, lefts, followed, at_once, rest)


@dataclass(frozen=True, eq=False)
class Squared(Curve):
    """The distribution for a small chain followed for long: by powers of its transition matrix over a mean jump.

    `powers` are those of 1, 2, 4, ... such times, from the `start` over the states that move and the ends; `step` is
    that of a jump.
    """

    powers: tuple[Power, ...]
    start: Vector
    step: Vector

    @property
    def method(self) -> str:
        """How it was obtained."""
        return f"squaring, {len(self.powers)} powers of the transition matrix"

    def _error(self, point: _Point, of: float = 1.0) -> float:
        del of
        return point.off

    def _point(self, time: float) -> _Point:
        jumps = self.rate * min(float(time), 2.0 ** len(self.powers) / self.rate)
        row, off, unit = self.start, 0.0, float(np.finfo(self.start.dtype).eps) * (len(self.start) + 4)
        whole = min(int(jumps), 2 ** len(self.powers) - 1)
        for number, power in enumerate(self.powers):
            if whole >> number & 1:
                off += float(row @ power.rows) + unit
                row = row @ power.matrix
        row = _series(row, self.step, min(1.0, jumps - whole))
        moving = len(row) - len(self.at_once)
        density = self.rate * (row[:moving] @ self.step[:moving, moving:]).astype(float)
        arrived = self.at_once + row[moving:].astype(float)
        return _Point(float(row[:moving].sum()), arrived, density, jumps, 0.0, off + TERMS * unit + UNIT)


def squared(system: Absorbing, rate: float, ticker: Ticker, tolerance: float) -> Squared:
    """Return the distribution by squaring; in extended precision where doubles do not reach the tolerance."""
    found = _squared(system, rate, ticker, np.float64)
    worst = max(float(power.rows.max()) for power in found.powers)
    if worst > tolerance and len(found.start) <= EXTENDED and FINER:
        return _squared(system, rate, ticker, np.longdouble)
    return found


def _squared(system: Absorbing, rate: float, ticker: Ticker, real: Any) -> Squared:
    moving, ends = system.ends.shape
    missing = np.zeros((moving, 1))  # no state is left out
    run = Squaring(with_ends(system.rates, np.column_stack([system.ends, missing])), ticker, 0.0, real)
    powers = [run.first(1 / rate, 0)]
    while len(powers) < MOST_SQUARES and powers[-1].matrix[:moving, :moving].max() > 1e-18:
        powers.append(run.doubled(powers[-1], f"squaring {len(powers)}", 0.0))
    step = run.chain.dense().astype(real) / real(rate)
    np.fill_diagonal(step, 1 - step.sum(axis=1))
    start = np.append(system.start, np.zeros(ends + 1)).astype(real)
    mass, at_once = float(system.start.sum()), np.append(system.at_once, 0.0)
    rest, none = _unknown(ends + 1), np.zeros((0, ends + 1))
    return Squared(rate, np.array([mass]), none, at_once, rest, tuple(powers), start, step)


def _series(row: Vector, step: Vector, mean: float) -> Vector:
    """Return a distribution after a time in which there is so many jumps on average, one at most."""
    total = np.zeros_like(row)
    for weight in poisson_weights(row.dtype.type(mean)):
        total = total + weight * row
        row = row @ step
    return total


@dataclass(frozen=True, eq=False)
class _Block:
    """LOOK jumps: what arrives with each at each end, what is left after each, and how it goes on."""

    arriving: Vector
    left: Vector
    rest: Rest


class _Jumps:
    """The uniformised chain of the states kept; what comes to the others goes to a last end, as missing."""

    def __init__(self, system: Absorbing, kept: NDArray[np.int64], rate: float) -> None:
        from scipy.sparse import diags_array

        rows = system.rates[kept]
        outside = np.ones(system.size)
        outside[kept] = 0.0
        self.start = system.start[kept]
        self.mass = float(self.start.sum())
        self.ends = np.column_stack([system.ends[kept], np.asarray(rows @ outside)]) / rate
        self._step = (rows[:, kept] * (1 / rate) + diags_array(1 - system.exits[kept] / rate)).tocsr()

    def forward(self) -> Iterator[_Block]:
        """Follow the distribution from the start: one product a jump."""
        step, ends, rest = self._step.T.tocsr(), self.ends, _unknown(self.ends.shape[1])
        used = np.flatnonzero(ends.any(axis=0))
        exits = np.ascontiguousarray(ends[:, used])
        current = self.start
        while True:
            arriving, left = np.zeros((LOOK, ends.shape[1])), np.empty(LOOK)
            for jump in range(LOOK):
                arriving[jump, used] = current @ exits
                current = np.asarray(step @ current)
                left[jump] = current.sum()
            yield _Block(arriving, left, rest)

    def backward(self) -> Iterator[_Block]:
        """Follow what is on the way, and what arrives, from every state at once."""
        values = np.column_stack([np.ones(len(self.start)), self.ends])
        while True:
            arriving, left = np.zeros((LOOK, self.ends.shape[1])), np.empty(LOOK)
            for jump in range(LOOK):
                arriving[jump] = self.start @ values[:, 1:]
                values = np.asarray(self._step @ values)
                left[jump] = self.start @ values[:, 0]
            yield _Block(arriving, left, _even(values, self.start))


def _unknown(ends: int) -> Rest:
    return Rest(0.0, np.zeros(ends), 1.0)


def _even(values: Vector, start: Vector) -> Rest:
    """Return how what is left falls, and the largest difference in that between states."""
    on_the_way, arriving = values[:, 0], values[:, 1:]
    if on_the_way.min() < TINY:
        return _unknown(arriving.shape[1])
    parts = arriving / on_the_way[:, None]
    total = parts.sum(axis=1)
    low = float(total.min())
    weight = start @ arriving
    apart = max(float(total.max()) - low, float(np.ptp(parts, axis=0).max()))
    fall = float(weight.sum() / (start @ on_the_way))
    return Rest(fall, weight / weight.sum() if fall else weight, min(1.0, apart / low) if low > 0 else 1.0)


def _met(system: Absorbing, solver: Solver, missing: float) -> NDArray[np.int64]:
    """Return the states but those that are met `missing` times in all, on average, before the end."""
    if system.size <= FEW:
        return np.arange(system.size)
    visits = solver.forward(system.start) * system.exits
    order = np.argsort(visits, kind="stable")
    dropped = int(np.searchsorted(np.cumsum(visits[order]), missing))
    return np.sort(order[dropped:])
