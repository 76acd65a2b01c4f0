"""Intervals against scipy's, against batches written out, and against how often they are right."""

import math

import numpy as np
import pytest
from scipy import stats

from pepa.population.population import population
from pepa.query.analysis import compile_text
from pepa.simulation.confidence import (
    batch_interval,
    mean_interval,
    most_members,
    most_throughput,
    student,
    unvaried,
)


@pytest.mark.parametrize("level", [0.5, 0.9, 0.99])
@pytest.mark.parametrize("number", [2, 3, 50])
def test_means_of_independent_values_are_those_of_students_t(number, level):
    samples = np.random.default_rng(number).normal(3, 2, (4, number))
    mean, half = mean_interval(samples, level)
    for row, value, width in zip(samples, mean, half, strict=True):
        low, high = stats.t.interval(level, number - 1, row.mean(), stats.sem(row))
        assert (value - width, value + width) == pytest.approx((low, high), rel=1e-9)
    assert student(number - 1, level) == pytest.approx(stats.t.ppf((1 + level) / 2, number - 1), rel=1e-9)


def test_a_value_by_itself_has_no_interval_and_what_never_varies_has_none_around_it():
    mean, half = mean_interval(np.array([[3.0], [0.1]]))
    assert mean.tolist() == [3.0, 0.1]
    assert np.isnan(half).all()
    mean, half = mean_interval(np.full((2, 7), 0.1, np.float32))  # whose mean is off by rounding from each of them
    assert half.tolist() == [0.0, 0.0]
    assert mean == pytest.approx(0.1)


def pairs_of(values):
    """Return the means of neighbours; of an odd number the first is left out."""
    kept = values[len(values) % 2 :]
    return [(one + other) / 2 for one, other in zip(kept[::2], kept[1::2], strict=True)]


@pytest.mark.parametrize("batches", [20, 21, 64])
def test_batches_are_joined_in_pairs_and_widened_for_what_correlation_is_left(batches):
    random = np.random.default_rng(batches)
    noise, values = random.normal(0, 1, batches), [0.0]
    for shock in noise:
        values.append(0.9 * values[-1] + shock)
    series = np.column_stack([values[1:], noise, -np.abs(noise)])
    mean, half, correlation = batch_interval(series, 0.9)
    for column in range(3):
        joined = np.array(pairs_of(series[:, column].tolist()))
        centred = joined - joined.mean()
        following = sum(a * b for a, b in zip(centred[1:], centred[:-1], strict=True)) / sum(centred**2)
        error = joined.std(ddof=1) / math.sqrt(len(joined)) * math.sqrt(1 + 2 * max(following, 0.0))
        assert mean[column] == pytest.approx(series[:, column].mean())
        assert correlation[column] == pytest.approx(following)
        assert half[column] == pytest.approx(stats.t.ppf(0.95, len(joined) - 1) * error)
    assert correlation[0] > 0.2


def test_batches_that_never_vary_have_no_width_and_no_correlation():
    mean, half, correlation = batch_interval(np.full((40, 1), 2.5))
    assert (mean[0], half[0], correlation[0]) == (2.5, 0.0, 0.0)


def test_batches_that_are_correlated_cover_their_mean_as_often_as_they_say():
    random, covered = np.random.default_rng(5), 0
    for _ in range(400):
        values = [random.normal() / math.sqrt(1 - 0.3**2)]
        for shock in random.normal(0, 1, 39):
            values.append(0.3 * values[-1] + shock)
        mean, half, _ = batch_interval(np.array(values)[:, None])
        covered += abs(mean[0]) <= half[0]
    assert 0.91 <= covered / 400 <= 0.985


@pytest.mark.parametrize(("number", "level"), [(100, 0.95), (1000, 0.99), (40, 0.5)])
def test_the_rule_of_three(number, level):
    """A share p of all is missed by n independent values with (1 - p)^n: by the bound, that is 1 - level at most."""
    share = unvaried(number, level)
    assert (1 - share) ** number < 1 - level < (1 - 0.97 * share) ** number
    assert unvaried(number) == unvaried(number, 0.95)


def test_of_few_values_nothing_is_known_of_the_others():
    assert unvaried(1) == unvaried(2) == 1.0
    assert unvaried(3) == pytest.approx(-math.log(0.05) / 3)


def view(text):
    return population(compile_text(text).net, fluid=False)


MANY = """
A = (a, 3).B; B = (b, 2).A; R = (a, 5).S; S = (c, 1).R; T = (a, infty).T; L = (still, 7).L; M = (a, 1).M;
"""


@pytest.mark.parametrize(
    ("system", "members", "throughput"),
    [
        ("A[4]", {"A": 4, "B": 4}, {"a": 12, "b": 8}),
        ("A[4] <a> R[2]", {"A": 4, "B": 4, "R": 2, "S": 2}, {"a": 10, "b": 8, "c": 2}),
        ("A[4] <a> T[9]", {"A": 4, "B": 4, "T": 0}, {"a": 12, "b": 8}),
        ("A[4] || L[3]", {"A": 4, "B": 4, "L": 0}, {"a": 12, "b": 8, "still": 0}),
        ("A[4] || M[2]", {"A": 4, "B": 4, "M": 0}, {"a": 12, "b": 8}),  # what always goes on changes nothing
        ("(A <a> R)[3]", {"A": 3, "B": 3, "R": 3, "S": 3}, {"a": 9, "b": 12, "c": 6}),
        ("(A || A)[3] || R", {"A": 6, "B": 6, "R": 1, "S": 1}, {"a": 23, "b": 12, "c": 1}),
        ("A[2] <a> R || A[3]", {"A": 5, "B": 5, "R": 1, "S": 1}, {"a": 14, "b": 10, "c": 1}),
    ],
)
def test_how_far_a_mean_can_be_off(system, members, throughput):
    """No more members are anywhere than there are, and no action is faster than its partners alone are."""
    shown = view(MANY + system)
    found = dict(zip(shown.held, most_members(shown).tolist(), strict=True))
    assert found == members
    rates = dict(zip(shown.doing, most_throughput(shown).tolist(), strict=True))
    assert set(rates) == set(throughput)
    for action, most in throughput.items():
        assert most <= rates[action] <= 1.4 * most, action  # (A <a> R)[3] is counted by whole members
