"""What is told of series, equilibria and long runs: against closed forms, and of names asked for alone."""

import math

import numpy as np
import pytest
from scipy.stats import binom

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.fluid.equilibrium import equilibrium
from pepa.fluid.ode import Fluid
from pepa.net.compile import compile_model, load
from pepa.population.population import population
from pepa.query.series import fluid_series, simulated_series, times
from pepa.query.time_report import (
    equilibrium_report,
    fluid_report,
    long_run_report,
    series_report,
    simulated_report,
)
from pepa.simulation.long_run import long_run
from tests.models import model_text

FREE = "On = (fail, 1.5).Off; Off = (mend, 0.5).On; On[40]"
SERVED = "C = (think, 1).W; W = (serve, 4).C; S = (serve, 4).S; C[{n}] <serve> S[{k}]"


def net_of(text):
    return compile_model(load(text)[0], {})


def at_rest(text, response=(), measures=()):
    fluid = Fluid(population(net_of(text), fluid=True))
    return equilibrium_report(fluid, equilibrium(fluid, Control()), response, Control(), measures)


def test_an_equilibrium_of_free_members_is_their_mean_with_its_deviation():
    told = at_rest(FREE, ["Off", "On"], ["population(On) / 40", "throughput(fail) - throughput(mend)"])
    assert told["reached"] is True
    assert told["population"] == pytest.approx({"On": 10, "Off": 30})
    assert told["throughput"] == pytest.approx({"fail": 15, "mend": 15})
    deviation = binom.std(40, 0.25)
    assert told["standard_deviation"] == pytest.approx({"On": deviation, "Off": deviation})
    assert [(one["states"], one["mean"]) for one in told["response_time"]] == [
        (["Off"], pytest.approx(2)), (["On"], pytest.approx(2 / 3)),
    ]  # fmt: skip
    assert list(told["measures"].values()) == [pytest.approx(0.25), pytest.approx(0, abs=1e-9)]
    assert told["slowest_eigenvalue"] == pytest.approx(-2, rel=1e-5)
    assert told["rank"] == [1, 1]
    assert told["closure"] is None  # nothing cooperates


def test_a_closure_is_told_where_all_groups_that_cooperate_are_of_several():
    told = at_rest(SERVED.format(n=30, k=3))
    assert told["population"]["W"] == pytest.approx(30 - 12)  # the servers bound it: 12 a time unit think
    closed = told["closure"]
    assert closed is not None
    assert closed["population"]["C"] + closed["population"]["W"] == pytest.approx(30)
    assert closed["standard_deviation"]["C"] == pytest.approx(closed["standard_deviation"]["W"])
    assert closed["throughput"]["think"] == pytest.approx(closed["population"]["C"], rel=1e-6)
    assert closed["throughput"]["serve"] == pytest.approx(closed["throughput"]["think"], rel=1e-5)
    assert at_rest(SERVED.format(n=30, k=2))["closure"] is None
    assert at_rest(SERVED.format(n=2, k=30))["closure"] is None


def test_where_there_is_no_equilibrium_there_is_a_verdict_and_no_figure():
    told = at_rest(model_text("vm_launch").replace("Q = 5;", "Q = 100;"), ["User1"], ["population(User1)"])
    assert told["reached"] is False
    assert told["population"] == told["throughput"] == told["measures"] == {}
    assert told["response_time"] == []
    assert "drifts for ever" in told["verdict"]


def test_who_is_drained_has_no_response_time():
    text = "P = (a, 1).Q; Q = (b, 1).P; R = (b, 9).R; P[100] <b> R[100]"
    assert at_rest(text, ["Q"])["response_time"][0]["mean"] == pytest.approx(1, rel=1e-6)
    passive = "P = (a, 1).Q; Q = (b, infty).P; R = (b, 9).R; P[20] <b> R[100]"
    with pytest.raises(PepaError, match="the fluid has nobody left waiting in Q") as caught:
        at_rest(passive, ["Q"])
    assert caught.value.hint == "solve the model exactly, or simulate it, for that response time"


# Over time


def test_a_fluid_says_its_size_and_where_what_limits_it_changes():
    found = fluid_series(net_of(SERVED.format(n=30, k=3)), times(4.0, 40), Control())
    told = fluid_report(found, ["W", "serve"])
    assert told["equations"] == 3
    assert told["evaluations"] > 10
    assert (list(told["population"]), list(told["throughput"])) == (["W"], ["serve"])
    (switch,) = told["switches"]  # W grows from nothing: 4 W < 12 until there are 3 of them
    assert switch["action"] == "serve"
    assert (switch["before"], switch["after"]) == (["W"], ["S"])
    index = int(np.searchsorted(told["time"], switch["time"]))
    waiting = told["population"]["W"]
    assert waiting[index - 1] <= 3 <= waiting[index]


def test_a_simulated_series_has_the_quantiles_and_deviation_of_its_replications():
    series, found = simulated_series(net_of(FREE), times(1.0, 2), 60, 4, Control(), expressions=["population(On) / 40"])
    told = simulated_report(series, found, ["Off", "mend"], 4)
    assert (told["replications"], told["seed"], told["events"], told["confidence"]) == (60, 4, found.events, 0.95)
    off = found.population[found.names.index("Off")].astype(float)  # (times, replications)
    assert told["population"] == {"Off": pytest.approx(off.mean(axis=1))}
    assert list(told["standard_deviation"]) == list(told["quantiles"]) == ["Off"]
    assert told["standard_deviation"]["Off"] == pytest.approx(off.std(axis=1))
    for share in (0.05, 0.5, 0.95):
        assert told["quantiles"]["Off"][str(share)] == pytest.approx(np.quantile(off, share, axis=1))
    assert told["measures"]["population(On) / 40"] == pytest.approx(1 - off.mean(axis=1) / 40)
    assert (list(told["throughput"]), list(told["throughput_margin"])) == (["mend"], ["mend"])


@pytest.mark.parametrize("replications", [7, 50, 60, 99, 130])
def test_an_expression_of_a_mean_is_that_mean_however_many_replications(replications):
    """Parts of them may be of unequal sizes: each replication counts the same."""
    texts = ["population(Off)", "mean(Off)", "throughput(fail)", "variance(Off)", "probability(Off >= 20)"]
    series, found = simulated_series(net_of(FREE), times(1.0, 2), replications, 4, Control(), expressions=texts)
    off = found.population[found.names.index("Off")].astype(float)
    assert series.measures["population(Off)"] == pytest.approx(series.population["Off"], rel=1e-6)
    assert series.measures["mean(Off)"] == pytest.approx(series.population["Off"], rel=1e-6)
    assert series.measures["throughput(fail)"] == pytest.approx(series.throughput["fail"], rel=1e-6)
    assert series.measures["variance(Off)"] == pytest.approx(off.var(axis=1))
    assert series.measures["probability(Off >= 20)"] == pytest.approx((off >= 20).mean(axis=1))
    own, parts = series.population_margin["Off"][1:], series.measures_margin["population(Off)"][1:]
    assert parts == pytest.approx(own, rel=1e-4 if replications <= 50 else 0.35)


def test_a_series_is_told_as_plain_lists_of_its_own_figures():
    found = fluid_series(net_of(FREE), times(2.0, 4), Control(), expressions=["population(On) * 2"]).series
    told = series_report(found, ["On", "mend", "fail"])
    assert told["time"] == [0.0, 0.5, 1.0, 1.5, 2.0]
    share = [0.25 + 0.75 * math.exp(-2 * time) for time in told["time"]]
    assert told["population"]["On"] == pytest.approx([40 * one for one in share], rel=1e-4)
    assert told["throughput"]["fail"] == pytest.approx([60 * one for one in share], rel=1e-4)
    assert told["throughput"]["mend"] == pytest.approx([20 * (1 - one) for one in share], rel=1e-4, abs=1e-6)
    assert told["population_margin"]["On"] == pytest.approx(
        [2 * binom.std(40, one) for one in share], rel=1e-3, abs=1e-3
    )
    assert told["measures"]["population(On) * 2"] == pytest.approx([80 * one for one in share], rel=1e-4)
    assert all(isinstance(one, float) for one in told["population"]["On"])


# Long runs

RARE = "P = (a, 1).Q; Q = (b, 2).P + (never, 1e-12).P; R = (c, 1).R; P || R"


@pytest.fixture(scope="module")
def rare():
    return long_run(population(net_of(RARE), fluid=False), 3, Control(), 0.05)


def test_what_was_enabled_and_never_seen_has_a_limit(rare):
    told = long_run_report(rare, [*rare.names, *rare.actions], Control())
    never = told["throughput"]["never"]
    assert never["mean"] == 0
    assert math.isnan(never["half_width"])
    assert never["below"] == pytest.approx(math.log(20) / (told["simulated_time"] - told["warm_up"]))
    assert "below" not in told["throughput"]["a"]


def test_what_cannot_vary_has_no_width_and_what_does_has_one(rare):
    told = long_run_report(rare, [*rare.names, *rare.actions], Control())
    assert told["population"]["R"] == {"mean": 1.0, "half_width": 0.0}
    assert told["population"]["P"]["mean"] == pytest.approx(2 / 3, rel=0.1)
    assert 0 < told["population"]["P"]["half_width"] < 0.05
    assert told["throughput"]["a"]["mean"] == pytest.approx(2 / 3, rel=0.1)
    assert told["batches"] == len(rare.batches)
    assert (told["seed"], told["precision"], told["replications"]) == (3, 0.05, 1)


def test_names_that_are_not_asked_for_are_left_out(rare):
    told = long_run_report(rare, ["Q", "b"], Control())
    assert (list(told["population"]), list(told["throughput"])) == (["Q"], ["b"])


def test_expressions_that_are_not_known_so_well_are_told_with_what_helps(rare):
    texts = ["population(Q)", "population(Q) - 1/3", "population(Q) * 0"]
    told = long_run_report(rare, [], Control(), texts, doubts=["first of all"])
    assert told["notes"][0] == "first of all"
    assert told["measures"]["population(Q)"]["mean"] == pytest.approx(1 / 3, rel=0.1)
    small = told["measures"]["population(Q) - 1/3"]
    said = [note for note in told["notes"] if "is known to" in note]
    assert len(said) == 1
    assert said[0].startswith(
        f"population(Q) - 1/3 is known to {100 * small['half_width'] / abs(small['mean']):.2g} % only"
    )
    assert said[0].endswith("not to the 5 % asked for: ask for a smaller --precision")
