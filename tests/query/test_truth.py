"""Intervals hold what exact arithmetic says of all numbers within; what is so of some of them only is not decided."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pepa.query.truth import Interval, Truth

numbers = st.one_of(
    st.integers(-4, 4).map(float),
    st.floats(-1e6, 1e6, allow_subnormal=False),
    st.sampled_from([0.1, 0.2, 0.3, 1 / 3, 1e-17, 1 + 2**-52]),
)
intervals = st.tuples(numbers, numbers).map(sorted)
shares = st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(1)])
EXACTLY = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": lambda one, other: one / other,
}
HOLDS = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


def interval(*ends):
    return Interval(*(np.array([end], float) for end in ends))


def within(ends, share):
    low, high = map(Fraction, ends)
    return low + share * (high - low)


def known(found):
    return float(found.low[0]), float(found.high[0])


@given(st.sampled_from(sorted(EXACTLY)), intervals, intervals, shares, shares)
def test_arithmetic_holds_what_is_exactly_so(sign, one, other, first, second):
    low, high = known(interval(*one).combined(sign, interval(*other)))
    if sign == "/" and other[0] <= 0 <= other[1]:
        assert np.isnan(low)
        assert np.isnan(high)
        return
    exact = EXACTLY[sign](within(one, first), within(other, second))
    assert Fraction(low) <= exact <= Fraction(high)


@given(st.sampled_from(sorted(EXACTLY)), intervals, intervals)
def test_arithmetic_is_no_wider_than_its_corners_and_rounding(sign, one, other):
    if sign == "/" and other[0] <= 0 <= other[1]:
        return
    low, high = known(interval(*one).combined(sign, interval(*other)))
    corners = [EXACTLY[sign](Fraction(a), Fraction(b)) for a in one for b in other]
    room = 4 * 2.0**-52
    assert low >= float(min(corners)) - room * abs(float(min(corners))) - 1e-300
    assert high <= float(max(corners)) + room * abs(float(max(corners))) + 1e-300


@given(intervals, st.integers(0, 5), shares)
def test_whole_powers_hold_what_is_exactly_so(base, exponent, share):
    low, high = known(interval(*base).combined("^", interval(exponent, exponent)))
    assert Fraction(low) <= within(base, share) ** exponent <= Fraction(high)
    if exponent % 2 == 0:
        assert low >= -1e-12


@given(
    st.tuples(st.floats(0.01, 50), st.floats(0.01, 50)).map(sorted),
    st.tuples(st.floats(-3, 3), st.floats(-3, 3)),
    shares,
)
def test_powers_of_positive_numbers_hold_theirs(base, exponent, share):
    low, high = known(interval(*base).combined("**", interval(*sorted(exponent))))
    ends = [float(within(base, share)) ** float(within(sorted(exponent), other)) for other in (share, 1 - share)]
    assert low <= min(ends) * (1 + 1e-13)
    assert high >= max(ends) * (1 - 1e-13)


@pytest.mark.parametrize(
    ("base", "exponent", "expected"),
    [
        ((-2, 3), (2, 2), (0, 9)),  # least in between
        ((-2, 3), (3, 3), (-8, 27)),
        ((-3, -2), (2, 2), (4, 9)),
        ((2, 4), (-1, -1), (0.25, 0.5)),
        ((0, 1), (0, 0), (1, 1)),
        ((-2, -2), (0.5, 0.5), None),
        ((-2, 2), (1, 2), None),  # some of them have none
        ((-2, 3), (-2, -2), None),  # 0 among them
        ((0, 1), (-1, -1), None),
    ],
)
def test_powers_one_by_one(base, exponent, expected):
    found = known(interval(*base).combined("^", interval(*exponent)))
    if expected is None:
        assert np.isnan(found).all()
    else:
        assert found == pytest.approx(expected, rel=1e-13, abs=1e-300)


def test_whole_numbers_stay_as_they_are():
    for sign, expected in (("+", 10.0), ("-", 4.0), ("*", 21.0), ("^", 343.0)):
        assert known(interval(7, 7).combined(sign, interval(3, 3))) == (expected, expected)
    low, high = known(interval(0.5, 0.5).combined("*", interval(3, 3)))
    assert low < 1.5 < high  # of a product that may be rounded the neighbours are possible


@given(st.sampled_from(sorted(HOLDS)), intervals, intervals)
def test_a_comparison_is_sure_where_it_holds_of_all_and_possible_where_of_some(sign, one, other):
    found = interval(*one).compared(sign, interval(*other))
    every = [HOLDS[sign](a, b) for a in one for b in other]
    assert bool(found.sure[0]) == all(every)
    assert bool(found.possible[0]) == any(every)


@given(intervals, intervals)
def test_equal_numbers_are_sure_of_points_alone(one, other):
    same, apart = (interval(*one).compared(sign, interval(*other)) for sign in ("=", "!="))
    points = one[0] == one[1] and other[0] == other[1]
    close = points and abs(one[0] - other[0]) <= 1e-9 * abs(other[0])
    assert bool(same.sure[0]) == close
    assert bool(same.possible[0]) == (close or (one[0] <= other[1] and other[0] <= one[1]))
    assert (bool(apart.sure[0]), bool(apart.possible[0])) == (not same.possible[0], not same.sure[0])


@pytest.mark.parametrize("sign", [*HOLDS, "=", "!="])
@pytest.mark.parametrize("place", range(4))
def test_what_is_not_a_number_is_neither_less_nor_more_nor_other(sign, place):
    ends = [1.0, 2.0, 3.0, 4.0]
    ends[place] = np.nan
    found = interval(*ends[:2]).compared(sign, interval(*ends[2:]))
    assert (found.sure[0], found.possible[0]) == (False, True)


KINDS = {"no": (False, False), "open": (False, True), "yes": (True, True)}
NOT = {"no": "yes", "open": "open", "yes": "no"}
ORDER = ("no", "open", "yes")


def truth(*names):
    return Truth(*(np.array(part) for part in zip(*(KINDS[name] for name in names), strict=True)))


def names(found):
    pairs = zip(found.sure.tolist(), found.possible.tolist(), strict=True)
    return [next(name for name, kind in KINDS.items() if kind == pair) for pair in pairs]


def test_three_kinds_of_truth_go_together_as_kleenes():
    pairs = [(one, other) for one in KINDS for other in KINDS]
    left, right = (truth(*side) for side in zip(*pairs, strict=True))
    assert names(~left) == [NOT[one] for one, _ in pairs]
    assert names(left & right) == [min(pair, key=ORDER.index) for pair in pairs]
    assert names(left | right) == [max(pair, key=ORDER.index) for pair in pairs]


def test_what_grows_with_a_truth_lies_between_the_sure_and_the_possible():
    asked = []

    def total(states):
        asked.append(states.tolist())
        return interval(states.sum() - 0.25, states.sum() + 0.25)

    assert known(truth("no", "open", "yes", "open").both(total)) == (0.75, 3.25)
    assert known(truth("no", "yes", "yes").both(total)) == (1.75, 2.25)
    assert asked[2:] == [[False, True, True]]  # what is decided is worked out once
