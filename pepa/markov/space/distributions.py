"""In how many ways the members of all groups can be distributed, so that they keep the invariants that tie groups.

No net has more states, and in most each of these ways is reached. They are counted, not listed: group by group, by the
sums of the weights that those so far come to (as coefficients of a product of generating functions).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.markov.space.invariants import Weights, firsts, tying
from pepa.net.net import Group, Net

MOST_SUMS = 1 << 20  # that two groups come to together
MOST_WORK = 1 << 22  # sums met in one group
MOST_PASSES = 20_000  # over the sums of one group
WORD = 1 << 62

Sums = NDArray[np.int64]  # (ways, invariants)
Ways = NDArray[np.float64]


def most_states(net: Net) -> float:
    """Return an upper bound on the states of a net: infinite where it is more than a double holds."""
    tied = distributions(net.groups, tying(net.groups, net.moves))
    return untied(net.groups) if tied is None else tied


def untied(groups: Sequence[Group]) -> float:
    """Return in how many ways the members of groups can be distributed, each for itself."""
    return math.prod((_spread(group.size, len(group.initial)) for group in groups), start=1.0)


def distributions(groups: Sequence[Group], weights: Weights) -> float | None:
    """Return in how many ways members can be distributed that keep the invariants; None where that takes long."""
    first = firsts(groups)
    wanted = weights @ np.array([count for group in groups for count in group.initial], np.int64)
    tied, alone = [], []
    for index, group in enumerate(groups):
        own = weights[:, first[index] : first[index + 1]]
        if group.size and own.any():
            tied.append(_Tied(group.size, own))
        else:
            alone.append(group)
    # A sum of weights lies this far from 0 at most: so they can be packed into a word.
    reach = [
        1 + 2 * int(one) for one in sum((group.size * np.abs(group.own).max(axis=1) for group in tied), 0 * wanted)
    ]
    if math.prod(reach) > WORD:
        return None
    unit = np.cumprod([1, *reach])[:-1].astype(np.int64)
    found = _joined(_ordered(tied), wanted, unit)
    return None if found is None else found * untied(alone)


def _spread(members: int, places: int) -> float:
    """Return in how many ways members can be spread over places."""
    try:
        return float(math.comb(members + places - 1, members)) if members else 1.0
    except OverflowError:
        return math.inf


@dataclass(frozen=True, eq=False)
class _Tied:
    """A group that invariants are about: its members, and the weights (invariants, local derivatives) they have."""

    size: int
    own: Weights

    @property
    def least(self) -> Sums:
        """The least sum of each invariant."""
        return np.asarray(self.size * self.own.min(axis=1))

    @property
    def most(self) -> Sums:
        """The largest sum of each invariant."""
        return np.asarray(self.size * self.own.max(axis=1))


def _ordered(groups: Sequence[_Tied]) -> list[_Tied]:
    """Return the groups in an order in which few invariants are open at a time."""
    left, found = list(groups), list[_Tied]()
    seen: NDArray[np.bool_] = np.zeros(1, bool)
    while left:
        opened = []
        for one in left:
            after = np.any([other.own.any(axis=1) for other in left if other is not one], axis=0)
            opened.append(int(((seen | one.own.any(axis=1)) & after).sum()))
        found.append(left.pop(int(np.argmin(opened))))
        seen = seen | found[-1].own.any(axis=1)
    return found


def _joined(groups: Sequence[_Tied], wanted: Sums, unit: Sums) -> float | None:
    """Return the ways of all groups that come to the sums wanted."""
    least, most = sum((group.least for group in groups), 0 * wanted), sum((group.most for group in groups), 0 * wanted)
    sums, ways = np.zeros((1, len(wanted)), np.int64), np.ones(1)
    after_least, after_most = least, most
    for group in groups:
        own = _sums(group, wanted - (most - group.most), wanted - (least - group.least), unit)
        if own is None or len(sums) * len(own[0]) > MOST_SUMS:
            return None
        after_least, after_most = after_least - group.least, after_most - group.most
        together = (sums[:, None, :] + own[0][None, :, :]).reshape(-1, len(wanted))
        number = np.outer(ways, own[1]).ravel()
        # The groups to come must be able to add what is wanted.
        kept = ((together >= wanted - after_most) & (together <= wanted - after_least)).all(axis=1)
        sums, ways = _added(together[kept], number[kept], unit)
    return float(ways.sum())


def _sums(group: _Tied, low: Sums, high: Sums, unit: Sums) -> tuple[Sums, Ways] | None:
    """Return the sums between two that one group comes to, and in how many ways each; None where that takes long."""
    weightless = ~group.own.any(axis=0)
    weights = group.own.T[~weightless]
    placed = {0: (np.zeros((1, len(low)), np.int64), np.ones(1))}  # by how many members have a place already
    work = passes = 0
    for index, weight in enumerate(weights):
        others = np.append(weights[index:], np.zeros_like(low)[None, :], axis=0)
        slowest, fastest = others.min(axis=0), others.max(axis=0)
        last = max(placed)
        for members in range(1, group.size + 1):  # one more of them there than with one member fewer
            if members - 1 not in placed:
                if members > last:
                    break
                continue
            sums, ways = placed[members - 1]
            sums = sums + weight
            left = group.size - members
            kept = ((sums >= low - left * fastest) & (sums <= high - left * slowest)).all(axis=1)
            sums, ways = sums[kept], ways[kept]
            if members in placed:
                sums, ways = (np.concatenate(both) for both in zip((sums, ways), placed[members], strict=True))
            if len(sums):
                placed[members] = _added(sums, ways, unit)
            work, passes = work + len(sums), passes + 1
            if work > MOST_WORK or passes > MOST_PASSES:
                return None
    number = int(weightless.sum())
    spread = [_spread(group.size - members, number) if number else float(members == group.size) for members in placed]
    sums = np.concatenate([sums for sums, _ in placed.values()])
    ways = np.concatenate([ways * factor for (_, ways), factor in zip(placed.values(), spread, strict=True)])
    kept = (ways > 0) & (sums >= low).all(axis=1) & (sums <= high).all(axis=1)
    return _added(sums[kept], ways[kept], unit)


def _added(sums: Sums, ways: Ways, unit: Sums) -> tuple[Sums, Ways]:
    """Return the different sums, the ways of equal ones added."""
    _, first, number = np.unique(sums @ unit, return_index=True, return_inverse=True)
    return sums[first], np.bincount(number, ways, len(first)).astype(float)
