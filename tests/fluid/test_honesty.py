"""Where the fluid means nothing it says so, and what stands for `infty` reaches no figure."""

import numpy as np
import pytest

from pepa.control.control import Control
from pepa.fluid.drained import drained
from pepa.fluid.equilibrium import equilibrium
from pepa.fluid.noise import doubts, stationary_covariance
from pepa.fluid.ode import Fluid, switches, trajectory
from pepa.population import population as populations
from pepa.population.population import population
from pepa.query.analysis import compile_text
from pepa.query.expression import ExpressionError
from pepa.query.fluid import fluid_values, fluid_values_at
from pepa.query.measure import measured
from pepa.query.series import fluid_series

DESK = """
come = 1.0; serve = 4.0;
Guest = (come, come).Waiting; Waiting = (serve, infty).Guest;
Desk = (serve, serve).Desk;
Guest[{guests}] <serve> Desk[{desks}]
"""
BRANCHES = """
P = (a, 1).P1; P1 = (b, 1).P; Q = (a, {q}).Q1; Q1 = (c, 1).Q;
R = (a, 0.1).R1; R1 = (d, 1).R; S = (a, 5).S1; S1 = (e, 1).S; T = (a, 1000).T;
((P[40] <a> Q[40]) || (R[40] <a> S[40])) <a> T[40]
"""


def net(text, **fields):
    return compile_text(text.format(**fields)).net


def fluid(text, **fields):
    return Fluid(population(net(text, **fields), fluid=True))


def reasons(found):
    rest = equilibrium(found, Control())
    covariance = stationary_covariance(found, rest.counts)
    return {(doubt.action, doubt.reason.split()[0]) for doubt in doubts(found, rest.counts, covariance)}


@pytest.mark.parametrize("guests", [8, 30, 2_000_000])
def test_a_drained_place_is_shown_empty_and_said(guests):
    found = net(DESK, guests=guests, desks=guests)
    values = fluid_values(found, Control())
    assert values.population["Waiting"] == 0
    assert values.population["Guest"] == pytest.approx(guests, rel=1e-5)
    assert values.throughput["serve"] == pytest.approx(guests, rel=1e-5)
    assert any("nobody is left waiting in Waiting" in note for note in values.notes)
    assert measured("population(Waiting) / throughput(serve)", values) == 0
    with pytest.raises(ExpressionError, match="by chance some are"):
        measured("responsetime(Waiting)", values)
    series = fluid_series(found, np.array([0.0, 1.0, 9.0]), Control(), expressions=["population(Waiting)"]).series
    assert (series.population["Waiting"] == 0).all()
    assert (series.measures["population(Waiting)"] == 0).all()
    assert np.isnan(series.population_margin["Waiting"][1:]).all()
    assert any("nobody is left" in note for note in series.notes)


@pytest.mark.parametrize(("guests", "desks"), [(8, 1), (8, 8), (50_000, 2), (50_000, 50_000)])
def test_what_stands_for_infty_reaches_no_figure(monkeypatch, guests, desks):
    found = net(DESK, guests=guests, desks=desks)
    times = np.array([0.5, 2.0, 20.0])
    usual = [fluid_values(found, Control()), *fluid_values_at(found, times, Control())]
    monkeypatch.setattr(populations, "ENOUGH", 10 * populations.ENOUGH)
    steeper = [
        Fluid(population(found, fluid=True, steep=10 * populations.STEEP)),
    ]
    rest = equilibrium(steeper[0], Control())
    path = trajectory(steeper[0], times, Control())
    for values, counts in zip(usual, [rest.counts, *path.counts.T], strict=True):
        again = steeper[0].population.populations(counts)
        for name, number in values.population.items():
            assert number == pytest.approx(again[name], rel=1e-5, abs=2e-6 * guests), name


def test_a_single_passive_partner_serves_any_number():
    found = net("Job = (ask, 1).Busy; Busy = (rest, 1).Job; One = (ask, infty).One;\nJob[4000000] <ask> One")
    values = fluid_values(found, Control())
    assert values.throughput["ask"] == pytest.approx(2e6, rel=1e-6)
    assert not any("nobody is left" in note for note in values.notes)


def test_an_emptied_population_is_none_and_never_fewer():
    found = net("A = (die, 3).B; B = (rot, 1e-12).A;\nA[100]")
    for values in fluid_values_at(found, np.linspace(0, 60, 13), Control()):
        assert min(values.population.values()) >= 0


def test_a_switch_inside_a_sum_is_seen():
    assert ("a", "two") in reasons(fluid(BRANCHES, q=1))
    assert ("a", "two") not in reasons(fluid(BRANCHES, q=30))


def test_partners_that_limit_alike_do_not_take_turns():
    both = "P = (a, 1.3).P1; P1 = (b, 0.7).P; Q = (a, 1.3).Q1; Q1 = (b, 0.7).Q;\nP[30] <a, b> Q[30]"
    assert switches(trajectory(fluid(both), np.linspace(0, 50, 11), Control())) == []


def test_a_switch_is_where_the_sides_cross():
    pool = "P = (a, 1).D; D = (d, 1e-9).P; R = (a, 2).R;\nP[100] <a> R[25]"  # 100 - 50 t until the P are 50, at t = 1
    (switch,) = switches(trajectory(fluid(pool), np.linspace(0, 3, 4), Control()))
    assert switch.time == pytest.approx(1.0, abs=1e-4)
    assert (switch.before, switch.after) == (("R",), ("P",))


def test_groups_of_nobody_and_what_never_happens_are_no_doubt():
    nobody = "P = (a, 1).P1; P1 = (b, 1).P; Q = (a, 1).Q; Z = (c, 1).Z;\n(P[30] <a> Q[30]) <c> Z[0]"
    assert not {reason for _, reason in reasons(fluid(nobody))} & {"few", "in"}
    stopped = "P = (a, 1).P1; P1 = (b, 1).P; Q = (c, 1).Q;\nP[30] <c> Q"
    assert reasons(fluid(stopped)) == set()


def test_drained_places_are_those_that_limit():
    found = fluid(DESK, guests=8, desks=8)
    rest = equilibrium(found, Control())
    gone = drained(found.population, rest.counts, found.rates(rest.counts))
    assert {found.population.labels[place] for place in gone} == {"Waiting"}


def test_what_runs_empty_is_empty_and_what_is_rare_is_not():
    emptied = "P = (a, 1).Q; Q = (b, 2).P; R = (c, 1).S; S = (d, 1).S; P[30] || R[{leaving}]"
    for leaving in (1, 50, 4_000):
        found, ratio = net(emptied, leaving=leaving), "throughput(a) / throughput(c)"
        times = np.linspace(0, 100, 201)
        series = fluid_series(found, times, Control(), expressions=[ratio]).series
        assert (series.throughput["c"] >= 0).all()
        assert series.throughput["c"][20] == pytest.approx(leaving * np.exp(-10), rel=1e-5)
        assert series.measures[ratio][20] == pytest.approx(20 / (leaving * np.exp(-10)), rel=1e-5)
        assert (series.throughput["c"][times > 40] == 0).all()
        assert np.isnan(series.measures[ratio][times > 40]).all()
        values = fluid_values(found, Control())
        assert values.throughput["c"] == 0
        assert not np.isfinite(measured(ratio, values))
    rare = fluid_values(net("P = (a, 1e-11).Q; Q = (b, 1).P; P[200]"), Control())
    assert rare.population["Q"] == pytest.approx(200e-11, rel=1e-3)
