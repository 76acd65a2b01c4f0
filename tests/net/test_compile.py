"""Models and the groups, moves and rates they compile to."""

import numpy as np
import pytest
from scipy.stats import binom

from pepa.control.error import PepaError
from pepa.language.problem import ModelError, Severity
from pepa.net.check import check_text
from pepa.net.compile import compile_model, load
from pepa.net.rates import StateCounts, move_rate
from tests.models import derive, solve


def net(text, **overrides):
    return compile_model(load(text)[0], overrides)


def groups(text, **overrides):
    return [(group.name, group.size) for group in net(text, **overrides).groups]


CYCLE = "P = (a, 1).Q; Q = (b, 2).P; R = (a, 3).R;\n"


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        ("P[3]", [("P", 3)]),
        ("P || P || P", [("P", 3)]),
        ("(P || P) <a> R", [("P", 2), ("R", 1)]),
        ("P || (R || P)", [("P", 2), ("R", 1)]),
        ("P || Q", [("P", 2)]),
        ("P[2] || P", [("P", 3)]),
        ("(P || R)[2]", [("P", 2), ("R", 2)]),
        ("P[2][3]", [("P", 6)]),
        ("P/{a} || P/{a}", [("P", 2)]),
        ("P <a> P", [("P[2]", 1)]),
        ("P <a> P <a> P", [("P[3]", 1)]),
        ("(P <a> R) <a> (R <a> P)", [("P[2]", 1), ("R[2]", 1)]),
        ("(P <b> R) <a> (R <b> P)", [("P[2]|R[2]", 1)]),
        ("P <a> (P <b> P)", [("P", 1), ("P[2]", 1)]),
        ("P <a> Q", [("P", 1), ("Q", 1)]),
        ("P[0] <a> R", [("P", 0), ("R", 1)]),
        ("(P <a> R)[2]", [("P|R", 2)]),
        ("(P <a> R)[2] || (P <a> R)", [("P|R", 3)]),
        ("(P <a> R)/{b} || (P <a> R)/{b}", [("P|R", 2)]),
        ("P[3]{a}", [("P[3]", 1)]),
        ("P <*> R", [("P", 1), ("R", 1)]),
    ],
)
def test_interchangeable_copies_are_counted(system, expected):
    assert groups(CYCLE + system) == expected


def test_definitions_may_hold_cooperations():
    assert groups(CYCLE + "S = P <a> R; S || S") == [("P|R", 2)]


@pytest.mark.parametrize(
    ("written", "array"),
    [
        ("P <a> P <a> P <a> P", "P[4]{a}"),
        ("(P <a> P) <a> (P <a> P)", "P[4]{a}"),
        ("((P <a> R) <a> P) <a> R", "P[2]{a} <a> R[2]{a}"),
        ("(P <a> P)/{a} || R", "P[2]{a}/{a} || R"),
    ],
)
def test_copies_that_cooperate_are_counted_however_they_are_written(written, array):
    one, other = solve(CYCLE + written), solve(CYCLE + array)
    assert one.derived.space.size == other.derived.space.size
    assert one.measures.throughput == pytest.approx(other.measures.throughput, rel=1e-12)
    assert one.measures.population == pytest.approx(other.measures.population, rel=1e-12)


def test_copies_of_what_is_large_stay_by_themselves():
    ring = "".join(f"S{i} = (s{i}, 1).S{(i + 1) % 60};\n" for i in range(60))
    assert groups(f"{ring}S0 <s1> S0") == [("S0#1", 1), ("S0#2", 1)]


def test_sizes_are_expressions_and_can_be_replaced():
    text = "n = 2; " + CYCLE + "P[2*n - 1]"
    assert groups(text) == [("P", 3)]
    assert groups(text, n=5) == [("P", 9)]


@pytest.mark.parametrize("size", ["2.5", "0 - 1", "1e18", "infty"])
def test_sizes_that_are_none(size):
    with pytest.raises(ModelError, match="array size"):
        net(CYCLE + f"P[{size}]")


def test_a_wildcard_takes_the_actions_of_both_sides():
    moves = net(CYCLE + "P <*> R").moves
    assert sorted((move.action, len(move.participants)) for move in moves) == [("a", 2), ("b", 1)]


def test_apparent_rates_share_the_bottleneck_by_weight():
    # Hillston 1996, section 3.3: alternatives of one component share its apparent rate
    text = "P = (a, 1).P1 + (a, 3).P2; P1 = (b, 1).P; P2 = (c, 1).P; R = (a, 2).R;\nP <a> R"
    found = net(text)
    initial = StateCounts(tuple(group.initial for group in found.groups))
    assert sorted(float(move_rate(move, initial)) for move in found.moves if move.action == "a") == [0.5, 1.5]


def test_weights_of_passive_rates_share_too():
    text = "P = (a, infty).P1 + (a, 3*infty).P2; P1 = (b, 1).P; P2 = (c, 1).P; R = (a, 2).R;\nP <a> R"
    throughput = solve(text).measures.throughput
    assert throughput["c"] / throughput["b"] == pytest.approx(3)


def test_parallel_activities_between_the_same_terms_add_up():
    assert len(net("P = (a, 1).P1 + (a, 2).P1; P1 = (b, 1).P;\nP").moves) == 2
    assert solve("P = (a, 1).P1 + (a, 2).P1; P1 = (b, 3).P;\nP").measures.population["P"] == pytest.approx(0.5)


def test_members_of_an_array_that_cooperate_move_together():
    found = solve("P = (a, 2).Q; Q = (b, 1).P;\nP[4]{a}")
    # all go to Q at once at rate 2, then come back one by one: 1/2 + 1/4 + 1/3 + 1/2 + 1
    cycle = 0.5 + 0.25 + 1 / 3 + 0.5 + 1
    assert found.measures.throughput["a"] == pytest.approx(1 / cycle)
    assert found.derived.space.size == 5


def test_a_large_team_spreads_binomially():
    text = "P = (a, 1).Q + (a, 2).R; Q = (b, 1).Q; R = (c, 1).R;\nP[1200]{a}"
    space = derive(text).space
    rates = space.rates(space.net)(slice(None))[space.source == 0]
    assert len(rates) == 1201
    assert np.sort(rates) == pytest.approx(np.sort(3 * binom.pmf(np.arange(1201), 1200, 1 / 3)), rel=1e-9, abs=1e-300)


def test_hidden_actions_are_tau():
    assert net(CYCLE + "P/{a}").actions == ("tau", "b")
    assert net(CYCLE + "(P/{a}) <a> R").moves[-1].action == "b"


def test_rates_of_zero_never_happen():
    text = "p = 0.3; P = (a, p).Q + (c, 1 - p).Q; Q = (b, 1).P;\nP"
    assert set(net(text).actions) == {"a", "b", "c"}
    assert {move.action for move in net(text, p=0).moves} == {"b", "c"}
    assert set(net(text, p=0).actions) == {"a", "b", "c"}  # asked for, it is 0
    with pytest.raises(ModelError, match="negative"):
        net(text, p=1.5)


def test_what_is_never_reached_keeps_its_name():
    text = "p = 0.3; P = (a, p).Q + (c, 1 - p).P; Q = (b, 1).R; R = (d, 1).P;\n"
    for system in ("P[2]", "P || P", "(P <c> P)[2]", "P[2]{c}"):
        found = net(text + system, p=0)
        assert set(found.actions) == {"a", "b", "c", "d"}
        assert set(found.derivatives) == {"P", "Q", "R"}
        assert {move.action for move in found.moves if all(found.groups[p.group].initial[p.transition.source]
                for p in move.participants)} == {"c"}  # fmt: skip


def test_a_wildcard_cooperation_is_on_what_has_rate_zero_too():
    """As a rate goes to 0 the partner waits longer and longer: at 0 it waits for ever, and is not let go."""
    text = "p = 0.5; P = (a, p).P + (b, 1).P; R = (a, 2).S; S = (c, 1).R;\nP <*> R"
    for p in (1e-9, 0.0):
        found = solve(text.replace("p = 0.5", f"p = {p}"))
        assert found.measures.throughput["c"] == pytest.approx(0, abs=1e-8)
        assert found.measures.throughput["b"] == pytest.approx(1)


def test_overrides_must_name_a_parameter():
    with pytest.raises(PepaError, match="no parameter `q`"):
        net("Q = 1;\n" + CYCLE.replace("Q", "S") + "P[Q]", q=1)


@pytest.mark.parametrize(
    "text",
    [
        "P = (a, infty).P;\nP",
        "P = (a, infty).P; R = (a, 1).R;\nP || R",
        "P = (a, infty).P; R = (a, infty).R;\nP <a> R",
        "P = (a, infty).P;\nP/{a}",
    ],
)
def test_a_passive_action_nobody_drives_has_its_place(text):
    with pytest.raises(ModelError, match="never driven") as caught:
        net(text)
    span = caught.value.problems[0].span
    assert text[span.start : span.end] == "a, infty"


def test_a_passive_action_driven_in_some_states_only():
    text = "P = (a, infty).P; R = (a, 1).S; S = (b, 1).R + (a, infty).S;\nP <a> R"
    with pytest.raises(ModelError, match="reachable state"):
        derive(text)


def test_copies_that_are_active_and_passive_at_once_are_refused_at_their_place():
    text = "P = (a, 1).P + (b, 1).Q; Q = (a, infty).P + (b, 1).P;\n(P <b> Q)[2]{a}"
    with pytest.raises(ModelError, match="both active and passive") as caught:
        net(text)
    span = caught.value.problems[0].span
    assert text[span.start : span.end] == "(P <b> Q)[2]{a}"


def test_composites_that_are_counted_are_refused_at_the_activity():
    text = "P = (a, 1).Q + (a, 1).R; Q = (b, 1).Q; R = (b, infty).R;\n(P[2] <b> P[3]) || (P[2] <b> P[3])"
    with pytest.raises(ModelError, match="both active and passive") as caught:
        check_text(text)
    span = caught.value.problems[0].span
    assert text[span.start : span.end] in ("b, 1", "b, infty")


def test_active_and_passive_at_once_has_no_rate():
    text = "P = (a, infty).Q; Q = (b, 1).P; S = (a, 2).S; R = (a, 1).R;\n(P || S) <a> R"
    with pytest.raises(ModelError, match="both active and passive") as caught:
        derive(text)
    span = caught.value.problems[0].span
    assert text[span.start : span.end] in ("a, 2", "a, infty")


def test_errors_are_told_before_warnings():
    with pytest.raises(ModelError) as error:
        load("unused = 1; P = (a, r).Q;\nP")
    severities = [problem.severity for problem in error.value.problems]
    assert severities == sorted(severities, key=[Severity.ERROR, Severity.WARNING].index)
    assert len(set(severities)) == 2


def test_blocked_and_redundant_actions_are_warned_of():
    assert [problem.code for problem in net(CYCLE + "P <a, b, z> R").problems] == ["blocked-action", "redundant-action"]


def test_equal_structure_means_equal_state_space():
    text = "r = 1; n = 2; P = (a, r).Q; Q = (b, 2).P;\nP[n]"
    assert net(text).structure == net(text, r=5).structure
    assert net(text).structure != net(text, n=3).structure
    assert net(text).structure != net(text, r=0).structure


def test_a_large_component_compiles_in_linear_time():
    size = 5000
    text = "".join(f"P{i} = (a{i}, 1).P{(i + 1) % size};\n" for i in range(size)) + "P0"
    found = net(text)
    assert len(found.moves) == size
    assert len(found.groups[0].component.labels) == size
