"""Random models over time: distributions, rates of moves, paths and properties, against the independent interpreter."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.population.population import population
from pepa.population.program import vector_rates
from pepa.query.analysis import compile_text, derive_net, solve_derived
from pepa.query.exact import exact_values, exact_values_at
from pepa.query.measure import measured
from pepa.query.property import answer
from pepa.query.simulated import values_at
from tests import oracle
from tests.test_oracle_agreement import arrays, definitions, hidden, leaf, systems, teams

MOST = 60  # states of the interpreter's
FILTERS = [HealthCheck.filter_too_much, HealthCheck.too_slow]  # many models have no meaning
TIMES = (0.0, 0.3, 1.7)
models = st.tuples(systems(st.one_of(leaf, arrays, teams, hidden)), definitions())


def both(model):
    """Return what the interpreter makes of a model, and its net; models without a meaning are left out."""
    system, defined = model
    try:
        explored = oracle.explore(system, defined, MOST)
    except (oracle.TooLarge, oracle.Mixed, oracle.Undriven):
        assume(False)
    try:
        compiled = compile_text(oracle.text(system, defined))
    except PepaError:  # refused where it is never reached, too
        assume(False)
    return explored, compiled


def same(mine, theirs, **within):
    for name in {*mine, *theirs}:
        if name.isalnum():  # not a state of a whole composite, which the interpreter has no name for
            assert mine.get(name, 0.0) == pytest.approx(theirs.get(name, 0.0), **within), name


def derived(compiled):
    try:
        return derive_net(compiled, Control())
    except PepaError:  # copies of a composite are derived by themselves, where their surroundings bar a state too
        assume(False)


@settings(max_examples=60, deadline=None, suppress_health_check=FILTERS)
@given(models)
def test_distributions_over_time_agree(model):
    explored, compiled = both(model)
    space = derived(compiled)
    for time, (values, _) in zip(TIMES, exact_values_at(space, np.array(TIMES), Control()), strict=True):
        probability = explored.at(time)
        throughput, held = explored.figures(probability)
        same(values.throughput, throughput, rel=1e-8, abs=1e-8)
        same(values.population, held, rel=1e-8, abs=1e-8)
        for name in compiled.net.derivatives:
            counts = np.array([oracle.constants(state).count(name) for state in explored.states], float)
            mean = float(probability @ counts)
            assert measured(f"mean({name})", values) == pytest.approx(mean, rel=1e-8, abs=1e-8)
            assert measured(f"variance({name})", values) == pytest.approx(probability @ (counts - mean) ** 2, abs=1e-8)
            assert measured(f"probability({name} >= 1)", values) == pytest.approx(probability @ (counts >= 1), abs=1e-8)


@settings(max_examples=60, deadline=None, suppress_health_check=FILTERS)
@given(models, st.integers(0, 5), st.integers(1, 2))
def test_what_is_reached_by_a_time_agrees(model, which, number):
    explored, compiled = both(model)
    space = derived(compiled)
    assume(compiled.net.derivatives)
    name = compiled.net.derivatives[which % len(compiled.net.derivatives)]

    def there(state):
        return oracle.constants(state).count(name) >= number

    probability = explored.at(TIMES[-1], until=there)
    expected = sum(p for state, p in zip(explored.states, probability, strict=True) if there(state))
    found = answer(f"P=? [ F<={TIMES[-1]} {name} >= {number} ]", space, Control())
    assert found.value == pytest.approx(expected, rel=1e-7, abs=1e-9)
    assert found.low - 1e-12 <= expected <= found.high + 1e-12


@settings(max_examples=60, deadline=None, suppress_health_check=FILTERS)
@given(models, st.integers(0, 5), st.integers(1, 2))
def test_the_mean_time_to_get_somewhere_agrees(model, which, number):
    """By first steps: exit rate x time = 1 + rates x times of the next states; infinite where it may stay away."""
    explored, compiled = both(model)
    space = derived(compiled)
    assume(compiled.net.derivatives)
    name = compiled.net.derivatives[which % len(compiled.net.derivatives)]
    there = np.array([oracle.constants(state).count(name) >= number for state in explored.states])
    generator = explored.generator()
    may_get_there = closed(there, generator.T > 0)
    surely = ~closed(~may_get_there, np.where(there[:, None], 0.0, generator).T > 0)
    found = answer(f"R{{time}}=? [ F {name} >= {number} ]", space, Control())
    if not surely[0]:
        assert math.isinf(found.value)
        return
    left = np.flatnonzero(surely & ~there)
    times = np.zeros(len(there))
    times[left] = np.linalg.solve(-generator[np.ix_(left, left)], np.ones(len(left)))
    assert found.value == pytest.approx(times[0], rel=1e-7)


def closed(inside, steps):
    """Return the states of a set, and those that some steps, as a matrix from row to column, lead to from it."""
    while True:
        more = inside | (inside @ steps)
        if (more == inside).all():
            return inside
        inside = more


@settings(max_examples=60, deadline=None, suppress_health_check=FILTERS)
@given(models, st.permutations(["a", "b", "c"]))
def test_mean_passages_between_actions_agree(model, actions):
    """From each completion of one action, as often as it leads there in the long run, to the next of another."""
    explored, compiled = both(model)
    begin, end = actions[:2]
    assume({begin, end} <= set(compiled.net.actions))
    space = derived(compiled)
    lasting = np.linalg.matrix_power(np.eye(len(explored.states)) + explored.generator() / 200, 2**40)[0]
    start, left = np.zeros(len(lasting)), np.zeros(len(lasting))
    ends, rest = np.zeros(len(lasting)), np.zeros((len(lasting),) * 2)
    for source, action, rate, target in explored.derivations:
        left[source] += rate
        start[target] += lasting[source] * rate * (action == begin)
        if action == end:
            ends[source] += rate
        else:
            rest[source, target] += rate
    assume(start.sum() > 1e-9)
    start = np.where(start > 1e-12 * start.sum(), start, 0.0)
    met = closed(start > 0, rest > 0)
    found = measured(f"passage({begin} -> {end})", exact_values(solve_derived(space, Control())))
    arriving = closed(ends > 0, rest.T > 0)
    if not arriving[met].all():  # it may never arrive, or never does
        assert math.isinf(found) if arriving[start > 0].any() else math.isnan(found)
        return
    at = np.flatnonzero(met)
    times = np.linalg.solve(np.diag(left[at]) - rest[np.ix_(at, at)], np.ones(len(at)))
    assert found == pytest.approx(start[at] @ times / start.sum(), rel=1e-6)


@settings(max_examples=60, deadline=None, suppress_health_check=FILTERS)
@given(models)
def test_rates_of_moves_are_those_of_the_states_met(model):
    """Who is where tells all rates, so both have the same pairs of populations and rates by action."""
    explored, compiled = both(model)
    view = population(compiled.net, fluid=False)
    rates, met, todo = vector_rates(view), {tuple(view.initial)}, [view.initial]
    mine = set()
    while todo:
        counts = todo.pop()
        flow = np.empty((len(view.rates), 1))
        rates(counts[:, None], flow)
        doing = {action: float(flow[list(moves), 0].sum()) for action, moves in view.doing.items()}
        mine.add(told(view.populations(counts), doing))
        for move in np.flatnonzero(flow[:, 0] > 0):
            after = counts + view.change[move]
            if tuple(after) not in met:
                met.add(tuple(after))
                todo.append(after)
    theirs = set()
    for at in np.eye(len(explored.states)):
        throughput, held = explored.figures(at)
        theirs.add(told({name: number for name, number in held.items() if name.isalnum()}, throughput))
    assert mine == theirs


def told(held, doing):
    return tuple(
        tuple(sorted((name, float(f"{value:.9g}")) for name, value in figures.items() if value > 1e-12))
        for figures in (held, doing)
    )


@settings(max_examples=25, deadline=None, suppress_health_check=FILTERS)
@given(models, st.integers(0, 1000))
def test_paths_are_drawn_from_the_distribution(model, seed):
    """Means of 400 paths lie within five standard errors of the true ones; the variance is the interpreter's."""
    explored, compiled = both(model)
    try:
        (sample,) = values_at(compiled.net, np.array(TIMES[-1:]), 400, seed, Control())
    except PepaError:
        assume(False)
    probability = explored.at(TIMES[-1])
    numbers = [oracle.constants(state) for state in explored.states]
    for name, mean in sample.means.population.items():
        if name.isalnum():
            counts = np.array([one.count(name) for one in numbers], float)
            expected = float(probability @ counts)
            error = math.sqrt(max(0.0, float(probability @ counts**2) - expected**2) / 400)
            assert abs(mean - expected) <= 5 * error + 1e-9, name
