"""Expected values before leaving and moments of passages, against the same in fractions: every stated error holds."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pepa.control.control import Control, LimitReached
from pepa.markov.chain.chain import Chain, rated
from pepa.markov.passage import elimination
from pepa.markov.passage.curve import curve
from pepa.markov.passage.elimination import Elimination
from pepa.markov.passage.expected import Solver, _SparseLU
from pepa.markov.passage.moments import moments, reaching
from pepa.markov.passage.sweeps import Sweeps
from pepa.markov.transient.squaring import FINER
from tests.markov.rational import Left, systems
from tests.markov.reference import birth_death, grid, nearly_decomposable, random_chain, ring, stiff
from tests.markov.test_passage import one, to_states


def off(found, exact):
    """Return how far a number is from a fraction, as a part of it."""
    return abs(Fraction(found) - exact) / exact if exact else abs(Fraction(found))


@settings(max_examples=20)
@given(systems(), st.data())
def test_expected_values_are_off_by_no_more_than_they_say(system, data):
    exact = Left(system)
    right = np.array([10.0 ** data.draw(st.integers(-3, 3)) for _ in range(system.size)])
    solver = Solver(system, Control())
    found = solver.backward(right)
    assert found.error < 1e-9
    for value, truth in zip(found.values, exact.earned(right.tolist()), strict=True):
        assert off(value, truth) <= found.error
    visits = solver.visits()
    for value, truth in zip(visits.values, exact.earned(exact.exits), strict=True):
        assert off(value, truth) <= visits.error
    assert solver.visits() is visits
    mean = sum(p * t for p, t in zip(exact.start, exact.earned([1] * system.size), strict=True))
    assert off(solver.mean(), mean) < 1e-9


@settings(max_examples=20)
@given(systems(), st.data())
def test_what_is_earned_in_some_states_is_off_by_no_more_than_is_said_of_each(system, data):
    earning = np.array([data.draw(st.sampled_from([0.0, 0.0, 1e-3, 1.0, 1e3])) for _ in range(system.size)])
    found = Solver(system, Control()).earned(earning)
    for value, error, truth in zip(found.values, found.error, Left(system).earned(earning.tolist()), strict=True):
        assert abs(Fraction(value) - truth) <= Fraction(error)
    assert found.error.max() <= 1e-6 * max(found.values.max(), 1e-300)


@settings(max_examples=20)
@given(systems())
def test_moments_of_each_end_are_off_by_no_more_than_they_say(system):
    exact = Left(system)
    found = moments(system, Control())
    assert off(found.never, exact.arriving([2]).probability) < 1e-9
    for arrival, ends in ((found.overall, [0, 1]), (found.each[0], [0]), (found.each[1], [1])):
        truth = exact.arriving(ends)
        assert off(arrival.probability, truth.probability) < 1e-9
        if not truth.probability:
            assert math.isnan(arrival.mean)
            assert math.isnan(arrival.variance)
        elif truth.mean:
            assert off(arrival.mean, truth.mean) <= arrival.error + 1e-13 < 1e-6
            assert off(arrival.variance, truth.variance) <= arrival.variance_error + 1e-13 < 1e-4


@settings(max_examples=15)
@given(systems())
def test_who_arrives_from_each_state(system):
    exact, solver = Left(system), Solver(system, Control())
    found = reaching(system, solver)
    for end in range(3):
        for value, truth in zip(found.probability[:, end], exact.earned([row[end] for row in exact.ends]), strict=True):
            assert off(value, truth) < 1e-9
        assert found.total(end) == pytest.approx(float(exact.arriving([end]).probability), rel=1e-9)
    assert found.arriving == pytest.approx(found.probability[:, 0] + found.probability[:, 1], rel=1e-15)


CHAINS = {
    "queue": birth_death(300, 0.9),
    "grid": grid(14, 0.8),
    "nearly decomposable": nearly_decomposable(4, 20, 1e-3),
    "random": random_chain(150, 3, 1),
    "ring": ring(120),
    "stiff": stiff(60, 5),
}


def in_rounds(system, pulse):
    """Return elimination that leaves few states to the dense one, so that most go in rounds."""
    found = Elimination(system, pulse)
    assert found._rounds
    return found


BOTH_WAYS = [(method, name) for method in (in_rounds, Elimination, _SparseLU) for name in CHAINS]


@pytest.mark.parametrize(("method", "name"), [*BOTH_WAYS, (Sweeps, "grid"), (Sweeps, "random")])
def test_every_method_solves_both_ways_whatever_the_chain(method, name, monkeypatch):
    if method is in_rounds:
        monkeypatch.setattr(elimination, "DENSE", 10)
    system = to_states(CHAINS[name], [0])
    right = np.random.default_rng(0).random(system.size)
    matrix = np.diag(system.exits) - system.rates.toarray()
    solver = method(system, lambda: None)
    assert solver.backward(right) == pytest.approx(np.linalg.solve(matrix, right), rel=1e-8)
    assert solver.forward(right) == pytest.approx(np.linalg.solve(matrix.T, right), rel=1e-8)


@settings(max_examples=15)
@given(systems(most=6, orders=25))
def test_elimination_in_rounds_keeps_every_digit_however_stiff(system):
    exact = Left(system)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(elimination, "DENSE", 2)
        solver = Elimination(system, lambda: None)
    for value, truth in zip(solver.backward(np.ones(system.size)), exact.earned([1] * system.size), strict=True):
        assert off(value, truth) < 1e-13
    spent = solver.forward(system.start)
    for state in range(system.size):  # the time spent in a state is what is earned where it alone earns
        there = exact.earned([int(other == state) for other in range(system.size)])
        assert off(spent[state], sum(p * t for p, t in zip(exact.start, there, strict=True))) < 1e-13


def test_a_method_that_does_not_suit_gives_way_to_the_next(monkeypatch):
    system = to_states(random_chain(80, 4, 2), [0])
    exact = np.linalg.solve(np.diag(system.exits) - system.rates.toarray(), np.ones(system.size))
    assert Solver(system, Control()).backward(np.ones(system.size)).method == Elimination.name
    monkeypatch.setattr("pepa.markov.passage.expected.FEW", 10)
    found = Solver(system, Control()).backward(np.ones(system.size))
    assert found.method == Sweeps.name
    assert found.values == pytest.approx(exact, rel=1e-9)
    monkeypatch.setattr("pepa.markov.passage.sweeps.CYCLES", 0)
    monkeypatch.setattr("pepa.markov.passage.expected.SMALL", 10)
    with pytest.raises(LimitReached, match="no method converged"):  # neither small nor thin: sweeps alone are left
        Solver(system, Control()).backward(np.ones(system.size))


def test_sparse_lu_takes_over_where_sweeps_do_not_converge(monkeypatch):
    """The moves to come are looked at meanwhile, and make the method: it is there for the time all the same."""
    system = to_states(random_chain(80, 4, 2), [0], start=one(random_chain(80, 4, 2), 5))
    monkeypatch.setattr("pepa.markov.passage.sweeps.CYCLES", 0)
    solver = Solver(system, Control())
    solver._left = solver._left[1:]
    found = solver.backward(np.ones(system.size))
    assert found.method == _SparseLU.name
    assert found.error < 1e-9
    assert solver.mean() == pytest.approx(float(system.start @ found.values))


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -1.0])
def test_what_is_no_expected_value_proves_nothing(wrong, monkeypatch):
    for method in (Elimination, Sweeps, _SparseLU):
        monkeypatch.setattr(method, "backward", lambda _, right: np.full(len(right), wrong))
    system = to_states(birth_death(5, 0.5), [0])
    monkeypatch.setattr("pepa.markov.passage.expected.UNIT", 1e-3)  # the bound beforehand is none then
    with pytest.raises(LimitReached):
        Solver(system, Control()).backward(np.ones(system.size))


@pytest.mark.parametrize("part", [1e-9, 1e-3, 0.5])
def test_a_wrong_solution_is_known_to_be_so(part, monkeypatch):
    """What is off by a part of itself somewhere has an error of at least that."""
    right_one = Sweeps.backward

    def spoilt(self, right):
        found = right_one(self, right)
        found[3] *= 1 + part
        return found

    monkeypatch.setattr(Sweeps, "backward", spoilt)
    solver = Solver(to_states(grid(6, 0.8), [0]), Control())
    solver._left = [Sweeps]
    if part > 1e-6:
        with pytest.raises(LimitReached):
            solver.backward(np.ones(35))
    else:
        assert part <= solver.backward(np.ones(35)).error < 1e-6


def test_what_has_all_arrived_at_first_takes_no_time():
    chain = birth_death(4, 0.5)
    found = moments(to_states(chain, [2], [0], start=one(chain, 2)), Control())
    at_once, never = found.each
    assert (at_once.probability, at_once.mean, at_once.variance, at_once.method) == (1, 0, 0, "at once")
    assert never.probability == 0
    assert (found.overall.mean, found.never) == (0, 0)


@pytest.mark.parametrize("slow", [1e-3, 1e-8])
def test_ends_of_a_chain_that_is_squared_are_told_apart(slow):
    """Some has arrived at the first end, the rest goes to and fro for long before it leaves for one of both."""
    chain = Chain(
        4, np.int32([0, 0, 0, 1]), np.int32([1, 2, 3, 0]), rated(np.array([1e3, slow, 3 * slow, 1e3])), np.array([0, 4])
    )
    system = to_states(chain, [2], [3], start=np.array([0.5, 0.25, 0.25, 0.0]))
    when = curve(system, Solver(system, Control()), Control())
    assert "squaring" in when.method
    mean = 2 / (4 * slow)  # half of the time it is where it can leave
    at = when.at(np.array([0.0, 0.3 * mean, 2 * mean, 50 * mean]))
    gone = 0.75 * (1 - np.exp(-at.time / mean))
    assert at.arrived[:, 0] == pytest.approx(0.25 + gone / 4, abs=1e-5)
    assert at.arrived[:, 1] == pytest.approx(3 * gone / 4, abs=1e-5)
    assert at.left + at.arrived.sum(axis=1) == pytest.approx(1, abs=1e-12)
    assert at.density[1:, 1] == pytest.approx(
        0.75 * 3 / 4 / mean * np.exp(-at.time[1:] / mean), rel=1e-3, abs=1e-12 * slow
    )
    assert at.error.max() < 1e-6
    assert when.quantile(0.2).time == 0
    assert when.quantile(0.625).time == pytest.approx(math.log(2) * mean, rel=1e-4)


@pytest.mark.skipif(not FINER, reason="no precision beyond doubles here")
def test_what_doubles_do_not_reach_is_followed_in_extended_precision():
    chain = Chain(3, np.int32([0, 1]), np.int32([1, 2]), rated(np.array([1e-7, 1e3])), np.array([0, 3]))
    system = to_states(chain, [2], start=one(chain, 0))
    rough, fine = (curve(system, Solver(system, Control()), Control(), tolerance) for tolerance in (1e-6, 1e-15))
    assert (rough.start.dtype, fine.start.dtype) == (np.float64, np.longdouble)
    times = np.array([1e6, 1e7])
    exact = -np.expm1(-1e-7 * times)  # the second stage takes no time beside the first
    for found in (rough, fine):
        at = found.at(times)
        assert np.abs(at.arrived[:, 0] - exact).max() <= at.error.max() + 1e-9
        assert (at.error > 0).all()
    assert fine.at(times).error.max() < rough.at(times).error.min() / 2
