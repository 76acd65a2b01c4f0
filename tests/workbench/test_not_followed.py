"""What the pane of the chart over time says where the model is not followed, and what it goes back to."""

import pytest

from tests.workbench.screens import asked, replace, screen_text, until, workbench
from workbench.panes.charts import ChartsPane

LAMP = "on = 1.0;\nDark = (light, on).Lit;\nLit = (fade, 2.0).Dark;\n\nDark[3]\n"


@pytest.fixture
def lamp(tmp_path):
    path = tmp_path / "lamp.pepa"
    path.write_text(LAMP)
    return path


async def test_a_text_with_an_error_is_not_followed_and_the_pane_says_so(lamp):
    async with workbench(lamp) as (app, pilot):
        await until(pilot, lambda: app.runs.checked)
        replace(app, "Dark;", "Dark")
        await pilot.press("alt+4", "t")
        await until(pilot, lambda: "✗ not followed over time" in screen_text(app))
        await until(pilot, lambda: "following the model" not in screen_text(app))
        replace(app, "2.0).Dark", "2.0).Dark;")
        await pilot.press("t")
        await until(pilot, lambda: "⠒⠒ exact" in screen_text(app))
        await until(pilot, lambda: not app.query_one(ChartsPane)._follows)


async def test_a_run_that_comes_before_it_ends_what_the_pane_says(lamp):
    async with workbench(lamp) as (app, pilot):
        await until(pilot, lambda: app.runs.checked)
        replace(app, "Dark[3]", "Dark[3000]")
        await pilot.press("alt+4", "t", "f5")
        charts = app.query_one(ChartsPane)
        await until(pilot, lambda: not charts._follows)
        await until(pilot, lambda: "following the model" not in screen_text(app))


async def test_the_next_measure_follows_the_text_as_it_is_and_goes_back_where_that_is_wrong(lamp):
    async with workbench(lamp) as (app, pilot):
        charts = app.query_one(ChartsPane)
        await until(pilot, lambda: app.runs.checked)
        await pilot.press("alt+4", "t")
        await until(pilot, lambda: len(charts.charted.series) == 3 and not charts._follows)
        first, before = charts.charted.measure, charts.charted.series
        replace(app, "Dark;", "Dark")
        await pilot.press("m")
        await until(pilot, lambda: app._notifications and not charts._follows)
        assert (charts.charted.measure, charts.charted.series) == (first, before)
        await until(pilot, lambda: f"{first}  members" in screen_text(app))
        replace(app, "2.0).Dark", "4.0).Dark;")
        await pilot.press("m")
        await until(pilot, lambda: charts.charted.measure != first and len(charts.charted.series) == 3)
        await until(pilot, lambda: not app.following.stale and "⠒⠒ exact" in screen_text(app))


async def test_no_key_leads_to_another_pane_while_a_dialog_is_open(lamp):
    async with workbench(lamp, size=(80, 24)) as (app, pilot):
        await pilot.press("ctrl+o")
        await asked(app, pilot, "Open the model")
        for key in ("alt+2", "f6", "f7", "f10"):
            await pilot.press(key)
        await until(pilot, lambda: "Open the model" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        await until(pilot, lambda: "1  on = 1.0;" in screen_text(app))
        assert not app.runs.solved
        await pilot.press("alt+2")
        await until(pilot, lambda: "no states yet" in screen_text(app))
