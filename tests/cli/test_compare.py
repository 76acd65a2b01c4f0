"""`pepa compare` and `pepa solve --lump`, and the limits, as a user calls them."""

import json

import pytest

from pepa.cli.scenario_tables import change_text
from tests.cli.command import pepa
from tests.query.test_equivalence import COUNTED, NAMED


@pytest.fixture
def models(tmp_path):
    paths = []
    for name, text in (("named", NAMED), ("counted", COUNTED), ("faster", COUNTED.replace("(c, 3)", "(c, 4)"))):
        paths.append(tmp_path / f"{name}.pepa")
        paths[-1].write_text(text)
    return [str(path) for path in paths]


def test_equivalent_models(models):
    done = pepa("compare", models[0], "--equivalence", models[1])
    assert done.returncode == 0
    assert "strongly equivalent: 8 blocks" in done.stdout
    assert "differ by no more than 7.3e-12 of themselves" in done.stdout


def test_what_tells_models_apart(models):
    done = pepa("compare", models[0], "--equivalence", models[2])
    assert done.returncode == 1
    assert "after a, b" in done.stdout
    assert "does c at rate 5" in done.stdout
    found = json.loads(pepa("compare", models[0], "--equivalence", models[2], "--json").stdout)
    assert found["equivalent"] is False
    assert found["tolerance"] == 2**-37
    assert found["difference"] == {"trace": ["a", "b"], "action": "c", "rates": [4.0, 5.0]}


def test_a_wrong_second_model_is_reported_with_its_own_name(models, tmp_path):
    wrong = tmp_path / "wrong.pepa"
    wrong.write_text("P = (a, r).P; P")
    done = pepa("compare", models[0], "--equivalence", str(wrong))
    assert done.returncode == 1
    assert "wrong.pepa:1" in done.stderr


def test_lumping_says_by_how_much(models):
    done = pepa("solve", models[0], "--lump", "--keep", "a")
    assert "lumped to 8 states" in done.stdout
    assert pepa("solve", models[0], "--keep", "a").returncode == 2
    wrong = pepa("solve", models[0], "--lump", "--keep", "aa")
    assert wrong.returncode == 1
    assert "no action or local derivative" in wrong.stderr


def test_a_model_that_cannot_fit_is_refused_before_it_is_derived():
    done = pepa("derive", "models/vm_launch.pepa", "Q=2000")
    assert done.returncode == 3
    assert "states are expected" in done.stderr


def test_the_time_limit_ends_with_a_message():
    done = pepa("solve", "models/vm_launch.pepa", "Q=30", "--time", "0.3")
    assert done.returncode == 3
    assert "time limit of 0.3 s" in done.stderr


def test_a_bound_on_the_error_is_proved():
    done = pepa("solve", "models/vm_launch.pepa", "--bound")
    assert "every probability proved right to" in done.stdout
    assert 0 < json.loads(pepa("solve", "models/queue.pepa", "--bound", "--json").stdout)["error_bound"] < 1e-9


REPAIR = "n = 1; f = 1.0; m = 3.0; Up = (fail, f).Down; Down = (mend, m).Up; Up[n]"


@pytest.fixture
def repair(tmp_path, monkeypatch):
    monkeypatch.setenv("PEPA_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "repair.pepa"
    path.write_text(REPAIR)
    (tmp_path / "repair.scenarios.toml").write_text("[worn]\nf = 3\n\n[crew]\nm = 9\n\n[four]\nn = 4\n")
    return path


def test_scenarios_side_by_side(repair):
    done = pepa("compare", str(repair), "--scenario", "worn", "--scenario", "four", "--json")
    found = json.loads(done.stdout)
    base, worn, four = found["scenarios"]
    assert [base["name"], worn["name"], four["name"]] == ["base", "worn", "four"]
    assert base["values"]["population(Up)"] == pytest.approx(3 / 4, rel=1e-12)  # m / (f + m)
    assert base["values"]["throughput(fail)"] == pytest.approx(3 / 4, rel=1e-12)
    assert worn["values"]["population(Up)"] == pytest.approx(1 / 2, rel=1e-12)
    assert worn["difference_percent"]["population(Up)"] == pytest.approx(-100 / 3, rel=1e-9)
    assert four["values"]["throughput(mend)"] == pytest.approx(3, rel=1e-12)
    assert four["difference_percent"]["throughput(mend)"] == pytest.approx(300, rel=1e-9)
    assert base["difference_percent"] == {}


def test_all_scenarios_with_a_measure_and_another_baseline(repair):
    done = pepa("compare", str(repair), "n=2", "--baseline", "worn", "--measure", "population(Up) / n")
    assert done.returncode == 0
    assert "base" not in done.stdout
    assert "worn: n=2 f=3" in done.stdout
    assert "four: n=4" in done.stdout
    row = next(line for line in done.stdout.splitlines() if line.startswith("population(Up)/n"[:14]))
    assert "0.5000" in row
    assert "+80 %" in row  # 9 / 10 of the time
    assert "+50 %" in row


def test_simulated_scenarios_with_confidence_and_no_difference_that_may_be_chance(tmp_path):
    path = tmp_path / "stages.pepa"
    path.write_text("n = 5; w = 2.0; A = (ask, 1.0).B; B = (work, w).C; C = (tell, 2.0).A; A[n]")
    path.with_suffix(".scenarios.toml").write_text("[same]\nn = 6\n\n[slow]\nw = 0.5\n")
    measure = "passage(A: B -> A)"
    done = pepa("compare", str(path), "--method", "simulation", "--measure", measure, "--json")
    base, same, slow = json.loads(done.stdout)["scenarios"]
    for scenario, expected in ((base, 1.0), (same, 1.0), (slow, 2.5)):
        assert abs(scenario["values"][measure] - expected) < 2 * scenario["half_width"][measure]
    assert measure not in same["difference_percent"]
    assert slow["difference_percent"][measure] == pytest.approx(150, abs=10)
    lines = pepa("compare", str(path), "--method", "simulation", "--measure", measure).stdout.splitlines()
    assert any("±" in line and line.rstrip().endswith("%") for line in lines)


def test_a_scenario_is_kept_and_compared(repair):
    done = pepa("compare", str(repair), "f=0.5", "n=3", "--save", "new", "--measure", "population(Down)")
    assert "new: f=0.5 n=3" in done.stdout
    assert repair.with_suffix(".scenarios.toml").read_text().endswith("[four]\nn = 4\n\n[new]\nf = 0.5\nn = 3\n")


def test_what_is_wrong_with_scenarios_is_told(repair):
    wrong = pepa("compare", str(repair), "--scenario", "wron")
    assert (wrong.returncode, "did you mean `worn`?" in wrong.stderr) == (1, True)
    repair.with_suffix(".scenarios.toml").write_text("[worn]\nff = 3\n")
    told = pepa("compare", str(repair), "--scenario", "worn")
    assert told.returncode == 1
    assert "repair.scenarios.toml:2:1: error: the model has no parameter `ff`" in told.stderr
    repair.with_suffix(".scenarios.toml").unlink()
    none = pepa("compare", str(repair))
    assert none.returncode == 1
    assert "--save" in none.stderr
    assert pepa("compare", str(repair), "--save", "x").returncode == 2
    assert pepa("compare", str(repair), "--equivalence", str(repair), "--save", "x").returncode == 2


def test_what_has_no_value_has_no_change():
    assert change_text(float("nan")) == ""


def test_one_scenario_that_is_wrong_costs_only_itself(repair):
    path = repair.with_suffix(".scenarios.toml")
    path.write_text(path.read_text() + "\n[odd]\nff = 3\n")
    named = pepa("compare", str(repair), "--scenario", "worn")
    assert (named.returncode, "the model has no parameter `ff`" in named.stderr) == (0, True)
    asked = pepa("compare", str(repair), "--scenario", "odd")
    assert (asked.returncode, asked.stdout) == (1, "")
    assert "the scenario `odd` has no sense" in asked.stderr
    everything = pepa("compare", str(repair), "--json")
    report = json.loads(everything.stdout)
    assert everything.returncode == 1
    assert [one["name"] for one in report["scenarios"]] == ["base", "worn", "crew", "four"]
    assert [(one["line"], one["code"]) for one in report["problems"]] == [(11, "experiment")]
