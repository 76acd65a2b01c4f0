"""`pepa query` as a user calls it."""

import csv
import math
from dataclasses import replace

import pytest
from click.testing import CliRunner

from pepa.cli.main import Verbs
from pepa.control.control import LimitReached
from pepa.markov.steady import steady_state
from pepa.markov.steady.certainty import Certainty
from pepa.query import asking
from tests.cli.command import VM_LAUNCH, answer, pepa

SOON = "P=? [ F<=10 User3 >= 2 ]"


def test_numbers_and_verdicts():
    status, found = answer("query", VM_LAUNCH, "Q=3", SOON, "P>=1 [ F User3 = 3 ]", "R=? [ C ]")
    assert status == 0
    assert found["states"] == 215
    number, verdict, infinite = found["properties"]
    assert number["value"] == pytest.approx(0.00034619960163, abs=1e-12)
    assert number["low"] <= number["value"] <= number["high"]
    assert (verdict["verdict"], verdict["holds_in"]) == (True, 215)
    assert (infinite["infinite"], infinite["value"]) == (True, None)


def test_measures_and_passages_stand_among_them():
    done = pepa("query", VM_LAUNCH, "Q=1", "passage(User: User1 -> User3)", "throughput(useVM) / Q", "useVM")
    assert done.returncode == 0
    assert "\n    13.075, certain to" in done.stdout  # it starts in the only state where that is so
    assert done.stdout.count("in the long run, certain to") == 2


def test_answers_are_a_table_too(tmp_path):
    path = tmp_path / "answers.csv"
    done = pepa(
        "query", VM_LAUNCH, "Q=3", SOON, "P>=1 [ F User3 = 3 ]", "useVM", "sojourn(User3 > 5)", "--csv", str(path)
    )
    assert done.returncode == 0
    number, verdict, measure, none = csv.DictReader(path.read_text().splitlines())
    assert float(number["low"]) <= float(number["value"]) <= float(number["high"])
    assert float(number["value"]) == pytest.approx(0.00034619960163, abs=1e-12)
    assert (verdict["verdict"], verdict["holds_in"], verdict["value"]) == ("true", "215", "")
    assert float(measure["value"]) > 0
    assert (none["value"], "never entered" in none["reason"]) == ("", True)


def test_what_has_no_value_says_why():
    done = pepa("query", VM_LAUNCH, "Q=1", "sojourn(User3 > 5)", "throughput(useVM) / 0")
    assert done.stdout.splitlines()[1::2] == [
        "    no value: in the long run those states are never entered, or never left",
        "    no value: something is divided by 0",
    ]
    _, found = answer("query", VM_LAUNCH, "Q=1", "sojourn(User3 > 5)")
    (one,) = found["properties"]
    assert one["value"] is None
    assert "never entered" in one["reason"]


def test_the_status_tells_a_verdict(tmp_path):
    file = tmp_path / "some.props"
    file.write_text('"busy": S=? [ CM = 0 ]\n"busy" < 0.1\n')
    done = pepa("query", VM_LAUNCH, "Q=1", str(file))
    assert done.returncode == 1
    assert "busy: S=?" in done.stdout
    assert "false; holds in 0 of 17 states" in done.stdout
    assert pepa("query", VM_LAUNCH, "Q=1", "--props", str(file), "P>=1 [ F init ]").stdout.count("true") == 1


ONE_WAY = "P = (go, 2).Q; Q = (stay, 3).Q; R = (never, 1).R;\nP <never> R"


def test_one_without_an_answer_takes_none_from_the_others(tmp_path):
    """Of four the second and the last have none; in their places they say why, in a file of properties too."""
    model, file, table = tmp_path / "way.pepa", tmp_path / "four.props", tmp_path / "four.csv"
    model.write_text(ONE_WAY)
    lines = ["P=? [ F<=1 Q = 1 ]", "passage(go -> stay)", '"kept": throughput(stay)', "passage(go -> go) + 1"]
    file.write_text("\n".join(lines))
    done = pepa("query", str(model), str(file), "--csv", str(table))
    assert done.returncode == 1
    texts = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert texts == [lines[0], lines[1], "kept: throughput(stay)", lines[3]]
    assert done.stdout.count("no answer: `go` never happens in the long run") == 2
    assert "    3 in the long run" in done.stdout
    assert "2 of 4 have no answer" in done.stderr
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert [row["value"] != "" for row in rows] == [True, False, True, False]
    assert "never happens" in rows[1]["reason"]
    status, found = answer("query", str(model), *lines[:2])
    assert status == 1
    assert found["properties"][0]["value"] == pytest.approx(1 - math.exp(-2), abs=1e-12)
    assert "never happens" in found["properties"][1]["error"]
    assert "from `init`" in found["properties"][1]["hint"]


def test_a_measure_without_an_answer_takes_no_solution_with_it(tmp_path):
    path = tmp_path / "way.pepa"
    path.write_text(ONE_WAY)
    asked = ["--measure", "passage(go -> stay)", "--measure", "throughput(stay) / 2"]
    done = pepa("solve", str(path), *asked)
    assert done.returncode == 1
    assert "1.500" in done.stdout
    assert "`go` never happens in the long run" in done.stderr
    status, found = answer("solve", str(path), *asked)
    assert status == 1
    assert found["measures"] == {"passage(go -> stay)": None, "throughput(stay) / 2": pytest.approx(1.5)}
    assert "never happens" in found["why_none"]["passage(go -> stay)"]


def test_one_that_a_limit_stops_ends_as_limits_do(tmp_path, monkeypatch):
    def spent(*_):
        raise LimitReached("the time is over", "give it more")

    monkeypatch.setattr(asking, "exact_values", spent)
    path = tmp_path / "way.pepa"
    path.write_text(ONE_WAY)
    done = CliRunner().invoke(Verbs().get_command(None, "query"), [str(path), "P>=1 [ F Q = 1 ]", "throughput(stay)"])
    assert done.exit_code == 3
    assert "true" in done.output
    assert "no answer: the time is over" in done.output


@pytest.mark.parametrize(
    ("verb", "arguments"), [("query", ["S>=0 [ CM = 1 ]"]), ("passage", ["--from", "useVM", "--to", "end"])]
)
def test_a_steady_state_that_is_not_certain_is_said(monkeypatch, verb, arguments):
    exact = steady_state._finished

    def doubtful(*given):
        return replace(exact(*given), certainty=Certainty(0.01, 0.0, "a barrier is left"))

    monkeypatch.setattr(steady_state, "_finished", doubtful)
    done = CliRunner().invoke(Verbs().get_command(None, verb), [str(VM_LAUNCH), "Q=1", *arguments])
    assert done.exit_code == 3
    assert "not certain: figures may be off by 1 %: a barrier is left" in done.output


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ([], 2, "there is no property"),
        (["P=? [ F<=10 Usr3 >= 2 ]"], 1, "did you mean `User3`?"),
        (["P=? [ F<=10 User3 >= 2 "], 1, "expected `]`"),
        (["Q=x", SOON], 2, "Q=x"),
        (["none.props"], 1, "cannot read none.props"),
        (["probability(User3)"], 1, "true or false"),
    ],
)
def test_what_it_says(arguments, status, said):
    done = pepa("query", VM_LAUNCH, *arguments)
    assert done.returncode == status
    assert said in done.stdout + done.stderr


def test_what_is_wrong_in_a_file_has_its_file_and_line(tmp_path):
    path = tmp_path / "wrong.props"
    for text, line in (("const double T = 2;\n\nP=? [ F<=T Nobody > 0 ]\n", 3), ("S=? [ CM = 1 ]\nP=? [ F<= ]\n", 2)):
        path.write_text(text)
        done = pepa("query", VM_LAUNCH, str(path))
        assert done.returncode == 1
        assert f"{path}: line {line}: " in done.stderr


def test_solve_says_why_a_measure_has_no_value():
    done = pepa("solve", VM_LAUNCH, "Q=1", "--measure", "sojourn(User3 > 5)")
    assert "never entered" in " ".join(done.stdout.split())
    _, found = answer("solve", VM_LAUNCH, "Q=1", "--measure", "sojourn(User3 > 5)")
    assert "never entered" in found["why_none"]["sojourn(User3 > 5)"]
