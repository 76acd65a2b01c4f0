"""Passage times against closed forms, matrix exponentials and linear algebra; every stated error holds."""

import math

import numpy as np
import pytest
from scipy import stats
from scipy.linalg import expm

from pepa.control.control import Control, LimitReached
from pepa.markov.chain.chain import Chain, rated
from pepa.markov.passage.absorbing import GOING, Ends, absorbing
from pepa.markov.passage.curve import curve
from pepa.markov.passage.elimination import Elimination
from pepa.markov.passage.expected import Solver
from pepa.markov.passage.moments import moments
from pepa.markov.passage.sweeps import Sweeps
from tests.markov.reference import birth_death, grid, nearly_decomposable, random_chain, stiff


def line(rates):
    """States 0, 1, ... one after the other at some rates, into a last one."""
    n = len(rates)
    states = np.arange(n + 1, dtype=np.int32)
    return Chain(n + 1, states[:-1], states[1:], rated(np.array(rates, float)), np.arange(n + 2))


def to_states(chain, *goals, start=None, forbidden=()):
    state = np.full(chain.size, GOING, np.int8)
    for number, goal in enumerate(goals):
        state[goal] = number
    state[list(forbidden)] = len(goals)
    ends = Ends(len(goals), np.full(len(chain.rate), GOING, np.int8), state)
    return absorbing(chain, ends, start)


def one(chain, state):
    return (np.arange(chain.size) == state).astype(float)


def solved(system):
    solver = Solver(system, Control())
    return moments(system, Control(), solver), curve(system, solver, Control())


@pytest.mark.parametrize("stages", [1, 2, 7, 40])
def test_erlang(stages):
    chain = line([3.0] * stages)
    found, when = solved(to_states(chain, [stages], start=one(chain, 0)))
    assert found.overall.probability == 1
    assert found.overall.mean == pytest.approx(stages / 3, rel=1e-12)
    assert found.overall.variance == pytest.approx(stages / 9, rel=1e-12)
    reference = stats.gamma(stages, scale=1 / 3)
    at = when.at(np.array([0.0, 0.01, 1.0, 5.0, 30.0]))
    assert at.arrived[:, 0] == pytest.approx(reference.cdf(at.time), abs=1e-9)
    assert at.density[:, 0] == pytest.approx(reference.pdf(at.time), abs=1e-8)
    for share in (0.01, 0.5, 0.95, 0.999):
        quantile = when.quantile(share)
        assert quantile.time == pytest.approx(reference.ppf(share), rel=1e-8)
        assert quantile.low <= reference.ppf(share) <= quantile.high


@pytest.mark.parametrize("rates", [[1.0, 2.0, 5.0], [1e-6, 1.0], [1e3, 1e-3, 7.0], [1e-9, 1e-3]])
def test_hypoexponential_however_stiff(rates):
    chain = line(rates)
    system = to_states(chain, [len(rates)], start=one(chain, 0))
    found = moments(system, Control())
    assert found.overall.mean == pytest.approx(sum(1 / rate for rate in rates), rel=1e-13)
    assert found.overall.variance == pytest.approx(sum(1 / rate**2 for rate in rates), rel=1e-13)
    assert found.overall.error < 1e-9


def test_hypoexponential_distribution():
    rates = np.array([1.0, 2.0, 5.0])
    chain = line(rates)
    _, when = solved(to_states(chain, [3], start=one(chain, 0)))
    at = when.at(np.array([0.0, 0.2, 1.0, 4.0, 15.0]))
    shares = [math.prod(other / (other - rate) for other in rates if other != rate) for rate in rates]
    left = sum(share * np.exp(-rate * at.time) for share, rate in zip(shares, rates, strict=True))
    assert at.left == pytest.approx(left, abs=1e-9)
    assert (np.abs(at.left - left) <= at.error + 1e-15).all()


@pytest.mark.parametrize("load", [0.3, 0.9, 1.0, 1.4])
def test_busy_period(load):
    """From one customer to none in M/M/1/K: the mean is (1 + rho + ... + rho^(K-1)) / mu."""
    room = 30
    chain = birth_death(room + 1, load)
    found, when = solved(to_states(chain, [0], start=one(chain, 1)))
    assert found.overall.mean == pytest.approx(sum(load**k for k in range(room)), rel=1e-12)
    assert when.at(np.array([1e9])).arrived[0, 0] == pytest.approx(1, abs=1e-9)


def test_sojourn_in_a_queue():
    """An arrival that finds n before it takes Erlang(n + 1): a mixture of Erlangs, by how often each is found."""
    load, room = 0.8, 12
    chain = birth_death(room + 1, load)
    found = load ** np.arange(room)
    found /= found.sum()
    # a customer's own place: it leaves when all before it and itself are served
    served = line([1.0] * room)
    start = np.zeros(room + 1)
    start[:room] = found[::-1]
    system = to_states(served, [room], start=start)
    moment, when = solved(system)
    assert moment.overall.mean == pytest.approx(float(found @ np.arange(1, room + 1)), rel=1e-12)
    times = np.array([0.5, 3.0, 20.0])
    exact = sum(p * stats.gamma(n + 1).cdf(times) for n, p in enumerate(found))
    assert when.at(times).arrived[:, 0] == pytest.approx(exact, abs=1e-9)
    population = load ** np.arange(room + 1) / (load ** np.arange(room + 1)).sum()
    throughput = load * (1 - population[-1])
    assert moment.overall.mean == pytest.approx(population @ np.arange(room + 1) / throughput, rel=1e-12)  # Little
    assert chain.size == room + 1


def test_two_states_and_competing_ends():
    """From the middle to the left at rate a or to the right at rate b: independent of when."""
    a, b = 2.0, 3.0
    chain = Chain(3, np.int32([0, 0]), np.int32([1, 2]), rated(np.array([a, b])), np.array([0, 1, 3]))
    found, when = solved(to_states(chain, [1], [2], start=one(chain, 0)))
    assert [end.probability for end in found.each] == pytest.approx([a / (a + b), b / (a + b)], rel=1e-14)
    assert [end.mean for end in found.each] == pytest.approx([1 / (a + b)] * 2, rel=1e-14)
    at = when.at(np.array([0.3]))
    assert at.arrived[0] == pytest.approx(np.array([a, b]) / (a + b) * (1 - np.exp(-(a + b) * 0.3)), abs=1e-10)


@pytest.mark.parametrize("chain", [*(random_chain(12, 1, seed) for seed in range(4)), stiff(25, 3)], ids=range(5))
def test_against_linear_algebra(chain):
    start = np.zeros(chain.size)
    start[[1, 2, 3]] = 0.5, 0.3, 0.2
    system = to_states(chain, [0], [5, 6], start=start, forbidden=[8])
    matrix = np.diag(system.exits) - system.rates.toarray()
    solver = Solver(system, Control())
    found = moments(system, Control(), solver)
    reach = np.linalg.solve(matrix, system.ends)
    once = np.linalg.solve(matrix, reach)
    twice = 2 * np.linalg.solve(matrix, once)
    start = system.start
    for number, end in enumerate(found.each):
        probability = start @ reach[:, number] + system.at_once[number]
        assert end.probability == pytest.approx(probability, rel=1e-9)
        if probability > 0:
            mean = start @ once[:, number] / probability
            assert end.mean == pytest.approx(mean, rel=1e-8)
            assert end.variance == pytest.approx(start @ twice[:, number] / probability - mean**2, rel=1e-7)
    assert found.never == pytest.approx(start @ reach[:, 2] + system.at_once[2], rel=1e-9)
    when = curve(system, solver, Control(), until=20 / system.exits.max())
    at = when.at(np.linspace(0, 20, 5) / system.exits.max())
    for index, time in enumerate(at.time):
        gone = expm(-matrix * time)
        assert abs(at.left[index] - start @ gone.sum(axis=1)) <= at.error[index] + 1e-12
        arrived = start @ (reach - gone @ reach)[:, :2] + system.at_once[:2]
        assert np.abs(at.arrived[index] - arrived).max() <= at.error[index] + 1e-12
        assert at.density[index] == pytest.approx(start @ gone @ system.ends[:, :2], abs=1e-8 * system.exits.max())


@pytest.mark.parametrize("dense", [0, 200])
def test_a_rare_event_ends_by_falling_evenly_or_by_squaring(dense, monkeypatch):
    """A failure that takes 10^9 jumps on average, from a birth-death chain."""
    monkeypatch.setattr("pepa.markov.passage.curve.DENSE", dense)
    chain = birth_death(10, 0.1)
    system = to_states(chain, [9], start=one(chain, 0))
    found, when = solved(system)
    assert when.jumps < 100_000
    assert (when.rest.fall > 0) == (dense == 0)
    median = when.quantile(0.5)
    assert median.time == pytest.approx(math.log(2) * found.overall.mean, rel=1e-6)
    matrix = system.rates.toarray() - np.diag(system.exits)
    slowest = -np.linalg.eigvals(matrix).real.max()
    at = when.at(np.array([found.overall.mean]))
    assert at.left[0] == pytest.approx(np.exp(-slowest * found.overall.mean), abs=1e-6)
    assert at.error[0] < 1e-8


@pytest.mark.parametrize(
    ("method", "chain"),
    [
        (Elimination, birth_death(300, 0.9)),
        (Elimination, grid(14, 0.8)),
        (Elimination, nearly_decomposable(4, 20, 1e-3)),
        (Sweeps, grid(14, 0.8)),
        (Sweeps, random_chain(200, 3, 1)),
    ],
    ids=range(5),
)
def test_every_method_solves_both_ways(method, chain):
    system = to_states(chain, [0])
    random = np.random.default_rng(0)
    right = random.random(system.size)
    matrix = np.diag(system.exits) - system.rates.toarray()
    solver = method(system, lambda: None)
    assert solver.backward(right) == pytest.approx(np.linalg.solve(matrix, right), rel=1e-9)
    assert solver.forward(right) == pytest.approx(np.linalg.solve(matrix.T, right), rel=1e-9)


@pytest.mark.parametrize("rates", [[1e-6, 1.0], [1e-9, 1e-3], [1.0, 1e-8], [1e-12, 1e3]])
def test_stiff_stages_take_no_time(rates):
    """Fast after slow and slow after fast: followed by squaring, for up to 10^15 jumps."""
    chain = line(rates)
    _, when = solved(to_states(chain, [2], start=one(chain, 0)))
    slow, fast = sorted(rates)
    times = np.array([0.001, 0.5, 3.0]) / slow
    exact = 1 - (fast * np.exp(-slow * times) - slow * np.exp(-fast * times)) / (fast - slow)
    at = when.at(times)
    assert at.arrived[:, 0] == pytest.approx(exact, abs=1e-10)
    assert at.error.max() < 1e-10
    assert when.quantile(0.5).time == pytest.approx(math.log(2) / slow, rel=1e-5)
    density = slow * fast / (fast - slow) * (np.exp(-slow * times) - np.exp(-fast * times))
    assert at.density[:, 0] == pytest.approx(density, rel=1e-8)


def test_elimination_of_many_states_keeps_every_digit():
    """Beyond dense elimination: a queue that fills up; and entries far apart."""
    chain = birth_death(3_000, 0.5)
    system = to_states(chain, [0])
    found = Solver(system, Control()).backward(np.ones(system.size))
    room = np.arange(1, 3_000)
    exact = 2.0 * room - 2.0 * (0.5 ** (2_999 - room) - 0.5**2_999)
    assert found.values == pytest.approx(exact, rel=1e-12)
    assert found.method == Elimination.name


def test_what_is_never_reached():
    chain = line([1.0, 2.0])
    system = to_states(chain, [0], start=one(chain, 1))
    found, when = solved(system)
    assert found.overall.probability == 0
    assert math.isnan(found.overall.mean)
    assert found.never == 1
    assert when.quantile(0.5).time == math.inf
    assert when.at(np.array([3.0])).arrived[0, 0] == 0


def test_quantiles_beyond_what_ever_arrives():
    """To the left or to the right for good, and on the way for long: no quantile of the left beyond its share."""
    chain = Chain(3, np.int32([0, 0]), np.int32([1, 2]), rated(np.array([1e-3, 3e-3])), np.array([0, 1, 3]))
    for limit in (np.inf, 50.0):
        system = to_states(chain, [1], start=one(chain, 0), forbidden=[2])
        when = curve(system, Solver(system, Control()), Control(), until=limit)
        assert when.quantile(0.9).time == math.inf
        assert when.quantile(0.01).time == pytest.approx(-math.log(1 - 0.04) / 4e-3, rel=1e-6)


def test_what_has_arrived_at_once():
    chain = line([2.0])
    found, when = solved(to_states(chain, [1], start=np.array([0.25, 0.75])))
    assert found.overall.mean == pytest.approx(0.125)
    assert found.overall.variance == pytest.approx(0.25 * 0.5 - 0.125**2)
    assert when.quantile(0.75).time == 0
    assert when.at(np.array([0.0])).arrived[0, 0] == pytest.approx(0.75)


def test_what_cannot_be_proved_is_no_answer(monkeypatch):
    monkeypatch.setattr("pepa.markov.passage.expected.PROVED", 0.0)
    monkeypatch.setattr("pepa.markov.passage.expected.ACCEPTED", 0.0)
    with pytest.raises(LimitReached):
        moments(to_states(birth_death(9, 0.5), [0]), Control())


def test_what_is_earned_in_few_states_is_proved_by_the_moves_to_come():
    """A queue of many moves before it is full: rounding is a large part of what most states earn."""
    system = to_states(birth_death(60, 1e5, 1.1e5), [59], start=one(birth_death(60, 1.0), 0))
    earning = np.where(np.arange(system.size) == 3, 1.0, 1e-9)
    solver = Solver(system, Control())
    solver._left = [Sweeps]
    found, exact = solver.backward(earning), Elimination(system, lambda: None).backward(earning)
    assert found.error < 1e-6
    assert (np.abs(found.values - exact) <= found.error * exact).all()


@pytest.mark.parametrize("missing", [1e-5, 1e-10, 1e-13])
def test_late_quantiles_keep_their_digits(missing):
    """Of a share near 1 what has not arrived yet is weighed: it is known to a part of itself."""
    system = to_states(line([3.0]), [1], start=one(line([3.0]), 0))
    when = curve(system, Solver(system, Control()), Control(), tolerance=1e-6 * missing)
    found = when.quantile(1 - missing)
    expected = -math.log(1 - (1 - missing)) / 3
    assert found.low <= expected <= found.high
    assert found.time == pytest.approx(expected, rel=1e-4)


def test_what_is_too_late_to_be_told_is_no_never():
    system = to_states(line([3.0, 1.0]), [2], start=one(line([3.0, 1.0]), 0))
    found = curve(system, Solver(system, Control()), Control(), tolerance=1e-3).quantile(1 - 1e-12)
    assert (found.time, found.high) == (math.inf, math.inf)
    assert 0 < found.low < math.inf
