"""Questions about graphs of states: what leads where, what is joined.

Those of small graphs are answered in a few passes of numpy; the library for large ones takes a tenth of a second to
import, which is as long as a small model takes to solve.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.markov.space.distinct import distinct

SMALL = 40_000  # nodes
DEEP = 2_000  # steps from a node, from which on a pass for each is slow


def reached_from(pointers: NDArray[Any], indices: NDArray[Any], node: int) -> int:
    """Return how many nodes are reached from one, itself among them: row i of the graph holds where i leads."""
    if len(pointers) <= SMALL:
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
    seen = np.zeros(len(pointers) - 1, bool)
    front = np.array([node])
    seen[front] = True
    for _ in range(DEEP):
        first = pointers[front]
        number = pointers[front + 1] - first
        before = np.cumsum(number) - number
        leads = indices[np.repeat(first - before, number) + np.arange(int(number.sum()))]
        front = distinct(leads[~seen[leads]])
        if not len(front):
            return int(seen.sum())
        seen[front] = True
    return None


def joined(size: int, one: NDArray[Any], other: NDArray[Any]) -> tuple[int, NDArray[Any]]:
    """Return the number of parts of an undirected graph and the part of each node, by the edges' ends.

    Parts are numbered by their first nodes. Small graphs: labels hooked onto smaller ones, and their paths halved
    (Shiloach and Vishkin 1982).
    """
    if size > SMALL:
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import connected_components

        graph = csr_array((np.ones(len(one), np.int8), (one, other)), shape=(size, size))
        number, part = connected_components(graph, directed=False)
        return int(number), part
    label: NDArray[Any] = np.arange(size)
    while True:
        left, right = label[one], label[other]
        apart = left != right
        if not apart.any():
            break
        left, right = left[apart], right[apart]
        np.minimum.at(label, np.maximum(left, right), np.minimum(left, right))
        while (label != label[label]).any():
            label = label[label]
    present, place = np.unique(label, return_inverse=True)
    return len(present), place
