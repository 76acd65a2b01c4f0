"""Names with square brackets, which are markup elsewhere, are told as they are written."""

import pytest

from tests.workbench.screens import asked, screen_text, until, workbench
from workbench.panes.dialogs import Ask, Choose
from workbench.widgets.editor import PepaEditor
from workbench.widgets.prompt import Prompt

TEXT = 'r = 1.0;\nP = ("[/a]", r).Q;\nQ = (b, r).P;\n\nP[2] <"[/a]"> Q\n'


@pytest.fixture
def model(tmp_path):
    folder = tmp_path / "d["
    folder.mkdir()
    path = folder / "x].pepa"
    path.write_text(TEXT)
    return path


async def test_saving_a_file_with_brackets_in_its_path_tells_the_path(model):
    async with workbench(model) as (app, pilot):
        await pilot.press("x", "ctrl+s")
        await until(pilot, lambda: "saved" in screen_text(app) and "[/x].pepa" in screen_text(app).replace("\n", ""))
        assert app._exception is None
    assert model.read_text() == "x" + TEXT


async def test_a_name_with_brackets_is_known_and_renamed(model):
    async with workbench(model) as (app, pilot):
        app.query_one(PepaEditor).move_cursor((1, 6))
        await pilot.press("f11")
        await until(pilot, lambda: 'action "[/a]"' in screen_text(app) or "[/a]" in screen_text(app))
        await pilot.press("f2")
        await asked(app, pilot, "[/a]")
        await pilot.press("escape")


@pytest.mark.parametrize(
    "dialog", [lambda: Ask("is `P[n]` [/b]?", "x"), lambda: Choose("is `P[n]` [/b]?", ["`Q[/n]`"])]
)
async def test_questions_and_what_is_told_are_no_markup(model, dialog):
    async with workbench(model) as (app, pilot):
        app.notify("told `P[n]` [/b]", title="of [/c]")
        app.push_screen(dialog())
        await asked(app, pilot, "is `P[n]` [/b]?")
        await pilot.press("escape")  # what is told lies on no dialog
        await until(pilot, lambda: "told `P[n]` [/b]" in screen_text(app) and "of [/c]" in screen_text(app))
        app.query(Prompt).first().ask("what", "how many `Q[n]` [/b]", str)
        await pilot.pause()
        assert app._exception is None
