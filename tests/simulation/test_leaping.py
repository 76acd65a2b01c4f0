"""The steps of tau-leaping alone: how long they are, what they may not do, and what they are right to."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pepa.control.error import PepaError
from pepa.population.population import population
from pepa.query.analysis import compile_text
from pepa.simulation.leaping import CHANGE, LEAST, _Stepper, leapt, refuse_small

RING = "P = (a, 2.0).Q; Q = (b, 0.5).R; R = (c, 1.0).P;\nP[600]"
SERVED = "C = (think, 0.4).W; W = (serve, 3.0).C; S = (serve, 2.0).B; B = (rest, 5.0).S;\nC[40000] <serve> S[15000]"
DYING = "A = (die, 1.0).D; D = (never, 0.0).D;\nA[500]"


def stepper(text, seed=0):
    view = population(compile_text(text).net, fluid=False)
    return view, _Stepper(view, np.random.default_rng(seed))


def member(counts, view, name):
    return counts[[label.rpartition(".")[2] for label in view.labels].index(name)]


def simulated(text, times, replications=400, seed=5):
    view = population(compile_text(text).net, fluid=False)
    block = leapt(view, np.array(times), replications, np.random.SeedSequence(seed), lambda _: None)
    return view, block


@given(st.integers(0, 2**32 - 1), st.sampled_from([RING, SERVED]))
@settings(max_examples=30)
def test_no_place_is_left_with_fewer_than_nobody(seed, text):
    view, steps = stepper(text)
    random = np.random.default_rng(seed)
    counts = random.integers(0, 12, (len(view.labels), 40)).astype(float)
    wanted = random.poisson(6.0, (steps.change.shape[1], 40)).astype(float)
    events = steps.possible(counts, wanted)
    assert ((events >= 0) & (events <= wanted) & (events == np.round(events))).all()
    assert (counts + steps.change @ events >= 0).all()
    enough = (counts + steps.change @ wanted >= 0).all(axis=0)
    assert (events[:, enough] == wanted[:, enough]).all()


@pytest.mark.parametrize("text", [RING, SERVED])
def test_a_leap_is_as_long_as_no_count_is_expected_to_change_much(text):
    view, steps = stepper(text)
    random = np.random.default_rng(1)
    counts = random.integers(0, 100, (len(view.labels), 25)).astype(float)
    leap, flow = steps.longest(counts), steps.flow(counts)
    drift, spread = np.abs(steps.change @ flow) * leap, steps.change**2 @ flow * leap
    allowed = np.maximum(CHANGE * counts, LEAST)
    happens = flow.any(axis=0)
    assert (drift[:, happens] <= allowed[:, happens] * (1 + 1e-12)).all()
    assert (spread[:, happens] <= allowed[:, happens] ** 2 * (1 + 1e-12)).all()
    attained = np.maximum(drift / allowed, spread / allowed**2).max(axis=0)
    assert attained[happens] == pytest.approx(1)


def test_where_nothing_happens_a_leap_is_for_ever():
    view, steps = stepper(DYING)
    dead = np.zeros((len(view.labels), 1))
    dead[[label.rpartition(".")[2] for label in view.labels].index("D")] = 500
    assert steps.longest(dead).tolist() == [np.inf]


@pytest.mark.parametrize("text", [RING, SERVED])
def test_members_are_neither_lost_nor_made(text):
    view, block = simulated(text, [0.0, 0.5, 3.0], 50)
    groups = view.net.groups
    first = 0
    for group in groups:
        last = first + len(group.initial)
        for counts in (block.counts, block.coarse):
            assert (counts[first:last].sum(axis=0) == group.size).all()
            assert counts[first:last].min() >= 0
        first = last
    assert (block.counts[:, 0] == view.initial[:, None]).all()
    assert block.events > 0


def test_members_that_leave_alone_are_binomial():
    """Each is still there with probability exp(-t): mean and variance of their number, at each time."""
    times = [0.0, 0.3, 1.0]
    view, block = simulated(DYING, times, 2_000)
    left = member(block.counts, view, "A")
    for index, time in enumerate(times):
        stay = np.exp(-time)
        deviation = np.sqrt(500 * stay * (1 - stay))
        assert abs(left[index].mean() - 500 * stay) <= 4 * deviation / np.sqrt(2_000) + 0.05
        assert left[index].std() == pytest.approx(deviation, rel=0.08, abs=1e-9)


def test_leaps_twice_as_long_share_their_events():
    """So what halving changes is told with little noise: far less than two runs of their own would differ by."""
    view, block = simulated(RING, [0.0, 2.0])
    fine, coarse = (member(counts, view, "P")[1] for counts in (block.counts, block.coarse))
    assert fine.std() > 8
    assert (fine - coarse).std() < 0.5 * fine.std()


def test_seeds_are_what_tells_runs_apart():
    one, same, other = (simulated(RING, [0.0, 1.0], 20, seed)[1].counts for seed in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()


def test_progress_is_told_up_to_the_end():
    told = []
    view = population(compile_text(RING).net, fluid=False)
    leapt(view, np.array([0.0, 1.0]), 5, np.random.SeedSequence(0), told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)


@pytest.mark.parametrize(
    ("system", "said"),
    [
        ("P[100] || Q[99]", "Q has fewer than 100 copies"),
        ("P[3] || Q[99]", "P, Q have fewer"),
        ("P[100] || Q", "Q has fewer"),
        ("P[100] || Q[100]", None),
        ("P[100] || Q[0]", None),
    ],
)
def test_groups_that_are_too_small_are_named(system, said):
    net = compile_text(f"P = (a, 1.0).P1; P1 = (b, 1.0).P; Q = (c, 1.0).Q1; Q1 = (d, 1.0).Q;\n{system}").net
    if said is None:
        refuse_small(net)
        return
    with pytest.raises(PepaError, match=said):
        refuse_small(net)
