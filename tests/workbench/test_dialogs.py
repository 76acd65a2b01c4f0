"""Saving, opening and leaving: every answer to every question, and what goes wrong with files."""

import signal

import pytest

from tests.workbench.screens import answer, asked, left, replace, screen_text, told, until, workbench
from workbench.document import opened, recovered
from workbench.widgets.editor import PepaEditor

TEXT = "r = 1.0;\nP = (work, r).Q;\nQ = (rest, 2.0).P;\n\nP[3]\n"
OTHER = "s = 3.0;\nA = (a, s).A;\n\nA\n"


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "model.pepa"
    path.write_text(TEXT)
    return path


async def save_as(app, pilot):
    app.action_save_as()
    await asked(app, pilot, "Save the model as")


async def test_a_model_is_saved_under_another_name_and_goes_on_there(model, tmp_path):
    async with workbench(model) as (app, pilot):
        replace(app, "1.0", "4.0")
        await save_as(app, pilot)
        await answer(app, pilot, tmp_path / "new.pepa")
        await until(pilot, lambda: "new.pepa" in screen_text(app).splitlines()[0])
        assert app.document.path == tmp_path / "new.pepa"
        assert not app.document.dirty
    assert model.read_text() == TEXT
    assert "r = 4.0" in (tmp_path / "new.pepa").read_text()


@pytest.mark.parametrize(("keys", "replaced"), [(["enter"], False), (["down", "enter"], True), (["escape"], False)])
async def test_an_existing_file_is_replaced_only_on_demand(model, tmp_path, keys, replaced):
    target = tmp_path / "there.pepa"
    target.write_text(OTHER)
    async with workbench(model) as (app, pilot):
        await save_as(app, pilot)
        await answer(app, pilot, target)
        await asked(app, pilot, "Replace it")
        assert "exists" in screen_text(app)
        await answer(app, pilot, keys=keys)
        await until(pilot, lambda: app.document.path is not None)
        assert app.document.path == (target if replaced else model)
    assert target.read_text() == (TEXT if replaced else OTHER)


async def test_saving_as_can_be_given_up(model):
    async with workbench(model) as (app, pilot):
        await save_as(app, pilot)
        await answer(app, pilot, keys=["escape"])
        await until(pilot, lambda: app.document.path == model)


async def test_a_place_that_cannot_be_written_is_told_and_nothing_is_lost(model, tmp_path):
    async with workbench(model) as (app, pilot):
        replace(app, "1.0", "5.0")
        await save_as(app, pilot)
        await answer(app, pilot, tmp_path / "no" / "folder" / "model.pepa")
        await until(pilot, lambda: "cannot write" in told(app))
        assert app.document.path == model
        assert "r = 5.0" in app.query_one(PepaEditor).text


async def test_another_model_is_opened(model, tmp_path):
    other = tmp_path / "other.pepa"
    other.write_text(OTHER)
    async with workbench(model) as (app, pilot):
        await pilot.press("f5")
        await until(pilot, lambda: "solved" in screen_text(app))
        await pilot.press("ctrl+o")
        await asked(app, pilot, "Open the model")
        await answer(app, pilot, other)
        await until(pilot, lambda: "s = 3.0;" in screen_text(app))
        await until(pilot, lambda: "other.pepa" in screen_text(app).splitlines()[0])
        assert "F5 runs the model" in screen_text(app)
        assert app.query_one(PepaEditor).text == OTHER


async def test_what_is_no_model_is_told_and_the_open_one_stays(model, tmp_path):
    (tmp_path / "binary.pepa").write_bytes(b"\0\1\2")
    async with workbench(model) as (app, pilot):
        for path, said in ((tmp_path, "is a directory"), (tmp_path / "binary.pepa", "is a binary file")):
            await pilot.press("ctrl+o")
            await asked(app, pilot, "Open the model")
            await answer(app, pilot, path)
            await until(pilot, lambda said=said: said in told(app))
        assert app.query_one(PepaEditor).text == TEXT
        await pilot.press("ctrl+o")
        await asked(app, pilot, "Open the model")
        await answer(app, pilot, keys=["escape"])
        await until(pilot, lambda: app.document.path == model)


@pytest.mark.parametrize(
    ("keys", "text", "saved"),
    [
        (["enter"], OTHER, True),
        (["down", "enter"], OTHER, False),
        (["down", "down", "enter"], TEXT.replace("1.0", "6.0"), False),
    ],
)
async def test_opening_with_changes_asks_what_to_do_with_them(model, tmp_path, keys, text, saved):
    other = tmp_path / "other.pepa"
    other.write_text(OTHER)
    async with workbench(model) as (app, pilot):
        replace(app, "1.0", "6.0")
        await pilot.press("ctrl+o")
        await asked(app, pilot, "unsaved changes")
        await answer(app, pilot, keys=keys)
        if text == OTHER:
            await asked(app, pilot, "Open the model")
            await answer(app, pilot, other)
        await until(pilot, lambda: app.query_one(PepaEditor).text == text)
    assert ("6.0" in model.read_text()) is saved


async def test_an_untitled_model_is_named_before_it_is_saved(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    from workbench.app import Workbench

    app = Workbench(opened(None))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        app.query_one(PepaEditor).replace_all(TEXT)
        await pilot.press("ctrl+s")
        await asked(app, pilot, "Save the model as")
        await answer(app, pilot, "mine.pepa")
        await until(pilot, lambda: "mine.pepa" in screen_text(app).splitlines()[0])
    assert (tmp_path / "mine.pepa").read_text() == TEXT


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_a_lost_connection_keeps_the_text(model, number):
    async with workbench(model) as (app, pilot):
        replace(app, "1.0", "8.0")
        app._on_signal(number)  # before the app has heard of the edit
        await left(app, pilot, 128 + number)
    assert "r = 8.0" in recovered(opened(model))


async def test_saving_and_leaving_in_one(model):
    async with workbench(model) as (app, pilot):
        replace(app, "1.0", "9.0")
        await pilot.press("ctrl+q")
        await asked(app, pilot, "unsaved changes")
        await pilot.press("enter")
        await left(app, pilot)
    assert "r = 9.0" in model.read_text()
    assert recovered(opened(model)) is None


async def test_a_place_for_recovery_that_cannot_be_had_is_told(model, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    async with workbench(model) as (app, pilot):
        replace(app, "1.0", "2.5")
        await until(pilot, lambda: "no recovery file can be written" in told(app))
        assert "r = 2.5" in app.query_one(PepaEditor).text
