"""Chains that iterative solvers get wrong, too large for dense elimination: each right in every probability."""

from functools import cache

import numpy as np
import pytest

from pepa.control.control import Control
from pepa.markov.chain.chain import TINIEST
from pepa.markov.steady import coupling
from pepa.markov.steady.aggregation import Aggregation
from pepa.markov.steady.coupling import weakly_coupled_blocks
from pepa.markov.steady.error_bound import error_bound
from pepa.markov.steady.level_elimination import LevelElimination
from pepa.markov.steady.method import run
from pepa.markov.steady.outcome import NotConverged, Outcome
from pepa.markov.steady.plan import METHODS
from pepa.markov.steady.polish import balance
from pepa.markov.steady.steady_state import bounded, stationary, steady_state
from tests import models
from tests.markov.reference import (
    banded_gth,
    birth_death,
    bistable,
    chain,
    failure_repair,
    grid,
    gth,
    nearly_decomposable,
    renumbered,
    ring,
    stiff,
    two_speeds,
)
from tests.models import model_text


def largest_error(found, expected):
    large = expected > TINIEST
    return float(np.max(np.abs(found - expected)[large] / expected[large]))


def geometric(ratio, size):
    logarithm = np.log(ratio) * np.arange(size)
    expected = np.exp(logarithm - logarithm.max())
    return expected / expected.sum()


DENSE = {
    "stiff 1e-8..1e4": lambda: stiff(1000, 7),
    "nearly decomposable 1e-10": lambda: nearly_decomposable(10, 100, 1e-10),
    "nearly decomposable 1e-6": lambda: nearly_decomposable(10, 100, 1e-6, 3),
    "two wells": lambda: bistable(500, 1e-9),
}


@cache
def dense(name):
    hard = DENSE[name]()
    return hard, gth(hard.dense())


@pytest.fixture
def iterating(monkeypatch):
    """The methods for large chains, on chains small enough for a reference."""
    monkeypatch.setattr("pepa.markov.steady.plan.METHODS", METHODS[1:])


@pytest.mark.usefixtures("iterating")
@pytest.mark.parametrize("name", DENSE)
def test_against_plain_elimination(name):
    hard, expected = dense(name)
    found = stationary(hard, Control())
    assert found.balance.above == 0
    assert largest_error(found.probability, expected) < 1e-9


@pytest.mark.usefixtures("iterating")
@pytest.mark.parametrize("name", DENSE)
def test_a_proved_bound_is_never_below_the_error(name):
    hard, expected = dense(name)
    found = stationary(hard, Control()).probability
    random = np.random.default_rng(0)
    for size in (0.0, 1e-7):
        worse = found * (1 + size * random.standard_normal(hard.size))
        worse /= worse.sum()
        bound = error_bound(hard, worse, Control())
        assert bound is None or bound >= largest_error(worse, expected)
    if name.startswith("stiff"):
        assert error_bound(hard, found, Control()) < 1e-6


@pytest.mark.parametrize("birth", [1e-8, 0.999, 1.0, 2.0, 1e5])  # the last underflow while being eliminated
def test_birth_and_death_of_a_hundred_thousand_states(birth):
    found = steady_state(birth_death(100_000, birth))
    assert largest_error(found.probability, geometric(birth, 100_000)) < 1e-9


def repair_shop(machines, repairers):
    """Return the chain of machines that fail at 0.1 and are repaired at 0.8, and its exact steady state."""
    down = np.arange(machines)
    fail, repair = 0.1 * (machines - down), 0.8 * np.minimum(down + 1, repairers)
    shop = chain(machines + 1, np.r_[down, down + 1], np.r_[down + 1, down], np.r_[fail, repair])
    ratio = np.log(fail) - np.log(repair)
    mode = int(np.argmax(np.cumsum(ratio))) + 1  # summed from there: far from it the logarithms lose digits
    logarithm = np.r_[-np.cumsum(ratio[:mode][::-1])[::-1], 0.0, np.cumsum(ratio[mode:])]
    expected = np.exp(logarithm)
    return shop, expected / expected.sum()


@pytest.mark.parametrize("repairers", [3, 12_000, 60_000])
def test_a_repair_shop_whose_likely_states_are_far_from_its_first(repairers):
    """Its probabilities span tens of thousands of orders of magnitude: what else eliminates or sweeps underflows."""
    shop, expected = repair_shop(120_000, repairers)
    found = steady_state(shop)
    assert found.method == LevelElimination.name
    assert found.balance.above == 0
    assert largest_error(found.probability, expected) < 1e-9


def thin(levels, width, seed):
    """Random rates from 1e-6 to 1e6 between states of a level and the next, and back to any level before."""
    random = np.random.default_rng(seed)
    size = 1 + levels * width
    level = np.r_[0, np.repeat(np.arange(1, levels + 1), width)]
    source = np.repeat(np.arange(size), 3)
    first = 1 + (level[source]) * width  # of the next level
    onward = np.minimum(first + random.integers(0, width, len(source)), size - 1)
    anywhere = (random.random(len(source)) * source).astype(int)
    target = np.where(random.random(len(source)) < 0.5, onward, anywhere)
    entered = np.arange(1, size)
    entry = np.where(level[1:] == 1, 0, entered - width)
    edges = np.r_[source, entered, entered], np.r_[target, np.zeros(size - 1, int), entered]
    source, target = np.r_[edges[0], entry], np.r_[edges[1], entered]
    return chain(size, source, target, 10.0 ** random.uniform(-6, 6, len(source)))


@pytest.mark.parametrize(("levels", "width"), [(1, 1), (40, 1), (300, 2), (60, 7), (3, 90)])
def test_levels_that_lead_back_anywhere(levels, width):
    hard = thin(levels, width, levels)
    found = stationary(hard, Control(), LevelElimination.name)
    assert largest_error(found.probability, gth(hard.dense())) < 1e-12


def test_eliminating_levels_ends_where_there_are_too_many_paths(monkeypatch):
    monkeypatch.setattr("pepa.markov.steady.level_elimination.MOST_PATHS", 1000)
    with pytest.raises(NotConverged) as caught:
        stationary(thin(200, 7, 1), Control(), LevelElimination.name)
    assert "more memory or time than this chain allows" in caught.value.hint


def test_a_ring_of_a_hundred_thousand_states():
    hard = ring(100_000)
    expected = 1 / hard.exit_rates
    assert largest_error(steady_state(hard).probability, expected / expected.sum()) < 1e-9


def test_failures_at_1e_12_against_the_product_form():
    source, target, rate, expected = failure_repair(250, 1e-12)
    hard, order = renumbered(len(expected), source, target, rate)
    found = steady_state(hard)
    assert largest_error(found.probability, expected[order]) < 1e-9
    assert found.balance.above == 0


def test_a_server_that_changes_its_speed_at_1e_10():
    edges = two_speeds(50_000, 1e-10)
    hard, order = renumbered(100_000, *edges)
    assert largest_error(steady_state(hard).probability, banded_gth(100_000, 2, *edges)[order]) < 1e-9


def test_a_tandem_of_queues_at_its_critical_load():
    side = 120  # the product form does not hold where the queues end, so an elimination of bands is the reference
    states = np.arange(side * side).reshape(side, side)
    source = np.concatenate([states[:-1].ravel(), states[1:, :-1].ravel(), states[:, 1:].ravel()])
    target = np.concatenate([states[1:].ravel(), states[:-1, 1:].ravel(), states[:, :-1].ravel()])
    hard = chain(side * side, source, target, np.ones(len(source)))
    found = bounded(steady_state(hard), hard, Control())
    assert found.balance.above == 0
    assert found.error_bound < 1e-6
    exact = steady_state(hard, method="sparse LU").probability
    assert largest_error(found.probability, exact) < 2 * found.error_bound


def test_several_hard_classes_behind_a_rare_choice():
    parts = [birth_death(3000, 2.0), ring(2500)]
    offsets = [1, 3001]
    source = np.concatenate([[0, 0], *(p.source + o for p, o in zip(parts, offsets, strict=True))])
    target = np.concatenate([offsets, *(p.target + o for p, o in zip(parts, offsets, strict=True))])
    rate = np.concatenate([[1.0, 1e-12], *(p.rate for p in parts)])
    hard, order = renumbered(5501, source, target, rate)
    found = steady_state(hard)
    likely, rare = geometric(2.0, 3000), 1 / parts[1].exit_rates
    expected = np.r_[0.0, likely / (1 + 1e-12), 1e-12 / (1 + 1e-12) * rare / rare.sum()]
    assert largest_error(found.probability, expected[order]) < 1e-9
    assert bounded(found, hard, Control()).error_bound is None


def test_blocks_are_found_where_they_are_and_only_there():
    hard = nearly_decomposable(15, 150, 1e-10)
    blocks = weakly_coupled_blocks(hard)
    assert sorted(np.bincount(blocks)) == [150] * 15
    wells = np.bincount(weakly_coupled_blocks(bistable(300, 1e-9)))
    assert len(wells) == 2
    assert wells.min() >= 300
    assert weakly_coupled_blocks(grid(50, 0.5)) is None


def test_states_that_are_not_balanced_are_said_to_be_so():
    hard = grid(80, 0.5)
    exact = steady_state(hard).probability
    noisy = exact + 1e-16 * np.random.default_rng(0).random(hard.size)
    noisy /= noisy.sum()
    found = balance(hard, noisy, 1e-12)
    imbalance = hard.imbalance(noisy)
    assert 1e-8 < found.above < 1e-2
    assert imbalance[noisy > found.above].max() <= 1e-11 < imbalance.max()
    assert balance(hard, exact, 1e-12).above == 0


@pytest.mark.parametrize("how_strong", [1e-12, 1e-8, 1e-6, 1e-5, 9e-5, 1e-4, 2e-4, 3e-4, 1e-3, 1e-2, 0.1, 1.0])
def test_blocks_of_any_coupling(how_strong):
    hard = nearly_decomposable(30, 100, how_strong)
    exact = steady_state(hard, method="sparse GTH elimination")
    found = steady_state(hard)
    assert found.method != exact.method
    assert found.probability == pytest.approx(exact.probability, rel=1e-9)


def test_weights_that_do_not_settle_are_soon_given_up(monkeypatch):
    monkeypatch.setattr(coupling, "WEAK", 1e-4)  # so that blocks are found which are not weakly coupled
    monkeypatch.setattr(coupling, "STRONGER", ())
    hard = nearly_decomposable(50, 200, 1e-4)
    reached = run(Aggregation(), hard, np.full(hard.size, 1 / hard.size), Control())
    assert reached.attempt.outcome is Outcome.OTHERWISE


def test_stronger_cuts_part_blocks_further():
    hard = nearly_decomposable(50, 200, 1e-4)
    assert weakly_coupled_blocks(hard).max() + 1 == 50
    assert weakly_coupled_blocks(nearly_decomposable(50, 200, 0.5)) is None


@pytest.mark.parametrize("shared", [0, 10**9])
def test_a_bound_is_proved_by_sweeps_where_factors_would_be_too_large(monkeypatch, shared):
    monkeypatch.setattr("pepa.markov.steady.error_bound.MOST_WORK", 0)
    monkeypatch.setattr("pepa.markov.steady.gauss_seidel.SHARED", shared)
    hard = models.derive(model_text("vm_launch"), Q=5).chain
    exact = gth(hard.dense())
    found = bounded(steady_state(hard, method="Gauss-Seidel with BiCGSTAB"), hard, Control())
    assert largest_error(found.probability, exact) <= found.error_bound < 1e-9
    worse = found.probability * (1 + 1e-6 * np.random.default_rng(3).standard_normal(hard.size))
    worse /= worse.sum()
    bound = error_bound(hard, worse, Control())
    assert largest_error(worse, exact) <= bound < 1e-2
