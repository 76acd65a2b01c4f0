"""Communicating classes: which states recur, which are left for ever, which are deadlocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.control.control import in_background
from pepa.markov.chain.chain import Chain

LARGE = 1_000_000  # states from which on a search takes long enough to be cancelled
SMALL = 5_000  # states up to which reachability is found without scipy, which takes long to import


@dataclass(frozen=True)
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
    if not len(deadlocks) and _all_return(chain, pulse):
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


def _all_return(chain: Chain, pulse: Callable[[], None]) -> bool:
    """Whether state 0 can be reached from every state."""
    if chain.size > LARGE and chain.is_wide:  # a frontier a level: a thin chain has too many of them
        return _all_reached(chain, pulse)
    if chain.size > SMALL:
        from scipy.sparse.csgraph import breadth_first_order

        return len(breadth_first_order(chain.jumps, 0, return_predecessors=False)) == chain.size
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
