"""A model followed from where one wants and through changes, against closed forms and matrix exponentials."""

import numpy as np
import pytest
from scipy.linalg import expm

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.markov.space.carrying import carried
from pepa.query.analysis import compile_text, derive_net, solve_derived
from pepa.query.rewards import member_counts
from pepa.query.series import exact_series
from pepa.query.stages import Stage, accumulated, change, followed, start
from tests.cli.command import VM_LAUNCH, answer
from tests.models import derive, model_text

TURNING = "r = 1.0; s = 2.0; n = 2; P = (go, r).Q; Q = (back, s).P; P[n]"
TIMES = np.linspace(0.0, 4.0, 9)


def series(text, changes=(), begin="init", times=TIMES):
    altered = [change(one) for one in changes]
    derived = derive_net(compile_text(text), Control())
    stages = [Stage(0.0, derived)]
    for one, values in zip(altered, accumulated(altered), strict=True):
        stages.append(Stage(one.time, derive_net(compile_text(text, values), Control(), stages[-1].derived)))
    along = followed(stages, start(begin, derived, Control()), times, Control(), 1e-9)
    return exact_series(derived, times, Control(), moments=along)


def relaxed(value, time, r=1.0, s=2.0):
    """The share in Q after a time, of one that was `value`."""
    rest = r / (r + s)
    return rest + (value - rest) * np.exp(-(r + s) * time)


def test_a_rate_that_changes_on_the_way():
    found = series(TURNING, ["1.5: r=5", "3: s=0.5"])
    first = relaxed(0.0, np.minimum(TIMES, 1.5))
    then = relaxed(first, np.clip(TIMES - 1.5, 0, 1.5), r=5.0)
    last = relaxed(then, np.maximum(TIMES - 3.0, 0), r=5.0, s=0.5)
    assert found.population["Q"] == pytest.approx(2 * last, abs=1e-9)
    assert found.throughput["go"][3] == pytest.approx(5 * (2 - 2 * last[3]), rel=1e-8)  # at its time it has been made
    assert (found.population_margin["Q"] < 1e-8).all()


def test_members_that_come_begin_where_their_array_begins():
    found = series(TURNING, ["2: n=5"])
    old = relaxed(0.0, TIMES)
    new = np.where(TIMES >= 2, relaxed(0.0, np.maximum(TIMES - 2, 0)), 0.0)
    assert found.population["Q"] == pytest.approx(2 * old + 3 * new, abs=1e-9)
    one = series(TURNING.replace("n = 2", "n = 1"), ["2: n=2"])  # a lone component is kept otherwise than an array
    assert one.population["Q"] == pytest.approx(old + new, abs=1e-9)


def test_the_long_run_stays_as_it_is_and_a_filter_is_a_part_of_it():
    found = series(TURNING, begin="steady")
    assert found.population["Q"] == pytest.approx(np.full(9, 2 / 3), abs=1e-9)
    derived = derive(TURNING)
    inside = start("Q >= 1", derived, Control())
    assert inside.probability == pytest.approx(np.array([0, 4, 1]) / 5, abs=1e-12)
    assert inside.words.startswith("from the 2 states where Q >= 1")
    assert start("Q = 2", derived, Control()).probability.tolist() == [0.0, 0.0, 1.0]


def test_a_whole_model_from_some_states_against_a_matrix_exponential():
    derived = derive(model_text("vm_launch"), Q=2)
    begin = start("User3 >= 1 & CM = 1", derived, Control())
    exact = solve_derived(derived, Control()).steady.probability
    assert begin.probability.sum() == pytest.approx(1.0)
    assert begin.probability == pytest.approx(
        np.where(begin.probability > 0, exact, 0) / exact[begin.probability > 0].sum()
    )
    rates = derived.chain.dense()
    wanted = begin.probability @ expm((rates - np.diag(rates.sum(axis=1))) * 3.0)
    *_, (_, last) = followed([Stage(0.0, derived)], begin, np.array([0.0, 3.0]), Control(), 1e-9)
    assert np.abs(last.probability - wanted).sum() <= last.error + 1e-10


@pytest.mark.parametrize(
    ("changes", "begin", "said"),
    [
        (["2: n=1"], "init", "which of them go"),
        (["n=1"], "init", "is no change"),
        (["0: n=3"], "init", "none on the way"),
        (["2 n"], "init", "is no change"),
        ([], "Q", "where something is true"),
        ([], "Q = 7", "no reachable state"),
    ],
)
def test_what_has_no_meaning(changes, begin, said):
    with pytest.raises(PepaError, match=said):
        series(TURNING, changes, begin)


def test_as_a_user_asks_for_it():
    status, found = answer("transient", VM_LAUNCH, "Q=2", "--from", "steady", "--change", "5: Q=3 r18=0.1",
                           "--until", "10", "--points", "2", "--measure", "User3")  # fmt: skip
    assert status == 0
    assert found["started"] == "from the long run"
    assert found["changes"] == [{"time": 5.0, "values": {"Q": 3.0, "r18": 0.1}}]
    before, at, after = found["population"]["User3"]
    assert before == pytest.approx(at, abs=1e-9)  # the one that comes begins as a User
    assert after < before


def test_states_of_several_words_are_matched():
    """An array whose counts take more than one word, but whose members never move, beside one that does."""
    still = "X = (x, 1.0).Y; Y = (x, 1.0).Z; Z = (x, 1.0).V; V = (x, 1.0).X; N = (rest, 1.0).N; "
    text = TURNING.replace("P[n]", f"{still} P[n] || (X[500000] <x> N)")
    small, large = (derive(text, n=n) for n in (2, 4))
    assert small.space.words.shape[0] > 1
    found = carried(np.array([0.2, 0.3, 0.5]), small.space, large.space)
    held = member_counts(large.space, "P")
    assert {int(held[state]): found[state] for state in np.flatnonzero(found)} == {4: 0.2, 3: 0.3, 2: 0.5}
