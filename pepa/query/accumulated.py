"""What is earned up to each of some times: in each interval, what is earned from the distribution at its beginning.

What comes in an interval from every state at once is worked out backward (`later`), once for all intervals of a length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control
from pepa.markov.chain.chain import Chain
from pepa.markov.passage.absorbing import with_ends
from pepa.markov.passage.bounded import Later, later
from pepa.markov.space.state_space import Vector
from pepa.markov.transient.moment import Moment
from pepa.markov.transient.transient import transient
from pepa.net.net import Net
from pepa.query.analysis import Derived
from pepa.query.earned import earning, refuse_never
from pepa.query.earned import understood as reward_understood
from pepa.query.passage import Passage, Question
from pepa.query.series import Series
from pepa.query.stages import Change

DIGITS = 12  # of the length of an interval: those that differ by rounding are one
NOBODY = Question("", ())  # followed: all members are meant


@dataclass(frozen=True, eq=False)
class Accumulated:
    """What is earned of `text` up to each time, shape (times,), wrong by at most `error`, (times,)."""

    text: str
    time: Vector
    value: Vector
    error: Vector


@dataclass(frozen=True, eq=False)
class Earning:
    """What is earned per time in each state of a chain, (states,), while it is one of those that are `moving`."""

    chain: Chain
    moving: NDArray[np.bool_]
    reward: Vector

    def during(self, span: float, control: Control, tolerance: float) -> Later:
        """Return what is earned in some time from every state; what is positive and what is negative each by itself."""
        values, error = np.zeros(self.chain.size), 0.0
        for sign in (1.0, -1.0):
            gain = np.where(self.moving, np.maximum(sign * self.reward, 0.0), 0.0)
            if gain.any():
                found = later(self.chain, self.moving, np.zeros(self.chain.size), gain, span, control, tolerance)
                values, error = values + sign * found.values, error + found.error
        return Later(values, error)


@dataclass
class Accumulating:
    """Adds up what is earned while distributions over time pass by."""

    text: str
    control: Control
    tolerance: float
    time: list[float] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    error: list[float] = field(default_factory=list)
    _during: dict[float, Later] = field(default_factory=dict)
    _of: Earning | None = None
    last: Moment | None = None

    def watching(self, along: Iterable[tuple[Derived, Moment]]) -> Iterator[tuple[Derived, Moment]]:
        """Yield what is yielded, having added what was earned since the one before."""
        model: Derived | None = None
        for derived, moment in along:
            self.add(moment)
            yield derived, moment
            if derived is not model:
                model, reward = derived, earning(self.text, derived, NOBODY)
                self.begin(Earning(derived.chain, np.ones(derived.chain.size, bool), reward))
            self.last = moment

    def begin(self, earned: Earning) -> None:
        """Earn like this from now on."""
        self._of, self._during = earned, {}

    def add(self, moment: Moment) -> None:
        """Add what is earned since the last distribution, nothing at the first."""
        value, error = (self.value[-1], self.error[-1]) if self.value else (0.0, 0.0)
        if self._of is not None and self.last is not None:
            span = moment.time - self.last.time
            key = float(f"{span:.{DIGITS}g}")
            if key not in self._during:
                self._during[key] = self._of.during(key, self.control, self.tolerance)
            found, most = self._during[key], float(np.abs(self._during[key].values).max(initial=0.0))
            value += float(self.last.probability @ found.values)
            error += found.error + self.last.error * (most + found.error)
            error += abs(span - key) * float(np.abs(self._of.reward).max(initial=0.0))
        self.time.append(moment.time)
        self.value.append(value)
        self.error.append(error)

    def at(self, times: Vector) -> Accumulated:
        """Return what has been earned at some of the times that have passed."""
        place = np.searchsorted(np.array(self.time), times)
        return Accumulated(self.text, times, np.array(self.value)[place], np.array(self.error)[place])


def understood(text: str, net: Net) -> None:
    """See that a reward has a meaning for a net; raises ExpressionError or PepaError where it has none."""
    reward_understood(text, net, NOBODY)


def on_the_way(found: Passage, text: str, times: Vector, tolerance: float) -> Accumulated:
    """Return what is earned on the way of a passage up to each of some ascending times, the first of them 0.

    Raises what `earned` raises.
    """
    derived, system = refuse_never(found), found.system
    stopped = with_ends(system.rates, system.ends)
    moving = np.arange(stopped.size) < system.size
    reward = np.zeros(stopped.size)
    reward[: system.size] = earning(text, derived, found.question)[system.states]
    total = Accumulating(text, found.control, tolerance / len(times))
    begin = np.concatenate([system.start, system.at_once])
    for number, moment in enumerate(transient(stopped, times, found.control, tolerance, begin)):
        total.add(moment)
        if not number:
            total.begin(Earning(stopped, moving, reward))
        total.last = moment
    return total.at(times)


def with_changes(times: Vector, changes: Iterable[Change]) -> Vector:
    """Return times, and those of changes before the last of them: what is earned in an interval is of one model."""
    between = [one.time for one in changes if one.time < times[-1]]
    return np.unique(np.append(times, between))


def only(along: Iterable[tuple[Derived, Moment]], times: Vector) -> Iterator[tuple[Derived, Moment]]:
    """Yield what there is at some times alone."""
    wanted = set(times.tolist())
    return ((model, moment) for model, moment in along if moment.time in wanted)


def beside(series: Series, earned: Sequence[Accumulated]) -> Series:
    """Return a series with what is earned beside its measures, each with its proved error as its margin."""
    values = {f"earned {one.text}": one.value for one in earned}
    errors = {f"earned {one.text}": one.error for one in earned}
    return replace(series, measures={**series.measures, **values}, measures_margin={**series.measures_margin, **errors})
