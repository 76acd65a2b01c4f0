"""Sparse LU with one state pinned, and refining by factors, against plain elimination."""

import numpy as np
import pytest
from scipy.sparse import csr_array, diags_array

from pepa.markov.steady import sparse_lu
from pepa.markov.steady.gauss_seidel import flow_sweep
from pepa.markov.steady.refinement import refined
from pepa.markov.steady.sparse_lu import SparseLU, bandwidth, factorised
from tests.markov.reference import birth_death, chain, grid, gth, nearly_decomposable, random_chain


def uniform(found):
    return np.full(found.size, 1 / found.size)


@pytest.mark.parametrize("seed", range(6))
def test_one_step_solves_and_the_next_ones_refine(seed):
    found = random_chain(70, 3, seed)
    step = SparseLU().prepare(found, 1e-12, lambda: None)
    exact, estimate = gth(found.dense()), uniform(found)
    for _ in range(3):
        estimate = step(estimate)
        assert (estimate >= 0).all()
        estimate /= estimate.sum()
        assert estimate == pytest.approx(exact, rel=1e-11)


def test_a_state_pinned_that_turns_out_rare_is_exchanged(monkeypatch):
    """Pinned where the estimate is largest, which is the rarest state of all."""
    found = birth_death(25, 0.25)
    pinned = []

    def noted(balance, state, pulse, order=None):
        pinned.append(state)
        return factorised(balance, state, pulse, order)

    monkeypatch.setattr(sparse_lu, "factorised", noted)
    step = SparseLU().prepare(found, 1e-12, lambda: None)
    estimate = uniform(found)
    estimate[-1] += 1
    for _ in range(3):
        estimate = step(estimate)
        estimate /= estimate.sum()
    exact = gth(found.dense())
    assert pinned[0] == 24
    assert exact[pinned[-1]] > 1e-2 * exact.max()
    assert estimate == pytest.approx(exact, rel=1e-10)


@pytest.mark.parametrize("order", [None, np.arange(39, -1, -1), np.random.default_rng(0).permutation(40)])
@pytest.mark.parametrize("pinned", [0, 17, 39])
def test_the_balance_is_solved_but_for_the_state_pinned(order, pinned):
    found = random_chain(40, 2, 5)
    balance = csr_array(diags_array(found.exit_rates) - found.incoming)
    right = np.random.default_rng(1).random(40)
    solution = factorised(balance, pinned, lambda: None, order)(right)
    others = np.arange(40) != pinned
    assert solution[pinned] == 0
    assert (balance @ solution)[others] == pytest.approx(right[others], rel=1e-9)


def test_what_narrow_order_there_is_is_found():
    shuffled = np.random.default_rng(2).permutation(200)
    steps = np.arange(199)
    path = chain(200, shuffled[np.r_[steps, steps + 1]], shuffled[np.r_[steps + 1, steps]], np.ones(398))
    assert bandwidth(path) == 1
    assert 15 <= bandwidth(grid(15, 0.7)) <= 30
    complete = np.nonzero(1 - np.eye(20, dtype=int))
    assert bandwidth(chain(20, *complete, np.ones(380))) == 19


@pytest.mark.parametrize(("widest", "most_states", "suits"), [(30, 10, True), (10, 10, False), (10, 225, True)])
def test_it_suits_small_chains_and_those_with_narrow_separators(widest, most_states, suits):
    assert SparseLU(most_states=most_states, widest=widest).suits(grid(15, 0.7)) is suits


@pytest.mark.parametrize("seed", range(5))
def test_refining_gives_rare_states_as_many_digits_as_likely_ones(seed):
    """From an estimate that is off by a tenth everywhere, over twenty decades."""
    found = birth_death(40, 0.3)
    exact = gth(found.dense()) * found.exit_rates
    exact /= exact.sum()
    assert exact.min() < 1e-18
    sweep = flow_sweep(found.jumps, lambda: None)
    off = exact * np.random.default_rng(seed).uniform(0.9, 1.1, 40)
    better = refined(off, sweep)
    assert better / better.sum() == pytest.approx(exact, rel=1e-9)


def test_refining_weighs_blocks_that_sweeps_alone_do_not():
    found = nearly_decomposable(3, 12, 1e-6, 2)
    exact = gth(found.dense()) * found.exit_rates
    exact /= exact.sum()
    off = exact * np.repeat([1.2, 0.9, 0.8], 12)[np.argsort(np.argsort(np.arange(36)))]
    sweep = flow_sweep(found.jumps, lambda: None)
    better = refined(off.copy(), sweep)
    swept = off.copy()
    for _ in range(64):
        swept = sweep(swept)
    missed = [np.abs(one / one.sum() - exact).sum() for one in (better, swept)]
    assert missed[0] < 1e-5 < 1e-2 < missed[1]


def test_no_factor_of_a_correction_is_beyond_its_bounds():
    """An estimate that has next to nothing where all is ends a thousand times nearer, not beyond."""
    found = birth_death(6, 0.5)
    flow = np.array([1e-30, 1.0, 1.0, 1.0, 1.0, 1.0])
    better = refined(flow, lambda one: one)  # a sweep that leaves everything as it is: nothing is missed
    assert better == pytest.approx(flow)
    assert np.isfinite(refined(flow, flow_sweep(found.jumps, lambda: None))).all()
