"""Sweeps in one call against sweeps written out, in one piece and in two halves; the weights of levels."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pepa.control.control import Control
from pepa.markov.chain import jumps
from pepa.markov.chain.chain import Chain, rated
from pepa.markov.chain.jumps import jump_balance, pattern
from pepa.markov.space.derive import derive
from pepa.markov.steady import accelerated, bicgstab, gauss_seidel, level_weights
from pepa.markov.steady.coupled_sweeps import coupling
from pepa.markov.steady.gauss_seidel import flow_sweep
from pepa.markov.steady.method import run
from pepa.markov.steady.outcome import Outcome
from pepa.markov.steady.steady_state import steady_state
from pepa.query.analysis import compile_text, derive_net
from tests import models
from tests.markov.reference import grid, gth, random_chain
from tests.models import model_text


def written_out(chain, flow, middle):
    """Sweep row by row; rows from `middle` on see those before it as they were."""
    chance = np.zeros((chain.size, chain.size))
    moving = chain.source != chain.target
    source, target, rate = chain.source[moving], chain.target[moving], chain.rate[moving]
    np.add.at(chance, (source, target), rate / chain.exit_rates[source])
    before, after = flow.copy(), flow.copy()
    for state in range(chain.size):
        known = after.copy()
        if state >= middle:
            known[:middle] = before[:middle]
        after[state] = known @ chance[:, state]
    return after


@given(st.integers(0, 2**32 - 1), st.integers(2, 40))
def test_a_sweep_is_gauss_seidel(seed, size):
    chain = random_chain(size, 3, seed)
    flow = np.random.default_rng(seed).random(size)
    swept = flow_sweep(chain.jumps, lambda: None)(flow.copy())
    assert swept == pytest.approx(written_out(chain, flow, size), rel=1e-13)


def test_two_halves_see_each_other_as_they_were(monkeypatch):
    chain = random_chain(200, 4, 7)
    flow = np.random.default_rng(1).random(200)
    monkeypatch.setattr(gauss_seidel, "SHARED", 0)
    swept = flow_sweep(chain.jumps, lambda: None)(flow.copy())
    middle = int(np.searchsorted(chain.jumps.indptr, chain.jumps.nnz // 2))
    assert 0 < middle < 200
    assert swept == pytest.approx(written_out(chain, flow, middle), rel=1e-13)
    for work in (1, 50):
        monkeypatch.setattr(gauss_seidel, "WORK", work)
        assert (flow_sweep(chain.jumps, lambda: None)(flow.copy()) == swept).all()


def test_halves_come_to_the_same_steady_state(monkeypatch):
    hard = grid(40, 0.9)
    whole = steady_state(hard, method="Gauss-Seidel with BiCGSTAB").probability
    monkeypatch.setattr(gauss_seidel, "SHARED", 0)
    halves = steady_state(grid(40, 0.9), method="Gauss-Seidel with BiCGSTAB").probability
    assert halves == pytest.approx(whole, rel=1e-9)


def test_a_sweep_can_be_stopped_on_its_way(monkeypatch):
    class Stop(Exception):
        pass

    def stop():
        raise Stop

    chain = random_chain(50, 3, 3)
    for shared in (0, 10**9):
        monkeypatch.setattr(gauss_seidel, "SHARED", shared)
        with pytest.raises(Stop):
            flow_sweep(chain.jumps, stop)(np.ones(50))


@given(st.integers(0, 2**32 - 1), st.integers(2, 30), st.sampled_from([1, 3, 1 << 17]))
def test_the_balance_of_the_jump_chain(seed, size, chunk):
    chain = random_chain(size, 4, seed)
    kept, jumps.CHUNK = jumps.CHUNK, chunk
    try:
        moving = chain.source != chain.target
        balance = jump_balance(chain.source[moving], chain.target[moving], chain.rate[moving], chain.exit_rates)
    finally:
        jumps.CHUNK = kept
    kept = pattern(chain.source[moving], chain.target[moving], size).balance(chain.rate[moving], chain.exit_rates)
    for name in ("data", "indices", "indptr"):
        assert (getattr(kept, name) == getattr(balance, name)).all()
    expected = -np.eye(size)
    np.add.at(
        expected,
        (chain.target[moving], chain.source[moving]),
        chain.rate[moving] / chain.exit_rates[chain.source[moving]],
    )
    whole = np.array([balance @ unit for unit in np.eye(size)]).T
    assert whole == pytest.approx(expected, abs=1e-14)
    firsts = balance.indptr[:-1]
    assert (balance.indices[firsts] == np.arange(size)).all()
    assert (balance.data[firsts] == -1).all()


def test_residuals_are_the_same_with_and_without_the_jump_chain():
    chain = random_chain(60, 4, 5)
    guess = np.random.default_rng(2).random(60)
    guess /= guess.sum()
    residual, imbalance = chain.residual(guess), chain.imbalance(guess)
    assert chain.jumps.nnz > 60
    assert chain.residual(guess) == pytest.approx(residual, rel=1e-12)
    assert chain.imbalance(guess) == pytest.approx(imbalance, rel=1e-10)


def test_a_pattern_serves_other_rates():
    first = models.derive(model_text("vm_launch"))
    assert "pattern" not in first.chain.__dict__
    assert first.chain.jumps.nnz > 966
    again = derive_net(compile_text(model_text("vm_launch"), {"r5": 3.0}), Control(), first)
    assert again.chain.pattern is first.chain.pattern
    alone = models.derive(model_text("vm_launch"), r5=3.0).chain.jumps
    assert (again.chain.jumps.data == alone.data).all()
    assert (again.chain.jumps.indices == alone.indices).all()


def test_exit_rates_leave_self_loops_out():
    chain = Chain(
        2,
        np.array([0, 0, 1, 1], np.int32),
        np.array([0, 1, 0, 1], np.int32),
        rated(np.array([5.0, 2.0, 3.0, 7.0])),
        np.array([0, 1, 2]),
    )
    assert chain.exit_rates.tolist() == [2.0, 3.0]
    assert steady_state(chain).probability == pytest.approx([0.6, 0.4])


# Levels


def launch(users):
    return models.derive(model_text("vm_launch"), Q=users).chain


def test_weights_balance_the_flow_between_levels():
    rng = np.random.default_rng(4)
    flows = np.triu(np.ones((8, 8)), 2) == 0  # one level on at most
    flows = np.where(flows, rng.random((8, 8)), 0.0)
    np.fill_diagonal(flows, 0.0)
    weights = level_weights._weights(flows)
    assert weights / weights.sum() == pytest.approx(gth(flows), rel=1e-12)


def test_weights_beyond_the_range_of_doubles_are_scaled():
    flows = np.zeros((400, 400))
    flows += np.diag(np.full(399, 1e-3), 1) + np.diag(np.full(399, 1.0), -1)
    weights = level_weights._weights(flows)
    assert np.isfinite(weights).all()
    assert weights[1] / weights[0] == pytest.approx(1e-3)


def test_levels_that_do_not_lead_on_have_no_weights():
    flows = np.ones((3, 3))
    flows[0, 1] = 0.0
    assert level_weights._weights(flows) is None


@pytest.mark.parametrize(("most", "of_sweeps_alone"), [(500, 0.2), (20, 0.8)])
def test_a_far_start_is_brought_near(monkeypatch, most, of_sweeps_alone):
    chain = launch(15)
    exact = steady_state(chain).probability * chain.exit_rates
    exact /= exact.sum()
    sweep = flow_sweep(chain.jumps, lambda: None)
    start = chain.exit_rates / chain.exit_rates.sum()
    few = start.copy()
    for _ in range(level_weights.ROUNDS * level_weights.SWEEPS):
        few = sweep(few)
    monkeypatch.setattr(level_weights, "DEEP", 0)
    monkeypatch.setattr(level_weights, "MOST", most)
    near = level_weights.brought_near(chain, start, sweep)
    assert near.sum() == pytest.approx(1)
    assert np.abs(near - exact).sum() < of_sweeps_alone * np.abs(few / few.sum() - exact).sum()


def test_a_chain_restricted_to_some_states_is_brought_near_as_well(monkeypatch):
    whole = launch(8)
    chain = whole.restricted(np.flatnonzero(steady_state(whole).probability > 0))
    monkeypatch.setattr(level_weights, "DEEP", 0)
    found = steady_state(chain, method="Gauss-Seidel with BiCGSTAB")
    assert found.probability == pytest.approx(steady_state(whole).probability, rel=1e-9)


def test_deriving_numbers_a_level_after_the_other():
    net = compile_text(model_text("vm_launch")).net
    space = derive(net, Control(), lambda: None)
    level = np.searchsorted(space.levels, np.arange(space.size), side="right")
    assert (level[space.target] <= level[space.source] + 1).all()


# Accelerated


@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("block", [7, 1 << 13])
def test_bicgstab_solves_what_sweeps_leave(monkeypatch, block, scaled):
    from scipy.sparse.linalg import LinearOperator
    from scipy.sparse.linalg import bicgstab as by_scipy

    monkeypatch.setattr(bicgstab, "BLOCK", block)
    chain, random = random_chain(60, 4, 5), np.random.default_rng(1)
    sweep = flow_sweep(chain.jumps, lambda: None)
    wanted = random.standard_normal(60)
    scale = random.random(60) + 0.01 if scaled else np.ones(60)
    right = wanted - sweep(wanted.copy())
    kept = scale.copy()
    found = bicgstab.bicgstab(sweep, right.copy(), scale, 1e-12, 60).solution
    assert (scale == kept).all()
    assert np.abs(right - found + sweep(found.copy())).sum() < 1e-10
    operator = LinearOperator((60, 60), matvec=lambda x: x - sweep(x * scale) / scale, dtype=float)
    for iterations in (1, 3):
        same, _ = by_scipy(operator, right / scale, rtol=1e-12, maxiter=iterations)
        ours = bicgstab.bicgstab(sweep, right.copy(), scale, 1e-12, iterations).solution
        np.testing.assert_allclose(ours, scale * same, rtol=1e-9, atol=1e-12)


def test_the_blocks_of_bicgstab_are_too_small_for_threads_of_blas():
    assert bicgstab.BLOCK <= 10_000  # beyond, OpenBLAS shares a product among threads that wait for one another


def test_bicgstab_of_nothing_is_nothing():
    assert (bicgstab.bicgstab(lambda x: 0.5 * x, np.zeros(3), np.ones(3), 1e-9, 5).solution == 0).all()


def test_bicgstab_goes_on_as_long_as_it_gains():
    chain = grid(100, 1.0)
    sweep, flow = flow_sweep(chain.jumps, lambda: None), np.full(chain.size, 1 / chain.size)
    for _ in range(50):
        flow = sweep(flow)
    found = bicgstab.bicgstab(sweep, sweep(flow.copy()) - flow, np.ones(chain.size), 1e-9, 1_000)
    better = flow + found.solution
    assert found.iterations > 2 * bicgstab.PATIENCE
    assert np.abs(sweep(better.copy()) - better).sum() < 1e-12 * better.sum()


def test_bicgstab_ends_where_what_is_missing_sums_up_to_enough():
    chain = grid(100, 1.0)
    sweep, flow = flow_sweep(chain.jumps, lambda: None), np.full(chain.size, 1 / chain.size)
    right, scale = sweep(flow.copy()) - flow, np.sqrt(flow)
    found = bicgstab.bicgstab(sweep, right.copy(), scale, 1e-12, 1_000, 1e-8)
    missing = np.abs(right - found.solution + sweep(found.solution.copy())).sum()
    before = bicgstab.bicgstab(sweep, right.copy(), scale, 1e-12, found.iterations - bicgstab.LOOK).solution
    assert missing <= 1.001e-8 < np.abs(right - before + sweep(before.copy())).sum()
    assert bicgstab.bicgstab(sweep, right.copy(), scale, 1e-12, 1_000).iterations > found.iterations


def test_bicgstab_ends_where_it_gains_nothing():
    right = np.random.default_rng(1).standard_normal(1_000)
    turning = bicgstab.bicgstab(lambda x: np.roll(x, 1), right.copy(), np.ones(1_000), 1e-12, 100_000)
    assert turning.iterations < 2 * bicgstab.PATIENCE


def test_a_cycle_has_as_many_iterations_as_the_last_one_tells():
    asked = []

    def counting(sweep, right, scale, accuracy, most, enough):
        asked.append(most)
        return bicgstab.bicgstab(sweep, right.copy(), scale, accuracy, min(most, 40), enough)

    chain = grid(60, 0.9)
    method = accelerated.AcceleratedGaussSeidel()
    with mock.patch.object(accelerated, "bicgstab", counting):
        estimate = run(method, chain, np.full(chain.size, 1 / chain.size), Control(1e-9))
    assert estimate.attempt.outcome is Outcome.CONVERGED
    assert asked[0] == method.cycle  # nothing is known yet
    assert method.first <= asked[-1] < method.cycle / 2


# Coupled


def tandem(room):
    """Return the chain of two queues one after the other, each with some room."""
    text = (
        f"c = {room};"
        + """Free1 = (arrive, infty).Job1; Job1 = (route, infty).Free1; Source = (arrive, 4).Source;
    Serve = (route, 2).Serve; Free2 = (route, infty).Job2; Job2 = (leave, infty).Free2; Out = (leave, 3).Out;
    (((Source <arrive> Free1[c]) <route> Serve) <route> Free2[c]) <leave> Out"""
    )
    return derive_net(compile_text(text), Control()).chain


@pytest.mark.parametrize("room", [20, 40])
def test_rounds_of_coupling_come_to_the_solution_of_elimination(room):
    chain = tandem(room)
    coupled = coupling(chain, 10, flow_sweep(chain.jumps, lambda: None), lambda: None)
    flow = np.full(chain.size, 1 / chain.size)
    for _ in range(40):
        flow = coupled.round(flow)
    probability = flow / chain.exit_rates
    np.testing.assert_allclose(probability / probability.sum(), gth(chain.dense()), rtol=1e-9)


def test_rounds_of_coupling_do_not_grow_in_number_with_the_chain():
    needed = []
    for room in (30, 120):
        chain = tandem(room)
        sweep = flow_sweep(chain.jumps, lambda: None)
        coupled, flow, rounds = coupling(chain, 10, sweep, lambda: None), np.full(chain.size, 1 / chain.size), 0
        while np.abs(sweep(flow.copy()) - flow).sum() > 1e-13:
            flow, rounds = coupled.round(flow), rounds + 1
        needed.append(rounds)
    assert max(needed) <= min(needed) + 2


def test_there_is_no_coupling_without_many_copies():
    chain = derive_net(compile_text(model_text("pc_lan4")), Control()).chain
    sweep = flow_sweep(chain.jumps, lambda: None)
    assert coupling(chain, 10, sweep, lambda: None) is None
    assert coupling(random_chain(9, 2, 1), 2, sweep, lambda: None) is None


def test_what_a_coupling_moves_is_known():
    chain = tandem(20)
    coupled = coupling(chain, 10, flow_sweep(chain.jumps, lambda: None), lambda: None)
    first, moved = coupled.moved(np.full(chain.size, 1 / chain.size))
    for _ in range(9):
        first, last = coupled.moved(first)
    assert last < 1e-6 < 0.1 < moved <= 2
