"""Weights of passive activities say who takes part, in a fluid as in the chain: their scale is nothing to it."""

import math

import numpy as np
import pytest

from pepa.control.control import Control
from pepa.fluid import equations
from pepa.fluid.ode import Fluid
from pepa.net.compile import load
from pepa.population.population import population
from pepa.query.analysis import compile_text
from pepa.query.exact import exact_values
from pepa.query.fluid import fluid_values
from pepa.query.fluid_sensitivity import FluidSensitivities
from pepa.query.series import fluid_series, simulated_series
from tests.models import solve

SCALES = (1e-30, 1e-9, 1.0, 1e12)
CALLS = """
up = 1.5; talk = 0.25;
Idle = (ring, {w} * infty).Busy; Busy = (talk, talk).Idle;
Line = (ring, up).Line;
Idle[80] <ring> Line[{lines}]
"""
CHOICE = """
Near = (ring, {w} * 3 * infty).Busy; Busy = (talk, 0.5).Far; Far = (ring, {w} * infty).Gone; Gone = (walk, 0.25).Near;
Line = (ring, 0.75).Line;
Near[60] <ring> Line[4]
"""
NESTED = """
P = (a, {w} * 2 * infty).P1; P1 = (b, 1).P; Q = (a, {w} * infty).Q1; Q1 = (c, 2).Q; R = (a, {w} * 5 * infty).R1;
R1 = (d, 3).R; S = (a, 1.25).S1; S1 = (e, 4).S;
((P[30] <a> Q[20]) || R[25]) <a> S[8]
"""


def net(text, **fields):
    return compile_text(text.format(**fields)).net


@pytest.mark.parametrize("scale", SCALES)
def test_members_wait_as_birth_and_death_say(scale):
    """The busy of 80 come at rate 6 and stay for 4: they are Poisson with mean 24, all but exactly."""
    values = fluid_values(net(CALLS, w=scale, lines=4), Control())
    assert values.throughput["ring"] == pytest.approx(6.0, rel=1e-9)
    assert values.population["Busy"] == pytest.approx(24.0, rel=1e-9)
    series = fluid_series(net(CALLS, w=scale, lines=4), np.array([0.0, 3.0, 60.0]), Control()).series
    assert series.population["Busy"] == pytest.approx([0.0, 24 * (1 - math.exp(-0.75)), 24.0], rel=1e-5)
    assert series.population_margin["Busy"][-1] == pytest.approx(2 * math.sqrt(24), rel=1e-3)


@pytest.mark.parametrize("text", [CHOICE, NESTED])
def test_figures_and_slopes_are_the_same_at_any_scale(text):
    one = fluid_values(net(text, w=1.0), Control())
    view = population(net(text, w=1.0), fluid=True)
    counts = view.initial * 0.4 + 1.5
    for scale in SCALES:
        found = net(text, w=scale)
        values = fluid_values(found, Control())
        assert values.population == pytest.approx(one.population, rel=1e-6, abs=1e-6)
        assert values.throughput == pytest.approx(one.throughput, rel=1e-6)
        fluid = Fluid(population(found, fluid=True))
        assert fluid.rates(counts) == pytest.approx(Fluid(view).rates(counts), rel=1e-12)
        assert fluid.jacobian(counts) == pytest.approx(Fluid(view).jacobian(counts), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", equations.FORMATS)
def test_equations_hold_no_weight_that_chooses_nothing(name):
    written = {equations.FORMATS[name](population(net(CALLS, w=w, lines=4), fluid=True)) for w in SCALES}
    assert len(written) == 1


@pytest.mark.parametrize("scale", SCALES)
def test_derivatives_are_those_of_the_active_side(scale):
    found = FluidSensitivities(load(CALLS.format(w=scale, lines=4))[0], {}, Control()).of("population(Busy)")
    slopes = {one.name: one.rising for one in found.influences}
    assert slopes["up"] == pytest.approx(16.0, rel=1e-6)  # Busy = 4 up / talk
    assert slopes["talk"] == pytest.approx(-96.0, rel=1e-6)


def test_an_active_rate_alone_is_what_infinity_is_measured_by():
    """A heavy weight makes no equations stiffer, and a light one no longer."""
    steep = {population(net(CALLS, w=w, lines=4), fluid=True).steep for w in SCALES}
    assert len(steep) == 1


@pytest.mark.parametrize("scale", SCALES)
def test_paths_are_the_same_at_any_scale(scale):
    time = np.array([0.0, 2.0, 4.0])
    found, _ = simulated_series(net(NESTED, w=scale), time, 20, 3, Control())
    same, _ = simulated_series(net(NESTED, w=1.0), time, 20, 3, Control())
    assert found.population["R1"] == pytest.approx(same.population["R1"])


def test_the_fluid_of_a_choice_is_what_large_arrays_come_to():
    """A choice in which both sides wait: what is apart of the chain does not grow with the members."""
    for members, lines in ((16, 1), (32, 2), (64, 4)):
        text = CHOICE.format(w=1e-8).replace("[60]", f"[{members}]").replace("[4]", f"[{lines}]")
        fluid, exact = fluid_values(compile_text(text).net, Control()), exact_values(solve(text), Control())
        assert fluid.population["Near"] == pytest.approx(exact.population["Near"], abs=0.4)
        assert fluid.throughput["ring"] == pytest.approx(exact.throughput["ring"], rel=1e-3)


def test_who_waits_for_several_actions_does_each_as_often_as_its_partners_can():
    """All members queue at the slowest; who waits for two actions at once does them as 3 to 1, as their rates are."""
    text = """
    At = (ask, infty).Slow + (tell, {w} * infty).At; Slow = (serve, infty).At;
    Talk = (ask, 3).Talk + (tell, 1).Talk; Server = (serve, 0.5).Server;
    At[40] <ask, tell, serve> (Talk || Server)
    """
    exact = exact_values(solve(text.format(w=1.0)), Control())
    for scale in SCALES:
        values = fluid_values(net(text, w=scale), Control())
        assert values.throughput["serve"] == pytest.approx(0.5, rel=1e-6)
        assert values.throughput["tell"] == pytest.approx(0.5 / 3, rel=1e-6)
        assert values.throughput == pytest.approx(exact.throughput, rel=1e-6)


def test_who_is_taken_first_is_said_to_wait_by_chance():
    """Few wait who are taken first; in the chain they do however many there are, for one another."""
    found = net(CHOICE.replace("3 * infty", "3000 * infty"), w=1.0)
    values = fluid_values(found, Control())
    assert values.population["Near"] < 0.1
    assert any("hardly anybody waits in Near" in note for note in values.notes)
    alike = fluid_values(net(CHOICE.replace("3 * infty", "infty"), w=1.0), Control())
    assert not any("hardly anybody" in note for note in alike.notes)


def test_the_slopes_of_a_choice_are_differences():
    text = "r = 0.75;" + CHOICE.format(w=1e-9).replace("0.75", "r")
    found = FluidSensitivities(load(text)[0], {}, Control()).of("population(Near)", sizes=False)
    low, high = (fluid_values(compile_text(text, {"r": r}).net, Control()).population["Near"] for r in (0.7499, 0.7501))
    assert found.influences[0].rising == pytest.approx((high - low) / 2e-4, rel=1e-4)
