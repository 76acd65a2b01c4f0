"""Derivatives by every parameter against central differences, closed forms and one another."""

import math

import pytest

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.net.compile import load
from pepa.query.exact import exact_values
from pepa.query.influence import sizing
from pepa.query.measure import measured
from pepa.query.sensitivity import Sensitivities
from tests.models import model_text, solve

PASSIVE = """
arr = 1.3; srv = 2.0; w = 3.0; u = 2 * w; k = 3;
Free = (in, infty).Taken; Taken = (out, srv).Free + (drop, 0.1 * srv).Free;
Src = (in, arr).Src2; Src2 = (rest, 2 * arr).Src;
Pick = (out, w * infty).PickA + (out, u * infty).PickB; PickA = (x, 1.5).Pick; PickB = (y, 0.7).Pick;
(Src <in> Free[k]) <out> Pick
"""
HIDDEN = """
a = 1.1; b = 0.9; c = 2.3; d = 0.4; n = 3;
P = (work, a).P1 + (idle, d).P1; P1 = (back, b).P;
R = (work, c).R1; R1 = (reset, 1.7).R;
T = (tick, d * a).T1; T1 = (tock, 1.0).T;
(P[n] <work> R)/{work} || T
"""
TEAM = """
a = 1.0; b = 2.0; p = 0.3; s = 0.8; n = 3;
P = (go, a * p).P1 + (go, a * (1 - p)).P2; P1 = (one, b).P; P2 = (two, s).P;
P[n]{go}
"""
COMPOSITE = """
a = 1.0; b = 2.0; c = 1.5; n = 3;
A = (sync, a).A1; A1 = (r, b).A; B = (sync, c).B1; B1 = (q, b / 2).B;
(A <sync> B)[n]
"""
ENDINGS = """
a = 1.0; b = 2.0; c = 0.5; d = 0.7; e = 1.9;
S = (left, a).L + (right, b).R + (wait, c).S2; S2 = (left, d).L + (right, e).R;
L = (x, a).L1; L1 = (y, b).L; R = (x, c).R1; R1 = (z, e).R;
S
"""
SHARED = {
    "PASSIVE": (PASSIVE, ["throughput(out)", "probability(Free > 1)", "population(PickA)/population(PickB)"]),
    "HIDDEN": (HIDDEN, ["throughput(tau)", "variance(P)", "responsetime(P1)", "visits(P1 >= 2)"]),
    "TEAM": (TEAM, ["throughput(go)", "mean(P1 * b + P2)"]),
    "COMPOSITE": (COMPOSITE, ["throughput(sync)", "probability(A1 >= 2) * a", "sojourn(A1 + B1 > 2) + visits(A1 = 1)"]),
    "ENDINGS": (
        ENDINGS,
        ["throughput(x)", "population(L) - 2 * population(R1)", "visits(L1 = 1) / visits(R = 1)", "sojourn(R1 = 1)"],
    ),
    "vm_launch": (model_text("vm_launch"), ["throughput(useVM)", "sojourn(User3 >= 1)", "visits(CM1 > 0 & User1 = 1)"]),
    "client_server": (model_text("client_server"), None),
    "web_service": (model_text("web_service"), None),
    "tandem": (model_text("tandem"), None),
    "alternating_bit": (model_text("alternating_bit"), None),
}


def sensitivities(text, **overrides):
    return Sensitivities(load(text)[0], overrides, solve(text, **overrides), Control())


@pytest.mark.parametrize("name", SHARED)
def test_central_differences(name):
    text, measures = SHARED[name]
    overrides = {"Q": 2} if name == "vm_launch" else {}
    every = sensitivities(text, **overrides)
    measures = measures or [f"throughput({every.solved.derived.net.moves[0].action})"]
    found = [every.of(measure, sizes=False) for measure in measures]
    for one in found[0].influences:
        step = 1e-4 * one.value
        above, below, here = (
            [measured(m, exact_values(solve(text, **{**overrides, one.name: one.value + by * step}))) for m in measures]
            for by in (1, -1, 0)
        )
        for at, result in enumerate(found):
            influence = next(other for other in result.influences if other.name == one.name)
            scale = max(abs(result.value), abs(influence.elasticity or 0.0))
            if influence.note == "at a switch":
                assert influence.rising == pytest.approx((above[at] - here[at]) / step, rel=1e-3)
                assert influence.falling == pytest.approx((here[at] - below[at]) / step, rel=1e-3)
            else:
                expected = (above[at] - below[at]) / (2 * step)
                assert influence.rising == pytest.approx(expected, rel=1e-6, abs=1e-7 * scale / one.value)


def test_closed_form():
    text = "l = 2.0; m = 3.0; Off = (on, l).On; On = (off, m).Off; Off"
    found = {one.name: one for one in sensitivities(text).of("throughput(on)").influences}
    assert found["l"].rising == pytest.approx((3 / 5) ** 2, rel=1e-14)
    assert found["m"].falling == pytest.approx((2 / 5) ** 2, rel=1e-14)
    assert found["l"].elasticity == pytest.approx(3 / 5, rel=1e-14)


def test_visits_and_sojourn_in_closed_form():
    """Two in turn: entered every 1 / l + 1 / m, and stayed in for 1 / m."""
    every = sensitivities("l = 2.0; m = 3.0; Off = (on, l).On; On = (off, m).Off; Off")
    visits, stay = ({one.name: one for one in every.of(f"{what}(On = 1)").influences} for what in ("visits", "sojourn"))
    assert visits["l"].rising == pytest.approx((3 / 5) ** 2, rel=1e-13)
    assert stay["l"].rising == pytest.approx(0, abs=1e-14)
    assert stay["m"].rising == pytest.approx(-1 / 9, rel=1e-13)
    with pytest.raises(PepaError, match="`quantile` has no derivative here, at column 1"):
        every.of("quantile(0.5, on -> off)")


def test_a_tie_has_two_sides():
    """min(a, b) at a = b: as one grows nothing changes, as it shrinks it limits."""
    text = "a = 1.0; b = 1.0; P = (go, a).P1; P1 = (back, 1.0).P; R = (go, b).R; P <go> R"
    found = {one.name: one for one in sensitivities(text).of("throughput(go)").influences}
    assert (found["a"].rising, found["a"].falling) == (pytest.approx(0, abs=1e-15), pytest.approx(0.25, rel=1e-12))
    assert found["b"].note == "at a switch"


def test_elasticities_of_all_rates_add_up_to_one_for_a_throughput():
    """Scaling every rate is another unit of time."""
    found = sensitivities(model_text("vm_launch"), Q=3, p=0.2).of("throughput(useVM)", sizes=False)
    total = sum(one.elasticity for one in found.influences if one.name.startswith("r"))
    assert total == pytest.approx(1, rel=1e-9)


def test_parameters_through_others():
    text = "base = 2.0; fast = 3 * base; A = (x, base).B; B = (y, fast).A; A"
    found = {one.name: one for one in sensitivities(text).of("throughput(x)").influences}
    assert found["base"].elasticity == pytest.approx(1, rel=1e-12)
    assert found["fast"].elasticity == pytest.approx(1 / 4, rel=1e-12)


def test_sizes_are_solved_for():
    text = model_text("machine_repair")
    found = {one.name: one for one in sensitivities(text).of("throughput(repair)").influences}
    for by, value in ((-1, found["n"].fewer), (1, found["n"].more)):
        expected = measured("throughput(repair)", exact_values(solve(text, n=found["n"].value + by)))
        assert value == pytest.approx(expected, rel=1e-12)
    assert set(sizing(load(text)[0], {})) == {"n", "c"}


ALONE = (
    "a = 2.0; s = 3.0; r = 1.0; n = 2; A = (in, a).A; F = (in, infty).B; B = (out, s).F; T = (x, r).U; U = (y, 2.0).T;"
)


@pytest.mark.parametrize("system", ["(A <in> F[n]) || T", "A <in> F[n] <out> (S[n] || T)", "A <in> F[n] <x> T[n]"])
def test_an_array_of_nobody(system):
    """What nobody does changes with nothing; what goes on beside it changes as it does alone."""
    of = sensitivities(f"{ALONE} S = (out, s).S; {system}", n=0)
    found = {one.name: one for one in of.of("throughput(in)").influences}
    assert found["a"].rising == found["s"].falling == 0
    assert (found["n"].fewer, found["n"].note) == (None, "")
    assert found["n"].more == pytest.approx(measured("throughput(in)", of.resized({"n": 1})))
    if system.endswith("|| T") or "|| T)" in system:
        (alone,) = (one for one in of.of("throughput(x)", sizes=False).influences if one.name == "r")
        assert alone.rising == pytest.approx((2 / 3) ** 2, rel=1e-12)


def test_a_rate_of_zero_is_not_differentiated():
    text = "p = 1.0; A = (x, p).B + (z, 1 - p).C; B = (y, 1.0).A; C = (w, 1.0).A; A"
    (found,) = sensitivities(text).of("throughput(x)").influences
    assert found.rising is None
    assert "rate 0" in found.note


def test_large_wide_chains_are_swept():
    found = sensitivities(model_text("vm_launch"), Q=12).of("throughput(useVM)", sizes=False)
    assert "BiCGSTAB" in found.method
    assert found.residual < 1e-9
    assert math.fsum(one.elasticity for one in found.influences if one.name[0] == "r") == pytest.approx(1, rel=1e-8)


@pytest.mark.parametrize("other", ["population(Off)", "(population(Off) + 1)", "n"])
def test_a_factor_that_is_zero_has_a_derivative_all_the_same(other):
    """One of three is on, as l = m / 2: the difference from it is 0, and grows with l by 3 m / (l + m)^2."""
    text = "l = 1.0; m = 2.0; n = 3; Off = (on, l).On; On = (off, m).Off; Off[n]"
    found = Sensitivities(load(text)[0], {}, solve(text), Control()).of(f"(population(On) - 1) * {other}", sizes=False)
    assert found.value == pytest.approx(0, abs=1e-12)
    worth = {"population(Off)": 2, "(population(Off) + 1)": 3, "n": 3}[other]
    slopes = {one.name: one.rising for one in found.influences}
    assert slopes["l"] == pytest.approx(2 / 3 * worth, rel=1e-9)
    assert slopes["m"] == pytest.approx(-1 / 3 * worth, rel=1e-9)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("r = 1.5; s = 2 * r^2; A = (a, 1).B; B = (b, s).A; A", 4 * 1.5 / 5.5**2),
        ("r = 1.5; A = (a, 1).B; B = (b, 2^r).A; A", 2**1.5 * math.log(2) / (1 + 2**1.5) ** 2),
        ("r = 0; s = 1 + r; A = (a, 1).B; B = (b, s).A; A", 0.25),  # a parameter may be nothing and matter
        ("r = 1e-30; s = 1 + r; A = (a, 1).B; B = (b, s).A; A", 0.25),
        ("r = 1e-30; A = (a, 1 + r).B; B = (b, 1 / (1 + r)).A; A", 0.0),
        ("r = 1.5; k = 0 * r; A = (a, 1).B; B = (b, 2 + k).A; A", 0.0),
    ],
)
def test_parameters_in_powers_and_those_that_are_nothing(text, expected):
    sensitivity = sensitivities(text).of("throughput(a)")
    found = {one.name: one for one in sensitivity.influences}["r"]
    assert found.rising == pytest.approx(expected, rel=1e-12, abs=1e-15)
    assert found.falling == pytest.approx(expected, rel=1e-12, abs=1e-15)
    assert found.elasticity == pytest.approx(expected * found.value / sensitivity.value, abs=1e-15)


def test_a_parameter_without_a_derivative_says_so_and_keeps_no_other_from_having_one():
    found = sensitivities("r = 0; s = 1 + r^0.5; A = (a, 1).B; B = (b, s).A; A").of("throughput(a)").influences
    assert [one.rising for one in found] == [None, pytest.approx(0.25)]
    assert "no derivative" in found[0].note


@pytest.mark.parametrize("sign", [">=", ">", "<", "<=", "=", "!="])
def test_where_the_least_change_decides_a_comparison_there_is_no_derivative(sign):
    text = "r = 2; A = (a, 1).B; B = (b, 3).A;\nA[3]"
    with pytest.raises(PepaError, match="no derivative"):
        sensitivities(text).of(f"probability(A {sign} r)")
    between = sensitivities(text, r=1.5).of(f"probability(A {sign} r)").influences
    assert [(one.rising, one.falling) for one in between if one.name == "r"] == [(0, 0)]
