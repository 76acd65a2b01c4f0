"""Keys of the list of experiments mean the one under its cursor, and the list of keys tells what they do there."""

import pytest
from textual.widgets import OptionList

from tests.workbench.screens import screen_text, until, workbench
from workbench.panes.experiments import ExperimentsPane
from workbench.panes.keys_here import KeysHere

LOOM = "weave = 1.0; mend = 2.0;\nLoom = (cloth, weave).Torn;\nTorn = (repair, mend).Loom;\n\nLoom[2]\n"
FILE = """\
model = "loom.pepa"

[slow]
title = "how fast"
vary = { weave = [0.5, 1.0] }
measures = ["throughput(cloth)"]

[mended]
title = "how soon"
vary = { mend = [1.0, 3.0, 5.0] }
measures = ["population(Torn)"]
"""


@pytest.fixture
def loom(tmp_path):
    (tmp_path / "loom.experiments.toml").write_text(FILE)
    path = tmp_path / "loom.pepa"
    path.write_text(LOOM)
    return path


async def listed(app, pilot):
    await until(pilot, lambda: app.runs.checked)
    await pilot.press("f7")
    await until(pilot, lambda: "mended" in screen_text(app) and app.focused is not None)
    await until(pilot, lambda: app.focused.id == "study-list")
    return app.query_one("#study-list", OptionList)


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_what_is_edited_is_the_one_under_the_cursor_of_the_list(loom, size):
    async with workbench(loom, size=size) as (app, pilot):
        pane = app.query_one(ExperimentsPane)
        at = await listed(app, pilot)
        await pilot.press("home", "e")
        await until(pilot, lambda: not at.display and pane.form.display and app.focused in pane.form.query("Input"))
        await pilot.press(*"mend")
        await until(pilot, lambda: "mend" in pane.form.form["vary"])
        await pilot.press("escape", "escape", "l", "end", "e")
        await until(pilot, lambda: pane.form.form["measures"] == "population(Torn)")
        assert pane.form.display
        assert not at.display


async def test_what_is_run_is_the_one_under_the_cursor_of_the_list(loom):
    async with workbench(loom, size=(80, 24)) as (app, pilot):
        await listed(app, pilot)
        await pilot.press("end", "f7")
        await until(pilot, lambda: "3 of 3 points" in screen_text(app))
        await until(pilot, lambda: "population(Torn)" in screen_text(app))


async def test_the_list_of_keys_tells_what_they_do_in_the_pane(loom):
    async with workbench(loom, size=(80, 60)) as (app, pilot):
        await listed(app, pilot)
        await pilot.press("question_mark")
        await until(pilot, lambda: "Esc closes" in screen_text(app))
        keys = {line.strip(" ┃").split(" ", 1)[0]: line for line in screen_text(app).splitlines()}
        assert "Open an experiment file" in keys["o"]
        assert "Write the form into an experiment file" in keys["w"]
        assert "Open a model beside this one" in keys["Ctrl+O"]
        assert "Write the model to its file" in keys["Ctrl+S"]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("n", "vary"),
        ("f6", "6 What-if"),
        ("alt+4", "4 Charts"),
        ("f1", "An experiment asks measures"),
        ("ctrl+p", "Search"),
    ],
)
async def test_a_key_of_the_list_of_keys_closes_it_and_does_what_it_says(loom, key, said):
    async with workbench(loom, size=(80, 60)) as (app, pilot):
        await listed(app, pilot)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, KeysHere) and "each works" in screen_text(app))
        await pilot.press(key)
        await until(pilot, lambda: not isinstance(app.screen, KeysHere) and said in screen_text(app))


async def test_keys_that_scroll_the_list_of_keys_or_are_not_in_it_leave_it_open(loom):
    async with workbench(loom, size=(80, 24)) as (app, pilot):
        await listed(app, pilot)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, KeysHere) and "each works" in screen_text(app))
        await pilot.press("Z", "end")
        await until(pilot, lambda: "each works" not in screen_text(app))
        assert isinstance(app.screen, KeysHere)
        await pilot.press("question_mark")
        await until(pilot, lambda: not isinstance(app.screen, KeysHere))
