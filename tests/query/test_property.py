"""Properties against dense matrices and closed forms; verdicts of three kinds; what has no meaning."""

import operator
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.markov.steady.certainty import Certainty
from pepa.query import paths
from pepa.query.checker import Checker
from pepa.query.expression import parse
from pepa.query.property import answer, understood
from pepa.query.rewards import member_counts
from pepa.query.truth import Interval
from tests.models import derive, model_text
from tests.query.csl_reference import Direct, random_formula, random_model, text

QUEUE = "A0 = (up, 1.0).A1; A1 = (up, 1.0).A2 + (down, 2.0).A0; A2 = (down, 2.0).A1; A0"


def dense(derived):
    chain = derived.chain
    rates = np.zeros((chain.size, chain.size))
    np.add.at(rates, (chain.source, chain.target), chain.rate)
    return rates


def agree(seed):
    """Whether a random property of a random model is what the dense matrices say, in every state."""
    random = np.random.default_rng(seed)
    while True:
        try:
            derived = derive(random_model(random))
        except PepaError:
            continue
        if derived.space.size <= 60:
            break
    names = list(derived.net.derivatives)
    formula = random_formula(random, names)
    counts = {name: member_counts(derived.space, name) for name in names}
    with np.errstate(all="ignore"):
        expected = Direct(dense(derived), counts).value(formula)
    found = Checker(text(formula), derived, Control()).value(parse(text(formula)))
    if isinstance(found, Interval):
        assert (np.isinf(found.low) == np.isinf(expected)).all(), text(formula)
        finite = ~np.isinf(expected)
        off = 1e-8 * np.maximum(1.0, np.abs(expected[finite]))
        assert (found.low[finite] <= expected[finite] + off).all(), text(formula)
        assert (found.high[finite] >= expected[finite] - off).all(), text(formula)
        assert (found.high[finite] - found.low[finite] <= 1e-6 * np.maximum(1.0, np.abs(expected[finite]))).all()
    else:
        assert (found.sure == found.possible).all(), text(formula)
        assert (found.sure == expected).all(), text(formula)


@pytest.mark.parametrize("part", range(5))
def test_random_properties_of_random_models(part):
    for seed in range(10 * part, 10 * part + 10):
        agree(seed)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
def test_two_thousand_random_properties(part):
    for seed in range(1000 + 100 * part, 1000 + 100 * part + 100):
        agree(seed)


def asked(question, model=QUEUE, **overrides):
    return answer(question, derive(model, **overrides), Control())


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("P=? [ F<=0.5 A1 = 1 ]", 1 - np.exp(-0.5)),
        ("P=? [ G<=0.5 A0 = 1 ]", np.exp(-0.5)),
        ("P=? [ A0 = 1 | A1 = 1 U A2 = 1 ]", 1.0),
        ("P=? [ X X = 1 ]", None),
        ("S=? [ A0 = 1 ]", 4 / 7),
        ("R=? [ F A2 = 1 ]", 4.0),
        ("R{up}=? [ F A2 = 1 ]", 4.0),
        ('R{"up"}=? [ S ]', 6 / 7),
        ("R{A2}=? [ LRA ]", 1 / 7),
        ("R{down}=? [ F A2 = 1 ]", 2.0),
        ("R=? [ C<=7 ]", 7.0),
        ("R{A0}=? [ I=0 ]", 1.0),
        ("P=? [ F A1 = 1 ] / 2", 0.5),
        ("filter(avg, P=? [ X A1 = 1 ])", 2 / 3),
        ("filter(state, P=? [ X A2 = 1 ], A1 = 1)", 1 / 3),
        ("filter(count, P>=0.5 [ X A1 = 1 ])", 2.0),
        ("filter(max, R=? [ F A2 = 1 ], A2 = 0)", 4.0),
    ],
)
def test_closed_forms(question, value):
    if value is None:
        with pytest.raises(PepaError, match="`X` is no local derivative"):
            asked(question)
        return
    found = asked(question)
    assert found.low <= value + 1e-12
    assert found.high >= value - 1e-12
    assert found.value == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("P>=1 [ F A2 = 1 ]", True),
        ("P>0 [ F<=1e-6 A2 = 1 ]", True),
        ("P<1 [ F<=1000 A2 = 1 ]", True),
        ("P<0.1 [ F P>=0.3 [ X A2 = 1 ] ]", False),
        ("filter(forall, P>=1 [ F init ])", True),
        ("A0 = 1 => S>0.5 [ A0 = 1 ]", True),
        ("R<=3.9 [ F A2 = 1 ] & A0 = 1", False),
        ("!P<0.9 [ true_enough = 1 U A2 = 1 ]", None),
    ],
)
def test_verdicts(question, verdict):
    if verdict is None:
        with pytest.raises(PepaError):
            asked(question)
        return
    assert asked(question).verdict is verdict


def test_a_bound_within_the_error_is_not_decided():
    exact = float(1 - np.exp(-0.5))
    found = asked(f"P>={exact!r} [ F<=0.5 A1 = 1 ]")
    assert found.verdict is None
    assert found.open == 1
    nested = asked(f"P>=0.5 [ F P>={exact!r} [ F<=0.5 A1 = 1 ] ]")
    assert nested.verdict is True  # it is reached whether A0 counts or not


@pytest.mark.parametrize("rate", [1e-17, 3e-18, 1e-20])
@pytest.mark.parametrize("about", ["A=1 W B=1", "G<=2 Z=0", "G[0,3] Z=0", "!(A=1 & B=1) W<=5 Z=1"])
def test_nearly_always_is_not_always(rate, about):
    model = f"A = (go, 0.4).B + (die, {rate}).Z; B = (back, 1.5).A; Z = (home, 1e-3).A; A"
    sure = about.startswith("!")
    assert asked(f"P>=1 [ {about} ]", model).verdict in ((True,) if sure else (None, False))
    assert asked(f"P<1 [ {about} ]", model).verdict in ((False,) if sure else (None, True))


def test_sums_and_products_of_intervals_hold_the_exact_ones():
    drawn = np.random.default_rng(5).random((4, 200)) * 10.0 ** np.random.default_rng(6).integers(-20, 20, (4, 200))
    one, other = (Interval(np.minimum(*pair), np.maximum(*pair)) for pair in (drawn[:2], drawn[2:]))
    signs = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
    for sign, exactly in signs.items():
        found = one.combined(sign, other)
        for index in range(200):
            left, right = Fraction(one.high[index]), Fraction(other.low[index])
            assert Fraction(found.low[index]) <= exactly(left, right) <= Fraction(found.high[index])


def test_what_a_steady_state_is_not_certain_to_is_not_decided(monkeypatch):
    """In the long run A0 has 2/3: a bound within the certainty is not decided, one outside of it is."""
    model = "A0 = (up, 1.0).A1; A1 = (down, 2.0).A0; A0"
    assert asked("S>=0.66 [ A0 = 1 ]", model).certain
    exact = paths.stationary

    def doubtful(chain, control):
        return replace(exact(chain, control), certainty=Certainty(1e-2, 0.0, "a barrier is left"))

    monkeypatch.setattr(paths, "stationary", doubtful)
    assert asked("S>=0.66 [ A0 = 1 ]", model).verdict is None
    assert asked("S>=0.65 [ A0 = 1 ]", model).verdict is True
    assert asked("S<0.65 [ A0 = 1 ]", model).verdict is False
    share = asked("S=? [ A0 = 1 ]", model)
    assert (share.certain, share.value) == (False, pytest.approx(2 / 3))
    assert share.high - share.low == pytest.approx(2e-2 * 2 / 3)
    assert asked("S>=0 [ A0 = 1 ]", model).verdict is True
    assert asked("P=? [ F<=1 A1 = 1 ]", model).certain  # which rests on none


def test_stiff_and_for_long():
    """A small chain over 10^9 jumps is squared, and ends where its closed form is."""
    model = "A0 = (slow, 1e-7).A1 + (fast, 1e3).A2; A2 = (back, 1e3).A0; A1 = (stay, 1.0).A1; A0"
    found = asked("P=? [ F<=1e7 A1 = 1 ]", model)
    assert found.value == pytest.approx(1 - np.exp(-0.5), abs=1e-6)
    assert found.high - found.low < 1e-9
    assert asked("R{A1}=? [ C<=1e7 ]", model).value == pytest.approx(1e7 - (1 - np.exp(-0.5)) / 0.5e-7, rel=1e-6)


def test_of_a_whole_model():
    found = answer("P=? [ F<=10 User3 >= 2 ]", derive(model_text("vm_launch"), Q=3), Control())
    assert found.value == pytest.approx(0.00034619960163, abs=1e-12)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("P=? [ F<=10 ]", "unexpected"),
        ("P=? [ F<=10 A7 = 1 ]", "no local derivative"),
        ("P=? [ F A1 ]", "true or false"),
        ("P>=2 [ F A1 = 1 ]", "at most 1"),
        ("P=? [ F<=A1 A1 = 1 ]", "constant"),
        ("P=? [ F[3,2] A1 = 1 ]", "no time"),
        ("filter(median, P=? [ X A1 = 1 ])", "no filter `median`"),
        ("filter(state, P=? [ X A1 = 1 ], A0 = 0)", "2 states, not one"),
        ("filter(min, A1 = 1)", "no filter of truths"),
        ("P=? [ F P=? [ X A1 = 1 ] ]", "true or false"),
        ("R{nothing}=? [ C<=2 ]", "nothing"),
        ("throughput(up)", "no value"),
    ],
)
def test_properties_without_a_meaning(question, said):
    with pytest.raises(PepaError, match=said):
        asked(question)


@pytest.mark.parametrize("question", ["P=? [ F<=10 A7 = 1 ]", "A1 + B"])
def test_names_are_told_before_anything_is_derived(question):
    with pytest.raises(PepaError):
        understood(question, derive(QUEUE).net)
    understood("P=? [ F<=10 A1 = 1 ] + R{up}=? [ C<=1 ]", derive(QUEUE).net)
    understood("filter(min, P=? [ X A1 = 1 ], init)", derive(QUEUE).net)
