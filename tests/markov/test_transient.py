"""Transient probabilities against matrix exponentials and the steady state, and their error."""

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.stats import poisson as reference

from pepa.control.control import Control
from pepa.markov.chain.chain import Chain
from pepa.markov.steady.steady_state import steady_state
from pepa.markov.transient.uniformisation import poisson, transient
from tests.markov.reference import birth_death, grid, stiff
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
    single = Chain(1, nothing, nothing, np.array([]), np.array([0, 1]))
    assert [moment.probability[0] for moment in transient(single, np.array([0.0, 5.0]), Control())] == [1.0, 1.0]
    falling = Chain(2, np.int32([0]), np.int32([1]), np.array([2.0]), np.array([0, 1, 2]))
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
