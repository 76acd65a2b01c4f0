"""The most probable way to a state where a condition holds (Dijkstra 1959), over the activities of a derived chain."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import Control, Progress, in_background
from pepa.explore.steps import Steps
from pepa.explore.trace import Trace, followed
from pepa.markov.chain.chain import Chain
from pepa.markov.space.state_space import StateSpace

STEP = 1e-12  # what a step costs beside its chance: of ways as probable the shortest is found


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


def _likeliest_move(space: StateSpace, chain: Chain, source: int, target: int) -> int:
    between = np.flatnonzero((space.source == source) & (space.target == target))
    return int(space.move[between[np.argmax(chain.rate[between])]])
