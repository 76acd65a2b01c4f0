"""Distributions against closed forms, and against a sum over states one by one."""

import math
from collections import defaultdict

import numpy as np
import pytest

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.explore.listing import matching
from pepa.query.joint import Axis, Joint, joint, moments, together
from pepa.query.joint_report import joint_report
from pepa.query.joint_time import joint_series, joint_series_report, moment_report, recording
from pepa.query.series import times
from pepa.query.stages import Stage, change, followed, stages, start, versions
from pepa.query.states import ChainStates
from tests.models import MODELS, model_text, solve

FREE = "P = (a, 1).Q; Q = (b, 2).P;\nR = (c, 3).S; S = (d, 1).R;\nP[12] || R[3]"


def binomial(size, share):
    return [math.comb(size, k) * share**k * (1 - share) ** (size - k) for k in range(size + 1)]


def test_independent_members_are_binomial():
    solved = solve(FREE)
    one = joint(["P"], solved)
    assert one.axes[0].numbers == tuple(range(13))
    assert one.probability == pytest.approx(binomial(12, 2 / 3), rel=1e-12)
    assert moments(one.axes[0], one.probability) == pytest.approx((8, 12 * 2 / 9), rel=1e-12)
    both = joint(["Q", "S"], solved).table()
    for row, first in zip(both, binomial(12, 1 / 3), strict=True):
        assert row == pytest.approx([first * second for second in binomial(3, 3 / 4)], rel=1e-12)
    whole = joint(["R[]", "P >= 12"], solved)
    assert whole.axes[0].labels == ("S×3", "R×1 S×2", "R×2 S×1", "R×3")
    assert whole.table()[:, 1] == pytest.approx([(2 / 3) ** 12 * one for one in binomial(3, 1 / 4)], rel=1e-12)


def test_values_that_are_no_whole_numbers_are_told_apart():
    solved = solve(FREE)
    halves = joint(["P / 2"], solved)
    assert halves.axes[0].numbers == tuple(count / 2 for count in range(13))
    assert halves.probability == pytest.approx(binomial(12, 2 / 3), rel=1e-12)
    assert halves.condition(3) == "(P / 2) = 1.5"
    none = joint(["R / P"], solved)  # where P is 0 it has no value, as in P = 0 whatever R is
    assert none.axes[0].labels[-1] == "no value"
    assert none.probability[-1] == pytest.approx((1 / 3) ** 12, rel=1e-9)
    assert moments(none.axes[0], none.probability) is None


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_components_one_by_one_state_by_state(path):
    solved = solve(path.read_text())
    space, net = solved.derived.space, solved.derived.net
    if space.size > 5_000:
        pytest.skip("large")
    lone = [group.name for group in net.groups if group.size == 1 and group.name not in net.derivatives][:3]
    lone = lone or [group.name for group in net.groups if group.size == 1][:3]
    asked = [*lone, f"{net.groups[0].name}[]"]
    expected = defaultdict(float)
    names = [group.name for group in net.groups]
    for state, value in enumerate(solved.steady.probability.tolist()):
        counts = space.counts(state)
        places = tuple(
            net.groups[names.index(name)].component.labels[counts[names.index(name)].index(1)] for name in lone
        )
        expected[(*places, counts[0])] += value
    found = joint(asked, solved)
    assert found.probability.sum() == pytest.approx(1, rel=1e-12)
    assert sorted(found.probability) == pytest.approx(sorted(expected.values()), rel=1e-9, abs=1e-300)
    assert found.states.sum() == space.size


def test_a_value_leads_to_its_states():
    solved = solve(model_text("vm_launch"))
    derived = solved.derived
    states = ChainStates(derived.space, derived.net, derived.classes, solved.steady.probability)
    for asked in (["User3", "TC5"], ["CM", "User[]"], ["User3 / 2 + 0.1", "enabled(useVM)"], ["User3 >= 2", "N.N1"]):
        found = joint(asked, solved)
        for cell in range(len(found.probability)):
            behind = matching(found.condition(cell), states)
            assert len(behind) == found.states[cell]
            assert solved.steady.probability[behind].sum() == pytest.approx(found.probability[cell], rel=1e-12)


def test_what_cannot_be_asked_is_said():
    solved = solve(model_text("vm_launch"))
    with pytest.raises(PepaError, match="no local derivative"):
        joint(["Usr3"], solved)
    with pytest.raises(PepaError, match="no component"):
        joint(["Usr[]"], solved)
    none = joint_report(["User3 / (User2 + User0)"], solved)
    assert none["axes"][0]["values"][-1] == "no value"
    assert "mean" not in none["axes"][0]
    assert none["conditions"][-1] == ""


def test_the_most_probable_are_told_and_the_rest_is_summed(monkeypatch):
    monkeypatch.setattr("pepa.query.joint_report.MOST_CELLS", 4)
    found = joint_report(["P", "R[]"], solve(FREE))
    assert len(found["cells"]) == 4
    assert found["rest"] == pytest.approx(1 - sum(found["probability"]), rel=1e-12)


def test_over_time_independent_members_are_binomial_at_every_time():
    derived = solve(FREE).derived
    found = joint_series(["Q"], derived, times(3, 6), Control(), 1e-10)
    assert found.time.tolist() == [0, 0.5, 1, 1.5, 2, 2.5, 3]
    for number, time in enumerate(found.time):
        share = (1 - math.exp(-3 * time)) / 3  # two derivatives: in closed form
        at = found.at(number)
        assert at.axes[0].numbers == tuple(range(13))
        assert at.probability == pytest.approx(binomial(12, share), abs=1e-10)
        assert found.error[number] <= 1e-10
    told = joint_series_report(found)
    assert told["axes"][0]["mean"] == pytest.approx([12 * (1 - math.exp(-3 * time)) / 3 for time in found.time])
    assert told["last"]["probability"] == told["probability"][-1]
    assert moment_report(found, 2)["certainty"].startswith("at time 1.000, all errors at most ")


def test_changes_of_rates_and_sizes_on_the_way_are_followed():
    text = "a = 1; N = 2;\nP = (a, a).Q; Q = (b, 2).P;\nP[N]"
    derived = solve(text).derived
    early = (1 - math.exp(-3)) / 3
    late, share = (1 - math.exp(-6)) / 3, 0.6 + (early - 0.6) * math.exp(-5)
    third = np.convolve(binomial(2, late), binomial(1, early))  # who comes at time 1 is in Q by itself
    for values, expected in (("1: a=3", binomial(2, share)), ("1: N=3", third)):
        parts = stages(derived, versions(text, {}, [change(values)], str), Control())
        assert isinstance(parts[1], Stage)
        watched = recording(["Q"], derived, 3)
        begun = start("init", derived, Control())
        along = watched.watching(followed(parts, begun, times(2, 2), Control(), 1e-10))
        list(along)
        found = watched.series
        assert found.axes[0].numbers == tuple(range(len(expected)))
        assert found.at(2).probability == pytest.approx(expected, abs=1e-10)
        assert found.at(0).probability == pytest.approx([1.0, *[0.0] * (len(expected) - 1)])
        told = joint_series_report(found)
        assert told["axes"][0]["mean"][-1] == pytest.approx(float(np.arange(len(expected)) @ expected), abs=1e-9)


def test_places_and_truths_are_united_too():
    parts = [
        Joint((Axis("A", labels, None, labels),), np.arange(len(labels))[:, None], np.array(shares), np.ones(2, int))
        for labels, shares in ((("B", "C"), [0.5, 0.5]), (("A", "C"), [0.25, 0.75]))
    ]
    axes, cells, states, probability = together(parts)
    assert axes[0].labels == ("B", "C", "A")
    assert (cells.tolist(), states.tolist()) == ([[0], [1], [2]], [1, 1, 1])
    assert probability.tolist() == [[0.5, 0.5, 0.0], [0.0, 0.75, 0.25]]


def test_a_name_of_several_components_is_that_of_none_by_itself():
    solved = solve("P = (a, 1).Q; Q = (b, 2).P; R = (a, 1).R; S = (c, 3).T; T = (c, 1).S;\n(P <a> R) || (P || S)")
    with pytest.raises(PepaError, match="`P` is the name of several components") as caught:
        joint(["P"], solved)
    assert caught.value.hint == "name one of them: `P#1`, `P#2`, or `P + 0` for how many are in it"
    with pytest.raises(PepaError) as caught:
        joint(["P[]"], solved)
    assert caught.value.hint == "name one of them: `P#1[]`, `P#2[]`"
    for name in ("P#1", "P#2"):
        found = joint([name], solved)
        assert (found.axes[0].labels, found.probability) == (("P", "Q"), pytest.approx([2 / 3, 1 / 3]))
    assert joint(["P + 0"], solved).probability == pytest.approx(binomial(2, 2 / 3))
    assert joint(["S"], solved).axes[0].labels == ("S", "T")
    arrays = solve("P = (a, 1).Q; Q = (b, 2).P;\nP[2] <a> P[3]")
    assert joint(["P"], arrays).axes[0].numbers == tuple(range(6))
    assert len(joint(["P#1[]"], arrays).axes[0].labels) == 3
