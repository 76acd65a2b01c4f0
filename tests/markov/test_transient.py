"""Transient probabilities against matrix exponentials and the steady state, and their error."""

import math
import operator
from dataclasses import replace
from decimal import Decimal, localcontext

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.stats import poisson as reference

from pepa.control.control import Control, LimitReached, Ticker
from pepa.markov.chain.chain import Chain, rated
from pepa.markov.steady.steady_state import steady_state
from pepa.markov.transient import uniformisation
from pepa.markov.transient.squaring import Squaring
from pepa.markov.transient.transient import transient
from pepa.markov.transient.uniformisation import poisson
from tests.markov.reference import birth_death, grid, gth, nearly_decomposable, random_chain, stiff
from tests.markov.reference import chain as chain_of
from tests.models import derive, model_text

TIMES = np.array([0.0, 0.01, 0.3, 2.0, 30.0, 400.0])


def generator(chain):
    rates = chain.dense()
    return rates - np.diag(rates.sum(axis=1))


@pytest.mark.parametrize(
    "chain", [birth_death(60, 0.9), grid(9, 0.7), derive(model_text("vm_launch"), Q=2).chain], ids=[0, 1, 2]
)
def test_the_error_holds_against_a_matrix_exponential(chain):
    for moment in transient(chain, TIMES, Control()):
        exact = expm(generator(chain) * moment.time)[0]
        assert np.abs(moment.probability - exact).sum() <= moment.error + 1e-10
        assert moment.error <= 1.1e-9


def test_stiff_chains_too():
    chain = stiff(40)
    for moment in transient(chain, np.array([0.0, 1e-3, 1.0]), Control()):
        assert np.abs(moment.probability - expm(generator(chain) * moment.time)[0]).sum() <= moment.error + 1e-10


def three(fast, slow):
    """A chain of three states that fast activities keep in one pair, and slow ones take out of it."""
    return chain_of(3, [0, 1, 1, 2], [1, 0, 2, 0], [fast, slow, 1e-3, 1e-3])


STIFF = [
    (three(1e6, 1e-6), 1000.0), (three(1e9, 1e-9), 5e3), (three(1e4, 1e4), 2e4), (stiff(30, 3), 1e3),
    (stiff(200, 1), 50.0), (birth_death(80, 1e5, 1.1e5), 7.0),
    (birth_death(80, 1e-7, 1e3), 1e9), (nearly_decomposable(3, 12, 1e-9), 1e8),
]  # fmt: skip


@pytest.mark.parametrize(("stiff_chain", "until"), STIFF, ids=range(len(STIFF)))
def test_small_and_stiff_takes_no_time(stiff_chain, until):
    times = np.array([0.0, until / 1e6, until / 3, until])
    for moment in transient(stiff_chain, times, Control()):
        assert moment.steps < 500
        exact = expm(generator(stiff_chain) * moment.time)[0]
        reference = 1e-15 * stiff_chain.exit_rates.max() * moment.time  # expm squares as well, with no rows kept
        assert np.abs(moment.probability - exact).sum() <= moment.error + max(1e-11, reference)
        assert moment.probability.sum() == pytest.approx(1, abs=1e-14)
        assert moment.error <= 2e-9


@pytest.mark.parametrize("until", [1e2, 1e20, 1e300])
@pytest.mark.parametrize("chain", [birth_death(40, 0.5), birth_death(40, 1e-300), stiff(20)], ids=range(3))
def test_any_time_ends_and_the_long_run_is_proved(chain, until):
    *_, last = transient(chain, np.linspace(0, until, 4), Control())
    if last.steady:
        assert np.abs(last.probability - gth(chain.dense())).sum() <= last.error + 1e-12
    assert last.steady or until == 1e2 or chain.exit_rates.min() < 1e-7
    assert last.steps < 3000


def test_absorbed_in_one_of_many_states_at_any_time():
    split = chain_of(5, [0, 0, 1, 1], [1, 2, 3, 4], [3.0, 1.0, 1.0, 4.0])
    *_, last = transient(split, np.array([0.0, 1e300]), Control())
    order = np.sort(last.probability)
    assert order == pytest.approx([0, 0, 0.15, 0.25, 0.6], abs=1e-9)
    assert last.steady


@pytest.mark.parametrize("points", [1, 7, 1000])
def test_the_error_grows_with_the_steps_taken_and_not_by_them(points):
    *_, last = transient(three(1e6, 1e-6), np.linspace(0, 1000, points + 1), Control())
    assert last.probability == pytest.approx([4.329e-10, 0.567668, 0.432332], rel=1e-3, abs=1e-6)
    assert last.error < 1e-9


def test_an_error_that_rounding_makes_is_told():
    *_, last = transient(three(1e9, 1e-12), np.array([0.0, 1e13]), Control(), 1e-17)
    assert 1e-17 < last.error < 1e-15


def exactly(rates, time):
    """Return e^(Qt) by a Taylor series and squaring in 150 digits: an independent reference for the stiff."""
    with localcontext() as context:
        context.prec = 150
        size = len(rates)
        matrix = [[Decimal(float(rate)) for rate in row] for row in rates]
        for state in range(size):
            matrix[state][state] = -sum(matrix[state])

        def product(one, other):
            columns = list(zip(*other, strict=True))
            return [[sum(map(operator.mul, row, column)) for column in columns] for row in one]

        norm = max(abs(matrix[state][state]) for state in range(size)) * Decimal(time)
        doublings = max(0, math.ceil(math.log2(norm)) + 8) if norm else 0
        short = Decimal(time) / 2**doublings
        whole = term = [[Decimal(int(row == column)) for column in range(size)] for row in range(size)]
        for number in range(1, 45):
            term = [[value * short / number for value in row] for row in product(term, matrix)]
            whole = [[a + b for a, b in zip(one, other, strict=True)] for one, other in zip(whole, term, strict=True)]
        for _ in range(doublings):
            whole = product(whole, whole)
        return np.array([[float(value) for value in row] for row in whole])


@pytest.mark.parametrize("seed", range(12))
def test_powers_are_no_further_off_than_their_rows_say(seed):
    """However stiff, absorbing or not: up to 10^20 jumps; in doubles the error is there to be seen."""
    random = np.random.default_rng(seed)
    size = int(random.integers(2, 5))
    rates = 10.0 ** random.uniform(-9, 9, (size, size)) * (random.random((size, size)) < 0.7)
    np.fill_diagonal(rates, 0.0)
    rates[0, 1:] = 10.0 ** random.uniform(-9, 9, size - 1)
    if seed % 2:
        rates[-1] = 0.0
    source, target = np.nonzero(rates)
    run = Squaring(chain_of(size, source, target, rates[source, target]), Ticker(Control(), "transient"), 1e-16)
    time = 10.0 ** random.uniform(-6, 11)
    power = run.power(time)
    off = np.abs(power.matrix - exactly(rates, time)).sum(axis=1)
    assert (off <= power.rows + (power.rest if power.rest < np.inf else 0.0)).all()
    assert power.rows.max() < 1e-8


@pytest.mark.parametrize("seconds", [np.inf, 50.0])
def test_too_many_steps_are_foretold_with_their_time(seconds, monkeypatch):
    monkeypatch.setattr(uniformisation, "PATIENCE", 0.2)
    pair = np.arange(0, 5000, 2)
    source, target = np.r_[pair, pair + 1, pair + 1], np.r_[pair + 1, pair, (pair + 2) % 5000]
    long = chain_of(5000, source, target, np.r_[np.full(5000, 1e9), np.full(2500, 1.0)])
    with pytest.raises(
        LimitReached, match=r"steps are left to time 1000, which take about .*states are left very fast"
    ):
        list(transient(long, np.array([0.0, 1e3]), Control(seconds=seconds)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60))
def test_random_stiff_chains_against_a_matrix_exponential(seed):
    random = np.random.default_rng(seed)
    size, spread = int(random.integers(2, 60)), random.uniform(1, 7)
    chain = random_chain(size, 2, seed)
    chain = replace(chain, rates=rated(10.0 ** random.uniform(-spread, spread, len(chain.source))))
    until = 10.0 ** random.uniform(-2, 4)
    for moment in transient(chain, np.sort(random.uniform(0, until, 4)), Control()):
        exact = expm(generator(chain) * moment.time)[0]
        reference = 1e-15 * chain.exit_rates.max() * moment.time
        assert np.abs(moment.probability - exact).sum() <= moment.error + max(1e-11, reference)


def test_it_ends_in_the_steady_state_and_says_so():
    chain = derive(model_text("vm_launch")).chain
    *_, last = transient(chain, np.linspace(0, 20_000, 5), Control())
    assert last.steady
    assert last.steps < 500_000
    assert np.abs(last.probability - steady_state(chain).probability).sum() < 1e-8


def test_a_looser_tolerance_costs_less_and_is_kept():
    chain = derive(model_text("vm_launch"), Q=10).chain
    *_, tight = transient(chain, np.array([0.0, 50.0]), Control(), 1e-10)
    *_, loose = transient(chain, np.array([0.0, 50.0]), Control(), 1e-4)
    assert loose.steps < tight.steps
    assert np.abs(tight.probability - loose.probability).sum() <= loose.error + tight.error
    assert (loose.probability <= tight.probability + 1e-10).all()


def test_a_deadlock_and_a_single_state():
    nothing = np.array([], np.int32)
    single = Chain(1, nothing, nothing, rated(np.array([])), np.array([0, 1]))
    assert [moment.probability[0] for moment in transient(single, np.array([0.0, 5.0]), Control())] == [1.0, 1.0]
    falling = Chain(2, np.int32([0]), np.int32([1]), rated(np.array([2.0])), np.array([0, 1, 2]))
    *_, moment = transient(falling, np.array([0.0, 1.0]), Control())
    assert moment.probability == pytest.approx([np.exp(-2), 1 - np.exp(-2)], abs=1e-10)


@pytest.mark.parametrize("mean", [0.0, 1e-9, 0.5, 7.0, 300.0, 1e5])
def test_poisson_weights(mean):
    first, weights = poisson(mean)
    numbers = first + np.arange(len(weights))
    assert weights.sum() == pytest.approx(1, abs=1e-15)
    assert weights == pytest.approx(reference.pmf(numbers, mean), rel=1e-8, abs=1e-18)


def test_it_can_be_cancelled():
    class Stop(Exception):
        pass

    def stop(_):
        raise Stop

    with pytest.raises(Stop):
        list(transient(derive(model_text("vm_launch"), Q=12).chain, np.array([0.0, 1e4]), Control(report=stop)))
