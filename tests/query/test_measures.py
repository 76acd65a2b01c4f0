"""Measures of the shipped models and of small ones, against closed forms."""

import math

import pytest

from pepa.control.error import PepaError
from pepa.query.measures import response_time
from tests.models import MODELS, model_text, solve


def birth_death(births, deaths):
    weights = [1.0]
    for birth, death in zip(births, deaths, strict=True):
        weights.append(weights[-1] * birth / death)
    total = sum(weights)
    return [weight / total for weight in weights]


@pytest.mark.parametrize(("machines", "repairers"), [(1, 1), (10, 2), (7, 7), (40, 3)])
def test_machine_repair(machines, repairers):
    found = solve(model_text("machine_repair"), n=machines, c=repairers).measures
    fail, mend = 0.1, 0.8
    down = birth_death(
        [fail * (machines - k) for k in range(machines)],
        [mend * min(k, repairers) for k in range(1, machines + 1)],
    )
    mean = sum(k * p for k, p in enumerate(down))
    assert found.population["Down"] == pytest.approx(mean, rel=1e-12)
    assert found.throughput["repair"] == pytest.approx(fail * (machines - mean), rel=1e-12)


@pytest.mark.parametrize(("servers", "places", "arrival"), [(1, 1, 0.5), (2, 10, 1.5), (3, 3, 5.0), (4, 60, 3.9)])
def test_queue_with_servers_and_room(servers, places, arrival):
    found = solve(model_text("queue"), c=servers, k=places, arrival=arrival).measures
    length = birth_death([arrival] * places, [1.0 * min(k, servers) for k in range(1, places + 1)])
    assert found.population["Taken"] == pytest.approx(sum(k * p for k, p in enumerate(length)), rel=1e-12)
    assert found.throughput["arrive"] == pytest.approx(arrival * (1 - length[-1]), rel=1e-12)


def test_erlang_loss_formula():
    found = solve(model_text("queue"), c=5, k=5, arrival=3.0).measures
    blocking = (3.0**5 / math.factorial(5)) / sum(3.0**k / math.factorial(k) for k in range(6))
    assert 1 - found.throughput["arrive"] / 3.0 == pytest.approx(blocking, rel=1e-12)


def test_closed_tandem_has_a_product_form():
    # n jobs between two single servers: a closed network; station 1 holds k with weight (mu2 / mu1)^k
    text = "n = 6; P = (one, 3.0).Q; Q = (two, 2.0).P; S = (one, 3.0).S; R = (two, 2.0).R;\n(P[n] <one> S) <two> R"
    weights = [(2.0 / 3.0) ** k for k in range(7)]
    busy = 1 - weights[0] / sum(weights)
    assert solve(text).measures.throughput["one"] == pytest.approx(3.0 * busy, rel=1e-12)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_shipped_model_balances(path):
    found = solve(path.read_text())
    for group in found.measures.groups:
        assert sum(group.population.values()) == pytest.approx(group.size)
        assert sum(group.utilisation.values()) == pytest.approx(1)
    assert found.steady.probability.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("users", "name", "value"), [(1, "User3", 0.692), (2, "CM", 0.513), (2, "User3", 1.282036), (5, "User3", 2.214634)]
)
def test_the_papers_figures(users, name, value):
    found = solve(model_text("vm_launch"), Q=users, p=0.2).measures
    assert found.population[name] == pytest.approx(value, abs=10 ** -(len(str(value)) - 2))


def test_a_lost_manager_costs_one_user():
    """With two managers one is stuck in the end, and one user with it."""
    two, one = (solve(model_text("vm_launch"), Q=q, C=c).measures.throughput for q, c in ((4, 2), (3, 1)))
    assert two["useVM"] == pytest.approx(one["useVM"], rel=1e-12)


def test_symmetric_components_have_equal_figures():
    throughput = solve(model_text("pc_lan4")).measures.throughput
    assert [throughput[f"serve{i}"] for i in (2, 3, 4)] == pytest.approx([throughput["serve1"]] * 3)


def test_frames_are_delivered_as_often_as_accepted():
    throughput = solve(model_text("alternating_bit")).measures.throughput
    assert throughput["deliver"] == pytest.approx(throughput["accept"])
    assert throughput["send0"] > throughput["deliver"] / 2


def test_response_time_is_littles_law():
    found = solve(model_text("machine_repair"))
    time = response_time(found.derived.net, found.measures.population, found.flow, ["Down"])
    assert time.mean == pytest.approx(found.measures.population["Down"] / found.measures.throughput["repair"])
    both = response_time(found.derived.net, found.measures.population, found.flow, ["Up", "Down"])
    assert math.isnan(both.mean)


def test_response_time_of_an_unknown_state():
    found = solve(model_text("machine_repair"))
    with pytest.raises(PepaError, match="no local derivative") as caught:
        response_time(found.derived.net, found.measures.population, found.flow, ["Dwn"])
    assert "Down" in caught.value.hint


def test_composite_components_are_counted_by_what_they_hold():
    text = "P = (a, 1).Q; Q = (b, 2).P; R = (b, 3).R;\n(P <b> R)[3]"
    found = solve(text).measures
    assert set(found.population) == {"P", "Q", "R"}
    assert found.population["R"] == pytest.approx(3)
    assert found.population["P"] + found.population["Q"] == pytest.approx(3)


COMES_BACK = """
Idle = (go, 0.5).Busy;
Busy = (rest, 2).Pause + (end, 1).Idle;
Pause = (back, 4).Busy;
Idle[3]
"""


def test_a_set_left_and_entered_again_is_told_by_the_cycle():
    found = solve(COMES_BACK)
    time = response_time(found.derived.net, found.measures.population, found.flow, ["Busy"])
    assert time.mean == pytest.approx(1 / 3)  # rates 2 and 1
    assert time.report == {
        "states": ["Busy"],
        "mean": time.mean,
        "cycle_of": "Idle",
        "visits_per_cycle": pytest.approx(3.0),  # each visit ends the cycle with probability 1/3
        "per_cycle": pytest.approx(1.0),
    }


@pytest.mark.parametrize("names", [["Idle"], ["Busy", "Pause"], ["Idle", "Busy", "Pause"]])
def test_a_set_entered_once_a_cycle_is_told_by_the_visit(names):
    found = solve(COMES_BACK)
    assert "cycle_of" not in response_time(found.derived.net, found.measures.population, found.flow, names).report


def test_what_happens_never_brings_nobody_back():
    found = solve(COMES_BACK.replace("(rest, 2)", "(rest, 0)"))
    assert "cycle_of" not in response_time(found.derived.net, found.measures.population, found.flow, ["Busy"]).report
