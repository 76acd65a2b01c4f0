"""Models followed over time and experiments: what is told, in which order, in turn with other runs."""

import asyncio

import pytest

from pepa.query.kind import Kind
from tests.workbench.desk import REFUSED, WRONG, desk, figures, settled, task
from workbench import runs as module
from workbench.engine.client import Cancelled, Crashed
from workbench.following import OVERTAKEN, FollowEnded, Following, SeriesFound, SeriesRefused
from workbench.panes.solver_settings import How
from workbench.run_messages import Ended, Stopped
from workbench.studies import PointsFound, Studies, StudyBegan, StudyEnded, StudyStopped


def series(name="P"):
    return {"name": name, "time": [0.0], "values": [1.0]}


async def followed(there, following, answers, beside=None, measure=None):
    asked, run = [], task(following.run((Kind.EXACT, Kind.FLUID), 5.0, measure, beside or {}))
    for answer in answers:
        asked.append((await there.answer(answer))[1])
    await run
    return [(what["kind"], what["overrides"], what["measure"]) for what in asked]


async def test_kinds_are_followed_in_turn_then_scenarios_in_the_last_that_answered():
    there, runs = desk(r=1.0)
    following = Following(runs)
    scenarios = {"fast": {"r": 9.0}, "now": {"r": 1.0}}
    asked = await followed(
        there,
        following,
        [
            series(),
            REFUSED,
            series(),
        ],
        scenarios,
    )
    assert asked == [(Kind.EXACT, {"r": 1.0}, None), (Kind.FLUID, {"r": 1.0}, "P"), (Kind.EXACT, {"r": 9.0}, "P")]
    found = [(type(told), getattr(told, "scenario", getattr(told, "what", ""))) for told in there.heard[:-2]]
    assert found == [(SeriesFound, ""), (SeriesRefused, "fluid"), (SeriesFound, "fast")]
    assert there.heard[1].reason == "no: try this"
    assert [type(told) for told in there.heard[-2:]] == [Ended, FollowEnded]
    assert there.heard[-1].reason == ""
    assert not following.stale
    runs.overrides = {"r": 2.0}
    assert following.stale


@pytest.mark.parametrize(
    ("error", "reason"), [(Cancelled(), "cancelled"), (Crashed("died"), "died"), (WRONG, "wrong text")]
)
async def test_following_ends_where_nothing_more_can_come(error, reason):
    there, runs = desk()
    following = Following(runs)
    assert await followed(there, following, [error], {"s": {"r": 2.0}}) == [(Kind.EXACT, {}, None)]
    assert [type(told) for told in there.heard] == [Stopped, FollowEnded]
    assert there.heard[-1].reason == reason
    assert following.asked == {}
    assert not following.stale


async def test_where_no_kind_answers_no_scenario_is_tried_and_a_run_before_it_is_told():
    there, runs = desk()
    following = Following(runs)
    assert len(await followed(there, following, [REFUSED, REFUSED], {"s": {"r": 2.0}})) == 2
    run = task(following.run((Kind.EXACT,), 5.0, None, {}))
    await settled()
    overtaking = task(runs.solve(How()))
    await there.answer(figures())
    await asyncio.gather(run, overtaking)
    assert [told.reason for told in there.heard if isinstance(told, FollowEnded)] == ["", OVERTAKEN]
    assert there.patience == [module.GENTLE]


async def test_points_of_an_experiment_are_told_as_they_come():
    there, runs = desk(r=1.0)
    studies = Studies(runs)
    run = task(studies.run(name="one"))
    await settled()
    assert studies.asked == {}
    there.part({"head": "h"})
    there.part({"points": [1, 2]})
    assert studies.asked == {"text": "t", "overrides": {"r": 1.0}, "name": "one"}
    await there.answer({"report": 1})
    await run
    assert [type(told) for told in there.heard] == [StudyBegan, PointsFound, StudyEnded]
    assert not studies.stale
    runs.edited("u")
    assert studies.stale
    for error, said in ((Cancelled(), ("", "")), (REFUSED, ("no", "try this")), (Crashed("died"), ("died", ""))):
        run = task(studies.run(name="two"))
        await there.answer(error)
        await run
        assert (there.heard[-1].message, there.heard[-1].hint) == said
        assert isinstance(there.heard[-1], StudyStopped)
    assert studies.asked["name"] == "one"  # its points are those that are shown
