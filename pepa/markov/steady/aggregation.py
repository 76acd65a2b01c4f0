"""Iterative aggregation and disaggregation for nearly completely decomposable chains.

The weights of the blocks come from the chain of blocks by GTH elimination, without subtraction; sweeps settle the
states within them (Takahashi 1975; Koury, McAllister and Stewart, Iterative methods for computing stationary
distributions of nearly completely decomposable Markov chains, 1984).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pepa.markov.chain.chain import Chain
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.coupling import weakly_coupled_blocks
from pepa.markov.steady.gauss_seidel import flow_sweep
from pepa.markov.steady.gth import stationary
from pepa.markov.steady.method import Pulse, Step
from pepa.markov.steady.names import NAMES


@dataclass(frozen=True)
class Aggregation:
    """One step: weigh the blocks by their own chain, sweep, and again until the weights settle.

    The residual cannot tell when: it is small wherever the coupling is. After each weighing there are so many `sweeps`,
    in a step so many `rounds` of both at most; in `early` of them the changes of the weights must fall to a tenth, and
    at a relative change of `settled` they are done. Memory: the generator and some vectors.
    """

    sweeps: int = 5
    rounds: int = 200
    early: int = 10
    settled: float = 1e-12

    name = NAMES["aggregation"]
    reason = "weak coupling"
    patience = 20
    by_residual = True

    def suits(self, chain: Chain) -> bool:
        """Whether the chain is weakly coupled, and wide: long thin ones are eliminated."""
        return chain.is_wide and weakly_coupled_blocks(chain) is not None

    def prepare(self, chain: Chain, tolerance: float, pulse: Pulse) -> Step:
        """Return the step; raises ArithmeticError, as the step does where the blocks turn out too strongly coupled."""
        del tolerance
        block = weakly_coupled_blocks(chain)
        if block is None:
            raise ArithmeticError("the states are not weakly coupled")
        number = int(block.max()) + 1
        sweep, exits = flow_sweep(chain.jumps, pulse), chain.exit_rates
        edge = block[chain.source] * number + block[chain.target]
        crossing = np.flatnonzero(block[chain.source] != block[chain.target])
        edge, source, rate = edge[crossing], chain.source[crossing], chain.rate[crossing]

        def step(probability: Vector) -> Vector:
            last = np.inf
            for done in range(self.rounds):
                weight = np.bincount(block, probability, number)
                between = np.bincount(edge, rate * probability[source], number * number).reshape(number, number)
                if not (weight.min() > 0 and (between.sum(axis=1) > 0).all()):
                    return sweep(probability * exits) / exits
                factor = stationary(between / weight[:, None], pulse) / weight
                weighed = probability * factor[block] * exits
                for _ in range(self.sweeps):
                    weighed = sweep(weighed)
                probability = weighed / exits
                spread = float(np.ptp(factor) / factor.max())
                if spread <= self.settled:
                    break
                if done % self.early == 0:
                    if spread > 0.1 * last:
                        raise ArithmeticError("the blocks are too strongly coupled")
                    last = spread
            return probability

        return step
