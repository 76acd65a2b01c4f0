"""Esc leads back from where one came, and stops what goes on before it leaves it."""

import asyncio

from tests.workbench.screens import screen_text, until, workbench
from workbench.engine import protocol
from workbench.engine.client import Failed
from workbench.panes.state_distribution import StateDistribution
from workbench.panes.states import StatesPane

FERRY = "load = 2.0; sail = 1.0;\nFerry = (board, load).Full; Full = (cross, sail).Ferry;\nFerry[3]\n"


async def distributed(app, pilot):
    states = app.query_one(StatesPane)
    await pilot.press("f5")
    await until(pilot, lambda: states.list.states == 4)
    await pilot.press("alt+2", "D")
    await until(pilot, lambda: states.prompt.display)
    app.focused.value = "Full"
    await pilot.press("enter")
    await until(pilot, lambda: states._shown == "distribution" and "probability" in screen_text(app))
    return states


async def test_escape_leads_from_the_states_behind_a_value_back_to_it(tmp_path):
    path = tmp_path / "ferry.pepa"
    path.write_text(FERRY)
    async with workbench(path) as (app, pilot):
        states = await distributed(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "1 of 4" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: states._shown == "distribution" and states.has_focus_within)
        assert states.list.table.condition == ""
        await pilot.press("escape")
        await until(pilot, lambda: "4 states" in screen_text(app))


async def test_escape_stops_following_a_distribution_before_it_leaves_it(tmp_path, monkeypatch):
    path = tmp_path / "ferry.pepa"
    path.write_text(FERRY)
    async with workbench(path) as (app, pilot):
        states = await distributed(app, pilot)
        ask, free = app.runs.about_space, asyncio.Event()

        async def slow(operation, **arguments):
            if operation is not protocol.DISTRIBUTION_AT:
                return await ask(operation, **arguments)
            app.runs.begin("transient", "time 1 of 100")
            await free.wait()
            return Failed("cancelled", "", [])

        async def cancel():
            free.set()

        monkeypatch.setattr(app.runs, "about_space", slow)
        monkeypatch.setattr(app.runs, "cancel", cancel)
        await pilot.press("t")
        await until(pilot, lambda: app.analysing.goes_on and states.following)
        await pilot.press("escape")
        await until(pilot, free.is_set)
        await until(pilot, lambda: not states.following)
        assert states._shown == "distribution"
        assert app.query_one(StateDistribution).number is None
