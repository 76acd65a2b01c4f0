"""What figures are compared with, and in which words."""

import pytest

from pepa.query.kind import Kind
from workbench.figures import Compared, Figures, expected


def told(useful, **parameters):
    populations = {"P": 3 - useful}
    return {
        "model": "", "parameters": parameters, "throughput": {"a": useful}, "population": populations, "groups": [],
    }  # fmt: skip


def run(useful, kind="solved"):
    return {"kind": kind, **told(useful), "seconds": {"derive": 0.25, "solve": 0.5}, "watched": None}


def test_values_by_name_and_of_what_was_watched():
    figures = Figures("x", "", {}, told(1.5), watched={"measure": "throughput(a) / 2", "value": 0.75})
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
    before = Figures("previous run", "old", {"s": 3.0}, told(1.0, r=1.0, s=3.0))
    assert before.words(text, overrides, {"r": 1.0, "s": 5.0, **overrides}) == said


def test_an_edit_of_a_parameter_is_told_as_one():
    before = Figures("previous run", "old", {}, told(1.0, r=1.0))
    assert before.words("new", {}, {"r": 4.0}) == "previous run (r=1, before the edit)"


def test_the_run_before_is_the_last_one_of_other_values():
    compared = Compared()
    compared.ran("t", {}, run(1.0))
    assert compared.reference(pending=False) is None
    assert compared.reference(pending=True).value("throughput(a)") == 1.0
    compared.ran("t", {}, run(1.0))
    assert compared.reference(pending=False) is None
    for value in (2.0, 3.0, 3.0):
        compared.ran("t", {"r": value}, run(value))
    assert compared.reference(pending=False).value("throughput(a)") == 2.0
    compared.chosen = Figures("scenario s", "t", {}, told(9.0))
    assert compared.reference(pending=False).value("throughput(a)") == 9.0


def test_the_exact_run_before_an_approximate_one_is_said_to_be_exact():
    compared = Compared()
    compared.ran("t", {}, run(1.0))
    compared.ran("t", {}, run(1.1, "fluid"))
    assert compared.reference(pending=False).name == "previous run, exact"
    compared.ran("t", {"r": 2.0}, run(1.2, "fluid"))
    assert compared.reference(pending=False).name == "previous run by fluid"
    compared.ran("t", {"r": 2.0}, run(1.3))
    compared.ran("t", {"r": 3.0}, run(1.4))
    assert compared.reference(pending=False).name == "previous run"


def test_a_run_is_named_for_its_method_and_one_that_only_derived_is_none():
    compared = Compared()
    compared.ran("t", {}, run(1.0, "fluid"))
    assert (compared.kind, compared.latest.seconds) == (Kind.FLUID, 0.75)
    compared.ran("t", {}, {"kind": "derived"})
    compared.ran("t", {}, run(1.0))
    assert (compared.kind, compared.previous.name) == (Kind.EXACT, "previous run by fluid")
    compared.valued("throughput(a) / 4", 0.25)
    assert compared.latest.value("throughput(a) / 4") == 0.25


def test_what_is_expected_scales_each_figure_by_its_own_elasticity():
    group = {"name": "P", "size": 3, "population": {"P": 2.0}, "utilisation": {"P": 0.5, "Q": 0.5}}
    found = expected(
        {**told(1.0), "groups": [group]},
        {"throughput": {"a": 2.0}, "population": {}, "groups": [{"P": -1.0}]},
        factor=2.0,
    )
    assert (found["throughput"], found["population"]) == ({"a": 4.0}, {"P": 2.0})
    assert found["groups"][0]["utilisation"] == {"P": 0.25, "Q": 0.5}
