"""Experiment files: what they run, what they claim, and how wrong ones are told."""

import csv
import json
import math

import numpy as np
import pytest

from pepa.language.problem import LineIndex, ModelError, render
from pepa.query.expression import ExpressionError
from pepa.study.claims import Claim, Results, judged
from pepa.study.experiment import pictures
from pepa.study.experiment_file import experiments
from tests.cli.command import ROOT, answer, pepa
from tests.models import model_text, solve

SMALL = """
model = "machine_repair.pepa"

[queue]
title = "Machines down"
fixed = { c = 1 }
vary = { n = "2..4" }
measures = { down = "population(Down)", repairs = "throughput(repair)" }

[[queue.claims]]
claim = "More machines, more of them down."
holds = "increasing(down)"
value = "last(population(Down))"

[[queue.claims]]
claim = "Repairs keep up."
holds = "at(repairs, n = 4) > 2 * at(repairs, n = 2)"
note = "One repairer is not enough."
"""


@pytest.fixture
def folder(tmp_path):
    for name in ("machine_repair", "vm_launch"):
        (tmp_path / f"{name}.pepa").write_text(model_text(name))
    return tmp_path


def written(folder, text):
    path = folder / "study.toml"
    path.write_text(text)
    return path


def test_an_experiment_is_run_written_and_judged(folder):
    path = written(folder, SMALL)
    status, report = answer("experiment", str(path))
    assert status == 0
    (found,) = report["experiments"]
    assert [point["parameters"] for point in found["points"]] == [{"n": 2.0}, {"n": 3.0}, {"n": 4.0}]
    expected = solve(model_text("machine_repair"), c=1.0, n=4.0).measures
    assert found["points"][2]["values"]["down"] == pytest.approx(expected.population["Down"], rel=1e-10)
    assert [claim["holds"] for claim in found["claims"]] == [True, False]
    assert found["claims"][0]["value"] == pytest.approx(expected.population["Down"], rel=1e-10)
    rows = list(csv.DictReader((folder / "study.results" / "queue.csv").read_text().splitlines()))
    assert float(rows[1]["repairs"]) == found["points"][1]["values"]["repairs"]
    assert json.loads((folder / "study.results" / "queue.json").read_text())["claims"] == found["claims"]
    shown = pepa("experiment", str(path), "queue").stdout
    assert "✓ holds" in shown
    assert "✗ does not" in shown
    assert "One repairer is not enough." in shown
    assert "⠤" in shown or "⣀" in shown  # a line was drawn


def test_scenarios_times_and_methods_are_axes(folder):
    text = """
[over]
model = "machine_repair.pepa"
fixed = { n = 6 }
times = [1, 4]
vary = { c = [1, 2] }
measures = ["population(Down)"]
replications = 50
scenarios.exact = {}
scenarios.fluid = { method = "fluid", fixed = { n = 8 } }
scenarios.simulated = { method = "simulation" }
"""
    status, report = answer("experiment", str(written(folder, text)))
    assert status == 0
    (found,) = report["experiments"]
    assert found["parameters"] == ["scenario", "c", "time"]
    assert len(found["points"]) == 3 * 2 * 2
    first, last = found["points"][0], found["points"][-1]
    assert first["parameters"] == {"scenario": "exact", "c": 1.0, "time": 1.0}
    assert last["half_width"]["population(Down)"] > 0
    assert "fluid" in found["points"][4]["method"]
    more, fewer = found["points"][4]["values"], found["points"][0]["values"]
    assert more["population(Down)"] == pytest.approx(8 / 6 * fewer["population(Down)"], rel=0.2)


def test_nothing_is_both_varied_and_fixed(folder):
    text = """
[over]
model = "machine_repair.pepa"
vary = { c = [1, 2] }
measures = ["population(Down)"]
scenarios.few = { fixed = { n = 3 } }
scenarios.more = { fixed = { n = 4, c = 1 } }
"""
    result = pepa("experiment", str(written(folder, text)))
    assert result.returncode != 0
    assert ":7:37: error" in result.stderr
    assert "`c` is varied, and fixed here" in result.stderr


@pytest.mark.parametrize("whole", ['"1..4"', '{ from = 1, to = 4, scale = "whole" }'])
@pytest.mark.parametrize("design", ["latin hypercube", "sobol"])
def test_samples_fill_the_space(folder, design, whole):
    text = f"""
[sample]
model = "machine_repair.pepa"
fixed = {{ n = 3 }}
design = "{design}"
points = 12
vary = {{ fail = "0.1:0.3", c = {whole} }}
measures = ["population(Down)"]
"""
    text = text.replace("fail", next(iter(experiments_parameters())))
    (found,) = experiments(written(folder, text))
    values = np.array([[value for _, value in point] for point in found.points])
    assert len(values) == 12
    assert (values[:, 0] >= 0.1).all()
    assert (values[:, 0] <= 0.3).all()
    assert len(set(np.floor((values[:, 0] - 0.1) / 0.2 * 4).clip(0, 3))) == 4  # every quarter is met
    assert set(values[:, 1]) <= {1.0, 2.0, 3.0, 4.0}


def experiments_parameters():
    from pepa.query.analysis import compile_text

    return [name for name in compile_text(model_text("machine_repair")).net.parameters if name not in ("n", "c")]


def test_elasticities_against_the_closed_form(tmp_path):
    # one machine: down mean/(up + mean), so the elasticity of the share down to the rate of failing is the share up
    (tmp_path / "one.pepa").write_text("fail = 2; mend = 3;\nUp = (fails, fail).Down; Down = (mends, mend).Up;\nUp\n")
    text = """
[sensitivity]
model = "one.pepa"
elasticities = "all"
measures = ["population(Down)"]
[[sensitivity.claims]]
claim = "Faster failing, more down."
holds = "elasticity(population(Down), fail) > 0"
"""
    status, report = answer("experiment", str(written(tmp_path, text)))
    assert status == 0
    (found,) = report["experiments"]
    assert found["elasticities"]["population(Down)"]["fail"] == pytest.approx(0.6, rel=1e-14)
    assert found["elasticities"]["population(Down)"]["mend"] == pytest.approx(-0.6, rel=1e-14)
    assert found["claims"][0]["value"] == pytest.approx(0.6, rel=1e-14)


SWITCH = """r = 3; s = 3; b = 1.5; fail = 0.2; mend = 0.9; n = 4;
X = (sync, r).X2; X2 = (back, b).X; Y = (sync, s).Y;
Up = (fails, fail).Down; Down = (mends, mend).Up;
Up[n] || (X <sync> Y)
"""


@pytest.mark.parametrize("method", ["exact", "auto"])
def test_elasticities_at_a_switch_are_those_of_both_sides(tmp_path, method):
    # one turn takes 1/min(r, s) + 1/b: to whichever is less the elasticity is b/(min + b), to the greater none
    (tmp_path / "switch.pepa").write_text(SWITCH)
    text = f"""
[both]
model = "switch.pepa"
method = "{method}"
elasticities = ["r", "s", "b", "fail"]
[both.measures]
turns = "throughput(sync)"
"""
    status, report = answer("experiment", str(written(tmp_path, text)))
    assert status == 0
    (found,) = report["experiments"]
    growing, shrinking = found["elasticities"]["turns"], found["shrinking"]["turns"]
    assert growing == pytest.approx({"r": 0.0, "s": 0.0, "b": 2 / 3, "fail": 0.0}, rel=1e-13, abs=1e-14)
    assert shrinking == pytest.approx({"r": 1 / 3, "s": 1 / 3}, rel=1e-13)
    assert "elasticities by" in found["points"][0]["evidence"]
    told = pepa("experiment", str(tmp_path / "study.toml")).stdout
    assert "a minimum switches at r: 0.3333 as it shrinks" in told


def test_elasticities_of_the_fluid(tmp_path):
    # of X a share b/(r + b) may do it, fewer than one: Y is never short, and r b/(r + b) go round
    (tmp_path / "switch.pepa").write_text(SWITCH)
    text = """
[fluid]
model = "switch.pepa"
method = "fluid"
elasticities = ["r", "s", "b"]
measures = ["throughput(sync)"]
"""
    status, report = answer("experiment", str(written(tmp_path, text)))
    assert status == 0
    (found,) = report["experiments"]
    assert found["elasticities"]["throughput(sync)"] == pytest.approx({"r": 1 / 3, "s": 0.0, "b": 2 / 3}, rel=1e-8)
    assert found["shrinking"] == {}


def test_what_has_no_derivative_has_differences_and_says_so(tmp_path):
    (tmp_path / "one.pepa").write_text("fail = 2; mend = 3;\nUp = (fails, fail).Down; Down = (mends, mend).Up;\nUp\n")
    text = """
[late]
model = "one.pepa"
elasticities = "all"
[late.measures]
late = "quantile(0.9, fails -> mends)"
"""
    status, report = answer("experiment", str(written(tmp_path, text)))
    assert status == 0
    (found,) = report["experiments"]
    assert found["elasticities"]["late"] == pytest.approx({"fail": 0.0, "mend": -1.0}, abs=1e-5)
    (note,) = found["points"][0]["notes"]
    assert "are differences over 0.1%" in note
    assert "to 5 digits" in note


def test_simulated_figures_have_no_elasticities(tmp_path):
    (tmp_path / "one.pepa").write_text("fail = 2;\nUp = (fails, fail).Down; Down = (mends, 3).Up;\nUp\n")
    text = '[one]\nmodel = "one.pepa"\nmethod = "simulation"\nelasticities = "all"\nmeasures = ["throughput(fails)"]\n'
    status, report = answer("experiment", str(written(tmp_path, text)))
    assert status == 1
    assert "a simulation has no elasticities" in str(report)


@pytest.mark.parametrize(
    ("old", "new", "said", "at"),
    [
        ("c = 1", "cc = 1", "has no parameter `cc`", "cc = 1"),
        ('n = "2..4"', 'm = "2..4"', "has no parameter `m`", "m ="),
        ('"2..4"', '"4..2"', "is empty", "n ="),
        ('"2..4"', "[]", "is empty", "n ="),
        ('"2..4"', "true", "is no range", "n ="),
        ("throughput(repair)", "throughput(repiar)", "no action", "repiar"),
        ("throughput(repair)", "thruput(repair)", "there is no measure `thruput`", "thruput"),
        ('title = "Machines down"', "title = 3", "is a text, not a whole number", "title"),
        ("vary =", "very =", "there is no key `very`", "very"),
        ("fixed = {", "fixed = {{", "this is no TOML", ""),
        ('model = "machine_repair.pepa"', 'model = "nowhere.pepa"', "cannot read", ""),
        ('model = "machine_repair.pepa"', "", "no model is named", "queue"),
        ("increasing(down)", "increasing(dawn)", "there is no `dawn`", "dawn"),
        ("at(repairs, n = 4)", "at(repairs, n = 5)", "there is no point with n=5", "n = 5"),
        ('claim = "Repairs keep up."', "", "a claim has a text `claim`", ""),
        ("[queue]", '[queue]\nmethod = "magic"', "there is no method `magic`", "method"),
        ("[queue]", '[queue]\ndesign = "magic"', "there is no design `magic`", "design"),
        ("[queue]", '[queue]\nelasticities = "all"', "to one model at rest", "elasticities"),
        ("[queue]", "[queue]\ntimes = [2, 1]", "ascending", "times"),
        ("down = ", "n = ", "`n` is both this measure and an axis", "population(Down)"),
        ("down = ", '"throughput(repair)" = ', "is both this measure and another", "throughput(repair)"),
        ("[queue]", '[queue]\nmethod = "fluid"\ncharts = [{ x = "z", y = ["down"] }]', "no `z` to draw", ""),
    ],
)
def test_wrong_files_are_told_in_place(folder, old, new, said, at):
    assert old in SMALL
    path = written(folder, SMALL.replace(old, new))
    with pytest.raises(ModelError) as caught:
        experiments(path)
    problem = next(p for p in caught.value.problems if said in p.message)
    marked = path.read_text()[problem.span.start :]
    assert marked.startswith(at[: problem.span.end - problem.span.start] if at else "")
    done = pepa("experiment", str(path))
    assert done.returncode == 1
    assert said in done.stderr
    assert f"{path}:" in done.stderr
    assert render(problem, LineIndex(path.read_text()), str(path)).splitlines()[0] in done.stderr


def test_a_measure_without_meaning_in_a_fluid_is_told_before_anything_runs(folder):
    text = SMALL.replace("population(Down)", "probability(Down = 1)").replace("[queue]", '[queue]\nmethod = "fluid"', 1)
    done = pepa("experiment", str(written(folder, text)))
    assert done.returncode == 1
    assert "which a fluid result has not" in done.stderr


TWO = (
    SMALL
    + """
[amiss]
title = "By scenario"
scenarios = ["base", "nowhere"]
vary = { n = "1..2" }
measures = ["population(Down)"]
"""
)


def test_what_is_wrong_with_one_experiment_is_told_and_the_others_are_run(folder):
    path = written(folder, TWO)
    done = pepa("experiment", str(path))
    assert done.returncode == 1
    assert f"{path}:22:1: error: there is no scenario `nowhere`" in done.stderr
    assert "More machines" in done.stdout
    status, report = answer("experiment", str(path))
    assert status == 1
    assert [one["name"] for one in report["experiments"]] == ["queue"]
    assert [one["line"] for one in report["problems"]] == [22]
    assert pepa("experiment", str(path), "queue", "--list").returncode == 0
    asked = pepa("experiment", str(path), "queue", "amiss")
    assert (asked.returncode, asked.stdout) == (1, "")
    assert "`nowhere`" in asked.stderr


def test_a_file_that_is_not_there_and_an_experiment_that_is_not_there(folder):
    assert "cannot read" in pepa("experiment", "nowhere.toml").stderr
    done = pepa("experiment", str(written(folder, SMALL)), "quue")
    assert done.returncode == 1
    assert "did you mean `queue`?" in done.stderr


COLUMNS = Results(
    {
        "Q": np.array([1.0, 2, 3, 1, 2, 3]),
        "who": np.array(["a", "a", "a", "b", "b", "b"]),
        "x": np.array([1.0, 4, 9, 2, 2, math.nan]),
    },
    {"x"},
    {("x", "Q"): 2.0},
)


@pytest.mark.parametrize(
    ("text", "holds", "value"),
    [
        ("at(x, Q = 2, who = a) = 4", True, 4),
        ("increasing(at(x, who = a))", True, None),
        ("increasing(at(x, who = b))", None, None),
        ("max(at(x, who = a)) - min(at(x, who = a)) < 8", False, 8),
        ("last(at(x, who = a)) = 9 & first(x) = 2", False, 9),
        ("mean(at(x, Q = 1)) = 1.5", True, 1.5),
        ("sum(at(Q, who != b)) = 6", True, 6),
        ("all(at(x, Q = 1) > 0) & !any(at(x, Q = 1) > 3)", True, None),
        ("at(x, Q < 3) >= 1", True, None),
        ("spread(at(x, who = b, Q < 3)) < 1e-9", True, 0),
        ("abs(-3) = 3", True, 3),
        ("at(x, who = b, Q = 3) > 0", None, None),
        ("elasticity(x, Q) = 2", True, 2),
        ("min(at(Q, x > 3)) = 2", None, 2),
        ("min(at(Q, x > 300)) = 2", None, None),
        ("2 > 1 => 1 > 2", False, None),
        ("1 / 0 > 2", None, None),
    ],
)
def test_claims(text, holds, value):
    verdict = judged(Claim("", text), COLUMNS)
    assert verdict.holds is holds
    assert verdict.value == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("at(x, Q = 7) > 1", "no point with Q=7"),
        ("y > 1", "there is no `y`"),
        ("maxx(x) > 1", "did you mean `max`?"),
        ("elasticity(x, z) > 1", "no elasticity of `x` to `z`"),
        ("at(x)", "there is no `at"),
    ],
)
def test_claims_without_meaning(text, said):
    with pytest.raises(ExpressionError) as caught:
        judged(Claim("", text), COLUMNS)
    assert said in caught.value.message + caught.value.hint


def test_the_shipped_experiments_are_well_formed():
    found = {one.name: one for one in experiments(ROOT / "models" / "vm_launch.experiments.toml")}
    assert {"fig2", "fig3", "fig4", "ode_as_printed", "ode_repaired", "slow_manager", "threads", "users"} <= set(found)
    assert max(dict(point)["Q"] for point in found["users"].points) == 60
    assert all(one.claims for one in found.values())


def test_the_figures_of_the_paper_come_out(tmp_path):
    names = ["fig2", "fig3", "fig4", "ode_repaired", "slow_manager_repaired", "threads"]
    file = "models/vm_launch.experiments.toml"
    status, report = answer("experiment", file, *names, "--output", str(tmp_path), "--processes", "1")
    assert status == 0  # though the figures decide against some of the paper's claims
    found = {one["name"]: [claim["holds"] for claim in one["claims"]] for one in report["experiments"]}
    assert found == {
        "fig2": [True] * 3,
        "fig3": [True] * 6 + [False, True],
        "fig4": [False, True, True, False, True, True],
        "ode_repaired": [True, False, True],
        "slow_manager_repaired": [False, True],
        "threads": [True, True],
    }
    user3 = report["experiments"][1]["points"][0]["values"]["User3"]
    assert user3 == pytest.approx(0.69204, abs=5e-6)


@pytest.mark.parametrize(
    ("table", "charts"),
    [
        ('vary = { n = "2..4" }', [("lines", "n", "")]),
        ('vary = { n = "2..4", c = "1,2" }', [("lines", "n", "c")]),
        ('vary = { n = "2..9", c = "1..5" }', [("heat map", "n", "c")]),
        ('vary = { n = "2..4", c = "1,2", fail = "1,2,3,4" }', [("lines", "fail", "")]),
        ('vary = { n = "2..4", c = "1..3", fail = "1,2,3" }\ndesign = "zip"', []),
        ('vary = { n = "2..9", mend = "1:2", fail = "0.1:2" }\ndesign = "sobol"\npoints = 8', []),
        ('vary = { n = "2", c = "1" }', []),
    ],
)
def test_charts_that_suit_the_axes(tmp_path, table, charts):
    (tmp_path / "m.pepa").write_text(model_text("machine_repair"))
    path = tmp_path / "e.toml"
    path.write_text(f'[a]\nmodel = "m.pepa"\nmeasures = ["population(Down)"]\n{table}\n')
    (found,) = experiments(path)
    assert [(chart.kind, chart.x, chart.by) for chart in pictures(found)] == charts
