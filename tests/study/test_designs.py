"""Points, samples, elasticities and comparisons: values as often as they should be, differences of the right sign."""

import csv
import io
import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from pepa.control.error import PepaError
from pepa.net.compile import compile_model, load
from pepa.study import elasticity
from pepa.study.comparison import all_measures, comparison, differences, scenario_reports
from pepa.study.design import sampled
from pepa.study.experiment import Experiment, results, rows
from pepa.study.ranges import values
from pepa.study.report import csv_text, elasticity_report, experiment_report
from pepa.study.solving import Outcome, Row, Setting


@pytest.mark.parametrize("design", ["latin hypercube", "sobol"])
@pytest.mark.parametrize(
    ("first", "last", "whole"),
    [(1, 4, (1, 2, 3, 4)), (4, 1, (1, 2, 3, 4)), (0.5, 3.5, (1, 2, 3)), (-1.5, 1, (-1, 0, 1)), (7, 7, (7,))],
)
def test_each_whole_number_comes_as_often_as_the_others(design, first, last, whole):
    number = 256
    points = sampled({"n": (first, last, "whole"), "r": (0.0, 1.0, "linear")}, number, 2, design)
    often = Counter(point["n"] for point in points)
    assert set(often) == set(whole)
    room = 1 if design == "latin hypercube" else 8
    assert all(abs(found - number / len(whole)) <= room for found in often.values())
    assert all(isinstance(point["n"], float) for point in points)


def test_bounds_without_a_whole_number_cannot_be_sampled():
    with pytest.raises(PepaError, match=r"no whole number is from 1.2 to 1.8"):
        sampled({"n": (1.2, 1.8, "whole")}, 5, 1)


def test_a_sobol_sample_has_its_most_parameters():
    with pytest.raises(PepaError, match="a Sobol sample is of 21,201 parameters at most"):
        sampled({f"p{n}": (0.0, 1.0, "linear") for n in range(21_202)}, 1, 1, "sobol")


def test_no_two_points_of_a_sobol_sample_are_alike_and_its_halves_are_balanced():
    points = sampled({"a": (0.0, 1.0, "linear"), "b": (1.0, 100.0, "logarithmic")}, 64, 5, "sobol")
    low = [(point["a"] < 0.5, point["b"] < 10) for point in points]
    assert Counter(low) == dict.fromkeys([(x, y) for x in (True, False) for y in (True, False)], 16)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1:0:-0.25", (1, 0.75, 0.5, 0.25, 0)),
        ("0.1:1:0.3", (0.1, 0.4, 0.7, 1.0)),
        ("0.1:0.99:0.3", (0.1, 0.4, 0.7)),  # the last is not passed
        ("2:2:1", (2,)),
        ("2:2:*3", (2,)),
        ("1:100:*3", (1, 3, 9, 27, 81)),
        ("100:1:*0.1", (100, 10, 1)),
        (" 1 , 2..3 , 5:7:1 ", (1, 2, 3, 5, 6, 7)),
        ("-3..-1", (-3, -2, -1)),
        ("1e3:3e3:1e3", (1000, 2000, 3000)),
        ("2.0..4.0", (2, 3, 4)),
        ("3,1,2,1", (3, 1, 2, 1)),
    ],
)
def test_ranges_as_they_are_written(text, expected):
    assert values(text) == tuple(float(one) for one in expected)


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("5..1", "the range `5..1` is empty", "its last number is smaller than its first"),
        ("1.5..3", "`1.5..3` is a range of whole numbers", "write 5, 1,2,5"),
        ("1..2.5", "`1..2.5` is a range of whole numbers", "write 5, 1,2,5"),
        ("1:5:-1", "the range `1:5:-1` is empty", "its step leads away"),
        ("1:5:0", "the range `1:5:0` is empty", "its step leads away"),
        ("1:5:*1", "the range `1:5:*1` is empty", "its factor leads away"),
        ("1:5:*0", "the range `1:5:*0` is empty", "its factor leads away"),
        ("-1:5:*2", "the range `-1:5:*2` is empty", "its factor leads away"),
        ("1:5:2:3", "`1:5:2:3` is no range", "write 5, 1,2,5"),
        ("1,x", "`x` is not a number, in the range `x`", "write 5, 1,2,5"),
        ("1..1000001,2", "a range has 1,000,002 points; at most 1,000,000 are taken", "make it coarser"),
    ],
)
def test_ranges_that_are_none_say_why(text, said, hint):
    with pytest.raises(PepaError) as caught:
        values(text)
    assert caught.value.message == said
    assert caught.value.hint.startswith(hint)


def test_elasticities_are_to_rates_alone():
    rates = "r = 2; s = 3; n = 4; m = n / 2; w = 2*infty; z = 0;"
    text = f"{rates} P = (a, r).Q; Q = (b, s + z).P; R = (a, w).R; P[n] <a> R[m]"
    model, _ = load(text)
    assert elasticity.rates_of(model, {}) == {"r": 2.0, "s": 3.0}
    assert elasticity.rates_of(model, {"r": 7.0, "s": 0.0}) == {"r": 7.0}
    possible = elasticity.rates_of(model, {})
    assert elasticity.chosen(["s"], possible) == {"s": 3.0}
    assert elasticity.chosen([], possible) == possible
    with pytest.raises(PepaError, match="there is no elasticity to `n`") as caught:
        elasticity.chosen(["r", "n"], possible)
    assert caught.value.hint == "the rates are r, s"


# Scenarios


def point(name, half=(), status="done", **values):
    return {
        "parameters": {"scenario": name}, "values": values, "half_width": dict(half), "status": status, "method": "m",
        "evidence": "", "notes": [], "reason": "" if status == "done" else "too large",
    }  # fmt: skip


def test_differences_are_per_cent_of_the_baseline_with_their_sign():
    points = [
        point("base", x=4.0, y=-2.0, z=0.0),
        point("more", x=5.0, y=-3.0, z=1.0),
        point("less", x=1.0, y=2.0, z=0.0),
    ]
    assert differences(points, "base") == {"more": {"x": 25.0, "y": -50.0}, "less": {"x": -75.0, "y": 200.0}}
    assert differences(points, "more")["base"]["x"] == -20.0
    assert differences(points, "more")["less"]["z"] == -100.0


@pytest.mark.parametrize(
    ("first", "other", "told"),
    [
        ((0.3, 0.4), 1.6, True),
        ((0.3, 0.4), 1.4, False),
        ((0.0, 0.0), 1.0001, True),
        ((0.0, 0.5), 1.4, False),
        ((0.5, 0.0), 1.6, True),
    ],
)
def test_a_difference_that_may_be_by_chance_is_not_told(first, other, told):
    """The half width of a difference is the root of the sum of squares: of 0.3 and 0.4 it is 0.5."""
    points = [point("base", {"x": first[0]}, x=1.0), point("other", {"x": first[1]}, x=other)]
    found = differences(points, "base")["other"]
    assert found == ({"x": pytest.approx(100 * (other - 1))} if told else {})


def test_of_what_failed_there_is_no_difference():
    points = [point("base", x=1.0), point("lost", status="failed"), point("more", x=2.0)]
    assert differences(points, "base") == {"lost": {}, "more": {"x": 100.0}}
    assert differences(points, "lost") == {"base": {}, "more": {}}
    told = scenario_reports({"base": {}, "lost": {"r": 9.0}, "more": {"r": 2.0}}, points, "base")
    assert [(one["name"], one["overrides"], one["status"]) for one in told] == [
        ("base", {}, "done"), ("lost", {"r": 9.0}, "failed"), ("more", {"r": 2.0}, "done"),
    ]  # fmt: skip
    assert [one["difference_percent"] for one in told] == [{}, {}, {"x": 100.0}]
    assert told[1]["reason"] == "too large"


def test_a_comparison_solves_each_scenario_with_what_is_fixed():
    study = comparison("m.pepa", "text", {"base": {}, "busy": {"r": 4.0}}, ["throughput(a)"], {"s": 2.0}, "fluid")
    assert study.points == ((), (("r", 4.0),))
    assert [setting.fixed for setting in study.settings] == [(("s", 2.0),)] * 2
    assert {setting.method for setting in study.settings} == {"fluid"}
    assert [shown["scenario"] for shown in study.shown] == ["base", "busy"]
    assert (study.axes, study.labels) == (("scenario",), ("throughput(a)",))


def test_all_measures_quote_names_that_are_no_words():
    net = compile_model(load("P = (a, 1).(b, 2).P; P")[0], {})
    assert all_measures(net) == ["throughput(a)", "throughput(b)", "population(P)", 'population("(b, 2).P")']


# What comes of a study


def study(points, times=(), **more):
    setting = Setting("", (), (("m", "throughput(a)"), ("2 * m", "2 * throughput(a)")), times=times)
    shown = tuple({"r": value} for value in points)
    axes = ("r", *(["time"] if times else []))
    settings = (setting,) * len(points)
    return Experiment("e", "E", "", axes, setting.measures, settings, ((),) * len(points), shown, times, **more)


def test_rows_are_in_the_order_of_the_points_and_times():
    found = study([1.0, 2.0, 3.0], times=(0.5, 1.0))
    outcomes = [
        Outcome(2, (Row({"m": 5.0}), Row({"m": 6.0})), "exact"),
        Outcome(0, (Row({"m": 1.0}, {"m": 0.1}), Row({"m": 2.0})), "exact", "residual 0"),
        Outcome(1, (), reason="too many states"),
    ]
    told = rows(found, outcomes)
    assert [row["parameters"] for row in told] == [
        {"r": 1.0, "time": 0.5}, {"r": 1.0, "time": 1.0}, {"r": 2.0}, {"r": 3.0, "time": 0.5}, {"r": 3.0, "time": 1.0},
    ]  # fmt: skip
    assert [row["values"].get("m") for row in told] == [1.0, 2.0, None, 5.0, 6.0]
    assert [row["status"] for row in told] == ["done", "done", "failed", "done", "done"]
    columns = results(found, told).columns
    np.testing.assert_equal(columns["time"], [0.5, 1.0, math.nan, 0.5, 1.0])
    np.testing.assert_equal(columns["throughput(a)"], columns["m"])
    table = list(csv.DictReader(io.StringIO(csv_text(found, told))))
    assert [row["r"] for row in table] == ["1.0", "1.0", "2.0", "3.0", "3.0"]
    assert [row["time"] for row in table] == ["0.5", "1.0", "", "0.5", "1.0"]
    assert [row["half width of m"] for row in table] == ["0.1", "", "", "", ""]
    assert [row["m"] for row in table] == ["1.0", "2.0", "", "5.0", "6.0"]
    assert [row["status"] for row in table] == ["done", "done", "failed: too many states", "done", "done"]


def test_the_table_has_half_widths_where_there_are_some_and_notes_in_its_status():
    found = study([1.0])
    told = rows(found, [Outcome(0, (Row({"m": 1.0, "2 * m": math.inf}, notes=("one", "two")),))])
    assert csv_text(found, told) == "r,m,2 * m,status\n1.0,1.0,,done: one; two\n"
    failed = rows(found, [Outcome(0, (), reason="too large\nby far")])
    assert csv_text(found, failed) == "r,m,2 * m,status\n1.0,,,failed: too large\n"


def test_no_two_columns_of_a_table_have_one_name():
    found = replace(study([1.0]), axes=("status",), measures=(("status", "P"), ("m", "Q")), shown=({"status": 1.0},))
    told = rows(found, [Outcome(0, (Row({"status": 5.0, "m": 6.0}),))])
    assert csv_text(found, told) == "status,measure status,m,point status\n1.0,5.0,6.0,done\n"


def test_elasticities_are_a_row_for_each_parameter():
    found = replace(study([1.0]), axes=(), shown=({},), elastic=("r",))
    growing, shrinking = {"m": {"r": 2.0}, "2 * m": {"r": -1.0}}, {"m": {"r": 0.5}}
    told = rows(found, [Outcome(0, (Row({"m": 4.0, "2 * m": 0.5}, growing=growing, shrinking=shrinking),))])
    assert elasticity_report(found, told) == growing
    (row,) = csv.DictReader(io.StringIO(csv_text(found, told)))
    assert row == {
        "parameter": "r",
        "elasticity of m": "2.0",
        "elasticity of 2 * m": "-1.0",
        "elasticity of m as it shrinks": "0.5",
    }
    assert experiment_report(found, told, [])["charts"] == []
    assert elasticity_report(study([1.0]), []) == {}
