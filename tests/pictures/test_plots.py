"""Pictures in cells: their size, what is where, and values that cannot be drawn."""

import math
from io import StringIO

import pytest
from rich.console import Console

from pepa.language.printer import figure
from pepa.pictures.plots import Line, heat_map, lines, signed_bars
from pepa.pictures.study import evidence, picture, verdict_table
from pepa.study.experiment import told_point
from pepa.study.solving import Outcome, Row


def rows(text):
    return text.plain.splitlines()


def test_a_chart_has_its_size_and_a_legend_below():
    drawn = rows(lines([Line("one", [1, 2, 3], [0.0, 1.0, 4.0]), Line("two", [1, 2, 3], [3.0, 2.0, 1.0])], 60, 12, "Q"))
    assert len(drawn) == 12 + 1 + 2
    assert max(map(len, drawn)) <= 60
    assert drawn[12].strip() == "Q"
    assert drawn[13].startswith(" ● one  4.000 at the end")
    assert drawn[14].startswith(" ▲ two  1.000")


@pytest.mark.parametrize("height", [8, 12, 19])
@pytest.mark.parametrize("values", [[0.0, 0.5, 1.0], [1e-9, 2e-9, 2.5e-9], [-1.0, 0.0, 2.0]])
def test_marks_are_on_their_line(height, values):
    drawn = rows(lines([Line("x", [1, 2, 3], values)], 50, height))[1 : height - 2]
    marks = [index for index, row in enumerate(drawn) if "●" in row]
    assert marks == sorted(marks)
    assert sum(row.count("●") for row in drawn) == 3
    padded = ["", *(row.ljust(60) for row in drawn), ""]
    for index in marks:
        column = drawn[index].index("●")
        around = "".join(row[column - 1 : column + 2] for row in padded[index : index + 3])
        assert any("\u2800" < sign < "\u2900" for sign in around), drawn[index]


def test_higher_values_are_drawn_higher():
    drawn = rows(lines([Line("x", [1, 2], [1.0, 10.0])], 40, 14))
    places = [(index, row.index("●")) for index, row in enumerate(drawn[:14]) if "●" in row]
    assert len(places) == 2
    (top, right), (bottom, left) = places
    assert top < bottom
    assert right > left


@pytest.mark.parametrize(
    ("x", "ratio"),
    [
        ([1, 10, 100, 1000], 1 / 3),
        ([5, 30, 100_000], 0.181),
        ([1, 2, 3, 4, 60], 0.169),
        ([0, 10, 1000], 0.01),
        ([1, 500, 1000], 0.4995),
    ],
)
def test_the_axis_is_logarithmic_where_values_would_crowd(x, ratio):
    drawn = rows(lines([Line("x", x, [float(index) for index in range(len(x))])], 130, 12))[1:10]
    places = sorted(column for row in drawn for column, sign in enumerate(row) if sign == "●")
    assert (places[1] - places[0]) / (places[-1] - places[0]) == pytest.approx(ratio, abs=0.03)


def test_what_is_not_finite_is_left_out():
    curve = Line("x", [1, 2, 3, 4], [1.0, math.nan, math.inf, 2.0])
    assert "2.000 at the end" in lines([curve], 40, 10).plain
    assert "● x  no value" in lines([Line("x", [1], [math.nan])], 40, 10).plain


def test_margins_are_drawn():
    curve = Line("x", [1, 2, 3], [1.0, 2.0, 3.0], [0.5, 0.5, 0.5])
    assert lines([curve], 40, 20).plain.count("-") > lines([Line("x", [1, 2, 3], [1.0, 2.0, 3.0])], 40, 20).plain.count(
        "-"
    )


def test_a_heat_map_shows_each_value():
    text = heat_map([[1.0, 2.0], [3.0, math.nan]], ["1", "2"], ["a = 1", "a = 2"], 60, "b").plain
    assert "▁1" in text
    assert "█3" in text
    assert text.endswith("from ▁ 1.000 to █ 3.000   – no value")
    assert "nan" not in text


def test_a_wide_heat_map_fits():
    values = [[float(column) for column in range(30)]]
    drawn = rows(heat_map(values, [str(column) for column in range(30)], ["r"], 70, "x"))
    assert max(map(len, drawn)) <= 75


def test_signed_bars_are_in_the_order_of_their_size():
    drawn = rows(signed_bars({"small": 0.1, "down": -0.8, "up": 0.4, "none": math.nan}, 60))
    assert [row.split()[0] for row in drawn][:2] == ["down", "up"]
    assert "▒" in drawn[0]
    assert "█" in drawn[1]
    assert drawn[0].count("▒") == pytest.approx(2 * drawn[1].count("█"), abs=1)


def point(parameters, values, method="", evidence="", reason=""):
    return told_point(parameters, Row(values), Outcome(0, (), method, evidence, reason))


def points(values):
    return [point({"a": a, "b": b}, {"m": v}, "exact, GTH", f"residual {v:.0e}") for a, b, v in values]


GRID = points([(a, b, a * b) for a in (1.0, 2.0) for b in (1.0, 3.0)])


def test_a_chart_by_another_axis_has_a_line_for_each_value():
    chart = {"kind": "lines", "x": "b", "y": ["m"], "by": "a", "title": "of m"}
    text = picture(chart, GRID, 50, 16).plain
    assert text.startswith("of m")
    assert "● a = 1  3.000 at the end" in text
    assert "▲ a = 2  6.000 at the end" in text


def test_a_heat_map_has_the_second_axis_from_below():
    chart = {"kind": "heat map", "x": "b", "y": ["m"], "by": "a", "title": ""}
    drawn = rows(picture(chart, GRID, 50, 16))
    assert drawn[0] == "m"
    assert drawn[1].startswith("a = 2")
    assert "6" in drawn[1]


@pytest.mark.parametrize("width", [24, 60])
def test_a_point_that_was_not_solved_has_its_mark_in_a_heat_map_and_in_bars(width):
    values = {(1.0, 1.0): 2.0, (1.0, 3.0): math.nan, (2.0, 1.0): math.inf}
    told = [point({"a": a, "b": b}, {"m": value}, "exact") for (a, b), value in values.items()]
    told += [point({"a": 3.0, "b": 1.0}, {}, reason="no steady state")]
    drawn = picture({"kind": "heat map", "x": "b", "y": ["m"], "by": "a", "title": ""}, told, width, 16).plain
    at_three, at_two, at_one = drawn.splitlines()[1:4]
    assert at_three.split() == ["a", "=", "3", "✗"]
    assert at_two.split() == ["a", "=", "2", "∞"]
    assert at_one.split()[-1] == "–"
    assert drawn.endswith("✗ not solved   – no value   ∞ infinite")
    bars = picture({"kind": "bars", "x": "a", "y": ["m"], "by": "", "title": ""}, told[1:], 50, 16).plain
    assert "✗ not solved" in bars
    assert not {"nan", "inf "} & set(bars.split())


def test_a_line_is_broken_where_a_point_has_no_value_and_the_last_one_says_where_it_is():
    whole = lines([Line("x", [1, 2, 3, 4], [1.0, 1.0, 1.0, 1.0])], 60, 12).plain
    broken = lines([Line("x", [1, 2, 3, 4], [1.0, 1.0, math.nan, 1.0])], 60, 12).plain
    braille = [sum("\u2800" < sign < "\u2900" for sign in text) for text in (whole, broken)]
    assert braille[1] <= braille[0] // 2
    assert "1.000 at the end" in broken
    assert "1.000 at 2, none behind it" in lines([Line("x", [1, 2, 3], [2.0, 1.0, math.nan])], 60, 12).plain


def test_bars_are_by_name():
    chart = {"kind": "bars", "x": "a", "y": ["m"], "by": "", "title": "t"}
    told = points([("slow_one", 0, 0.5), ("fast", 0, 1.0)])
    assert "slow one" in picture(chart, told, 50, 16).plain


def test_evidence_counts_methods_and_tells_failures():
    failed = [point({}, {}, reason="too large")]
    text = evidence(GRID + failed).plain
    assert "4 of 5 points: exact, GTH" in text
    assert "! 1 of 5 points: not solved: too large" in text


def test_verdicts_have_sign_word_number_and_note():
    console = Console(width=80, record=True, file=StringIO())
    console.print(
        verdict_table(
            [
                {"text": "It grows.", "holds": True, "value": 2.0, "note": "By two."},
                {"text": "It falls.", "holds": False, "value": None, "note": ""},
            ]
        )
    )
    text = console.export_text()
    for part in ("✓ holds", "2.000", "It grows.", "By two.", "✗ does not", "It falls."):
        assert part in text


LONG = [
    point({"n": n, "c": c, "time": t}, {"m": n * c * t})
    for n in (1.0, 2.0) for c in (1.0, 5.0) for t in (0.0, 1.0, 2.0)
]  # fmt: skip


def test_whatever_else_varies_has_a_line_of_its_own():
    chart = {"kind": "lines", "x": "time", "y": ["m"], "by": "", "title": ""}
    text = picture(chart, LONG, 60, 20).plain
    for n, c in ((1, 1), (1, 5), (2, 1), (2, 5)):
        assert f"n = {n}, c = {c}  {figure(2.0 * n * c)} at the end" in text
    assert "c = 5, n = 2  20.00 at the end" in picture({**chart, "by": "c"}, LONG, 60, 20).plain


def test_samples_differ_in_everything_and_are_one_line():
    chart = {"kind": "lines", "x": "a", "y": ["m"], "by": "", "title": ""}
    text = picture(chart, points([(1.0, 3.0, 1), (2.0, 1.0, 2), (3.0, 2.0, 3)]), 50, 16).plain
    assert "● m  3.000 at the end" in text
    assert text.count("at the end") == 1


def test_of_many_lines_some_are_drawn_and_it_is_said():
    chart = {"kind": "lines", "x": "b", "y": ["m"], "by": "a", "title": ""}
    many = points([(float(a), float(b), a * b) for a in range(20) for b in range(3)])
    text = picture(chart, many, 60, 24).plain
    assert text.count("at the end") == 7
    assert "7 of 20 lines are drawn" in text
    assert len(text.splitlines()) <= 24
    assert len(picture({**chart, "y": ["m", "m"]}, many, 60, 24).plain.splitlines()) <= 24


def test_a_heat_map_is_drawn_for_each_value_of_a_third_axis():
    chart = {"kind": "heat map", "x": "time", "y": ["m"], "by": "n", "title": ""}
    drawn = picture(chart, LONG, 60, 20).plain.splitlines()
    assert [line for line in drawn if line.startswith("c = ")] == ["c = 1", "c = 5"]
