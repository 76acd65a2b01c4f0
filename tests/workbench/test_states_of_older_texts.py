"""What the states pane shows of a model that has changed since: each view says so, whichever came after the change."""

import pytest

from tests.workbench.screens import replace, screen_text, solved, told, until, workbench
from workbench.panes.solver import SolverPane
from workbench.panes.state_distribution import Bars
from workbench.panes.states import StatesPane

FERRY = """board = 1.0;
land  = 4.0;
Ashore = (board, board).Aboard;
Aboard = (land, land).Ashore;
Ashore[3]
"""
STALE = "~ stale: F5 runs again"


@pytest.fixture
def ferry(tmp_path):
    path = tmp_path / "a_ferry_between_two_islands_with_a_long_name.pepa"
    path.write_text(FERRY)
    return path


async def distribution_of(app, pilot, what):
    await pilot.press("D")
    await until(pilot, lambda: app.query_one(StatesPane).prompt.display)
    app.focused.value = what
    await pilot.press("enter")
    await until(pilot, lambda: f"{what}  mean" in screen_text(app).replace(",", " ×"))


def edit(app):
    replace(app, "board = 1.0", "board = 51.0")


def turn(app):
    app.turning.set_overrides({"board": 51.0})


@pytest.mark.parametrize("size", [(200, 50), (80, 24), (60, 20)])
@pytest.mark.parametrize("change", [edit, turn])
async def test_each_view_asked_for_after_a_change_says_that_it_is_older(ferry, size, change):
    async with workbench(ferry, size=size) as (app, pilot):
        states = app.query_one(StatesPane)
        await solved(app, pilot)
        await pilot.press("alt+2")
        await until(pilot, lambda: STALE not in screen_text(app))
        change(app)
        await until(pilot, lambda: STALE in screen_text(app) and states.list.cells.stale)
        await distribution_of(app, pilot, "Ashore")
        await until(pilot, lambda: STALE in screen_text(app) and states.query_one(Bars).stale)
        assert states.has_class("stale")
        await pilot.press("t", "full_stop")
        await until(pilot, lambda: "at time" in screen_text(app) or "time 1" in screen_text(app))
        await until(pilot, lambda: STALE in screen_text(app))
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: states.main.id == "state-findings" and STALE in screen_text(app))
        await pilot.press("f5")
        await until(pilot, lambda: "stale" not in screen_text(app) and not states.has_class("stale"))


async def test_a_step_is_of_the_text_that_it_was_taken_in(ferry):
    async with workbench(ferry, size=(80, 24)) as (app, pilot):
        states = app.query_one(StatesPane)
        await pilot.press("f8")
        await until(pilot, lambda: "Ashore×3" in screen_text(app) and states.steps.way)
        await until(pilot, lambda: "stale" not in screen_text(app))
        edit(app)
        await until(pilot, lambda: STALE in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "1 step" in screen_text(app) and "stale" not in screen_text(app))
        await pilot.press("G")
        await until(pilot, lambda: "▸components" in screen_text(app))
        await until(pilot, lambda: "stale" not in screen_text(app))
        turn(app)
        await until(pilot, lambda: STALE in screen_text(app))


async def test_a_distribution_that_another_model_has_not_stays_as_an_older_one(ferry):
    async with workbench(ferry, size=(80, 24)) as (app, pilot):
        states = app.query_one(StatesPane)
        await solved(app, pilot)
        await pilot.press("alt+2")
        await distribution_of(app, pilot, "Ashore")
        await until(pilot, lambda: "stale" not in screen_text(app))
        editor = app.query_one("#editor")
        editor.replace_all(editor.text.replace("Ashore", "Quay"))
        await pilot.press("f5")
        await until(pilot, lambda: not app.runs.stale and told(app))
        await until(pilot, lambda: STALE in screen_text(app))
        assert states.has_class("stale")


async def test_what_the_solver_pane_says_of_older_states_is_told_to_be_that(ferry):
    async with workbench(ferry) as (app, pilot):
        await solved(app, pilot)
        edit(app)
        app.query_one(SolverPane).post_message(SolverPane.FindingsWanted())
        await until(pilot, lambda: "what follows is of an older text" in screen_text(app))


async def test_a_table_of_older_states_that_is_written_is_told_to_be_that(ferry, tmp_path):
    async with workbench(ferry, size=(80, 24)) as (app, pilot):
        await solved(app, pilot)
        edit(app)
        await pilot.press("alt+2", "w")
        await until(pilot, lambda: app.query_one(StatesPane).prompt.display)
        app.focused.value = str(tmp_path / "written.csv")
        await pilot.press("enter")
        await until(pilot, lambda: "as it was when it was run" in told(app))
