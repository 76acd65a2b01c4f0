"""What has no value is said in words."""

import json

import pytest
from click.testing import CliRunner

from pepa.cli.main import pepa


def run(tmp_path, text, *arguments):
    model = tmp_path / "m.pepa"
    model.write_text(text)
    return CliRunner().invoke(pepa, [arguments[0], str(model), *arguments[1:]])


@pytest.mark.parametrize("states", ["S", "T,W"])
def test_no_response_time(tmp_path, states):
    text = "T=(think,0.1).W; W=(serve,infty).T; S=(serve,1).S; T[2] <serve> S"
    shown = run(tmp_path, text, "solve", "--response-time", states)
    assert shown.exit_code == 0
    assert "nan" not in shown.output
    assert "nobody enters or leaves" in shown.output


@pytest.mark.parametrize("measure", ["1e308*10*population(P)", "1/0", "0/0", "-1e308*10"])
def test_measures_without_a_number(tmp_path, measure):
    text = "P=(a,1).Q; Q=(b,2).P; P[3]"
    shown = run(tmp_path, text, "solve", "--measure", measure)
    assert shown.exit_code == 0, shown.output
    assert json.loads(run(tmp_path, text, "solve", "--json", "--measure", measure).output)["measures"][measure] is None


def test_a_bound_that_cannot_be_proved(tmp_path):
    text = "P=(a,1e-13).Q; Q=(s,1e7).R; R=(s,1e7).Q+(c,1e-11).P; P"
    shown = run(tmp_path, text, "solve", "--bound")
    assert shown.exit_code == 0, shown.output


def test_a_bound_says_what_it_does_not_cover(tmp_path):
    steps = "".join(f"N{i}=(up,1e-10).N{i + 1}+(down,1).N{i - 1};" for i in range(1, 31))
    text = f"N0=(up,1e-10).N1;{steps}N31=(down,1).N30; N0"
    assert "rarer states are not covered" in " ".join(run(tmp_path, text, "solve", "--bound").output.split())


def test_short_series_are_shown_whole(tmp_path):
    text = "P=(a,1).Q; Q=(b,2).P; P"
    shown = run(tmp_path, text, "transient", "--until", "14", "--points", "14").output
    rows = [line.split()[0] for line in shown.splitlines() if line.strip()[:1].isdigit()]
    assert [float(time) for time in rows] == list(range(15))


def test_an_action_that_never_happens_takes_its_new_name():
    from pepa.control.control import Control
    from pepa.query.analysis import compile_text, derive_net, solve_derived

    text = "P=(a,1).Q+(old,z).P; Q=(b,2).P; z=0; P"
    before = derive_net(compile_text(text), Control())
    again = derive_net(compile_text(text.replace("old", "new")), Control(), before)
    assert again.reused
    assert set(solve_derived(again, Control()).measures.throughput) == {"a", "b", "new"}


def test_compare_sets_a_parameter_of_one_model(tmp_path):
    other = tmp_path / "o.pepa"
    other.write_text("P=(a,3).P; P")
    shown = run(tmp_path, "r=1; P=(a,r).P; P", "compare", "r=3", "--equivalence", str(other))
    assert "strongly equivalent" in shown.output
    assert "not strongly" not in shown.output


def test_a_visit_is_told_from_a_cycle(tmp_path):
    text = "I=(go,0.5).B; B=(rest,2).P+(end,1).I; P=(back,4).B; I[3]"
    words = " ".join(run(tmp_path, text, "solve", "--response-time", "B").output.split())
    assert "0.3333 time units a visit, 3.00 visits a cycle of I: 1.000 a cycle" in words
    words = " ".join(run(tmp_path, text, "ode", "--points", "2", "--response-time", "B").output.split())
    assert "3.00 visits a cycle of I" in words


def test_a_response_time_that_is_not_there_is_said_in_a_measure(tmp_path):
    text = "S=(serve,1).S; T=(a,1).U; U=(b,1).T; S || T"
    measure = "responsetime(S)"
    for verb in (["solve"], ["sweep", "q=1,2,3"], ["transient", "--points", "2"]):
        shown = run(tmp_path, "q=1; " + text.replace("b,1", "b,q"), *verb, "--measure", measure)
        assert shown.exit_code == 0, shown.output
        assert "nan" not in shown.output, verb
        assert "no value" in shown.output, verb
