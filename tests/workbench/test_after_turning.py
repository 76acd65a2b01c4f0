"""What else stands on the screen while parameters are turned follows, or is marked as older."""

import pytest
from textual.widgets import Select

from pepa.query.kind import Kind
from tests.workbench.screens import replace, screen_text, until, workbench
from workbench.panes.charts import ChartsPane
from workbench.panes.whatif import WhatIfPane


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text("a = 2.0;\nP = (x, a).Q;\nQ = (y, 4.0).P;\nP[3]\n")
    return path


async def opened(app, pilot):
    await pilot.press("f6")
    await until(pilot, lambda: "throughput(x) 4.000" in screen_text(app))
    await until(pilot, lambda: app.query_one(WhatIfPane).name_at_cursor is not None)


async def test_curves_over_time_are_marked_until_they_are_followed_again(model):
    async with workbench(model, size=(120, 40)) as (app, pilot):
        await opened(app, pilot)
        await pilot.press("alt+4", "t")
        charts = app.query_one(ChartsPane)
        await until(pilot, lambda: not app.analysing and "exact" in screen_text(app))
        assert "stale" not in str(charts.border_subtitle)
        await pilot.press("alt+6", "right_square_bracket")
        await until(pilot, lambda: "throughput(x) 6.000" in screen_text(app))
        await until(pilot, lambda: "t follows it again" in str(charts.border_subtitle))
        await pilot.press("alt+4", "right")
        assert "stale" not in str(charts.border_subtitle)  # the bars are of now
        await pilot.press("left", "t")
        await until(pilot, lambda: not app.analysing and "stale" not in str(charts.border_subtitle))


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_older_curves_say_so_on_a_small_screen_too(model, size):
    async with workbench(model, size=size) as (app, pilot):
        await pilot.press("f5")
        await until(pilot, lambda: app.runs.compared.latest is not None)
        await pilot.press("alt+4", "t")
        await until(pilot, lambda: not app.analysing and "exact" in screen_text(app))
        replace(app, "a = 2.0", "a = 3.0")
        await pilot.press("f5")
        await until(pilot, lambda: not app.runs.stale and not app.analysing)
        await until(pilot, lambda: "stale: t follows it again" in screen_text(app))


async def test_a_scenario_kept_stands_beside_the_figures_at_once(model):
    async with workbench(model, size=(120, 40)) as (app, pilot):
        await opened(app, pilot)
        for name in ("fast", "faster"):
            await pilot.press("right_square_bracket", "B")
            await pilot.press(*name, "enter")
            await until(pilot, lambda name=name: name in model.with_suffix(".scenarios.toml").read_text())
            if name == "fast":
                await pilot.press("O")
            await until(pilot, lambda name=name: name in app.query_one(ChartsPane)._beside)


async def test_elasticities_are_there_however_one_comes_to_the_pane(model):
    async with workbench(model, size=(120, 40)) as (app, pilot):
        app.query_one("#method", Select).value = Kind.FLUID
        await pilot.press("f5")
        await until(pilot, lambda: "≈ fluid" in screen_text(app))
        await pilot.press("alt+6")
        await until(pilot, lambda: app.query_one(WhatIfPane).watched.elasticities({}))
