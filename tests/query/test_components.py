"""What a factor on all rates of a component does, against models that have the factor written into every activity."""

import pytest

from pepa.control.control import Control
from pepa.net.compile import load
from pepa.query.analysis import compile_text
from pepa.query.exact import exact_values
from pepa.query.fluid import fluid_values
from pepa.query.fluid_sensitivity import FluidSensitivities
from pepa.query.measure import measured
from pepa.query.sensitivity import Sensitivities
from pepa.query.sensitivity_report import component_words, sensitivity_report
from tests.models import solve

FACTORS = "kP = 1.0; kQ = 1.0;"
LITERAL = (
    f"{FACTORS} P = (a, kP * 1.0).P1; P1 = (b, kP * 2.0).P; Q = (b, kQ * 3.0).Q1; Q1 = (c, kQ * 0.5).Q; P[3] <b> Q"
)
SHARED = f"""{FACTORS} r = 0.7; f = 2 * r; p = 0.3;
P = (go, kP * p * r).P1 + (go, kP * (1 - p) * f).P2; P1 = (use, kP * f).P; P2 = (back, kP * r).P;
Q = (use, kQ * f * 1.47).Q1; Q1 = (rest, kQ * r).Q;
P[4] <use> Q[2]"""
PASSIVE = f"""{FACTORS} p = 0.6; m = 4.0; w = 2.0;
P = (one, p * infty).P1 + (two, w * (1 - p) * infty).P2; P1 = (end, kP * m).P; P2 = (end, kP * 1.5).P;
Q = (one, kQ * p * m).Q + (two, kQ * m / 3).Q;
P[5] <one, two> Q"""
COMPOSITE = f"""{FACTORS} a = 1.1; b = 0.7;
P = (sync, kP * a).P1; P1 = (r, kP * b).P; Q = (sync, kQ * 1.4).Q1; Q1 = (s, kQ * b).Q + (sync, kQ * a * 1.3).Q;
R = (r, 3.0).R;
(P <sync> Q)[2] <r> R"""
TWICE = (
    f"{FACTORS} P = (a, kP * 1.0).P1; P1 = (b, kP * 0.3).P; Q = (a, kQ * 0.9).Q1; Q1 = (c, kQ * 1.2).Q; P <a> P <a> Q"
)
MODELS = {
    "literal rates": (LITERAL, ["throughput(b)", "population(Q1)", "visits(P > 1)", "passage(a -> c)"]),
    "shared, derived parameters, a probability": (SHARED, ["throughput(use)", "population(P2) * r"]),
    "passive weights": (PASSIVE, ["throughput(one)", "population(P)"]),
    "composite": (COMPOSITE, ["throughput(r)", "population(Q1)"]),
    "one component in two groups": (TWICE, ["throughput(b)", "population(Q)"]),
}
STEP = 1e-4


def differences(value, measure):
    """Return the elasticities of a measure to the factors, `value` being what has the figures at some of them."""
    here = measured(measure, value({}))
    found = {}
    for component in ("P", "Q"):
        below, above = (measured(measure, value({f"k{component}": 1 + side * STEP})) for side in (-1, 1))
        found[component] = (above - below) / (2 * STEP) / here
    return found


def components(of, measure):
    every = of.of(measure, sizes=False).components
    return {one.name: one.elasticity for one in every if one.name in ("P", "Q")}


@pytest.mark.parametrize("name", MODELS)
def test_a_component_is_as_its_factor_written_out(name):
    text, measures = MODELS[name]
    of = Sensitivities(load(text)[0], {}, solve(text), Control())
    for measure in measures:
        expected = differences(lambda at: exact_values(solve(text, **at)), measure)
        assert components(of, measure) == pytest.approx(expected, rel=1e-6, abs=1e-7), measure


@pytest.mark.parametrize("name", MODELS)
def test_a_component_of_a_fluid_is_as_its_factor_written_out(name):
    text, measures = MODELS[name]
    of = FluidSensitivities(load(text)[0], {}, Control())
    for measure in (one for one in measures if "visits" not in one and "passage" not in one):
        expected = differences(lambda at: fluid_values(compile_text(text, at).net, Control()), measure)
        assert components(of, measure) == pytest.approx(expected, rel=1e-5, abs=1e-5), measure


def test_all_components_together_are_the_unit_of_time():
    for text, measures in MODELS.values():
        found = Sensitivities(load(text)[0], {}, solve(text), Control()).of(measures[0], sizes=False).components
        assert sum(one.elasticity for one in found) == pytest.approx(1, rel=1e-9)


def test_at_a_switch_both_sides_are_told():
    text = "f = 0.2; r = 1.0; Up = (fail, f).Down; Down = (mend, r).Up; Rep = (mend, r).Rep; Up[8] <mend> Rep[2]"
    told = sensitivity_report(Sensitivities(load(text)[0], {}, solve(text), Control()).of("population(Down)"))
    said = {"Up": "+0.9154 (+0.5817 as they shrink)", "Rep": "-0.5817 (-0.9154 as they shrink)"}
    assert component_words(told) == said


def test_nothing_is_told_of_components_where_the_measure_is_nothing():
    text = "n = 0; S = (a, 1.0).S; P = (a, infty).Q; Q = (b, 2.0).P; S <a> P[n]"
    told = sensitivity_report(Sensitivities(load(text)[0], {}, solve(text), Control()).of("throughput(a)"))
    assert told["components"] == told["shrinking"] == component_words(told) == {}
