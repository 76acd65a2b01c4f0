"""Apparent rates and rates of moves by Hillston's definition (1996, section 3.3), part by part."""

import itertools
import math

import pytest

from pepa.control.error import PepaError
from pepa.net.component import Transition
from pepa.net.mixed_rates import MixedRates
from pepa.net.net import Factor, LeafRate, MinRate, Move, Participant, SumRate
from pepa.net.probe import NOWHERE
from pepa.net.rates import StateCounts, apparent_rate, move_rate
from pepa.net.slopes import apparent_slopes, least, move_slopes
from pepa.net.tagging import Rewriting, group_of, tagged
from pepa.query.analysis import compile_text

# Three groups: of the first all are active, of the second passive, of the third one or the other by their place.
ACTIVE, PASSIVE = LeafRate(0, {0: 2.0, 1: 3.0}), LeafRate(1, {0: 1.0, 1: 5.0})
EITHER = LeafRate(2, {0: 7.0}), LeafRate(2, {1: 1.0})


def at(*counts):
    return StateCounts(counts)


def value(rate, *counts):
    return float(apparent_rate(rate, at(*counts)))


def test_a_group_is_as_fast_as_all_of_its_members():
    assert value(ACTIVE, (2, 1)) == 7
    assert value(ACTIVE, (0, 0)) == 0
    assert value(SumRate((ACTIVE, LeafRate(0, {1: 0.5}))), (2, 4)) == 16 + 2
    assert value(SumRate(()), (2, 4)) == 0


@pytest.mark.parametrize(
    ("either", "passive", "expected"),
    [
        ((1, 0), (1, 0), 4.0),  # two active parts, one passively ready: the slower of the active ones
        ((2, 0), (0, 1), 4.0),
        ((0, 1), (1, 0), 4.0),  # one active part, two ready
        ((0, 0), (1, 0), 0.0),  # one is not ready
        ((1, 0), (0, 0), 0.0),
        ((0, 1), (0, 0), 0.0),
    ],
)
def test_parts_that_synchronise_have_the_least_of_their_active_rates(either, passive, expected):
    rate = MinRate(((ACTIVE, None), (None, PASSIVE), EITHER), False)
    assert value(rate, (2, 0), passive, either) == expected
    assert value(rate, (9, 9), passive, either) == (7.0 * either[0] or 45.0) * bool(expected)


def test_where_no_part_is_active_there_is_no_rate_and_weights_are_compared():
    ready = ((None, PASSIVE), EITHER)
    assert value(MinRate(ready, False), (), (1, 1), (0, 1)) == 0
    assert value(MinRate(ready, True), (), (1, 1), (0, 1)) == 1
    assert value(MinRate(ready, True), (), (1, 0), (0, 4)) == 1
    assert value(MinRate(ready, True), (), (3, 0), (0, 2)) == 2
    assert value(MinRate(ready, True), (), (3, 0), (2, 0)) == 0


def way(rate, passive=False):
    return Transition(0, 1, "a", rate, passive, NOWHERE)


@pytest.mark.parametrize(("first", "second"), itertools.product([1, 2, 5], [1, 3]))
def test_a_move_shares_the_least_rate_by_how_often_its_members_could(first, second):
    """One member of many at rate 2 and one of others at rate 7: min(2 m, 7 n), times the shares of both."""
    parts = LeafRate(0, {0: 2.0}), LeafRate(1, {0: 7.0})
    move = Move("a", (Participant(0, way(2.0)), Participant(1, way(7.0))), (Factor(parts, parts),), False)
    found = float(move_rate(move, at((first, 0), (second, 0))))
    assert found == pytest.approx(min(2 * first, 7 * second))
    other = LeafRate(0, {0: 2.0, 1: 4.0}), LeafRate(1, {0: 7.0})
    shared = Move("a", move.participants, (Factor(other, other),), False)
    total = 2 * first + 4 * 3
    exact = min(total, 7 * second) * 2 * first / total
    assert float(move_rate(shared, at((first, 3), (second, 0)))) == pytest.approx(exact)


def test_what_is_active_and_passive_at_once_has_no_rate_and_its_place_is_told():
    parts = (LeafRate(0, {0: 2.0}),)
    move = Move(
        "a", (Participant(0, way(2.0)), Participant(1, way(1.0, True))), (Factor(parts, parts, (PASSIVE,)),), False
    )
    assert float(move_rate(move, at((3, 0), (0, 0)))) == 0  # nobody there is passive
    with pytest.raises(MixedRates, match="both active and passive on `a`"):
        move_rate(move, at((3, 0), (1, 0)))


R, S = ("r", 1), ("s", 1)


def test_slopes_of_minima_are_those_of_the_least_side_and_at_a_tie_the_least():
    leaf = LeafRate(0, {0: 2.0}, {R: LeafRate(0, {0: 1.0})})
    other = LeafRate(1, {0: 3.0}, {S: LeafRate(1, {0: 4.0}), R: LeafRate(1, {0: -5.0})})
    both = MinRate(((leaf, None), (other, None)), False)
    for counts, expected in (
        (((1, 0), (1, 0)), (2, {R: 1})),
        (((3, 0), (1, 0)), (3, {R: -5, S: 4})),
        (((3, 0), (2, 0)), (6, {R: -10, S: 0})),  # as S grows the first stays
    ):
        number, slopes = apparent_slopes(both, at(*counts))
        assert float(number) == expected[0]
        assert {direction: float(slope) for direction, slope in slopes.items() if slope} == {
            direction: slope for direction, slope in expected[1].items() if slope
        }
    total, slopes = apparent_slopes(SumRate((leaf, other)), at((3, 0), (2, 0)))
    assert (total, slopes) == (12, {R: 3 - 10, S: 8})
    assert least([(5.0, {R: 2.0})]) == (5.0, {R: 2.0})


def test_slopes_of_a_move_of_which_nothing_depends_on_a_parameter_are_none():
    parts = LeafRate(0, {0: 2.0}), LeafRate(1, {0: 7.0})
    move = Move("a", (Participant(0, way(2.0)), Participant(1, way(7.0))), (Factor(parts, parts),), False)
    assert move_slopes(move, at((1, 0), (1, 0))) == {}


def test_of_whom_a_member_is_told_apart():
    groups = "P = (a, 1).Q; Q = (b, 2).P; R = (c, 3).Q; P[3] <b> R"
    net = compile_text(groups).net
    assert group_of(net, "P") == 0
    assert group_of(net, "R") == 1
    with pytest.raises(PepaError, match="several groups") as error:
        group_of(net, "Q")
    assert "`P`, `R`" in error.value.hint
    with pytest.raises(PepaError, match="no group"):
        group_of(net, "X")
    twice = compile_text("P = (a, 1).Q; Q = (b, 2).P; P[2] <a> P[3]").net
    assert [group_of(twice, name) for name in ("P#1", "P#2")] == [0, 1]
    with pytest.raises(PepaError, match="`P` is in several groups") as error:
        group_of(twice, "P")
    assert error.value.hint == "name one of them: `P#1`, `P#2`"
    with pytest.raises(PepaError, match="no member to follow"):
        tagged(compile_text("P = (a, 1).P; R = (b, 1).R; P[0] || R").net, "P")


@pytest.mark.parametrize(
    "system", ["(P[3] || S[2]) <a> R[2]", "(P[2] <a> S[2]) <a> R[2]", "((P[2] || S) <a> R[2]) <b> T[2]"]
)
def test_the_rates_of_all_are_what_they_were_with_a_member_told_apart(system):
    text = "P = (a, 2).P1; P1 = (b, 1).P; S = (a, 3).S1; S1 = (c, 1).S; R = (a, 5).R; T = (b, 4).T;\n" + system
    net = compile_text(text).net
    apart = tagged(net, "P")
    for action in net.actions:
        assert total(apart, action) == pytest.approx(total(net, action))


def total(net, action):
    """Return how fast an action is at first, in all the ways it can happen."""
    counts = tuple(group.initial for group in net.groups)
    moves = [move for move in net.moves if move.action == action and ready(move, counts)]
    return math.fsum(float(move_rate(move, at(*counts))) for move in moves)


def ready(move, counts):
    return all(counts[part.group][part.transition.source] > 0 for part in move.participants)


def test_what_is_rewritten_once_is_shared():
    rewriting = Rewriting(0, lambda rate: SumRate((rate, rate.of(9))))
    inner = MinRate(((ACTIVE, None), (None, PASSIVE)), False)
    move = Move("a", (), (Factor((inner, ACTIVE), (inner, SumRate((ACTIVE, PASSIVE)))),), False)
    (factor,) = rewriting.factors(move)
    assert factor.least[0] is factor.all[0]
    assert factor.least[1] is factor.least[0].parts[0][0]
    assert factor.all[1].parts == (factor.least[1], PASSIVE)
    assert factor.least[1].parts[1].group == 9
    assert rewriting.factors(move)[0] is factor
