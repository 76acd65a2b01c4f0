"""Gauss-Seidel sweeps (Stewart, Introduction to the Numerical Solution of Markov Chains, 1994, chapter 3).

The unknowns are flows, z = probability x exit rate, for which z P = z with P the jump chain. Deriving numbers states
level by level, and a transition leads at most one level on, often many back: in that order one sweep carries flow
through all levels. Only positive terms are added, so small probabilities come out as right as large ones.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pepa.markov.chain.chain import Chain
from pepa.markov.chain.rows import Rows
from pepa.markov.space.loops import loops
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.method import Pulse, Step
from pepa.markov.steady.names import NAMES

WORK = 1 << 24  # transitions between two looks at the watcher
SHARED = 1 << 20  # entries from which on a second thread pays


@dataclass(frozen=True)
class GaussSeidel:
    """One step is one sweep; so many may pass without the residual halving. Memory: the jump chain."""

    patience: int = 2_000

    name = NAMES["gauss-seidel"]
    reason = "always possible"
    by_residual = True

    def suits(self, chain: Chain) -> bool:
        """Any irreducible chain of more than one state: each is left and entered."""
        return chain.size > 1

    def prepare(self, chain: Chain, tolerance: float, pulse: Pulse) -> Step:
        """Return the sweep."""
        del tolerance
        sweep = flow_sweep(chain.jumps, pulse)
        return lambda probability: sweep(probability * chain.exit_rates) / chain.exit_rates


def flow_sweep(jumps: Rows, pulse: Pulse) -> Step:
    """Return one sweep over flows, which works in place and calls `pulse` on its way.

    `jumps` holds the equations z P - z = 0 as `Chain.jumps` does, row by row, the diagonal first. A large one is swept
    in two halves at once, each of which sees the other as it was: that costs next to no more sweeps, whatever the
    number of cores the numbers are the same, and on two it takes little more than half the time.
    """
    return whole_sweep(jumps, pulse) if jumps.nnz < SHARED else _shared_sweep(jumps, pulse)


def whole_sweep(jumps: Rows, pulse: Pulse) -> Step:
    """Return the sweep in one piece, whatever its size; without a diagonal each row adds to what its entry was."""
    whole = _rows(jumps, 0, jumps.size)

    def sweep(flow: Vector) -> Vector:
        whole(flow, pulse)
        return flow

    return sweep


def _shared_sweep(jumps: Rows, pulse: Pulse) -> Step:
    from concurrent.futures import ThreadPoolExecutor

    middle = int(np.searchsorted(jumps.indptr, jumps.indptr.dtype.type(jumps.nnz // 2)))
    upper, lower = _rows(jumps, 0, middle), _rows(jumps, middle, jumps.size)
    lowest = int(jumps.indices[jumps.indptr[middle] :].min())  # that the lower half looks at
    apart = np.empty(jumps.size)
    second = ThreadPoolExecutor(1, "sweep")

    def sweep(flow: Vector) -> Vector:
        apart[lowest:] = flow[lowest:]
        other = second.submit(lower, apart, lambda: None)
        upper(flow, pulse)
        other.result()
        flow[middle:] = apart[middle:]
        return flow

    return sweep


def _rows(jumps: Rows, first: int, last: int) -> Callable[[Vector, Pulse], None]:
    """Return the sweep of some rows."""
    # `csr_matvec` adds A x to y. With x and y one array each row sees what the rows before it have become, and its
    # first entry, the -1 on the diagonal, takes away exactly what the row had before: many rows in one call.
    csr_matvec, size, pointers = loops().csr_matvec, jumps.size, jumps.indptr
    goals = np.arange(int(pointers[first]), int(pointers[last]), WORK).astype(pointers.dtype)
    cuts = [*np.searchsorted(pointers, goals).tolist(), last]
    parts = [(start, stop, pointers[start : stop + 1]) for start, stop in itertools.pairwise(cuts) if start < stop]

    def sweep(flow: Vector, pulse: Pulse) -> None:
        for start, stop, within in parts:
            csr_matvec(stop - start, size, within, jumps.indices, jumps.data, flow, flow[start:stop])
            pulse()

    return sweep
