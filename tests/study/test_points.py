"""Points of studies: ranges, spaced values, combinations and samples, each by what it promises."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.query.analysis import compile_text
from pepa.query.kind import Kind
from pepa.study.design import grid, sampled, side_by_side
from pepa.study.ranges import MOST_POINTS, counted_points, spaced, values
from pepa.study.solving import AUTO, Setting, kind_for
from pepa.study.whole import Tried, best, crossing


@pytest.mark.parametrize(
    ("first", "last", "number", "scale", "expected"),
    [
        (0, 1, 5, "linear", (0, 0.25, 0.5, 0.75, 1)),
        (1, 0, 3, "linear", (1, 0.5, 0)),
        (7, 9, 1, "linear", (7,)),
        (0.01, 100, 5, "logarithmic", (0.01, 0.1, 1, 10, 100)),
        (100, 1, 3, "logarithmic", (100, 10, 1)),
        (1, 10, 4, "whole", (1, 4, 7, 10)),
        (1, 3, 9, "whole", (1, 2, 3)),
        (0.1, 0.3, 3, "linear", (0.1, 0.2, 0.3)),
    ],
)
def test_values_are_spaced_evenly_on_their_scale(first, last, number, scale, expected):
    assert spaced(first, last, number, scale) == pytest.approx(expected, rel=1e-12)
    assert len(spaced(first, last, number, scale)) == len(expected)


@given(st.integers(1, 9), st.integers(1, 40), st.integers(1, 30))
def test_steps_of_tenths_are_the_decimals_that_are_written(first, step, number):
    """No 0.30000000000000004: each is the double nearest to its decimal."""
    last = first + step * (number - 1)
    found = values(f"{first / 10}:{last / 10}:{step / 10}")
    assert list(found) == [float(f"{(first + step * at) / 10:.1f}") for at in range(number)]


@given(st.integers(-50, 50), st.integers(0, 60))
def test_ranges_of_whole_numbers(first, more):
    assert values(f"{first}..{first + more}") == tuple(range(first, first + more + 1))


@given(st.floats(1e-3, 1e3), st.floats(1.1, 9), st.integers(1, 12))
def test_factors_lead_from_first_to_last(first, factor, number):
    found = values(f"{first!r}:{first * factor ** (number - 1)!r}:*{factor!r}")
    assert len(found) == number
    assert found == pytest.approx([first * factor**at for at in range(number)], rel=1e-9)


@pytest.mark.parametrize(
    "text",
    ["3..1", "1.5..3", "1:2", "1:2:0", "1:2:-1", "2:1:1", "1:10:*1", "1:10:*0.5", "10:1:*2", "-1:10:*2", "0:10:*2",
     "1:10:*-2", "x", "", "1,,2", "1:2:3:4", "1..x"],
)  # fmt: skip
def test_what_is_no_range(text):
    with pytest.raises(PepaError):
        values(text)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [((1, 2, 0), "1 to"), ((1, 2, MOST_POINTS + 1), "1 to"), ((0, 2, 3, "logarithmic"), "positive"),
     ((1, -2, 3, "logarithmic"), "positive"), ((1, 2, 3, "curved"), "no scale")],
)  # fmt: skip
def test_what_cannot_be_spaced(arguments, said):
    with pytest.raises(PepaError, match=said):
        spaced(*arguments)


def test_no_more_points_than_a_study_may_have():
    counted_points(MOST_POINTS, "it has")
    with pytest.raises(PepaError, match=r"it has 1,000,001 points"):
        counted_points(MOST_POINTS + 1, "it has")
    with pytest.raises(PepaError, match="every combination has"):
        grid({"a": range(2000), "b": range(2000)})


def test_combinations_and_values_side_by_side():
    ranges = {"a": (1.0, 2.0), "b": (3.0, 4.0, 5.0)}
    assert [tuple(point.values()) for point in grid(ranges)] == list(itertools.product(*ranges.values()))
    assert side_by_side({"a": (1.0, 2.0), "b": (3.0, 4.0)}) == [{"a": 1.0, "b": 3.0}, {"a": 2.0, "b": 4.0}]
    with pytest.raises(PepaError, match="a has 2, b has 3"):
        side_by_side(ranges)


@pytest.mark.parametrize("design", ["latin hypercube", "sobol"])
@pytest.mark.parametrize("number", [1, 8, 13])
def test_samples_fill_each_range_and_are_the_same_for_a_seed(design, number):
    bounds = {"a": (0.0, 10.0, "linear"), "b": (0.01, 100.0, "logarithmic"), "c": (1.0, 9.0, "whole")}
    points = sampled(bounds, number, 3, design)
    assert len(points) == number
    assert points == sampled(bounds, number, 3, design) != sampled(bounds, number, 4, design)
    for point in points:
        assert 0 <= point["a"] <= 10
        assert 0.01 <= point["b"] <= 100
        assert point["c"] in range(1, 10)
    if design == "latin hypercube":  # one in each of so many parts of every range
        assert sorted(int(point["a"] / 10 * number) for point in points) == list(range(number))
        shares = [math.log(point["b"] / 0.01) / math.log(1e4) for point in points]
        assert sorted(int(share * number) for share in shares) == list(range(number))


@pytest.mark.parametrize("number", [0, -1, MOST_POINTS + 1])
def test_a_sample_has_points_and_not_too_many(number):
    with pytest.raises(PepaError, match="a sample has 1 to"):
        sampled({"a": (0.0, 1.0, "linear")}, number, 1)
    with pytest.raises(PepaError, match="the sample has"):
        sampled({f"a{n}": (0.0, 1.0, "linear") for n in range(3)}, MOST_POINTS // 2, 1)


@settings(max_examples=60)
@given(st.integers(-30, 30), st.integers(1, 60), st.integers(0, 60), st.integers(0, 3))
def test_the_nearer_side_is_looked_at_first_and_few_are_tried(at, size, start, power):
    """Of a parabola the way leads to the crossing that lies nearer in value; a bound ends it."""
    low, high = 1.0, float(size)
    begin = min(max(float(start), low), high)
    tried = Tried(lambda x: (x - at) * 10.0**power, low, high)
    found = crossing(tried, begin, 0.0)
    if low <= at <= high and high > low:
        assert found is not None
        assert at in found
    elif found is not None:
        assert min(found) <= at <= max(found)
    assert len(tried.known) <= 4 * math.ceil(math.log2(size + 2)) + 4
    least = Tried(lambda x: (x - at) ** 2, low, high)
    assert best(least, begin, lambda value: value) == min(max(at, low), high)
    assert least.nearest(lambda value: value) == min(max(at, low), high)


@pytest.mark.parametrize(
    ("size", "measure", "kind"),
    [
        (3, "population(P)", Kind.EXACT),
        (10**7, "population(P)", Kind.FLUID),
        (10**7, "probability(P >= 2)", Kind.SIMULATED),  # the fluid has no states
    ],
)
def test_a_point_is_solved_as_is_advised_or_as_is_said(size, measure, kind):
    text = f"n = {size}; P = (a, 1).Q; Q = (b, 2).R; R = (c, 3).P; S = (a, 2).T; T = (d, 1).S; P[n] <a> S[n]"
    net = compile_text(text).net
    assert kind_for(net, Setting(text, (), (("m", measure),), AUTO), Control()) is kind
    assert kind_for(net, Setting(text, (), (("m", measure),), "fluid"), Control()) is Kind.FLUID


def test_a_bound_is_where_a_step_beyond_it_ends():
    tried = Tried(lambda x: x, 2.0, 9.0)
    assert [tried.from_(5.0, step) for step in (-8, -1, 1, 8)] == [2.0, 4.0, 6.0, 9.0]
    assert tried.nearest(lambda value: value) is None
