"""Measures over time by every method, against the closed form of members that do not cooperate."""

import numpy as np
import pytest
from scipy.stats import binom, t

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.query.analysis import compile_text, derive_net
from pepa.query.series import ROUGH, exact_series, fluid_series, quantiles, simulated_series, times
from tests.models import MODELS, derive

MEMBERS, UP, DOWN = 12, 0.5, 1.5
TEXT = f"On = (fail, {DOWN}).Off; Off = (mend, {UP}).On;\nOn[{MEMBERS}]"
PAIRS = "P = (a, 1).Q; Q = (b, 1).P; R = (a, 2).S; S = (c, 1).R;\n(P <a> R)[4]"


def net(text=TEXT):
    return compile_text(text).net


def share_on(time):
    long_run = UP / (UP + DOWN)
    return long_run + (1 - long_run) * np.exp(-(UP + DOWN) * time)


TIME = times(3.0, 30)


def test_times_are_evenly_spaced_from_zero():
    assert times(2.0, 4).tolist() == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert len(times(1.0, 100_000)) == 100_001


@pytest.mark.parametrize(
    ("until", "points", "said"),
    [
        (0.0, 10, "must be positive, not 0"),
        (-1.0, 10, "must be positive, not -1"),
        (np.inf, 10, "must be positive, not inf"),
        (np.nan, 10, "must be positive, not nan"),
        (1.0, 0, "nothing to show at 0 points"),
        (1.0, 100_001, "100,001 points are more than 100,000"),
    ],
)
def test_times_that_are_none(until, points, said):
    with pytest.raises(PepaError, match=said):
        times(until, points)


@pytest.mark.parametrize("tolerance", [1e-9, 1e-2])
def test_exact_values_are_within_their_proved_error(tolerance):
    found = exact_series(derive_net(compile_text(TEXT), Control()), TIME, Control(), tolerance)
    expected = MEMBERS * share_on(TIME)
    assert list(found.population) == ["On", "Off"]
    for name, value in (("On", expected), ("Off", MEMBERS - expected)):
        assert np.all(np.abs(found.population[name] - value) <= found.population_margin[name] + 1e-12)
    assert found.throughput["fail"] == pytest.approx(DOWN * expected, abs=30 * tolerance)
    assert found.population_margin["On"].max() <= MEMBERS * tolerance
    assert found.margin == "proved error"


def test_the_proved_error_of_composites_is_that_of_all_they_hold():
    derived = derive_net(compile_text(PAIRS), Control())
    found = exact_series(derived, times(5.0, 5), Control(), 1e-4)
    assert found.population["P"] + found.population["Q"] == pytest.approx(np.full(6, 4.0), abs=1e-3)
    assert set(found.population_margin) == {"P", "Q", "R", "S"}
    last = float(found.notes[-1].removeprefix("the errors of all probabilities add up to at most "))
    assert found.population_margin["Q"][-1] == pytest.approx(4 * last, rel=0.1)


def test_an_end_of_change_is_told():
    derived = derive_net(compile_text(TEXT), Control())
    said = "the distribution stopped changing before the end: by less than the error from there to the end"
    assert said in exact_series(derived, times(500.0, 10), Control()).notes
    assert said not in exact_series(derived, times(0.5, 10), Control()).notes


def test_the_fluid_of_free_members_has_the_exact_mean_and_band():
    found = fluid_series(net(), TIME, Control())
    share = share_on(TIME)
    assert found.series.population["On"] == pytest.approx(MEMBERS * share, rel=1e-5)
    assert found.series.throughput["mend"] == pytest.approx(UP * MEMBERS * (1 - share), rel=1e-4, abs=1e-6)
    band = 2 * binom.std(MEMBERS, share)
    assert found.series.population_margin["On"] == pytest.approx(band, rel=1e-3, abs=1e-3)
    assert found.series.population_margin["Off"] == pytest.approx(band, rel=1e-3, abs=1e-3)
    assert found.series.margin == "two standard deviations (linear noise)"
    assert (found.switches, found.doubts, found.series.notes) == ((), (), ())


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
@pytest.mark.parametrize("until", [1.0, 100.0])
def test_every_shipped_model_has_a_band_of_numbers(path, until):
    found = fluid_series(net(path.read_text()), times(until, 10), Control()).series
    for name, margin in found.population_margin.items():
        assert (np.isfinite(margin) | (found.population[name] == 0)).all()  # of who is drained there is none
        assert margin[0] == 0
    assert found.margin


def test_a_band_that_is_no_number_is_left_out(monkeypatch):
    monkeypatch.setattr("pepa.query.series.covariances", lambda path, _: np.full((len(path.time), 2, 2), np.nan))
    found = fluid_series(net(), TIME, Control()).series
    assert (found.population_margin, found.margin) == ({}, "")
    assert found.notes == ("the noise grows beyond all numbers: there is no band",)


def test_a_fluid_without_band_has_no_margin():
    found = fluid_series(net(PAIRS), times(1.0, 3), Control(), band=False)
    assert (found.series.population_margin, found.series.margin, found.doubts) == ({}, "", ())
    assert found.series.brief == ()


def test_doubts_are_told_by_reason():
    few = "P = (a, 1).Q; Q = (b, 1).P; R = (a, 1).S; S = (b, 1).R;\nP[2] <a> R[2]"
    series = fluid_series(net(few), times(4.0, 4), Control()).series
    notes = series.notes
    assert series.brief == (ROUGH,)
    assert len(notes) == 2
    assert notes[0] == "mean and band are unreliable at a: few copies of P, R take part"
    assert notes[1].startswith("mean and band are unreliable at a: two partners limit it about equally")


@pytest.mark.parametrize("leap", [False, True])
def test_simulated_means_are_within_their_confidence(leap):
    text = TEXT if not leap else TEXT.replace(f"[{MEMBERS}]", "[12000]")
    size = 12_000 if leap else MEMBERS
    series, found = simulated_series(net(text), TIME, 400, 5, Control(), level=0.999, leap=leap)
    expected = size * share_on(TIME)
    assert np.all(np.abs(series.population["On"] - expected) <= series.population_margin["On"] + 1e-2 * leap * size)
    assert series.population["On"] + series.population["Off"] == pytest.approx(np.full(31, float(size)))
    assert series.method == ("simulation, tau-leaping" if leap else "simulation")
    assert series.margin.startswith("99.9 % confidence")
    assert series.notes == (f"400 replications, {found.events:,} events, seed 5",)


def test_the_level_widens_the_interval_as_student_says():
    wide, _ = simulated_series(net(), TIME, 50, 1, Control(), level=0.99)
    narrow, _ = simulated_series(net(), TIME, 50, 1, Control(), level=0.9)
    ratio = t.ppf(0.995, 49) / t.ppf(0.95, 49)
    seen = narrow.population_margin["On"] > 0
    assert seen.any()
    assert wide.population_margin["On"][seen] / narrow.population_margin["On"][seen] == pytest.approx(
        np.full(int(seen.sum()), ratio)
    )


def test_one_replication_has_no_confidence():
    series, _ = simulated_series(net(), TIME, 1, 1, Control())
    assert series.margin == ""


def test_quantiles_are_over_the_replications():
    _, found = simulated_series(net(), TIME, 2000, 3, Control())
    low, middle, high = quantiles(found, (0.05, 0.5, 0.95))["On"]
    share = share_on(TIME[-1])
    for value, level in ((low[-1], 0.05), (middle[-1], 0.5), (high[-1], 0.95)):
        assert abs(value - binom.ppf(level, MEMBERS, share)) <= 1
    assert low[0] == high[0] == MEMBERS


@pytest.mark.parametrize("text", [TEXT, PAIRS, TEXT + " || On"])
def test_leaping_is_refused_where_there_are_few(text):
    with pytest.raises(PepaError, match="has fewer than 100 copies"):
        simulated_series(net(text), TIME, 10, 1, Control(), leap=True)


def test_a_throughput_has_a_proved_error_too():
    """Followed coarsely it is off by no more than is said."""
    derived = derive("N = 4; P = (go, 1.0).Q; Q = (back, 2.0).P; P[N]")
    at = times(3.0, 6)
    found = exact_series(derived, at, Control(), 1e-3)
    share = (1 - np.exp(-3 * at)) / 3
    for action, expected in (("go", 4 * (1 - share)), ("back", 8 * share)):
        assert (np.abs(found.throughput[action] - expected) <= found.throughput_margin[action] + 1e-12).all()
        assert 0 < found.throughput_margin[action][-1] < 1e-2


def test_a_curve_is_found_by_its_name_whatever_the_method():
    """Who come and go alone: their rate is 1 for each member there, by every method and at every time."""
    compiled = compile_text("P = (leave, 1).Q; Q = (back, 2).P; P[4]")
    at, asked = times(1.0, 2), ["population(Q) / 4"]
    found = (
        exact_series(derive_net(compiled, Control()), at, Control(), expressions=asked),
        fluid_series(compiled.net, at, Control(), expressions=asked).series,
        simulated_series(compiled.net, at, 200, 1, Control(), expressions=asked)[0],
    )
    for series in found:
        assert series.names == ("P", "Q", "leave", "back")
        members, leaving, share = (series.curve(name) for name in ("P", "leave", asked[0]))
        assert (members.per_time, leaving.per_time, share.per_time) == (False, True, False)
        assert leaving.values == pytest.approx(members.values, rel=1e-6)
        assert share.values == pytest.approx(1 - members.values / 4, rel=1e-6, abs=1e-9)
        assert members.margin is not None
        assert series.curve("nobody") is None
