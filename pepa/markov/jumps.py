"""The balance equations of the embedded jump chain, laid out for Gauss-Seidel sweeps, with little memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pepa.markov.state_space import Vector

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Index = NDArray[np.int32 | np.int64]
CHUNK = 1 << 17  # transitions moved at a time


def jump_balance(
    source: NDArray[np.int32], target: NDArray[np.int32], rate: Vector, exit_rates: Vector
) -> csr_array[np.float64]:
    """Return z P - z = 0 for flows z, a row a state: -1 at the diagonal first, then the probabilities of jumping there.

    Transitions have positive rates and leave their state. Entries are in no other order, and several may be at one
    place. Memory beyond the result: a chunk of transitions.
    """
    from scipy.sparse import csr_array
    from scipy.sparse._sparsetools import coo_tocsr

    size, number = len(exit_rates), len(rate)
    index: type[np.int32] | type[np.int64] = np.int32 if number + size <= np.iinfo(np.int32).max else np.int64
    pointers: Index = np.empty(size + 1, index)
    indices: Index = np.empty(number + size, index)
    data = np.empty(number + size)
    coo_tocsr(size, size, number, target.astype(index, copy=False), source.astype(index, copy=False), rate,
              pointers, indices, data)  # fmt: skip
    for start in range(0, number, CHUNK):
        part = slice(start, min(start + CHUNK, number))
        data[part] /= exit_rates[indices[part]]
    _make_room(pointers, indices, data)
    pointers += np.arange(size + 1).astype(index)
    indices[pointers[:-1]] = np.arange(size, dtype=index)
    data[pointers[:-1]] = -1.0
    return csr_array((data, indices, pointers), shape=(size, size))


def _make_room(pointers: Index, indices: Index, data: Vector) -> None:
    """Move the entries of row i by i + 1, the last row first, so that each has a place free before its first."""
    stop = len(pointers) - 1
    while stop > 0:
        before = pointers.dtype.type(max(0, int(pointers[stop]) - CHUNK))  # of another type it would copy the pointers
        start = min(int(np.searchsorted(pointers, before)), stop - 1)
        first, last = int(pointers[start]), int(pointers[stop])
        rows = np.arange(start + 1, stop + 1, dtype=pointers.dtype)
        places = np.arange(first, last, dtype=pointers.dtype) + np.repeat(rows, np.diff(pointers[start : stop + 1]))
        indices[places] = indices[first:last].copy()
        data[places] = data[first:last].copy()
        stop = start
