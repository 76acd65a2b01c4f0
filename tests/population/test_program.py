"""Generated rates of any expressions against those read one by one, and their gradients against differences."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pepa.control.control import LimitReached
from pepa.population import program
from pepa.population.population import (
    Least,
    Linear,
    MoveRate,
    Ready,
    Shared,
    Total,
    Whole,
    passive_places,
    places,
    places_read,
)
from pepa.population.program import compiled, gradients, scalar_rates, vector_rates

PLACES = 4
TERMS = st.dictionaries(st.integers(0, PLACES - 1), st.sampled_from([0.25, 1.0, 3.0]), max_size=3)
LINEAR = st.builds(lambda terms: Linear(tuple(terms.items())), TERMS)


def trees(leaf):
    return st.recursive(
        leaf,
        lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(
            lambda parts: st.sampled_from([Total(tuple(parts)), Least(tuple(parts))])
        ),
        max_leaves=4,
    )


SMOOTH = trees(LINEAR)  # what a fluid is made of, with what is shared
LEASTS = st.builds(Least, st.lists(SMOOTH, min_size=1, max_size=2).map(tuple))
SHARED = st.builds(Shared, SMOOTH, st.builds(lambda least: Least((Whole(places(least)), *least.parts)), LEASTS))
READY = st.builds(Ready, SMOOTH | st.none(), SMOOTH)
COUNTS = st.lists(st.sampled_from([0.0, 1.0, 2.0, 5.0]), min_size=PLACES, max_size=PLACES)


def rates(of):
    minima = st.lists(st.builds(Least, st.lists(of, min_size=1, max_size=3).map(tuple)), max_size=2).map(tuple)
    at = st.lists(st.integers(0, PLACES - 1), max_size=2).map(tuple)
    return st.builds(MoveRate, st.sampled_from([0.5, 2.0]), at, minima, st.lists(of, max_size=2).map(tuple))


def value(expression, at):
    """Return the value of an expression by what each kind of it says."""
    match expression:
        case Linear(terms=terms):
            return sum(factor * at[place] for place, factor in terms)
        case Total(parts=parts):
            return sum(value(part, at) for part in parts)
        case Least(parts=parts):
            return min(value(part, at) for part in parts)
        case Whole():
            return 1.0
        case Shared(rate=rate, ready=ready):
            return value(rate, at) * value(ready, at)
        case Ready(active=active, passive=passive):
            own = 0.0 if active is None else value(active, at)
            return own if own > 0 else math.inf if value(passive, at) > 0 else 0.0


def rate_of(rate, at):
    """Return base x counts x minima / divisors, and 0 where a minimum is 0; None where that has no value."""
    parts = [rate.base, *(at[place] for place in rate.counts), *(value(least, at) for least in rate.minima)]
    below = [value(divisor, at) for divisor in rate.divisors]
    if 0.0 in parts:
        return None if math.inf in parts else 0.0
    return None if 0.0 in below or math.inf in (*parts, *below) else math.prod(parts) / math.prod(below)


def view(*rates):
    return SimpleNamespace(rates=rates, change=np.zeros((len(rates), PLACES), int))


@settings(max_examples=30)
@given(st.lists(rates(SMOOTH | READY | SHARED), min_size=1, max_size=3), COUNTS, COUNTS)
def test_both_programs_have_the_value_that_the_expression_says(moves, one, other):
    scalar, vector = scalar_rates(view(*moves)), vector_rates(view(*moves))
    found = np.empty((len(moves), 2))
    with np.errstate(all="ignore"):
        vector(np.array([one, other]).T, found)
    for column, at in enumerate((one, other)):
        expected = [rate_of(move, at) for move in moves]
        assume(None not in expected)
        assert scalar(at) == pytest.approx(expected, rel=1e-12)
        assert found[:, column] == pytest.approx(expected, rel=1e-12)


@settings(max_examples=30)
@given(st.lists(rates(SMOOTH | SHARED), min_size=1, max_size=2), st.integers(0, 10**6))
def test_gradients_are_the_slopes_of_any_expressions(moves, seed):
    at = np.random.default_rng(seed).uniform(0.5, 3, PLACES)
    step = 1e-6 * np.eye(PLACES)

    def exact(counts):
        assume(all(value(divisor, counts) > 0 for move in moves for divisor in move.divisors))
        found = [rate_of(move, counts.tolist()) for move in moves]
        return np.array(found)

    up = np.array([exact(at + one) for one in step])
    down = np.array([exact(at - one) for one in step])
    middle = exact(at)
    assume(np.allclose(up - middle, middle - down, rtol=1e-3, atol=1e-9))  # no minimum switches there
    found = gradients(view(*moves))(at.tolist())
    assert found.shape == (len(moves), PLACES)
    assert found == pytest.approx((up - down).T / 2e-6, rel=1e-4, abs=1e-5 * max(1.0, np.abs(middle).max()))


def test_a_place_that_is_counted_twice_has_twice_the_slope():
    found = gradients(view(MoveRate(2.0, (0, 0, 1), (Least((Linear(((0, 3.0),)),)),), ())))([2.0, 5.0, 0.0, 0.0])
    assert found.tolist() == [[pytest.approx(3 * 2.0 * 3.0 * 2.0**2 * 5.0), pytest.approx(2.0 * 3.0 * 2.0**3), 0, 0]]


def test_where_nobody_is_nothing_happens_and_nothing_is_divided_by_it():
    both = Linear(((0, 2.0),)), Linear(((1, 1.0),))
    rate = MoveRate(3.0, (), (Least(both),), both)
    for at in ([0.0, 0.0, 0.0, 0.0], [0.0, 4.0, 0.0, 0.0]):
        assert scalar_rates(view(rate))(at) == [0.0]
    assert scalar_rates(view(rate))([2.0, 3.0, 0.0, 0.0]) == [pytest.approx(3 * 3 / 12)]


def test_one_expression_is_written_once_and_a_model_of_no_moves_has_no_rates():
    shared = Total((Linear(((0, 1.0),)), Linear(((1, 1.0),))))
    source = program.Source(vector=False)
    texts = [source.rate(MoveRate(1.0, (), (Least((shared,)),), (shared,))) for _ in range(3)]
    assert len(source.lines) == 3
    assert len(set(texts)) == 1
    assert scalar_rates(view())([1.0]) == []
    assert gradients(view())([1.0]).shape == (0, PLACES)


def test_a_minimum_of_more_parts_than_python_nests_is_written_all_the_same():
    many = Least(tuple(Linear(((place % PLACES, 1.0 + place),)) for place in range(400)))
    rate = MoveRate(1.0, (), (many,), ())
    at = [4.0, 3.0, 2.0, 1.0]
    found = np.empty((1, 1))
    vector_rates(view(rate))(np.array([at]).T, found)
    assert scalar_rates(view(rate))(at) == [found[0, 0]] == [min((1.0 + place) * at[place % 4] for place in range(4))]
    slopes = gradients(view(rate))(at)[0]
    assert slopes[int(np.argmin([(1.0 + place) * at[place] for place in range(4)]))] > 0
    assert np.count_nonzero(slopes) == 1


def test_what_is_too_long_to_be_written_is_refused(monkeypatch):
    monkeypatch.setattr(program, "LONGEST", 33)
    assert compiled("x", ["return x[0]"])([7]) == 7
    with pytest.raises(LimitReached, match="take 34 characters to write out; at most 33"):
        compiled("x", ["return x[10]"])
    assert compiled("", [])() is None


@settings(max_examples=30)
@given(rates(SMOOTH | READY | SHARED), COUNTS, st.integers(0, PLACES - 1), st.sampled_from([0.0, 1.0, 7.0]))
def test_a_rate_changes_with_no_place_it_does_not_read(move, at, place, other):
    changed = [*at[:place], other, *at[place + 1 :]]
    if place not in places_read(move):
        assert rate_of(move, changed) == rate_of(move, at)
    for part in (*move.minima, *move.divisors):
        assert set(places(part)) <= places_read(move)
        assert len(set(places(part))) == len(places(part)) or isinstance(part, Linear)


def test_places_that_wait_are_those_of_passive_parts():
    waiting, active = Linear(((2, 5.0), (3, 5.0)), passive=True), Linear(((0, 1.0),))
    assert passive_places(Least((active, Total((waiting, active))))) == {2, 3}
    assert passive_places(active) == passive_places(Whole((1,))) == frozenset()
    assert passive_places(Shared(active, Least((waiting,)))) == frozenset()
