"""Each suspicion fires once on a model made for it, and on none that ships."""

import pytest

from pepa.language.checks import check
from pepa.language.ignoring import heeded
from pepa.language.parser import parse
from tests.models import MODELS

FIRES = {
    "unshared-action": "P = (a, 1).(b, 1).P; Q = (a, 1).(b, 1).Q; P <a> Q",
    "hidden-cooperation": "P = (a, 1).P; Q = (a, 1).Q; P/{a} <a> Q",
    "hides-nothing": "P = (a, 1).P; P/{b}",
    "probabilities": "r = 1; P = (a, 0.3 * r).P + (b, 0.69 * r).P; P",
    "repeated-branch": "r = 1; P = (a, r).P + (a, r).P; P",
    "empty-array": "P = (a, 1).P; Q = (b, 1).Q; P[0] || Q",
    "names-alike": "PA = (a, 1).Pa; Pa = (b, 1).PA; PA",
    "outlying-rate": "P = (a, 1).(b, 2).(c, 3e8).P; P",
}


def codes(text):
    model = parse(text).model
    return [problem.code for problem in heeded(check(model), text)]


@pytest.mark.parametrize("code", FIRES)
def test_it_fires_once_and_alone(code):
    assert codes(FIRES[code]) == [code]


@pytest.mark.parametrize("code", FIRES)
def test_a_comment_waives_it(code):
    assert codes(f"{FIRES[code]}  // pepa: ignore {code}") == []
    assert codes(f"{FIRES[code]}  // pepa: ignore other-code") == [code]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_nothing_is_said_of_a_model_that_ships(path):
    assert codes(path.read_text()) == []


@pytest.mark.parametrize(
    "text",
    [
        "r = 1; P = (a, 0.3 * r).P + (b, 0.7 * r).P; P",
        "r = 1; p = 0.3; P = (a, p * r).P + (b, (1 - p) * r).P; P",
        "r = 1; P = (a, r).P + (a, r).Q; Q = (b, r).P; P",
        "P = (a, 1).P; P || P",
        "P = (a, 1e-3).(b, 1).(c, 1000).P; P",
        "P = (a, 1).P; Q = (a, 1).Q; (P <a> Q)/{a}",
    ],
)
def test_what_is_meant_is_left_alone(text):
    assert codes(text) == []
