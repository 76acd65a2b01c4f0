"""The steady state of every kind of finite chain, against GTH elimination and closed forms."""

import math
from dataclasses import FrozenInstanceError, replace
from fractions import Fraction

import numpy as np
import pytest

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.markov.chain.chain import Chain, rated
from pepa.markov.chain.unsuitable import Unsuitable
from pepa.markov.steady import sparse_lu
from pepa.markov.steady.accelerated import AcceleratedGaussSeidel
from pepa.markov.steady.elimination import SparseElimination
from pepa.markov.steady.gauss_seidel import GaussSeidel
from pepa.markov.steady.gth import GTH
from pepa.markov.steady.level_elimination import LevelElimination
from pepa.markov.steady.method import run
from pepa.markov.steady.names import NAMES as SHORT
from pepa.markov.steady.outcome import NotConverged, Outcome
from pepa.markov.steady.plan import METHODS, named
from pepa.markov.steady.steady_state import stationary, steady_state
from tests import models
from tests.markov.reference import HARD, birth_death, chain, grid, gth, nearly_decomposable, random_chain, stiff

NAMES = [method.name for method in METHODS]


def relative_error(found, expected):
    return float(np.max(np.abs(found - expected) / expected))


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if HARD[name].size > 1000 else []) for name in HARD]
)
def test_every_probability_of_hard_chains_is_right(name):
    found = steady_state(HARD[name])
    assert relative_error(found.probability, gth(HARD[name].dense())) < 1e-9
    assert found.residual <= found.tolerance


@pytest.mark.parametrize("size", [2, 3, 63, 64, 65, 66, 129, 200])
def test_blocks_of_the_elimination_fit_together(size):
    random = np.random.default_rng(size)
    matrix = 10.0 ** random.uniform(-8, 8, (size, size))
    source, target = np.nonzero(~np.eye(size, dtype=bool))
    found = stationary(chain(size, source, target, matrix[source, target]), Control())
    order = chain_order(size, source, target)
    assert relative_error(found.probability, gth(matrix)[order]) < 1e-12


def chain_order(size, source, target):
    del source, target  # the graph is complete: breadth first from 0 is the order itself
    return np.arange(size)


def test_gth_is_right_to_the_last_digits_where_rationals_can_tell():
    rates = {(0, 1): 1e-9, (1, 0): 3.0, (1, 2): 1e7, (2, 0): 1e-3, (2, 1): 7e5, (0, 2): 2.0}
    (sources, targets), values = zip(*rates, strict=True), list(rates.values())
    exact = rational_steady_state(3, rates)
    found = steady_state(chain(3, sources, targets, values)).probability
    number = {0: 0, 1: 1, 2: 2}
    assert relative_error(found, np.array([exact[number[i]] for i in range(3)])) < 1e-15


def rational_steady_state(size, rates):
    matrix = [[Fraction(0)] * size for _ in range(size)]
    for (s, t), r in rates.items():
        matrix[t][s] += Fraction(r)
        matrix[s][s] -= Fraction(r)
    matrix[-1] = [Fraction(1)] * size
    right = [Fraction(0)] * (size - 1) + [Fraction(1)]
    for i in range(size):
        pivot = next(k for k in range(i, size) if matrix[k][i])
        matrix[i], matrix[pivot], right[i], right[pivot] = matrix[pivot], matrix[i], right[pivot], right[i]
        for k in range(size):
            if k != i and matrix[k][i]:
                factor = matrix[k][i] / matrix[i][i]
                matrix[k] = [a - factor * b for a, b in zip(matrix[k], matrix[i], strict=True)]
                right[k] -= factor * right[i]
    return [float(right[i] / matrix[i][i]) for i in range(size)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("which", ["queue", "grid", "stiff"])
def test_every_method_agrees_or_says_it_did_not_converge(name, which):
    hard = HARD[which]
    before = (hard.source.copy(), hard.rate.copy())
    try:
        found = steady_state(hard, method=name)
    except NotConverged as error:
        assert {attempt.method for attempt in error.attempts} == {name}
        assert not hasattr(error, "probability")
    else:
        assert found.residual <= found.tolerance
        assert np.abs(found.probability - gth(hard.dense())).sum() < 1e-8
        assert found.method == name
    assert (hard.source == before[0]).all()
    assert (hard.rate == before[1]).all()


FEW_STEPS = ("sparse LU", "aggregation of weakly coupled blocks")
OF_MANY_STEPS = [method for method in METHODS if method.patience > 1 and method.name not in FEW_STEPS]


def test_every_method_has_a_short_name():
    assert list(SHORT.values()) == NAMES
    for short, name in SHORT.items():
        assert named(short).name == named(name.upper()).name == name
    with pytest.raises(PepaError) as raised:
        named("magic")
    assert "gth (GTH elimination)" in raised.value.hint


@pytest.mark.parametrize("method", METHODS, ids=NAMES)
def test_every_method_leaves_its_start_as_it_was_and_can_be_cancelled(method):
    if method.name.startswith("aggregation"):
        hard = nearly_decomposable(8, 200, 1e-6)
    else:
        hard = grid(
            {"GTH elimination": 40, "GTH elimination by levels": 40, "Gauss-Seidel with BiCGSTAB": 300}.get(
                method.name, 100
            ),
            0.95,
        )
    start = np.full(hard.size, 1 / hard.size)
    run(method, hard, start, Control(most_iterations=2))
    assert (start == 1 / hard.size).all()

    class Stop(Exception):
        pass

    def stop(_):
        raise Stop

    watched = Control(tolerance=1e-300, most_iterations=10**9, report=stop)
    if method in OF_MANY_STEPS:  # the others are done before the first report
        with pytest.raises(Stop):
            run(method, hard, start, watched)


@pytest.mark.parametrize("method", OF_MANY_STEPS)
def test_the_iteration_limit_is_no_answer(method):
    hard = birth_death(3000, 1.001)
    reached = run(method, hard, np.full(3000, 1 / 3000), Control(most_iterations=1))
    assert reached.attempt.outcome is Outcome.LIMIT
    with pytest.raises(NotConverged, match="above the tolerance"):
        steady_state(hard, Control(most_iterations=1), method=method.name)


def test_an_unknown_method_is_named_with_the_known_ones():
    with pytest.raises(PepaError, match="no method `magic`") as caught:
        steady_state(grid(5, 0.5), method="magic")
    assert all(name in caught.value.hint for name in NAMES)


@pytest.mark.parametrize("size", [2500, 10_000])
def test_large_chains_with_a_closed_form(size):
    side = round(size**0.5)
    found = steady_state(grid(side, 0.9))
    assert found.residual < 1e-12
    one = 0.9 ** np.arange(side)
    one /= one.sum()
    marginal = np.sort(one)[::-1]
    assert np.sort(found.probability)[::-1][0] == pytest.approx(marginal[0] ** 2, rel=1e-9)


def test_a_long_thin_chain_has_a_closed_form():
    found = steady_state(birth_death(20_000, 0.999))
    expected = 0.999 ** np.arange(20_000)
    assert relative_error(found.probability, expected / expected.sum()) < 1e-9


def test_several_recurrent_classes_are_weighted_by_reaching_them():
    # 0 -> 1 at 1, 0 -> 2 at 3; {1, 3} recur, 2 is a deadlock
    found = steady_state(chain(4, [0, 0, 1, 3], [1, 2, 3, 1], [1.0, 3.0, 5.0, 1.0]))
    assert found.weights == pytest.approx((0.25, 0.75))
    assert found.probability == pytest.approx([0, 0.25 / 6, 0.75, 0.25 * 5 / 6])
    assert len(found.classes.transient) == 1
    assert list(found.classes.deadlocks) == [2]


def test_weights_keep_their_digits_where_they_are_tiny():
    # the second class is reached with probability about 1e-12
    found = steady_state(chain(3, [0, 0], [1, 2], [1.0, 1e-12]))
    assert found.weights[1] == pytest.approx(1e-12 / (1 + 1e-12), rel=1e-14)


def test_transient_states_have_probability_zero():
    found = steady_state(chain(3, [0, 1, 2], [1, 2, 1], [1.0, 2.0, 4.0]))
    assert found.probability == pytest.approx([0, 2 / 3, 1 / 3])


def test_many_transient_states_before_many_classes():
    size = 300
    source = [*range(size), *range(size)]
    target = [*range(1, size), 0, *range(size, 2 * size)]
    found = steady_state(chain(2 * size, source, target, [1.0] * (2 * size)))
    assert len(found.classes.recurrent) == size
    assert sum(found.weights) == pytest.approx(1)
    assert found.weights[0] / found.weights[1] == pytest.approx(2)


def test_self_loops_change_nothing():
    plain = chain(2, [0, 1], [1, 0], [1.0, 2.0])
    looped = Chain(2, np.int32([0, 1, 1]), np.int32([1, 0, 1]), rated(np.array([1.0, 2.0, 9.0])), plain.levels)
    assert steady_state(looped).probability == pytest.approx(steady_state(plain).probability)


def test_a_single_state_and_a_single_deadlock():
    nothing = np.array([], np.int32)
    for source, rate in ((nothing, []), (np.int32([0]), [1.0])):
        found = steady_state(Chain(1, source, source, rated(np.array(rate)), np.array([0, 1])))
        assert found.probability == [1.0]
        assert len(found.classes.deadlocks) == (1 - len(source))


def test_a_warm_start_takes_no_longer_and_a_useless_one_does_no_harm():
    hard = grid(60, 0.9)
    cold = steady_state(hard)
    warm = steady_state(hard, start=cold.probability)
    assert warm.iterations <= cold.iterations
    assert steady_state(hard, start=np.zeros(hard.size)).residual <= 1e-12


def test_stiff_chains_too_large_for_elimination():
    hard = stiff(2500, 7)
    found = steady_state(hard)
    assert found.residual <= 1e-12
    exact = steady_state(hard, method="sparse GTH elimination").probability
    assert np.abs(found.probability - exact).sum() < 1e-8


@pytest.mark.parametrize("hard", [birth_death(5000, 2.0), birth_death(5000, 0.999)], ids=["2", "0.999"])
def test_sparse_elimination_is_right_in_every_entry(hard):
    found = steady_state(hard, method="sparse GTH elimination").probability
    births = hard.rate[(hard.source == 1) & (hard.target == 2)][0]
    expected = np.exp(np.log(births) * (np.arange(5000) - (4999 if births > 1 else 0)))
    expected /= expected.sum()
    large = expected > 1e-290
    assert relative_error(found[large], expected[large]) < 1e-9


def test_elimination_gives_up_on_the_wrong_shape_and_says_so():
    random = np.random.default_rng(0)
    source, target = random.integers(0, 9000, (2, 90_000))
    ring = np.arange(9000)
    tangled = chain(9000, np.r_[source, ring], np.r_[target, (ring + 1) % 9000], np.ones(99_000))
    with pytest.raises(NotConverged) as caught:
        steady_state(tangled, method="sparse GTH elimination")
    assert caught.value.attempts[0].outcome is Outcome.UNSUITABLE
    with pytest.raises(Unsuitable, match="too many transitions"):
        SparseElimination().prepare(tangled, 1e-12, lambda: None)
    assert steady_state(tangled).residual <= 1e-12


def test_the_options_of_a_method_are_its_own_and_stay_as_they_are():
    ring = chain(60, np.arange(60), (np.arange(60) + 1) % 60, np.ones(60))
    assert [GTH(most_states=most).suits(ring) for most in (59, 60)] == [False, True]
    assert [SparseElimination(dense=most).suits(ring) for most in (59, 60)] == [True, False]
    assert [LevelElimination(fewest_states=few).suits(ring) for few in (59, 60)] == [True, False]
    for method in METHODS:
        with pytest.raises(FrozenInstanceError):
            method.patience = 1


@pytest.mark.parametrize(
    "method",
    [AcceleratedGaussSeidel(cycle=5, first=2, many=3), AcceleratedGaussSeidel(many=1000), GaussSeidel(patience=50)],
)
def test_whatever_the_options_of_an_iteration_the_answer_is_the_same(method):
    """Forty that come and go, each by itself: a binomial distribution."""
    solved = models.solve("P = (come, 2).Q; Q = (go, 3).P; P[40]")
    here = np.array([solved.derived.space.counts(state)[0][1] for state in range(solved.derived.space.size)])
    ways = np.array([math.comb(40, int(number)) for number in here])
    right = ways * 0.4**here * 0.6 ** (40 - here)
    found = run(method, solved.derived.chain, np.full(len(here), 1 / len(here)), Control())
    assert found.attempt.outcome is Outcome.CONVERGED
    assert relative_error(found.probability, right) < 1e-9


def test_rare_states_of_a_closed_network_are_as_right_as_likely_ones():
    """Three stations: a product form (Gordon and Newell 1967), down to 1e-25."""
    text = """C1 = (s1a, 0.6).C2 + (s1b, 0.4).C3; C2 = (s2, 0.9).C1; C3 = (s3, 0.7).C1;
    S1 = (s1a, 0.6).S1 + (s1b, 0.4).S1; S2 = (s2, 0.9).S2; S3 = (s3, 0.7).S3;
    C1[100] <s1a, s1b, s2, s3> (S1 || S2 || S3)"""
    found = models.solve(text, method="Gauss-Seidel with BiCGSTAB")
    space = found.derived.space
    counts = np.array([space.counts(state)[0] for state in range(space.size)], float)
    weight = counts @ np.log([1.0, 0.6 / 0.9, 0.4 / 0.7])
    right = np.exp(weight - weight.max())
    right /= right.sum()
    off = np.abs(found.steady.probability / right - 1)
    assert off.max() < 1e-8
    assert found.steady.certainty.above < right.min()


@pytest.mark.parametrize("seed", range(4))
def test_with_other_rates_the_order_of_elimination_is_known(seed, monkeypatch):
    first = random_chain(120, 2, seed)
    other = np.random.default_rng(seed).uniform(0.01, 10.0, len(first.rate))
    again = replace(first, rates=rated(other), known=first.pattern)
    order = first.pattern.elimination
    assert np.array_equal(np.sort(order), np.arange(first.size))
    monkeypatch.setattr(sparse_lu, "SYMMETRIC", {"permc_spec": "none"})
    found = stationary(again, Control(), "lu")
    assert relative_error(found.probability, gth(again.dense())) < 1e-12
    assert again.known.elimination is order
