"""Transient probabilities by uniformisation on the states that matter, with a proved error.

Each stretch of time is uniformised (Jensen 1953) at the largest exit rate among the states kept, with Poisson weights
by recurrence from the mode (Fox and Glynn 1988). States of no weight are left out and what leaks to them is lost
(Mateescu, Wolf, Didier and Henzinger, Fast adaptive uniformisation, 2010), so that every probability is a lower bound
and the mass missing is the error, exactly. Where the distribution has stopped changing, the rest is bounded by
contraction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control, Ticker
from pepa.markov.chain.chain import Chain
from pepa.markov.space.state_space import Vector

SIGMAS = 9.0  # standard deviations of the Poisson weights kept: what is beyond is below 1e-18
HOPS = 2  # transitions beyond the states of weight that are kept as well
DROPPED = 1e-3  # of what a stretch may lose: states that together have less are left out
FIRST = 0.5  # steps of the first stretch; later ones are as long as what leaks allows
LONGEST = 1 / 20  # of the time in all


@dataclass(frozen=True, eq=False)
class Moment:
    """The distribution at one time; the sum of its errors is at most `error`. `steps` are products done so far."""

    time: float
    probability: Vector
    error: float
    steps: int
    steady: bool


def transient(chain: Chain, times: Vector, control: Control, tolerance: float = 1e-9) -> Iterator[Moment]:
    """Yield the distribution from state 0 at each of some ascending times; the error grows to at most `tolerance`.

    Raises whatever the watcher raises to cancel.
    """
    ticker, end = Ticker(control, "transient"), float(times[-1])
    run = _Run(chain, tolerance / max(end, 1e-300), ticker, end)
    for until in times.tolist():
        while run.time < until and not run.steady:
            run.stretch(until - run.time)
        run.time = max(run.time, until)
        yield Moment(until, run.whole(), run.error(), run.steps, run.steady)


class _Run:
    def __init__(self, chain: Chain, rate_of_loss: float, ticker: Ticker, end: float) -> None:
        self.chain, self.allowed, self.ticker, self.end = chain, rate_of_loss, ticker, end
        self.time, self.steps, self.steady, self.frozen = 0.0, 0, False, 0.0
        self.probability = np.zeros(chain.size)
        self.probability[0] = 1.0
        self.outgoing = chain.incoming.T.tocsr()
        self.span = FIRST / max(float(chain.exit_rates[0]), 1e-300)

    def whole(self) -> Vector:
        return self.probability

    def error(self) -> float:
        return max(0.0, 1.0 - float(self.probability.sum())) + self.frozen + 1e-15 * self.steps

    def stretch(self, most: float) -> None:
        """Go on by a stretch of time, at most so long: the shorter, the more would leak."""
        before = self.probability
        while True:
            span = min(self.span, most, LONGEST * self.end)
            budget = self.allowed * span
            kept = self._matter(before, DROPPED * budget)
            after = self._propagated(before, kept, span)
            lost = float(before.sum() - after.sum())
            if lost <= budget or len(kept) == self.chain.size:
                break
            self.span = span / 2
        if lost < budget / 4:
            self.span = 2 * max(span, self.span)
        self.time += span
        self.probability = after
        # the map of a stretch is a contraction: later stretches change no more than this one did
        change = float(np.abs(after - before).sum())
        rest = max(0.0, self.end - self.time) / span * change
        if 0 < rest <= self.allowed * self.end / 10:
            self.steady, self.frozen = True, rest

    def _matter(self, probability: Vector, droppable: float) -> NDArray[np.int64]:
        """Return the states without the least likely, that together may be dropped, and neighbours."""
        occupied = np.flatnonzero(probability)
        order = occupied[np.argsort(probability[occupied], kind="stable")]
        dropped = int(np.searchsorted(np.cumsum(probability[order]), droppable))
        kept = np.zeros(self.chain.size, bool)
        front = order[dropped:]
        kept[front] = True
        outgoing = self.outgoing
        for _ in range(HOPS):
            first, number = outgoing.indptr[front].astype(np.int64), np.diff(outgoing.indptr)[front]
            edges = np.repeat(first - (np.cumsum(number) - number), number) + np.arange(number.sum())
            reached = np.unique(outgoing.indices[edges])
            front = reached[~kept[reached]]
            kept[front] = True
            if not len(front):
                break
        return np.flatnonzero(kept)

    def _propagated(self, probability: Vector, kept: NDArray[np.int64], span: float) -> Vector:
        """Return the distribution after a time on the states kept."""
        from scipy.sparse import diags_array

        exits = self.chain.exit_rates[kept]
        rate = max(float(exits.max()), 1e-300)
        step = self.chain.incoming[kept][:, kept] * (1 / rate) + diags_array(1 - exits / rate)
        step = step.tocsr()
        current = probability[kept]
        first, weights = poisson(rate * span)
        total = np.zeros(len(kept))
        for number in range(first + len(weights)):
            if number >= first:
                total += weights[number - first] * current
            if number + 1 < first + len(weights):
                current = np.asarray(step @ current)
            self.ticker.tick(
                lambda: (f"time {self.time:.4g} of {self.end:g}, {len(kept):,} states", min(1.0, self.time / self.end))
            )
        self.steps += first + len(weights)
        result = np.zeros(self.chain.size)
        result[kept] = total
        return result


def poisson(mean: float) -> tuple[int, Vector]:
    """Return the first number and the weights of the Poisson distribution, but for tails below 1e-18."""
    mode = int(mean)
    width = int(SIGMAS * np.sqrt(mean + 1)) + 25
    first = max(0, mode - width)
    up = np.cumprod(mean / np.arange(mode + 1, mode + width + 1))
    down = np.cumprod(np.arange(mode, first, -1) / mean) if mean > 0 else np.empty(0)
    weights = np.concatenate([down[::-1], [1.0], up])
    weights /= weights.sum()
    kept = np.flatnonzero(weights > 1e-22)
    return first + int(kept[0]), weights[kept[0] : kept[-1] + 1]
