"""How large a state space will be, before it is derived: what its invariants leave, times the share that is reached.

The ways to distribute the members that keep the invariants of a net (`distributions`) are most often all reached, and
else a share of them is that hardly depends on the number of copies n. That share, and the transitions a state, are seen
on the same net with fewer copies, and so are the moves that happen at all: both go like a e^(b / n).
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pepa.control.control import Control, LimitReached, Progress, gibibytes, rounded
from pepa.language.problem import ModelError
from pepa.markov.space.derive import NARROW, derive
from pepa.net.net import Group, Move, Net

DERIVING = 60  # bytes a transition, at most
SOLVED = 80  # bytes a transition when it is solved as well: 52 that stay, 24 on top of them were seen
WIDE = 7e-7  # seconds a transition; measured on two cores of 2026
THIN = 6e-6  # the same where levels are narrow
TRIED = 4_000  # states of the largest net tried
SECONDS = 0.6
MOST = 1e300  # states: more cannot be told apart


@dataclass(frozen=True)
class Prediction:
    """About how many states, transitions and levels there will be."""

    states: float
    transitions: float
    levels: float

    @property
    def seconds(self) -> float:
        """About the seconds it takes to derive and solve them."""
        return (THIN if self.states < NARROW * self.levels else WIDE) * self.transitions

    @property
    def memory(self) -> float:
        """The bytes it takes to derive them."""
        return DERIVING * self.transitions

    @property
    def memory_solved(self) -> float:
        """The bytes it takes to derive and solve them."""
        return SOLVED * self.transitions


@dataclass(frozen=True)
class _Seen:
    """A net with at most so many copies in each group: what deriving it gave, and the moves that happened."""

    copies: int
    groups: tuple[Group, ...]
    states: int
    transitions: int
    levels: int
    moves: tuple[Move, ...]


def at_most(net: Net) -> Prediction:
    """Return an upper bound on the states, and about how many transitions as many would have, in a level or two."""
    from pepa.markov.space.distributions import most_states

    states = min(most_states(net), MOST)
    happening = 0.0
    for move in net.moves:
        taking = [net.groups[participant.group] for participant in move.participants]
        # Of all ways to distribute n members over k places, those with one in a certain place.
        happening += math.prod(one.size / (one.size + len(one.initial) - 1) for one in taking if len(one.initial) > 1)
    return Prediction(states, states * happening, 1.0)


def predicted(net: Net, control: Control) -> Prediction | None:
    """Return what deriving a net will give, or None where nothing can be told from fewer copies."""
    from pepa.markov.space.distributions import distributions, untied
    from pepa.markov.space.invariants import tying

    seen = list(_smaller(net, control))
    if not seen:
        return None
    weights = tying(net.groups, seen[-1].moves)
    tied = [distributions(groups, weights) for groups in (net.groups, *(one.groups for one in seen[-2:]))]
    every = tied if None not in tied else [untied(net.groups), *(untied(one.groups) for one in seen[-2:])]
    possible, *smaller = (min(float(one or 0), MOST) for one in every)
    copies = [one.copies for one in seen[-2:]]
    largest = max(group.size for group in net.groups)
    reached = [one.states / number for one, number in zip(seen[-2:], smaller, strict=True)]
    states = possible * min(1.0, _continued(copies, reached, largest))
    moves = _continued(copies, [one.transitions / one.states for one in seen[-2:]], largest)
    return Prediction(states, states * moves, _levels(seen, largest))


def _continued(copies: Sequence[int], values: Sequence[float], largest: int) -> float:
    """Return a e^(b / n) at n = largest, a and b such that it has the values at the last numbers of copies."""
    if len(values) < 2:
        return values[-1]
    slope = math.log(values[-1] / values[-2]) / (1 / copies[-1] - 1 / copies[-2])
    return values[-1] * math.exp(slope * (1 / largest - 1 / copies[-1]))


def _levels(seen: Sequence[_Seen], largest: int) -> float:
    """Return the levels, of which each further copy has as many."""
    if len(seen) < 2:
        return float(seen[-1].levels * largest / seen[-1].copies)
    before, last = seen[-2:]
    return last.levels + (last.levels - before.levels) / (last.copies - before.copies) * (largest - last.copies)


def refuse_what_cannot_fit(net: Net, control: Control) -> float | None:
    """Return the states predicted, None where that cannot be told.

    Raises LimitReached where states or memory are expected to be twice the limit.
    """
    control.watch(Progress("predict", "how many states there will be", None))
    prediction = predicted(net, control)
    if prediction is None:
        return None
    if prediction.states > 2 * control.most_states or prediction.memory > 2 * control.memory:
        raise LimitReached(
            f"about {rounded(prediction.states)} states are expected, which take {gibibytes(prediction.memory)}; "
            f"the limits are {control.most_states:,} states and {gibibytes(control.memory)}",
            "make an array smaller, take the fluid or a simulation (pepa advise says which), or raise the limits",
        )
    return prediction.states


def _smaller(net: Net, control: Control) -> Iterator[_Seen]:
    """Yield what growing numbers of copies give, as long as that takes no time."""
    until = time.monotonic() + SECONDS
    largest = max(group.size for group in net.groups)
    copies = 1
    while copies < largest and time.monotonic() < until:
        smaller = replace(net, groups=tuple(cut(group, copies) for group in net.groups))
        try:
            space = derive(smaller, replace(control, most_states=TRIED, report=lambda _: None))
        except LimitReached:
            return
        except ModelError:
            pass  # with so few, something passive may be driven by none
        else:
            happened = tuple(net.moves[index] for index in np.unique(space.move).tolist())
            yield _Seen(copies, smaller.groups, space.size, len(space.source), len(space.levels) - 1, happened)
        copies = math.ceil(1.25 * copies)


def cut(group: Group, copies: int) -> Group:
    """Return the group with at most so many members, those of its first local derivatives."""
    left = copies
    initial = []
    for count in group.initial:
        initial.append(min(count, left))
        left -= initial[-1]
    return replace(group, initial=tuple(initial))


def refuse_what_cannot_be_solved(states: int, transitions: int, control: Control) -> None:
    """Raise LimitReached where solving what is derived needs more memory than the limit leaves."""
    needed = SOLVED * transitions
    if needed > control.memory:
        raise LimitReached(
            f"solving {states:,} states with {transitions:,} transitions takes {gibibytes(needed)}; "
            f"the limit is {gibibytes(control.memory)}",
            "make an array smaller, or raise the limit of memory where the machine has more",
        )
