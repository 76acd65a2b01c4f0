"""Simulation against exact answers, its confidence, its seeds and its ends."""

from dataclasses import replace

import numpy as np
import pytest

from pepa.control.control import Control, LimitReached
from pepa.control.error import PepaError
from pepa.markov.transient.transient import transient
from pepa.population.population import population
from pepa.population.program import scalar_rates
from pepa.query.analysis import compile_text
from pepa.query.rewards import member_counts
from pepa.query.series import simulated_series
from pepa.query.time_report import long_run_report
from pepa.simulation import ensemble as ensembles
from pepa.simulation.ensemble import blocks, ensemble, intervals
from pepa.simulation.long_run import long_run
from pepa.simulation.path import PathSimulator, path_events
from tests.models import MODELS, derive, model_text, solve

DEAD = "P = (a, 1).Q; Q = (b, 1).P; R = (a, 1).S; S = (d, 1).S;\nP <a, b, d> R"


IN_TURN = """
P0 = (b, 1).P1; P1 = (a, infty).P2; P2 = (a, 2).P0; R0 = (a, 1.5).R0;
S0 = (a, 3).S1; S1 = (c, 1).S0; T0 = (a, 2).T0;
((P0 <a> R0) || S0) <a> T0
"""


def view(text, **overrides):
    return population(compile_text(text, overrides).net, fluid=False)


def simulated(text, time, replications, seed=1, processes=1, **overrides):
    shown = view(text, **overrides)
    return ensemble(shown, time, seed, list(blocks(shown, time, replications, seed, Control(), processes)))


@pytest.mark.parametrize("replications", [40, 400])  # one by one; together
@pytest.mark.parametrize("name", ["vm_launch", "web_service", "alternating_bit"])
def test_means_over_time_are_the_exact_ones(name, replications):
    time = np.linspace(0, 20, 5)
    found = simulated(model_text(name), time, replications)
    derived = derive(model_text(name))
    (mean, half), _ = intervals(found, 0.9999)
    for index, moment in enumerate(transient(derived.chain, time, Control())):
        for row, held in enumerate(found.names):
            exact = moment.probability @ member_counts(derived.space, held)
            assert abs(mean[row, index] - exact) <= half[row, index] + 4 / replications


def test_bands_cover_the_exact_value_as_often_as_they_say():
    text, time = model_text("machine_repair"), np.array([0.0, 4.0])
    derived = derive(text)
    *_, moment = transient(derived.chain, time, Control())
    exact = moment.probability @ member_counts(derived.space, "Down")
    shown = view(text)
    row = list(shown.held).index("Down")
    covered = 0
    for seed in range(300):
        found = ensemble(shown, time, seed, list(blocks(shown, time, 100, seed, Control())))
        (mean, half), _ = intervals(found)
        covered += abs(mean[row, -1] - exact) <= half[row, -1]
    assert 0.91 <= covered / 300 <= 0.985


def test_a_seed_fixes_the_figures_whatever_runs_them(monkeypatch):
    time = np.linspace(0, 5, 3)
    monkeypatch.setattr(ensembles, "BLOCK", 100)
    one = simulated(model_text("vm_launch"), time, 250, seed=7)
    again = simulated(model_text("vm_launch"), time, 250, seed=7)
    other = simulated(model_text("vm_launch"), time, 250, seed=8)
    assert (one.population == again.population).all()
    assert (one.population != other.population).any()
    assert one.replications == 250


def test_processes_change_nothing():
    time = np.linspace(0, 2, 3)
    one = simulated(model_text("machine_repair"), time, 1100, seed=3)
    two = simulated(model_text("machine_repair"), time, 1100, seed=3, processes=2)
    assert (one.population == two.population).all()
    assert one.events == two.events


def test_populations_are_conserved_and_throughputs_are_the_rates_there():
    time = np.linspace(0, 30, 4)
    found = simulated(model_text("machine_repair"), time, 200, n=7)
    rows = [found.names.index("Up"), found.names.index("Down")]
    assert (found.population[rows].sum(axis=0) == 7).all()
    rate, up = found.throughput[found.actions.index("breakdown")], found.population[rows[0]]
    assert rate == pytest.approx(up * found.view.net.parameters["fail"].value)


@pytest.mark.parametrize("replications", [5, 100])
def test_a_deadlock_stays_where_it_is(replications):
    found = simulated(DEAD, np.linspace(0, 200, 3), replications)
    assert (found.population[found.names.index("Q"), -1] == 1).all()


@pytest.mark.parametrize("name", ["machine_repair", "vm_launch"])
def test_a_long_run_is_the_steady_state(name):
    exact = solve(model_text(name)).measures
    found = long_run(view(model_text(name)), 3, Control(), 0.03)
    for names, values, known in (
        (found.names, found.population, exact.population),
        (found.actions, found.throughput, exact.throughput),
    ):
        for label, mean, half in zip(names, *values, strict=True):
            assert abs(mean - known[label]) <= 2.5 * half + 1e-9, label
    assert found.reached <= 0.03
    assert len(found.batches) >= 20


def test_a_long_run_that_is_not_precise_is_no_answer():
    with pytest.raises(LimitReached, match="the means are known to"):
        long_run(view(model_text("vm_launch")), 1, Control(), 1e-4, most_events=60_000)
    with pytest.raises(PepaError, match="deadlock"):
        long_run(view(DEAD), 1, Control())


def test_a_simulation_can_be_cancelled():
    class Stop(Exception):
        pass

    def stop(_):
        raise Stop

    with pytest.raises(Stop):
        list(blocks(view(model_text("vm_launch"), Q=1000), np.array([0.0, 1e6]), 500, 1, Control(report=stop)))
    with pytest.raises(Stop):
        long_run(view(model_text("vm_launch")), 1, Control(report=stop), 1e-6)


def test_a_path_steps_one_event_at_a_time():
    simulator = PathSimulator(view(model_text("machine_repair"), n=3), 5)
    path = simulator.start()
    for _ in range(50):
        before, time = list(path.counts), path.time
        move = simulator.step(path)
        assert path.time > time
        assert np.array(path.counts) - before == pytest.approx(simulator.population.change[move])


@pytest.mark.parametrize("text", [*(path.read_text() for path in MODELS), IN_TURN], ids=str.__len__)
def test_each_event_works_out_again_every_rate_it_changes(text):
    simulator = PathSimulator(view(text), 3)
    path, rates = simulator.start(), scalar_rates(simulator.population)
    for _ in range(400):
        simulator.step(path)
        assert path.rates == pytest.approx(rates(path.counts), rel=1e-12)


def test_what_does_not_fit_the_memory_is_refused():
    with pytest.raises(LimitReached, match=r"100,000,000 replications at 1,001 points take 5,600 GiB"):
        list(blocks(view(DEAD), np.linspace(0, 1, 1001), 10**8, 1, Control()))
    wide = "".join(f"P{i} = (a{i}, 1).P{(i + 1) % 5000};\n" for i in range(5000)) + "P0"
    with pytest.raises(LimitReached, match="5,000 local derivatives with 5,000 moves"):
        view(wide)


def test_zero_replications_are_refused():
    with pytest.raises(PepaError, match="zero replications"):
        list(blocks(view(DEAD), np.array([0.0, 1.0]), 0, 1, Control()))


def test_leaps_agree_with_the_fluid_where_populations_are_large_and_are_fewer():
    text, time = model_text("machine_repair"), np.array([0.0, 5.0, 30.0])
    shown = view(text, n=9000, c=3000)
    found = ensemble(shown, time, 1, list(blocks(shown, time, 200, 1, Control(), leap=True)))
    (mean, half), _ = intervals(found)
    down = found.names.index("Down")
    assert mean[down, -1] == pytest.approx(1000, abs=4 * half[down, -1] + 1)
    assert found.population[down, -1].var() == pytest.approx(1000 * 8 / 9, rel=0.35)  # binomial
    assert (found.population >= 0).all()
    rate = found.throughput[found.actions.index("repair"), -1].mean()
    assert rate == pytest.approx(800, rel=0.01)


@pytest.mark.parametrize("replications", [60, 1000])
def test_leaps_are_off_by_no_more_than_they_say(replications):
    time = np.array([0.0, 1.0, 4.0, 12.0])
    model = compile_text("A = (die, 1).B; B = (rot, 1e-9).A;\nA[20000]").net
    series, found = simulated_series(model, time, replications, 2, Control(), leap=True, expressions=["population(A)"])
    alive = found.population[found.names.index("A")]
    assert (alive >= 0).all()
    assert (found.population.sum(axis=0) == 20_000).all()
    for mean, half in (
        (series.population["A"], series.population_margin["A"]),
        (series.throughput["die"], series.throughput_margin["die"]),
        (series.measures["population(A)"], series.measures_margin["population(A)"]),
    ):
        assert (np.abs(mean - 20_000 * np.exp(-time)) <= 1.5 * half).all()
    assert series.population_margin["A"][1] < 40


def test_what_halving_the_leaps_changes_is_added_to_what_chance_may():
    found = simulated(model_text("machine_repair"), np.array([0.0, 3.0]), 40)
    plain = intervals(found)
    moved = replace(found, coarse=(found.population + 0.5, found.throughput - 0.25))
    for (mean, half), (same, wider), change in zip(plain, intervals(moved), (0.5, 0.25), strict=True):
        assert same == pytest.approx(mean)
        assert wider == pytest.approx(half + change, abs=1e-6)


def test_leaps_of_a_few_events_are_refused():
    text = "P = (a, 1).Q; Q = (b, 0.02).P; R = (a, 3).R1; R1 = (c, 100).R;\nP[1000] <a> R[100]"
    with pytest.raises(PepaError, match=r"the leaps take \d.\d events only"):
        simulated_series(compile_text(text).net, np.array([0.0, 20.0]), 100, 5, Control(), leap=True)


def test_leaps_are_refused_where_they_gain_nothing():
    with pytest.raises(PepaError, match="CM, N, TC have fewer than 100 copies"):
        simulated_series(
            compile_text(model_text("vm_launch"), {"Q": 500}).net, np.array([0.0, 1.0]), 10, 1, Control(), leap=True
        )


def test_a_recorded_path_is_that_of_its_seed():
    shown = view(model_text("machine_repair"))
    events = path_events(shown, 9, 30)
    assert events == path_events(shown, 9, 30)
    assert [event.time for event in events] == sorted(event.time for event in events)
    assert events[0].action == "breakdown"
    assert events[0].left == ("Up",)
    assert len(path_events(view(DEAD), 1, 50)) < 50


RARE = "A = (a, 1).B + (rare, r).R; B = (b, 2).A; R = (back, 1).A; A"


def test_what_is_asked_for_is_as_precise_as_asked_however_small_it_is():
    shown = view("r = 0.002;\n" + RARE)
    place = list(shown.doing).index("rare")
    for asked, within in ((), False), (("rare",), True):
        found = long_run(shown, 3, Control(), 0.05, asked=asked)
        mean, half = (float(part[place]) for part in found.throughput)
        assert (half <= 0.05 * mean) is within
    exact = 0.002 / (1.5 + 0.002)
    assert abs(mean - exact) < 3 * half
    with pytest.raises(LimitReached, match="not all seen yet"):
        long_run(view("r = 1e-9;\n" + RARE), 3, Control(), 0.05, most_events=200_000, asked=("rare",))


def test_what_was_never_seen_has_a_limit_and_no_half_width():
    found = long_run(view("r = 1e-7;\n" + RARE), 1, Control(), 0.05)
    report = long_run_report(found, [*found.names, *found.actions], Control())
    rare, place = report["throughput"]["rare"], report["population"]["R"]
    assert rare["mean"] == place["mean"] == 0
    assert np.isnan(rare["half_width"])
    assert np.isnan(place["half_width"])
    assert rare["below"] == pytest.approx(3.0 / found.time, rel=0.01)
    assert "below" not in report["throughput"]["a"]
