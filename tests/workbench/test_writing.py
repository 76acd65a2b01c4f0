"""Writing a model: find, replace, go to, rename, mend and complete, by their keys over the real worker."""

import contextlib
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input
from textual.widgets.text_area import Selection

from pepa.control.error import PepaError
from tests.workbench.screens import answer, asked, burst, replace, screen_text, told, until, workbench
from workbench.engine import writing
from workbench.outside import edited_outside
from workbench.widgets.editing.search import matches, moved, next_match, replaced
from workbench.widgets.editor import PepaEditor
from workbench.widgets.find_bar import FindBar

TEXT = "r = 1.0;\nP = (work, r).Q;\nQ = (rest, 2.0*r).P;\n\nP[3] <work> Q\n"


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text(TEXT)
    return path


async def test_find_next_previous_and_replace(model):
    async with workbench(model) as (app, pilot):
        editor = app.query_one(PepaEditor)
        await pilot.press("ctrl+f", *"work")
        await until(pilot, lambda: editor.selection.end == (1, 9))
        await until(pilot, lambda: "1 of 2" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: editor.selection.end == (4, 10))
        await pilot.press("escape", "f3")
        await until(pilot, lambda: editor.selection.end == (1, 9))
        await pilot.press("shift+f3")
        await until(pilot, lambda: editor.selection.end == (4, 10))
        await pilot.press("ctrl+r", *"serve", "ctrl+r", "escape")
        await until(pilot, lambda: editor.text == TEXT.replace("work", "serve"))
        assert editor.cursor_location == (4, 11)  # behind the word, however long it is
        assert not app.query_one(FindBar).display
        await pilot.press("ctrl+z")
        await until(pilot, lambda: editor.text == TEXT)


async def test_what_is_nowhere_leaves_the_cursor_where_the_search_began(model):
    async with workbench(model) as (app, pilot):
        editor = app.query_one(PepaEditor)
        editor.move_cursor((0, 3))
        await pilot.press("ctrl+f", *"wo")
        await until(pilot, lambda: editor.selection.end == (1, 7))
        await pilot.press("l")
        await until(pilot, lambda: editor.selection == Selection.cursor((0, 3)))
        await pilot.press("backspace")
        await until(pilot, lambda: editor.selection.end == (1, 7))
        await pilot.press("ctrl+r")
        for key, line in (("tab", "find"), ("tab", "replace"), ("shift+tab", "find"), ("tab", "replace")):
            await pilot.press(key)
            assert app.focused.id == line
        await pilot.press("escape")  # it was to be found only: nothing is put in its place
        await until(pilot, lambda: not app.query_one(FindBar).display)
        assert editor.text == TEXT


@given(
    st.lists(st.text("ab ", max_size=9), min_size=1, max_size=3),
    st.sampled_from(("a", "ab", "b ")),
    st.text("xy", max_size=4),
)
def test_a_place_stays_at_what_it_is_at_when_all_is_replaced(lines, wanted, new):
    found = matches(lines, wanted)
    after = replaced(lines, found, new).split("\n")
    for row, line in enumerate(lines):
        for column in range(len(line) + 1):
            at, moved_to = moved(found, (row, column), new)
            inside = [match for match in found if match.row == row and match.start < column < match.end]
            rest = line[inside[0].end if inside else column :]
            assert at == row
            assert after[row][moved_to:] == replaced([rest], matches([rest], wanted), new)


async def test_replace_one_at_a_time(model):
    async with workbench(model) as (app, pilot):
        editor = app.query_one(PepaEditor)
        await pilot.press("ctrl+f", *"work")
        await pilot.press("tab", *"x", "enter")
        await until(pilot, lambda: editor.text == TEXT.replace("work", "x", 1))
        assert editor.selected_text == "work"


async def test_rename_everywhere_is_one_step_of_undo(model):
    async with workbench(model, size=(80, 24)) as (app, pilot):
        editor = app.query_one(PepaEditor)
        editor.move_cursor((2, 15))
        await pilot.press("f2")
        await asked(app, pilot, "Rename rate r, which stands in 3 places")
        await answer(app, pilot, "speed")
        after = "speed = 1.0;\nP = (work, speed).Q;\nQ = (rest, 2.0*speed).P;\n\nP[3] <work> Q\n"
        await until(pilot, lambda: editor.text == after)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: editor.text == TEXT)
        editor.move_cursor((1, 8))
        await pilot.press("f2")
        await asked(app, pilot, "Rename action work, which stands in 2 places")
        await answer(app, pilot, "a b")
        await until(pilot, lambda: 'in 2 places, written "a b";' in told(app))
        await pilot.press("x")
        await until(pilot, lambda: 'P = ("a xb", r)' in editor.text)  # where the cursor was in the name
        await pilot.press("ctrl+z", "ctrl+z")
        await until(pilot, lambda: editor.text == TEXT)
        editor.move_cursor((1, 8))
        await pilot.press("f2")
        await asked(app, pilot, "Rename action work")
        await answer(app, pilot, '"c d"')
        await until(pilot, lambda: "renamed in 2 places; Ctrl+Z" in told(app))  # the quotes are no news
        await pilot.press("ctrl+z")
        await until(pilot, lambda: editor.text == TEXT)
        editor.move_cursor((2, 15))
        await pilot.press("f2")
        await asked(app, pilot, "Rename rate")
        await answer(app, pilot, keys=("escape",))


async def test_a_refused_name_is_told_in_the_box_and_can_be_put_right(model):
    async with workbench(model, size=(80, 24)) as (app, pilot):
        editor = app.query_one(PepaEditor)
        editor.move_cursor((1, 0))
        burst(app, "f2", "Q", "enter", "2")
        await until(pilot, lambda: len(app.screen_stack) > 1 and not app.keys_wait)
        assert app.screen.query_one(Input).value == "Q2"
        await pilot.press("backspace", "enter")
        await until(pilot, lambda: "there is a process `Q` already" in screen_text(app))
        assert editor.text == TEXT
        burst(app, "2", "enter", "x")
        await until(pilot, lambda: len(app.screen_stack) == 1 and not app.keys_wait)
        assert editor.text == "r = 1.0;\nxQ2 = (work, r).Q;\nQ = (rest, 2.0*r).Q2;\n\nQ2[3] <work> Q\n"


@pytest.mark.parametrize(
    ("editor", "said"), [("false", "ended with status 1"), ("no-such", "cannot run"), ("'", "read")]
)
def test_an_editor_that_fails_is_told(monkeypatch, editor, said):
    monkeypatch.setenv("EDITOR", editor)
    monkeypatch.delenv("VISUAL", raising=False)
    with pytest.raises(PepaError, match=said):
        edited_outside(TEXT, "m.pepa", 1)


def test_what_can_be_mended_is_sought_no_longer_than_a_check_takes(monkeypatch):
    monkeypatch.setattr("pepa.net.check.MOST_CHECKED", 0)
    with pytest.raises(PepaError, match="no problem here"):  # than that there was no time to look at all of it
        writing.fixable(None, "P = (work, 1.0).P;\nP", 0)


def test_what_an_editor_wrote_before_it_failed_is_kept(monkeypatch):
    monkeypatch.setenv("EDITOR", "sh -c 'echo more >> $1; exit 3' -")
    monkeypatch.delenv("VISUAL", raising=False)
    with pytest.raises(PepaError) as failed:
        edited_outside(TEXT, "m.pepa", 1)
    kept = Path(failed.value.hint.split(" kept in ")[1])
    assert kept.read_text() == TEXT + "more\n"
    shutil.rmtree(kept.parent)


@pytest.mark.parametrize("editor", ["false", "no-such-editor"])
async def test_the_terminal_comes_back_from_an_editor_that_fails(model, monkeypatch, editor):
    monkeypatch.setenv("VISUAL", editor)
    async with workbench(model, size=(80, 24)) as (app, pilot):
        turns, driver = [], type(app._driver)
        monkeypatch.setattr(driver, "can_suspend", True)
        monkeypatch.setattr(driver, "suspend_application_mode", lambda _: turns.append("given"))
        monkeypatch.setattr(driver, "resume_application_mode", lambda _: turns.append("taken"))
        await pilot.press("shift+f4")
        await until(pilot, lambda: editor in told(app))
        app.helping.action_settings()
        assert turns == ["given", "taken"] * 2


async def test_the_text_is_laid_out_in_one_step_and_an_editor_outside_changes_it(model, monkeypatch):
    async with workbench(model, size=(80, 24)) as (app, pilot):
        editor = app.query_one(PepaEditor)
        editor.replace_all("r=1.0;P = (work,r) . Q; Q = (rest,2.0*r).P; // q\nP[3]<work>Q")
        editor.move_cursor((0, 24))
        await pilot.press("shift+f5")
        after = "r = 1.0;\nP = (work, r).Q;\nQ = (rest, 2.0*r).P;  // q\nP[3] <work> Q\n"
        await until(pilot, lambda: editor.text == after)
        assert editor.cursor_location == (2, 0)
        await pilot.press("shift+f5")
        await until(pilot, lambda: "laid out already" in told(app))
        await pilot.press("ctrl+z")
        await until(pilot, lambda: editor.text.startswith("r=1.0;P"))
        monkeypatch.setenv("EDITOR", "sed -i s/1.0/9.0/")
        app.suspend = contextlib.nullcontext  # there is no terminal to give away
        await pilot.press("shift+f4")
        await until(pilot, lambda: editor.text.startswith("r=9.0;P"))
        await pilot.press("ctrl+z")
        await until(pilot, lambda: editor.text.startswith("r=1.0;P"))
        foot = screen_text(app).splitlines()[-1]
        assert foot.endswith(" Menu")
        assert foot.split(" ^P")[0].split()[-1] in ("What-if", "Experiment", "Step", "Live", "Run")


async def test_definition_references_and_facts(model):
    async with workbench(model) as (app, pilot):
        editor = app.query_one(PepaEditor)
        editor.move_cursor((1, 14))
        await pilot.press("f12")
        await until(pilot, lambda: editor.cursor_location == (2, 0))
        await pilot.press("shift+f12")
        await asked(app, pilot, "process Q stands in 3 places")
        await answer(app, pilot, keys=["down", "down", "enter"])
        await until(pilot, lambda: editor.cursor_location == (4, 12))
        editor.move_cursor((0, 0))
        await pilot.press("f11")
        await until(pilot, lambda: "used" in told(app))
        await pilot.press("ctrl+g")
        await asked(app, pilot, "Go to a line")
        await until(pilot, lambda: "used" not in told(app))  # it would lie over the dialog


async def test_go_to_a_line_or_a_name(model):
    async with workbench(model, size=(80, 24)) as (app, pilot):
        editor = app.query_one(PepaEditor)
        await pilot.press("ctrl+g")
        await asked(app, pilot, "Go to a line")
        await answer(app, pilot, keys=["3", "enter"])
        await until(pilot, lambda: editor.cursor_location == (2, 0))
        for typed, place in (("2:5", (1, 4)), ("3:", (2, 0)), ("2:6:1", (1, 5)), ("2:0", (1, 0))):
            await pilot.press("ctrl+g")
            await asked(app, pilot, "Go to a line")
            await answer(app, pilot, typed)
            await until(pilot, lambda place=place: editor.cursor_location == place)
        await pilot.press("ctrl+g")
        await asked(app, pilot, "Components")
        app.screen.query_one(Input).value = "r = 1"
        await pilot.pause()
        await answer(app, pilot)
        await until(pilot, lambda: editor.cursor_location == (0, 0))


@pytest.mark.parametrize(
    ("old", "new", "mended"),
    [("2.0*r", "2.0*rr", "2.0*r"), (".Q;", ".Q", ".Q;")],
)
async def test_slips_are_mended_by_a_key(model, old, new, mended):
    async with workbench(model, size=(80, 24)) as (app, pilot):
        editor = app.query_one(PepaEditor)
        replace(app, old, new)
        await until(pilot, lambda: "✗" in screen_text(app))
        await pilot.press("f4", "ctrl+n")
        await until(pilot, lambda: len(app.screen_stack) > 1 or editor.text == TEXT)
        if len(app.screen_stack) > 1:
            await pilot.press("enter")
        await until(pilot, lambda: mended in editor.text and editor.text == TEXT)


async def test_words_are_offered_and_enter_stays_enter(model):
    async with workbench(model) as (app, pilot):
        editor = app.query_one(PepaEditor)
        editor.move_cursor((3, 0))
        await pilot.press(*"R = (wo")
        await until(pilot, lambda: editor.offering)
        await pilot.press("tab")
        await until(pilot, lambda: editor.document.get_line(3) == "R = (work")
        await pilot.press(*", r).P;")
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: editor.document.get_line(3) == "R = (work, r).P;")
        assert editor.cursor_location == (4, 0)


@given(st.lists(st.text("aAbx", max_size=6), min_size=1, max_size=5), st.text("aAb", min_size=1, max_size=2))
def test_all_places_are_found_and_replaced(lines, wanted):
    found = matches(lines, wanted)
    exact = wanted != wanted.lower()
    text = "\n".join(lines)
    assert len(found) == (text if exact else text.lower()).count(wanted)
    if exact:
        assert replaced(lines, found, "##") == text.replace(wanted, "##")
    for index, match in enumerate(found):
        assert next_match(found, (match.row, match.start), 1) == index
        assert next_match(found, (match.row, match.start), -1) == (index - 1) % len(found)


async def test_what_no_line_of_a_list_holds_is_told_there_and_goes_nowhere(model):
    async with workbench(model, size=(80, 24)) as (app, pilot):
        editor = app.query_one(PepaEditor)
        burst(app, "ctrl+g", "z", "enter", "z")
        await until(pilot, lambda: len(app.screen_stack) > 1 and not app.keys_wait)
        await pilot.press("enter")
        await until(pilot, lambda: "nothing in the list holds `zz`" in screen_text(app))
        burst(app, "backspace", "backspace", "3", "enter", "x")
        await until(pilot, lambda: editor.text == TEXT.replace("Q =", "xQ ="))


async def test_what_is_typed_behind_a_key_that_asks_is_for_its_dialog(model):
    async with workbench(model, size=(80, 24)) as (app, pilot):
        editor = app.query_one(PepaEditor)
        burst(app, "ctrl+g", "4", "enter")  # the worker is only being started
        await until(pilot, lambda: editor.cursor_location == (3, 0))
        assert editor.text == TEXT
        editor.move_cursor((2, 15))
        burst(app, "f2", *"rate", "enter", "end")
        await until(pilot, lambda: "rate = 1.0" in editor.text)
        changed = TEXT.replace("r)", "rate)").replace("r = 1.0", "rate = 1.0")
        assert editor.text == changed
        burst(app, "ctrl+o", *"zz")
        await until(pilot, lambda: len(app.screen_stack) > 1 and app.screen.query_one(Input).value.endswith("zz"))
        assert editor.text == changed


async def test_replacing_takes_names_as_they_are_written(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text("work = 1;\nWork = (work, work).Work;\nWork\n")
    async with workbench(path) as (app, pilot):
        editor = app.query_one(PepaEditor)
        await pilot.press("ctrl+f", *"work")
        await until(pilot, lambda: "1 of 6" in screen_text(app))
        await pilot.press("tab", *"serve")
        await until(pilot, lambda: "3 found" in screen_text(app))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: editor.text == "serve = 1;\nWork = (serve, serve).Work;\nWork\n")


async def test_an_error_elsewhere_is_mended_before_what_it_makes_look_unused_and_the_cursor_goes_there(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text("// what\n\nrest = 1.0;\nP = (a, ret).P;\nQ = (b, 2.0).Q;\n\nP\n")
    async with workbench(path) as (app, pilot):
        editor = app.query_one(PepaEditor)
        await pilot.press("ctrl+n")
        await until(pilot, lambda: "rest" in editor.document.lines[3] or len(app.screen_stack) > 1)
        if len(app.screen_stack) > 1:
            await answer(app, pilot)
        await until(pilot, lambda: editor.text.splitlines()[3] == "P = (a, rest).P;" and editor.cursor_location[0] == 3)
        await pilot.press("ctrl+home", "down", "down", "down", "end", "ctrl+n")
        await asked(app, pilot, "not part of the system")
        await answer(app, pilot)
        await until(pilot, lambda: "Q" not in editor.text)
        await pilot.press("ctrl+n")
        await until(pilot, lambda: "no problem is known of" in told(app))


async def test_a_fix_of_the_line_one_is_on_leaves_the_cursor_there(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text("r = 1.0;\nP = (a, r).(b, pace).P;\nP\n")
    async with workbench(path) as (app, pilot):
        editor = app.query_one(PepaEditor)
        editor.move_cursor((1, 9))
        await pilot.press("ctrl+n")
        await until(pilot, lambda: "pace = 1.0;" in editor.text)
        await until(pilot, lambda: editor.cursor_location == (2, 9))


async def test_a_definition_elsewhere_is_deleted_only_where_that_is_wanted(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text("r = 1.0;\n\nP = (a, 2.0).P;\nP\n")
    async with workbench(path, size=(80, 24)) as (app, pilot):
        editor = app.query_one(PepaEditor)
        editor.move_cursor((3, 0))
        await pilot.press("ctrl+n")
        await asked(app, pilot, "never used")
        await until(pilot, lambda: "delete the definition of `r`" in screen_text(app))
        await answer(app, pilot, keys=["escape"])
        assert editor.text == path.read_text()
        await pilot.press("ctrl+n")
        await asked(app, pilot, "never used")
        await answer(app, pilot)
        await until(pilot, lambda: editor.text == path.read_text().removeprefix("r = 1.0;\n"))
        await pilot.press("ctrl+z", "ctrl+home", "ctrl+n")  # there it is seen to go
        await until(pilot, lambda: editor.text == path.read_text().removeprefix("r = 1.0;\n"))
