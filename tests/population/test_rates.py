"""Generated rates against the state space's own, and their gradients against differences."""

import numpy as np
import pytest

from pepa.control.error import PepaError
from pepa.population.population import population
from pepa.population.program import gradients, scalar_rates, vector_rates
from pepa.query.analysis import compile_text
from tests.models import MODELS, derive

PASSIVE = """
P = (a, 2).P1 + (b, infty).P; P1 = (c, 1).P;
Q = (a, infty).Q1 + (b, 3).Q; Q1 = (d, 2).Q;
R = (a, 2*infty).R + (b, 5).R;
(P[3] <a, b> Q[2]) <a> R
"""
MIXED = "P = (a, 1).P1; P1 = (b, 2).P; Q = (a, infty).Q1; Q1 = (a, 3).Q;\nP[2] <a> Q"


def counts(space, states):
    return np.array([[c for group in space.counts(i) for c in group] for i in states], float).T


@pytest.mark.parametrize("text", [*(path.read_text() for path in MODELS), PASSIVE, MIXED], ids=str.__len__)
def test_rates_are_those_of_the_state_space(text):
    try:
        derived = derive(text)
    except PepaError:
        pytest.skip("mixed rates have no state space")
    view = population(derived.net, fluid=False)
    scalar, vector = scalar_rates(view), vector_rates(view)
    states = np.arange(min(derived.space.size, 300))
    at = counts(derived.space, states)
    found = np.empty((len(view.rates), len(states)))
    vector(at, found)
    for state in states:
        own = derived.chain.rate[derived.space.source == state]
        rates = scalar(at[:, state].tolist())
        assert np.sort([rate for rate in rates if rate > 0]) == pytest.approx(np.sort(own))
        assert found[:, state] == pytest.approx(np.array(rates))


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_move_keeps_its_group_and_weights_add_up(path):
    net = compile_text(path.read_text()).net
    view = population(net, fluid=False)
    for change in view.change:
        assert np.bincount(view.group, change, len(net.groups)) == pytest.approx(0)
    assert view.population_weights.shape == (len(view.held), len(view.labels))
    assert len(set(view.labels)) == len(view.labels)
    assert sorted(index for moves in view.doing.values() for index in moves) == list(range(len(view.rates)))


@pytest.mark.parametrize("text", [*(path.read_text() for path in MODELS), PASSIVE], ids=str.__len__)
def test_gradients_are_the_slopes(text):
    view = population(compile_text(text).net, fluid=True)
    rates, slopes = scalar_rates(view), gradients(view)
    at = np.random.default_rng(1).uniform(0.1, 3, len(view.labels))
    step = 1e-6
    columns = [
        (np.array(rates((at + step * unit).tolist())) - np.array(rates((at - step * unit).tolist()))) / (2 * step)
        for unit in np.eye(len(at))
    ]
    found = slopes(at.tolist())
    assert found == pytest.approx(np.array(columns).T, rel=1e-5, abs=1e-5 * np.abs(found).max())


def test_a_fluid_of_mixed_rates_is_refused():
    with pytest.raises(PepaError, match="both active and passive on `a`"):
        population(compile_text(MIXED).net, fluid=True)


def test_no_text_of_the_model_is_in_the_generated_source():
    view = population(
        compile_text("__import__ = (os_system, 1).B; B = (b, 1).__import__;\n__import__[3]").net, fluid=False
    )
    assert scalar_rates(view)([3.0, 0.0]) == [3.0, 0.0]
