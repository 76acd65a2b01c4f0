"""Pictures with names of wide letters: what belongs together stands in one column, and nothing is wider than it may."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len, set_cell_size

from pepa.pictures.bar import cut, in_columns, shortened
from pepa.pictures.density import column_heads, density_map
from pepa.pictures.plots import heat_map, signed_bars
from pepa.pictures.sequence import Row, sequence_chart

NAMES = st.text("aé漢字∞", min_size=1, max_size=12)


def columns_of(line, sign):
    """Return the columns of the screen at which a sign stands."""
    return [cell_len(line[:at]) for at, each in enumerate(line) if each == sign]


@given(NAMES, st.integers(1, 14), st.booleans())
def test_a_label_in_columns_takes_just_as_many(name, width, right):
    assert cell_len(in_columns(name, width, right=right)) == width
    assert cell_len(shortened(name, width)) <= width
    short = cut(name, width)
    assert cell_len(short) == min(cell_len(name), width)
    assert short == name or (short[-1] == "…" and name.startswith(short[:-1].rstrip()))


@settings(max_examples=40)
@given(st.lists(NAMES, min_size=1, max_size=4, unique=True), st.lists(NAMES, min_size=1, max_size=3), st.data())
def test_each_component_of_a_sequence_chart_keeps_its_column(groups, actions, data):
    rows = [
        Row(action, {group: data.draw(NAMES) for group in data.draw(st.sets(st.sampled_from(groups), min_size=1))})
        for action in actions
    ]
    taking = [group for group in groups if any(group in row.parts for row in rows)]
    _, begin, *lines = sequence_chart(groups, {groups[0]: data.draw(NAMES)}, rows, 200)
    at = columns_of(begin, "│")
    assert len(at) == len(taking)
    for line, row in zip(lines, rows, strict=True):
        assert columns_of(line, "●") == [column for column, group in zip(at, taking, strict=True) if group in row.parts]
        assert sorted(columns_of(line, "│") + columns_of(line, "┼") + columns_of(line, "●")) == at
    for width in (20, 31):
        assert all(cell_len(line) <= width for line in sequence_chart(groups, {}, rows, width))


@settings(max_examples=40)
@given(st.lists(NAMES, min_size=1, max_size=4), st.integers(20, 60))
def test_rows_of_a_density_map_begin_in_one_column(names, width):
    lines = density_map([[0.5]] * len(names), names, ["x"], width).plain.splitlines()
    begins = {columns_of(line, "█")[0] for line in lines[: len(names)]}
    assert len(begins) == 1
    assert columns_of(lines[len(names)], "x") == list(begins)


@settings(max_examples=40)
@given(st.lists(NAMES, min_size=1, max_size=30), st.integers(1, 9))
def test_the_head_of_a_column_stands_over_its_cells(names, width):
    head = column_heads(names, width)
    free = 0
    for number, name in enumerate(names):
        told = cut(name, width - 1) if width >= 8 else name
        if width >= 8 or number * width >= free:
            begun = set_cell_size(head, number * width)
            assert head.startswith(begun)
            assert head[len(begun) :].startswith(told)
            free = number * width + cell_len(told) + 1


@pytest.mark.parametrize("width", [34, 70, 120])
def test_the_head_of_a_heat_map_stands_over_its_cells_however_long_the_names(width):
    names = [str(1000 * number) for number in range(16)]
    values = [[float(number) for number in range(16)]] * 2
    drawn = heat_map(values, names, ["字", "rows"], width, "x").plain.splitlines()
    cell = max(2, min(9, (width - 5) // 16))
    assert drawn[0].startswith("  字 ▁")
    for number, name in enumerate(names):
        if f" {name} " in f"{drawn[2]} ":
            assert drawn[2].index(f" {name}") + 1 == 5 + number * cell
    assert len(drawn[2].split()) >= 16 * cell // 10
    assert all(cell_len(line) <= 5 + 16 * cell + 5 for line in drawn[:3])


def test_bars_have_their_figures_in_one_column_whatever_their_size():
    values = {"字": 1.5e-6, "b": -2.5e-6, "long name": 0.0, "c": 1e-7}
    drawn = signed_bars(values, 60).plain.splitlines()
    assert [line.split()[-2 if "e" in line else -1] for line in drawn][:2] == ["-2.500e-06", "+1.500e-06"]
    assert [" 0" in line for line in drawn] == [False, False, False, True]
    assert len({cell_len(line.split("█")[0].split("▒")[0]) for line in drawn[:3]}) == 1
    assert all(cell_len(line) <= 60 for line in drawn)
    assert drawn[0].count("▒") == round(drawn[1].count("█") * 2.5 / 1.5)
    large = signed_bars({"x": 12345.678, "y": -0.5}, 50).plain.splitlines()
    assert large[0].split()[1] == "+1.235e+04"
