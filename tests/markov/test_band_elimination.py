"""Elimination within a band, and what it is tried for: answers that iterations leave uncertain."""

import random

import numpy as np
import pytest

import pepa
from pepa.control.control import Control
from pepa.markov.steady.band_elimination import BandElimination
from pepa.markov.steady.method import run
from pepa.markov.steady.outcome import Outcome
from tests.markov.reference import HARD, birth_death, chain, failure_repair, grid, gth, renumbered, stiff


def uniform(one):
    return np.full(one.size, 1 / one.size)


def by_band(one, **options):
    return run(BandElimination(**options), one, uniform(one), Control())


@pytest.mark.parametrize("name", [name for name, one in HARD.items() if one.size <= 500])
@pytest.mark.parametrize("fewest", [1, 7, 64])
def test_every_probability_is_that_of_plain_elimination(name, fewest):
    one = HARD[name]
    found = by_band(one, fewest=fewest)
    assert found.attempt.outcome is Outcome.CONVERGED
    np.testing.assert_allclose(found.probability, gth(one.dense()), rtol=1e-12, atol=1e-300)


def test_two_machine_shops_of_any_rarity():
    source, target, rate, expected = failure_repair(70, 1e-3)
    one, order = renumbered(71**2, source, target, rate)
    found = by_band(one).probability
    np.testing.assert_allclose(found, expected[order], rtol=1e-11, atol=1e-300)


def test_between_likely_states_there_may_be_none_that_a_double_can_hold():
    """Two likely ends, and a middle of probability 1e-500 between them."""
    half, ratio = 100, 1e-5
    step = np.arange(2 * half)
    up = np.where(step < half, ratio, 1.0)
    one = chain(2 * half + 1, np.r_[step, step + 1], np.r_[step + 1, step], np.r_[up, up[::-1]])
    found = by_band(one, fewest=8)
    assert found.attempt.outcome is Outcome.CONVERGED
    np.testing.assert_allclose(found.probability[[0, -1]], 0.5 * (1 - ratio), rtol=1e-12)


def test_what_is_too_wide_is_left_to_others():
    wide = stiff(3000)
    assert by_band(wide, most_products=1e10).attempt.outcome is Outcome.UNSUITABLE
    narrow = grid(60, 0.5)
    assert BandElimination().suits(narrow)
    assert not BandElimination().suits(birth_death(3000, 0.5))
    assert not BandElimination(most_bytes=1e4).suits(narrow)


def clocked(seed, steps, cells, decades):
    """Return a model of a clock that moves cells along, with rates of any size, and where the clock is in the end."""
    chance = random.Random(seed)

    def rates(number):
        return [float(f"{10 ** chance.uniform(-decades, 0):.3g}") for _ in range(number)]

    up, down = rates(steps - 1), rates(steps - 1)
    rise, fall = rates(cells - 1), rates(cells - 1)
    lines = []
    for at in range(steps):
        moves = [f"(up, {rate}).A{at + 1}" for rate in up[at : at + 1]]
        moves += [f"(down, {rate}).A{at - 1}" for rate in down[at - 1 : at] if at]
        lines.append(f"A{at} = {' + '.join(moves)};")
    for at in range(cells):
        far = chance.randrange(cells) if chance.random() < 0.3 else min(at + 1, cells - 1)
        moves = [f"(up, infty).B{far}", f"(down, infty).B{max(at - 1, 0)}"]
        moves += [f"(rise, {rate}).B{at + 1}" for rate in rise[at : at + 1]]
        moves += [f"(fall, {rate}).B{at - 1}" for rate in fall[at - 1 : at] if at]
        lines.append(f"B{at} = {' + '.join(moves)};")
    logarithm = np.cumsum(np.log(np.r_[1.0, np.array(up) / np.array(down)]))
    expected = np.exp(logarithm - logarithm.max())
    return "\n".join([*lines, "A0 <up, down> B0"]), expected / expected.sum()


@pytest.mark.parametrize("seed", [2, 4])
def test_where_iterations_leave_rare_states_uncertain_elimination_follows(seed):
    text, expected = clocked(seed, 60, 60, 4)
    solved = pepa.parse(text).steady_state()
    found = np.array([solved.population[f"A{at}"] for at in range(len(expected))])
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-250)
