"""Questions about graphs of states: what leads where, what is joined.

They are answered in a few passes of numpy, which takes less time than the library does to import; where a graph is deep
that would be many.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.markov.space.loops import loops

LARGE = 1 << 20  # nodes from which on the library saves more time than it takes to import
DEEP = 2_000  # steps from a node, from which on a pass for each is slow


def reached_from(pointers: NDArray[Any], indices: NDArray[Any], node: int) -> int:
    """Return how many nodes are reached from one, itself among them: row i of the graph holds where i leads."""
    if len(pointers) <= LARGE:
        found = _reached(pointers, indices, node)
        if found is not None:
            return found
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order

    size = len(pointers) - 1
    data = np.empty(len(indices))  # never looked at, so that it takes no memory: of another type it would be copied
    graph = csr_array((data, indices, pointers), shape=(size, size))
    return len(breadth_first_order(graph, node, return_predecessors=False))


def _reached(pointers: NDArray[Any], indices: NDArray[Any], node: int) -> int | None:
    """Return the same, a step from all nodes just reached at a time; None where there are very many steps."""
    unseen, last = np.ones(len(pointers) - 1, bool), np.empty(len(pointers) - 1, np.int32)
    front = np.array([node])
    unseen[front] = False
    for _ in range(DEEP):
        leads = indices[of_nodes(pointers, front)[1]]
        leads = leads[unseen[leads]]
        if not len(leads):
            return int(np.count_nonzero(~unseen))
        each = np.arange(len(leads), dtype=np.int32)
        last[leads] = each
        front = leads[last[leads] == each]  # each once: where it was met last
        unseen[front] = False
    return None


def by_node(nodes: NDArray[Any], leads: NDArray[Any], size: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return pointers to where each of so many nodes leads, and that, of edges by their two ends in any order."""
    pointers, indices = np.empty(size + 1, np.int32), np.empty(len(nodes), np.int32)
    ends = (each.astype(np.int32, copy=False) for each in (nodes, leads))
    unused = np.zeros(len(nodes), np.int8)
    loops().coo_tocsr(size, size, len(nodes), *ends, unused, pointers, indices, unused.copy())
    return pointers, indices


def of_nodes(pointers: NDArray[Any], nodes: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return how many entries some nodes have each, and the places of all of these."""
    first = pointers[nodes]
    number = pointers[nodes + 1] - first
    before = np.cumsum(number) - number
    return number, np.repeat(first - before, number) + np.arange(int(number.sum()))


def joined(size: int, one: NDArray[Any], other: NDArray[Any]) -> tuple[int, NDArray[Any]]:
    """Return the number of parts of an undirected graph and the part of each node, by the edges' ends.

    Parts are numbered by their first nodes: labels are hooked onto smaller ones, and their paths halved (Shiloach and
    Vishkin 1982).
    """
    label: NDArray[Any] = np.arange(size, dtype=np.int32)
    while True:
        one, other = label.take(one), label.take(other)
        apart = np.flatnonzero(one != other)
        if not len(apart):
            break
        one, other = one.take(apart), other.take(apart)
        np.minimum.at(label, np.maximum(one, other), np.minimum(one, other))
        while True:
            halved = label.take(label)
            if np.array_equal(halved, label):
                break
            label = halved
    first = label == np.arange(size, dtype=np.int32)
    number = np.cumsum(first, dtype=np.int32) - np.int32(1)
    return int(number[-1]) + 1, number.take(label)
