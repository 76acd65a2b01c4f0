"""Files that change under the editor, others that have them open, and the form in which they lie on disk."""

import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from tests.workbench.screens import answer, asked, left, replace, screen_text, told, until, workbench
from workbench import line_ends
from workbench.document import Document, forget, opened, recovered, remember
from workbench.merging import differences, merged
from workbench.presence import Presence
from workbench.recovery_slot import RecoverySlot
from workbench.widgets.editor import PepaEditor

TEXT = "r = 1.0;\nP = (work, r).Q;\nQ = (rest, 2.0).P;\n\nP[3]\n"
THEIRS = TEXT.replace("2.0", "7.0")


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text(TEXT)
    return path


async def test_a_change_on_disk_is_noticed_and_merged(model):
    async with workbench(model) as (app, pilot):
        await until(pilot, lambda: app.watching.signs.stamp)
        replace(app, "1.0", "3.0")
        model.write_text(THEIRS)
        await until(pilot, lambda: "changed on disk" in screen_text(app).splitlines()[0])
        await pilot.press("shift+f2")
        await asked(app, pilot, "has changed on disk")
        await until(pilot, lambda: "+Q = (rest, 7.0).P;" in screen_text(app))
        await answer(app, pilot, keys=["down", "enter"])
        both = THEIRS.replace("1.0", "3.0")
        await until(pilot, lambda: app.query_one(PepaEditor).text == both)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: model.read_text() == both)
        await until(pilot, lambda: "changed on disk" not in screen_text(app).splitlines()[0])


@pytest.mark.parametrize(
    ("keys", "text", "file"),
    [
        (["enter"], TEXT.replace("1.0", "3.0"), THEIRS),
        pytest.param(["escape"], TEXT.replace("1.0", "3.0"), THEIRS, marks=pytest.mark.slow),
        (["down", "down", "enter"], THEIRS, THEIRS),
        (["down", "down", "down", "enter"], TEXT.replace("1.0", "3.0"), TEXT.replace("1.0", "3.0")),
    ],
)
async def test_saving_over_a_change_on_disk_asks(model, keys, text, file):
    async with workbench(model) as (app, pilot):
        await pilot.pause()
        replace(app, "1.0", "3.0")
        model.write_text(THEIRS)
        await pilot.press("ctrl+s")
        await asked(app, pilot, "has changed on disk")
        await answer(app, pilot, keys=keys)
        await until(pilot, lambda: (app.query_one(PepaEditor).text, model.read_text()) == (text, file))


async def test_both_sides_of_a_conflict_are_kept(model):
    async with workbench(model) as (app, pilot):
        replace(app, "2.0", "5.0")
        model.write_text(THEIRS)
        await pilot.press("ctrl+s")
        await asked(app, pilot, "has changed on disk")
        await answer(app, pilot, keys=["down", "enter"])
        await until(pilot, lambda: "1 place to decide" in told(app))
        text = app.query_one(PepaEditor).text
        assert "5.0" in text
        assert "7.0" in text
        assert model.read_text() == THEIRS


@pytest.mark.parametrize("undone", [False, True])
async def test_a_file_that_comes_to_hold_the_text_merged_is_seen(model, undone):
    async with workbench(model) as (app, pilot):
        head = lambda: screen_text(app).splitlines()[0]  # noqa: E731
        replace(app, "1.0", "3.0")
        model.write_text(THEIRS)
        await pilot.press("ctrl+s")
        await asked(app, pilot, "has changed on disk")
        await answer(app, pilot, keys=["down", "enter"])
        both = THEIRS.replace("1.0", "3.0")
        await until(pilot, lambda: app.query_one(PepaEditor).text == both)
        if undone:
            app.query_one(PepaEditor).undo()
            await until(pilot, lambda: "changed on disk" in head())
            both = TEXT.replace("1.0", "3.0")
        model.write_text(both)
        await until(pilot, lambda: app.watching.signs.told == both)
        await pilot.press("shift+f2")
        await asked(app, pilot, "has changed on disk")
        await answer(app, pilot, keys=["down", "enter"])
        await until(pilot, lambda: "●" not in head())
        await pilot.pause(0.3)
        await until(pilot, lambda: "changed on disk" not in head())
        await until(pilot, lambda: "●" not in head())


async def test_leaving_and_saving_asks_about_the_disk_too(model):
    async with workbench(model) as (app, pilot):
        replace(app, "1.0", "3.0")
        model.write_text(THEIRS)
        await pilot.press("ctrl+q")
        await asked(app, pilot, "unsaved changes")
        await pilot.press("enter")
        await asked(app, pilot, "has changed on disk")
        await answer(app, pilot, keys=["escape"])
        assert app.is_running
        assert model.read_text() == THEIRS


async def test_a_file_that_is_gone_is_written_again(model):
    async with workbench(model) as (app, pilot):
        replace(app, "1.0", "3.0")
        model.unlink()
        await pilot.press("ctrl+s")
        await until(pilot, model.exists)


async def test_a_new_file_that_another_made_meanwhile_is_not_written_over(tmp_path):
    path = tmp_path / "new.pepa"
    async with workbench(path) as (app, pilot):
        await until(pilot, lambda: "new.pepa (new)" in screen_text(app).splitlines()[0])
        await until(pilot, lambda: "is a new file" in told(app))
        await pilot.press("P")
        path.write_text(THEIRS)
        await pilot.press("ctrl+s")
        await asked(app, pilot, "has changed on disk")
        await answer(app, pilot, keys=["escape"])
        assert path.read_text() == THEIRS


async def test_a_new_model_has_nothing_of_the_old(model, tmp_path):
    async with workbench(model) as (app, pilot):
        await until(pilot, lambda: "r=1" in screen_text(app).splitlines()[0])
        await pilot.press("ctrl+o")
        await asked(app, pilot, "Open the model")
        await answer(app, pilot, tmp_path / "new.pepa", keys=["enter", "enter"])
        await until(pilot, lambda: "(new)" in screen_text(app).splitlines()[0])
        await until(pilot, lambda: "r=1" not in screen_text(app).splitlines()[0])


async def test_quit_by_any_name_asks(model):
    async with workbench(model) as (app, pilot):
        titles = [command.title for command in app.get_system_commands(app.screen)]
        assert sum("quit" in title.lower() for title in titles) == 1
        replace(app, "1.0", "3.0")
        await app.run_action("quit")
        await asked(app, pilot, "unsaved changes")
        await pilot.press("down", "enter")
        await left(app, pilot)


async def test_save_as_keeps_what_is_there_unless_told(model, tmp_path):
    other = tmp_path / "other.pepa"
    other.write_text("theirs")
    async with workbench(model) as (app, pilot):
        app.keeping.action_save_as()
        await asked(app, pilot, "Save the model as")
        await answer(app, pilot, other)
        await asked(app, pilot, "exists")
        assert app.screen.query_one(OptionList).highlighted == 0
        await answer(app, pilot, keys=["enter"])
        assert other.read_text() == "theirs"
        assert app.document.path == model


async def test_two_apps_know_of_each_other(model):
    async with workbench(model) as (app, pilot):
        code = "import sys,pathlib; from workbench.presence import Presence; p = Presence(pathlib.Path(sys.argv[1])); "
        code += "p.enter(); print(len(p.others()), flush=True); sys.stdin.read()"
        await until(pilot, lambda: app.watching.signs.presence._held is not None)
        with subprocess.Popen(
            [sys.executable, "-c", code, str(model)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as other:
            assert other.stdout.readline() == "1\n"
            await until(pilot, lambda: "also open in another workbench" in told(app))
            other.kill()  # as a crash would
        assert app.watching.signs.presence.others() == []
    assert Presence(model).others() == []


def test_copying_nothing_sends_nothing(model):
    sent = []

    class Driver:
        def write(self, data):
            sent.append(data)

    from workbench.app import Workbench

    app = Workbench(opened(model))
    app._driver = Driver()
    app.copy_to_clipboard("")
    assert sent == []
    app.copy_to_clipboard("x")
    assert len(sent) == 1


@pytest.mark.parametrize("raw", ["a\nb\n", "a\r\nb\r\n", "\ufeffa\r\nb", "a\nb\r\nc\rd", "", "\ufeff", "a"])
def test_files_keep_their_form(raw, tmp_path):
    path = tmp_path / "m.pepa"
    path.write_bytes(raw.encode())
    document = opened(path)
    assert "\r" not in document.text
    document.written()
    assert path.read_bytes() == raw.encode()
    document.edited("new\n" + document.text).written()
    assert path.read_bytes().decode().removeprefix("\ufeff").endswith(raw.removeprefix("\ufeff"))
    assert path.read_bytes().decode().startswith("\ufeff") is raw.startswith("\ufeff")


def test_lines_that_stay_keep_their_ends():
    chance = random.Random(3)
    for _ in range(300):
        raw = "".join(
            f"line {number}{chance.choice(['', ' x'])}" + chance.choice(["\n", "\r\n", "\r"]) for number in range(6)
        )
        lines = line_ends.plain(raw).split("\n")
        row = chance.randrange(len(lines) - 1)
        lines[row] = "changed"
        written = line_ends.as_before("\n".join(lines), raw)
        assert line_ends.plain(written) == "\n".join(lines)
        before, after = line_ends.END.findall(raw), line_ends.END.findall(written)
        assert [end for place, end in enumerate(after) if place != row] == before[:row] + before[row + 1 :]


def test_what_is_unusual_is_told():
    assert line_ends.told("a\nb\n") == ""
    assert "2 CRLF, 1 LF" in line_ends.told("a\r\nb\r\nc\n")
    assert "byte-order mark" in line_ends.told("\ufeffa\r\n")


def test_merging_three_texts():
    assert merged("a\nb\nc", "A\nb\nc", "a\nb\nC").text == "A\nb\nC"
    assert merged("a", "b", "b") == merged("a", "a", "b")
    both = merged("a\nb\n", "a\nx\n", "a\ny\n")
    assert both.conflicts == 1
    assert "<<<<<<< here\nx\n=======\ny\n>>>>>>> on disk" in both.text
    assert "-x" in differences("x", "y")


@pytest.mark.parametrize("path", [None, Path("model.pepa")])
def test_two_apps_on_one_file_have_recovery_files_of_their_own(tmp_path, monkeypatch, path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    first, second = RecoverySlot(path), RecoverySlot(path)
    first.take()
    second.take()
    documents = [Document("", "", path, slot=slot.number) for slot in (first, second)]
    for number, document in enumerate(documents):
        remember(document.edited(f"text {number}"))
    assert [recovered(document) for document in documents] == ["text 0", "text 1"]
    forget(documents[0])
    first.leave()
    second.leave()  # as where it died: its text is still there
    third = RecoverySlot(path)
    third.take()
    assert recovered(Document("", "", path, slot=third.number)) == "text 1"
    third.leave()
    assert list((tmp_path / "state" / "pepa-workbench" / "open").iterdir()) == []


async def test_a_file_that_goes_is_told_and_leaving_asks(model):
    async with workbench(model) as (app, pilot):
        await until(pilot, lambda: app.watching.signs.stamp)
        model.unlink()
        app.watching._look()
        assert not app.document.gone  # who writes a file may take it away for a moment
        app.watching._look()
        await until(pilot, lambda: "not there any more" in told(app))
        assert app.document.dirty
        await until(pilot, lambda: "m.pepa (not on disk)" in screen_text(app).splitlines()[0])
        assert recovered(opened(model)) == TEXT
        await pilot.press("ctrl+q")
        await asked(app, pilot, "is not on the disk any more")
        await answer(app, pilot, keys=["enter"])
        await left(app, pilot)
    assert model.read_text() == TEXT


async def test_leaving_asks_about_a_file_that_has_just_gone_and_ends_where_it_is_given_up(model, tmp_path):
    other = tmp_path / "other.pepa"
    other.write_text(THEIRS)
    async with workbench(model) as (app, pilot):
        await until(pilot, lambda: app.watching.signs.stamp)
        await pilot.press("ctrl+o")
        await answer(app, pilot, str(other))
        await until(pilot, lambda: app.document.path == other)
        model.unlink()
        other.unlink()
        await pilot.press("ctrl+q")
        await asked(app, pilot, "other.pepa is not on the disk any more")
        await answer(app, pilot, keys=["down", "enter"])
        await asked(app, pilot, "m.pepa is not on the disk any more")
        await answer(app, pilot, keys=["down", "enter"])
        await left(app, pilot)
    assert not model.exists()
    assert not other.exists()


def test_a_file_that_comes_back_is_not_gone(model):
    document = opened(model)
    model.unlink()
    assert document.looked_for().dirty
    model.write_text(TEXT)
    assert not document.looked_for().looked_for().dirty


@pytest.mark.parametrize("ends", [("\r\n", "\n"), ("\n", "\r\n"), ("\ufeff\n", "\n")])
def test_keeping_mine_keeps_the_line_ends_too(model, ends):
    def lying(end):
        return end[:-1].removesuffix("\r") + TEXT.replace("\n", "\r\n" if "\r" in end else "\n")

    mine, theirs = (lying(end).encode() for end in ends)
    model.write_bytes(mine)
    document = opened(model)
    model.write_bytes(theirs)
    kept = document.kept(document.on_disk())
    assert kept.dirty
    assert not document.seen(document.on_disk()).dirty
    assert not kept.written().dirty
    assert model.read_bytes() == mine


async def test_a_model_is_not_saved_over_one_that_is_open_beside(model, tmp_path):
    other = tmp_path / "other.pepa"
    other.write_text(THEIRS)
    async with workbench(model) as (app, pilot):
        await pilot.press("ctrl+o")
        await answer(app, pilot, str(other))
        await until(pilot, lambda: app.document.path == other)
        app.keeping.action_save_as()
        await asked(app, pilot, "Save the model as")
        assert app.screen.query_one(Input).value == str(other)
        await answer(app, pilot, f"{tmp_path}/./m.pepa")
        await asked(app, pilot, "is open beside this")
        assert model.read_text() == TEXT
        await answer(app, pilot, f"{tmp_path}/./other.pepa")
        await until(pilot, lambda: f"saved {other}" in told(app))


async def test_no_key_waits_for_the_disk_of_what_is_kept_for_recovery(model, monkeypatch):
    async with workbench(model) as (_, pilot):
        waited, sync = [], os.fsync
        monkeypatch.setattr(os, "fsync", lambda file: (waited.append(threading.current_thread()), sync(file))[1])
        await pilot.press("x")
        await until(pilot, lambda: waited)
        assert recovered(opened(model)) == f"x{TEXT}"
        assert threading.main_thread() not in waited


async def test_recovered_text_goes_on_from_the_file_as_it_was_then(model):
    remember(opened(model).edited(TEXT.replace("1.0", "3.0")))
    model.write_text(THEIRS)  # by another, before this is opened again
    async with workbench(model) as (app, pilot):
        await until(pilot, lambda: "changed on disk" in screen_text(app).splitlines()[0])
        assert "3.0" in app.query_one(PepaEditor).text
        await pilot.press("ctrl+s")
        await asked(app, pilot, "has changed on disk")
        assert model.read_text() == THEIRS
        await answer(app, pilot, keys=["down", "enter"])
        both = THEIRS.replace("1.0", "3.0")
        await until(pilot, lambda: app.query_one(PepaEditor).text == both)


async def test_recovered_text_of_a_file_that_is_as_it_was_is_saved_unasked(model):
    remember(opened(model).edited(TEXT.replace("1.0", "3.0")))
    async with workbench(model) as (app, pilot):
        await until(pilot, lambda: "3.0" in app.query_one(PepaEditor).text)
        await until(pilot, lambda: "changed on disk" not in screen_text(app).splitlines()[0])
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "3.0" in model.read_text())


@pytest.mark.parametrize("raw", [b"// caf\xe9\nr = 1.0;\n", b"\x00\x01\xff"])
async def test_what_has_become_unreadable_on_disk_is_told_and_not_written_over_unasked(model, raw):
    async with workbench(model) as (app, pilot):
        await until(pilot, lambda: app.watching.signs.stamp)
        replace(app, "1.0", "3.0")
        model.write_bytes(raw)
        await until(pilot, lambda: "changed on disk" in screen_text(app).splitlines()[0])
        await pilot.press("ctrl+s")
        await asked(app, pilot, "cannot be read")
        await answer(app, pilot, keys=["enter"])
        assert model.read_bytes() == raw
        await pilot.press("ctrl+s")
        await asked(app, pilot, "cannot be read")
        await answer(app, pilot, keys=["down", "enter"])
        await until(pilot, lambda: b"3.0" in model.read_bytes())
