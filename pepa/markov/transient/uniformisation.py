"""Transient probabilities by uniformisation on the states that matter, with a proved error.

Each stretch of time is uniformised (Jensen 1953) at the largest exit rate among the states kept, with Poisson weights
by recurrence from the mode (Fox and Glynn 1988). States of no weight are left out and what leaks to them is lost
(Mateescu, Wolf, Didier and Henzinger, Fast adaptive uniformisation, 2010), so that every probability is a lower bound
and the mass missing is the error, exactly. Where the distribution has stopped changing, the rest is bounded by
contraction; where only slow modes are left of it, these are followed alone (slow_modes.py).
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control, LimitReached, Ticker, rounded
from pepa.control.pace import span as told
from pepa.markov.chain.chain import Chain
from pepa.markov.space.state_space import Vector
from pepa.markov.transient.moment import Moment
from pepa.markov.transient.slow_modes import KEPT, MOST, SlowModes, slow_modes

SIGMAS = 9.0  # standard deviations of the Poisson weights kept: what is beyond is below 1e-18
HOPS = 2  # transitions beyond the states of weight that are kept as well
DROPPED = 1e-3  # of what a stretch may lose: states that together have less are left out
SHORT = 0.01  # of the time followed: what is left of it is followed rather than taken to be steady
FIRST = 0.5  # steps of the first stretch; later ones are as long as what leaks allows
LONGEST, LESS = 1 / 20, 1 / 50  # of the time in all, the latter if a stretch is
MANY = 4_000  # steps: after as many it is worth looking for what modes are left
NOISE = 1e-15  # of a sum of probabilities: what is lost or changes cannot be told better
ROUNDING = 2.0**-53
PATIENCE = 2.0  # seconds after which what is left is foretold
STEP, EACH = 8e-6, 2e-9  # seconds of a step, and of each transition in it; of two cores of 2026
LONG = 3600.0  # seconds that are too long where no limit of time is given


def moments(
    chain: Chain, times: Vector, control: Control, tolerance: float, start: Vector | None = None
) -> Iterator[Moment]:
    """Yield the distribution at each of some ascending times; the error grows to at most `tolerance`.

    It is that from state 0, or from a distribution over the states. Raises LimitReached where the steps left are
    foretold to take longer than the limit of time, or than LONG where there is none, and whatever the watcher raises to
    cancel.
    """
    end = float(times[-1])
    first = (np.arange(chain.size) == 0).astype(float) if start is None else np.array(start, float)
    run = _Run(chain, tolerance, control, end, first)
    for until in times.tolist():
        while run.time < until and not run.steady and run.modes is None:
            run.stretch(until - run.time)
        if run.modes is not None:
            yield run.followed(run.modes, until)
            continue
        run.time = max(run.time, until)
        yield Moment(until, run.probability, run.error(), run.steps, run.steady, "uniformisation")


class _Run:
    def __init__(self, chain: Chain, tolerance: float, control: Control, end: float, start: Vector) -> None:
        self.chain, self.tolerance, self.control, self.end = chain, tolerance, control, end
        self.ticker = Ticker(control, "transient")
        self.began = time.monotonic()
        self.time, self.steps, self.steady, self.frozen = 0.0, 0, False, 0.0
        self.probability = start
        self.outgoing = chain.incoming.T.tocsr()
        self.degree = int(np.diff(chain.incoming.indptr).max(initial=0))
        self.met: list[Vector] = []  # some of the last distributions
        self.looked = 0  # steps done when modes were last looked for
        self.modes: SlowModes | None = None  # that are left, from now on
        self.change = math.inf  # a unit of time, in the last stretch
        self.weighing = 0.0  # rounding of weights and of their sums
        self.rate = 0.0  # of the steps of the last stretch
        self.span = FIRST / max(float(chain.exit_rates[start > 0].max(initial=0.0)), 1e-300)

    def error(self) -> float:
        """Return the probability missing, what may still change, and rounding (by Pinsker, see `scaling`)."""
        rounding = (self.degree + 2) * ROUNDING * math.sqrt(self.steps) + self.weighing
        return max(0.0, 1.0 - float(self.probability.sum())) + self.frozen + rounding

    def stretch(self, most: float) -> None:
        """Go on by a stretch of time, at most so long: the shorter, the more would leak."""
        before = self.probability
        longest = min(LONGEST * self.end, max(LESS * self.end, MANY / self.rate if self.rate else 0.0))
        while True:
            span = min(self.span, most, longest)
            budget = max(self.tolerance * (span / self.end), NOISE)
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
        change = (float(np.abs(after - before).sum()) + NOISE) / span
        left = max(0.0, self.end - self.time)
        if left > SHORT * self.end and left * change <= self.tolerance / 10:
            self.steady, self.frozen = True, left * change
            return
        if self.steps - self.looked >= MANY and left > SHORT * self.end:
            self._look_for_modes(left)
        falls = math.log(self.change / change) / span if 0 < change < self.change < math.inf else 0.0
        self.change = change
        settles = math.log(max(1.0, left * change / (self.tolerance / 10))) / falls if falls else math.inf
        if time.monotonic() - self.began > PATIENCE:
            self._refuse_long(min(left, settles) * self.rate)  # the first stretches are short, and have more steps

    def _look_for_modes(self, left: float) -> None:
        self.looked = self.steps
        self.met = [*self.met, self.probability][-min(MOST, KEPT // self.chain.size) :]
        if len(self.met) > 2:
            self.modes = slow_modes(self.chain, self.met, left, self.tolerance - self.error())

    def followed(self, modes: SlowModes, until: float) -> Moment:
        """Return the distribution at a time after now."""
        probability, further = modes.at(until - self.time)
        shortly = min(until, self.end * (1 - SHORT)) - self.time
        steady = modes.change(shortly, self.end - self.time) <= self.tolerance / 10
        return Moment(until, probability, self.error() + further, self.steps, steady, "uniformisation and slow modes")

    def _refuse_long(self, steps: float) -> None:
        """Raise LimitReached where so many steps more take too long, at the pace so far."""
        spent = time.monotonic() - self.began
        each = spent / self.steps if spent > PATIENCE and self.steps else STEP + EACH * len(self.chain.source)
        limit = self.control.seconds if math.isfinite(self.control.seconds) else LONG
        if each * steps > 2 * limit:
            raise LimitReached(
                f"about {rounded(steps)} steps are left to time {self.end:g}, which take about {told(each * steps)}: "
                f"some of {self.chain.size:,} states are left very fast",
                "ask for a shorter --until, allow the time (--time SECONDS), or take the long run: pepa solve",
            )

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
        self.rate = rate = max(float(exits.max()), 1e-300)
        step = self.chain.incoming[kept][:, kept] * (1 / rate) + diags_array(1 - exits / rate)
        step = step.tocsr()
        current = probability[kept]
        self._refuse_long(rate * span)
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
        self.weighing += ROUNDING * len(weights)
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
