"""Sparse GTH elimination: the steady state of what elimination leaves, and from it that of all, round by round back."""

from __future__ import annotations

import numpy as np

from pepa.markov.chain.chain import Chain
from pepa.markov.chain.elimination import reduced
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.gth import stationary
from pepa.markov.steady.level_elimination import narrow
from pepa.markov.steady.method import Pulse, Step
from pepa.markov.steady.names import NAMES

DENSE = 2_000  # states left that dense elimination takes over
MODERATE = 20_000  # states up to which chains of any shape are tried
MOST_FILL = 4  # times the transitions of the chain


class SparseElimination:
    """Eliminate independent sets of states of low degree while that adds few transitions; dense elimination ends it.

    Direct: one step is the answer. Memory: what the elimination adds, at most four times the chain.
    """

    name = NAMES["sparse-gth"]
    reason = "thin, or small"
    patience = 1
    by_residual = False

    def suits(self, chain: Chain) -> bool:
        """Whether the chain is larger than dense elimination takes, and thin or small enough to try, not narrow."""
        return chain.size > DENSE and not narrow(chain) and (not chain.is_wide or chain.size <= MODERATE)

    def prepare(self, chain: Chain, tolerance: float, pulse: Pulse) -> Step:
        """Return the step that is the answer; raises Unsuitable where eliminating adds too many transitions."""
        del tolerance
        answer = _eliminated(chain, pulse)
        return lambda _: answer


def _eliminated(chain: Chain, pulse: Pulse) -> Vector:
    from scipy.sparse import csr_array

    left = reduced(csr_array(chain.incoming.T), DENSE, MOST_FILL, pulse)
    probability = stationary(left.rates.toarray(), pulse)
    for done in reversed(left.rounds):
        whole = np.empty(len(done.gone) + len(done.kept))
        whole[done.kept] = probability
        whole[done.gone] = np.asarray(done.into.T @ probability) / done.outflow
        probability = whole / whole.max()
    return probability
