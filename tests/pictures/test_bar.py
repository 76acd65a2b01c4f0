"""Bars to an eighth of a cell, and labels that keep both of their ends."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pepa.pictures.bar import BLOCKS, bar, shortened


def eighths(drawn):
    return 8 * drawn.count("█") + (0 if not drawn or drawn[-1] == "█" else BLOCKS.index(drawn[-1]))


@given(st.floats(0, 1), st.integers(1, 60), st.floats(1e-6, 1e6))
def test_a_bar_is_as_long_as_its_share_to_an_eighth_of_a_cell(share, width, largest):
    drawn = bar(share * largest, largest, width)
    assert abs(eighths(drawn) - 8 * width * share) <= 0.5 + 1e-6
    assert len(drawn) <= width
    assert set(drawn[:-1]) <= {"█"}


@pytest.mark.parametrize(
    ("value", "largest", "drawn"),
    [(3, 3, "████"), (1.5, 3, "██"), (0.1, 3.2, "▏"), (0.0, 3, ""), (-1, 3, ""), (1, 0, ""), (1, -2, ""),
     (math.nan, 3, ""), (math.inf, 3, ""), (1, math.inf, ""), (1, math.nan, "")],
)  # fmt: skip
def test_bars_of_four_cells(value, largest, drawn):
    assert bar(value, largest, 4) == drawn


@given(st.text("abcdefgh", max_size=40), st.integers(1, 30))
def test_a_label_has_room_and_keeps_both_ends(label, width):
    found = shortened(label, width)
    assert len(found) <= width
    if len(label) <= width:
        assert found == label
        return
    begin, _, end = found.partition("…")
    assert label.startswith(begin)
    assert label.endswith(end)
    assert len(found) == width
    assert 0 <= len(begin) - len(end) <= 1


def test_where_there_is_no_room_there_is_no_label():
    assert [shortened("population", width) for width in (-3, 0, 1, 3)] == ["", "", "…", "p…n"]
