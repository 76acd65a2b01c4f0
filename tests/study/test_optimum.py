"""Parameters found, against closed forms."""

import math

import pytest

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.language.nearest import known_parameters
from pepa.net.compile import load
from pepa.query.kind import Kind
from pepa.study.elasticity import chosen
from pepa.study.optimum import LEAST, MOST, Bounds, Goal, bounds, optimum

SWITCH = load("l = 2.0; m = 3.0; n = 2; Off = (on, l).On; On = (off, m).Off; Off[n]")[0]
CHOICE = load("p = 0.5; P = (a, p).Q + (b, 1 - p).R; Q = (back, 1).P; R = (back, 2).P; P")[0]
LOOP = load("l = 2.0; m = 3.0; n = 1000; Off = (on, l).On; On = (off, m).Off; Off[n]")[0]
SERVED = load(
    "think = 1; serve = 8; n = 60; k = 10; C = (think, think).W; W = (serve, serve).C; S = (serve, serve).S;"
    "C[n] <serve> S[k]"
)[0]


def found(model, goal, *within, budget=100, kind=Kind.EXACT, **overrides):
    return optimum(model, overrides, goal, within, Control(), budget, kind)


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
    with pytest.raises(PepaError, match="no parameter"):
        bounds(SWITCH, {}, "nothing")
    with pytest.raises(PepaError, match="one at a time"):
        found(SWITCH, Goal("throughput(on)", 1.0), bounds(SWITCH, {}, "n"), bounds(SWITCH, {}, "l"))


KINK = load("r = 1; s = 1; P = (a, r).P1; P1 = (b, 1).P; Q = (a, s).Q1; Q1 = (c, 3).Q; P <a> Q")[0]


def kinked(slower):
    """Two that do `a` together, at the rate of the slower, and then each something alone: at 1 and at 3."""
    return 1 / (1 / slower + 1 + 1 / 3 - 1 / 4)


@pytest.mark.parametrize(
    ("wanted", "value"), [(MOST, kinked(3)), (LEAST, kinked(0.2)), (0.3, 0.3), (0.55, 0.55), (9.0, kinked(3))]
)
def test_where_a_minimum_switches_the_search_goes_on(wanted, value):
    one = found(KINK, Goal("throughput(a)", wanted), Bounds("r", 0.5, 5), Bounds("s", 0.2, 3))
    assert one.met == (wanted != 9.0)
    assert one.value == pytest.approx(value, rel=1e-9)


def test_the_size_of_an_array_is_a_whole_number():
    exactly = found(SWITCH, Goal("throughput(on)", 6.0), bounds(SWITCH, {}, "n"))  # n l m / (l + m) = 1.2 n
    assert (exactly.parameters, exactly.met, exactly.words) == ({"n": 5}, True, "met")
    between = found(SWITCH, Goal("throughput(on)", 5.0), bounds(SWITCH, {}, "n"))
    assert (between.parameters, between.met) == ({"n": 4}, True)
    assert between.words == "the nearest of whole numbers: it is 4.8 at n = 4, 6 at n = 5"
    beyond = found(SWITCH, Goal("throughput(on)", 99.0), Bounds("n", 1, 8))
    assert (beyond.parameters, beyond.met, beyond.words) == ({"n": 8}, False, "99 is not reached from n = 1 to 8")
    most = found(SWITCH, Goal("throughput(on) / (9 + n ^ 2)", MOST), bounds(SWITCH, {}, "n"))
    assert (most.parameters, most.met) == ({"n": 3}, True)
    assert most.words == "n = 2 or 4 has no more: a local optimum within the bounds"
    spent = found(SWITCH, Goal("throughput(on)", 20.0), bounds(SWITCH, {}, "n"), budget=3)
    assert (spent.met, "budget" in spent.words) == (False, True)
    fluid = found(LOOP, Goal("throughput(on)", 600.0), bounds(LOOP, {}, "n"), kind=Kind.FLUID)
    assert fluid.parameters == {"n": 500}


@pytest.mark.parametrize(("start", "machines"), [(1, 3), (2, 5), (9, 3), (40, 6)])
def test_of_sizes_that_are_as_good_it_is_the_first_that_is_met(start, machines):
    """More crews than machines mend no more: from fewer the least is found that is enough, from more nothing better."""
    shop = load(f"c = {start}; M = (fail, 1).D; D = (mend, 2).M; R = (mend, 2).R; M[{machines}] <mend> R[c]")[0]
    most = found(shop, Goal("throughput(mend)", MOST), bounds(shop, {}, "c"))
    enough = start if start >= machines else machines
    assert (most.parameters, most.met) == ({"c": enough}, True)
    assert most.words == f"c = {enough - 1} or {enough + 1} has no more: a local optimum within the bounds"
    assert most.value == pytest.approx(machines * 2 / 3)


def test_sizes_that_are_too_large_are_told():
    goal = Goal("throughput(on)", 99.0)
    small = optimum(SWITCH, {}, goal, [bounds(SWITCH, {}, "n")], Control(most_states=9), 100)
    assert (small.parameters, small.met) == ({"n": 8}, False)
    assert "99 is not reached from n = 1 to 8; not solved at n = " in small.words


def test_by_the_fluid():
    goal = Goal("throughput(on)", 600.0)  # n l m / (l + m) = 600, as in the chain
    one = found(LOOP, goal, bounds(LOOP, {}, "l"), kind=Kind.FLUID)
    assert one.met
    assert one.parameters["l"] == pytest.approx(600 * 3 / (1000 * 3 - 600), rel=1e-7)
    # below saturation all thinkers are served at once: n t s / (t + s), above it k s
    least = found(SERVED, Goal("population(W)", LEAST), Bounds("serve", 1, 40), kind=Kind.FLUID)
    assert least.parameters["serve"] == pytest.approx(40, rel=1e-9)
    assert least.value == pytest.approx(60 / 41, rel=1e-7)
    saturated = found(SERVED, Goal("throughput(serve)", 20.0), bounds(SERVED, {}, "serve"), kind=Kind.FLUID)
    assert saturated.parameters["serve"] == pytest.approx(2.0, rel=1e-7)
    flat = found(SERVED, Goal("throughput(serve)", MOST), Bounds("think", 1, 9), serve=1, kind=Kind.FLUID)
    assert (flat.value, flat.met) == (pytest.approx(10.0, rel=1e-9), True)  # the servers bound it
    two = found(LOOP, goal, Bounds("l", 0.1, 10), Bounds("m", 0.1, 10), kind=Kind.FLUID)
    assert two.met
    on, off = two.parameters["l"], two.parameters["m"]
    assert 1000 * on * off / (on + off) == pytest.approx(600, rel=1e-7)


def test_simulated_figures_are_random():
    with pytest.raises(PepaError, match="random"):
        found(LOOP, Goal("throughput(on)", 1.0), bounds(LOOP, {}, "l"), kind=Kind.SIMULATED)


@pytest.mark.parametrize("wanted", [MOST, LEAST, 5.0])
@pytest.mark.parametrize("measure", ["1 / 0", "throughput(on) / (throughput(on) - throughput(on))", "2**2**2**2**9"])
def test_a_measure_that_has_a_value_nowhere_is_told(measure, wanted):
    with pytest.raises(PepaError, match="has no value"):
        found(SWITCH, Goal(measure, wanted), bounds(SWITCH, {}, "l"))


def test_a_model_without_parameters_says_that_it_has_none():
    model, _ = load("P = (a, 1.0).P; P")
    with pytest.raises(PepaError, match="no parameter `x`") as caught:
        bounds(model, {}, "x")
    assert caught.value.hint == "the model defines none: as in `r = 1.0;`"
    with pytest.raises(PepaError) as caught:
        chosen(["x"], {})
    assert caught.value.hint == "the model defines no positive rate: as in `r = 1.0;`"
    assert known_parameters(map(str, range(21))).endswith("18, 19, …")


def test_a_probability_that_others_are_divided_by_one_less_of():
    model = load("p = 0.2; a = 1; c = a / (1 - p); P = (x, a).Q; Q = (y, c).P; P")[0]
    one = found(model, Goal("throughput(x)", 0.6), bounds(model, {}, "p"))  # 1 / (1 + 1 - p)
    assert one.met
    assert one.parameters["p"] == pytest.approx(1 / 3, rel=1e-8)


def test_a_size_between_sizes_that_cannot_be_is_not_called_an_optimum():
    model = load("N = 6; M = N / 2; P = (x, 1).Q; Q = (y, 1).P; R = (y, 1).R; P[N] <y> R[M]")[0]
    one = found(model, Goal("throughput(x)", MOST), bounds(model, {}, "N"))
    assert not one.met
    assert "whether N = 5 or 7 has more is not known" in one.words
    assert "optimum" not in one.words
