"""Communicating classes: which states recur, which are left for ever, which are deadlocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.markov.chain import Chain

SMALL = 5_000  # states up to which reachability is found without scipy, which takes long to import


@dataclass(frozen=True)
class Classes:
    """Recurrent classes, as ascending states, in the order of their first state; and what is not in them."""

    recurrent: tuple[NDArray[np.int64], ...]
    transient: NDArray[np.int64]
    deadlocks: NDArray[np.int64]


def classes(chain: Chain) -> Classes:
    """Return the communicating classes of a chain all of whose states are reachable from state 0."""
    idle = np.ones(chain.size, bool)
    idle[chain.source] = False
    deadlocks = np.flatnonzero(idle)
    everything = np.arange(chain.size)
    if not len(deadlocks) and _all_return(chain):
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


def _all_return(chain: Chain) -> bool:
    """Whether state 0 can be reached from every state."""
    if chain.size > SMALL:
        from scipy.sparse.csgraph import breadth_first_order

        return len(breadth_first_order(chain.incoming, 0, return_predecessors=False)) == chain.size
    returns = np.zeros(chain.size, bool)
    returns[0] = True
    number = 0
    while number != (number := int(returns.sum())):
        for _ in range(8):
            returns[chain.source[returns[chain.target]]] = True
    return number == chain.size
