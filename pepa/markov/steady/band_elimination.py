"""GTH elimination within a band: states reordered so that all their transitions are near the diagonal of the matrix.

In blocks as wide as the band each block is joined to the one before and the one behind it only. So they are eliminated
from the last to the first, two of them in memory as a dense matrix, by matrix products without any subtraction
(Grassmann, Taksar and Heyman 1985; in blocks: Stewart, Introduction to the Numerical Solution of Markov Chains, 1994,
section 2.5). As with any elimination of that kind every probability is right to a small multiple of the rounding error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.markov.chain.chain import Chain
from pepa.markov.chain.unsuitable import Unsuitable
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.gth import eliminate, stationary
from pepa.markov.steady.level_elimination import narrow
from pepa.markov.steady.method import Pulse, Step
from pepa.markov.steady.names import NAMES

Matrix = NDArray[np.float64]
PRODUCTS = 5.0  # multiplications for a state, by the square of the band


@dataclass(frozen=True)
class BandElimination:
    """Eliminate blocks of states in a reverse Cuthill-McKee order, each next to two others only.

    Direct: one step is the answer. Time grows with the states and the square of the band, up to `most_products` in
    all (about half a minute), memory with the states and the band, up to `most_bytes`.
    """

    most_products: float = 2e11
    most_bytes: float = 1e9
    fewest: int = 32

    name = NAMES["band"]
    reason = "a band, of any range"
    patience = 1
    by_residual = False

    def suits(self, chain: Chain) -> bool:
        """Whether the band may be narrow enough, by the most levels there can be, and is no line of states."""
        return not narrow(chain) and self._fits(chain.size, chain.width / 2)

    def prepare(self, chain: Chain, tolerance: float, pulse: Pulse) -> Step:
        """Return the step that is the answer; raises Unsuitable where the band is too wide."""
        del tolerance
        rates, order, band = banded(chain)
        if not self._fits(chain.size, band):
            raise Unsuitable("the band is too wide")
        answer = np.empty(chain.size)
        answer[order] = _by_blocks(rates, max(band, self.fewest), pulse)
        return lambda _: answer

    def _fits(self, size: int, band: float) -> bool:
        return PRODUCTS * size * band**2 <= self.most_products and 16.0 * size * band <= self.most_bytes


def banded(chain: Chain) -> tuple[Any, NDArray[np.int32], int]:
    """Return the rates from state to state (n, n, sparse) in an order of small bandwidth, that order, and the band."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    order = reverse_cuthill_mckee((chain.incoming + chain.incoming.T).tocsr(), symmetric_mode=True)
    place = np.empty(chain.size, np.int32)
    place[order] = np.arange(chain.size, dtype=np.int32)
    source, target = place[chain.source], place[chain.target]
    rates = csr_array((chain.rate, (source, target)), shape=(chain.size, chain.size))
    return rates, order, int(np.abs(source - target).max())


def _by_blocks(rates: Any, width: int, pulse: Pulse) -> Vector:
    """Return the steady state, up to a factor, of rates none of which leads further than `width` states.

    Each block has an exponent of its own: what lies between two likely ones may be of any rarity.
    """
    size = rates.shape[0]
    starts = np.arange(0, size, width)
    shares: list[Matrix] = []
    last: Matrix = rates[starts[-1] :, starts[-1] :].toarray()
    for start in starts[:-1][::-1]:
        stop = start + width
        pair = np.empty((width + len(last), width + len(last)))
        end = stop + len(last)
        pair[:width] = rates[start:stop, start:end].toarray()
        pair[width:, :width] = rates[stop:end, start:stop].toarray()
        pair[width:, width:] = last
        eliminate(pair, pulse, keep=width)
        shares.append(pair[:, width:].copy())
        last = pair[:width, :width].copy()
    blocks, exponents = [stationary(last, pulse)], [0]
    while shares:
        block, exponent = np.frexp(_next(blocks[-1], shares.pop()))
        largest = int(exponent.max())
        blocks.append(np.ldexp(block, exponent - largest))
        exponents.append(exponents[-1] + largest)
    top = max(exponents)
    return np.concatenate([np.ldexp(one, power - top) for one, power in zip(blocks, exponents, strict=True)])


def _next(before: Vector, shares: Matrix) -> Vector:
    """Return the probabilities of a block by those of the block before: each the sum of those before it by its shares.

    `shares` (both blocks, this block) are, above its diagonal, the rates into each state by what left it.
    """
    from scipy.linalg import solve_triangular

    within = -shares[len(before) :]  # a solution of I - U adds up positive terms only
    return np.asarray(solve_triangular(within, before @ shares[: len(before)], trans="T", unit_diagonal=True))
