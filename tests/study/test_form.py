"""Experiments typed in four lines, and the file each stands for."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pepa.language.problem import ModelError
from pepa.study.experiment_file import read_experiments
from pepa.study.form import Form, FormError, form_error, form_of, form_text, separated
from tests.models import model_text

FORM = Form("Q=1..3 p = 0.2, 0.8", "C=2", "throughput(useVM), responsetime(User1, User2)", "fluid")


def experiment(form):
    return read_experiments(form_text(form), lambda _: model_text("vm_launch"))[0]


def test_a_form_is_an_experiment():
    found = experiment(FORM)
    assert [dict(point) for point in found.points[:3]] == [
        {"Q": 1.0, "p": 0.2},
        {"Q": 1.0, "p": 0.8},
        {"Q": 2.0, "p": 0.2},
    ]
    assert found.settings[0].fixed == (("C", 2.0),)
    assert found.settings[0].method == "fluid"
    assert found.labels == ("throughput(useVM)", "responsetime(User1, User2)")


def test_a_form_without_ranges_is_one_point():
    assert experiment(Form(measures="population(User3)")).points == ((),)


def test_a_file_of_a_form_gives_the_form_back():
    data = tomllib.loads(form_text(FORM, "again", "m.pepa"))["again"]
    assert form_of(data) == Form("Q=1..3 p=0.2, 0.8", "C=2", FORM.measures, "fluid")
    assert data["model"] == "m.pepa"


@given(st.dictionaries(st.from_regex(r"[a-z]\w{0,5}'?", fullmatch=True), st.floats(1e-6, 1e6), min_size=1, max_size=4))
def test_fixed_values_keep_every_digit(values):
    text = " ".join(f"{name}={value!r}" for name, value in values.items())
    data = tomllib.loads(form_text(Form(fixed=text, measures="x")))["form"]
    assert data["fixed"] == values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a, b; c", ["a", "b", "c"]),
        ("f(a, b), g(c; d)", ["f(a, b)", "g(c; d)"]),
        (" ; ,, ", []),
        ("f(a", ["f(a"]),
        ("a), b", ["a)", "b"]),
    ],
)
def test_commas_separate_outside_of_parentheses(text, expected):
    assert separated(text) == expected


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        (Form("Q", "", "x"), "vary", "expected NAME=VALUE, got `Q`"),
        (Form("Q=", "", "x"), "vary", "expected NAME=VALUE"),
        (Form("Q=1 Q=2", "", "x"), "vary", "`Q` is there twice"),
        (Form("", "C=x", "x"), "fixed", "`x` is not a number"),
        (Form("", "C=1..3", "x"), "fixed", "not a number"),
        (Form("Q=1..3"), "measures", "nothing is measured"),
        (Form("Q=1..3 p=0.5", "C=2 p=0.8", "x"), "fixed", "`p` is varied above"),
    ],
)
def test_forms_that_stand_for_nothing(form, field, said):
    with pytest.raises(FormError, match=said) as caught:
        form_text(form)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        (Form("Q=5..1", "", "population(User3)"), "vary", "is empty"),
        (Form("zz=1", "", "population(User3)"), "vary", "no parameter `zz`"),
        (Form("", "zz=1", "population(User3)"), "fixed", "no parameter `zz`"),
        (Form("", "", "population(User4)"), "measures", "no local derivative"),
        (Form("", "", "population(User3", "exact"), "measures", "unexpected end"),
        (Form("", "", "population(User3)", "magic"), "method", "no method `magic`"),
        (Form("", "", "probability(User3 = 1)", "fluid"), "measures", "fluid"),
    ],
)
def test_what_is_wrong_with_a_form_is_told_by_its_line(form, field, said):
    text = form_text(form)
    with pytest.raises(ModelError) as caught:
        read_experiments(text, lambda _: model_text("vm_launch"))
    error = form_error(text, caught.value)
    assert error.field == field
    assert said in error.message


@pytest.mark.parametrize(
    "more",
    [{"times": [1]}, {"scenarios": {}}, {"design": "zip"}, {"elasticities": "all"}, {"vary": {"Q": {"from": 1}}}],
)
def test_experiments_that_say_more_than_a_form_can(more):
    assert form_of({"measures": ["x"], **more}) is None


def test_ranges_of_all_kinds_become_text():
    ranges = {"a": [1, 2.5], "b": 3, "c": {"from": 1, "to": 100, "number": 3, "scale": "logarithmic"}, "d": "1..4"}
    found = form_of({"vary": ranges, "measures": {"label": "population(P)"}, "fixed": {"e": 0.1}})
    assert found == Form("a=1,2.5 b=3 c=1,10,100 d=1..4", "e=0.1", "population(P)", "exact")
