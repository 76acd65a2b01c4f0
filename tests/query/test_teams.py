"""Members that cooperate among themselves: how many there are, and that none of them is taken for all of them."""

import pytest

from pepa.control.error import PepaError
from pepa.net.tagging import groups_named, tagged
from pepa.query.analysis import compile_text
from pepa.query.exact import exact_values
from pepa.query.measure import measured
from tests.models import solve

CYCLE = "P0 = (a, 2).P1; P1 = (b, 3).P0; Q = (b, 1.5).Q1; Q1 = (c, 1).Q;\n"


def value(text, measure):
    return measured(measure, exact_values(solve(text)))


@pytest.mark.parametrize(
    ("system", "number"),
    [
        ("P0[3]{a}", 3),
        ("P0 <a> P0 <a> P0", 3),
        ("(P0 <a> P0) <b> P1", 3),
        ("P0[2]{a} <b> Q[2]", 2),
        ("(P0 <a> P0)[2] <b> Q", 4),
        ("P0[5] <b> Q", 5),
        ("P0 <b> Q", 1),
    ],
)
def test_utilisation_is_of_all_who_may_be_there(system, number):
    text = CYCLE + system
    shares = [value(text, f"utilisation({name})") for name in ("P0", "P1")]
    assert shares == pytest.approx([value(text, f"population({name})") / number for name in ("P0", "P1")], rel=1e-12)
    assert sum(shares) == pytest.approx(1)


def test_what_several_components_may_be_in_is_of_the_members_of_all():
    text = "A = (a, 1).S; S = (s, 2).A; B = (b, 3).S;\nA[2] || B[3]"
    assert compile_text(text).net.members("S") == 5
    assert value(text, "utilisation(S)") == pytest.approx(value(text, "population(S)") / 5)


@pytest.mark.parametrize("system", ["P0[3]{a}", "P0 <a> P0 <a> P0", "(P0 <a> P0)[2] <b> Q", "(P0 <a> P1)[2]"])
def test_none_of_several_alike_that_cooperate_is_told_apart(system):
    net = compile_text(CYCLE + system).net
    with pytest.raises(PepaError, match="cooperate with one another"):
        tagged(net, "P0")


@pytest.mark.parametrize("system", ["(P0 <b> Q)[2]", "P0[3] <b> Q[2]"])
def test_one_of_a_team_of_others_is(system):
    assert tagged(compile_text(CYCLE + system).net, "P0").groups[-1].size == 1


def test_a_name_in_quotes_is_not_the_term_that_it_is_written_as():
    text = 'P0 = (a, 2)."(b, 3).P0" + (e, 1).(b, 3).P0; "(b, 3).P0" = (c, 7).P0;\nP0[2]'
    found = solve(text).measures
    assert found.throughput["a"] == pytest.approx(2 * 2 / (1 + 2 / 7 + 1 / 3))
    assert found.throughput["c"] == pytest.approx(found.throughput["a"])
    assert found.throughput["b"] == pytest.approx(found.throughput["e"])
    assert sum(found.population.values()) == pytest.approx(2)


def test_groups_of_one_name_have_numbers_and_a_sign_in_a_name_is_none():
    net = compile_text('P = (a, 1).Q; Q = (b, 2).P; "P#x" = (a, 1)."P#x";\nP[2] <a> P[3] <a> "P#x"').net
    asked = ("P", "P#1", "P#2", "P#3", "P#x", "Q")
    assert [groups_named(net, name) for name in asked] == [[0, 1], [0], [1], [], [2], []]
    one = compile_text("P = (a, 1).P;\nP[2]").net
    assert [groups_named(one, name) for name in ("P", "P#1")] == [[0], []]


def test_of_very_many_groups_the_first_are_named():
    definitions = "".join(f"P{number} = (a{number}, 1).P{number};\n" for number in range(40))
    net = compile_text(definitions + " || ".join(f"P{number}" for number in range(40))).net
    with pytest.raises(PepaError) as caught:
        tagged(net, "Q")
    assert caught.value.hint.endswith("`P11`, …")
