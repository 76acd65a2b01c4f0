"""Gauss-Seidel sweeps (Stewart, Introduction to the Numerical Solution of Markov Chains, 1994, chapter 3).

The unknowns are flows, z = probability x exit rate, for which z P = z with P the jump chain. Deriving numbers states
level by level, and a transition leads at most one level on, often many back: in that order one sweep carries flow
through all levels. Only positive terms are added, so small probabilities come out as right as large ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pepa.markov.chain import Chain
from pepa.markov.method import Pulse, Step
from pepa.markov.state_space import Vector

if TYPE_CHECKING:
    from scipy.sparse import csr_array

WORK = 1 << 24  # transitions between two looks at the watcher


class GaussSeidel:
    """One step is one sweep. Memory: the jump chain."""

    name = "Gauss-Seidel"
    reason = "always possible"
    patience = 2_000

    def suits(self, chain: Chain) -> bool:
        """Any irreducible chain of more than one state: each is left and entered."""
        return chain.size > 1

    def prepare(self, chain: Chain, tolerance: float, pulse: Pulse) -> Step:
        """Return the sweep."""
        del tolerance
        sweep = flow_sweep(chain.jumps, pulse)
        return lambda probability: sweep(probability * chain.exit_rates) / chain.exit_rates


def flow_sweep(jumps: csr_array[np.float64], pulse: Pulse) -> Step:
    """Return one sweep over flows, which works in place and calls `pulse` on its way.

    `jumps` holds the equations z P - z = 0 as `Chain.jumps` does, row by row, the diagonal first.
    """
    # It adds A x to y. With x and y one array each row sees what the rows before it have become, and its first entry,
    # the -1 on the diagonal, takes away exactly what the row had before: a sweep in one call.
    from scipy.sparse._sparsetools import csr_matvec

    size = jumps.shape[0]
    cuts = np.searchsorted(jumps.indptr, np.arange(0, jumps.nnz, WORK)).tolist()
    parts = [
        (start, stop, jumps.indptr[start : stop + 1])
        for start, stop in zip(cuts, [*cuts[1:], size], strict=True)
        if start < stop
    ]

    def sweep(flow: Vector) -> Vector:
        for start, stop, pointers in parts:
            csr_matvec(stop - start, size, pointers, jumps.indices, jumps.data, flow, flow[start:stop])
            pulse()
        return flow

    return sweep
