"""Whole numbers found by trying, against all of them."""

import math

from hypothesis import given
from hypothesis import strategies as st

from pepa.control.error import PepaError
from pepa.study.whole import Tried, best, crossing


@given(st.lists(st.integers(0, 9), min_size=2, max_size=40), st.data())
def test_a_crossing_is_one_between_neighbours_and_found_where_the_values_only_rise(steps, data):
    values = [sum(steps[:index]) for index in range(len(steps))]
    start = data.draw(st.integers(0, len(values) - 1))
    wanted = data.draw(st.integers(0, values[-1]))
    found = crossing(Tried(lambda at: values[int(at)], 0, len(values) - 1), start, wanted)
    assert found is not None
    low, high = map(int, found)
    assert high - low == 1
    assert values[low] <= wanted <= values[high]


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40), st.data())
def test_no_neighbour_of_what_is_best_costs_less(values, data):
    start = data.draw(st.integers(0, len(values) - 1))
    at = int(best(Tried(lambda at: values[int(at)], 0, len(values) - 1), start, lambda value: value))
    assert values[at] <= min(values[max(at - 1, 0) : at + 2])
    assert values[at] <= values[start]


def test_few_are_tried_and_what_is_refused_is_gone_round():
    def value(at):
        if at > 700:
            raise PepaError("too large")
        return at

    tried = Tried(value, 1, 10_000)
    assert crossing(tried, 3, 690.5) == (690, 691)
    assert len(tried.known) < 30
    tried = Tried(value, 1, 10_000)
    assert best(tried, 3, lambda value: -value) == 700
    assert crossing(tried, 3, 900) is None
    assert tried.nearest(lambda value: abs(value - 900)) == 700
    assert tried.refused
    assert crossing(Tried(lambda _: math.nan, 1, 9), 4, 1.0) is None
