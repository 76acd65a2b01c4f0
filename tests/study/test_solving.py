"""Points of a study by every method, against closed forms; which belong together, and which fail."""

import math

import pytest

from pepa.control.control import Control
from pepa.control.error import PepaError
from pepa.study import solving
from pepa.study.solving import Batch, Outcome, Setting, batches, forget, solved

# members that come and go alone: in Q with r / (r + 2)
TEXT = "n = 3; r = 1.0; p = 0.5; P = (a, r).Q; Q = (b, 2 * p).P + (c, 2 * (1 - p)).P; P[n]"
MEASURES = (("there", "population(Q)"), ("often", "throughput(b)"))


def setting(measures=MEASURES, **how):
    return Setting(TEXT, (), measures, **how)


def all_solved(what, points, control=None):
    """Return the outcomes of all points, however many turns they take."""
    found = []
    for batch in batches([what] * len(points), points):
        left = batch
        while left.points:
            some = solved(left, control or Control())
            assert some
            found += some
            left = Batch(batch.setting, batch.anchor, left.points[len(some) :])
    return sorted(found, key=lambda outcome: outcome.index)


def share(r, time=math.inf):
    return r / (r + 2) * (1 - math.exp(-(r + 2) * time))


POINTS = [(("r", 1.0), ("n", 2.0)), (("r", 3.0), ("n", 2.0)), (("n", 5.0), ("r", 3.0)), (("p", 0.25),), ()]
AT = [(1.0, 2, 0.5), (3.0, 2, 0.5), (3.0, 5, 0.5), (1.0, 3, 0.25), (1.0, 3, 0.5)]


def test_points_of_one_structure_are_together_with_the_first_as_their_anchor():
    first, second, third = batches([setting()] * 5, POINTS)
    assert (first.points, first.anchor) == (((0, POINTS[0]), (1, POINTS[1])), POINTS[0])
    assert (second.points, second.anchor) == (((2, POINTS[2]),), POINTS[2])
    assert (third.points, third.anchor) == (((3, POINTS[3]), (4, ())), POINTS[3])
    apart = batches([setting(), setting(method="fluid"), setting()], [(), (), ()])
    assert [[index for index, _ in batch.points] for batch in apart] == [[0, 2], [1]]
    fixed = batches([Setting(TEXT, (("n", 2.0),), MEASURES)], [(("n", 4.0),)])  # a point goes before what is fixed
    assert solved(fixed[0], Control())[0].rows[0].values["there"] == pytest.approx(4 / 3)


@pytest.mark.parametrize("method", ["exact", "fluid"])
def test_points_at_rest(method):
    for outcome, (r, n, p) in zip(all_solved(setting(method=method), POINTS), AT, strict=True):
        (row,) = outcome.rows
        assert row.values["there"] == pytest.approx(n * share(r), rel=1e-7)
        assert row.values["often"] == pytest.approx(n * share(r) * 2 * p, rel=1e-7)
        assert (row.half_width, outcome.reason) == ({}, "")
        assert outcome.method.startswith(method)
        assert outcome.evidence.startswith("residual" if method == "exact" else "")
        assert outcome.obtained.startswith(outcome.method)


@pytest.mark.parametrize(("method", "close"), [("exact", 1e-7), ("fluid", 1e-4)])
def test_points_over_time(method, close):
    times = (0.0, 0.3, 1.0)
    for outcome, (r, n, _) in zip(all_solved(setting(method=method, times=times), POINTS), AT, strict=True):
        found = [row.values["there"] for row in outcome.rows]
        assert found == pytest.approx([n * share(r, time) for time in times], rel=close, abs=close)


def test_simulated_points_have_half_widths_that_depend_on_the_seed_alone():
    rest = all_solved(setting(method="simulation", precision=0.05), POINTS[:1])[0]
    (row,) = rest.rows
    assert abs(row.values["there"] - 2 / 3) < 3 * row.half_width["there"]
    assert rest.method == "simulation, a long run, 95 % confidence"
    over = setting(method="simulation", times=(0.5, 1.0), replications=400, seed=3)
    first, again, other = (
        all_solved(one, POINTS[:1])[0] for one in (over, over, setting(method="simulation", times=(0.5, 1.0), seed=4))
    )
    assert first == again != other
    assert first.method == "simulation, 400 replications, 95 % confidence"
    for time, row in zip((0.5, 1.0), first.rows, strict=True):
        assert abs(row.values["there"] - 2 * share(1.0, time)) < 3 * row.half_width["there"]


def test_what_a_point_comes_to_does_not_depend_on_what_was_kept():
    every = [(("r", value),) for value in (0.5, 1.0, 2.0, 4.0)]
    together = all_solved(setting(), every)
    forget()
    backwards = all_solved(setting(), every[::-1])
    for one, other in zip(together, backwards[::-1], strict=True):
        assert one.rows[0].values == pytest.approx(other.rows[0].values, rel=1e-10)


def test_a_point_that_fails_says_why_and_others_go_on():
    points = [(("p", 1.5),), (("p", 0.5),), (("p", 1.0),)]
    failed, *others = all_solved(setting(), points)
    assert (failed.rows, failed.method) == ((), "")
    assert failed.reason == "the rate of `c` is negative: -1"
    with pytest.raises(PepaError, match="the rate of `c` is negative: -1"):
        all_solved(setting(), points[:1])  # at none of its points it has a meaning
    assert [outcome.rows[0].values["often"] for outcome in others] == pytest.approx([1.0, 2.0])
    small = all_solved(setting(), [(("n", 50.0),), (("n", 1.0),)], Control(most_states=20))
    assert [bool(outcome.reason) for outcome in small] == [True, False]


def test_a_measure_without_a_value_is_told_with_why():
    (outcome,) = all_solved(setting((("none", "throughput(a) / (n - 3)"), ("some", "throughput(a)"))), [()])
    (row,) = outcome.rows
    assert math.isnan(row.values["none"])
    assert row.values["some"] == pytest.approx(2.0)
    (note,) = row.notes
    assert note.startswith("none has no value: ")


def test_what_is_wrong_for_all_is_told_before_anything_is_solved():
    for what, said in (
        (setting(method="magic"), "there is no method `magic`"),
        (setting((("x", "throughput(z)"),)), "`z` is no action"),
        (setting((("x", "probability(Q > 1)"),), method="fluid"), "which a fluid result has not"),
        (setting((("x", "passage(a -> b)"),), times=(1.0,)), "there are none at a time"),
    ):
        with pytest.raises(PepaError, match=said):
            batches([what], [()])


def test_a_turn_ends_after_half_a_second(monkeypatch):
    clock = iter(range(100))
    monkeypatch.setattr(solving.time, "monotonic", lambda: 0.3 * next(clock))
    (batch,) = batches([setting()], [()])
    many = Batch(batch.setting, batch.anchor, tuple((n, ()) for n in range(9)))
    monkeypatch.setattr(solving, "_solved", lambda _, index, *rest: Outcome(index, rest[2:]))
    assert [outcome.index for outcome in solved(many, Control())] == [0, 1]
    monkeypatch.setattr(solving, "BATCH_SECONDS", 0.0)
    assert len(solved(many, Control())) == 1  # one at least
