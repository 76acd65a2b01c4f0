"""`pepa compare` and `pepa solve --lump`, and the limits, as a user calls them."""

import json

import pytest

from tests.cli.command import pepa
from tests.query.test_equivalence import COUNTED, NAMED


@pytest.fixture
def models(tmp_path):
    paths = []
    for name, text in (("named", NAMED), ("counted", COUNTED), ("faster", COUNTED.replace("(c, 3)", "(c, 4)"))):
        paths.append(tmp_path / f"{name}.pepa")
        paths[-1].write_text(text)
    return [str(path) for path in paths]


def test_equivalent_models(models):
    done = pepa("compare", models[0], "--equivalence", models[1])
    assert done.returncode == 0
    assert "strongly equivalent: 8 blocks" in done.stdout


def test_what_tells_models_apart(models):
    done = pepa("compare", models[0], "--equivalence", models[2])
    assert "after a, b" in done.stdout
    assert "does c at rate 5" in done.stdout
    found = json.loads(pepa("compare", models[0], "--equivalence", models[2], "--json").stdout)
    assert found["equivalent"] is False
    assert found["difference"] == {"trace": ["a", "b"], "action": "c", "rates": [4.0, 5.0]}


def test_a_wrong_second_model_is_reported_with_its_own_name(models, tmp_path):
    wrong = tmp_path / "wrong.pepa"
    wrong.write_text("P = (a, r).P; P")
    done = pepa("compare", models[0], "--equivalence", str(wrong))
    assert done.returncode == 1
    assert "wrong.pepa:1" in done.stderr


def test_lumping_says_by_how_much(models):
    done = pepa("solve", models[0], "--lump", "--keep", "a")
    assert "lumped to 8 states" in done.stdout
    assert pepa("solve", models[0], "--keep", "a").returncode == 2
    wrong = pepa("solve", models[0], "--lump", "--keep", "aa")
    assert wrong.returncode == 1
    assert "no action or local derivative" in wrong.stderr


def test_a_model_that_cannot_fit_is_refused_before_it_is_derived():
    done = pepa("derive", "models/vm_launch.pepa", "Q=2000")
    assert done.returncode == 3
    assert "states are expected" in done.stderr


def test_the_time_limit_ends_with_a_message():
    done = pepa("solve", "models/vm_launch.pepa", "Q=30", "--time", "0.3")
    assert done.returncode == 3
    assert "time limit of 0.3 s" in done.stderr


def test_a_bound_on_the_error_is_proved():
    done = pepa("solve", "models/vm_launch.pepa", "--bound")
    assert "every probability proved right to" in done.stdout
    assert 0 < json.loads(pepa("solve", "models/queue.pepa", "--bound", "--json").stdout)["error_bound"] < 1e-9
