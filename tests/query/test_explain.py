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


CHAIN = """
P = (think, 1).P1; P1 = (a, 9).P; S = (a, 5).S1; S1 = (log, 2).S; L = (log, 3).L1; L1 = (rest, {rest}).L;
(P[4] <a> S) <log> L
"""


@pytest.mark.parametrize("rest", [0.5, 1.0, 3.0])
def test_percentages_in_words_are_those_of_the_parts(rest):
    """How long a member is occupied, at its own rate and waiting: each by the probabilities of states."""
    model = pepa.parse(CHAIN.format(rest=rest))
    found, parts = explained(model)
    steady, text = model.steady_state(), ". ".join(found.sentences)
    assert found.customers is parts["P"]
    assert parts["S"].occupied == pytest.approx(1 - steady.measure("probability(S > 0 & P1 = 0)"), rel=1e-9)
    busiest = found.busiest
    waiting = 1 - parts["P"].working
    cycle = 4 / steady["think"]
    assert f"a cycle of P takes {cycle:.4g} on average" in text
    assert f"for {waiting * cycle:.4g} of it ({waiting:.1%}) it waits" in text
    assert f"{busiest.occupied:.1%} of the time" in text
    assert busiest is parts["S"]
    assert f"it waits {busiest.occupied - busiest.working:.1%}, most of all for L" in text
    assert busiest.waits["L"] == pytest.approx(steady.measure("probability(S1 > 0 & L1 > 0)"), rel=1e-9)


def test_the_share_of_a_member_is_that_of_an_array_over_its_size():
    model = pepa.parse("P = (a, 1).Q; Q = (b, 3).P; P[4]")
    _, parts = explained(model)
    assert parts["P"].working == pytest.approx(1, rel=1e-12)  # nobody waits, whatever the number of them
    assert parts["P"].occupied == pytest.approx(1, rel=1e-12)


LOCKS = """One = (one, 1).Held; Held = (other, 1).Both; Both = (free, 2).Freed; Freed = (letgo, 3).One;
Other = (other, 1).Holds; Holds = (one, 1).Full; Full = (free, 2).Over; Over = (letgo, 3).Other;
Lock = (one, infty).Taken; Taken = (free, infty).Lock;
Second = (other, infty).Gone; Gone = (letgo, infty).Second;
(One || Other) <one, other, free, letgo> (Lock || Second)
"""


def test_who_is_stuck_is_no_bottleneck():
    found, _ = explained(pepa.parse(LOCKS))
    assert found.stuck == pytest.approx(1)
    assert not found.saturated
    assert found.sentences == (
        "the long run is a deadlock: nothing happens there any more, and there is no bottleneck",
    )


def test_a_share_of_deadlocks_is_told():
    found, _ = explained(
        pepa.parse("P = (end, 1).Q + (go, 3).R; Q = (wait, 1).Q; R = (on, 1).R; S = (never, 1).S; P <wait, never> S")
    )
    assert found.stuck == pytest.approx(1 / 4)
    assert found.sentences[0].startswith("a share of 0.25 of the long run is in deadlocks")
