"""Predicted sizes against derived ones."""

import pytest

from pepa.control.control import Control, LimitReached, rounded
from pepa.control.error import PepaError
from pepa.markov.space.prediction import most_states, predicted, refuse_what_cannot_be_solved, refuse_what_cannot_fit
from pepa.query.analysis import compile_text
from tests.models import derive, model_text


def net(name, **overrides):
    return compile_text(model_text(name), overrides).net


@pytest.mark.parametrize(
    ("name", "overrides"),
    [("vm_launch", {"Q": 30}), ("vm_launch", {"Q": 25, "C": 2}), ("web_service", {"customers": 96})],
)
def test_a_prediction_is_near(name, overrides):
    found = derive(model_text(name), **overrides)
    prediction = predicted(found.net, Control())
    assert prediction.states == pytest.approx(found.space.size, rel=0.2)
    assert prediction.transitions == pytest.approx(len(found.space.source), rel=0.2)


@pytest.mark.parametrize("name", ["machine_repair", "pc_lan4", "vm_launch"])
def test_no_model_has_more_states_than_the_bound(name):
    found = derive(model_text(name))
    assert most_states(found.net) >= found.space.size


def test_nothing_is_told_of_models_without_copies():
    assert predicted(net("pc_lan4"), Control()) is None


def test_what_cannot_fit_is_refused_with_its_size():
    with pytest.raises(LimitReached, match=r"about \d\d0,000,000,000 states are expected, which take [\d,.e+]+ GiB"):
        refuse_what_cannot_fit(net("vm_launch", Q=1000), Control())
    with pytest.raises(LimitReached, match=r"solving 1,000,000 states with 9,000,000 transitions takes 0\.67 GiB"):
        refuse_what_cannot_be_solved(1_000_000, 9_000_000, Control(memory=2**28))


def test_the_time_limit_holds_in_every_stage():
    with pytest.raises(PepaError, match=r"time limit of 1e-09 s was reached at \w+: "):
        derive(model_text("vm_launch"), Control(seconds=1e-9), Q=30)


@pytest.mark.parametrize(
    ("number", "told"), [(0.4, "0"), (7, "7"), (123, "120"), (1_234_567, "1,200,000"), (2.96e17, "3.0e+17")]
)
def test_estimates_are_told_with_two_digits(number, told):
    assert rounded(number) == told
