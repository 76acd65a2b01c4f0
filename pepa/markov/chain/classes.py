"""Communicating classes: which states recur, which are left for ever, which are deadlocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import in_background
from pepa.markov.chain.chain import Chain
from pepa.markov.chain.graphs import reached_from
from pepa.markov.space.distinct import distinct

LARGE = 1_000_000  # states from which on a search takes long enough to be cancelled
SMALL = 5_000  # states up to which reachability is found without scipy, which takes long to import
ROUNDS = 40  # of a look at what leads back from states that no transition leads back from
FEW = 50  # such states left, that are each looked at alone


@dataclass(frozen=True, eq=False)
class Classes:
    """Recurrent classes, as ascending states, in the order of their first state; and what is not in them."""

    recurrent: tuple[NDArray[np.int64], ...]
    transient: NDArray[np.int64]
    deadlocks: NDArray[np.int64]


def classes(chain: Chain, pulse: Callable[[], None] = lambda: None) -> Classes:
    """Return the communicating classes of a chain all of whose states are reachable from state 0.

    `pulse` is called now and then, so that it can be cancelled.
    """
    idle = np.ones(chain.size, bool)
    idle[chain.source] = False
    deadlocks = np.flatnonzero(idle)
    everything = np.arange(chain.size)
    if not len(deadlocks) and (_all_descend(chain) or _all_return(chain, pulse)):
        return Classes((everything,), everything[:0], deadlocks)
    from scipy.sparse.csgraph import connected_components

    number, label = connected_components(chain.incoming, directed=True, connection="strong")
    left = np.zeros(number, bool)
    left[label[chain.source[label[chain.source] != label[chain.target]]]] = True
    transient = left[label]
    order = np.argsort(label, kind="stable")
    ends = np.cumsum(np.bincount(label, minlength=number))
    starts = ends - np.diff(ends, prepend=0)
    members = [order[starts[index] : ends[index]] for index in np.flatnonzero(~left)]
    members.sort(key=lambda states: int(states[0]))
    return Classes(tuple(members), np.flatnonzero(transient), deadlocks)


def _all_descend(chain: Chain) -> bool:
    """Whether every state is seen to lead to one numbered before it, by few steps, and so in the end to state 0.

    It is asked of a chain without deadlocks, and is not seen where the transitions are not in the order of states.
    """
    source, target = chain.source, chain.target
    if not (source[1:] >= source[:-1]).all():
        return False
    start = np.concatenate([[0], np.flatnonzero(source[1:] != source[:-1]) + 1])
    stop = np.append(start[1:], len(source))
    first = np.minimum.reduceat(target, start)  # of the states that each is known to lead to
    stuck = np.flatnonzero(first >= np.arange(chain.size))[1:]  # but state 0, which leads to none before it

    def leaving(states: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return where states lead, state by state, and the position of the first of each."""
        number = stop[states] - start[states]
        begin = np.cumsum(number) - number
        return target[np.arange(number.sum()) + np.repeat(start[states] - begin, number)], begin

    for _ in range(ROUNDS):
        if len(stuck) <= FEW:
            break
        onward, begin = leaving(stuck)
        first[stuck] = np.minimum.reduceat(first[onward], begin)
        stuck = stuck[first[stuck] >= stuck]
    return len(stuck) <= FEW and all(_descends(state, first, leaving) for state in stuck.tolist())


def _descends(
    state: int, first: NDArray[np.int32], leaving: Callable[[NDArray[np.int64]], tuple[NDArray[np.int32], Any]]
) -> bool:
    """Whether a state leads to one before it within a few steps."""
    front = np.array([state])
    for _ in range(ROUNDS):
        if first[front].min() < state:
            return True
        front = distinct(leaving(front)[0]).astype(np.int64)
    return False


def _all_return(chain: Chain, pulse: Callable[[], None]) -> bool:
    """Whether state 0 can be reached from every state."""
    if chain.size > LARGE and chain.is_wide:  # a frontier a level: a thin chain has too many of them
        return _all_reached(chain, pulse)
    if chain.size > SMALL:
        return reached_from(chain.jumps.indptr, chain.jumps.indices, 0) == chain.size
    returns = np.zeros(chain.size, bool)
    returns[0] = True
    number = 0
    while number != (number := int(returns.sum())):
        for _ in range(8):
            returns[chain.source[returns[chain.target]]] = True
    return number == chain.size


def _all_reached(chain: Chain, pulse: Callable[[], None]) -> bool:
    """Search backwards from state 0, a frontier at a time."""
    jumps = in_background(lambda: chain.jumps, pulse)
    pointers, last = jumps.indptr.astype(np.int64), np.empty(chain.size, np.int64)
    returns = np.zeros(chain.size, bool)
    returns[0] = True
    front: NDArray[np.int64] = np.zeros(1, np.int64)
    while len(front):
        first, number = pointers[front], pointers[front + 1] - pointers[front]
        edges = np.repeat(first - (np.cumsum(number) - number), number) + np.arange(number.sum())
        source = jumps.indices[edges]
        source = source[~returns[source]]
        last[source] = np.arange(len(source))
        front = source[last[source] == np.arange(len(source))].astype(np.int64)  # each once
        returns[front] = True
        pulse()
    return bool(returns.all())
