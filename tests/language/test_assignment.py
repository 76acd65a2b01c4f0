"""Other values for the parameters of a text."""

import pytest

from pepa.control.error import PepaError
from pepa.language.assignment import assigned
from pepa.language.problem import ModelError
from pepa.language.rates import parameter_values
from pepa.net.compile import load
from tests.models import MODELS

TEXT = "a = 1.0;  // one\nb = 2 * a;\n%c := (3);\nP = (x, a).P;\n\nP\n"


def values(text):
    return {name: rate.value for name, rate in parameter_values(load(text)[0]).items()}


def test_only_the_numbers_change():
    assert assigned(TEXT, {"a": 4.0}) == TEXT.replace("1.0", "4")
    assert assigned(TEXT, {"c": 0.125}) == TEXT.replace("(3)", "(0.125)")


@pytest.mark.parametrize("written", ["(1 + 2)*3", "3/(1 + 2)", "-(1 - 2)", "2^(1 + 1)", "((1)) + (2)", "(1 + 2)"])
def test_parentheses_go_with_the_value_they_are_part_of(written):
    changed = assigned(f"r = {written};\nP = (a, r).P;\nP\n", {"r": 0.25})
    assert values(changed) == {"r": 0.25}


def test_what_has_its_value_already_stays_as_it_is_written():
    assert assigned(TEXT, {"a": 1.0, "b": 2.0, "c": 3.0}) == TEXT
    assert assigned(TEXT, {}) == TEXT


def test_a_definition_by_another_parameter_follows_or_is_replaced():
    assert "b = 2 * a" in assigned(TEXT, {"a": 5.0, "b": 10.0})
    assert values(assigned(TEXT, {"a": 5.0, "b": 2.0})) == {"a": 5.0, "b": 2.0, "c": 3.0}


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_shipped_model_takes_any_values(path):
    text = path.read_text()
    wanted = {name: value / 2 for name, value in values(text).items()}
    changed = assigned(text, wanted)
    assert values(changed) == wanted
    assert len(changed.splitlines()) == len(text.splitlines())


def test_small_and_large_numbers_read_back():
    for value in (1e-12, 123456789.125, 1e15, 0.1 + 0.2):
        assert values(assigned(TEXT, {"a": value}))["a"] == value


def test_what_cannot_be_assigned():
    with pytest.raises(PepaError, match="no parameter `z`"):
        assigned(TEXT, {"z": 1.0})
    with pytest.raises(ModelError):
        assigned("P = (a, 1", {"z": 1.0})
