"""Measures of simulated results: near the exact ones, with intervals that cover them as often as they say."""

import math

import numpy as np
import pytest

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.query.analysis import compile_text, derive_net
from pepa.query.exact import exact_values, exact_values_at
from pepa.query.fluid import fluid_values, fluid_values_at
from pepa.query.measure import measured
from pepa.query.simulated import estimated, long_run_values, values_at
from tests.models import model_text, solve

MEASURES = [
    "throughput(repair)",
    "population(Down)",
    "probability(Down >= 2)",
    "variance(Down)",
    "responsetime(Down)",
    "throughput(repair) / population(Up)",
    "probability(enabled(repair) & !init)",
    "mean(Up * Down)",
]


@pytest.mark.parametrize("text", MEASURES)
def test_a_long_run_is_near_the_steady_state(text, machine_repair_run):
    expected = measured(text, exact_values(solve(model_text("machine_repair"))))
    found = estimated(text, machine_repair_run)
    assert 0 < found.half_width < 0.2 * expected
    assert abs(found.value - expected) < 2.5 * found.half_width


@pytest.fixture(scope="module")
def machine_repair_run():
    return long_run_values(compile_text(model_text("machine_repair")).net, 5, Control(), 0.02)


@pytest.mark.parametrize("text", ["population(Down)", "probability(Down = 1)", "variance(Down)", "throughput(repair)"])
def test_replications_are_near_the_distribution_at_each_time(text):
    compiled, times = compile_text(model_text("machine_repair")), np.array([0.5, 2.0, 8.0])
    exact = [values for values, _ in exact_values_at(derive_net(compiled, Control()), times, Control())]
    samples = values_at(compiled.net, times, 3000, 2, Control())
    for sample, values in zip(samples, exact, strict=True):
        found, expected = estimated(text, sample), measured(text, values)
        assert abs(found.value - expected) < 3 * found.half_width + 1e-9


@pytest.mark.parametrize("system", ["P[3]", "(P <c> P)[2]", "P[3]{c}"])
def test_what_never_happens_is_zero_in_every_kind_of_result(system):
    text = f"p = 0; P = (a, p).Q + (c, 1 - p).P; Q = (b, 1).P;\n{system}"
    compiled, times = compile_text(text), np.array([1.0])
    found = [
        exact_values(solve(text)),
        fluid_values(compiled.net, Control()),
        long_run_values(compiled.net, 1, Control(), 0.1).means,
        next(exact_values_at(derive_net(compiled, Control()), times, Control()))[0],
        next(fluid_values_at(compiled.net, times, Control())),
        next(iter(values_at(compiled.net, times, 64, 1, Control()))).means,
    ]
    for values in found:
        assert measured("throughput(a)", values) == measured("population(Q) + utilisation(Q)", values) == 0
        assert measured("throughput(c)", values) > 0
        if values.distribution is not None:
            assert measured("probability(Q > 0 | enabled(b)) + mean(Q)", values) == 0


@pytest.mark.slow
def test_intervals_of_a_ratio_cover_the_truth_as_often_as_they_say():
    compiled, times = compile_text(model_text("machine_repair"), {"n": 4}), np.array([3.0])
    text = "probability(Down = 1) / probability(Down = 0)"
    ((values, _),) = exact_values_at(derive_net(compiled, Control()), times, Control())
    expected = measured(text, values)
    covered = 0
    for seed in range(200):
        (sample,) = values_at(compiled.net, times, 400, seed, Control())
        found = estimated(text, sample)
        covered += abs(found.value - expected) <= found.half_width
    assert 180 <= covered <= 199  # 95 % of 200, within three standard deviations


def test_what_was_never_seen_has_no_interval():
    (sample,) = values_at(compile_text(model_text("vm_launch")).net, np.array([1e-6]), 10, 1, Control())
    found = estimated("population(User3)", sample)
    assert found.value == 0
    assert math.isnan(found.half_width)
    with pytest.raises(PepaError, match="one replication"):
        list(values_at(compile_text(model_text("vm_launch")).net, np.array([1.0]), 1, 1, Control()))
