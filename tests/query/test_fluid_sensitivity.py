"""Derivatives of fluid equilibria against closed forms, central differences and the exact chain where both are one."""

import math

import pytest

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.net.compile import load
from pepa.query.analysis import compile_text
from pepa.query.fluid import fluid_values
from pepa.query.fluid_sensitivity import FluidSensitivities
from pepa.query.influence import sizing
from pepa.query.measure import measured
from tests.models import model_text

REPAIRED = model_text("vm_launch_repaired")
SERVED = """
l = 2.0; s = 3.0; w = 0.4; n = 100; c = 7;
Ask = (ask, s).Think; Think = (think, l).Ask;
Idle = (ask, s).Busy; Busy = (rest, s / w).Idle;
Ask[n] <ask> Idle[c]
"""
LINEAR = """
a = 1.3; b = 0.7; q = 0.2; n = 50;
P = (go, a * q).Q + (leave, a * (1 - q)).R; Q = (back, b).P; R = (home, 2 * b).P;
P[n]
"""
PASSIVE = """
l = 0.5; s = 3.0; r = 2.0; n = 40; c = 9;
Ask = (think, l).Want; Want = (ask, infty).Ask;
Idle = (ask, s).Busy; Busy = (rest, r).Idle;
Ask[n] <ask> Idle[c]
"""
NESTED = """
a = 1.1; b = 0.9; c = 2.3; d = 0.4; n = 30;
P = (work, a).P1 + (idle, d).P1; P1 = (back, b).P;
R = (work, c).R1 + (work, a * d).R2; R1 = (reset, 1.7).R; R2 = (reset, b).R;
S = (reset, c).S1; S1 = (again, d * c).S;
(P[n] <work> R[8]) <reset> S[5]
"""
SIDES = """
a = 1.1; b = 0.9; c = 2.3; w = 0.4; n = 20;
P = (work, w * infty).P1 + (work, infty).P2; P1 = (back, b).P; P2 = (home, a).P;
R = (work, c).R1; R1 = (reset, 1.7).R; Q = (work, infty).Q1; Q1 = (again, a * b).Q;
"""
MODELS = {
    "passive beside active": (SIDES + "(P[n] <work> R[8]) <work> Q[9]", {}, ["throughput(work)", "population(P1)"]),
    "passive parts": (SIDES + "(P[n] <work> Q[6]) <work> R[8]", {}, ["throughput(work)", "population(Q1) / n"]),
    "parts side by side": (SIDES + "(P[n] || Q[6]) <work> (R[8] || R1[2])", {}, ["throughput(work)", "population(P)"]),
    "SERVED": (SERVED, {}, ["throughput(ask)", "population(Think) / n", "responsetime(Ask)"]),
    "LINEAR": (LINEAR, {}, ["throughput(go)", "population(Q) * b"]),
    "PASSIVE": (PASSIVE, {}, ["throughput(ask)", "population(Busy)"]),
    "NESTED": (NESTED, {}, ["throughput(work)", "throughput(reset) / throughput(idle)"]),
    "vm_launch_repaired": (REPAIRED, {"Q": 1000}, ["throughput(useVM)", "population(User3)"]),
    "machine_repair": (model_text("machine_repair"), {"n": 100, "c": 5}, ["throughput(repair)", "population(Down)"]),
}


def of(text, **overrides):
    return FluidSensitivities(load(text)[0], overrides, Control())


def at(text, measure, **overrides):
    return measured(measure, fluid_values(compile_text(text, overrides).net, Control()))


@pytest.mark.parametrize("name", MODELS)
def test_central_differences(name):
    text, overrides, measures = MODELS[name]
    every = of(text, **overrides)
    for measure in measures:
        found = every.of(measure, sizes=False)
        assert found.value == pytest.approx(at(text, measure, **overrides), rel=1e-12)
        assert found.residual < 1e-9
        for one in found.influences:
            step = 1e-4 * one.value
            above, below = (at(text, measure, **{**overrides, one.name: one.value + by * step}) for by in (1, -1))
            expected = (above - below) / (2 * step)
            assert one.note == ""
            assert one.rising == pytest.approx(expected, rel=2e-6, abs=1e-6 * abs(found.value) / one.value)
            assert one.falling == pytest.approx(one.rising)


def test_what_nobody_cooperates_on_is_as_the_exact_chain():
    """The mean of independent members is exact: n q a / (1 + q a / b + (1 - q) a / 2 b)."""
    a, b, q, n = 1.3, 0.7, 0.2, 50
    cycle = 1 + q * a / b + (1 - q) * a / (2 * b)
    found = {one.name: one for one in of(LINEAR).of("throughput(go)").influences}
    assert found["a"].rising == pytest.approx(n * q / cycle**2, rel=1e-12)
    assert found["b"].rising == pytest.approx(n * q * a * (cycle - 1) / b / cycle**2, rel=1e-12)
    slope = n * a / cycle - n * q * a * (a / b - a / (2 * b)) / cycle**2
    assert found["q"].rising == pytest.approx(slope, rel=1e-12)
    assert found["n"].more == pytest.approx(51 * q * a / cycle, rel=1e-12)


def test_saturated_servers_set_the_pace():
    """Servers are never short of clients: their cycle 1 / s + w / s is all that counts."""
    found = {one.name: one for one in of(SERVED).of("throughput(ask)").influences}
    flow = 7 / (1 / 3 + 0.4 / 3)
    assert found["s"].rising == pytest.approx(flow / 3, rel=1e-12)
    assert found["w"].rising == pytest.approx(-flow / (1 + 0.4), rel=1e-12)
    assert found["l"].rising == pytest.approx(0, abs=1e-12)
    assert found["c"].elasticity == pytest.approx(1, rel=1e-9)
    assert found["n"].elasticity == pytest.approx(0, abs=1e-9)


def test_elasticities_of_all_rates_add_up_to_one():
    """Scaling every rate is another unit of time."""
    found = of(REPAIRED, Q=500).of("throughput(useVM)", sizes=False)
    assert math.fsum(one.elasticity for one in found.influences if one.name[0] == "r") == pytest.approx(1, rel=1e-6)


def test_no_derivative_where_two_sides_are_alike_or_there_is_no_equilibrium():
    alike = "r = 1.0; P = (go, r).P1; P1 = (back, 1.0).P; R = (go, r).R; P[10] <go> R[5]"
    with pytest.raises(PepaError, match="two partners limit `go` alike"):
        of(alike).of("throughput(go)")
    with pytest.raises(PepaError, match="drifts for ever"):
        of(model_text("vm_launch"), Q=1000).of("throughput(useVM)")
    ends = "a = 1.0; b = 2.0; S = (l, a).L + (r, b).R; L = (x, a).L1; L1 = (y, b).L; R = (x, b).R1; R1 = (z, a).R; S"
    with pytest.raises(PepaError, match="one of many"):
        of(ends).of("throughput(x)")


CLOSED = """
m = 4.0; k = 1.5; p = 0.6; n = 6;
At = (one, p * infty).Two + (other, (1 - p) * infty).Three; Two = (two, infty).At; Three = (three, infty).At;
S = (one, p * m).S + (other, (1 - p) * m).S; U = (two, 3.0).U; V = (three, k).V;
At[n] <one, other, two, three> (S || U || V)
"""


def test_what_is_there_because_infinity_is_but_a_large_number_is_none():
    found = of(CLOSED).of("population(Three)", sizes=False)
    assert found.value == pytest.approx(6, rel=1e-5)
    assert [(one.name, one.elasticity) for one in found.ranked] == [(name, 0.0) for name in ("m", "k", "p")]
    assert [one.elasticity for one in found.components] == [0.0] * 4
    flow = {one.name: one.elasticity for one in of(CLOSED).of("throughput(one)", sizes=False).influences}
    assert flow == pytest.approx({"m": 0, "k": 1, "p": 2.5}, abs=1e-9)


def test_where_nothing_ever_happens_nothing_changes_it():
    text = model_text("tandem")
    found = of(text, jobs=0).of("throughput(enter)")
    assert found.value == 0
    every = {one.name: one for one in found.influences}
    assert {one.rising for one in every.values() if one.name not in sizing(load(text)[0], {})} == {0.0}
    assert every["jobs"].more == pytest.approx(at(text, "throughput(enter)", jobs=1), rel=1e-6)


def test_what_is_small_is_kept():
    found = {one.name: one for one in of(model_text("web_service")).of("population(Identity)", sizes=False).influences}
    above, below = (at(model_text("web_service"), "population(Identity)", refused=0.1 * by) for by in (1.01, 0.99))
    assert found["refused"].elasticity == pytest.approx(math.log(above / below) / math.log(1.01 / 0.99), rel=1e-3)
