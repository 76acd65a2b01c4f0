"""Steady states, their bounds, what states are worth and how many there are: against fractions and by counting."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pepa.control.control import Control
from pepa.markov.chain.chain import Chain, rated
from pepa.markov.chain.classes import classes
from pepa.markov.chain.unsuitable import Unsuitable
from pepa.markov.space.distributions import distributions, most_states, untied
from pepa.markov.space.invariants import firsts, tying
from pepa.markov.steady import error_bound as bounding
from pepa.markov.steady import poisson
from pepa.markov.steady.error_bound import error_bound
from pepa.markov.steady.poisson import UNNEEDED, Poisson
from pepa.markov.steady.steady_state import bounded, steady_state
from pepa.markov.transient.scaling import gaps
from pepa.net.net import Group
from pepa.query.analysis import compile_text
from tests.markov.rational import eliminated
from tests.markov.reference import birth_death, gth, random_chain, renumbered, ring
from tests.models import derive


def balanced(rates):
    """Return the steady state of an irreducible matrix of rates, in fractions."""
    size = len(rates)
    exact = [[Fraction(rate) for rate in row] for row in rates]
    exits = [sum(row) for row in exact]
    equations = [[exact[j][i] - exits[i] * (i == j) for j in range(size)] for i in range(size)]
    equations[-1] = [Fraction(1)] * size
    return eliminated(equations, [Fraction(0)] * (size - 1) + [Fraction(1)])


few_digits = st.tuples(st.integers(1, 31), st.integers(-14, 14)).map(lambda parts: math.ldexp(*parts))


@st.composite
def irreducible(draw, most=6):
    """A chain of states numbered in breadth-first order, with a ring through them, and its matrix of rates."""
    size = draw(st.integers(2, most))
    pairs = [(i, j) for i in range(size) for j in range(size) if i != j]
    chosen = {(i, (i + 1) % size) for i in range(size)} | set(draw(st.lists(st.sampled_from(pairs), max_size=2 * size)))
    source, target = zip(*sorted(chosen), strict=True)
    chain, _ = renumbered(size, np.array(source), np.array(target), [draw(few_digits) for _ in source])
    return chain, chain.dense().tolist()


@settings(max_examples=25)
@given(irreducible())
def test_steady_states_without_subtraction_keep_every_digit(built):
    chain, rates = built
    exact = balanced(rates)
    for method in ("gth", "sparse-gth"):
        found = steady_state(chain, Control(), method)
        for value, truth in zip(found.probability, exact, strict=True):
            assert abs(Fraction(value) - truth) <= truth * Fraction(1, 10**13), method
        assert found.certainty.exact
        off = (abs(Fraction(v) - t) / t for v, t in zip(found.probability, exact, strict=True))
        assert found.certainty.error >= float(max(off))


@settings(max_examples=20)
@given(irreducible(), st.sampled_from([0.0, 1e-9, 1e-4]), st.integers(0, 10**6), st.booleans())
def test_a_bound_holds_however_wrong_the_probabilities_are(built, wrong, seed, swept):
    chain, rates = built
    exact = balanced(rates)
    worse = np.array([float(one) for one in exact]) * (
        1 + wrong * np.random.default_rng(seed).uniform(-1, 1, chain.size)
    )
    worse /= worse.sum()
    with pytest.MonkeyPatch.context() as patch:
        if swept:
            patch.setattr(bounding, "MOST_WORK", 0)
        found = error_bound(chain, worse, Control())
    assume(found is not None)
    off = max(abs(Fraction(value) - truth) / truth for value, truth in zip(worse.tolist(), exact, strict=True))
    assert off <= Fraction(found)


@pytest.mark.parametrize("swept", [False, True])
@pytest.mark.parametrize("wrong", [1e-10, 1e-6, 1e-3])
def test_a_bound_is_found_and_no_worse_than_what_is_wrong_spread_over_the_chain(wrong, swept, monkeypatch):
    if swept:
        monkeypatch.setattr(bounding, "MOST_WORK", 0)
    chain = random_chain(40, 3, 2)
    exact = gth(chain.dense())
    worse = exact * (1 + wrong * np.where(np.arange(40) % 2, 1, -1))
    worse /= worse.sum()
    assert wrong / 3 < error_bound(chain, worse, Control()) < 100 * wrong


def test_a_bound_is_told_of_one_class_alone():
    chain = birth_death(30, 0.5)
    found = steady_state(chain)
    assert found.error_bound is None
    assert bounded(found, chain, Control()).error_bound < 1e-12
    two = Chain(3, np.int32([0, 0]), np.int32([1, 2]), rated(np.array([1.0, 3.0])), np.array([0, 1, 3]))
    several = steady_state(two)
    assert several.probability == pytest.approx([0, 1 / 4, 3 / 4], rel=1e-14)
    assert several.weights == pytest.approx((1 / 4, 3 / 4), rel=1e-14)
    assert bounded(several, two, Control()).error_bound is None


def joined_classes(rate):
    """Two rings, of four states and of three, that are entered from a state for one or the other."""
    source = np.array([0, 0, 1, 2, 3, 4, 5, 6, 7])
    target = np.array([1, 5, 2, 3, 4, 1, 6, 7, 5])
    return renumbered(8, source, target, np.array([rate, 1.0, 1, 2, 4, 8, 1, 1, 2]))


@pytest.mark.parametrize("rate", [0.25, 1.0, 1e6])
def test_several_classes_are_weighed_by_how_they_are_come_to(rate):
    chain, was = joined_classes(rate)
    found = steady_state(chain)
    share = rate / (1 + rate)
    expected = np.zeros(8)
    expected[1:5] = share * np.array([8, 4, 2, 1]) / 15
    expected[5:] = (1 - share) * np.array([2, 2, 1]) / 5
    assert found.probability == pytest.approx(expected[was], rel=1e-13)
    assert math.fsum(found.weights) == pytest.approx(1)
    assert sorted(found.weights) == pytest.approx(sorted([share, 1 - share]), rel=1e-13)
    assert sorted(map(len, found.classes.recurrent)) == [3, 4]
    assert found.balance.worst < 1e-14
    assert found.residual < 1e-14


def worth(rates, reward):
    """Return what starting in a state is worth beyond the mean, in fractions; the mean of that is 0."""
    probability, size = balanced(rates), len(rates)
    exact = [[Fraction(rate) for rate in row] for row in rates]
    reward = [Fraction(value) for value in reward]
    mean = sum(p * r for p, r in zip(probability, reward, strict=True))
    equations = [[exact[i][j] - sum(exact[i]) * (i == j) for j in range(size)] for i in range(size)]
    equations[-1] = probability
    right = [mean - value for value in reward]
    right[-1] = Fraction(0)
    return eliminated(equations, right)


def test_what_a_rare_state_earns_less_is_worth_its_digits():
    chain, _ = renumbered(3, np.array([0, 1, 2, 2]), np.array([1, 2, 0, 1]), [1.0, 1.0, 1.0, 49152.0])
    reward = [1.0, 1.0, 0.0]
    found = Poisson(chain, steady_state(chain).probability, Control()).bias(np.array(reward))
    assert found.values == pytest.approx([float(value) for value in worth(chain.dense().tolist(), reward)], rel=1e-9)


@settings(max_examples=20)
@given(irreducible(5), st.data())
def test_what_states_are_worth(built, data):
    chain, rates = built
    reward = [float(data.draw(st.integers(-3, 9))) for _ in rates]
    assume(len(set(reward)) > 1)
    probability = steady_state(chain).probability
    exact = worth(rates, reward)
    scale = max(map(abs, exact))
    found = Poisson(chain, probability, Control()).bias(np.array(reward))
    assert found.method == "GTH elimination"
    for value, truth in zip(found.values, exact, strict=True):
        assert abs(Fraction(value) - truth) <= Fraction(1, 10**7) * scale


def unsuitable(_):
    raise Unsuitable("not here")


@pytest.mark.parametrize("chain", [ring(300), random_chain(300, 3, 1)], ids=["ring", "random"])
@pytest.mark.parametrize("method", ["sparse LU", "Gauss-Seidel with BiCGSTAB"])
def test_what_states_of_larger_chains_are_worth(chain, method, monkeypatch):
    monkeypatch.setattr(poisson, "DENSE", 10)
    if method != "sparse LU":  # the next takes over
        monkeypatch.setattr(Poisson, "_factorised", unsuitable)
    probability = steady_state(chain).probability
    reward = np.random.default_rng(1).random(chain.size)
    rates = chain.dense()
    generator = rates - np.diag(rates.sum(axis=1))
    solves = Poisson(chain, probability, Control())
    found = solves.bias(reward)
    right = np.append(probability @ reward - reward, 0.0)
    exact = np.linalg.lstsq(np.vstack([generator, probability]), right, rcond=None)[0]
    assert found.values == pytest.approx(exact, rel=1e-6, abs=1e-7 * np.abs(exact).max())
    assert found.method == method
    assert found.residual < 1e-8
    assert probability @ found.values == pytest.approx(0, abs=1e-10)
    again = solves.bias(2 * reward + 5)  # what all earn alike is worth nothing
    assert again.values == pytest.approx(2 * found.values, rel=1e-6, abs=1e-7)
    assert solves.bias(np.full(chain.size, 3.0)).method == UNNEEDED


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([0.0, 1.0, 2.0, 4.0], [0, 1, 1, 2]),
        ([0.5, 0.5], [0.5, 0]),
        ([0.1, 0.2, 0.30000000000000004], [0.1, 0.1, 0.1]),
        ([1.0, 1.0 + 1e-3], [1.0, 1e-3]),
        ([0.0, 1e-9, 1e6], [0, 1e-9, 1e6]),
        ([0.1, 0.1288, 0.1304, 1e12], [0.1, 0.0288, 0.0016, 1e12]),
        ([1e12, 1e12 + 2.0**-11, 1e12 + 2.0**-10], [1e12, 2.0**-11, 2.0**-11]),
    ],
)
def test_gaps_between_times_are_one_where_they_differ_by_rounding(times, expected):
    found = gaps(np.array(times))
    assert found == pytest.approx(expected, rel=1e-9)
    assert len(set(found)) == len(set(expected))


@pytest.mark.parametrize("until", [1e-5, 1.0, 100.0, 3e7])
@pytest.mark.parametrize("number", [11, 101, 1001])
def test_gaps_between_even_times_are_few_and_lead_to_each_time(until, number):
    times = np.linspace(0, until, number)
    found = gaps(times)
    assert len(set(found)) <= 4
    assert np.cumsum(found) == pytest.approx(times, rel=1e-13)


def spread(members, places):
    if places == 1:
        return [(members,)]
    return [(first, *rest) for first in range(members + 1) for rest in spread(members - first, places - 1)]


@st.composite
def tied_groups(draw):
    shapes = draw(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 4)), min_size=1, max_size=3))
    groups = []
    for places, size in shapes:
        initial = draw(st.sampled_from(spread(size, places)))
        groups.append(Group("G", None, initial))
    width = sum(places for places, _ in shapes)
    weights = np.array(draw(st.lists(st.lists(st.integers(-2, 2), min_size=width, max_size=width), max_size=2)))
    weights = weights.reshape(-1, width).astype(np.int64)
    for at in firsts(groups)[:-1]:
        weights[:, at] = 0
    return groups, weights


@settings(max_examples=60)
@given(tied_groups())
def test_distributions_that_keep_invariants_are_counted_as_if_listed(built):
    groups, weights = built
    wanted = weights @ np.concatenate([group.initial for group in groups])
    ways = itertools.product(*(spread(group.size, len(group.initial)) for group in groups))
    listed = sum((weights @ np.array(list(itertools.chain(*one))) == wanted).all() for one in ways)
    assert distributions(groups, weights) == listed
    assert untied(groups) >= listed


@pytest.mark.parametrize(
    ("system", "states"),
    [
        ("P[4]", 5), ("P[4] || R[3]", 5 * 4), ("P[4] <a> R[4]", 5 * 5), ("P[3] <a, b> R[3]", 4),
        ("P[3] <a, b> R[2]", 3),
        ("P[3] <a, b> (R[2] || R[2])", 4), ("P[0] || R[2]", 3),
    ],
)  # fmt: skip
def test_what_ties_groups_bounds_their_states(system, states):
    """As many P are in Q as R are in S, where both go and come together."""
    text = f"P = (a, 1).Q; Q = (b, 1).P; R = (a, 2).S; S = (b, 2).R;\n{system}"
    net = compile_text(text).net
    assert most_states(net) == states
    assert derive(text).space.size <= states
    for weights in tying(net.groups, net.moves):
        for move in net.moves:
            first = firsts(net.groups)
            places = [(first[part.group] + part.transition.source, first[part.group] + part.transition.target)
                      for part in move.participants]  # fmt: skip
            assert sum(weights[target] - weights[source] for source, target in places) == 0


def test_classes_of_a_chain_that_is_left_and_of_one_that_is_not():
    chain, was = joined_classes(2.0)
    found = classes(chain)
    assert was[found.transient].tolist() == [0]
    assert sorted(sorted(was[states].tolist()) for states in found.recurrent) == [[1, 2, 3, 4], [5, 6, 7]]
    whole = classes(ring(20))
    assert len(whole.transient) == 0
    assert [len(states) for states in whole.recurrent] == [20]
