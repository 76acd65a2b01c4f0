"""Parameters found, against closed forms."""

import math

import pytest

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.net.compile import load
from pepa.study.optimum import LEAST, MOST, Bounds, Goal, bounds, optimum

SWITCH = load("l = 2.0; m = 3.0; n = 2; Off = (on, l).On; On = (off, m).Off; Off[n]")[0]
CHOICE = load("p = 0.5; P = (a, p).Q + (b, 1 - p).R; Q = (back, 1).P; R = (back, 2).P; P")[0]


def found(model, goal, *within, budget=100, **overrides):
    return optimum(model, overrides, goal, within, Control(), budget)


def test_one_rate_for_a_value():
    goal = Goal("throughput(on)", 1.0)  # n l m / (l + m) = 1
    one = found(SWITCH, goal, bounds(SWITCH, {}, "l"))
    assert one.met
    assert one.parameters["l"] == pytest.approx(0.6, rel=1e-9)
    assert one.value == pytest.approx(1.0, rel=1e-9)


def test_what_is_not_reached_is_said():
    one = found(SWITCH, Goal("throughput(on)", 7.0), bounds(SWITCH, {}, "l"))
    assert not one.met
    assert "not reached" in one.words
    assert one.value == pytest.approx(2 * 200 * 3 / 203)  # the nearest, at the upper bound
    several = found(SWITCH, Goal("throughput(on)", 7.0), Bounds("l", 1, 2), Bounds("m", 1, 2))
    assert not several.met
    assert several.value == pytest.approx(2.0, rel=1e-6)


def test_several_for_a_value_and_for_the_most():
    one = found(SWITCH, Goal("throughput(on)", 1.0), Bounds("l", 0.1, 10), Bounds("m", 0.1, 10))
    assert one.met
    assert 2 * one.parameters["l"] * one.parameters["m"] / sum(one.parameters.values()) == pytest.approx(1.0, rel=1e-8)
    most = found(SWITCH, Goal("throughput(on)", MOST), Bounds("l", 0.1, 10), Bounds("m", 0.1, 10))
    assert most.met
    assert most.value == pytest.approx(10.0, rel=1e-9)
    assert "at a bound" in most.words


def test_an_optimum_inside():
    # with x = l / m, (x / (1 + x))^2 + 1 / (1 + x) is least at x = 1
    least = found(
        SWITCH, Goal("population(On) * population(On) / 4 + population(Off) / 2", LEAST), Bounds("l", 0.1, 50)
    )
    assert least.parameters["l"] == pytest.approx(3.0, rel=1e-4)
    assert least.value == pytest.approx(0.75, rel=1e-9)


def test_a_probability_stays_one():
    assert bounds(CHOICE, {}, "p") == Bounds("p", 0.005, 1.0)
    one = found(CHOICE, Goal("throughput(a)", 0.2), bounds(CHOICE, {}, "p"))
    p = one.parameters["p"]  # p / (1 + p + (1 - p) / 2) = 0.2
    assert p == pytest.approx(0.3 / 0.9, rel=1e-9)
    assert not math.isnan(one.value)


def test_the_budget_and_what_cannot_be_varied():
    spent = found(SWITCH, Goal("throughput(on)", 1.0), bounds(SWITCH, {}, "l"), budget=5)
    assert (spent.met, spent.solves) == (False, 5)
    assert "budget" in spent.words
    for name in ("n", "nothing"):
        with pytest.raises(PepaError):
            bounds(SWITCH, {}, name)
