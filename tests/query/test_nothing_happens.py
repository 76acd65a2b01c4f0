"""A model in which nothing can ever happen has figures all the same: everyone stays, and nothing is done."""

import numpy as np
import pytest

import pepa
from pepa.control.control import Control
from pepa.query.analysis import compile_text
from pepa.query.simulated import values_at

BLOCKED = "P = (a, 1).P1; P1 = (b, 1).P; Q = (c, 1).Q;\nP[{copies}] <a, b, c> Q"


@pytest.fixture(params=[1, 500])
def model(request):
    return pepa.parse(BLOCKED.format(copies=request.param)), request.param


def test_at_rest_everyone_is_where_they_began(model):
    blocked, copies = model
    for found in (blocked.steady_state(), blocked.fluid()):
        assert (found["P"], found["P1"], found["a"]) == (copies, 0, 0)
        assert found.sensitivity("P").value == copies
    assert blocked.steady_state().measure("visits(P1 > 0) + probability(P1 > 0)") == 0


@pytest.mark.parametrize("replications", [1, 3, 100])
def test_over_time_everyone_stays(model, replications):
    blocked, copies = model
    for found in (
        blocked.transient([0, 2]),
        blocked.fluid([0, 2]),
        blocked.simulate([0, 2], replications=replications),
    ):
        assert found["P"] == pytest.approx(np.full(2, copies))
        assert found["a"] == pytest.approx(np.zeros(2), abs=1e-12)


def test_what_is_asked_of_it_is_answered_or_refused_in_words(model):
    blocked, _ = model
    with pytest.raises(pepa.PepaError, match="deadlock"):
        blocked.simulate()
    for question in ("passage(a -> b)", "earned(a, a -> b)", "quantile(0.5, a -> b)", "arrived(1, a -> P1 > 0)"):
        with pytest.raises(pepa.PepaError):
            blocked.steady_state().measure(question)
    samples = list(values_at(compile_text(blocked.text).net, np.array([1.0]), 64, 1, Control()))
    assert samples[0].estimate("variance(P)").value == 0
