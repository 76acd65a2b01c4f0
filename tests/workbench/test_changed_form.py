"""What has come of an experiment is marked where the form above it says something else."""

import pytest

from tests.workbench.screens import replace, screen_text, until, workbench
from workbench.panes.experiments import ExperimentsPane

MILL = "mills = 2;\ngrind = 4.0;\nMill = (ground, grind).Worn;\nWorn = (dressed, 1.0).Mill;\n\nMill[mills]\n"
STALE = "~ stale: the form has changed, F7 runs it again"


@pytest.fixture
def mill(tmp_path):
    path = tmp_path / "mill.pepa"
    path.write_text(MILL)
    return path


async def run_form(app, pilot, form):
    app.query_one(ExperimentsPane).form.take(form)
    app.query_one("#study-method").focus()
    await pilot.press("enter")


async def test_results_below_a_form_that_has_changed_are_marked(mill):
    async with workbench(mill, size=(80, 24)) as (app, pilot):
        pane = app.query_one(ExperimentsPane)
        await pilot.press("f7")
        await run_form(app, pilot, {"vary": "mills=1..3", "fixed": "", "measures": "population(Worn)"})
        await until(pilot, lambda: "points:" in screen_text(app))
        await until(pilot, lambda: "stale" not in screen_text(app))
        pane.form.take({"vary": "mills=1..4"})
        await until(pilot, lambda: STALE in screen_text(app))
        assert pane.results.has_class("stale")
        pane.form.take({"vary": "mills=1..3 "})  # a blank says nothing else
        await until(pilot, lambda: "stale" not in screen_text(app))
        await run_form(app, pilot, {"vary": "mils=1..3"})  # refused: what stands below is of the form before it
        await until(pilot, lambda: "✗" in screen_text(app) and STALE in screen_text(app))
        await run_form(app, pilot, {"vary": "mills=1..2"})
        await until(pilot, lambda: "2 points" in screen_text(app) and "stale" not in screen_text(app))
        replace(app, "grind = 4.0", "grind = 5.0")
        await until(pilot, lambda: "~ stale: the model has changed, F7 runs it again" in screen_text(app))
