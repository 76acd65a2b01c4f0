"""Values of rate expressions: against Python's own arithmetic, passive weights, and what has no value."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pepa.control.error import PepaError
from pepa.language.parser import parse
from pepa.language.problem import ModelError
from pepa.language.rates import LARGEST_RATE, parameter_values
from pepa.query.analysis import compile_text

NAMES = {"a": 2.0, "b": 0.25, "c": 3.0}
numbers = st.floats(0.01, 100).map(lambda number: repr(round(number, 3)))
expressions = st.recursive(
    st.one_of(numbers, st.sampled_from(list(NAMES))),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("{} {} {}".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("-{}".format, inner),
    ),
    max_leaves=12,
)


def values(text, **overrides):
    model = parse(text + "\nP = (x, 1).P;\nP").model
    assert model is not None
    return {name: rate.value for name, rate in parameter_values(model, overrides).items()}


@given(expressions)
def test_arithmetic_is_that_of_python(expression):
    assume("--" not in expression)  # two signs in a row are no rate
    try:
        expected = eval(expression, {"__builtins__": {}}, NAMES)
    except ZeroDivisionError:
        assume(False)
    assume(math.isfinite(expected))
    defined = "".join(f"{name} = {value};\n" for name, value in NAMES.items())
    assert values(f"{defined}r = {expression};")["r"] == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_a_replaced_parameter_carries_all_that_are_defined_by_it():
    text = "mean = 4; r = 1 / mean; s = r * 2 + mean; t = 7;"
    assert values(text) == {"mean": 4, "r": 0.25, "s": 4.5, "t": 7}
    assert values(text, mean=2) == {"mean": 2, "r": 0.5, "s": 3, "t": 7}
    assert values(text, r=1) == {"mean": 4, "r": 1, "s": 6, "t": 7}


@pytest.mark.parametrize(
    ("definitions", "message", "at"),
    [
        ("r = 1 / (2 - 2);", "division by zero", "2 - 2"),
        ("r = infty + 1;", "a passive rate cannot be added", "infty + 1"),
        ("r = -infty;", "a passive rate cannot be added", "-infty"),
        ("r = infty * infty;", "multiplied by a weight, once", "infty * infty"),
        ("r = 1 / infty;", "multiplied by a weight, once", "1 / infty"),
        ("r = 1e150 * 1e150 * 1e150;", "not a finite number", "1e150 * 1e150 * 1e150"),
        ("r = s + 1; s = 1 / (1 - 1);", "division by zero", "1 - 1"),
    ],
)
def test_what_has_no_value_is_marked(definitions, message, at):
    text = f"{definitions} P = (x, r).P;\nP"
    with pytest.raises(ModelError, match=message) as caught:
        compile_text(text)
    (problem,) = caught.value.problems
    assert text[problem.span.start : problem.span.end].strip("()") == at


def test_definitions_in_a_circle_are_told():
    with pytest.raises(ModelError, match="itself"):
        compile_text("r = s; s = r * 2; P = (x, r).P;\nP")


@pytest.mark.parametrize(("rate", "message"), [("0 - 1", "is negative"), ("2 * 1e15", "are at most")])
def test_rates_have_bounds_and_each_is_told(rate, message):
    text = f"r = {rate}; P = (x, r).Q + (y, 2 * r).P; Q = (z, 1).P;\nP"
    with pytest.raises(ModelError, match=message) as caught:
        compile_text(text)
    assert [text[p.span.start : p.span.end] for p in caught.value.problems] == ["r", "2 * r"]
    assert LARGEST_RATE == 1e15


def test_an_override_names_a_parameter():
    for given_names, hint in (({"rat": 1.0}, "did you mean `rate`"), ({"zzz": 1.0}, "its parameters are rate, n")):
        with pytest.raises(PepaError) as caught:
            compile_text("rate = 1; n = 2; P = (x, rate).P;\nP[n]", given_names)
        assert hint in caught.value.hint
    with pytest.raises(PepaError) as caught:
        compile_text("P = (x, 1).P;\nP", {"n": 1.0})
    assert caught.value.hint == "it defines no parameters"


@pytest.mark.parametrize("size", ["2.5", "0 - 1", "1e18", "infty"])
def test_sizes_are_whole_numbers(size):
    text = f"n = {size}; P = (x, 1).P;\nP[n]"
    with pytest.raises(ModelError) as caught:
        compile_text(text)
    assert text[caught.value.problems[0].span.start :].startswith("n")


powers = st.recursive(
    st.one_of(numbers, st.sampled_from(list(NAMES))),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("({})^{}".format, inner, st.sampled_from(["2", "3", "0.5", "-1", "a", "b", "(a - b)", "(2 * b)"])),
        st.builds("{}^({} / 10)".format, st.sampled_from(list(NAMES)), inner),
    ),
    max_leaves=8,
)


@given(powers, st.sampled_from(list(NAMES)))
def test_slopes_are_those_of_differences(expression, name):
    model = parse("".join(f"{one} = {NAMES[one]};" for one in NAMES) + f"x = {expression};P = (y, 1).P;\nP").model

    def at(change):
        return parameter_values(model, {name: NAMES[name] + change}, slopes=True)["x"]

    step = 1e-4 * NAMES[name]
    try:
        there = at(0.0)
        around = [at(by * step).value for by in (-2, -1, 1, 2)]
    except ModelError:
        assume(False)
    far, near = around[3] - around[0], around[2] - around[1]
    slope = (8 * near - far) / (12 * step)  # of fourth order
    assume(max(map(abs, around)) < 1e6 * max(1e-3, abs(there.value)) < 1e9)
    assume(abs(near / (2 * step) - slope) <= 1e-4 * abs(slope) + 1e-9)  # smooth enough for the differences to be right
    found = there.slopes.get((name, 1), 0.0)
    assert found == pytest.approx(slope, rel=1e-6, abs=1e-7 * max(1.0, abs(there.value)))
    assert there.slopes.get((name, -1), 0.0) == pytest.approx(-found)


@pytest.mark.parametrize(
    ("expression", "slope"),
    [
        ("r^2", 0.0),
        ("r^1", 1.0),
        ("3^r", math.log(3)),
        ("(1 + r)^r", 0.0),
        ("r^0.5", math.nan),
        ("(r - 2)^2", -4.0),
        ("(0 - 2)^r", math.nan),
    ],
)
def test_slopes_of_powers_at_their_edges(expression, slope):
    model = parse(f"r = 0; x = {expression}; P = (y, 1).P;\nP").model
    assert parameter_values(model, slopes=True)["x"].slopes[("r", 1)] == pytest.approx(slope, nan_ok=True)
