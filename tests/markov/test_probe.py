"""Probes: a share in every sign of two, three and all labels, and nothing of what they are kept outside of."""

import random as chance

import numpy as np
import pytest

from pepa.markov.steady import slow_mode
from pepa.markov.steady.probe import Outside, noise, probed
from tests.models import derive, model_text


@pytest.mark.parametrize("number", [2, 3, 140])
def test_a_probe_has_a_share_in_the_parity_of_all_labels(number):
    random = np.random.default_rng(number)
    labels = [random.integers(0, 2, 4_000) for _ in range(number)]
    flow = random.random(4_000)
    parity = 1.0 - 2.0 * (sum(labels) % 2)
    weight = (flow / flow.sum() + 1 / len(flow)) / 2
    shares = [abs(probed(flow, labels, np.arange(4_000), seed) @ parity) for seed in range(4)]
    assert max(shares) > 1 > 5 * np.sqrt(weight @ weight)  # of about one for each split of the values


def test_a_probe_without_labels_is_random():
    flow = np.ones(50)
    first, second = (probed(flow, [], np.arange(50), seed) for seed in (0, 1))
    assert np.abs(first - second).max() > 0


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_noise_has_no_mean_and_one_size_and_no_value_tells_the_next(seed):
    number = 100_000
    source = chance.Random(seed)
    values, others = noise(number, source), noise(number, source)
    off = 5 / number**0.5
    assert abs(values.mean()) < off
    assert abs(np.square(values).mean() - 1) < off
    assert abs(values).max() <= 3**0.5
    for one, other in ((values[1:], values[:-1]), (values[256:], values[:-256]), (values, others)):
        assert abs(one @ other) / number < off
        assert abs(np.square(one) @ np.square(other) / len(one) - 1) < off


def test_what_is_outside_has_no_share_along_the_last_label_and_of_the_solution():
    random = np.random.default_rng(0)
    flow, probe = random.random(300), random.standard_normal(300)
    one, two = random.integers(0, 5, 300), random.integers(0, 300, 300)
    kept = probe.copy()
    left = Outside(flow, [two, one])(probe)
    assert (probe == kept).all()
    assert np.abs(np.bincount(one, left)).max() < 1e-13
    alone = Outside(flow, [])(probe)
    assert abs(alone.sum()) < 1e-12
    np.testing.assert_allclose(alone, probe - flow * probe.sum() / flow.sum())


def test_the_labels_of_many_states_take_few_bytes_and_say_the_same(monkeypatch):
    chain = derive(model_text("vm_launch"), Q=8).chain
    flow = np.random.default_rng(1).random(chain.size)
    core, along = slow_mode.Core(np.arange(chain.size), chain.jumps, flow), chain.coordinates.all()
    found = []
    for large in (chain.size, chain.size - 1):
        monkeypatch.setattr(slow_mode, "LARGE", large)
        labels = slow_mode._labels(chain.coordinates, along, core.states)
        found.append(
            (slow_mode.slowest_mode(chain, core, along, [], 0, lambda: None), {one.itemsize for one in labels})
        )
    assert found[0][0].lost == found[1][0].lost
    assert [sizes for _, sizes in found] == [{8}, {1}]
