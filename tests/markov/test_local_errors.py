"""What single states are certain to, held against reversible chains whose probabilities are known beforehand."""

import random

import numpy as np
import pytest

import pepa
from pepa.control.control import Control
from pepa.markov.steady.certainty import EXACT, Certainty, singly, unsettled
from pepa.markov.steady.method import Estimate
from pepa.markov.steady.outcome import Attempt, Outcome
from pepa.markov.steady.steady_state import steady_state
from tests.models import derive


def reversible(seed, size, blocks):
    """Return a text whose only component balances every pair of states by known probabilities, and those.

    The states lie in blocks that little flows between; within them flows are as uneven as the probabilities.
    """
    chance = random.Random(seed)
    weight = np.array([10 ** chance.uniform(-2, 0) for _ in range(size)])
    weight /= weight.sum()
    flows, members = {}, [[] for _ in range(blocks)]
    for state in range(size):
        members[chance.randrange(blocks)].append(state)

    def join(one, other, factor):
        if (one, other) not in flows and (other, one) not in flows:
            flows[one, other] = factor * min(weight[one], weight[other])

    for block in members:
        for at in range(1, len(block)):
            join(block[at], block[chance.randrange(max(0, at - 20), at)], 10 ** chance.uniform(-1, 1))
        for _ in block:
            join(*chance.sample(block, 2), 10 ** chance.uniform(-1, 1))
    for one, other in zip(members, members[1:] + members[:1], strict=True):
        join(chance.choice(one), chance.choice(other), 1e-4)
    leads = [[] for _ in range(size)]
    for (one, other), flow in flows.items():
        leads[one].append(f"(a, {float(flow / weight[one])!r}).P{other}")
        leads[other].append(f"(a, {float(flow / weight[other])!r}).P{one}")
    text = "\n".join(f"P{state} = {' + '.join(leads[state])};" for state in range(size))
    return f"{text}\n\nP0\n", weight


@pytest.mark.parametrize("seed", [0, 1, 2, 5])
def test_no_state_is_off_by_more_than_is_said(seed):
    text, weight = reversible(seed, 2600, 7)
    found = pepa.parse(text).steady_state()
    off = max(abs(found.population[f"P{state}"] / share - 1) for state, share in enumerate(weight))
    assert off <= found.certainty.error


def test_single_states_that_are_off_are_refined_before_anything_is_said_to_be_uncertain():
    chain = derive("P = (a, 1).Q; Q = (b, 3).R + (c, 1).P; R = (d, 2).P; P[40]").chain
    exact = steady_state(chain).probability
    off = exact * (1 + 1e-4 * np.where(np.arange(chain.size) % 2, 1.0, -1.0))
    off /= off.sum()
    control = Control(1e-3)
    attempt = Attempt("sweeps", Outcome.CONVERGED, chain.residual(off), 1, 0.0)
    assert unsettled(chain, off, 0.0, lambda: None) > EXACT
    found, certainty = singly(chain, Estimate(off, attempt), Certainty(1e-9, 0.0, "all else"), control)
    assert certainty.exact
    assert np.abs(found.probability / exact - 1).max() <= certainty.error
    assert found.attempt.residual == chain.residual(found.probability)
