"""The most probable way to a state where a condition holds (Dijkstra 1959): over a derived chain, or on the fly."""

from __future__ import annotations

import heapq
import itertools
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control, Progress, Ticker, in_background
from pepa.explore.packed import PackedStates
from pepa.explore.place import Counts
from pepa.explore.search import Condition
from pepa.explore.steps import Steps
from pepa.explore.trace import Trace, followed
from pepa.markov.chain.chain import Chain
from pepa.markov.space.state_space import StateSpace

STEP = 1e-12  # what a step costs beside its chance: of ways as probable the shortest is found
MOST_LOOKED_AT = 3_000  # states, on the fly


def most_probable(
    steps: Steps, space: StateSpace, chain: Chain, start: int, wanted: NDArray[np.bool_], control: Control
) -> Trace | None:
    """Return the likeliest sequence of activities from a state to any of those wanted, or None where none leads there.

    The probability of a way is the product of the chances of its activities, each to be the first to happen.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    def search() -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        order = np.argsort(space.source, kind="stable")
        pointers = np.concatenate([[0], np.cumsum(np.bincount(space.source, minlength=space.size))])
        total = np.bincount(space.source, chain.rate, space.size)
        cost = STEP - np.log(chain.rate[order] / total[space.source[order]])
        ways: Any = csr_array((np.maximum(cost, STEP), space.target[order], pointers), shape=(space.size, space.size))
        distance, before = dijkstra(ways, indices=np.array([start]), return_predecessors=True)
        return distance.ravel(), before.ravel()

    said = Progress("search", f"the most probable way, over {len(space.source):,} transitions")
    distance, before = in_background(search, lambda: control.watch(said))
    distance = np.where(wanted, distance, np.inf)
    state = int(np.argmin(distance))
    if np.isinf(distance[state]):
        return None
    path = [state]
    while path[-1] != start:
        path.append(int(before[path[-1]]))
    pairs = zip(path[::-1], path[-2::-1], strict=False)
    moves = [_likeliest_move(space, chain, source, target) for source, target in pairs]
    return followed(steps, space.counts(start), moves, "most probable")


def most_probable_on_the_fly(steps: Steps, start: Counts, condition: Condition, control: Control) -> Trace | None:
    """Return the likeliest sequence of activities from a state to one where a condition holds, deriving nothing.

    States are looked at by the probability of the likeliest way to each. None where there is no such state, or it is
    not among the first MOST_LOOKED_AT: one by one is slow, and a derived chain decides then. Raises PepaError where
    something has no rate.
    """
    ticker = Ticker(control, "search")
    costs, before = {start: 0.0}, dict[Counts, tuple[Counts, int]]()
    settled: set[Counts] = set()
    waiting: list[tuple[float, int, Counts, bool]] = [(0.0, 0, start, _holds(steps, [start], condition)[0])]
    for number in itertools.count(1):
        while waiting and waiting[0][2] in settled:
            heapq.heappop(waiting)
        if not waiting or len(settled) == MOST_LOOKED_AT:
            return None
        cost, _, counts, wanted = heapq.heappop(waiting)
        if wanted:
            return followed(steps, start, _moves_back(before, counts), "most probable")
        settled.add(counts)
        ticker.tick(lambda: (f"{len(settled):,} states by their probability", None))
        fresh = []
        for activity in steps.activities(counts):
            reached = cost + max(STEP, STEP - math.log(activity.chance))
            if reached < costs.get(activity.target, math.inf):
                costs[activity.target], before[activity.target] = reached, (counts, activity.move)
                fresh.append(activity.target)
        for index, (target, holds) in enumerate(zip(fresh, _holds(steps, fresh, condition), strict=True)):
            heapq.heappush(waiting, (costs[target], number * len(steps.net.moves) + index, target, holds))
    raise AssertionError


def _holds(steps: Steps, states: list[Counts], condition: Condition) -> list[bool]:
    if not states:
        return []
    words = np.array([steps.layout.pack(counts) for counts in states], np.int64).T
    return [bool(one) for one in condition(PackedStates(steps.forward, steps.net, steps.layout, words))]


def _moves_back(before: dict[Counts, tuple[Counts, int]], counts: Counts) -> list[int]:
    moves = []
    while counts in before:
        counts, move = before[counts]
        moves.append(move)
    return moves[::-1]


def _likeliest_move(space: StateSpace, chain: Chain, source: int, target: int) -> int:
    between = np.flatnonzero((space.source == source) & (space.target == target))
    return int(space.move[between[np.argmax(chain.rate[between])]])
