"""`pepa passage` as a user calls it."""

import csv
import math

import pytest

from tests.cli.command import VM_LAUNCH, answer, pepa


def test_a_user_from_request_to_confirmation():
    status, found = answer(
        "passage", VM_LAUNCH, "--member", "User", "--from", "receiveRequest", "--to", "forward_N_id_To_User",
        "--to", "end", "--quantile", "0.95", "--points", "40",
    )  # fmt: skip
    assert status == 0
    assert found["mean"] == pytest.approx(9.4, rel=1e-10)
    assert [end["probability"] for end in found["ends"]] == pytest.approx([0.8, 0.2], rel=1e-10)
    assert found["quantiles"][0]["time"] == pytest.approx(15.29238, abs=1e-4)
    curve = found["curve"]
    assert len(curve["time"]) == 41
    assert curve["distribution"][0] == 0
    assert curve["distribution"][-1] == pytest.approx(0.99, abs=1e-6)
    assert sorted(curve["distribution"]) == curve["distribution"]


def test_tables_and_a_chart():
    done = pepa("passage", VM_LAUNCH, "--from", "init", "--to", "User3 >= 2", "--to", "untrusted_N")
    assert done.returncode == 0
    for said in ("first to come", "standard deviation", "95 %", "proved right", "●"):
        assert said in done.stdout
    assert "●" not in pepa("passage", VM_LAUNCH, "--from", "init", "--to", "User3 >= 2", "--no-chart").stdout


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--from", "init", "--to", "deadlock"], 0, "never arrives"),
        (["--from", "recieveRequest", "--to", "end"], 1, "did you mean `receiveRequest`?"),
        (["--from", "init"], 2, "--to"),
        (["--probe", "User::receiveRequest:start, forward_N_id_To_User:stop"], 0, "watched by a component of 2 states"),
        (["--from", "useVM", "--to", "useVM", "--earn", "useVM"], 0, "on the way"),
        (["--from", "useVM", "--to", "useVM", "--earn", "User9"], 1, "no action or local derivative"),
        (["--probe", "receiveRequest:start, ende:stop"], 1, "at column 23"),
        (["--probe", "end:start, useVM:stop", "--member", "User"], 2, "leave out"),
        (["--from", "init", "--to", "end", "--quantile", "1"], 2, "quantile"),
        (["--from", "init", "--to", "end", "--points", "0"], 1, "nothing to show"),
        (["--from", "receiveRequest", "--to", "end", "--within"], 1, "nothing is within it"),
        (["--from", "init", "--to", "end", "--member", "Usr"], 1, "the groups are"),
    ],
)
def test_what_it_says(arguments, status, said):
    done = pepa("passage", VM_LAUNCH, *arguments)
    assert done.returncode == status
    assert said in done.stdout + done.stderr


def test_what_is_earned_on_the_way_is_in_the_table_of_times(tmp_path):
    model, path = tmp_path / "turning.pepa", tmp_path / "times.csv"
    model.write_text("P = (go, 1.0).Q; Q = (back, 2.0).P; P[3]")
    asked = ("--member", "P", "--from", "P", "--to", "Q", "--earn", "P", "--points", "5", "--csv", str(path))
    assert pepa("passage", str(model), *asked).returncode == 0
    rows = list(csv.DictReader(path.read_text().splitlines()))
    for row in rows:
        off = abs(float(row["earned P"]) - (1 - math.exp(-float(row["time"]))))
        assert off <= float(row["earned P margin"]) + 1e-15


def test_methods_side_by_side():
    asked = [
        "passage",
        "models/client_server.pepa",
        "clients=6",
        "servers=3",
        "--member",
        "Client",
        "--from",
        "request",
        "--to",
        "answer",
    ]
    methods = [part for method in ("exact", "fluid", "simulation") for part in ("--method", method)]
    done = pepa(*asked, *methods, "--passages", "1000")
    assert done.returncode == 0
    assert "95 % confidence, pointwise, by means of batches" in done.stdout
    assert "! mean and band are unreliable" in done.stdout
    status, found = answer(*asked, *methods, "--passages", "1000")
    assert (status, [one["kind"] for one in found["methods"]]) == (0, ["exact", "fluid", "simulation"])
    exact, fluid, simulated = (one["mean"] for one in found["methods"])
    assert exact == pytest.approx(fluid, rel=0.2)
    assert abs(simulated - exact) < 3 * found["methods"][2]["mean_half_width"]


def test_a_method_without_an_answer_is_in_the_status():
    asked = ["passage", VM_LAUNCH, "Q=1", "--member", "User", "--from", "User1", "--to", "User3"]
    done = pepa(*asked, "--method", "exact", "--method", "fluid")
    assert done.returncode == 3
    assert "no answer by fluid" in done.stderr
    assert "exact" in done.stdout
    assert pepa(*asked, "--method", "exact").returncode == 0


def test_help_tells_ranges_as_people_would():
    for verb in ("passage", "transient", "simulate", "query"):
        told = pepa(verb, "--help").stdout
        assert "None" not in told
        assert "9223372036854775807" not in told
