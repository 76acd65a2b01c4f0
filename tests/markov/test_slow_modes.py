"""Slow modes followed alone, against matrix exponentials: the error told holds, and few steps are taken."""

import numpy as np
import pytest
from scipy.linalg import expm

from pepa.control.control import Control
from pepa.markov.transient import uniformisation
from pepa.markov.transient.slow_modes import slow_modes
from tests.markov.reference import birth_death, grid, nearly_decomposable, random_chain
from tests.models import derive, model_text


def generator(chain):
    rates = chain.dense()
    return rates - np.diag(rates.sum(axis=1))


def vm_launch(users):
    return derive(model_text("vm_launch"), Q=users).chain


@pytest.mark.parametrize(
    ("chain", "end"),
    [(vm_launch(3), 3e3), (birth_death(60, 0.9), 8e3), (grid(9, 0.7), 2e3), (nearly_decomposable(3, 12, 1e-3), 1e4)],
    ids=range(4),
)
@pytest.mark.parametrize("tolerance", [1e-9, 1e-6])
def test_the_error_told_holds_against_a_matrix_exponential(chain, end, tolerance, monkeypatch):
    monkeypatch.setattr(uniformisation, "MANY", 100)
    times = np.array([0.0, 0.1, 0.33, 0.5, 0.8, 1.0]) * end
    found = list(uniformisation.moments(chain, times, Control(), tolerance))
    for moment in found:
        exact = expm(generator(chain) * moment.time)[0]
        assert np.abs(moment.probability - exact).sum() <= moment.error + 1e-11
        assert moment.error <= tolerance
        assert moment.probability.min() >= 0
    assert "slow modes" in found[-1].method


def test_a_long_time_takes_a_third_of_the_steps():
    chain, end = vm_launch(6), 5e3
    found = list(uniformisation.moments(chain, np.linspace(0, end, 11), Control(), 1e-9))
    assert found[-1].method == "uniformisation and slow modes"
    assert found[-1].steady
    assert found[-1].steps < chain.exit_rates.max() * end / 5


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("apart", [0.3, 3.0, 30.0])
def test_what_is_followed_is_within_its_bound_wherever_it_comes_from(seed, apart):
    """From distributions at any times, of chains that have no slow modes as well."""
    random = np.random.default_rng(seed)
    chain = random_chain(30, 2, seed) if seed % 2 else nearly_decomposable(3, 8, 10.0 ** -random.integers(1, 6))
    step = expm(generator(chain) * apart)
    met = [random.dirichlet(np.full(chain.size, 0.3))]
    for _ in range(random.integers(2, 8)):
        met.append(met[-1] @ step)
    for left in (0.1 * apart, apart, 20 * apart):
        followed = slow_modes(chain, met, left, 0.5)
        if followed is None:
            continue
        for time in (0.0, 0.3 * left, left):
            found, bound = followed.at(time)
            assert np.abs(found - met[-1] @ expm(generator(chain) * time)).sum() <= bound + 1e-11


def test_a_mode_that_no_distribution_met_has_is_no_modes_to_follow():
    """What leaks out of the states met is counted, however alike these are."""
    chain = nearly_decomposable(2, 10, 1e-6)
    inside = np.arange(chain.size) < chain.size // 2
    step = expm(generator(chain) * inside[:, None] * inside)
    met = [np.where(inside, 1.0, 0.0) / inside.sum()]
    for _ in range(5):
        after = met[-1] @ step * inside
        met.append(after / after.sum())
    assert slow_modes(chain, met, 1e4, 1e-6) is None
