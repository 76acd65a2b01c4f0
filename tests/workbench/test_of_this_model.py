"""What panes ask for is written with what is in the open model."""

import pytest

from tests.workbench.screens import screen_text, until, workbench
from workbench.figures import examples
from workbench.panes.experiments import ExperimentsPane
from workbench.panes.states import StatesPane
from workbench.panes.whatif import WhatIfPane

MILL = "mills = 2;\ngrind = 4.0;\nMill = (ground, grind).Worn;\nWorn = (dressed, 1.0).Mill;\n\nMill[mills]\n"


@pytest.fixture
def mill(tmp_path):
    path = tmp_path / "mill.pepa"
    path.write_text(MILL)
    return path


def test_what_can_be_watched_is_of_the_model():
    assert examples(["throughput(ground)", "Worn"], ["mills"]) == "throughput(ground), Worn / mills, any"
    assert examples(["throughput(ground)"], []) == "throughput(ground), throughput(ground) / 2, any"
    assert "expression" in examples([], ["mills"])


async def test_the_figure_asked_for_and_the_form_name_what_is_in_the_model(mill):
    async with workbench(mill, size=(80, 24)) as (app, pilot):
        await pilot.press("f5", "alt+6")
        pane = app.query_one(WhatIfPane)
        await until(pilot, lambda: pane.name_at_cursor is not None and pane.measure)
        await pilot.press("m")
        await until(pilot, lambda: "watch: throughput(ground), Worn / mills" in screen_text(app))
        await pilot.press("escape", "f7")
        await until(pilot, lambda: "mills=1..5 grind=" in screen_text(app))
        await until(pilot, lambda: "mills=2   the others are as in the text" in screen_text(app))
        app.query_one(ExperimentsPane).form.take({"measures": ""})
        await until(pilot, lambda: "throughput(ground)   ↓ offers measures" in screen_text(app))


async def test_what_can_be_typed_for_a_state_is_a_state_of_the_model(mill):
    async with workbench(mill, size=(80, 24)) as (app, pilot):
        await pilot.press("f8")
        await until(pilot, lambda: app.query_one(StatesPane).steps.detail is not None)
        await pilot.press("g")
        await until(pilot, lambda: "who is where: names, name=2 for two" in screen_text(app))
        await pilot.press("7", "enter")
        await until(pilot, lambda: "type who is where, as Mill=2" in screen_text(app))
