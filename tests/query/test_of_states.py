"""Every measure of states against differences of its own value, along changes of probabilities and of values."""

import numpy as np
import pytest

from pepa.query.named_measures import MEASURES
from pepa.query.of_states import TABLE

RANDOM = np.random.default_rng(1)
PROBABILITY = RANDOM.dirichlet(np.ones(6))
VALUES = RANDOM.uniform(1, 3, 6)


@pytest.mark.parametrize("name", TABLE)
def test_its_derivative_by_probabilities_is_that_of_differences_which_leave_their_sum(name):
    measure, step = TABLE[name], RANDOM.normal(size=6)
    step -= step.mean()
    high, low = (measure.value(PROBABILITY + by * step, VALUES) for by in (1e-6, -1e-6))
    assert measure.by_probability(PROBABILITY, VALUES) @ step == pytest.approx((high - low) / 2e-6, rel=1e-6)


@pytest.mark.parametrize("name", TABLE)
def test_its_derivative_by_values_is_that_of_differences(name):
    measure, step = TABLE[name], RANDOM.normal(size=6)
    high, low = (measure.value(PROBABILITY, VALUES + by * step) for by in (1e-6, -1e-6))
    assert measure.by_value(PROBABILITY, VALUES) @ step == pytest.approx((high - low) / 2e-6, rel=1e-6)


@pytest.mark.parametrize("name", TABLE)
def test_it_is_a_measure_by_its_name(name):
    assert name in MEASURES
