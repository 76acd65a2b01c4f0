"""Parameters are turned while the text changes under them, and while others are defined through them."""

from contextlib import asynccontextmanager

import pytest

from tests.workbench.screens import replace, screen_text, solved, told, until, workbench
from workbench.panes.whatif import WhatIfPane
from workbench.widgets.editor import PepaEditor

TEXT = "a = 2.0;\nb = 2 * a;\nP = (x, a).Q;\nQ = (y, b).P;\nP\n"


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text(TEXT)
    return path


async def turned(app, pilot):
    """Turn `a` to 4, and wait for the figure: 1 / (1/4 + 1/8)."""
    await pilot.press("f6")
    await until(pilot, lambda: "throughput(x) 1.333" in screen_text(app))
    await until(pilot, lambda: app.query_one(WhatIfPane).name_at_cursor is not None)
    await pilot.press("right_square_bracket")
    await until(pilot, lambda: "throughput(x) 2.667" in screen_text(app))


async def test_what_is_defined_through_it_follows_and_goes_on_from_there(model):
    async with workbench(model, size=(120, 40)) as (app, pilot):
        await turned(app, pilot)
        await until(pilot, lambda: any(" b  " in line and "8 ▲" in line for line in screen_text(app).splitlines()))
        await until(pilot, lambda: "a 2→4  b=8" in screen_text(app).splitlines()[0])
        await pilot.press("down", "right")
        assert app.query_one(WhatIfPane).overrides == {"a": 4.0, "b": 8.08}
        await pilot.press("r")
        assert app.query_one(WhatIfPane).overrides == {"a": 4.0}


@pytest.mark.parametrize("text", [TEXT.replace("a", "c"), "r = 1;\nP = (x, r).Q;\nQ = (y, r).P;\nP\n"])
async def test_a_parameter_that_goes_is_turned_no_more(model, text):
    async with workbench(model, size=(120, 40)) as (app, pilot):
        await turned(app, pilot)
        app.query_one(PepaEditor).replace_all(text)
        await until(pilot, lambda: not app.query_one(WhatIfPane).overrides)
        await pilot.press("f5")
        await until(pilot, lambda: "solved" in screen_text(app).splitlines()[0])


async def test_another_model_is_opened_while_one_is_turned(model, tmp_path):
    other = tmp_path / "other.pepa"
    other.write_text("r = 1;\nP = (x, r).Q;\nQ = (y, r).P;\nP\n")
    async with workbench(model, size=(120, 40)) as (app, pilot):
        await turned(app, pilot)
        await pilot.press("ctrl+o")
        await until(pilot, lambda: len(app.screen_stack) > 1)
        app.screen.query_one("Input").value = str(other)
        await pilot.press("enter")
        await until(pilot, lambda: "other.pepa" in screen_text(app).splitlines()[0])
        await pilot.press("f5")
        await until(pilot, lambda: "solved" in screen_text(app).splitlines()[0])
        assert not app.query_one(WhatIfPane).overrides


async def test_a_change_that_waited_is_run_once_the_text_is_mended(model):
    async with workbench(model, size=(120, 40)) as (app, pilot):
        await pilot.press("f6")
        await until(pilot, lambda: "throughput(x) 1.333" in screen_text(app))
        await until(pilot, lambda: app.query_one(WhatIfPane).name_at_cursor is not None)
        editor = app.query_one(PepaEditor)
        editor.replace_all(TEXT + "xx = = ;")
        await until(pilot, lambda: app.runs.checked and not app.runs.well)
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: "waits" in screen_text(app))
        editor.replace_all(TEXT)
        await until(pilot, lambda: "throughput(x) 2.667" in screen_text(app))


async def test_each_model_keeps_what_is_turned_in_it(model, tmp_path):
    other = tmp_path / "other.pepa"
    other.write_text("a = 1;\nP = (x, a).Q;\nQ = (y, 1.0).P;\nP\n")
    async with workbench(model, size=(120, 40)) as (app, pilot):
        await turned(app, pilot)
        pane = app.query_one(WhatIfPane)
        await pilot.press("ctrl+o")
        await until(pilot, lambda: len(app.screen_stack) > 1)
        app.screen.query_one("Input").value = str(other)
        await pilot.press("enter")
        await until(pilot, lambda: app.runs.checked and "other.pepa" in screen_text(app).splitlines()[0])
        await until(pilot, lambda: "→" not in screen_text(app).splitlines()[0])
        await pilot.press("f6")
        await until(pilot, lambda: "throughput(x) 0.5000" in screen_text(app))
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: pane.overrides == {"a": 2.0})
        await pilot.press("shift+f8")
        await until(pilot, lambda: "a 2→4" in screen_text(app).splitlines()[0])
        await pilot.press("f5")
        await until(pilot, lambda: "throughput(x) 2.667" in screen_text(app))
        await pilot.press("shift+f8")
        await until(pilot, lambda: pane.overrides == {"a": 2.0} and "a 1→2" in screen_text(app).splitlines()[0])


async def test_a_run_of_the_model_before_says_nothing_of_the_next(tmp_path):
    large, other = tmp_path / "large.pepa", tmp_path / "other.pepa"
    large.write_text("n = 3000000;\nP = (x, 1).Q;\nQ = (y, 1.0).P;\nP[n]\n")
    other.write_text("P = (x, 1).Q;\nQ = (y, 1.0).P;\nP\n")
    async with workbench(large, size=(120, 40)) as (app, pilot):
        await pilot.press("f5")
        await until(pilot, lambda: "states of about" in screen_text(app))
        await pilot.press("ctrl+o")
        await until(pilot, lambda: len(app.screen_stack) > 1)
        app.screen.query_one("Input").value = str(other)
        await pilot.press("enter")
        await until(pilot, lambda: "other.pepa" in screen_text(app).splitlines()[0])
        await pilot.pause(0.5)
        await until(pilot, lambda: "states of about" not in screen_text(app))
        await pilot.press("f5")
        await until(pilot, lambda: "2 states  solved" in screen_text(app).splitlines()[0])


async def test_a_renamed_parameter_stays_turned(model):
    async with workbench(model, size=(120, 40)) as (app, pilot):
        await turned(app, pilot)
        await pilot.press("alt+1", "ctrl+home", "f2")
        await until(pilot, lambda: len(app.screen_stack) > 1)
        app.screen.query_one("Input").value = "rate"
        await pilot.press("enter")
        await until(pilot, lambda: "rate 2→4" in screen_text(app).splitlines()[0])
        await pilot.press("f5")
        await until(pilot, lambda: "throughput(x) 2.667" in screen_text(app))


@asynccontextmanager
async def heated(tmp_path):
    """A model that has changed since it was run."""
    path = tmp_path / "kiln.pepa"
    path.write_text("heat = 2.0;\nCold = (fire, heat).Hot;\nHot = (cool, 1.5).Cold;\nCold[2]\n")
    async with workbench(path, size=(80, 24)) as (app, pilot):
        await solved(app, pilot)
        replace(app, "heat = 2.0", "heat = 7.0")
        await until(pilot, lambda: app.runs.stale)
        yield app, pilot


@pytest.mark.parametrize(("pane", "keys"), [("alt+4", ("enter", "W", "E")), ("alt+6", ("F", "E", "W"))])
async def test_what_is_told_of_a_run_says_that_the_model_has_changed_since(tmp_path, pane, keys):
    async with heated(tmp_path) as (app, pilot):
        await pilot.press(pane)
        for key in keys:
            app.clear_notifications()
            await pilot.press(key)
            await until(pilot, lambda: "the model has changed since it was run: F5 runs it" in told(app))
        await pilot.press("f5")
        await until(pilot, lambda: not app.runs.stale and not app.analysing.goes_on)
        app.clear_notifications()
        await pilot.press(keys[0])
        await until(pilot, lambda: "fire: Cold" in screen_text(app) or "residual" in screen_text(app))
        await until(pilot, lambda: not told(app))


async def test_a_figure_cannot_be_chosen_for_a_model_that_has_changed_since_its_run(tmp_path):
    async with heated(tmp_path) as (app, pilot):
        await pilot.press("alt+6", "m")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "prompt-line")
        app.focused.value = "throughput(cool)"
        await pilot.press("enter")
        await until(pilot, lambda: "has changed since it was run: F5 runs it" in screen_text(app))
