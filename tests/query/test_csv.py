"""What is written as CSV: each figure in full in its own column, nothing where there is none, and as JSON has it."""

import csv
import io
import math

import pytest

from pepa.control.control import Control
from pepa.query.analysis import compile_text
from pepa.query.answers_csv import COLUMNS, answers_csv
from pepa.query.asking import Asking
from pepa.query.passage import passage, questions
from pepa.query.passage_report import passage_report
from pepa.query.series import Series, exact_series, times
from pepa.query.time_csv import headings, passage_csv, series_csv, told_apart
from pepa.query.time_report import series_report
from tests.models import derive


def table(text):
    """Return the header and the rows of a table, each as wide as its header."""
    header, *rows = csv.reader(io.StringIO(text))
    assert all(len(row) == len(header) for row in rows)
    assert text.endswith("\n")
    assert "\r" not in text
    return header, rows


def by_column(text):
    header, rows = table(text)
    assert len(set(header)) == len(header)
    return {name: [row[index] for row in rows] for index, name in enumerate(header)}


def series(**parts):
    blank = {
        "method": "exact", "time": [0.0, 0.5], "population": {}, "throughput": {}, "margin": "", "notes": [],
        "population_margin": {}, "throughput_margin": {}, "measures": {}, "measures_margin": {},
    }  # fmt: skip
    return {**blank, **parts}


def test_a_margin_stands_beside_what_it_is_of():
    report = series(
        population={"P": [1.0, 2.0], "Q": [3.0, 4.0]},
        throughput={"a": [5.0, 6.0]},
        measures={"P / 2": [0.5, 1.0]},
        population_margin={"Q": [0.1, 0.2]},
        throughput_margin={"a": [0.3, 0.4]},
        measures_margin={"P / 2": [0.0, 0.01]},
    )
    header, rows = table(series_csv(report))
    assert header == ["time", "P", "Q", "Q margin", "a", "a margin", "P / 2", "P / 2 margin"]
    assert rows == [
        ["0.0", "1.0", "3.0", "0.1", "5.0", "0.3", "0.5", "0.0"],
        ["0.5", "2.0", "4.0", "0.2", "6.0", "0.4", "1.0", "0.01"],
    ]


def test_a_name_of_an_action_and_of_a_local_derivative_is_both():
    report = series(
        population={"P": [1.0, 0.5], "Q": [0.0, 0.5]},
        throughput={"P": [7.0, 8.0], "b": [9.0, 9.5]},
        population_margin={"P": [0.1, 0.2]},
        throughput_margin={"P": [0.3, 0.4], "b": [0.5, 0.6]},
    )
    assert headings(report, "P") == ("population(P)", "throughput(P)")
    assert headings(report, "b") == ("b",)
    assert list(told_apart(report)) == ["population(P)", "Q", "throughput(P)", "b"]
    found = by_column(series_csv(report))
    assert found["population(P)"] == ["1.0", "0.5"]
    assert found["population(P) margin"] == ["0.1", "0.2"]
    assert found["throughput(P)"] == ["7.0", "8.0"]
    assert found["throughput(P) margin"] == ["0.3", "0.4"]
    assert found["Q"] == ["0.0", "0.5"]


def test_what_is_no_number_leaves_its_cell_empty():
    found = by_column(series_csv(series(population={"P": [math.nan, 0.1]}, population_margin={"P": [math.inf, None]})))
    assert found["P"] == ["", "0.1"]
    assert found["P margin"] == ["", ""]


def test_names_with_commas_and_quotes_come_back_as_they_were():
    names = ["(c, 1).A", 'say "so"', "two\nlines"]
    found = by_column(series_csv(series(population={name: [1.0, 2.0] for name in names})))
    assert list(found) == ["time", *names]


def test_figures_of_a_model_are_written_in_full():
    at = times(2.0, 4)
    found = exact_series(derive("P = (a, 3).Q; Q = (b, 1).P; P"), at, Control(), expressions=["population(Q) ^ 2"])
    report = series_report(found, found.names)
    columns = by_column(series_csv(report))
    assert [float(one) for one in columns["time"]] == at.tolist()
    for name in found.names:
        assert [float(one) for one in columns[name]] == found.curve(name).values.tolist()
        assert [float(one) for one in columns[f"{name} margin"]] == found.curve(name).margin.tolist()
    share = [0.75 * (1 - math.exp(-4 * time)) for time in at]
    assert [float(one) for one in columns["population(Q) ^ 2"]] == pytest.approx([one**2 for one in share], abs=1e-8)
    assert "population(Q) ^ 2 margin" not in columns


def test_a_report_has_the_names_asked_for_alone():
    found = Series("m", times(1.0, 1), {"P": times(1, 1), "Q": times(2, 1)}, {"a": times(3, 1)}, {"Q": times(4, 1)})
    told = series_report(found, ["Q", "a", "nothing"])
    assert (told["population"], told["throughput"]) == ({"Q": [0.0, 2.0]}, {"a": [0.0, 3.0]})
    assert (told["population_margin"], told["throughput_margin"]) == ({"Q": [0.0, 4.0]}, {})


# Answers

WALK = "A0 = (up, 1).A1; A1 = (up, 1).A2 + (down, 2).A0; A2 = (down, 2).A1; A0"
ASKED = [
    "P=? [ F<=0.5 A1 = 1 ]",
    "P>=0.3 [ X A2 = 1 ]",
    "P<0.9 [ F<=0.5 A1 = 1 ]",
    "throughput(up) / 0",
    "population(A1)",
    "filter(range, R=? [ F A2 = 1 ])",
    "filter(state, A0)",
    "R=? [ F false ]",
]


def told(asking, name, text):
    found = asking.answered(text)
    return {"property": text, "name": name, "seconds": 0.0, "certainty": None, **found.report}


@pytest.fixture(scope="module")
def answers():
    asking = Asking(derive(WALK), Control())
    return [told(asking, f"p{number}" if number % 2 else None, text) for number, text in enumerate(ASKED)]


def test_answers_are_a_row_each_with_what_json_has(answers):
    header, rows = table(answers_csv(answers))
    assert tuple(header) == COLUMNS
    for row, report in zip(rows, answers, strict=True):
        cells = dict(zip(header, row, strict=True))
        assert cells["property"] == report["property"]
        assert cells["name"] == (report["name"] or "")
        for key in ("value", "low", "high"):
            known = report.get(key)
            blank = known is None or math.isnan(known)
            assert cells[key] == "" if blank else float(cells[key]) == known
        for key in ("holds_in", "not_decided_in"):
            assert cells[key] == str(report.get(key, ""))


def test_the_figures_of_answers_are_the_known_ones(answers):
    found = {row["property"]: row for row in csv.DictReader(io.StringIO(answers_csv(answers)))}
    soon = found[ASKED[0]]
    assert float(soon["low"]) <= 1 - math.exp(-0.5) <= float(soon["high"])
    assert (soon["verdict"], soon["holds_in"], soon["reason"]) == ("", "", "")
    likely = found[ASKED[1]]
    assert (likely["verdict"], likely["holds_in"], likely["not_decided_in"]) == ("false", "1", "0")
    assert (likely["value"], likely["low"]) == ("", "")
    assert found[ASKED[2]]["verdict"] == "true"
    none = found[ASKED[3]]
    assert (none["value"], none["low"], none["high"]) == ("", "", "")
    assert none["reason"]
    assert float(found["population(A1)"]["value"]) == pytest.approx(2 / 7)  # weights 4, 2, 1
    spread = found[ASKED[5]]
    assert spread["value"] == ""
    assert (float(spread["low"]), float(spread["high"])) == pytest.approx((0, 4))
    refused = found[ASKED[6]]
    assert (refused["value"], refused["verdict"]) == ("", "")
    assert refused["reason"] == "the filter is about 3 states, not one, at column 1"  # its first line
    assert (found[ASKED[7]]["value"], found[ASKED[7]]["low"]) == ("inf", "inf")


def test_a_verdict_that_is_not_decided_says_so():
    report = {"property": "P>=0.5 [ X A ]", "name": None, "verdict": None, "holds_in": 1, "not_decided_in": 2}
    (row,) = csv.DictReader(io.StringIO(answers_csv([report])))
    assert (row["verdict"], row["holds_in"], row["not_decided_in"]) == ("undecided", "1", "2")


# Passages


FORKED = "S = (go, 1).A; A = (left, 1).S + (right, 3).S; S"


def forked(*ends, rewards=()):
    found = passage(compile_text(FORKED), questions("go", list(ends)), Control())
    return passage_report(found, "model", (0.5,), 4, 1.0, 1e-12, rewards)


def test_a_passage_has_a_column_for_each_of_several_ends():
    columns = by_column(passage_csv([forked("left", "right", rewards=["A"])]))
    assert list(columns) == [
        "time", "arrived", "density", "arrived by left", "arrived by right", "earned A", "earned A margin",
    ]  # fmt: skip
    figures = {name: [float(cell) for cell in cells] for name, cells in columns.items()}
    at = figures["time"]
    assert at == [0, 0.25, 0.5, 0.75, 1]
    assert figures["arrived"] == pytest.approx([1 - math.exp(-4 * time) for time in at], abs=1e-11)
    assert figures["density"] == pytest.approx([4 * math.exp(-4 * time) for time in at], abs=1e-10)
    assert figures["arrived by left"] == pytest.approx([one / 4 for one in figures["arrived"]], abs=1e-11)
    assert figures["arrived by right"] == pytest.approx([3 * one / 4 for one in figures["arrived"]], abs=1e-11)
    assert figures["earned A"] == pytest.approx([one / 4 for one in figures["arrived"]], abs=1e-9)
    assert max(figures["earned A margin"]) < 1e-6


def test_a_passage_to_one_end_has_no_columns_by_end():
    assert list(by_column(passage_csv([forked("left")]))) == ["time", "arrived", "density"]


def test_columns_of_several_methods_say_which():
    exact = forked("left")
    simulated = {
        "kind": "simulation",
        "curve": {"time": exact["curve"]["time"], "distribution": [0.0] * 5, "half_width": [0.5, math.nan, 0.5, 0, 0]},
    }
    columns = by_column(passage_csv([exact, simulated]))
    assert list(columns) == [
        "time", "exact arrived", "exact density", "simulation arrived", "simulation arrived margin",
    ]  # fmt: skip
    assert columns["simulation arrived margin"] == ["0.5", "", "0.5", "0.0", "0.0"]
    alone = by_column(passage_csv([simulated]))
    assert list(alone) == ["time", "arrived", "arrived margin"]
    assert [float(cell) for cell in alone["time"]] == exact["curve"]["time"]


def test_a_passage_without_a_curve_is_a_header():
    never = {**forked("left"), "curve": None}
    assert table(passage_csv([never])) == (["time"], [])
    both = by_column(passage_csv([never, {**forked("left"), "kind": "fluid"}]))
    assert list(both) == ["time", "fluid arrived", "fluid density"]
