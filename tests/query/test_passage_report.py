"""What is printed of a passage, and the figures measures ask of it, against closed forms; every stated error holds."""

import math

import numpy as np
import pytest
from scipy import stats

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.markov.transient.transient import transient
from pepa.query.accumulated import Accumulating, Earning, on_the_way
from pepa.query.analysis import compile_text
from pepa.query.earned import earned
from pepa.query.passage import passage, questions
from pepa.query.passage_figures import ByChain, Sampled, by_sample
from pepa.query.passage_report import passage_report
from tests.models import derive

STAGES = "S = (go, 0.1).A; A = (a, 2).B; B = (b, 2).C; C = (c, 2).S; S"  # three stages at rate 2: Erlang
FORKED = """
S = (go, 0.1).A; A = (left, 1).L + (right, 3).R; L = (tick, 2).L1; L1 = (home, 5).S; R = (tock, 6).R1; R1 = (home, 5).S;
S
"""
ENDING = "S = (go, 1).A; A = (left, 4).L; L = (l, 2).L; S"
ERLANG = stats.gamma(3, scale=1 / 2)


def of(text, begin, *ends, **how):
    return passage(compile_text(text), questions(begin, list(ends), **how), Control())


def reported(text, begin, *ends, shares=(0.5, 0.9), points=10, until=None, tolerance=1e-9, rewards=()):
    return passage_report(of(text, begin, *ends), "model", shares, points, until, tolerance, rewards)


@pytest.mark.parametrize("until", [None, 0.4, 20.0])
def test_a_passage_of_stages_is_reported_as_it_is(until):
    """Whether the curve is cut before the quantiles or goes on long after them."""
    found = reported(STAGES, "go", "c", until=until)
    assert (found["kind"], found["from"], found["to"], found["member"]) == ("exact", "go", ["c"], None)
    assert (found["states"], found["states_on_the_way"], found["never"]) == (4, 3, 0)
    assert found["mean"] == pytest.approx(1.5, rel=1e-12)
    assert found["variance"] == pytest.approx(0.75, rel=1e-12)
    assert found["standard_deviation"] == pytest.approx(math.sqrt(0.75), rel=1e-12)
    assert found["probability"] == 1
    assert 0 <= found["relative_error"]["mean"] < 1e-9
    assert found["ends"][0]["mean"] == found["mean"]
    for one, share in zip(found["quantiles"], (0.5, 0.9), strict=True):
        assert one["share"] == share
        assert one["time"] == pytest.approx(ERLANG.ppf(share), rel=1e-6)
        assert one["low"] <= ERLANG.ppf(share) <= one["high"]
    curve = found["curve"]
    assert len(curve["time"]) == 11
    assert curve["time"][-1] == pytest.approx(until or ERLANG.ppf(0.99), rel=0.05)
    times = np.array(curve["time"])
    assert curve["distribution"] == pytest.approx(ERLANG.cdf(times), abs=1e-8)
    assert curve["density"] == pytest.approx(ERLANG.pdf(times), abs=1e-7)
    assert np.abs(np.array(curve["distribution"]) - ERLANG.cdf(times)).max() <= curve["error"] + 1e-15
    assert curve["by_end"] == [curve["distribution"]]


def test_ends_are_reported_each_by_itself():
    found = reported(FORKED, "go", "tick", "tock", shares=(0.25, 0.999), points=20)
    left, right = found["ends"]
    assert (left["name"], right["name"]) == ("tick", "tock")
    assert (left["probability"], right["probability"]) == pytest.approx((1 / 4, 3 / 4), rel=1e-12)
    assert (left["mean"], right["mean"]) == pytest.approx((1 / 4 + 1 / 2, 1 / 4 + 1 / 6), rel=1e-12)
    assert (left["variance"], right["variance"]) == pytest.approx((1 / 16 + 1 / 4, 1 / 16 + 1 / 36), rel=1e-11)
    assert found["mean"] == pytest.approx(1 / 4 * 3 / 4 + 3 / 4 * 5 / 12, rel=1e-12)
    times = np.array(found["curve"]["time"])
    by_left, by_right = np.array(found["curve"]["by_end"])
    assert by_left == pytest.approx((1 - 2 * np.exp(-2 * times) + np.exp(-4 * times)) / 4, abs=1e-8)
    assert by_right == pytest.approx(3 / 4 * (1 - 3 * np.exp(-4 * times) + 2 * np.exp(-6 * times)), abs=1e-8)
    assert found["curve"]["distribution"] == pytest.approx(by_left + by_right, rel=1e-12)
    assert np.array(found["curve"]["density_by_end"]).sum(axis=0) == pytest.approx(found["curve"]["density"], rel=1e-12)


def test_what_may_never_end_has_no_quantile_beyond_and_a_curve_all_the_same():
    found = reported("S = (go, 1).A; A = (left, 1).L + (right, 3).R; L = (l, 2).L; R = (r, 1).R; S", "A", "L",
                     shares=(0.2, 0.25, 0.5), points=8)  # fmt: skip
    assert found["probability"] == pytest.approx(1 / 4)
    assert found["never"] == pytest.approx(3 / 4)
    first, edge, beyond = found["quantiles"]
    assert first["time"] == pytest.approx(-math.log(1 - 0.8) / 4, rel=1e-6)
    assert (edge["high"], beyond["time"], beyond["low"]) == (None, None, None)
    assert max(found["curve"]["distribution"]) < 1 / 4


def test_what_never_happens_has_neither_figures_nor_a_curve():
    found = reported("S = (go, 1).A; A = (x, 1).A; L = (l, 1).L; S || L", "A", "S")
    assert (found["probability"], found["never"]) == (0, 1)
    assert found["mean"] is found["variance"] is found["curve"] is None


def test_what_is_earned_on_the_way_in_all_and_by_each_time():
    found = reported(STAGES, "go", "c", points=12, rewards=["A", "b", "2 * B - C", "visits(B = 1)"])
    values = {one["name"]: one for one in found["earned"]}
    for name, total in (("A", 0.5), ("b", 1.0), ("2 * B - C", 0.5), ("visits(B = 1)", 1.0)):
        assert values[name]["value"] == pytest.approx(total, rel=1e-12)
        assert 0 <= values[name]["error"] < 1e-9
    times = np.array(found["curve"]["time"])
    assert np.array(values["A"]["by_time"]) == pytest.approx((1 - np.exp(-2 * times)) / 2, abs=1e-8)
    done = stats.gamma(2, scale=1 / 2).cdf(times)  # two stages are over: b has happened
    assert np.array(values["b"]["by_time"]) == pytest.approx(done, abs=1e-8)
    exact = done - (stats.gamma(3, scale=1 / 2).cdf(times)) / 2  # of B and C: each 1/2 when its end has come
    assert np.array(values["2 * B - C"]["by_time"]) == pytest.approx(exact, abs=1e-8)
    assert np.abs(np.array(values["b"]["by_time"]) - done).max() <= max(values["b"]["error_by_time"]) + 1e-12


@pytest.mark.parametrize(("times", "tolerance"), [([0, 1, 2, 3], 1e-9), ([0, 0.3, 0.35, 7.0], 1e-6)])
def test_what_is_earned_by_uneven_times_is_off_by_no_more_than_is_said(times, tolerance):
    found = on_the_way(of(STAGES, "go", "c"), "1", np.array(times, float), tolerance)
    exact = [float(np.trapezoid(ERLANG.sf(at), at)) for at in (np.linspace(0, time, 20_001) for time in times)]
    assert found.value[0] == found.error[0] == 0
    assert np.abs(found.value - exact).max() <= found.error.max() + 1e-8
    assert (np.diff(found.error) >= 0).all()
    assert found.error.max() < 10 * tolerance


def test_nothing_is_earned_before_it_begins():
    total, derived = Accumulating("1", Control(), 1e-9), derive(STAGES)
    moments = list(transient(derived.chain, np.array([0.0, 2.0, 5.0]), Control(), 1e-9))
    total.add(moments[0])
    total.last = moments[0]
    total.add(moments[1])
    assert total.value == [0, 0]
    total.last = moments[1]
    total.begin(Earning(derived.chain, np.ones(4, bool), np.full(4, 2.0)))
    total.add(moments[2])
    assert total.value == pytest.approx([0, 0, 6.0])
    assert total.at(np.array([2.0, 5.0])).value == pytest.approx([0, 6.0])


@pytest.mark.parametrize(
    ("function", "number", "exact"),
    [
        ("passage", 0.0, 1.5),
        ("quantile", 0.5, ERLANG.ppf(0.5)),
        ("quantile", 0.99999, ERLANG.ppf(0.99999)),
        ("arrived", 1.2, ERLANG.cdf(1.2)),
        ("arrived", 0.0, 0.0),
        ("earned", "B", 0.5),
    ],
)
def test_figures_for_measures_and_their_largest_error(function, number, exact):
    figures = ByChain(lambda question: passage(compile_text(STAGES), question, Control()))
    found = figures(function, number, questions("go", ["c"]))
    assert found == pytest.approx(exact, rel=1e-6, abs=1e-12)
    assert abs(found - exact) <= figures.error * exact + 1e-13
    assert figures.error < 1e-5
    assert figures.lasting  # it starts in the long run
    worst = figures.error
    figures("passage", 0.0, questions("go", ["a"]))
    assert figures.error >= worst


def test_each_passage_is_made_once_and_one_from_given_states_rests_on_no_long_run():
    made = []

    def making(question):
        made.append(question)
        return passage(compile_text(ENDING), question, Control())

    figures = ByChain(making)
    for _ in range(3):
        figures("passage", 0.0, questions("S", ["L"]))
    assert len(made) == 1
    assert not figures.lasting


@pytest.mark.parametrize(
    ("begin", "end", "share", "expected"),
    [("S", "L", 0.5, None), ("A", "S", 0.5, math.inf), ("A", "S", 1e-9, math.inf)],
)
def test_a_quantile_of_what_may_never_come(begin, end, share, expected):
    figures = ByChain(lambda question: passage(compile_text(ENDING), question, Control()))
    found = figures("quantile", share, questions(begin, [end]))
    assert found == expected if expected else math.isfinite(found)


def test_simulated_figures_are_those_of_the_sample():
    net = compile_text(STAGES).net
    sampled = Sampled(net, 2_000, 1, Control())
    question = questions("go", ["c"])
    times = sampled(question).times
    assert sampled(question) is sampled(question)
    whole, without = by_sample(sampled, None, 4), by_sample(sampled, 1, 4)
    assert whole("passage", 0.0, question) == pytest.approx(times.mean())
    assert whole("quantile", 0.3, question) == pytest.approx(np.quantile(times, 0.3))
    assert whole("arrived", 1.0, question) == pytest.approx((times <= 1.0).mean())
    kept = np.r_[times[:500], times[1000:]]
    assert without("passage", 0.0, question) == pytest.approx(kept.mean())
    with pytest.raises(PepaError, match="exact"):
        whole("earned", "B", question)


def test_what_may_never_end_earns_nothing_that_could_be_told():
    with pytest.raises(PepaError, match="it never ends"):
        earned(of("S = (go, 1).A; A = (l, 1).L + (r, 3).R; L = (x, 2).L; R = (y, 1).R; S", "A", "L"), "A")
