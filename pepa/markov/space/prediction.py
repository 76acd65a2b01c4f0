"""How large a state space will be, before it is derived: its growth seen on the same net with fewer copies.

With copies counted, the states are nearly polynomial in the number of copies n, so a curve log(states) =
a + b log(n) + c / n is put through the last sizes that derive at once.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from pepa.control.control import Control, LimitReached, Progress, gibibytes, rounded
from pepa.markov.space.derive import NARROW, derive
from pepa.net.net import Group, Net

DERIVING = 60  # bytes a transition, at most
SOLVED = 80  # bytes a transition when it is solved as well: 52 that stay, 24 on top of them were seen
WIDE = 7e-7  # seconds a transition; measured on two cores of 2026
THIN = 6e-6  # the same where levels are narrow
TRIED = 8_000  # states of the largest net tried
SECONDS = 0.6


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


def most_states(net: Net) -> int:
    """Return an upper bound on the states: every way to distribute every group over its local derivatives."""
    return math.prod(math.comb(group.size + len(group.initial) - 1, group.size) for group in net.groups)


def predicted(net: Net, control: Control) -> Prediction | None:
    """Return what deriving a net will give, or None where nothing can be told from fewer copies."""
    largest = max(group.size for group in net.groups)
    seen = list(_smaller(net, largest, control))
    if len(seen) < 4:
        return None
    size, *sizes = np.array(seen[-3:], float).T
    basis = np.stack([np.ones(3), np.log(size), 1 / size], axis=1)
    wanted = np.array([1.0, np.log(largest), 1 / largest])
    found = [float(np.exp(wanted @ np.linalg.solve(basis, np.log(values)))) for values in sizes]
    share = min(1.0, float(most_states(net)) / found[0])
    return Prediction(found[0] * share, found[1] * share, found[2] * share)


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


def _smaller(net: Net, largest: int, control: Control) -> Iterator[tuple[int, int, int, int]]:
    """Yield (most copies, states, transitions, levels) for growing numbers of copies, as long as that takes no time."""
    until = time.monotonic() + SECONDS
    copies = 2
    while copies < largest and time.monotonic() < until:
        smaller = replace(net, groups=tuple(cut(group, copies) for group in net.groups))
        try:
            space = derive(smaller, replace(control, most_states=TRIED, report=lambda _: None))
        except LimitReached:
            return
        yield copies, space.size, len(space.source), len(space.levels) - 1
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
