"""What figures are compared with, and in which words."""

import pytest

from workbench.figures import Compared, Figures


def report(useful, **parameters):
    return {"throughput": {"a": useful}, "population": {"P": 3 - useful}, "parameters": parameters}


def test_values_by_name_and_of_what_was_watched():
    figures = Figures("x", "", {}, {**report(1.5), "watched": {"measure": "throughput(a) / 2", "value": 0.75}})
    assert figures.value("throughput(a)") == 1.5
    assert figures.value('population("P")') == 1.5
    assert figures.value("throughput(a) / 2") == 0.75
    assert figures.value("throughput(b)") is None
    assert figures.value("throughput(a) / 3") is None


@pytest.mark.parametrize(
    ("overrides", "text", "said"),
    [
        ({"r": 2.0}, "old", "previous run (r=1 s=3)"),  # that has s = 3 in place of 5
        ({"s": 3.0}, "old", "previous run"),
        ({"s": 3.0}, "new", "previous run (before the edit)"),
    ],
)
def test_words_tell_the_parameters_that_differ(overrides, text, said):
    before = Figures("previous run", "old", {"s": 3.0}, report(1.0, r=1.0, s=3.0))
    assert before.words(text, overrides, {"r": 1.0, "s": 5.0}) == said


def test_an_edit_of_a_parameter_is_told_as_one():
    before = Figures("previous run", "old", {}, report(1.0, r=1.0))
    assert before.words("new", {}, {"r": 4.0}) == "previous run (r=1, before the edit)"


def test_the_run_before_is_the_last_one_of_other_values():
    compared = Compared()
    compared.ran("t", {}, report(1.0))
    assert compared.reference(pending=False) is None
    assert compared.reference(pending=True).value("throughput(a)") == 1.0
    compared.ran("t", {}, report(1.0))
    assert compared.reference(pending=False) is None
    for value in (2.0, 3.0, 3.0):
        compared.ran("t", {"r": value}, report(value))
    assert compared.reference(pending=False).value("throughput(a)") == 2.0
    compared.chosen = Figures("scenario s", "t", {}, report(9.0))
    assert compared.reference(pending=False).value("throughput(a)") == 9.0
