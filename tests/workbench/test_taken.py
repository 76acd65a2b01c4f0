"""What of a file was taken into the text, and an undo that takes it back."""

import pytest

from tests.workbench.screens import answer, asked, replace, screen_text, until, workbench
from workbench.document import opened, remember
from workbench.widgets.editor import PepaEditor

TEXT = "r = 1.0;\nP = (work, r).Q;\nQ = (rest, 2.0).P;\n\nP[3]\n"
THEIRS = TEXT.replace("2.0", "7.0")


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text(TEXT)
    return path


@pytest.mark.parametrize("downs", [1, 2])
async def test_what_was_merged_or_reloaded_and_is_undone_is_asked_about_again(model, downs):
    async with workbench(model) as (app, pilot):
        await until(pilot, lambda: app.watching.signs.stamp)
        replace(app, "1.0", "3.0")
        model.write_text(THEIRS)
        await pilot.press("ctrl+s")
        await asked(app, pilot, "has changed on disk")
        await answer(app, pilot, keys=[*["down"] * downs, "enter"])
        await until(pilot, lambda: "7.0" in app.query_one(PepaEditor).text)
        await pilot.press("ctrl+z", "x")
        await until(pilot, lambda: "changed on disk" in screen_text(app).splitlines()[0])
        await pilot.press("ctrl+s")
        await asked(app, pilot, "has changed on disk")
        assert model.read_text() == THEIRS
        await answer(app, pilot)


@pytest.mark.parametrize("downs", [1, 2])
async def test_undone_and_redone_a_merge_is_saved_unasked(model, downs):
    async with workbench(model) as (app, pilot):
        replace(app, "1.0", "3.0")
        model.write_text(THEIRS)
        await pilot.press("ctrl+s")
        await asked(app, pilot, "has changed on disk")
        await answer(app, pilot, keys=[*["down"] * downs, "enter"])
        await until(pilot, lambda: "7.0" in app.query_one(PepaEditor).text)
        await pilot.press("ctrl+z", "ctrl+y", "x")
        text = app.query_one(PepaEditor).text
        await pilot.press("ctrl+s")
        await until(pilot, lambda: model.read_text() == text)
        await pilot.press("ctrl+z", "ctrl+z", "ctrl+s")  # what was saved here is not another's
        await until(pilot, lambda: model.read_text() == TEXT.replace("1.0", "3.0"))


async def test_recovered_text_that_is_undone_is_the_file_as_it_is_now(model):
    remember(opened(model).edited(TEXT.replace("1.0", "3.0")))
    model.write_text(THEIRS)
    async with workbench(model) as (app, pilot):
        await until(pilot, lambda: "changed on disk" in screen_text(app).splitlines()[0])
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "changed on disk" not in screen_text(app).splitlines()[0])
        assert not app.document.dirty
        assert app.query_one(PepaEditor).text == THEIRS
