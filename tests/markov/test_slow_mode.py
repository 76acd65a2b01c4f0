"""The slowest mode that a probe finds, against the eigenvalues of a sweep written out."""

import numpy as np
import pytest

from pepa.markov.steady.gauss_seidel import flow_sweep
from pepa.markov.steady.marginals import Blocks
from pepa.markov.steady.slow_mode import Core, Mode, core, parts, slowest_mode
from tests.markov.reference import birth_death, bistable, chain, gth, nearly_decomposable, random_chain, two_speeds
from tests.models import derive


def flows(found):
    """Return the flows of the solution, sum 1."""
    flow = gth(found.dense()) * found.exit_rates
    return flow / flow.sum()


def second_eigenvalue(found):
    """Return the size of the largest eigenvalue of a sweep but that of the solution, 1."""
    sweep = flow_sweep(found.jumps, lambda: None)
    matrix = np.column_stack([sweep(unit) for unit in np.eye(found.size)])
    return np.sort(np.abs(np.linalg.eigvals(matrix)))[-2]


def mode_of(found, seed=0, partitions=(), shown=()):
    flow = flows(found)
    return slowest_mode(found, core(found, flow, 1e-12), shown, partitions, seed, lambda: None)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("coupling", [1e-2, 1e-3, 1e-4])
def test_how_slow_blocks_weigh_each_other_is_as_their_eigenvalue_says(coupling, seed):
    found = nearly_decomposable(2, 15, coupling, seed)
    mode = mode_of(found, seed)
    assert mode.slowness == pytest.approx(1 - second_eigenvalue(found), rel=0.5)


@pytest.mark.parametrize("seed", range(4))
def test_of_a_chain_that_mixes_at_once_nothing_is_left(seed):
    mode = mode_of(random_chain(60, 12, seed), seed)
    assert mode.left < 0.01
    assert mode.slowness > 0.1
    assert not mode.barred


@pytest.mark.parametrize("coupling", [1e-7, 1e-9, 1e-12])
def test_behind_a_barrier_there_is_a_mode_that_sweeps_do_not_reach(coupling):
    found = nearly_decomposable(2, 15, coupling, 1)
    mode = mode_of(found)
    assert mode.barred
    assert mode.slowness < 1e-6


def test_what_a_partition_shows_is_no_mode_any_more():
    found = nearly_decomposable(2, 15, 1e-8, 1)
    parted = parts(found, flows(found), 0, lambda: None)
    assert mode_of(found).barred
    assert not mode_of(found, partitions=[parted]).barred


def test_what_a_coordinate_shows_is_no_mode_any_more():
    """A switch turned seldom beside machines of their own pace."""
    text = "On = (off, 1e-8).Off; Off = (on, 1e-8).On; P = (a, 1.0).Q; Q = (b, 2.0).P;\nOn || P[3]"
    found = derive(text).chain
    shown = found.coordinates.all()
    assert mode_of(found).barred
    assert not mode_of(found, shown=shown).barred
    assert mode_of(found, shown=[one for one in shown if one.derivative is not None]).barred


@pytest.mark.parametrize("seed", range(3))
def test_the_parts_are_the_blocks_that_weigh_each_other_slowly(seed):
    found = bistable(25, 1e-9, seed)
    flow = flows(found)
    parted = parts(found, flow, seed, lambda: None)
    assert parted.number == len(np.unique(parted.label)) > 1
    dense, size = found.dense(), found.size
    leaving = dense.sum(axis=1, keepdims=True)
    values, vectors = np.linalg.eig((dense / leaving + np.eye(size)).T / 2)
    slow = np.real(vectors[:, np.argsort(np.abs(values))[-2]] / flow)
    well = slow > (slow.max() + slow.min()) / 2
    among = np.isin(np.arange(size), np.argsort(flow)[-2 * 25 :])  # both wells
    assert not set(parted.label[well & among]) & set(parted.label[~well & among])


def test_there_are_no_parts_of_what_has_no_slow_mode():
    ring = np.arange(12)
    found = chain(12, np.r_[ring, ring], np.r_[(ring + 1) % 12, (ring + 5) % 12], np.ones(24))
    flow = flows(found)
    parted = parts(found, flow, 0, lambda: None)
    assert parted is None or isinstance(parted, Blocks)
    assert mode_of(found).slowness > 1e-2


@pytest.mark.parametrize("least", [1e-12, 1e-6, 1e-2])
def test_what_is_left_out_of_a_core_carries_less_than_is_asked(least):
    found = birth_death(60, 0.3)
    flow = flows(found)
    within = core(found, flow, least)
    left_out = np.setdiff1d(np.arange(60), within.states)
    assert 0 < len(left_out) < 60
    assert flow[left_out].sum() <= least
    assert flow[left_out].sum() + flow[within.states].min() * 2 > least / 4  # and not much less
    assert (within.flow == flow[within.states]).all()
    assert (np.diff(within.states) > 0).all()
    jumps = np.zeros((len(within.states), len(within.states)))
    rows = np.repeat(np.arange(within.jumps.size), np.diff(within.jumps.indptr))
    np.add.at(jumps, (rows, within.jumps.indices), within.jumps.data)
    whole = (found.dense() / found.exit_rates[:, None]).T - np.eye(60)
    assert jumps == pytest.approx(whole[np.ix_(within.states, within.states)])


def test_the_core_of_what_is_all_likely_is_all():
    found = random_chain(30, 3, 0)
    within = core(found, flows(found), 1e-12)
    assert isinstance(within, Core)
    assert within.jumps is found.jumps
    assert len(within.states) == 30


@pytest.mark.parametrize("seed", range(5))
def test_a_mode_among_many_that_are_not_fast_is_seen(seed):
    """Of a queue whose server is slow for long: what BiCGSTAB solves is none the faster for it."""
    found = chain(60, *two_speeds(30, 1e-5))
    truth = 1 - second_eigenvalue(found)
    assert 0.5 * truth < mode_of(found, seed).slowness < 50 * truth


@pytest.mark.parametrize(
    ("left", "lost", "barred", "slowness"),
    [(0.5, 1e-6, True, 1e-6), (0.5, 0.0, True, 2.2e-16), (1e-4, 1e-6, False, 1e-6), (0.5, 0.3, False, 0.3)],
)
def test_a_mode_is_barred_where_much_is_left_and_nothing_lost(left, lost, barred, slowness):
    mode = Mode(left, lost)
    assert mode.barred is barred
    assert mode.slowness == pytest.approx(slowness, rel=0.02)
