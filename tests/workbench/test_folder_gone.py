"""The folder of the open file goes, or a folder comes where a file was."""

import pytest
from textual.widgets import Input

from tests.workbench.screens import answer, asked, screen_text, told, until, workbench
from workbench.panes.states import StatesPane

TEXT = "Lamp = (on, 1.0).Lit; Lit = (off, 2.0).Lamp;\nLamp\n"


async def test_a_folder_that_goes_is_told_with_what_keeps_the_text(tmp_path):
    model = tmp_path / "room" / "lamp.pepa"
    model.parent.mkdir()
    model.write_text(TEXT)
    async with workbench(model) as (app, pilot):
        await until(pilot, lambda: app.watching.signs.stamp)
        model.unlink()
        model.parent.rmdir()
        await until(pilot, lambda: "nor is its folder" in told(app))
        await until(pilot, lambda: "writes it anew" not in told(app))
        app.keeping.action_save_as()
        await asked(app, pilot, "Save the model as")
        await answer(app, pilot, tmp_path / "lamp.pepa")
        await until(pilot, lambda: (tmp_path / "lamp.pepa").exists())
    assert (tmp_path / "lamp.pepa").read_text() == TEXT


@pytest.mark.parametrize("seen", [True, False])
async def test_a_folder_in_place_of_the_file_is_never_replaced(tmp_path, seen):
    model = tmp_path / "lamp.pepa"
    model.write_text(TEXT)
    async with workbench(model) as (app, pilot):
        await until(pilot, lambda: app.watching.signs.stamp)
        model.unlink()
        if seen:
            await until(pilot, lambda: "(not on disk)" in screen_text(app).splitlines()[0])
        model.mkdir()
        await until(pilot, lambda: "is a folder now: save elsewhere" in told(app))
        await until(pilot, lambda: "lamp.pepa (not on disk)" in screen_text(app).splitlines()[0])
        await until(pilot, lambda: "⇄" not in screen_text(app))
        app.clear_notifications()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "is a folder save under another name" in told(app))
        assert len(app.screen_stack) == 1
        app.keeping.action_save_as()
        await asked(app, pilot, "Save the model as")
        (tmp_path / "room" / "lamp.pepa").mkdir(parents=True)
        await answer(app, pilot, tmp_path / "room")
        await asked(app, pilot, "lamp.pepa is a folder")
        await answer(app, pilot, tmp_path / "lit.pepa")
        await until(pilot, lambda: "lit.pepa " in screen_text(app).splitlines()[0])
    assert (tmp_path / "lit.pepa").read_text() == TEXT


async def test_of_a_folder_it_is_not_asked_whether_it_is_to_be_replaced(tmp_path):
    model, folder = tmp_path / "lamp.pepa", tmp_path / "ways"
    model.write_text(TEXT)
    folder.mkdir()
    async with workbench(model, size=(80, 24)) as (app, pilot):
        pane = app.query_one(StatesPane)
        await pilot.press("f8")
        await until(pilot, lambda: pane.steps.detail is not None)
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.focused, Input))
        app.focused.value = str(folder)
        await pilot.press("enter")
        await until(pilot, lambda: "it is a directory" in " ".join(screen_text(app).split()))
        assert len(app.screen_stack) == 1
