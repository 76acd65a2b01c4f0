"""Filters, operators and verdicts of properties: against the values of all states one by one."""

import math

import numpy as np
import pytest

from pepa.control.control import Control
from pepa.query.checker import FILTERS, Checker, as_until
from pepa.query.expression import ExpressionError, parse
from pepa.query.property import answer, understood
from pepa.query.truth import Interval, Truth
from tests.models import derive

# a walk over A0..A3 that goes up at 1 and down at 2: of states 0..3 in this order
WALK = "A0 = (up, 1).A1; A1 = (up, 1).A2 + (down, 2).A0; A2 = (up, 1).A3 + (down, 2).A1; A3 = (down, 2).A2; A0"
TO_TOP = [11, 10, 7, 0]  # time to A3: h0 = h1 + 1, h1 = h2 + 3, h2 = h3 + 7 with h3 = 0


@pytest.fixture(scope="module")
def walk():
    return derive(WALK)


def asked(question, derived):
    return answer(question, derived, Control())


def value(question, derived):
    found = asked(question, derived)
    assert found.high - found.low <= 1e-9 * max(1.0, abs(found.value))
    return found.value


def everywhere(question, derived):
    return Checker(question, derived, Control()).value(parse(question))


def test_the_states_are_in_this_order_and_their_times_known(walk):
    assert [walk.space.counts(state)[0].index(1) for state in range(4)] == [0, 1, 2, 3]
    found = everywhere("R=? [ F A3 = 1 ]", walk)
    assert 0.5 * (found.low + found.high) == pytest.approx(TO_TOP)


NUMBERS = {"min": min, "max": max, "avg": lambda v: sum(v) / len(v), "sum": math.fsum, "first": lambda v: v[0]}
AMONG = {"": (0, 1, 2, 3), "A0 = 0": (1, 2, 3), "A1 + A2 = 1": (1, 2), "A3 = 1": (3,), "!init & A3 = 0": (1, 2)}


@pytest.mark.parametrize("among", AMONG)
@pytest.mark.parametrize("kind", NUMBERS)
def test_filters_of_numbers(walk, kind, among):
    chosen = [TO_TOP[state] for state in AMONG[among]]
    told = f"filter({kind}, R=? [ F A3 = 1 ]{', ' * bool(among)}{among})"
    assert value(told, walk) == pytest.approx(NUMBERS[kind](chosen))
    assert value(f"{told} * 2 - 1", walk) == pytest.approx(2 * NUMBERS[kind](chosen) - 1)


@pytest.mark.parametrize("among", AMONG)
def test_filters_of_truths(walk, among):
    up = "filter({}, R=? [ F A3 = 1 ] > 6" + f"{', ' * bool(among)}{among})"
    far = [TO_TOP[state] > 6 for state in AMONG[among]]
    assert value(up.format("count"), walk) == sum(far)
    for kind, expected in (("forall", all(far)), ("exists", any(far)), ("first", far[0])):
        assert asked(up.format(kind), walk).verdict is expected
        assert asked(f"!{up.format(kind)}", walk).verdict is not expected


def test_the_range_is_told_from_end_to_end(walk):
    found = asked("filter(range, R=? [ F A3 = 1 ], A0 = 0)", walk)
    assert found.spread
    assert found.words == "from 0 to 10"
    assert found.report == {"value": None, "low": 0.0, "high": pytest.approx(10), "infinite": False}
    whole = asked("filter(range, A0 + 2 * A2)", walk)
    assert (whole.low, whole.high) == (0.0, 2.0)


def test_a_filter_of_one_state_is_its_value(walk):
    assert value("filter(state, R=? [ F A3 = 1 ], A2 = 1)", walk) == pytest.approx(7)
    assert asked("filter(state, R=? [ F A3 = 1 ] > 6.9, A2 = 1)", walk).verdict is True
    assert asked("filter(state, R=? [ F A3 = 1 ] > 7.1, A2 = 1)", walk).verdict is False


@pytest.mark.parametrize(
    ("sign", "expected"),
    [
        ("A0 = 1 & A1 = 0", [1, 0, 0, 0]),
        ("P>=0.3 [ X A2 = 1 ] & A3 = 0", [0, 1, 0, 0]),
        ("P>=0.3 [ X A2 = 1 ] | A0 = 1", [1, 1, 0, 1]),
        ("P>=0.3 [ X A2 = 1 ] => A3 = 1", [1, 0, 1, 1]),
        ("A3 = 1 => P>=0.3 [ X A1 = 1 ] => A0 = 1", [1, 1, 1, 1]),
        ("A2 = 1 => P>=0.3 [ X A1 = 1 ] => A0 = 1", [1, 1, 0, 1]),
        ("!P>=0.3 [ X A2 = 1 ] & !init", [0, 0, 1, 0]),
        ("P=? [ X A2 = 1 ] > A3", [0, 1, 0, 0]),
        ("P=? [ X A2 = 1 ] >= A3", [1, 1, 1, 1]),
        ("P=? [ X A2 = 1 ] < A3 + 1/2", [1, 1, 1, 1]),
        ("P=? [ X A2 = 1 ] <= 0", [1, 0, 1, 0]),
        ("P=? [ X A2 = 1 ] = A3", [1, 0, 1, 1]),
        ("P=? [ X A2 = 1 ] != A3", [0, 1, 0, 0]),
        ("A0 + P=? [ X A2 = 1 ] * 3 - 1 > -0.5", [1, 1, 0, 1]),
        ("-P=? [ X A2 = 1 ] > -0.1", [1, 0, 1, 0]),
    ],
)
def test_operators_on_what_may_happen_state_by_state(walk, sign, expected):
    found = everywhere(sign, walk)
    assert isinstance(found, Truth)
    assert found.sure.tolist() == found.possible.tolist() == [bool(one) for one in expected]


SOON = 1 - math.exp(-0.5)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("P=? [ F<=0.5 A1 = 1 ] ^ 2", SOON**2),
        ("P=? [ F<=0.5 A1 = 1 ] ** 3", SOON**3),
        ("2 ^ P=? [ F<=0.5 A1 = 1 ]", 2**SOON),
        ("(0 - P=? [ F<=0.5 A1 = 1 ]) ^ 2", SOON**2),
        ("P=? [ F<=0.5 A1 = 1 ] ^ -1", 1 / SOON),
        ("-P=? [ F<=0.5 A1 = 1 ] ^ 2", -(SOON**2)),
        ("R=? [ F A3 = 1 ] ^ 0.5 / 2", math.sqrt(11) / 2),
        ("filter(max, R=? [ F A3 = 1 ]) / filter(min, R=? [ F A3 = 1 ], A3 = 0)", 11 / 7),
    ],
)
def test_arithmetic_of_what_may_happen(walk, question, expected):
    assert value(question, walk) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">=", "=", "!="])
def test_what_is_divided_by_nothing_is_neither_less_nor_more(walk, sign):
    found = asked(f"P=? [ F A1 = 1 ] / P=? [ X A3 = 1 ] {sign} 1", walk)  # from A0 no step leads to A3
    assert found.verdict is None
    assert found.words.startswith("not decided: the bound lies within the error, or a division by what may be zero")
    assert asked(f"!(P=? [ F A1 = 1 ] / P=? [ X A3 = 1 ] {sign} 1)", walk).verdict is None
    assert not asked(f"P=? [ F A1 = 1 ] / P=? [ X A3 = 1 ] {sign} 1", walk).satisfied


def test_where_it_is_defined_a_quotient_is_compared(walk):
    found = everywhere("P=? [ F A1 = 1 ] / P=? [ X A3 = 1 ] > 2.9", walk)  # 1/3 from A2 alone
    assert found.sure.tolist() == [False, False, True, False]
    assert found.possible.tolist() == [True, True, True, True]
    assert asked("P=? [ X A1 = 1 ] / 2 >= 0.6", walk).words == "false; holds in 0 of 4 states"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("P=? [ X A1 = 1 ] / 0", "undefined: a division by what may be zero"),
        ("(0 - P=? [ X A1 = 1 ]) ^ 0.5", "not known: it is beyond all numbers"),
        ("R{A0}=? [ F A0 + A1 = 2 ]", "infinite"),
        ("P>=1 [ X A1 = 1 ]", "true; holds in 1 of 4 states"),
        ("P=? [ X A1 = 1 ]", "1, exactly"),
    ],
)
def test_answers_in_words(walk, question, words):
    assert asked(question, walk).words == words


@pytest.mark.parametrize(
    ("question", "said", "marked"),
    [
        ("P=? [ X A1 = 1 ] & init", "expected something true or false", "P=? [ X A1 = 1 ]"),
        ("P>0.5 [ X A1 = 1 ] + 1", "expected a number", "P>0.5 [ X A1 = 1 ]"),
        ("S=? [ A0 + 1 ]", "expected something true or false", "A0 + 1"),
        ("P<1.5 [ X A1 = 1 ]", "a probability is at most 1", "1.5"),
        ("S>=1.01 [ A1 = 1 ]", "a probability is at most 1", "1.01"),
        ("P=? [ F[3,2.5] A1 = 1 ]", "from 3 to 2.5 there is no time", "P=? [ F[3,2.5] A1 = 1 ]"),
        ("R=? [ C<=(0 - 1) ]", "expected a number from 0 on, not -1", "0 - 1"),
        ("P=? [ X<=0.5 A1 = 1 ]", "`X` has no time", "0.5"),
        ("P>0.5 [ X[1,2] A1 = 1 ]", "`X` has no time", "1"),
        ("R=? [ C[2,5] ]", "`C` is what is earned from the start up to a time", "2"),
        ("R=? [ I=(A1) ]", "expected a constant", "A1"),
        ("filter(mean, A0)", "there is no filter `mean`", "mean"),
        ("filter(min)", "a filter has an operator and a property", "filter(min)"),
        ("filter(min, A0, init, init)", "a filter has an operator and a property", "filter(min, A0, init, init)"),
        ("filter(min, A0, A1 > 7)", "the filter is about no state", "filter(min, A0, A1 > 7)"),
        ("filter(state, A0, A1 + A2 = 1)", "the filter is about 2 states, not one", "filter(state, A0, A1 + A2 = 1)"),
        ("filter(avg, A0 > 0)", "`avg` is no filter of truths", "A0 > 0"),
        ("filter(exists, A0)", "`exists` is no filter of numbers", "A0"),
        ("R{P>0.5 [ F<=1 A1=1 ] + A0}=? [ C<=1 ]", "expected a number", "P>0.5 [ F<=1 A1=1 ]"),
    ],
)
def test_what_has_no_meaning_is_marked_at_its_place(walk, question, said, marked):
    with pytest.raises(ExpressionError) as caught:
        asked(question, walk)
    assert caught.value.said == said
    span = caught.value.span
    assert question[span.start : span.end] == marked


def test_limits_of_time_without_a_meaning_are_told_before_anything_is_derived(walk):
    for question in ("A1 = 1 & P>0.5 [ X<=2 A1 = 1 ]", "R=? [ C[2,5] ] / 2", "P=? [ F R>1 [ C[2,5] ] ]"):
        with pytest.raises(ExpressionError, match=r"`[XC]` "):
            understood(question, walk.net)
    between = asked("R{A1}=? [ C<=5 ] - R{A1}=? [ C<=2 ]", walk)
    assert 0 < between.value < 3


def test_a_bound_beyond_1_is_one_of_rewards(walk):
    assert asked("R>10.9 [ F A3 = 1 ]", walk).verdict is True
    assert asked("R>=11.1 [ F A3 = 1 ]", walk).verdict is False


def test_constants_may_be_of_parameters():
    derived = derive("r = 2; b = 0.63; c = 0.64; A0 = (up, r).A1; A1 = (down, 1).A0; A0")
    assert value("P=? [ F<=(1/r) A1 = 1 ]", derived) == pytest.approx(1 - math.exp(-1))
    assert value("P=? [ F<=r A1 = 1 ]", derived) == pytest.approx(1 - math.exp(-4))
    assert asked("P<=b [ F<=0.5 A1 = 1 ]", derived).verdict is False
    assert asked("P<c [ F<=0.5 A1 = 1 ]", derived).verdict is True


@pytest.mark.parametrize(
    ("reward", "expected"),
    [
        ("", [1, 1, 1, 1]),
        ("{time}", [1, 1, 1, 1]),
        ("{up}", [1, 1, 1, 0]),
        ("{down}", [0, 2, 2, 2]),
        ("{A1}", [0, 1, 0, 0]),
        ("{3 * A1 - A2}", [0, 3, -1, 0]),
        ("{A1 > 0 | init}", [1, 1, 0, 0]),
        ("{visits(A1 = 1)}", [1, 0, 2, 0]),
        ("{P>0.5 [ X A1 = 1 ]}", [1, 0, 1, 0]),
    ],
)
def test_what_each_state_earns(walk, reward, expected):
    """What is earned at the moment is what a state earns per time."""
    question = f"R{reward}=? [ I=0 ]"
    found = everywhere(question, walk)
    assert 0.5 * (found.low + found.high) == pytest.approx(expected, abs=1e-12)


def test_what_is_not_decided_stays_so_under_filters(walk, monkeypatch):
    """With an error of its own put upon each probability, counts and quantifiers say both ends."""
    exact = Checker.probability

    def doubtful(checker, node):
        found = exact(checker, node)
        return Interval(found.low - 0.05, found.high + 0.05)

    monkeypatch.setattr(Checker, "probability", doubtful)
    inner = "P>=0.3 [ X A2 = 1 ]"  # 0, 1/3, 0, 1: of the second it is not decided
    found = asked(f"filter(count, {inner})", walk)
    assert (found.low, found.high) == (1.0, 2.0)
    assert asked(f"filter(exists, {inner})", walk).verdict is True
    assert asked(f"filter(exists, {inner}, A3 = 0)", walk).verdict is None
    assert asked(f"filter(forall, {inner}, A3 = 0)", walk).verdict is False
    assert asked(f"filter(forall, {inner}, A0 + A2 = 0)", walk).verdict is None
    share = asked(f"S=? [ {inner} ]", walk)
    assert (share.low, share.high) == pytest.approx((1 / 15, 5 / 15))  # weights 8, 4, 2, 1
    eventually = asked(f"P=? [ F<=0.5 {inner} ]", walk)
    assert eventually.high - eventually.low > 0.1 + 0.2
    with pytest.raises(ExpressionError, match="it is not decided which states are meant"):
        asked(f"filter(min, A0, {inner})", walk)
    reward = asked(f"R=? [ F {inner} ]", walk)
    assert (reward.low, reward.high) == pytest.approx((1, 11))  # to A1 at the soonest, to A3 at the latest


def test_paths_as_untils_of_all_three_kinds():
    sure, possible = np.array([True, False, False]), np.array([True, True, False])
    one = Truth(sure, possible)
    other = Truth(np.array([False, False, True]), np.array([False, True, True]))
    through, goal, failing = as_until("G", (one,))
    assert (through.sure.all(), goal.sure.tolist(), goal.possible.tolist()) == (
        True,
        [False, False, True],
        [False, True, True],
    )
    assert failing
    through, goal, failing = as_until("W", (one, other))  # fails where both fail before the second holds
    assert through.sure.tolist() == [True, False, False]
    assert through.possible.tolist() == [True, True, False]
    assert goal.sure.tolist() == [False, False, False]
    assert goal.possible.tolist() == [False, True, False]
    assert failing
    assert as_until("U", (one, other)) == (one, other, False)
    assert as_until("F", (one,))[1:] == (one, False)


def test_every_filter_is_of_numbers_or_of_truths(walk):
    for kind in FILTERS:
        taken = []
        for inner in ("A0 + A1", "A0 = 1"):
            try:
                everywhere(f"filter({kind}, {inner}, A2 = 1)", walk)
                taken.append(inner)
            except ExpressionError as error:
                assert error.said.startswith(f"`{kind}` is no filter of")
        assert len(taken) == (2 if kind in ("state", "first") else 1)
