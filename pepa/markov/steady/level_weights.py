"""Aggregation over breadth-first levels: a far start brought near in a few rounds, whatever the number of levels.

Sweeps settle the states within a level soon, but the weights of the levels late, and the later the deeper they go.
These weights have a chain of their own, in which one level leads at most one on: flow on from a level equals flow
back to it and to those before, so that they follow from the last to the first, by positive terms (iterative aggregation
and disaggregation, as in aggregation.py; the recursion is that of GTH elimination for such a chain).
"""

from __future__ import annotations

import numpy as np

from pepa.markov.chain.chain import Chain
from pepa.markov.space.loops import loops
from pepa.markov.space.state_space import Vector
from pepa.markov.steady.method import Step

DEEP = 400  # levels up to which sweeps alone are as fast
SPREAD = 14  # levels for each of these
ROUNDS = 6
SWEEPS = 3  # in a round
MOST = 500  # levels that are told apart; where there are more, neighbours are taken together
HUGE = 1e200


def brought_near(chain: Chain, flow: Vector, sweep: Step) -> Vector:
    """Return flows (sum 1) near the solution, from any positive ones."""
    if len(chain.levels) <= DEEP:
        for _ in range(1 + len(chain.levels) // SPREAD):
            flow = sweep(flow)
        flow /= flow.sum()
        return flow
    weigh = _weighing(chain)
    for _ in range(ROUNDS):
        flow = weigh(flow)
        for _ in range(SWEEPS):
            flow = sweep(flow)
        flow /= flow.sum()
    return flow


def _weighing(chain: Chain) -> Step:
    """Return the step that gives every level its weight, states within a level keeping their proportions."""
    from concurrent.futures import ThreadPoolExecutor

    firsts = chain.levels[: -1 : -(-(len(chain.levels) - 1) // MOST)]
    number, widths = len(firsts), np.diff(firsts, append=chain.size)
    level = np.repeat(np.arange(number, dtype=np.int32), widths)
    between = level[chain.source]
    between *= np.int32(number)
    between += level[chain.target]  # which two levels a transition joins

    half = len(between) // 2
    second = ThreadPoolExecutor(1, "weigh")

    def summed(part: slice, probability: Vector) -> Vector:
        flows, pairs = np.zeros(number * number), between[part]
        loops().coo_matvec(len(pairs), pairs, chain.source[part], chain.rate[part], probability, flows)
        return flows

    def weigh(flow: Vector) -> Vector:
        probability = flow / chain.exit_rates
        other = second.submit(summed, slice(half, None), probability)
        flows = summed(slice(half), probability) + other.result()
        weights = _weights(flows.reshape(number, number))
        return flow if weights is None else flow * np.repeat(weights, widths)

    return weigh


def _weights(flows: Vector) -> Vector | None:
    """Return the factors by which levels must be weighted for their flows (from, to) to balance; None without any."""
    on = np.diag(flows, 1)
    if not (on > 0).all():
        return None
    back = np.cumsum(flows, axis=1).T.copy()  # row l: from each level to those up to l
    weights = np.ones(len(flows))
    for level in range(len(flows) - 2, -1, -1):
        weights[level] = weights[level + 1 :] @ back[level, level + 1 :] / on[level]
        if weights[level] > HUGE:
            weights[level:] /= HUGE
    return weights if np.isfinite(weights).all() and weights.any() else None
