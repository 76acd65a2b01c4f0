"""Weak coupling: blocks of states that a chain leaves so rarely that sweeps cannot tell their weights.

Transitions far slower than the state they leave are cut. Where what is left has several recurrent classes, the chain
is nearly completely decomposable (Simon and Ando 1961; Courtois, Decomposability, 1977).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pepa.markov.chain import Chain

WEAK = 1e-4  # of a state's exit rate: slower transitions are cut
WEAKEST = 1e-16
MOST_BLOCKS = 2_000


def weakly_coupled_blocks(chain: Chain) -> NDArray[np.intp] | None:
    """Return the block (numbered from 0) of every state, or None where the chain is not weakly coupled.

    A block is a recurrent class of the strong transitions, and the states that lead to it most strongly. Where
    there are too many blocks, a weaker cut is tried.
    """
    share = chain.rate / chain.exit_rates[chain.source]
    weak = WEAK
    while weak > WEAKEST:
        strong = (share >= weak) & chain.moving
        if strong.sum() == chain.moving.sum():
            return None
        block, number = _recurrent_classes(chain, strong)
        if number < 2:
            return None
        if number <= MOST_BLOCKS:
            return _completed(chain, strong, share, block)
        weak *= 1e-2
    return None


def _recurrent_classes(chain: Chain, strong: NDArray[np.bool_]) -> tuple[NDArray[np.intp], int]:
    """Return the recurrent class of each state under the strong transitions, -1 where transient, and their number."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    source, target = chain.source[strong], chain.target[strong]
    graph = coo_array((np.ones(len(source), np.int8), (source, target)), shape=(chain.size, chain.size)).tocsr()
    number, label = connected_components(graph, directed=True, connection="strong")
    closed = np.ones(number, bool)
    closed[label[source[label[source] != label[target]]]] = False
    renumbered = np.where(closed, np.cumsum(closed) - 1, -1)
    return renumbered[label], int(closed.sum())


def _completed(
    chain: Chain, strong: NDArray[np.bool_], share: NDArray[np.float64], block: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Return the blocks with every transient state in the one its strongest way leads to."""
    edges = np.flatnonzero(strong)
    edges = edges[np.argsort(share[edges], kind="stable")]
    source, target = chain.source[edges], chain.target[edges]
    while (block < 0).any():
        reaching = (block[source] < 0) & (block[target] >= 0)
        found = block.copy()
        found[source[reaching]] = block[target[reaching]]  # the strongest is written last
        block = found
        left = block[source] < 0
        source, target = source[left], target[left]
    return block
