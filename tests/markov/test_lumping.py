"""Lumped chains against whole ones, and partitions against a slow refinement by definition."""

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pepa.control.control import Control
from pepa.markov.chain.lumping import lump
from pepa.markov.chain.partition import Labelled, refinements
from pepa.markov.steady.steady_state import steady_state
from tests.markov.reference import chain, gth


def slowly(size, edges, initial, inside):
    """Refine by the definition: rates by label into each block, block by block, until nothing changes."""
    block = list(initial)
    while True:
        signatures = []
        for state in range(size):
            into = {}
            for s, t, r, a in edges:
                if s == state and (inside or block[t] != block[s]):
                    into[block[t], a] = into.get((block[t], a), 0) + r
            signatures.append((block[state], tuple(sorted(into.items()))))
        names = {signature: index for index, signature in enumerate(dict.fromkeys(signatures))}
        finer = [names[signature] for signature in signatures]
        if len(set(finer)) == len(set(block)):
            return finer
        block = finer


def same_partition(left, right):
    return len(set(zip(left, right, strict=True))) == len(set(left)) == len(set(right))


@st.composite
def systems(draw):
    size = draw(st.integers(1, 9))
    state = st.integers(0, size - 1)
    edge = st.tuples(state, state, st.sampled_from([1.0, 2.0, 3.0]), st.integers(0, 1))
    return size, draw(st.lists(edge, max_size=24)), draw(st.lists(st.integers(0, 1), min_size=size, max_size=size))


@settings(max_examples=150)
@given(systems(), st.booleans())
def test_the_coarsest_stable_partition(system, inside):
    size, edges, initial = system
    columns = list(zip(*edges, strict=True)) or [(), (), (), ()]
    labelled = Labelled(
        size,
        np.array(columns[0], np.int64),
        np.array(columns[1], np.int64),
        np.array(columns[2], float),
        np.array(columns[3], np.int64),
    )
    *_, found = refinements(labelled, np.array(initial), Control(), inside=inside)
    assert same_partition(found.tolist(), slowly(size, edges, initial, inside))


def switches(number, on, off):
    """Independent switches, each a bit of the state."""
    edges = [
        (state, state ^ (1 << bit), off if state >> bit & 1 else on)
        for state in range(1 << number)
        for bit in range(number)
    ]
    return chain(1 << number, *zip(*edges, strict=True))


def test_independent_switches_lump_to_their_number():
    whole = switches(8, 0.3, 0.7)
    order = np.argsort(whole.levels.searchsorted(np.arange(256), side="right"), kind="stable")
    assert (order == np.arange(256)).all()
    number_on = whole.levels.searchsorted(np.arange(256), side="right") - 1.0
    lumped = lump(whole, [number_on], Control())
    assert lumped.chain.size == 9
    assert (lumped.chain.levels == np.arange(10)).all()
    mean = steady_state(lumped.chain).probability @ number_on[lumped.first]
    assert mean == pytest.approx(8 * 0.3, rel=1e-14)


def test_rates_equal_but_for_rounding_lump():
    edges = [
        (0, 1, 0.1 + 0.2),
        (0, 2, 0.3),
        (1, 3, 1.0),
        (2, 3, 1.0),
        (3, 0, 2.0),
        (1, 2, 0.1),
        (1, 2, 0.2),
        (2, 1, 0.3),
    ]
    lumped = lump(chain(4, *zip(*edges, strict=True)), [np.zeros(4)], Control())
    assert lumped.chain.size == 1  # without rewards all states are one
    at_three = np.array([0.0, 0.0, 0.0, 1.0])
    assert lump(chain(4, *zip(*edges, strict=True)), [at_three], Control()).chain.size == 3


@pytest.mark.parametrize(("width", "height"), [(3, 4), (2, 6)])
def test_every_kept_reward_has_the_mean_of_the_whole_chain(width, height):
    random = np.random.default_rng(width)
    blocks = random.integers(0, 4, width * height)
    between = random.random((4, 4)) * (random.random((4, 4)) < 0.7) + 0.1
    members = [np.flatnonzero(blocks == block) for block in range(4)]
    source, target, rate = [], [], []
    for state, block in product(range(width * height), range(4)):
        if len(members[block]) and block != blocks[state]:
            shares = random.dirichlet(np.ones(len(members[block])))
            source += [state] * len(shares)
            target += members[block].tolist()
            rate += (between[blocks[state], block] * shares).tolist()
    whole = chain(width * height, source, target, rate)
    exact = gth(whole.dense())
    reward = np.round(whole.exit_rates, 9)
    lumped = lump(whole, [reward], Control())
    assert lumped.chain.size <= 4
    assert steady_state(lumped.chain).probability @ reward[lumped.first] == pytest.approx(exact @ reward, rel=1e-12)


def ending(whole):
    """The long-run distribution from state 0, whatever recurs, by squaring the chain sampled at random moments."""
    rates = whole.dense()
    leaving = rates.sum(axis=1)
    fastest = 1.25 * max(leaving.max(), 1.0)
    chance = rates / fastest + np.diag(1 - leaving / fastest)
    for _ in range(60):
        chance = chance @ chance
        chance /= chance.sum(axis=1, keepdims=True)
    return chance[0]


@settings(max_examples=150)
@given(systems(), st.lists(st.integers(0, 2), min_size=9, max_size=9))
def test_classes_of_a_lumped_chain_are_weighed_from_the_state_it_starts_in(system, worth):
    _, edges, _ = system
    kept = reachable(edges)
    number = {state: index for index, state in enumerate(sorted(kept))}
    inside = [(number[s], number[t], r) for s, t, r, _ in edges if s in kept]
    assume(inside)
    whole = chain(len(kept), *zip(*inside, strict=True))
    reward = np.array(worth[: len(kept)], float)
    lumped = lump(whole, [reward], Control())
    assert lumped.first[0] == lumped.block[0] == 0
    levels = lumped.chain.levels
    level = levels.searchsorted(np.arange(lumped.chain.size), side="right")
    assert (level[lumped.chain.target] <= level[lumped.chain.source] + 1).all()
    mean = steady_state(lumped.chain).probability @ reward[lumped.first]
    assert mean == pytest.approx(ending(whole) @ reward, rel=1e-9, abs=1e-9)


def reachable(edges):
    found, waiting = {0}, [0]
    for state in waiting:
        more = {t for s, t, *_ in edges if s == state} - found
        found |= more
        waiting += more
    return found
