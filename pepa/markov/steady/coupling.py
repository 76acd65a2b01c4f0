"""Weak coupling: blocks of states that a chain leaves so rarely that sweeps cannot tell their weights.

Transitions far slower than the state they leave are cut. Where what is left has several recurrent classes, the chain
is nearly completely decomposable (Simon and Ando 1961; Courtois, Decomposability, 1977).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pepa.markov.chain.chain import Chain
from pepa.markov.chain.graphs import reached_from
from pepa.markov.chain.rows import Rows
from pepa.markov.space.state_space import Vector

if TYPE_CHECKING:
    from scipy.sparse import csr_array

WEAK = 1e-3  # of a state's exit rate: slower transitions are cut
WEAKEST = 1e-16
STRONGER = (1e-2,)
MOST_BLOCKS = 2_000
CHUNK = 1 << 22  # transitions looked at at a time


def weakly_coupled_blocks(chain: Chain, likely: int = 0) -> NDArray[np.intp] | None:
    """Return the block (numbered from 0) of every state, or None where the chain is not weakly coupled.

    It is soon seen that it is not where `likely` is a likely state: one that all others lead to by strong transitions.
    A block is a recurrent class of the strong transitions, and the states that lead to it most strongly. Where
    there are too many blocks, a weaker cut is tried; where there are some, stronger ones, which may part them further.
    """
    weak = WEAK
    while weak > WEAKEST:
        strong = _strong(chain.jumps, weak, likely)
        if strong is None:
            return None
        block, number = _recurrent_classes(strong)
        if number < 2:
            return None
        if number <= MOST_BLOCKS:
            break
        weak *= 1e-2
    else:
        return None
    for cut in STRONGER:
        other = _strong(chain.jumps, cut, likely) if cut > weak else None
        parted = None if other is None else _recurrent_classes(other)
        if other is not None and parted is not None and number < parted[1] <= MOST_BLOCKS:
            strong, (block, number) = other, parted
    return _completed(strong, block)


def _strong(jumps: Rows, weak: float, likely: int) -> csr_array[np.float64] | None:
    """Return the strong transitions by target and source, None where by them every state leads to the likely one."""
    kept = np.empty(jumps.nnz, bool)
    for start in range(0, jumps.nnz, CHUNK):
        part = slice(start, start + CHUNK)
        np.greater_equal(jumps.data[part], weak, out=kept[part])  # the diagonal is negative
    if _all_lead_to(likely, jumps, kept):
        return None
    from scipy.sparse import csr_array

    among = _among(jumps, kept, jumps.data[kept])
    strong: csr_array[Any] = csr_array((among.data, among.indices, among.indptr), shape=(among.size, among.size))
    strong.sum_duplicates()  # of which `connected_components` makes an endless loop
    return strong


def _among(jumps: Rows, kept: NDArray[np.bool_], data: Vector) -> Rows:
    """Return the entries kept, by target and source, with some data for them."""
    in_row = np.add.reduceat(kept, jumps.indptr[:-1], dtype=jumps.indptr.dtype)  # no row is empty: each has a diagonal
    pointers = np.concatenate([in_row[:1] * 0, np.cumsum(in_row, dtype=in_row.dtype)])
    return Rows(pointers, jumps.indices[kept], data)


def _all_lead_to(state: int, jumps: Rows, kept: NDArray[np.bool_]) -> bool:
    """Whether every state leads to one by transitions that are kept, so that only one class recurs."""
    number = np.count_nonzero(kept)
    if number == jumps.nnz - jumps.size:
        return True  # all but the diagonal, and the chain is irreducible
    graph = _among(jumps, kept, jumps.data[:number])  # only where there are transitions matters
    return reached_from(graph.indptr, graph.indices, state) == jumps.size


def _recurrent_classes(strong: csr_array[np.float64]) -> tuple[NDArray[np.intp], int]:
    """Return the recurrent class of each state under the strong transitions, -1 where transient, and their number."""
    from scipy.sparse.csgraph import connected_components

    edges = strong.tocoo()
    number, label = connected_components(strong, directed=True, connection="strong")
    closed = np.ones(number, bool)
    closed[label[edges.col[label[edges.col] != label[edges.row]]]] = False
    renumbered = np.where(closed, np.cumsum(closed) - 1, -1)
    return renumbered[label], int(closed.sum())


def _completed(strong: csr_array[np.float64], block: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the blocks with every transient state in the one its strongest way leads to."""
    edges = strong.tocoo()
    order = np.argsort(edges.data, kind="stable")  # of one state's transitions, the last is the fastest
    source, target = edges.col[order], edges.row[order]
    while (block < 0).any():
        reaching = (block[source] < 0) & (block[target] >= 0)
        found = block.copy()
        found[source[reaching]] = block[target[reaching]]  # the strongest is written last
        block = found
        left = block[source] < 0
        source, target = source[left], target[left]
    return block
