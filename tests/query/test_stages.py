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
from pepa.query.stages import Stage, change, followed, stages, start, versions
from tests.cli.command import VM_LAUNCH, answer
from tests.models import derive, model_text

TURNING = "r = 1.0; s = 2.0; n = 2; P = (go, r).Q; Q = (back, s).P; P[n]"
TIMES = np.linspace(0.0, 4.0, 9)


def series(text, changes=(), begin="init", times=TIMES, others=None):
    altered = [change(one) for one in changes]
    derived, changed = (
        derive_net(compile_text(text), Control()),
        versions(text, {}, altered, (others or {}).__getitem__),
    )
    parts = stages(derived, changed, Control())
    along = followed(parts, start(begin, derived, Control()), times, Control(), 1e-9)
    return exact_series(derived, times, Control(), moments=along, later=[one.compiled.net for one in changed])


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


MENDED = """
r = 1.0; s = 2.0; n = 2; P = (go, r).Q; Q = (back, s).P + (fix, 0.5).R; R = (mend, 1.5).P;
M = (fix, infty).N; N = (rest, 3.0).M; P[n] <fix> M
"""
OTHERS = {
    "mended": MENDED,
    "less": "n = 2; P = (go, 1.0).P; P[n]",
    "else": "n = 2; Z = (go, 1.0).Z; Z[n]",
    "broken": "P = (go, 1.0.P; P",
}


def test_another_model_takes_over_the_components_that_both_have():
    """Until 1.5 two that turn; then one mender is there, and each in Q may come to be mended as well."""
    found = series(TURNING, ["1.5: mended", "3: r=4"], others=OTHERS)
    labels = [(p, q, m) for p in range(3) for q in range(3 - p) for m in (0, 1)]  # in P, in Q, the mender resting

    def generator(r):
        rates = np.zeros((len(labels),) * 2)
        for at, (p, q, m) in enumerate(labels):
            for then, rate in (
                ((p - 1, q + 1, m), r * p),
                ((p + 1, q - 1, m), 2.0 * q),
                ((p, q - 1, 1), 0.5 * q * (m == 0)),
                ((p + 1, q, m), 1.5 * (2 - p - q)),
                ((p, q, 0), 3.0 * (m == 1)),
            ):
                if rate > 0:
                    rates[at, labels.index(then)] += rate
        return rates - np.diag(rates.sum(axis=1))

    for index, time in enumerate(TIMES):
        share = relaxed(0.0, min(time, 1.5))
        here = np.zeros(len(labels))
        for busy in range(3):
            here[labels.index((2 - busy, busy, 0))] = [(1 - share) ** 2, 2 * share * (1 - share), share**2][busy]
        here = here @ expm(generator(1.0) * np.clip(time - 1.5, 0, 1.5)) @ expm(generator(4.0) * max(time - 3.0, 0))
        waiting, resting = [q for _, q, _ in labels], [m for *_, m in labels]
        mending = [2 - p - q for p, q, _ in labels]
        assert found.population["Q"][index] == pytest.approx(here @ waiting, abs=1e-8)
        assert found.population["R"][index] == pytest.approx(here @ mending, abs=1e-8)
        assert found.population["N"][index] == pytest.approx(here @ resting, abs=1e-8)
    assert (found.throughput["mend"][:3] == 0).all()


def test_values_stay_in_another_model_that_has_them():
    changed = versions(TURNING, {"n": 5.0}, [change("1: r=3"), change("2: mended s=9"), change("3: less")], OTHERS.get)
    assert [str(one) for one in changed] == ["1: n=5 r=3", "2: mended n=5 r=3 s=9", "3: less n=5"]


@pytest.mark.parametrize(
    ("changes", "begin", "said"),
    [
        (["2: n=1"], "init", "which of them go"),
        (["n=1"], "init", "is no change"),
        (["0: n=3"], "init", "none on the way"),
        (["2 n"], "init", "is no change"),
        (["2: n=4, n=5"], "init", "`n` is there twice, at column 9"),
        (["2: n=4 other"], "init", "`other` is no change, at column 8"),
        (["2: k=4"], "init", "no parameter `k`, at column 4"),
        (["2: less"], "init", "is in `Q`, which it has not .*, at column 4"),
        (["2: else n=3"], "init", "no component in common: `Z` are new, at column 4"),
        (["2: broken"], "init", "broken has errors, the first: .*, at column 4"),
        ([], "Q", "where something is true"),
        ([], "Q = 7", "no reachable state"),
    ],
)
def test_what_has_no_meaning(changes, begin, said):
    with pytest.raises(PepaError, match=said):
        series(TURNING, changes, begin, others=OTHERS)


def test_as_a_user_asks_for_it():
    status, found = answer("transient", VM_LAUNCH, "Q=2", "--from", "steady", "--change", "5: Q=3 r18=0.1",
                           "--until", "10", "--points", "2", "--measure", "User3")  # fmt: skip
    assert status == 0
    assert found["started"] == "from the long run"
    assert found["changes"] == [{"time": 5.0, "model": None, "values": {"Q": 3.0, "r18": 0.1}}]
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
