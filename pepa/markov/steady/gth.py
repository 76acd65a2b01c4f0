"""GTH elimination (Grassmann, Taksar and Heyman, Regenerative analysis and steady state distributions, 1985).

No subtraction, so no cancellation: every probability is right to a small multiple of the rounding error, however
stiff or nearly decomposable the chain (O'Cinneide, Entrywise perturbation theory and error analysis, 1993).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.markov.chain.chain import Chain
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.method import Pulse, Step
from pepa.markov.steady.names import NAMES

BLOCK = 64


@dataclass(frozen=True)
class GTH:
    """Dense elimination of one state after another, in blocks so that most of the work is matrix products.

    The time grows with the cube of the states: it suits chains of no more than `most_states`.
    """

    most_states: int = 2_000

    name = NAMES["gth"]
    reason = "few states"
    patience = 1
    by_residual = False

    def suits(self, chain: Chain) -> bool:
        """Whether the dense matrix is small."""
        return chain.size <= self.most_states

    def prepare(self, chain: Chain, tolerance: float, pulse: Pulse) -> Step:
        """Return the step that is the answer, whatever the estimate."""
        del tolerance
        return lambda _: stationary(chain.dense(), pulse)


def stationary(rates: NDArray[np.float64], pulse: Pulse) -> Vector:
    """Return the steady state of an irreducible chain by its off-diagonal rates (n, n), which are overwritten.

    `pulse` is called after each block of states.
    """
    eliminate(rates, pulse)
    size = len(rates)
    probability = np.zeros(size)
    probability[0] = 1.0
    for state in range(1, size):
        probability[state] = probability[:state] @ rates[:state, state]
        if probability[state] > 1e200:
            probability[: state + 1] *= 1e-200
    return np.asarray(probability / probability.sum())


def eliminate(rates: NDArray[np.float64], pulse: Pulse, keep: int = 1) -> Vector:
    """Eliminate all states but the first `keep`, the last one first; return what left each in its turn, shape (n,).

    `rates` is overwritten: below the diagonal by the rates out of each state when its turn came, above it by the
    rates into it as shares of what left it. `pulse` is called after each block of states.
    """
    size = len(rates)
    outflow = np.zeros(size)
    stop = size
    while stop > keep:
        start = max(keep, stop - BLOCK)
        for state in range(stop - 1, start - 1, -1):
            # what states of this block, eliminated before, add to the row and the column of this one
            later = slice(state + 1, stop)
            rates[state, :state] += rates[state, later] @ rates[later, :state]
            rates[:state, state] += rates[:state, later] @ rates[later, state]
            outflow[state] = rates[state, :state].sum()
            rates[:state, state] /= outflow[state]
        rates[:start, :start] += rates[:start, start:stop] @ rates[start:stop, :start]
        stop = start
        pulse()
    return outflow
