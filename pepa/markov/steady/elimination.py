"""Sparse GTH elimination: the steady state of what elimination leaves, and from it that of all, round by round back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pepa.markov.chain.chain import Chain
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.gth import stationary
from pepa.markov.steady.level_elimination import narrow
from pepa.markov.steady.method import Pulse, Step
from pepa.markov.steady.names import NAMES


@dataclass(frozen=True)
class SparseElimination:
    """Eliminate independent sets of states of low degree while that adds few transitions; dense elimination ends it.

    Direct: one step is the answer. Dense elimination takes over at `dense` states. Chains of up to `moderate` states
    are tried whatever their shape. Memory: what the elimination adds, at most `most_fill` times the chain.
    """

    dense: int = 2_000
    moderate: int = 20_000
    most_fill: int = 4

    name = NAMES["sparse-gth"]
    reason = "thin, or small"
    patience = 1
    by_residual = False

    def suits(self, chain: Chain) -> bool:
        """Whether the chain is larger than dense elimination takes, and thin or small enough to try, not narrow."""
        return chain.size > self.dense and not narrow(chain) and (not chain.is_wide or chain.size <= self.moderate)

    def prepare(self, chain: Chain, tolerance: float, pulse: Pulse) -> Step:
        """Return the step that is the answer; raises Unsuitable where eliminating adds too many transitions."""
        del tolerance
        answer = _eliminated(chain, self.dense, self.most_fill, pulse)
        return lambda _: answer


def _eliminated(chain: Chain, dense: int, most_fill: int, pulse: Pulse) -> Vector:
    from scipy.sparse import csr_array

    from pepa.markov.chain.elimination import reduced

    left = reduced(csr_array(chain.incoming.T), dense, most_fill, pulse)
    probability = stationary(left.rates.toarray(), pulse)
    for done in reversed(left.rounds):
        whole = np.empty(len(done.gone) + len(done.kept))
        whole[done.kept] = probability
        whole[done.gone] = np.asarray(done.into.T @ probability) / done.outflow
        probability = whole / whole.max()
    return probability
