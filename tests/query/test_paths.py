"""Properties where several endings are possible, where truths are doubtful, and as curves over time."""

import itertools
import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.markov.chain.classes import classes
from pepa.markov.passage.bounded import later
from pepa.markov.steady.certainty import Certainty
from pepa.query import paths
from pepa.query.by_each_time import by_each_time
from pepa.query.paths import Paths
from pepa.query.property import answer
from pepa.query.truth import Interval, Truth
from tests.markov.reference import chain as built
from tests.markov.reference import stiff
from tests.models import derive

ENDINGS = """
S = (left, 1).A + (right, 3).B; A = (x, 1).A1; A1 = (y, 2).A; B = (x, 3).B1; B1 = (z, 1).B + (out, 0.5).C;
C = (w, 1).C; S
"""


def asked(question, model=ENDINGS, **overrides):
    return answer(question, derive(model, **overrides), Control())


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("S=? [ A = 1 ]", 1 / 4 * 2 / 3),
        ("S=? [ A1 = 1 | C = 1 ]", 1 / 4 * 1 / 3 + 3 / 4),
        ("S=? [ B = 1 ]", 0.0),
        ("R{x}=? [ S ]", 1 / 4 * 2 / 3),
        ("R{2 * A - 3 * C}=? [ S ]", 1 / 4 * 4 / 3 - 9 / 4),
        ("R{w}=? [ LRA ]", 3 / 4),
        ("filter(max, S=? [ C = 1 ])", 1.0),
        ("filter(first, P=? [ F C = 1 ])", 3 / 4),
        ("filter(first, P=? [ F C = 1 ], S = 0 & A = 0 & A1 = 0)", 1.0),
        ("filter(sum, P=? [ X A = 1 ])", 1 / 4 + 1.0),
        ("filter(avg, P=? [ X A = 1 ], A1 = 1 | S = 1)", 5 / 8),
        ("filter(state, S=? [ A = 1 ], A1 = 1) + 1", 5 / 3),
        ("filter(min, S=? [ C = 1 ])", 0.0),
        ("P=? [ F C = 1 ]", 3 / 4),
        ("P=? [ F A1 = 1 ]", 1 / 4),
        ("P=? [ G A = 0 ]", 3 / 4),
        ("P=? [ B = 0 W A = 1 ]", 1 / 4),
        ("P=? [ S = 1 U<=2 B = 1 ]", 3 / 4 * (1 - math.exp(-8))),
        ("P=? [ S = 1 U[1,2] B = 1 ]", 3 / 4 * (math.exp(-4) - math.exp(-8))),
        ("P=? [ F[1,1] S = 1 ]", math.exp(-4)),
        ("P=? [ X A = 1 ]", 1 / 4),
        ("R{B}=? [ C ]", 3 / 4 * 3 / 3),
        ("R{C}=? [ C ]", math.inf),
        ("R=? [ F A = 1 ]", math.inf),
        ("R=? [ F A = 1 | B = 1 ]", 1 / 4),
        ("R{S}=? [ I=0.5 ]", math.exp(-2)),
        ("R{left}=? [ C<=0.5 ]", (1 - math.exp(-2)) / 4),
        ("R{0 - S}=? [ C<=0.5 ]", -(1 - math.exp(-2)) / 4),
    ],
)
def test_where_several_endings_are_possible(question, value):
    found = asked(question)
    assert found.low <= found.high
    assert found.low <= value + 1e-12 * abs(value) if math.isfinite(value) else found.low == math.inf
    assert found.high >= value - 1e-12 * abs(value) if math.isfinite(value) else found.high == math.inf
    if math.isfinite(value):
        assert found.high - found.low <= 1e-8


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("P>=1 [ F A = 1 | B = 1 ]", True),
        ("P>=1 [ F A = 1 ]", False),
        ("P<=0 [ F A = 1 & B = 1 ]", True),
        ("S=? [ A = 1 ] = S=? [ A = 1 ]", None),
        ("P=? [ F A = 1 & B = 1 ] = 0", True),
        ("P=? [ F A = 1 | B = 1 ] != 1", False),
        ("P=? [ F A = 1 ] != 0.5", True),
        ("R=? [ F A = 1 ] > 10", True),
        ("P=? [ F A = 1 ] * 4 - 1 <= 0.001", True),
        ("1 / P=? [ F A = 1 ] >= 4.1", False),
        ("-P=? [ F A = 1 ] < 0", True),
    ],
)
def test_comparisons_of_what_is_known_up_to_an_error(question, verdict):
    assert asked(question).verdict is verdict


@pytest.mark.parametrize("above", [0.0, 0.2, 0.4])
def test_averages_are_as_doubtful_as_the_steady_state_they_are_of(above, monkeypatch):
    """Of what is likelier than `above` a hundredth may be wrong, of what is not all of it: A1 has 1/3, worth 3."""
    model = "A = (x, 1).A1; A1 = (y, 2).A; A"
    exact = paths.stationary
    doubt = Certainty(0.01, above, "a barrier is left")
    monkeypatch.setattr(paths, "stationary", lambda chain, control: replace(exact(chain, control), certainty=doubt))
    for sign in (1, -1):
        found = asked(f"R{{{sign} * (A + 3 * A1)}}=? [ S ]", model)
        value = 2 / 3 + 3 / 3
        wide = 0.01 * value + (3 / 3 if above > 1 / 3 else 0.0)
        ends = (max(value - wide, 1), min(value + wide, 3))  # an average is between the least and the largest
        assert (found.low, found.high) == pytest.approx(ends if sign > 0 else (-ends[1], -ends[0]), rel=1e-9)


@settings(max_examples=25)
@given(st.data())
def test_a_doubtful_truth_has_every_value_it_may_come_to(data):
    """Between what is sure and what is possible, whichever states are meant: the value is within the interval."""
    random = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    rates = random.random((6, 6)) * (random.random((6, 6)) < 0.5) + np.roll(np.eye(6), 1, 1)
    np.fill_diagonal(rates, 0)
    source, target = np.nonzero(rates)
    chain = built(6, source, target, rates[source, target])
    every_path = Paths(chain, classes(chain), Control())
    sure = random.random(6) < 0.3
    truth = Truth(sure, sure | (random.random(6) < 0.4))
    open_ = np.flatnonzero(truth.possible & ~truth.sure)
    every = np.ones(6, bool)
    whole = truth.both(every_path.next), truth.both(lambda goal: every_path.until(every, goal, 0.0, 1.5))
    average = every_path.long_run(Interval(truth.sure.astype(float), truth.possible.astype(float)))
    for chosen in itertools.product([False, True], repeat=len(open_)):
        meant = truth.sure.copy()
        meant[open_] = chosen
        for found, one in zip(whole, (every_path.next(meant), every_path.until(every, meant, 0.0, 1.5)), strict=True):
            assert (found.low <= one.high).all()
            assert (found.high >= one.low).all()
        exact = every_path.long_run(Interval(meant.astype(float), meant.astype(float)))
        assert (average.low <= exact.high).all()
        assert (average.high >= exact.low).all()


eighths = st.integers(-400, 400).map(lambda number: Fraction(number, 8))  # which doubles hold
parts = st.integers(0, 8).map(lambda number: Fraction(number, 8))


@settings(max_examples=40)
@given(st.lists(eighths, min_size=4, max_size=4), parts, parts)
def test_arithmetic_of_intervals_holds_whatever_is_in_them(ends, one, other):
    (a, b), (c, d) = sorted(ends[:2]), sorted(ends[2:])
    left, right = (Interval(np.array([float(low)]), np.array([float(high)])) for low, high in ((a, b), (c, d)))
    x, y = a + one * (b - a), c + other * (d - c)
    exact = {"+": x + y, "-": x - y, "*": x * y}
    if not c <= 0 <= d:
        exact["/"] = x / y
    for sign, value in exact.items():
        found = left.combined(sign, right)
        assert Fraction(found.low[0]) <= value <= Fraction(found.high[0])
    if c <= 0 <= d:
        assert np.isnan(left.combined("/", right).low[0])
    for sign, holds in ((">=", x >= y), (">", x > y), ("<=", x <= y), ("<", x < y), ("=", x == y), ("!=", x != y)):
        found = left.compared(sign, right)
        assert not found.sure[0] or holds
        assert found.possible[0] or not holds
    assert (-left).low[0] == -left.high[0]


def single(value):
    return Interval(np.array([float(value)]), np.array([float(value)]))


@pytest.mark.parametrize("sign", [">=", ">", "<=", "<", "=", "!="])
def test_comparisons_of_what_is_known_are_decided(sign):
    meaning = {">=": float.__ge__, ">": float.__gt__, "<=": float.__le__, "<": float.__lt__, "=": float.__eq__}
    for one, other in itertools.product([0.0, 1.0, 2.5], repeat=2):
        found = single(one).compared(sign, single(other))
        holds = one != other if sign == "!=" else meaning[sign](one, other)
        assert found.sure[0] == found.possible[0] == holds
    wide = Interval(np.array([0.0]), np.array([2.0])).compared(sign, single(1))
    assert (wide.sure[0], wide.possible[0]) == (False, True)


def test_truths_of_three_kinds():
    sure, open_, never = (Truth(np.array([low]), np.array([high])) for low, high in ((1, 1), (0, 1), (0, 0)))
    as_bools = {id(one): (bool(one.sure[0]), bool(one.possible[0])) for one in (sure, open_, never)}
    assert set(as_bools.values()) == {(True, True), (False, True), (False, False)}
    kinds = [Truth(one.sure.astype(bool), one.possible.astype(bool)) for one in (sure, open_, never)]
    worth = [2, 1, 0]
    for (one, first), (other, second) in itertools.product(zip(kinds, worth, strict=True), repeat=2):
        for found, expected in ((one & other, min(first, second)), (one | other, max(first, second))):
            assert int(found.sure[0]) + int(found.possible[0]) == expected
            assert not found.sure[0] or found.possible[0]
        assert int((~one).sure[0]) + int((~one).possible[0]) == 2 - first


@pytest.mark.parametrize("many", [20_000, 0])  # jump by jump; doubling a short time
@pytest.mark.parametrize("seed", range(4))
def test_what_is_earned_until_a_time_is_off_by_no_more_than_is_said(seed, many, monkeypatch):
    monkeypatch.setattr("pepa.markov.passage.bounded.MANY", many)
    random = np.random.default_rng(seed)
    source, target = random.integers(0, 9, (2, 30))
    chain = built(9, np.r_[source, np.arange(9)], np.r_[target, (np.arange(9) + 1) % 9], random.random(39) + 0.1)
    moving, values, earning = random.random(9) < 0.8, random.random(9) - 0.3, random.random(9)
    dense = chain.dense() * moving[:, None]
    generator = dense - np.diag(dense.sum(axis=1))
    for time in (1e-3, 0.7, 30.0):
        found = later(chain, moving, values, earning, time, Control())
        whole = np.block([[generator, (earning * moving)[:, None]], [np.zeros((1, 10))]])
        exact = expm(whole * time) @ np.append(values, 1.0)
        assert np.abs(found.values - exact[:-1]).max() <= found.error + 1e-12
        assert 0 <= found.error < 1e-9
        assert found.values[~moving] == pytest.approx(values[~moving], rel=0, abs=0)
    still = later(chain, moving, values, earning, 0.0, Control())
    assert still.values.tolist() == values.tolist()
    assert still.error == 0


def test_both_ways_to_a_time_agree_on_a_stiff_chain(monkeypatch):
    chain = stiff(40, 2)
    moving = np.arange(40) != 7
    values, time = (np.arange(40) == 7).astype(float), 0.5
    found = []
    for many in (10**9, 0):
        monkeypatch.setattr("pepa.markov.passage.bounded.MANY", many)
        found.append(later(chain, moving, values, np.ones(40), time, Control()))
    assert np.abs(found[0].values - found[1].values).max() <= found[0].error + found[1].error < 1e-8


@pytest.mark.parametrize(
    ("question", "probability", "density"),
    [
        ("P=? [ F<=3 A = 1 ]", lambda gone: gone / 4, 1.0),
        ("P=? [ S = 1 U<=3 B = 1 ]", lambda gone: 3 * gone / 4, 3.0),
        ("P=? [ G<=3 S = 1 ]", lambda gone: 1 - gone, 4.0),
        ("P=? [ S = 1 W<=3 B = 1 ]", lambda gone: 1 - gone / 4, 1.0),
        ("P=? [ F<=3 S = 1 ]", np.ones_like, 0.0),
        ("P=? [ F<=3 A = 1 & B = 1 ]", np.zeros_like, 0.0),
    ],
)
def test_a_probability_by_each_time(question, probability, density):
    """S is left at rate 4, for A in a quarter of all cases."""
    found = by_each_time(question, derive(ENDINGS), Control(), 30, 1e-10)
    assert (found.time[0], found.time[-1], len(found.time)) == (0, 3, 31)
    assert np.abs(found.probability - probability(1 - np.exp(-4 * found.time))).max() < 1e-9
    assert found.density == pytest.approx(density * np.exp(-4 * found.time), abs=1e-8)
    assert found.error.max() < 1e-9


@pytest.mark.parametrize(
    "question",
    ["S=? [ A = 1 ]", "P=? [ X A = 1 ]", "P=? [ F A = 1 ]", "P>=0.5 [ F<=3 A = 1 ]", "P=? [ F[1,3] A = 1 ]", "A + 1",
     "P=? [ F<=0 A = 1 ]", "R=? [ C<=3 ]"],
)  # fmt: skip
def test_what_has_no_curve(question):
    assert by_each_time(question, derive(ENDINGS), Control(), 30, 1e-10) is None


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("-(P>=0.5 [ F A = 1 ])", "expected a number"),
        ("P=? [ F<=(0-1) A = 1 ]", "from 0 on"),
        ("filter(min)", "operator and a property"),
        ("filter(sum, P=? [ X A = 1 ], A = 7)", "about no state"),
        ("filter(count, S)", "no filter of numbers"),
        ("filter(range, init)", "no filter of truths"),
        ("R{P=? [ X A = 1 ]}=? [ C<=1 ]", "value of a state or an action"),
        ("R{visits(A)}=? [ C<=1 ]", "true or false"),
        ("R{visits(A = 1, B = 1)}=? [ C<=1 ]", "`visits` is of states"),
        ("S=? [ A ]", "true or false"),
    ],
)
def test_what_is_asked_wrong(question, said):
    with pytest.raises(PepaError, match=said):
        asked(question)
