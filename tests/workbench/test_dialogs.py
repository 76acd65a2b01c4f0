"""Saving, opening and leaving: every answer to every question, and what goes wrong with files."""

import re
import signal
from dataclasses import replace as replaced
from pathlib import Path

import pytest
from textual.widgets import Input

from pepa.language.format import formatted
from pepa.query.analysis import compile_text
from tests.workbench.screens import answer, asked, left, replace, screen_text, told, until, workbench
from workbench.app import Workbench
from workbench.document import opened, recovered, remember
from workbench.offered import SKELETON, note_recent, offers
from workbench.widgets.editor import PepaEditor

TEXT = "r = 1.0;\nP = (work, r).Q;\nQ = (rest, 2.0).P;\n\nP[3]\n"
OTHER = "s = 3.0;\nA = (a, s).A;\n\nA\n"


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "model.pepa"
    path.write_text(TEXT)
    return path


async def save_as(app, pilot):
    app.keeping.action_save_as()
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
        await until(pilot, lambda: "exists" in screen_text(app))
        await answer(app, pilot, keys=keys)
        if not replaced:
            await asked(app, pilot, "Save the model as")  # under another name
            await answer(app, pilot, keys=["escape"])
        await until(pilot, lambda: app.document.path == (target if replaced else model))
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
        folder = tmp_path / "not"
        await answer(app, pilot, folder / "model.pepa")
        await asked(app, pilot, "cannot write")
        assert app.screen.query_one(Input).value == str(folder / "model.pepa")
        assert app.document.path == model
        assert "r = 5.0" in app.query_one(PepaEditor).text
        folder.mkdir()
        await answer(app, pilot)
        await until(pilot, lambda: app.document.path == folder / "model.pepa")
    assert "r = 5.0" in (folder / "model.pepa").read_text()
    assert model.read_text() == TEXT


async def test_another_model_is_opened(model, tmp_path):
    other = tmp_path / "other.pepa"
    other.write_text(OTHER)
    async with workbench(model) as (app, pilot):
        await pilot.press("f5")
        await until(pilot, lambda: "solved" in screen_text(app))
        await pilot.press("ctrl+o")
        await asked(app, pilot, "Open the model")
        line = app.screen.query_one(Input)
        assert line.value == f"{tmp_path}/"
        line.insert_text_at_cursor(str(other))  # behind what stands there
        await pilot.pause()
        assert line.value == str(other)
        await pilot.press("enter")
        await until(pilot, lambda: "s = 3.0;" in screen_text(app))
        await until(pilot, lambda: "other.pepa" in screen_text(app).splitlines()[0])
        await until(pilot, lambda: "F5 runs the model" in screen_text(app))
        assert app.query_one(PepaEditor).text == OTHER


async def test_a_wrong_path_keeps_the_dialog_open_and_a_new_file_is_begun_on_a_second_enter(model, tmp_path):
    (tmp_path / "binary.pepa").write_bytes(b"\0\1\2")
    async with workbench(model) as (app, pilot):
        await pilot.press("ctrl+o")
        await asked(app, pilot, "Open the model")
        line = app.screen.query_one(Input)
        for path, said in (
            (tmp_path / "binary.pepa", "is a binary file"),
            (tmp_path / "no" / "a.pepa", "No such file"),
            (tmp_path / "new.pepa", "Enter once more begins it"),
        ):
            line.value = str(path)
            await pilot.press("enter")
            await until(pilot, lambda said=said: said in str(app.screen.query_one("WrongLine").content))
        line.value = f"{tmp_path}/mod"
        await pilot.press("tab")
        assert line.value == str(model)
        await pilot.press("enter")
        await until(pilot, lambda: "the model that is shown" in told(app))
        assert app.query_one(PepaEditor).text == TEXT
        await pilot.press("ctrl+o")
        await asked(app, pilot, "Open the model")
        await answer(app, pilot, tmp_path / "new.pepa", keys=["enter", "enter"])
        await until(pilot, lambda: app.document.new and app.document.path == tmp_path / "new.pepa")


async def test_a_model_stays_beside_the_one_that_is_opened_with_its_changes_and_its_undo(model, tmp_path):
    other = tmp_path / "other.pepa"
    other.write_text(OTHER)
    changed = TEXT.replace("1.0", "6.0")
    async with workbench(model) as (app, pilot):
        editor = app.query_one(PepaEditor)
        replace(app, "1.0", "6.0")
        await pilot.press("ctrl+o")
        await asked(app, pilot, "Open the model")
        await answer(app, pilot, other)
        await until(pilot, lambda: editor.text == OTHER and "other.pepa   +1" in screen_text(app))
        await pilot.press("x", "shift+f8")
        await until(pilot, lambda: editor.text == changed)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: editor.text == TEXT)
        await pilot.press("ctrl+y", "shift+f8")
        await until(pilot, lambda: editor.text == f"x{OTHER}")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: editor.text == OTHER)
        await pilot.press("ctrl+q")  # this one has no changes, the other has
        await asked(app, pilot, "model.pepa has unsaved changes")
        await answer(app, pilot, keys=["escape"])
        await pilot.press("ctrl+o")
        await asked(app, pilot, "Open the model")
        await answer(app, pilot, other)  # it is open already
        await until(pilot, lambda: editor.text == OTHER)
        app.holding.action_close_model()
        await until(pilot, lambda: editor.text == changed and "+1" not in screen_text(app))
        await pilot.press("ctrl+q")
        await asked(app, pilot, "model.pepa has unsaved changes")
        await answer(app, pilot, keys=["down", "enter"])
        await left(app, pilot)
    assert recovered(opened(model)) is None
    assert model.read_text() == TEXT


async def test_started_without_a_file_it_asks_what_to_begin_with(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here.pepa").write_text(OTHER)
    app = Workbench(opened(None), greets=True)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await asked(app, pilot, "What do you want to begin with?")
        for text in ("new     from a skeleton", "example vm_launch", "file    here.pepa"):
            assert any(text in offer.label for offer in offers(""))
        await until(pilot, lambda: "from a skeleton" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.query_one(PepaEditor).text == SKELETON)
        await pilot.press("ctrl+o")
        await asked(app, pilot, "Open the model")
        await pilot.press(*"tandem", "enter")
        await until(pilot, lambda: "Two queues in a row" in app.query_one(PepaEditor).text)
        await pilot.press("ctrl+o")
        await asked(app, pilot, "Open the model")
        await answer(app, pilot, "here.pepa")
        await until(pilot, lambda: app.query_one(PepaEditor).text == OTHER)
    assert [offer.name for offer in offers("here") if offer.kind == "recent"] == [str(tmp_path / "here.pepa")]


def test_a_skeleton_is_a_model_laid_out_of_which_nothing_is_said():
    assert compile_text(SKELETON).warnings == ()
    assert formatted(SKELETON) == SKELETON


async def test_an_untitled_model_is_named_before_it_is_saved(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
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
        app.keeping._on_signal(number)  # before the app has heard of the edit
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


async def test_what_begins_as_typed_comes_before_what_holds_it(model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wide.pepa").write_text(OTHER)
    async with workbench(model) as (app, pilot):
        await pilot.press("ctrl+o", "w", "i")
        await until(pilot, lambda: "wide.pepa" in screen_text(app))
        await pilot.press("backspace", "enter")  # `new` holds a w
        await until(pilot, lambda: app.query_one(PepaEditor).text != model.read_text())
        await until(pilot, lambda: "from a skeleton" not in screen_text(app))
        await until(
            pilot,
            lambda: (
                "wide.pepa" in screen_text(app).splitlines()[0] or "web_service" in screen_text(app).splitlines()[0]
            ),
        )


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_of_a_long_path_the_name_of_the_file_is_seen(model, tmp_path, monkeypatch, size):
    deep = tmp_path / ("long" * 20)
    deep.mkdir()
    (deep / "wide.pepa").write_text(OTHER)
    monkeypatch.chdir(tmp_path)
    async with workbench(model, size=size) as (app, pilot):
        await pilot.press("ctrl+o")
        await asked(app, pilot, "Open the model")
        app.screen.query_one(Input).value = f"{deep}/w"
        await until(pilot, lambda: re.search(r"file    ….*g/wide\.pepa ", screen_text(app)))


@pytest.mark.parametrize("key", ["ctrl+f", "ctrl+p", "ctrl+g", "f2", "ctrl+o", "f10", "f6"])
async def test_no_line_to_type_into_writes_while_nothing_is_typed(model, key):
    async with workbench(model) as (app, pilot):
        await pilot.press(key)
        await until(pilot, lambda: app.focused is not app.query_one(PepaEditor) or len(app.screen_stack) > 1)
        await until(pilot, lambda: app.screen is not app.screen_stack[0] or app.query(Input))
        assert not [one for one in (*app.query(Input), *app.screen.query(Input)) if one.cursor_blink]


async def test_a_model_is_saved_under_its_name_in_a_folder(model, tmp_path):
    (tmp_path / "folder").mkdir()
    async with workbench(model) as (app, pilot):
        app.keeping.action_save_as()
        await asked(app, pilot, "Save the model as")
        await answer(app, pilot, tmp_path / "folder")
        await until(pilot, lambda: app.document.path == tmp_path / "folder" / "model.pepa")
    assert (tmp_path / "folder" / "model.pepa").read_text() == model.read_text()


def test_what_is_not_in_the_folder_is_offered_behind_what_is_and_no_file_twice(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    for name in ("queue.pepa", "skates.pepa"):
        (tmp_path / name).write_text("P = (a, 1).P;\nP\n")
        note_recent(tmp_path / name)
    assert [offer.name for offer in offers(f"{tmp_path}/sk")] == [f"{tmp_path}/skates.pepa", "from a skeleton"]
    assert [offer.kind for offer in offers("queue.pepa")] == ["recent"]
    listed = [offer.name for offer in offers(f"{tmp_path}/")]
    assert listed[:2] == [f"{tmp_path}/queue.pepa", f"{tmp_path}/skates.pepa"]
    assert "from a skeleton" in listed
    assert len(listed) == len(set(listed))


def test_recent_models_with_unsaved_text_are_marked_however_long_their_path_is(tmp_path):
    for name in ("kept.pepa", "saved.pepa"):
        (tmp_path / name).write_text("P = (a, 1.0).P;\nP\n")
        note_recent(tmp_path / name)
    remember(replaced(opened(tmp_path / "kept.pepa"), slot=1).edited("P"))
    recent = {Path(offer.name).name: offer for offer in offers("") if offer.kind == "recent"}
    assert recent["kept.pepa"].line(50).endswith("kept.pepa ● unsaved text")
    assert recent["saved.pepa"].line(50).endswith("saved.pepa")
    assert max(len(offer.line(50)) for offer in recent.values()) <= 50
