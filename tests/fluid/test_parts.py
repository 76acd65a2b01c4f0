"""The parts of a fluid: expressions and their slopes, Clark's minimum, noise carried along, how it comes to rest."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm
from scipy.stats import multivariate_normal, norm

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.fluid.closure import _least, _Normal, moments
from pepa.fluid.equilibrium import Verdict, beside, equilibrium, reachable
from pepa.fluid.noise import propagated
from pepa.fluid.ode import Fluid, leasts, slope, trajectory, value
from pepa.population.population import Least, Linear, Total, population
from pepa.query.analysis import compile_text


def fluid(text, **overrides):
    return Fluid(population(compile_text(text, overrides).net, fluid=True))


counts = st.lists(st.floats(0.125, 8), min_size=3, max_size=3).map(np.array)
linears = st.lists(st.tuples(st.integers(0, 2), st.floats(0.25, 4)), min_size=1, max_size=3).map(
    lambda terms: Linear(tuple(terms))
)
expressions = st.recursive(
    linears,
    lambda inner: st.builds(
        lambda kind, parts: kind(tuple(parts)), st.sampled_from([Total, Least]), st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=6,
)


def meant(expression, at):
    if isinstance(expression, Linear):
        return math.fsum(rate * at[place] for place, rate in expression.terms)
    each = [meant(part, at) for part in expression.parts]
    return min(each) if isinstance(expression, Least) else math.fsum(each)


def minima(expression):
    if isinstance(expression, Linear):
        return []
    own = [expression] if isinstance(expression, Least) and len(expression.parts) > 1 else []
    return own + [one for part in expression.parts for one in minima(part)]


@settings(max_examples=60)
@given(expressions, counts)
def test_values_and_slopes_of_expressions(expression, at):
    assert value(expression, at) == pytest.approx(meant(expression, at), rel=1e-12)
    assert list(leasts(expression)) == minima(expression)
    found, step = slope(expression, at), 1e-7
    for place, unit in enumerate(np.eye(3)):
        above, below = ((meant(expression, at + by * unit) - meant(expression, at)) / by for by in (step, -step))
        assert min(above, below) - 1e-5 <= found[place] <= max(above, below) + 1e-5


def normal(mean, variance, covariance, own):
    return _Normal(mean, variance, np.array(covariance, float), np.array(own, float))


@pytest.mark.parametrize("means", [(3.0, 3.0), (3.0, 4.5), (6.0, 1.0), (0.0, -2.0)])
@pytest.mark.parametrize(("first", "second", "together"), [(1.0, 4.0, 0.0), (2.0, 2.0, 1.5), (1.0, 9.0, -2.0)])
def test_the_minimum_of_two_normals_has_the_moments_that_quadrature_gives(means, first, second, together):
    covariance = np.array([[first, together], [together, second]])
    found = _least(normal(means[0], first, covariance[0], [1, 0]), normal(means[1], second, covariance[1], [0, 1]))
    # E min = E X - E (X - Y)^+, and by Stein's lemma cov(min, X_j) = P(X < Y) cov(X, X_j) + P(Y < X) cov(Y, X_j)
    apart = math.sqrt(first + second - 2 * together)
    share = norm.cdf((means[1] - means[0]) / apart)
    at = np.linspace(0, 40, 1001)
    over = multivariate_normal([-means[0], -means[1]], covariance).cdf(np.column_stack([-at, -at]))
    under = 1 - multivariate_normal([-means[0], -means[1]], covariance).cdf(np.column_stack([at, at]))
    mean = np.trapezoid(over - under, at)
    square = 2 * np.trapezoid(at * (over + under), at)
    assert found.mean == pytest.approx(mean, abs=2e-3)
    assert found.variance == pytest.approx(square - mean**2, rel=5e-3)
    assert found.slope == pytest.approx([share, 1 - share], rel=1e-9)
    assert found.covariance == pytest.approx(share * covariance[0] + (1 - share) * covariance[1], rel=1e-9)


@pytest.mark.parametrize(("means", "taken"), [((2.0, 3.0), 0), ((3.0, 2.0), 1), ((2.0, 2.0), 0)])
@pytest.mark.parametrize("variance", [0.0, 1e6])
def test_sides_that_move_together_have_one_that_is_the_least(means, taken, variance):
    """Where their difference never varies, the lower one is the minimum, whatever both vary together."""
    sides = [normal(mean, variance, [variance * (1 - 1e-13)], [1.0]) for mean in means]  # but for rounding
    assert _least(*sides) is sides[taken]


SERVED = "a = 1.2; P = (go, a).P1; P1 = (back, 0.5).P; S = (go, 2).S1; S1 = (rest, 3).S;\nP[30] <go> S[9]"
SHARED = "P = (go, 1).P1; P1 = (back, 2).P; S = (go, 2).S1 + (go, 1).S2; S1 = (x, 3).S; S2 = (y, 1).S;\nP[30] <go> S[9]"


@pytest.mark.parametrize("text", [SERVED, SHARED, SERVED.replace("<go>", "<go, rest>")], ids=range(3))
@pytest.mark.parametrize("spread", [0.0, 1.0])
def test_mean_slopes_are_the_slopes_of_mean_rates(text, spread):
    found = fluid(text)
    places, random = len(found.population.labels), np.random.default_rng(4)
    at = random.uniform(2, 9, places)
    root = random.normal(0, 1, (places, places))
    covariance = spread * root @ root.T / places
    flow, slopes = moments(found, at, covariance)
    if not spread:  # known counts: the fluid itself
        assert flow == pytest.approx(found.rates(at), rel=1e-12)
        assert slopes == pytest.approx(found.gradients(at), rel=1e-9, abs=1e-12)
    for place, unit in enumerate(np.eye(places)):
        above, below = (moments(found, at + by * unit, covariance)[0] for by in (1e-6, -1e-6))
        if spread and text is SERVED:  # shares of what is divided are taken at the means: nearly
            assert slopes[:, place] == pytest.approx((above - below) / 2e-6, rel=0.2, abs=0.05)
        if not spread:
            assert slopes[:, place] == pytest.approx((above - below) / 2e-6, rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("duration", [1e-3, 0.4, 2.0])
@pytest.mark.parametrize("seed", range(3))
def test_noise_is_carried_as_the_exponential_of_van_loan_says(duration, seed):
    random = np.random.default_rng(seed)
    jacobian, root = random.normal(0, 1, (4, 4)) - 2.5 * np.eye(4), random.normal(0, 1, (4, 4))
    noise = root @ root.T
    carry, gain = propagated(jacobian, noise, duration)
    whole = expm(np.block([[-jacobian, noise], [np.zeros((4, 4)), jacobian.T]]) * duration)
    assert carry == pytest.approx(expm(jacobian * duration), rel=1e-3, abs=1e-5)
    assert gain == pytest.approx(whole[4:, 4:].T @ whole[:4, 4:], rel=1e-3, abs=1e-5)
    assert gain == pytest.approx(gain.T, rel=1e-12)
    _, settled = propagated(jacobian, noise, 1e4)
    assert jacobian @ settled + settled @ jacobian.T == pytest.approx(-noise, rel=1e-3, abs=1e-3)


def test_what_the_moves_can_reach():
    found = reachable(
        fluid("P = (a, 1).Q; Q = (b, 1).P; R = (a, 1).R; S = (s, 1).T; T = (t, 2).S;\nP[3] <a> R || S[2]")
    )
    assert found.shape == (5, 2)
    assert found.T @ found == pytest.approx(np.eye(2))
    conserved = np.array([[1, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 1]], float)
    assert conserved @ found == pytest.approx(0, abs=1e-12)


ROUND = "k = 1.0; P = (a, k).Q; Q = (b, 2).R; R = (c, 4).P; P[70]"


@pytest.mark.parametrize("unit", [1e-5, 1.0, 1e5])
def test_an_equilibrium_is_found_whatever_the_unit_of_time(unit):
    text = f"u = {unit}; P = (a, u).Q; Q = (b, 2*u).R; R = (c, 4*u).P; P[70]"
    rest = equilibrium(fluid(text), Control())
    assert rest.verdict is Verdict.REACHED
    assert rest.counts == pytest.approx([40, 20, 10], rel=1e-9)
    assert (rest.rank, rest.dimension) == (2, 2)
    jacobian = unit * np.array([[-1, 0, 4], [1, -2, 0], [0, 2, -4]])
    slowest = sorted(np.linalg.eigvals(jacobian).real)[-2]
    assert rest.slowest == pytest.approx(slowest, rel=1e-6)


def test_a_fluid_much_like_another_has_its_equilibrium_beside():
    near = equilibrium(fluid(ROUND), Control())
    other = beside(fluid(ROUND, k=1.1), near, near.counts)
    direct = equilibrium(fluid(ROUND, k=1.1), Control())
    assert other.verdict is Verdict.REACHED
    assert other.counts == pytest.approx(direct.counts, rel=1e-9)
    assert other.residual < 1e-12
    stopped = fluid("k = 1.0; P = (a, k).Q; Q = (b, 2).R; R = (c, 0).P; P[70]")
    assert beside(fluid("k = 1.0; P = (a, k).Q; Q = (b, 0).R; R = (c, 0).P; P[70]"), near, near.counts) is None
    assert beside(stopped, near, near.counts).counts == pytest.approx([0, 0, 70], abs=1e-9)


@pytest.mark.parametrize("method", ["RK45", "BDF", "lsoda"])
def test_a_trajectory_is_as_near_as_its_tolerance_and_says_its_method(method):
    found, time = fluid("P = (a, 1).Q; Q = (b, 2).P; P[30]"), np.array([0.0, 0.5, 3.0])
    errors = []
    for relative in (1e-4, 1e-9):
        path = trajectory(found, time, Control(), method, relative)
        exact = 20 + 10 * np.exp(-3 * time)
        errors.append(np.abs(path.counts[0] - exact).max())
        assert path.counts.sum(axis=0) == pytest.approx(30)
    assert errors[1] < 1e-5 < 1e-2
    assert errors[1] < errors[0]
    assert path.method == {"rk45": "RK45", "bdf": "BDF", "lsoda": "LSODA"}[method.lower()]
    assert path.evaluations > 10


def test_a_method_is_taken_however_it_is_written_and_no_other():
    with pytest.raises(PepaError) as error:
        trajectory(fluid(ROUND), np.array([0.0, 1.0]), Control(), "Euler")
    assert "LSODA" in error.value.hint


@pytest.mark.parametrize("sizes", list(itertools.product([1, 20], [3, 7])))
def test_rates_of_the_fluid_at_whole_counts_are_products_and_minima(sizes):
    clients, servers = sizes
    parts = "P = (go, 1.5).P1; P1 = (back, 0.5).P; S = (go, 2).S1; S1 = (rest, 3).S; "
    found = fluid(f"{parts}P[{clients}] <go> S[{servers}]")
    flow = found.population.action_weights @ found.rates(found.population.initial)
    named = dict(zip(found.population.doing, flow, strict=True))
    assert named == pytest.approx({"go": min(1.5 * clients, 2 * servers), "back": 0, "rest": 0})
