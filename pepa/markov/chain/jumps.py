"""The balance equations of the embedded jump chain, laid out for Gauss-Seidel sweeps, with little memory."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from pepa.markov.chain.factor import SYMMETRIC, Factor
from pepa.markov.chain.rows import Index, Rows
from pepa.markov.space.loops import loops
from pepa.markov.space.state_space import Vector

Value = TypeVar("Value", bound=np.generic)
CHUNK = 1 << 17  # transitions moved at a time


@dataclass(frozen=True, eq=False)
class Pattern:
    """Where the entries of a balance are: those of row i from pointers[i] on, the diagonal first.

    `order` says which transition each entry is of; at the diagonal it says nothing.
    """

    pointers: Index
    indices: Index
    order: NDArray[np.int32]

    @cached_property
    def elimination(self) -> NDArray[np.intp]:
        """The states in an order in which to eliminate them fills in little, whatever the rates (minimum degree)."""
        from scipy.sparse import csr_array

        size = len(self.pointers) - 1
        entries = np.full(len(self.indices), -1.0)
        entries[self.pointers[:-1]] = 1.0 + np.diff(self.pointers)  # outweighs its row: it can be factorised
        matrix = csr_array((entries, self.indices.copy(), self.pointers.copy()), shape=(size, size)).tocsc()
        matrix.sum_duplicates()
        return Factor(matrix, **SYMMETRIC).order

    def balance(self, rate: Vector, exit_rates: Vector) -> Rows:
        """Return what `jump_balance` does, for transitions with these rates."""
        data = rate[self.order]
        _divided(data, exit_rates[self.indices])
        return _finished(self.pointers, self.indices, data)


def pattern(source: NDArray[np.int32], target: NDArray[np.int32], size: int) -> Pattern:
    """Return the pattern of transitions that leave their state, to be used again when only rates change.

    Memory: 8 bytes for each of them, and for each state.
    """
    pointers, indices, order = _by_target(source, target, np.arange(len(source), dtype=np.int32), size)
    order[pointers[:-1]] = 0
    return Pattern(pointers, indices, order)


def jump_balance(source: NDArray[np.int32], target: NDArray[np.int32], rate: Vector, exit_rates: Vector) -> Rows:
    """Return z P - z = 0 for flows z, a row a state: -1 at the diagonal first, then the probabilities of jumping there.

    Transitions have positive rates and leave their state. Entries are in no other order, and several may be at one
    place. Memory beyond the result: a chunk of transitions.
    """
    pointers, indices, data = _by_target(source, target, rate, len(exit_rates))
    for start in range(0, len(data), CHUNK):
        part = slice(start, start + CHUNK)
        _divided(data[part], exit_rates[indices[part]])
    return _finished(pointers, indices, data)


def _divided(data: Vector, exits: Vector) -> None:
    """Divide in place where a state is left at all: what stands for the diagonal of another is no jump."""
    np.divide(data, exits, out=data, where=True if exits.all() else exits > 0)


def _finished(pointers: Index, indices: Index, data: Vector) -> Rows:
    data[pointers[:-1]] = -1.0
    return Rows(pointers, indices, data)


def _by_target(
    source: NDArray[np.int32], target: NDArray[np.int32], values: NDArray[Value], size: int
) -> tuple[Index, Index, NDArray[Value]]:
    """Return pointers to the rows, sources and values by target, with a place before each row."""
    number = len(values)
    index: type[np.int32] | type[np.int64] = np.int32 if number + size <= np.iinfo(np.int32).max else np.int64
    pointers: Index = np.empty(size + 1, index)
    indices: Index = np.empty(number + size, index)
    placed = np.empty(number + size, values.dtype)
    entries = target.astype(index, copy=False), source.astype(index, copy=False), values
    loops().coo_tocsr(size, size, number, *entries, pointers, indices, placed)
    _make_room(pointers, indices, placed)
    pointers += np.arange(size + 1).astype(index)
    indices[pointers[:-1]] = np.arange(size).astype(index)
    return pointers, indices, placed


def _make_room(pointers: Index, indices: Index, placed: NDArray[Any]) -> None:
    """Move the entries of row i by i + 1, the last row first, so that each has a place free before its first."""
    stop = len(pointers) - 1
    while stop > 0:
        before = pointers.dtype.type(max(0, int(pointers[stop]) - CHUNK))  # of another type it would copy the pointers
        start = min(int(np.searchsorted(pointers, before)), stop - 1)
        first, last = int(pointers[start]), int(pointers[stop])
        rows = np.arange(start + 1, stop + 1, dtype=pointers.dtype)
        places = np.arange(first, last, dtype=pointers.dtype) + np.repeat(rows, np.diff(pointers[start : stop + 1]))
        indices[places] = indices[first:last].copy()
        placed[places] = placed[first:last].copy()
        stop = start


def by_entry(source: NDArray[np.int32], target: NDArray[np.int32], values: NDArray[Value], size: int) -> NDArray[Value]:
    """Return a value of each transition in the order of the entries of `jump_balance`; at the diagonal any."""
    return _by_target(source, target, values, size)[2]


def value_balance(source: NDArray[np.int32], target: NDArray[np.int32], rate: Vector, exit_rates: Vector) -> Rows:
    """Return P g - g for values g of states, the last state first: -1 at the diagonal first, then where jumps lead.

    The transpose of what `jump_balance` returns, in the order in which sweeps carry values back through all levels.
    """
    last = np.int32(len(exit_rates) - 1)
    pointers, indices, data = _by_target(last - target, last - source, rate / exit_rates[source], len(exit_rates))
    return _finished(pointers, indices, data)
