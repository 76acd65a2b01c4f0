"""What else stands on the screen while parameters are turned follows, or is marked as older."""

import pytest
from textual.widgets import Select

from pepa.query.kind import Kind
from tests.workbench.screens import replace, screen_text, until, workbench
from workbench.panes.charts import ChartsPane
from workbench.panes.source import SourcePane
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


def over_time(app):
    """Return the value at the end of what is shown over time, by kind."""
    return {kind: one.series["values"][-1] for (kind, _), one in app.query_one(ChartsPane).charted.series.items()}


async def followed(app, pilot, **values):
    """Wait until the curves over time are of these values, by all three methods."""
    asked = app.following
    await until(pilot, lambda: asked.asked and asked.asked["scenarios"][""] == values and not app.analysing.goes_on, 30)
    assert set(over_time(app)) == set(Kind)


async def test_curves_over_time_follow_what_is_turned(model):
    """Of 3 members that go at a and come back at 4, from the start on, 3 a / (a + 4) are away in the long run."""
    async with workbench(model, size=(120, 40)) as (app, pilot):
        await opened(app, pilot)
        await pilot.press("alt+4", "t")
        charts = app.query_one(ChartsPane)
        await followed(app, pilot)
        for _ in range(8):
            if (before := charts.charted.measure) == "Q":
                break
            await pilot.press("m")
            await until(pilot, lambda before=before: charts.charted.measure != before)
        await until(pilot, lambda: not app.analysing.goes_on and len(charts.charted.series) == len(Kind))
        assert over_time(app)[Kind.EXACT] == pytest.approx(1.0, rel=1e-6)
        assert "stale" not in str(charts.border_subtitle)
        await pilot.press("alt+6", "right_square_bracket")
        await followed(app, pilot, a=4.0)
        assert over_time(app)[Kind.EXACT] == pytest.approx(1.5, rel=1e-6)
        assert charts.charted.measure == "Q"
        await until(pilot, lambda: "stale" not in str(charts.border_subtitle))


async def test_curves_that_are_not_looked_at_wait_until_they_are(model):
    async with workbench(model, size=(120, 40)) as (app, pilot):
        await opened(app, pilot)
        await pilot.press("alt+4", "t")
        await followed(app, pilot)
        await pilot.press("right", "alt+6", "right_square_bracket")
        await until(pilot, lambda: "throughput(x) 6.000" in screen_text(app))
        await until(pilot, lambda: app.following.stale and not app.analysing.goes_on)
        await pilot.press("alt+4", "left")
        await followed(app, pilot, a=4.0)


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_older_curves_say_so_on_a_small_screen_too_until_a_run_has_them_followed(model, size):
    async with workbench(model, size=size) as (app, pilot):
        await pilot.press("f5")
        await until(pilot, lambda: app.runs.compared.latest is not None)
        await pilot.press("alt+4", "t")
        await followed(app, pilot)
        replace(app, "a = 2.0", "a = 3.0")
        await until(pilot, lambda: "stale: t follows it again" in screen_text(app))
        await pilot.press("f5")
        await until(pilot, lambda: app.following.asked["text"] == app.document.text and not app.analysing.goes_on)
        await until(pilot, lambda: "stale" not in screen_text(app))


async def test_scenarios_put_beside_older_bars_leave_them_marked(model):
    async with workbench(model, size=(120, 40)) as (app, pilot):
        await opened(app, pilot)
        await pilot.press("right_square_bracket", "B", *"fast", "enter")
        await until(pilot, lambda: model.with_suffix(".scenarios.toml").exists() and not app.runs.stale)
        replace(app, "4.0", "5.0")
        charts = app.query_one(ChartsPane)
        await until(pilot, lambda: "stale" in str(charts.border_subtitle))
        await pilot.press("alt+4", "O")
        await until(pilot, lambda: "fast" in charts.charted.beside)
        assert "stale" in str(charts.border_subtitle)


async def test_the_solver_says_that_what_it_tells_is_older(model):
    async with workbench(model, size=(80, 24)) as (app, pilot):
        await pilot.press("alt+3", "f5")
        await until(pilot, lambda: "GTH" in screen_text(app))
        await until(pilot, lambda: "stale" not in screen_text(app))
        replace(app, "4.0", "5.0")
        await until(pilot, lambda: "~ stale: F5 runs again" in screen_text(app))
        await pilot.press("f5")
        await until(pilot, lambda: "stale" not in screen_text(app))
        replace(app, "(y, 5.0)", "(y, infty)")
        await pilot.press("f5")
        await until(pilot, lambda: "✗" in screen_text(app) and not app.analysing.goes_on)
        await until(pilot, lambda: "~ stale: F5 runs again" not in screen_text(app))  # it is of the text as it is


async def test_the_figure_watched_is_marked_where_it_is_of_another_text(model):
    async with workbench(model, size=(120, 40)) as (app, pilot):
        await opened(app, pilot)
        replace(app, "4.0", "5.0")
        await until(pilot, lambda: "throughput(x) ~ 4.000  stale: F5 runs again" in screen_text(app))
        replace(app, "5.0", "4.0")
        await until(pilot, lambda: "throughput(x) 4.000" in screen_text(app))


async def test_elasticities_of_what_was_written_are_older_once_that_is_undone(model):
    async with workbench(model, size=(120, 40)) as (app, pilot):
        await opened(app, pilot)
        watched = app.query_one(WhatIfPane).watched
        await pilot.press("right_square_bracket", "w")
        await until(pilot, lambda: "a = 4" in app.document.text and watched.elasticities({}) and not watched.behind({}))
        app.query_one(SourcePane).main.focus()
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "a = 2.0" in app.document.text)
        assert watched.behind({})


async def test_a_scenario_kept_stands_beside_the_figures_at_once(model):
    async with workbench(model, size=(120, 40)) as (app, pilot):
        await opened(app, pilot)
        for name in ("fast", "faster"):
            await pilot.press("right_square_bracket", "B")
            await pilot.press(*name, "enter")
            await until(pilot, lambda name=name: name in model.with_suffix(".scenarios.toml").read_text())
            if name == "fast":
                await pilot.press("O")
            await until(pilot, lambda name=name: name in app.query_one(ChartsPane).charted.beside)


async def test_elasticities_are_there_however_one_comes_to_the_pane(model):
    async with workbench(model, size=(120, 40)) as (app, pilot):
        app.query_one("#method", Select).value = Kind.FLUID
        await pilot.press("f5")
        await until(pilot, lambda: "≈ fluid" in screen_text(app))
        await pilot.press("alt+6")
        await until(pilot, lambda: app.query_one(WhatIfPane).watched.elasticities({}))
