"""`pepa ode`, `simulate` and `transient` as a user calls them, right and wrong."""

import json
import math

import pytest

from tests.cli.command import VM_LAUNCH, answer, pepa

REPAIR = "models/machine_repair.pepa"


def test_ode_prints_the_promised_json():
    status, report = answer("ode", REPAIR, "n=100", "c=30", "--until", "50", "--points", "5", "--response-time", "Down")
    assert status == 0
    assert report["method"] == "fluid, LSODA"
    assert report["equations"] == 3
    assert report["time"] == [0, 10, 20, 30, 40, 50]
    assert report["population"]["Down"][-1] == pytest.approx(100 / 9, rel=1e-6)
    rest = report["equilibrium"]
    assert rest["reached"] is True
    assert rest["throughput"]["repair"] == pytest.approx(80 / 9)
    assert rest["response_time"] == [{"states": ["Down"], "mean": pytest.approx(1.25)}]


def test_a_drift_is_said_in_words_and_never_a_number():
    status, report = answer("ode", VM_LAUNCH, "Q=100", "--until", "10")
    assert status == 0
    assert report["equilibrium"]["reached"] is False
    assert not report["equilibrium"]["population"]
    assert "drifts for ever" in pepa("ode", VM_LAUNCH, "Q=100", "--until", "10").stdout


def test_transient_states_are_said_beside_fluid_and_simulated_figures():
    words = "985 of 1,200 states are transient"
    assert words in " ".join(pepa("ode", VM_LAUNCH, "Q=4", "C=2", "--measure", "User3").stdout.split())
    done = pepa("simulate", VM_LAUNCH, "Q=4", "C=2", "--precision", "0.2", "--measure", "User3")
    assert words in " ".join(done.stdout.split())
    suspected = pepa("ode", VM_LAUNCH, "Q=400", "C=20", "--measure", "User3")
    assert "fewer copies has transient states" in " ".join(suspected.stdout.split())


def test_simulate_prints_a_long_run_and_an_ensemble():
    status, report = answer("simulate", REPAIR, "--precision", "0.05", "--measure", "Down")
    assert status == 0
    assert list(report["population"]) == ["Down"]
    assert report["population"]["Down"]["half_width"] < 0.05 * report["population"]["Down"]["mean"]
    status, report = answer("simulate", REPAIR, "--until", "10", "--points", "2", "--replications", "50", "--seed", "4")
    assert (status, report["replications"], report["seed"], report["time"]) == (0, 50, 4, [0, 5, 10])
    assert len(report["population"]["Down"]) == 3
    assert report["quantiles"]["Down"]["0.5"][0] == 0


def test_transient_agrees_with_itself_at_other_points():
    _, few = answer("transient", VM_LAUNCH, "--until", "50", "--points", "1", "--measure", "User3")
    _, many = answer("transient", VM_LAUNCH, "--until", "50", "--points", "25", "--measure", "User3")
    assert few["population"]["User3"][-1] == pytest.approx(many["population"]["User3"][-1], abs=1e-8)
    assert many["population_margin"]["User3"][-1] < 1e-7
    assert "proved error" in pepa("transient", VM_LAUNCH, "--measure", "User3").stdout


def test_an_explicit_method_gives_its_series_and_the_equilibrium_is_sought_by_a_stiff_one(tmp_path):
    path = tmp_path / "stiff.pepa"
    path.write_text("A = (a, 1).B; B = (b, 3e4).A; C = (b, 10).D; D = (d, 1e-2).C;\nA[500] <b> C[20]")
    status, report = answer("ode", str(path), "--until", "1", "--points", "1", "--method", "RK45")
    assert (status, report["method"], report["time"]) == (0, "fluid, RK45", [0, 1])
    assert report["equilibrium"]["reached"] is True


def test_fast_and_slow_activities_are_followed_to_any_time(tmp_path):
    path = tmp_path / "stiff.pepa"
    path.write_text("A = (a, 1e8).B; B = (b, 1e-8).A + (c, 1e-3).C; C = (d, 1e-3).A;\nA")
    status, report = answer("transient", str(path), "--until", "1e3", "--points", "2")
    assert (status, report["method"]) == (0, "exact, scaling and squaring")
    assert report["population"]["B"][-1] == pytest.approx(0.567668, abs=1e-6)  # (1 + exp(-2)) / 2
    status, report = answer("transient", str(path), "--until", "1e150", "--points", "1")
    assert status == 0
    assert report["population"]["B"][-1] == pytest.approx(0.5, abs=1e-6)
    said = " ".join(pepa("transient", str(path), "--until", "1e3", "--tolerance", "1e-18").stdout.split())
    assert "the tolerance of 1.0e-18 is not met" in said


@pytest.mark.parametrize("language", ["text", "latex", "python", "matlab"])
def test_equations_are_printed(language):
    done = pepa("ode", REPAIR, "--equations", language)
    assert done.returncode == 0
    assert "min" in done.stdout


UNDRIVEN = "P = (a, infty).P1; P1 = (b, 1).P;\nP[3]\n"


@pytest.mark.parametrize("verb", ["ode", "simulate", "transient"])
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--until", "-5"], "must be positive"),
        (["--until", "5", "--points", "0"], "nothing to show at 0 points"),
        (["--until", "5", "--points", "10000000"], "points are more than"),
        (["--until", "5", "--measure", "Downn"], "did you mean `Down`?"),
    ],
)
def test_wrong_requests_are_explained(verb, wrong, said):
    done = pepa(verb, REPAIR, *wrong)
    assert done.returncode == 1
    assert said in done.stderr


@pytest.mark.parametrize("text", ["nan", "inf", "1e300"])
def test_a_time_that_is_no_number_is_refused_where_it_is_typed(text):
    done = pepa("transient", REPAIR, "--until", text)
    assert done.returncode == 2
    assert "Invalid value for '--until'" in done.stderr


def test_what_cannot_be_simulated_is_explained(tmp_path):
    assert "zero replications" in pepa("simulate", REPAIR, "--until", "5", "--replications", "0").stderr
    assert pepa("simulate", REPAIR, "--precision", "0").returncode == 1
    assert pepa("simulate", REPAIR, "--precision", "1e-6", "--events", "50000").returncode == 3
    assert "no method `euler`" in pepa("ode", REPAIR, "--method", "euler").stderr
    path = tmp_path / "undriven.pepa"
    path.write_text(UNDRIVEN)
    for verb in ("ode", "simulate", "transient"):
        done = pepa(verb, str(path))
        assert done.returncode == 1
        assert "never driven" in done.stderr
        assert json.loads(pepa(verb, str(path), "--json").stdout)["problems"]


def test_advice_before_a_large_run():
    status, report = answer("advise", VM_LAUNCH)
    assert (status, report["states"], report["method"]) == (0, 966, "exact")
    _, large = answer("advise", VM_LAUNCH, "Q=1000", "C=10")
    assert large["method"] == "simulation"
    assert large["suspected"] is True
    assert large["small_groups"] == ["N", "TC"]
    shown = pepa("advise", REPAIR, "n=100000000", "c=1000000", "--memory", "8").stdout
    assert "suggested: fluid" in shown
    assert "more than the limit of 8.0 GiB" in shown


def test_several_recurrent_classes_have_an_equilibrium_without_stationary_noise(tmp_path):
    path = tmp_path / "traps.pepa"
    path.write_text("A = (a, 1).B + (b, 2).C; B = (c, 1).B; C = (d, 1).C;\nA[9]")
    shown = " ".join(pepa("ode", str(path), "--response-time", "A").stdout.split())
    assert "comes to rest here, at one of many equilibria" in shown
    assert "B 3.000 C 6.000" in shown
    assert "! there is no response time of A" in shown  # nothing arrives there
    _, report = answer("ode", str(path))
    assert report["equilibrium"]["reached"] is True
    assert report["equilibrium"]["standard_deviation"] is None
    assert report["equilibrium"]["slowest_eigenvalue"] == pytest.approx(-3)  # A is left so; B and C decay to nothing
    assert "nothing cooperates: the means of the fluid are exact" in pepa("advise", str(path)).stdout


def test_another_model_takes_over_and_what_is_earned_goes_on(tmp_path):
    first, other, table = tmp_path / "first.pepa", tmp_path / "other.pepa", tmp_path / "times.csv"
    first.write_text("r = 1.0; P = (go, r).Q; Q = (back, 2.0).P; P[2]")
    other.write_text("r = 1.0; P = (go, r).Q; Q = (back, 2.0).P; T = (tick, 4.0).T; P[2] || T")
    asked = ("transient", str(first), "--until", "3", "--points", "3", "--change", f"2: {other}", "--measure", "tick")
    status, report = answer(*asked, "--earn", "go + tick", "--csv", str(table))
    assert status == 1  # the first model does not tick
    assert "`go` is an action" in report["error"]
    status, report = answer(*asked, "--earn", "P", "--csv", str(table))
    assert status == 0
    assert report["throughput"]["tick"] == [0.0, 0.0, 4.0, 4.0]
    expected = [2 * (2 * time / 3 + (1 - math.exp(-3 * time)) / 9) for time in report["time"]]
    assert report["measures"]["earned P"] == pytest.approx(expected, abs=1e-8)
    assert all(margin < 1e-8 for margin in report["measures_margin"]["earned P"])
    assert table.read_text().splitlines()[0] == "time,tick,tick margin,earned P,earned P margin"
    done = pepa("transient", str(other), "--change", f"2: {first} r=x")
    assert done.returncode == 1
    assert "^" in done.stderr


def test_a_change_after_the_end_is_told_as_that():
    _, report = answer("transient", VM_LAUNCH, "Q=1", "--until", "5", "--points", "2", "--change", "9: r5=2")
    assert "after the end, changing nothing here: 9: Q=1 r5=2" in report["notes"]
