"""Grids of points, and sweeps against separate solutions."""

import csv
import json
import os

import pytest

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.language.printer import figure
from pepa.language.problem import ModelError
from pepa.study.crews import crew
from pepa.study.design import grid
from pepa.study.ranges import values
from pepa.study.run import run
from pepa.study.solving import Setting
from tests.cli.command import VM_LAUNCH, answer, pepa
from tests.models import model_text, solve


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", (5,)),
        ("1,2.5,1e3", (1, 2.5, 1000)),
        ("1..4", (1, 2, 3, 4)),
        ("0.1:0.5:0.1", (0.1, 0.2, 0.3, 0.4, 0.5)),
        ("3:1:-1", (3, 2, 1)),
        ("1,4..5", (1, 4, 5)),
        ("1e-9:3e-9:1e-9", (1e-9, 2e-9, 3e-9)),
        ("0.01:10:*10", (0.01, 0.1, 1, 10)),
        ("8:1:*0.5", (8, 4, 2, 1)),
    ],
)
def test_ranges(text, expected):
    assert values(text) == pytest.approx(expected, rel=1e-14)
    assert len(values(text)) == len(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "5..1",
        "1.5..3",
        "1:2",
        "1:2:0",
        "1:2:-1",
        "1:2:1e-9",
        "1,,2",
        "inf",
        "1..99999999",
        "1:2:*0.5",
        "1:2:*1",
    ],
)
def test_ranges_that_stand_for_nothing(text):
    with pytest.raises(PepaError):
        values(text)


def test_the_first_parameter_changes_slowest():
    points = grid({"a": (1, 2), "b": (3, 4)})
    assert [tuple(point.values()) for point in points] == [(1, 3), (1, 4), (2, 3), (2, 4)]
    with pytest.raises(PepaError, match="1,000,000,000 points; at most"):
        grid({name: range(1000) for name in "abc"})


def setting(model="vm_launch", fixed=None, measures=("throughput(useVM)",), **options):
    return Setting(model_text(model), tuple((fixed or {}).items()), tuple((m, m) for m in measures), **options)


def outcomes(setting, points, processes=1, kept=None, control=None):
    with crew(processes, None) as workers:
        points = [tuple(point.items()) for point in points]
        found = run([setting] * len(points), points, control or Control(), workers, kept)
        return sorted(found, key=lambda outcome: outcome.index)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_sweep_has_the_values_of_separate_solutions(processes):
    points = grid({"Q": (1.0, 5.0, 6.0), "p": (0.2, 0.5, 0.8)})
    for outcome, point in zip(outcomes(setting(fixed={"r5": 2.0}), points, processes), points, strict=True):
        expected = solve(model_text("vm_launch"), r5=2.0, **point).measures.throughput["useVM"]
        assert outcome.rows[0].values["throughput(useVM)"] == pytest.approx(expected, rel=1e-10)


def test_values_do_not_depend_on_who_solves_the_points_and_in_which_order():
    points = grid({"Q": (4.0, 5.0), "p": (0.2, 0.5, 0.8, 0.9)})
    assert outcomes(setting(), points) == outcomes(setting(), points, processes=2)


def test_a_point_that_fails_says_why_and_the_rest_goes_on():
    points = grid({"p": (0.5, 2.0, 0.8)})
    assert [bool(outcome.reason) for outcome in outcomes(setting(), points)] == [False, True, False]


def test_what_is_wrong_at_every_point_is_an_error():
    points = grid({"Q": (1.0, 2.0)})
    with pytest.raises(PepaError, match="no action"):
        outcomes(setting(measures=["throughput(useV)"]), points)
    with pytest.raises(PepaError, match="no parameter `zz`"):
        outcomes(setting(), grid({"zz": (1.0,)}))
    with pytest.raises(ModelError):
        list(run([Setting("P = (a, r).P; P", (), ())], [()], Control()))
    with pytest.raises(PepaError, match="no method `magic`"):
        outcomes(setting(method="magic"), points)


def test_the_command_prints_a_table_json_and_csv(tmp_path):
    target = tmp_path / "sweep.csv"
    measure = "population(User3) / 5"
    done = pepa(
        "sweep", VM_LAUNCH, "Q=4..5", "p=0.2,0.8", "--measure", measure, "--csv", str(target), "--processes", "1"
    )
    assert done.returncode == 0
    assert "0.8415" in done.stdout
    rows = list(csv.reader(target.read_text().splitlines()))
    assert rows[0] == ["Q", "p", measure, "status"]
    assert float(rows[4][2]) == pytest.approx(0.8415036254)
    status, report = answer("sweep", VM_LAUNCH, "Q=1", "--measure", "throughput(useVM)", "--processes", "1")
    assert status == 0
    assert report["points"][0]["status"] == "done"
    assert report["parameters"] == ["Q"]
    assert json.dumps(report["measures"]) == '["throughput(useVM)"]'


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Q=5..1", "--measure", "throughput(useVM)"], "is empty"),
        (["Q=1", "--measure", "throughput("], "unexpected end"),
        (["Q=1", "--measure", "throughput(useV)"], "did you mean `useVM`?"),
        (["nope=1", "--measure", "throughput(useVM)"], "no parameter `nope`"),
    ],
)
def test_wrong_sweeps_are_explained(arguments, said):
    done = pepa("sweep", VM_LAUNCH, *arguments)
    assert done.returncode == 1
    assert said in done.stderr


def test_solve_takes_measures():
    status, report = answer("solve", VM_LAUNCH, "--measure", "probability(User3 >= 4)")
    assert status == 0
    assert 0 < report["measures"]["probability(User3 >= 4)"] < 1
    assert pepa("solve", VM_LAUNCH, "--lump", "--measure", "population(User3)").returncode == 2


@pytest.mark.parametrize(("columns", "number"), [("60", 1), ("60", 5), ("80", 3), ("200", 5)])
def test_a_figure_is_never_broken_over_two_lines(columns, number):
    measures = [
        f"population(Down) / n + {index} * throughput(breakdown) * throughput(repair)" for index in range(number)
    ]
    asked = [word for measure in measures for word in ("--measure", measure)]
    arguments = ("sweep", "models/machine_repair.pepa", "n=2,5", *asked, "--processes", "1", "--method", "fluid")
    shown = pepa(*arguments, env={**os.environ, "COLUMNS": columns}).stdout
    _, report = answer(*arguments)
    for point in report["points"]:
        line = next(line for line in shown.splitlines() if line.strip().startswith(f"{point['parameters']['n']:g} "))
        assert len(line) <= int(columns)
        assert all(figure(value) in line for value in point["values"].values())
