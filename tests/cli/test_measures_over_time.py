"""The same expressions are measures of `transient`, `ode` and `simulate` as of `solve`."""

import pytest
from click.testing import CliRunner

from pepa.cli.main import Verbs
from tests.cli.command import answer, pepa

REPAIR = "models/machine_repair.pepa"
HALF, SHARE, RATIO = "population(Down) / 2", "utilisation(Up)", "throughput(repair) / population(Down)"
ASKED = ("--measure", HALF, "--measure", SHARE, "--measure", RATIO, "--measure", "Down")


def over_time(verb, *arguments):
    status, report = answer(verb, REPAIR, "n=4", "--until", "60", "--points", "3", *ASKED, *arguments)
    assert status == 0, report
    assert list(report["measures"]) == [HALF, SHARE, RATIO]
    assert list(report["population"]) == ["Down"]
    return report


@pytest.mark.parametrize("verb", ["transient", "ode"])
def test_expressions_follow_the_populations_they_are_made_of(verb):
    report = over_time(verb)
    down = report["population"]["Down"]
    assert report["measures"][HALF] == pytest.approx([value / 2 for value in down])
    assert report["measures"][SHARE] == pytest.approx([1 - value / 4 for value in down])
    assert report["measures"][RATIO][0] is None  # nobody is down at the start


def test_exact_expressions_end_in_those_of_the_long_run():
    report = over_time("transient")
    _, solved = answer("solve", REPAIR, "n=4", *ASKED[:6])
    for text in (HALF, SHARE, RATIO):
        assert report["measures"][text][-1] == pytest.approx(solved["measures"][text], rel=1e-6)


def test_probabilities_of_states_over_time():
    text = "probability(Down >= 2)"
    _, report = answer("transient", REPAIR, "--until", "100", "--points", "2", "--measure", text)
    _, solved = answer("solve", REPAIR, "--measure", text)
    assert report["measures"][text][0] == 0
    assert report["measures"][text][-1] == pytest.approx(solved["measures"][text], rel=1e-6)
    assert "needs the probabilities of states" in pepa("ode", REPAIR, "--measure", text).stderr


def test_simulated_expressions_have_intervals_of_their_own():
    report = over_time("simulate", "--replications", "400", "--processes", "1")
    down, half = report["population"], report["population_margin"]
    assert report["measures"][HALF] == pytest.approx([value / 2 for value in down["Down"]])
    widths = report["measures_margin"][HALF][1:]
    assert widths == pytest.approx([value / 2 for value in half["Down"][1:]], rel=0.4)
    exact = over_time("transient")["measures"]
    for text in (HALF, SHARE):
        for value, right, width in zip(
            report["measures"][text], exact[text], report["measures_margin"][text], strict=True
        ):
            assert abs(value - right) <= 3 * (width or 0) + 1e-12


def test_simulated_long_run_of_an_expression():
    status, report = answer("simulate", REPAIR, "--precision", "0.05", "--measure", RATIO)
    assert status == 0
    assert report["population"] == report["throughput"] == {}
    _, solved = answer("solve", REPAIR, "--measure", RATIO)
    found = report["measures"][RATIO]
    assert abs(found["mean"] - solved["measures"][RATIO]) < 3 * found["half_width"] < found["mean"]


def test_what_is_no_measure_is_said_before_anything_runs():
    for verb in ("transient", "ode", "simulate"):
        assert "did you mean `Down`" in pepa(verb, REPAIR, "--measure", "population(Dwn) / 2").stderr
    words = " ".join(pepa("transient", REPAIR, "--points", "2", "--measure", "responsetime(Down)").stdout.split())
    assert "population / arrivals at that moment" in words
    assert "nan" not in pepa("transient", REPAIR, "--points", "2", "--measure", RATIO).stdout


def test_every_verb_over_time_writes_what_it_knows(tmp_path):
    over = ("models/client_server.pepa", "clients=2", "servers=1")
    time = ("--until", "2", "--points", "2", "--measure", "Busy", "--measure", "population(Client) / 2")
    member = ("--member", "Client", "--from", "request", "--to", "answer", "--points", "4")
    asked = {
        "transient": time,
        "ode": time,
        "simulate": (*time, "--replications", "100", "--processes", "1"),
        "passage": (*member, "--method", "exact", "--method", "fluid"),
    }
    heads = {}
    for verb, options in asked.items():
        path = tmp_path / f"{verb}.csv"
        assert CliRunner().invoke(Verbs().get_command(None, verb), [*over, *options, "--csv", str(path)]).exit_code == 0
        head, *rows = path.read_text().splitlines()
        heads[verb] = head
        assert len(rows) == (5 if verb == "passage" else 3)
        assert all(len(row.split(",")) == len(head.split(",")) for row in rows)
        assert float(rows[0].split(",")[0]) == 0
    assert heads["transient"] == "time,Busy,Busy margin,population(Client) / 2"
    assert heads["passage"] == "time,exact arrived,exact density,fluid arrived,fluid density"
    assert "Busy margin" in heads["simulate"]
    assert CliRunner().invoke(Verbs().get_command(None, "simulate"), [*over, "--csv", "x.csv"]).exit_code == 2
