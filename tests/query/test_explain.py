"""Why figures are what they are, against the probabilities of states and closed forms."""

import pytest

import pepa
from pepa.query.explain import explain


def explained(model):
    found = explain(model.steady_state().solved)
    return found, {part.name: part for part in found.parts}


def test_a_meeting_of_two_by_the_probabilities_of_their_states():
    model = pepa.parse("P = (a, 2).P1; P1 = (b, 3).P; R = (a, 5).R1; R1 = (c, 1).R; P <a> R")
    found, parts = explained(model)
    steady = model.steady_state()
    here, alone = steady.measure("population(P)"), steady.measure("probability(P > 0 & R1 > 0)")
    stay = parts["P"].stays[0]
    (meeting,) = stay.meetings
    assert meeting.unready == pytest.approx(alone / here, rel=1e-12)
    assert meeting.missing == {"R": pytest.approx(alone / here, rel=1e-12)}
    assert meeting.slowed == 0
    assert stay.working == pytest.approx(here - alone, rel=1e-12)  # else it goes at its own rate, the lower one
    (other,) = parts["R"].stays[0].meetings
    assert other.own == pytest.approx(0, abs=1e-12)  # where P is ready it is slower
    assert found.busiest is not None


@pytest.mark.parametrize("users", [2, 5])
def test_the_cycle_of_a_user_adds_up_to_littles_figure(users):
    model = pepa.example("vm_launch", p=0.2, Q=users)
    found, parts = explained(model)
    user, steady = parts["User"], model.steady_state()
    little = users / steady["generate_Kvm"]
    total = sum((stay.working + stay.waiting) / user.cycles for stay in user.stays)
    assert total == pytest.approx(little, rel=1e-9)
    assert user.cycle_time == pytest.approx(little, rel=1e-9)
    assert found.customers is user
    assert found.busiest is parts["CM"]  # the paper: the manager is the first bottleneck
    assert found.saturated == (users == 5)


def test_who_waits_passively_or_may_break_down_is_idle_meanwhile():
    model = pepa.parse("C = (think, 1).D; D = (serve, infty).C; S = (serve, 4).S + (fail, 0.01).F; F = (mend, 1).S; "
                       "C[3] <serve> S")  # fmt: skip
    _, parts = explained(model)
    serving = next(stay for stay in parts["S"].stays if stay.label == "S")
    alone = model.steady_state()["fail"] / (model.steady_state()["fail"] + model.steady_state()["serve"])
    expected = serving.population * alone + model.steady_state()["serve"] / 4
    assert serving.working == pytest.approx(expected, rel=1e-12)
    waiting = next(stay for stay in parts["C"].stays if stay.label == "D")
    assert waiting.working == 0
    assert waiting.meetings[0].own == pytest.approx(0, abs=1e-12)


def test_nobody_waits_where_nobody_cooperates():
    found, _ = explained(pepa.parse("P = (a, 1).Q; Q = (b, 2).P; P || P"))
    assert found.busiest is None
    assert "no bottleneck" in " ".join(found.sentences)


def test_who_is_slower_but_always_ready_is_the_bottleneck():
    found, parts = explained(pepa.parse("P = (a, infty).Q; Q = (b, 2).P; K = (a, 1).K; P[9] <a> K"))
    waiting = sum(stay.waiting for stay in parts["P"].stays)
    assert parts["P"].waits == {"K": pytest.approx(waiting)}
    assert found.busiest is parts["K"]
    assert found.saturated
    assert found.sentences[-1].startswith("K is the bottleneck")
