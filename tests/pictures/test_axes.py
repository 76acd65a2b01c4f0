"""Ticks are round, few, and within the axis."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pepa.pictures.axes import round_ticks, tick_labels

ENDS = st.floats(-1e12, 1e12) | st.floats(-1e-12, 1e-12)


@pytest.mark.parametrize(
    ("low", "high", "most", "labels"),
    [
        (0, 5.1, 7, ["0", "1", "2", "3", "4", "5"]),
        (0, 5.1, 4, ["0", "2", "4"]),
        (0, 1, 6, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (0, 0.0537, 6, ["0.00", "0.01", "0.02", "0.03", "0.04", "0.05"]),
        (-3, 103, 3, ["0", "50", "100"]),
        (0, 1e9, 2, ["0", "1000000000"]),
        (7, 7, 5, ["7"]),
    ],
)
def test_ticks(low, high, most, labels):
    assert tick_labels(round_ticks(low, high, most)) == labels


@given(ENDS, ENDS, st.integers(2, 30))
def test_ticks_are_round_and_within(one, other, most):
    low, high = sorted((one, other))
    ticks = round_ticks(low, high, most)
    assert len(ticks) <= max(most, 3)
    if high - low > max(1e-6 * max(abs(low), abs(high)), 1e-20):
        slack = 1e-8 * (high - low)
        assert all(low - slack <= tick <= high + slack for tick in ticks)
        assert len(ticks) >= 2
        step = ticks[1] - ticks[0]
        mantissa = step / 10 ** math.floor(math.log10(step) + 1e-9)
        assert round(mantissa, 3) in (1, 2, 5, 10)
        assert len(ticks) == len(set(tick_labels(ticks))) or step < 1e-9 * max(map(abs, ticks))
