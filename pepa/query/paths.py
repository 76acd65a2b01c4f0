"""What happens from every state of a chain: until, next, in the long run, what is earned; each with its error.

The semantics of CSL and its rewards (Baier, Haverkort, Hermanns and Katoen, Model-checking algorithms for
continuous-time Markov chains, 2003). What is sure or impossible by the graph alone is exactly 1 or 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control
from pepa.markov.chain.chain import Chain
from pepa.markov.chain.classes import Classes
from pepa.markov.passage.absorbing import GOING, Absorbing, Ends, absorbing, reachable
from pepa.markov.passage.bounded import later
from pepa.markov.passage.expected import Earned, Solver
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.certainty import Certainty, worst
from pepa.markov.steady.steady_state import Stationary, stationary
from pepa.query.truth import Interval, Truths

LEAST = 5e-324
ROUNDING = 1e-15  # of a sum of positive terms
BELOW_ONE = float(np.nextafter(1.0, 0.0))


@dataclass(frozen=True, eq=False)
class Paths:
    """Answers about the paths of a chain, every one from each of its states."""

    chain: Chain
    classes: Classes
    control: Control

    def until(self, through: Truths, goal: Truths, low: float = 0.0, high: float = np.inf) -> Interval:
        """Return the probability of reaching a goal between two times, through some states until then."""
        if low > 0:
            rest = self.until(through, goal, 0.0, high - low)
            ends = (np.where(through, values, 0.0) for values in (rest.low, rest.high))
            least, most = (self._later(through, values, np.zeros(self.chain.size), low) for values in ends)
            return _chances(least[0] - least[1], most[0] + most[1])
        if high <= 0:
            return Interval(goal.astype(float), goal.astype(float))
        system = self._system(through, goal)
        possible = goal.astype(float)
        possible[system.states] = 1.0
        if np.isfinite(high):
            values, error = self._later(through & ~goal, goal.astype(float), np.zeros(self.chain.size), high)
            doubtful = np.zeros(self.chain.size, bool)
            doubtful[system.states] = True
            return _between(values, error, possible, doubtful)
        found = self._reached(system)
        doubtful = np.zeros(self.chain.size, bool)
        doubtful[system.states] = _doubtful(system)
        values = system.everywhere(found.values, self.chain.size)
        values[goal] = 1.0
        return _between(values, system.everywhere(found.error, self.chain.size), possible, doubtful)

    def next(self, goal: Truths) -> Interval:
        """Return the probability that the next activity leads to a goal; where there is none, whether it is one."""
        chain = self.chain
        total = np.bincount(chain.source, chain.rate, chain.size)
        into = np.bincount(chain.source, chain.rate * goal[chain.target], chain.size)
        values = np.where(total > 0, into / np.where(total > 0, total, 1.0), goal.astype(float))
        surely = np.bincount(chain.source, ~goal[chain.target], chain.size) == 0
        possible = np.where(total > 0, into > 0, goal).astype(float)
        return _between(values, np.where(surely, 0.0, 1e-14 * values), possible, (total > 0) & ~surely)

    @property
    def certainty(self) -> Certainty | None:
        """What the steady states asked for are certain to, the worst of them; None where none was."""
        return worst([part.certainty for part in self._stationary]) if "_stationary" in self.__dict__ else None

    def long_run(self, values: Interval) -> Interval:
        """Return the average in the long run of what each state is worth."""
        averages = [_average(*pair, values) for pair in zip(self.classes.recurrent, self._stationary, strict=True)]
        if len(averages) == 1:
            return Interval(*(np.full(self.chain.size, one) for one in averages[0]))
        ending = [self.until(np.ones(self.chain.size, bool), self._inside(k)) for k in range(len(averages))]
        low, high = np.zeros(self.chain.size), np.zeros(self.chain.size)
        for chance, (least, most) in zip(ending, averages, strict=True):
            low += np.minimum(chance.low * least, chance.high * least)
            high += np.maximum(chance.low * most, chance.high * most)
        return Interval(low, high)

    def instant(self, reward: Vector, time: float) -> Interval:
        """Return the expected reward of the state at a time."""
        return _around(*self._later(np.ones(self.chain.size, bool), reward, np.zeros(self.chain.size), time))

    def cumulated(self, reward: Vector, time: float) -> Interval:
        """Return what is earned up to a time; without an end where it is infinite."""
        if np.isfinite(time):
            return _around(*self._later(np.ones(self.chain.size, bool), np.zeros(self.chain.size), reward, time))
        free, paying = np.zeros(self.chain.size, bool), np.zeros(self.chain.size, bool)
        for states in self.classes.recurrent:
            (paying if reward[states].any() else free)[states] = True
        return self.before(free, reward)

    def before(self, goal: Truths, reward: Vector) -> Interval:
        """Return what is earned before a goal; infinite where it may never be reached."""
        system = self._system(np.ones(self.chain.size, bool), goal)
        infinite = ~goal
        infinite[system.states] = _doubtful(system)
        sure = ~_doubtful(system)
        low, high = np.where(infinite, np.inf, 0.0), np.where(infinite, np.inf, 0.0)
        if sure.any():
            part = _restricted(system, sure)
            solver = Solver(part, self.control)
            for sign in (1.0, -1.0):
                gain = np.maximum(sign * reward[part.states], 0.0)
                if gain.any():
                    found = solver.earned(gain)
                    low[part.states] += sign * found.values - found.error
                    high[part.states] += sign * found.values + found.error
        return Interval(low, high)

    def _later(self, moving: Truths, values: Vector, earning: Vector, time: float) -> tuple[Vector, Vector]:
        with np.errstate(over="ignore", invalid="ignore"):  # what is beyond all numbers is told as that
            found = later(self.chain, moving, values, earning, time, self.control)
        return found.values, np.where(moving, found.error, 0.0)

    def _system(self, through: Truths, goal: Truths) -> Absorbing:
        return absorbing(self.chain, until_ends(self.chain, through, goal))

    def _reached(self, system: Absorbing) -> Earned:
        """Return the probability of arriving; exactly 1 where nothing else can happen."""
        values, error = np.ones(system.size), np.zeros(system.size)
        doubtful = _doubtful(system)
        if doubtful.any():
            found = Solver(system, self.control).earned(system.ends[:, 0])
            values[doubtful], error[doubtful] = np.minimum(found.values[doubtful], 1.0), found.error[doubtful]
        return Earned(values, error)

    def _inside(self, number: int) -> Truths:
        inside = np.zeros(self.chain.size, bool)
        inside[self.classes.recurrent[number]] = True
        return inside

    @cached_property
    def _stationary(self) -> list[Stationary]:
        """The steady state of each recurrent class."""
        whole = [len(states) == self.chain.size for states in self.classes.recurrent]
        parts = zip(self.classes.recurrent, whole, strict=True)
        return [
            stationary(self.chain if all_ else self.chain.restricted(states), self.control) for states, all_ in parts
        ]


def until_ends(chain: Chain, through: Truths, goal: Truths) -> Ends:
    """Return the ends of an until: the goal; and what is neither that nor on the way, which does not count."""
    state = np.where(goal, 0, np.where(through, GOING, 1)).astype(np.int8)
    return Ends(1, np.full(len(chain.source), GOING, np.int8), state)


def _average(states: NDArray[np.int64], steady: Stationary, values: Interval) -> tuple[float, float]:
    """Return the least and the most that the average over a class of states can be.

    Probabilities above that of the certainty are off by its part of themselves, what the others carry by all of it;
    and an average is between the least and the largest of what is averaged.
    """
    low, high = values.low[states], values.high[states]
    least, most = float(low.min()), float(high.max())
    certainty, probability = steady.certainty, steady.probability
    if least == most or certainty.error >= 1:
        return least, most
    size = np.maximum(np.abs(low), np.abs(high))
    rare = probability <= certainty.above
    apart = (certainty.error + ROUNDING) * float(probability @ size) + float(probability[rare].sum() * size.max())
    return max(least, float(probability @ low) - apart), min(most, float(probability @ high) + apart)


def _doubtful(system: Absorbing) -> Truths:
    """Return from which states it may be that an end is never reached."""
    never = system.ends[:, -1] > 0
    return reachable(system.rates.T.tocsr(), never) if never.any() else never


def _restricted(system: Absorbing, kept: Truths) -> Absorbing:
    """Return the system of states that cannot reach the others."""
    rates = system.rates[kept][:, kept].tocsr()
    return Absorbing(system.states[kept], rates, system.ends[kept], system.start[kept], system.at_once)


def _around(values: Vector, error: Vector) -> Interval:
    return Interval(values - error, values + error)


def _chances(low: Vector, high: Vector) -> Interval:
    return Interval(np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0))


def _between(values: Vector, error: Vector, possible: Vector, doubtful: Truths) -> Interval:
    """Return probabilities with their errors: above 0 where possible, below 1 where doubtful."""
    found = _chances(values - error, values + error)
    low = np.where(possible > 0, np.maximum(found.low, LEAST), 0.0)
    high = np.where(possible > 0, np.where(doubtful, np.minimum(found.high, BELOW_ONE), found.high), 0.0)
    return Interval(np.minimum(low, high), high)
