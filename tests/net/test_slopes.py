"""Rates that remember their parameters: on random models, against the same models with a little more of one."""

import math
import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.fluid.ode import Fluid
from pepa.net.compile import compile_model, load
from pepa.net.rates import StateCounts, move_rate
from pepa.net.slopes import move_slopes
from pepa.population.population import population
from pepa.query.analysis import Compiled, derive_net
from tests import oracle
from tests.test_oracle_agreement import arrays, definitions, hidden, leaf, systems, teams

NAMED = {0.25: "k", 1.0: "l", 2.0: "m", 3.7: "q"}  # the rates of the random models, as parameters
BASE = {name: value for value, name in NAMED.items()}
MOST = 500  # states
LITTLE = 1e-5


def parametric(system, defined):
    """Return the text of a model whose rates are parameters, some of them sums and products of two."""
    text = re.sub(r", (\d+\.\d+)\)", lambda found: f", {_said(float(found[1]))})", oracle.text(system, defined))
    return "\n".join(f"{name} = {value};" for name, value in BASE.items()) + "\n" + text


def _said(value):
    return {2.0: "l + m - k * 4", 3.7: "q * l"}.get(value, NAMED.get(value, repr(value)))


def states_of(net):
    """Return some states of a net; those of a model that is wrong or too large are not asked for."""
    try:
        space = derive_net(Compiled(net, (), {}), Control(most_states=MOST)).space
    except PepaError:
        assume(False)
    return [space.counts(state) for state in range(space.size)]


def compiled(text, overrides, **how):
    try:
        return compile_model(load(text)[0], overrides, **how)
    except PepaError:
        assume(False)


def ready(move, counts):
    return all(counts[part.group][part.transition.source] > 0 for part in move.participants)


@settings(max_examples=15)
@given(systems(st.one_of(leaf, arrays, teams, hidden)), definitions(), st.data())
def test_the_slopes_of_every_rate_are_those_of_differences(system, definitions, data):
    text = parametric(system, definitions)
    net = compiled(text, {}, slopes=True)
    counts = data.draw(st.sampled_from(states_of(net)))
    name = data.draw(st.sampled_from(sorted(BASE)))
    for sign in (1, -1):
        near, nearer = (compiled(text, {name: BASE[name] * (1 + sign * h)}) for h in (LITTLE, LITTLE / 2))
        assert len(near.moves) == len(net.moves)
        assert_slopes(net, near, nearer, counts, (name, sign), BASE[name] * LITTLE)


def assert_slopes(net, near, nearer, counts, direction, step):
    """Hold the slopes of all moves in a state against two models that are a step and half a step away."""
    here = StateCounts(counts)
    for move, one, other in zip(net.moves, near.moves, nearer.moves, strict=True):
        if not ready(move, counts) or not (rate := float(move_rate(move, here))) > 0:
            continue
        far, half = ((float(move_rate(each, here)) - rate) / h for each, h in ((one, step), (other, step / 2)))
        slope = float(move_slopes(move, here).get(direction, 0.0))
        assert slope == pytest.approx(2 * half - far, rel=1e-5, abs=1e-5 * max(1.0, rate)), (move, direction)


PARTS = """
r = 2.1; s = 1.5; u = 3.2; w = 0.7; v = 2.0;
P0 = (b, 1).P1; P1 = (a, w * infty).P2 + (a, v * infty).P0; P2 = (a, r).P0 + (a, s).P1;
R = (a, s).R + (a, u).R1; R1 = (d, 1).R; S0 = (a, u).S1; S1 = (c, 1).S0;
T = (a, v * s).T; W = (a, w * infty).W1 + (a, infty).W; W1 = (e, r).W; V = (a, v * infty).V;
"""


@pytest.mark.parametrize(
    "system",
    [
        "((P0 <a> R[2]) || S0) <a> T[2]",  # active and passive in turn, beside an active part
        "((P1 <a> R) || S0[2]) <a> T",
        "(W[2] <a> V) <a> R[2]",  # weights of passive parts are compared first
        "((W || V) <a> V[2]) <a> (T || S0)",
        "(W <a> R) <a> (V <a> T)",
        "((W <a> R)/{e} || S0) <a> T/{e}",
    ],
)
def test_slopes_of_parts_that_are_active_or_passive(system):
    values = {"r": 2.1, "s": 1.5, "u": 3.2, "w": 0.7, "v": 2.0}
    net = compiled(PARTS + system, {}, slopes=True)
    states = states_of(net)
    assert len(states) > 1
    for name, value in values.items():
        for sign in (1, -1):
            near, nearer = (compiled(PARTS + system, {name: value * (1 + sign * h)}) for h in (LITTLE, LITTLE / 2))
            for counts in states:
                assert_slopes(net, near, nearer, counts, (name, sign), value * LITTLE)


@settings(max_examples=15)
@given(systems(st.one_of(leaf, arrays, hidden)), definitions())
def test_the_fluid_moves_as_the_chain_does_where_counts_are_whole(system, definitions):
    net = compiled(parametric(system, definitions), {})
    try:
        fluid = Fluid(population(net, fluid=True))
    except PepaError:
        assume(False)  # a component is active and passive on one action
    for counts in states_of(net)[:10]:
        expected = [np.zeros(len(group)) for group in counts]
        for move in (move for move in net.moves if ready(move, counts)):
            rate = float(move_rate(move, StateCounts(counts)))
            for part in move.participants:
                expected[part.group][part.transition.source] -= rate
                expected[part.group][part.transition.target] += rate
        found = fluid.slope(np.array([float(count) for group in counts for count in group]))
        assert found == pytest.approx(np.concatenate(expected), rel=1e-9, abs=1e-9)


def test_the_slope_at_a_tie_is_that_of_the_side_the_parameter_goes_to():
    text = "r = 1.0;\nP = (a, r).P; S = (a, 1.0).S;\nP <a> S"
    (move,) = (net := compiled(text, {}, slopes=True)).moves
    slopes = move_slopes(move, StateCounts(tuple(group.initial for group in net.groups)))
    assert slopes.get(("r", 1), 0.0) == pytest.approx(0.0)
    assert slopes[("r", -1)] == pytest.approx(-1.0)
    assert math.isclose(float(move_rate(move, StateCounts(((1,), (1,))))), 1.0)
