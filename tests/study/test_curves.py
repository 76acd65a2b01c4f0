"""What makes a curve among the points of a study, and claims about each of them."""

import itertools

import numpy as np
import pytest

from pepa.query.expression import ExpressionError
from pepa.study.claims import Claim, Results, judged
from pepa.study.curves import curves, places


def axes(**values):
    points = list(itertools.product(*values.values()))
    return {name: np.array(column) for name, column in zip(values, zip(*points, strict=True), strict=True)}


def results(value, **varied):
    """Return the results of a grid: the measure x is a function of its coordinates."""
    columns = axes(**varied)
    points = [dict(zip(columns, point, strict=True)) for point in zip(*columns.values(), strict=True)]
    measured = np.array([value(**point) for point in points], float)
    return Results({**columns, "x": measured}, {"x"}, {}, tuple(columns))


def holds(text, found):
    return judged(Claim("", text), found).holds


def test_scenarios_are_curves_of_their_own():
    found = results(lambda scenario, n: n / (1 + (scenario == "slow")), scenario=["fast", "slow"], n=[1, 2, 3])
    assert holds("increasing(x)", found)
    assert holds("increasing(x - 2 * n)", found) is False
    assert holds("decreasing(-x) & increasing(at(x, scenario = slow))", found)
    one_falls = results(lambda scenario, n: n if scenario == "fast" else -n, scenario=["fast", "slow"], n=[1, 2, 3])
    assert holds("increasing(x)", one_falls) is False


def test_several_parameters_are_curves_along_the_one_of_most_values():
    found = results(lambda n, p: n - 10 * p, n=[1, 2, 3, 4], p=[0.1, 0.9])
    assert holds("increasing(x)", found)
    assert holds("decreasing(x, p) & increasing(x, n)", found)
    assert holds("increasing(at(x, n > 2), n)", found)
    assert holds("increasing(at(x, p = 0.1) + at(x, p = 0.9))", found)
    assert holds("increasing(x)", results(lambda n, time: n - time, n=[1, 2], time=[0, 1, 2])) is False
    with pytest.raises(ExpressionError, match="`q` is not varied"):
        holds("increasing(x, q)", found)


def test_scenarios_alone_are_in_a_row():
    assert holds("increasing(x)", results(lambda scenario: len(scenario), scenario=["a", "bb"]))
    assert holds("increasing(x)", results(lambda scenario: -len(scenario), scenario=["a", "bb"])) is False


def test_values_side_by_side_are_one_row_for_each_scenario():
    together = {"scenario": np.array(["a", "a", "a", "b", "b", "b"]), "n": np.array([1, 2, 3, 1, 2, 3])}
    together["p"] = np.array([5, 4, 6, 5, 4, 6])
    assert [list(curve) for curve in curves(together)] == [[0, 1, 2], [3, 4, 5]]
    assert [list(curve) for curve in curves({"n": np.array([1.0, 1.0, 2.0])})] == [[0, 1, 2]]
    assert [list(curve) for curve in curves({})] == [[]]


@pytest.mark.parametrize("listed", list(itertools.permutations([0.5, 2.0, 3.0])))
def test_what_grows_goes_by_the_value_and_not_by_the_order_it_is_listed_in(listed):
    found = results(lambda r, p: r * r - p, p=[3, 1, 2, 0], r=listed)
    assert holds("increasing(x, r) & !decreasing(x, r) & decreasing(x, p) & decreasing(x)", found)
    assert holds("decreasing(at(x, r < 3), p) & increasing(at(x, r < 3) * at(x, r < 3) * 0 + at(r, r < 3), r)", found)
    beside = results(lambda scenario, r: r + len(scenario), scenario=["b", "a"], r=listed)
    assert holds("increasing(x) & increasing(x, r)", beside)


def side_by_side(**columns):
    return Results({name: np.array(column) for name, column in columns.items()}, {"x"}, {}, ("n", "p"))


def test_values_side_by_side_grow_along_the_one_that_is_said():
    found = side_by_side(n=[3, 1, 2], p=[5, 6, 4], x=[30.0, 10.0, 20.0])
    assert holds("increasing(x, n)", found)
    assert holds("increasing(x, p)", found) is False
    assert holds("decreasing(x, n)", found) is False
    with pytest.raises(ExpressionError, match="differ in several parameters at once") as caught:
        holds("increasing(x)", found)
    assert caught.value.hint == "say along which, as in increasing(x, p)"
    assert holds("increasing(x)", side_by_side(n=[3, 1, 2], p=[9, 6, 7], x=[30.0, 10.0, 20.0]))
    assert holds("increasing(at(x, x > 5))", found) is None  # which points they are is known too late to be refused


def test_scenarios_are_in_the_order_listed():
    assert list(places({"scenario": np.array(["slow", "fast", "slow"])}, "scenario")) == [0, 1, 0]
