"""Claims against plain Python over the rows: what they come to, of which rows, and how wrong ones are told."""

import itertools
import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pepa.query.expression import ExpressionError
from pepa.study.claims import Claim, Results, judged, plain

FUNCTIONS = {
    "max": max,
    "min": min,
    "mean": statistics.fmean,
    "sum": math.fsum,
    "first": lambda column: column[0],
    "last": lambda column: column[-1],
    "spread": lambda column: (max(column) - min(column)) / max(map(abs, column)) if any(column) else 0.0,
}
columns = st.lists(st.floats(-100, 100).map(lambda value: round(value, 3)), min_size=1, max_size=6)


def results(axes=(), elasticity=None, **found):
    made = {name: np.array(column) for name, column in found.items()}
    return Results(made, found.keys() - set(axes), elasticity or {}, tuple(axes))


def verdict(text, found, value=""):
    return judged(Claim("", text, value), found)


@given(st.sampled_from(sorted(FUNCTIONS)), columns)
def test_what_a_function_makes_of_a_column(name, column):
    expected = FUNCTIONS[name](column)
    found = verdict(f"{name}(x) > 0", results(x=column))
    assert found.value == pytest.approx(expected, rel=1e-9, abs=1e-9)
    told = verdict("1 < 2", results(x=column), f"{name}(x)")
    assert told.value == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(columns)
def test_what_rises_and_what_falls(column):
    found = results(("k",), k=list(range(len(column))), x=column)
    pairs = list(itertools.pairwise(column))
    assert verdict("increasing(x)", found).holds is all(one < other for one, other in pairs)
    assert verdict("decreasing(x)", found).holds is all(one > other for one, other in pairs)
    assert verdict("increasing(-x)", found).holds is all(one > other for one, other in pairs)
    assert verdict("increasing(abs(x))", found).holds is all(abs(one) < abs(other) for one, other in pairs)


@given(columns, columns)
def test_all_and_any_are_of_every_row(one, other):
    rows = min(len(one), len(other))
    found = results(x=one[:rows], y=other[:rows])
    higher = [left > right for left, right in zip(one, other, strict=False)]
    assert verdict("x > y", found).holds is all(higher)
    assert verdict("all(x > y)", found).holds is all(higher)
    assert verdict("any(x > y)", found).holds is any(higher)
    assert verdict("!any(x > y)", found).holds is not any(higher)
    assert verdict("x > y | y >= x", found).holds is True


@given(st.integers(2, 4), st.integers(2, 4), st.data())
def test_at_takes_the_rows_where_all_conditions_hold(first, second, data):
    grid = [(k, n) for k in range(first) for n in range(second)]
    x = [data.draw(st.integers(-9, 9)) for _ in grid]
    found = results(("k", "n"), k=[k for k, _ in grid], n=[n for _, n in grid], x=[float(value) for value in x])
    k, n = data.draw(st.sampled_from(grid))
    assert verdict(f"at(x, k = {k}, n = {n}) > 99", found).value == x[grid.index((k, n))]
    assert verdict(f"at(x, k = {k} & n = {n}) > 99", found).value == x[grid.index((k, n))]
    chosen = [value for value, (own, other) in zip(x, grid, strict=True) if own == k and other >= n]
    assert verdict(f"sum(at(x, k = {k}, n >= {n})) > 99", found).value == sum(chosen)
    nested = [value for value, (own, other) in zip(x, grid, strict=True) if own <= k and other <= n]
    assert verdict(f"max(at(at(x, n <= {n}), k <= {k})) > 99", found).value == max(nested)
    assert verdict(f"sum(at(x, k = {k})) - sum(x) < 1e9", found).value == sum(x[k * second : (k + 1) * second]) - sum(x)


SCENARIOS = results(
    ("scenario", "n"),
    scenario=["two servers", "two servers", "v2-fast", "v2-fast", "base", "base"],
    n=[1.0, 2.0] * 3,
    x=[1.0, 2.0, 3.0, 5.0, 8.0, 13.0],
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('at(x, scenario = "two servers", n = 2) > 0', 2),
        ("at(x, scenario = v2-fast, n = 1) > 0", 3),
        ('at(x, scenario = "v2-fast", n = 1) > 0', 3),
        ("at(x, scenario = base, n = 2) > 0", 13),
        ('sum(at(x, scenario != "two servers")) > 0', 29),
        ('sum(at(x, scenario != "two servers" & scenario != base)) > 0', 8),
        ('sum(at(x, scenario = base | scenario = "two servers")) > 0', 24),
    ],
)
def test_scenarios_are_named_with_quotes_or_without(text, value):
    assert verdict(text, SCENARIOS).value == value


def test_a_scenario_can_be_what_comes_out():
    assert verdict('first(scenario) = "two servers"', SCENARIOS).holds is True
    assert verdict("last(scenario) = base", SCENARIOS).holds is True
    assert verdict("last(scenario) != base", SCENARIOS).holds is False
    assert verdict("at(scenario, x = 3) = v2-fast", SCENARIOS).holds is True
    assert verdict("at(scenario, x = 3) = v2-fast", SCENARIOS).value is None  # a word is no number to tell


def test_a_curve_is_of_one_scenario_and_rises_in_each():
    assert verdict("increasing(x)", SCENARIOS).holds is True
    assert verdict("decreasing(1 / x)", SCENARIOS).holds is True
    assert verdict("increasing(x - 3 * n)", SCENARIOS).holds is False  # in one of them it falls
    assert verdict("increasing(at(x - 3 * n, scenario = base))", SCENARIOS).holds is True
    assert verdict("increasing(at(x, n = 1))", SCENARIOS).holds is True
    assert verdict("decreasing(at(x, n = 1))", SCENARIOS).holds is False


def test_measures_are_known_by_their_text_with_any_blanks():
    found = results(**{plain("throughput( a ) / 2"): [4.0], "probability(P>=2)": [0.5]})
    assert verdict("max(throughput(a)/2) > 3", found).value == 4
    assert verdict("max(throughput( a )  /  2) > 3", found).value == 4
    assert verdict("max(probability(P >= 2)) < 1", found).value == 0.5
    assert verdict("2 * probability(P >= 2) < 1", found).holds is False


@pytest.mark.parametrize(
    ("text", "value", "told"),
    [
        ("max(x) > 1 & min(x) > 0", "", 3),  # of the first comparison, its left side
        ("min(x) > 0 & max(x) > 1", "", 1),
        ("min(x) > 5 | max(x) > 1", "", 1),
        ("(x > 0) & max(x) > 1", "", None),  # several are no number
        ("increasing(x)", "", None),
        ("!(max(x) > 1)", "", None),
        ("max(x) > 1", "mean(x) * 2", 4),
        ("increasing(x)", "at(x, k = 2)", 2),
        ("increasing(x)", "at(x, k < 3)", None),
        ("increasing(x)", "1 / 0", None),
        ("max(x) - 3 < 1", "", 0),
    ],
)
def test_the_number_that_is_told(text, value, told):
    found = results(("k",), k=[1.0, 2.0, 3.0], x=[1.0, 2.0, 3.0])
    assert verdict(text, found, value).value == told


MISSING = results(("k",), {("x", "r"): 0.5, ("y", "r"): math.nan}, k=[1.0, 2.0, 3.0], x=[1.0, math.nan, 3.0])


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("first(x) = 1", True),
        ("last(x) - first(x) = 2", True),
        ("first(x) = 1 & max(x) = 3", None),
        ("max(x) = 3 | first(x) = 1", None),
        ("at(x, k != 2) > 0", True),
        ("sum(at(x, k != 2)) = 4", True),
        ("at(x, k = 2) = at(x, k = 2)", None),
        ("k > 0", True),
        ("max(k) = 3", True),
        ("increasing(at(x, k != 2))", True),
        ("elasticity(x, r) = 0.5", True),
        ("elasticity(y, r) = 0.5", None),
        ("at(k, x > 5) = 1", None),
        ("spread(at(x, k != 2)) > 0.6", True),
    ],
)
def test_points_without_a_value_leave_undecided_what_needs_them_alone(text, holds):
    assert verdict(text, MISSING).holds is holds


@pytest.mark.parametrize(
    ("text", "said", "hint", "marked"),
    [
        ("maximum(x) > 1", "there is no `maximum(x)`", "did you mean `max`?", "maximum(x)"),
        ("max(z) > 1", "there is no `z`", "they are k, x", "z"),
        ("max(x, k) > 1", "there is no `max(x,k)`", "did you mean `max`?", "max(x, k)"),
        ("increasing(x, k, k)", "there is no `increasing(x,k,k)`", "did you mean `increasing`?", "increasing(x, k, k)"),
        ("increasing(x, x)", "`x` is not varied", "they are k", "x"),
        ("at(x, k = 1) > at(x, k = 9)", "there is no point with k=9", "see what is varied", "k = 9"),
        ("at(x, k = 9, k > 1) > 0", "there is no point with k=9, k>1", "see what is varied", "k = 9"),
        ("x > at(x, k > 1)", "its sides are of different numbers of points", "take one point", "x > at(x, k > 1)"),
        ("x + at(x, k > 1) > 0", "its sides are of different numbers of points", "take one point", "x + at(x, k > 1)"),
        ("at(x, x) > 0", "expected something true or false", "as in x > 0", "x"),
        ("max(x)", "expected something true or false", "as in x > 0", "max(x)"),
        ("elasticity(x, k) > 0", "there is no elasticity of `x` to `k`", "`elasticities`", "elasticity(x, k)"),
        ("P=? [ F x > 1 ] > 0", "there is no `P=?[F x>1]`", "they are k, x", "P=? [ F x > 1 ]"),
    ],
)
def test_claims_without_a_meaning_are_told_at_their_place(text, said, hint, marked):
    found = results(("k",), k=[1.0, 2.0, 3.0], x=[1.0, 2.0, 3.0])
    with pytest.raises(ExpressionError) as caught:
        verdict(text, found)
    assert caught.value.said.startswith(said)
    assert hint in caught.value.hint
    span = caught.value.span
    assert text[span.start : span.end] == marked


def test_where_nothing_is_varied_no_curve_goes_along_anything():
    with pytest.raises(ExpressionError, match="`r` is not varied") as caught:
        verdict("increasing(x, r)", results(x=[1.0, 2.0]))
    assert caught.value.hint == "nothing is varied"


def test_names_in_quotes_are_as_they_are():
    both = {'throughput("go  up")': 1.0, 'throughput("goup")': 2.0, 'throughput("go up")': 3.0, "mean wait": 4.0}
    for order in itertools.permutations(both):
        found = results(**{plain(name): [both[name]] for name in order})
        for name, value in both.items():
            asked = name if "(" in name else f'"{name}"'
            assert verdict(f"last( {asked} ) = {value}", found).holds
    with pytest.raises(ExpressionError, match="there is no"):
        verdict('last(throughput("go up")) > 0', results(**{'throughput("goup")': [1.0]}))
    quoted = Results({'"go up"': np.array([5.0])}, {'"go up"'}, {('"go up"', "r"): 0.5})
    assert verdict('"go up" = 5 & elasticity( "go up", r) = 0.5', quoted).holds
    assert plain("P=? [ X  up ]") == "P=?[X up]"
