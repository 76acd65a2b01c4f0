"""Words offered while one types: where the list lies, and what it holds until the next answer is there."""

import asyncio

import pytest

from tests.workbench.screens import told, until
from workbench.app import Workbench
from workbench.document import opened
from workbench.panes.source import SourcePane
from workbench.settings import Settings
from workbench.widgets.editing.completing import CompletingArea
from workbench.widgets.editor import PepaEditor
from workbench.widgets.picking_input import Offers

RATES = "".join(f"rate{number} = {number}.0;\n" for number in range(1, 26))


async def test_the_list_stays_below_its_line_where_problems_come_and_go(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text(RATES + "P = (a, rate1).P;\nP\n// last")
    app = Workbench(opened(path))
    async with app.run_test(size=(80, 24)) as pilot:
        editor, words = app.query_one(PepaEditor), app.query_one("#words", Offers)
        problems = app.query_one("#problems")
        await until(pilot, lambda: problems.display)  # rates that are not used
        editor.action_text_end()
        await pilot.press("enter", *"Q = (b, rat")
        await until(pilot, lambda: editor.offering)
        for shown in (False, True, False, True):
            problems.display = shown
            await pilot.pause(0.1)
            assert editor.offering
            y = editor.cursor_screen_offset.y
            assert y < (problems.region.y if shown else 23)  # in sight
            assert words.region.y == y + 1 or words.region.bottom == y


async def test_letters_narrow_what_is_offered_at_once(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text(RATES + "P = (a, \n")
    app = Workbench(opened(path))
    async with app.run_test(size=(80, 24)) as pilot:
        editor = app.query_one(PepaEditor)
        editor.move_cursor((25, 8))
        await pilot.press("r")
        await until(pilot, lambda: editor.offering)
        editor.post_message = lambda message: (
            not isinstance(message, CompletingArea.WordsWanted) and PepaEditor.post_message(editor, message)
        )
        await pilot.press(*"ate")  # nobody answers
        assert editor.offering
        assert list(editor._words) == [f"rate{number}" for number in range(1, 26)]
        await pilot.press("tab")
        assert editor.document.get_line(25) == "P = (a, rate1"


async def test_what_a_check_found_is_counted_in_words_from_the_first_on(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text("P = (a, 1.0).P;\nP\n")
    app = Workbench(opened(path))
    async with app.run_test(size=(80, 24)) as pilot:
        pane = app.query_one(SourcePane)
        await until(pilot, lambda: pane.border_subtitle == "no problems")
        app.query_one(PepaEditor).replace_all("P = (a, r).P;\nP\n")
        await until(pilot, lambda: str(pane.border_subtitle).startswith("1 error, "))


@pytest.mark.parametrize("vi", [False, True])
async def test_words_do_not_come_after_escape(tmp_path, monkeypatch, vi):
    path = tmp_path / "m.pepa"
    path.write_text(RATES + "P = (a, \n")
    app = Workbench(opened(path), settings=Settings(vi=vi))
    async with app.run_test(size=(80, 24)) as pilot:
        editor, may_answer = app.query_one(PepaEditor), asyncio.Event()
        await until(pilot, lambda: app.runs.checked)
        ask = app.runs.ask_aside

        async def late(*what, **more):
            await may_answer.wait()
            return await ask(*what, **more)

        monkeypatch.setattr(app.runs, "ask_aside", late)
        await pilot.press(*"i" * vi)
        editor.move_cursor((25, 8))
        await pilot.press("ctrl+@", "escape")
        may_answer.set()
        await pilot.pause(0.3)
        assert not editor.offering
        await pilot.press(*"a" * vi, "ctrl+@")
        await until(pilot, lambda: editor.offering)


async def test_asked_for_words_at_the_end_it_offers_signs_and_where_nothing_fits_says_so(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text("P = (a, 1.0).P;\nP[2]\n")
    app = Workbench(opened(path))
    async with app.run_test(size=(80, 24)) as pilot:
        editor = app.query_one(PepaEditor)
        editor.action_text_end()
        await pilot.press("ctrl+@")
        await until(pilot, lambda: editor.offering and list(editor._words) == ["<*>", "||", "/"])
        await pilot.press("tab")
        await until(pilot, lambda: editor.text.endswith("P[2]\n<*>"))
        await pilot.press(*" // ", "ctrl+@")
        await until(pilot, lambda: "nothing is known that could be written here" in told(app))
