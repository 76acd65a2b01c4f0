"""A sparse matrix by its rows, as sweeps go through it: the entries of each in an order that is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.markov.space.loops import loops

Index = NDArray[np.int32 | np.int64]
Vector = NDArray[np.float64]
CHUNK = 1 << 20  # entries looked at at a time


@dataclass(frozen=True, eq=False)
class Rows:
    """A square matrix: the entries of row i are those from indptr[i] to indptr[i + 1], each at one of `indices`.

    Several may be at one place, which counts as their sum. Named as scipy names its own.
    """

    indptr: Index
    indices: Index
    data: Vector

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.indptr) - 1

    @property
    def nnz(self) -> int:
        """How many entries there are."""
        return len(self.indices)

    def __matmul__(self, vector: Vector) -> Vector:
        """Return the product with a vector."""
        product = np.zeros(self.size)
        loops().csr_matvec(self.size, self.size, self.indptr, self.indices, self.data, vector, product)
        return product

    def at(self, states: NDArray[np.int64]) -> Rows:
        """Return the rows and columns of some states, ascending."""
        number = np.full(self.size, -1, self.indices.dtype)
        number[states] = np.arange(len(states))
        among = number >= 0
        found = self._where(lambda row, column: among.take(row) & among.take(column))
        pointers = np.append(found.indptr[states], found.indptr[-1:])
        return Rows(pointers, number.take(found.indices), found.data)

    def below(self) -> Rows:
        """Return the entries below the diagonal."""
        return self._where(lambda row, column: column < row)

    def _where(self, wanted: Callable[[Index, Index], NDArray[np.bool_]]) -> Rows:
        """Return the entries at wanted rows and columns; the rows are as many as before."""
        kept, in_row = np.empty(self.nnz, bool), np.zeros(self.size + 1, self.indptr.dtype)
        for start in range(0, self.nnz, CHUNK):
            stop = min(start + CHUNK, self.nnz)
            both = np.array([start, stop - 1], self.indptr.dtype)
            first, last = (np.searchsorted(self.indptr, both, side="right") - 1).tolist()
            ends = np.clip(self.indptr[first : last + 2], start, stop)
            row = np.repeat(np.arange(first, last + 1, dtype=self.indices.dtype), ends[1:] - ends[:-1])
            kept[start:stop] = chosen = wanted(row, self.indices[start:stop])
            before = np.concatenate([[0], np.cumsum(chosen, dtype=np.int32)])
            in_row[first + 1 : last + 2] += np.diff(before.take(ends - start)).astype(in_row.dtype)
        return Rows(np.cumsum(in_row, dtype=in_row.dtype), self.indices[kept], self.data[kept])
