"""The parts of a long run: paths and their averages, batches, what is cut as a warm-up, which means matter."""

import math

import numpy as np
import pytest

from pepa.control.control import Control, LimitReached
from pepa.population.population import population
from pepa.query.analysis import compile_text
from pepa.simulation import long_run as running
from pepa.simulation.long_run import FEWEST, Batch, _done, _matter, _rare_is_known, _warm_up, long_run
from pepa.simulation.path import PathSimulator, averages, path_events

SWITCH = "P = (on, 2).Q; Q = (off, 3).P; P[5]"


def view(text):
    return population(compile_text(text).net, fluid=False)


def test_averages_are_those_of_the_path_stepped_by_hand():
    """The same path twice: as a whole, and an event at a time with the areas under its counts added up."""
    whole, single = (PathSimulator(view(SWITCH), 7) for _ in range(2))
    path, stepped = whole.start(), single.start()
    assert whole.advance(path, 4.0) < 100
    fired, areas, time = [0, 0], np.zeros(2), 0.0
    while True:
        before = list(stepped.counts)
        move = single.step(stepped)
        until = min(stepped.time, 4.0)
        areas += np.array(before) * (until - time)
        if stepped.time > 4.0:
            break
        fired[move], time = fired[move] + 1, stepped.time
    assert path.time == 4.0
    assert path.fired == fired
    counts, rates = averages(path)
    assert counts == pytest.approx(areas / 4)
    assert rates == pytest.approx(np.array(fired) / 4)
    assert path.fired == [0, 0]
    whole.advance(path, 6.0)
    assert averages(path)[0].sum() == pytest.approx(5)  # of the time since alone


def test_a_path_stops_at_the_most_events_or_at_its_time():
    simulator = PathSimulator(view(SWITCH), 1)
    path = simulator.start()
    assert simulator.advance(path, math.inf, 10) == 10
    reached = path.time
    assert simulator.advance(path, reached, 10) == 0
    assert path.time == reached
    assert simulator.advance(path, reached + 0.5) > 0
    assert path.time == reached + 0.5


def test_a_deadlock_takes_no_step():
    shown = view("P = (a, 1).Q; Q = (b, 1).Q; R = (c, 1).R; P <b, c> R")
    simulator = PathSimulator(shown, 1)
    path = simulator.start()
    assert simulator.step(path) == 0
    assert simulator.step(path) is None
    assert simulator.advance(path, 9.0) == 0
    assert path.time == 9.0
    assert [event.action for event in path_events(shown, 3, 5)] == ["a"]


def test_events_say_who_left_and_where_they_went():
    events = path_events(view("A = (a, 1).B; B = (b, 2).A; R = (a, 3).S; S = (c, 1).R; A <a> R"), 5, 40)
    expected = {"a": (("A", "R"), ("B", "S")), "b": (("B",), ("A",)), "c": (("S",), ("R",))}
    assert len(events) == 40
    assert {event.action for event in events} == set(expected)
    assert all((event.left, event.entered) == expected[event.action] for event in events)


def test_waiting_times_are_exponential_and_choices_by_rate():
    simulator = PathSimulator(view("P = (a, 1).P + (b, 3).P; P"), 11)
    path, times, moves = simulator.start(), [0.0], []
    for _ in range(4000):
        moves.append(simulator.step(path))
        times.append(path.time)
    waits = np.diff(times)
    assert waits.mean() == pytest.approx(1 / 4, rel=0.06)
    assert waits.std() == pytest.approx(1 / 4, rel=0.08)
    assert np.mean(moves) == pytest.approx(3 / 4, abs=0.03)


def test_batches_are_joined_two_by_two():
    one, other = (Batch(np.array([n, 2.0]), np.array([n]), np.full((4, 1), n) + np.arange(4)[:, None]) for n in (1, 5))
    joined = one.joined(other)
    assert joined.counts.tolist() == [3.0, 2.0]
    assert joined.rates.tolist() == [3.0]
    assert joined.states.ravel().tolist() == [2, 4, 6, 8]  # every second, so that they are as far apart as they were


STEADY = np.random.default_rng(3).normal(10, 1, (64, 2))


@pytest.mark.parametrize("high", [8, 20, 31])
def test_a_beginning_that_is_different_is_cut(high):
    values = STEADY.copy()
    values[:high, 1] += 30
    assert _warm_up(values) == high
    assert _warm_up(values[:, 1:]) == high


def test_the_longest_beginning_is_cut_of_several():
    values = STEADY.copy()
    values[:8, 0] += 30
    values[:20, 1] -= 30
    assert _warm_up(values) == _warm_up(values[:, ::-1]) == 20


def test_chance_is_not_cut_nor_more_than_half():
    assert _warm_up(STEADY) == 0
    little = STEADY.copy()
    little[:6] += 0.4
    assert _warm_up(little) == 0
    late = STEADY.copy()
    late[:40] += 30
    assert _warm_up(late) <= 32
    assert _warm_up(STEADY[:21] + np.r_[100.0, np.zeros(20)][:, None]) == 1  # of 21 one at most: 20 are kept
    assert _warm_up(STEADY[:20] + np.r_[100.0, np.zeros(19)][:, None]) == 0


def test_means_that_are_small_beside_the_largest_of_their_kind_do_not_matter():
    means = np.array([10.0, 0.2, 0.1, 0.05, 3e-3, 1e-5])
    assert _matter(means, 4).tolist() == [True, True, False, False, True, False]
    assert _matter(means, 5).tolist() == [True, True, False, False, False, True]
    assert not _matter(np.zeros(3), 2).any()


def test_how_far_a_run_is():
    assert _done(0.02, 0.01) == pytest.approx(0.25)
    assert _done(0.001, 0.01) == 0.99
    assert _done(math.inf, 0.01) is _done(0.0, 0.01) is None


@pytest.fixture(scope="module")
def run():
    return long_run(view(SWITCH), 2, Control(), 0.02)


def test_a_run_is_made_of_its_batches(run):
    """Populations add up to the members, flows balance, and the means are those of the batches kept."""
    names = dict(zip(run.names, run.population[0], strict=True))
    rates = dict(zip(run.actions, run.throughput[0], strict=True))
    assert names["P"] + names["Q"] == pytest.approx(5, rel=1e-12)
    assert rates["on"] == pytest.approx(rates["off"], rel=0.01)
    assert names["P"] == pytest.approx(3, rel=0.02)
    counts = np.mean([batch.counts for batch in run.batches], axis=0)
    assert counts == pytest.approx(run.population[0])
    assert 32 <= len(run.batches) <= 64
    assert run.warm_up == pytest.approx((64 - len(run.batches)) / 64 * run.time)
    assert 0 < run.reached <= run.precision == 0.02
    assert max(half / mean for mean, half in zip(*run.population, strict=True)) <= run.reached
    assert run.events == pytest.approx(run.time * (rates["on"] + rates["off"]), rel=0.02)


def test_snapshots_of_a_batch_are_met_at_even_times(run):
    states = np.concatenate([batch.states for batch in run.batches])
    assert {len(batch.states) for batch in run.batches} == {128}
    assert (states.sum(axis=1) == 5).all()
    assert states.mean(axis=0) == pytest.approx([3, 2], rel=0.03)
    assert states.var(axis=0) == pytest.approx([5 * 0.6 * 0.4] * 2, rel=0.1)  # binomial


def test_fewer_snapshots_are_kept_of_large_states(monkeypatch):
    monkeypatch.setattr(running, "MOST_KEPT", 64 * 2 * 10)
    assert {len(batch.states) for batch in long_run(view(SWITCH), 2, Control(), 0.05).batches} == {10}
    monkeypatch.setattr(running, "MOST_KEPT", 1)
    assert {len(batch.states) for batch in long_run(view(SWITCH), 2, Control(), 0.05).batches} == {1}


def test_a_run_goes_on_until_it_is_as_precise_as_asked(run):
    closer = long_run(view(SWITCH), 2, Control(), 0.005)
    assert closer.reached <= 0.005
    assert closer.events > 4 * run.events
    with pytest.raises(LimitReached, match=r"the means are known to [\d.]+ %, not 0.5 %"):
        long_run(view(SWITCH), 2, Control(), 0.005, most_events=closer.events // 2)
    surer = long_run(view(SWITCH), 2, Control(), 0.02, confidence=0.999)
    assert surer.confidence == 0.999
    assert surer.reached <= 0.02


def test_what_could_happen_and_never_did_is_told():
    text = "A = (a, 1).B + (rare, 1e-9).R; B = (b, 2).A; R = (back, 1).A; L = (still, 1).L; A || L"
    found = long_run(view(text), 1, Control(), 0.05)
    assert found.unseen == ("rare", "back")
    assert found.notes[0].startswith("rare, back never happened after the warm-up")
    many = "A = (a, 1).A" + "".join(f" + (r{i}, 1e-9).R" for i in range(7)) + "; R = (back, 1).A; A"
    assert "r4 and 3 more never happened" in long_run(view(many), 1, Control(), 0.05).notes[0]
    assert long_run(view(SWITCH), 2, Control(), 0.05).notes == ()


def failing(crash, mend):
    """Return a component that works at rate 1 and is down for crash / (crash + mend) of the time."""
    return view(f"A = (work, 1).A + (crash, {crash}).D; D = (mend, {mend}).A; A")


@pytest.mark.parametrize("seed", [10, 34, 43])
def test_what_came_a_few_times_is_not_taken_to_be_rare(seed):
    with pytest.raises(
        LimitReached
    ):  # down for a twentieth of the time, and for less than a hundredth of what was seen
        long_run(failing(0.0005, 0.01), seed, Control(), 0.05, most_events=60_000)


def test_a_rare_mean_lies_in_its_interval_as_often_as_another():
    crash, mend = 0.0001, 0.0125
    runs = [long_run(failing(crash, mend), seed, Control()) for seed in range(12)]
    down = [(run.population[0][1], run.population[1][1]) for run in runs if not run.unseen]
    assert len(down) > 8
    assert sum(abs(mean - crash / (crash + mend)) <= half for mean, half in down) >= len(down) - 1


def test_how_often_it_came_decides_what_a_rare_mean_may_weigh():
    def known(times, small, half):
        values = np.zeros((60, 2))
        values[:, 0] = 1.0
        values[: 2 * times : 2, 1] = small
        means = values.mean(axis=0)
        return _rare_is_known(values, means, np.array([half, half]), np.array([False, True]), 2, 0.95)

    assert not known(2, 0.1, 0.01)  # 0.003, and perhaps 0.012
    assert known(2, 0.0001, 0.01)
    assert known(FEWEST, 0.1, 0.01)
    assert known(0, 0.0, 0.0)
    assert not known(2, 0.1, 0.0)
