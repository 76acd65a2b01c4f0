"""Steps stand beside the model they are of: what a run with other states, or another text, leaves of them."""

import pytest

from tests.workbench.screens import replace, screen_text, told, until, workbench
from workbench.panes.state_steps import told_way
from workbench.panes.states import StatesPane

DOCK = """boats = 2; sail = 1.0;
Boat = (dock, sail).Moored; Moored = (leave, 3.0).Boat;
Berth = (dock, 2.0).Taken; Taken = (leave, 1.0).Berth;
Boat[boats] <dock, leave> Berth[3]
"""


@pytest.fixture
def dock(tmp_path):
    path = tmp_path / "dock.pepa"
    path.write_text(DOCK)
    return path


async def run_of(app, pilot, states):
    await pilot.press("f5")
    await until(pilot, lambda: app.query_one(StatesPane).list.states == states and not app.runs.stale)


async def open_row(app, pilot, row=0):
    await pilot.press("alt+2", *["down"] * row, "enter")
    await until(pilot, lambda: app.query_one(StatesPane).steps.way)


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_a_run_with_other_sizes_has_the_steps_begin_anew(dock, size):
    async with workbench(dock, size=size) as (app, pilot):
        states = app.query_one(StatesPane)
        await run_of(app, pilot, 3)
        await open_row(app, pilot, 1)
        await until(pilot, lambda: "Boat[2]" in screen_text(app))
        app.turning.set_overrides({"boats": 3.0})
        await run_of(app, pilot, 4)
        await until(pilot, lambda: "Boat[3]" in screen_text(app))
        await until(pilot, lambda: "initial state 0" in screen_text(app))
        await until(pilot, lambda: "0 steps" in screen_text(app))
        await until(pilot, lambda: "Boat[2]" not in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: len(states.steps.way) == 2)
        await until(pilot, lambda: not told(app))


async def test_hidden_steps_of_other_sizes_are_forgotten_without_a_word(dock):
    async with workbench(dock, size=(80, 24)) as (app, pilot):
        states = app.query_one(StatesPane)
        await run_of(app, pilot, 3)
        await open_row(app, pilot, 1)
        await pilot.press("asterisk", "v", "v", "alt+1")
        app.clear_notifications()
        replace(app, "boats = 2", "boats = 3")
        await run_of(app, pilot, 4)
        await until(pilot, lambda: not states.steps.way)
        replace(app, "<dock, leave> Berth[3]", "<dock> Boat[2]")
        await run_of(app, pilot, 12)
        await until(pilot, lambda: not told(app))
        await pilot.press("alt+2")
        await until(pilot, lambda: "12 states" in screen_text(app))
        await pilot.press("v")
        await until(pilot, lambda: "initial state 0" in screen_text(app))
        assert states.steps.kept  # a size may be turned back


async def test_a_way_that_the_model_can_still_go_stays_and_another_does_not(dock):
    async with workbench(dock) as (app, pilot):
        steps = app.query_one(StatesPane).steps
        await pilot.press("f8")
        await until(pilot, lambda: steps.detail is not None)
        await pilot.press("enter")
        await until(pilot, lambda: "1 step ·" in screen_text(app))
        await run_of(app, pilot, 3)
        await until(pilot, lambda: "probability" in screen_text(app))
        assert len(steps.way) == 2
        replace(app, "Boat = (dock, sail).Moored", "Boat = (dock, sail).Moored + (leave, 1.0).Moored")
        await run_of(app, pilot, 4)
        await until(pilot, lambda: steps.detail is not None and len(steps.detail["activities"]) == 3)
        assert len(steps.way) == 2
        replace(app, "Boat = (dock, sail).Moored", "Boat = (drift, sail).Moored")
        await run_of(app, pilot, 3)
        await until(pilot, lambda: "initial state 0" in screen_text(app))
        assert len(steps.way) == 1


async def test_a_row_of_an_older_text_opens_by_who_is_where(dock):
    async with workbench(dock, size=(200, 50)) as (app, pilot):
        states = app.query_one(StatesPane)
        await run_of(app, pilot, 3)
        await pilot.press("alt+2", "end")
        await until(pilot, lambda: states.list.cells.cursor == 2 and states.list.cells.cells(2))
        held = states.list.cells.cells(2)
        replace(app, "sail = 1.0", "sail = 4.0")
        await until(pilot, lambda: states.has_class("stale"))
        await pilot.press("enter")
        await until(pilot, lambda: states.steps.detail is not None)
        assert [group["members"] for group in states.steps.detail["groups"]] == held[3:]
        await until(pilot, lambda: "not derived" in screen_text(app))
        await until(pilot, lambda: not told(app))


async def test_a_step_that_is_refused_leaves_the_table(dock):
    async with workbench(dock, size=(80, 24)) as (app, pilot):
        states = app.query_one(StatesPane)
        await run_of(app, pilot, 3)
        await pilot.press("alt+2")
        replace(app, "Berth[3]", "Berth[4]")
        await until(pilot, lambda: states.has_class("stale"))
        await pilot.press("enter")
        await until(pilot, lambda: "older text" in told(app))
        await until(pilot, lambda: "F5" in told(app))
        await until(pilot, lambda: "3 states" in screen_text(app))
        await until(pilot, lambda: "looking at" not in screen_text(app))
        await pilot.press("g", "7", "enter")
        await until(pilot, lambda: "have numbers once they are derived" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "3 states" in screen_text(app))
        replace(app, "Berth[4]", "Berth[4")
        await pilot.press("v")
        await until(pilot, lambda: "expected `]`" in told(app))
        await until(pilot, lambda: "3 states" in screen_text(app))


async def strolled(app, pilot):
    """Walk a step by chance, which can only be a dock, and return the steps."""
    steps = app.query_one(StatesPane).steps
    await pilot.press("f8")
    await until(pilot, lambda: steps.detail is not None)
    await pilot.press("space")
    await until(pilot, lambda: len(steps.way) == 2)
    assert (steps.way[1].action, steps.way[1].pace.rate) == ("dock", 2.0)  # two boats at 1, three berths at 2
    await until(pilot, lambda: "1 step · time" in screen_text(app))
    return steps


async def test_a_way_tells_the_rates_of_the_run_that_it_stands_on(dock):
    async with workbench(dock, size=(80, 24)) as (app, pilot):
        await run_of(app, pilot, 3)
        steps = await strolled(app, pilot)
        await pilot.press("enter")  # a step of one's own takes no time
        await until(pilot, lambda: len(steps.way) == 3)
        took = steps.way[1].seconds
        for sail, said in ((1.5, True), (1.75, True), (1.0, False)):
            app.turning.set_overrides({"sail": sail})
            await run_of(app, pilot, 3)
            await until(pilot, lambda rate=2 * sail: steps.way[1].pace.rate == rate)
            await until(pilot, lambda said=said: ("with older rates" in screen_text(app)) == said)
            assert steps.way[1].seconds == took > 0
            assert ("seconds" in told_way(steps.way)["steps"][0]) != said


async def test_steps_go_on_from_a_way_with_the_rates_of_the_text_as_it_is(dock):
    async with workbench(dock, size=(80, 24)) as (app, pilot):
        steps = await strolled(app, pilot)
        replace(app, "sail = 1.0", "sail = 1.25")
        await until(pilot, lambda: app.query_one(StatesPane).has_class("stale"))
        await pilot.press("enter")
        await until(pilot, lambda: len(steps.way) == 3)
        assert steps.way[1].pace.rate == 2.5
        assert (steps.way[1].older, steps.way[2].older) == (True, False)


async def test_a_way_that_was_left_has_the_rates_of_the_model_one_comes_back_with(dock):
    async with workbench(dock, size=(80, 24)) as (app, pilot):
        steps = await strolled(app, pilot)
        await pilot.press("i")
        await until(pilot, lambda: len(steps.way) == 1)
        app.turning.set_overrides({"sail": 1.5})
        await run_of(app, pilot, 3)
        await pilot.press("alt+2", "backspace")
        await until(pilot, lambda: len(steps.way) == 2)
        assert steps.way[1].pace.rate == 3.0


async def test_a_way_that_the_text_cannot_go_is_not_gone_on_with(dock):
    async with workbench(dock, size=(80, 24)) as (app, pilot):
        steps = await strolled(app, pilot)
        replace(app, "Boat = (dock, sail).Moored", "Boat = (drift, sail).Moored")
        await until(pilot, lambda: app.query_one(StatesPane).has_class("stale"))
        await pilot.press("enter")
        await until(pilot, lambda: "step 1, dock, cannot happen" in told(app))
        await until(pilot, lambda: "i begins again" in told(app))
        await pilot.press("i")
        await until(pilot, lambda: len(steps.way) == 1)
