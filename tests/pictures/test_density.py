"""Heat maps of probabilities: every cell has a sign, and no probability looks like none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from pepa.pictures.density import SHADES, cell_text, density_map, joined, level, margin, named


def test_small_is_not_none():
    assert level(0.0, 1.0) == 0
    assert level(1e-300, 1.0) == 1
    assert level(1.0, 1.0) == 8


def test_a_map_with_figures_and_one_without_room():
    wide = density_map([[0.5, 0.0], [0.25, 0.25]], ["0", "1"], ["no", "yes"], 80).plain.splitlines()
    assert wide == [
        "0  █50.0%   ········ ",
        "1  ▄25.0%   ▄25.0%   ",
        "   no       yes",
        "· none  ▁ to █: up to 0.5000",
    ]
    narrow = density_map([[0.01] * 100], ["0"], [str(number) for number in range(100)], 53).plain.splitlines()
    assert narrow[0] == "0  " + "█" * 50
    assert narrow[1].startswith("   0–1 4–5 ") or "0–1" in narrow[1]
    assert max(map(len, narrow)) <= 60


def test_a_certain_cell_does_not_touch_the_next():
    for width in range(14, 40):
        lines = density_map([[1.0, 0.999], [1.0, 1.0]], ["0", "1"], ["a", "b"], width).plain.splitlines()
        assert all("%█" not in line and "%▉" not in line for line in lines[:2])
        assert len(lines[0]) <= width


def test_long_names_are_cut_so_that_every_column_and_row_has_its_own():
    names = ["(left1, 2.0).(right1, 2.0).Phil1", "(right1, 2.0).Phil1", "Phil1"]
    rows = density_map([[0.5, 0.25, 0.25]] * 3, names, names, 60).plain.splitlines()
    assert rows[3].split("  ")[-1].strip() != ""
    assert rows[3][26:] == "(left1,… (right1… Phil1"
    assert rows[0].startswith("(left1, 2.0).(right1, 2…  ")
    assert rows[1].startswith("     (right1, 2.0).Phil1  ")


@given(st.lists(st.integers(0, 9), max_size=20), st.integers(1, 7))
def test_neighbours_taken_together_are_all_there_once_and_named_by_their_ends(values, number):
    sums, names = joined(values, number), named([f"n{at}" for at in range(len(values))], number)
    assert sum(sums) == sum(values)
    assert len(sums) == len(names) == -(-len(values) // number)
    for at, (total, name) in enumerate(zip(sums, names, strict=True)):
        own = range(at * number, min(len(values), (at + 1) * number))
        assert total == sum(values[one] for one in own)
        assert name == (f"n{own[0]}" if len(own) == 1 else f"n{own[0]}–n{own[-1]}")


@given(st.floats(0, 1), st.floats(0, 1), st.floats(1e-9, 1))
def test_more_is_never_shaded_less(one, other, most):
    low, high = sorted((min(one, most), min(other, most)))
    assert 0 <= level(low, most) <= level(high, most) <= len(SHADES) - 1
    assert (level(low, most) == 0) == (low == 0)
    assert level(most, most) == len(SHADES) - 1


@pytest.mark.parametrize(
    ("value", "width", "text"),
    [
        (None, 4, "    "), (0.0, 9, "········ "), (0.5, 9, "▄50.0%   "), (0.5, 8, "▄50.0%  "), (0.5, 7, "▄▄▄▄▄▄ "),
        (1.0, 8, "█100.0% "), (0.001, 8, "▁0.1%   "), (0.00099, 8, "▁<0.1%  "), (0.5, 2, "▄ "), (0.5, 1, "▄"),
        (0.5, 3, "▄▄ "), (1e-300, 9, "▁<0.1%   "),
    ],
)  # fmt: skip
def test_a_cell_has_its_figure_where_there_is_room(value, width, text):
    assert cell_text(value, 1.0, width)[0] == text


@pytest.mark.parametrize(("most", "units"), [(0.4, {"%"}), (1e-3, {"%"}), (9e-4, {"e"}), (1e-9, {"e"})])
def test_all_figures_of_a_map_have_one_unit(most, units):
    cells = [cell_text(most * share, most, 9)[0] for share in (1.0, 0.3, 1e-3, 1e-6)]
    assert {"%" if "%" in cell else "e" for cell in cells} == units


@given(st.lists(st.text("ab漢", min_size=1, max_size=40), min_size=1, max_size=5), st.integers(30, 90))
def test_a_map_is_no_wider_than_it_may_be_and_has_a_cell_for_each(names, width):
    table = [[0.5 / (1 + at)] * len(names) for at in range(2)]
    *rows, head, told = density_map(table, ["one", "two"], names, width).plain.splitlines()
    assert len(rows) == 2
    assert all(cell_len(row) <= width for row in rows)
    assert cell_len(head) <= width + max(map(cell_len, names))
    cell = min(9, (width - margin(["one", "two"])) // len(names))
    assert all(row[5 + number * cell] in SHADES[1:] for row in rows for number in range(len(names)))
    assert told == "· none  ▁ to █: up to 0.5000"
