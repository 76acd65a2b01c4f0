"""How the screen was left, and what a start without a file offers first."""

import json

import pytest
from textual.widgets import Input

from tests.models import MODELS
from tests.workbench.screens import asked, left, screen_text, until, workbench
from workbench.app import Workbench
from workbench.document import Document, opened
from workbench.layout import Layout, keep_layout, kept_layout, layout_file
from workbench.offered import note_recent
from workbench.panes.opening import Opening
from workbench.panes.states import StatesPane
from workbench.status import StatusLines

MODEL = next(model for model in MODELS if model.stem == "vm_launch")


def begun(document=None, layout=None):
    found = kept_layout(Workbench.PANES) if layout is None else layout
    return Workbench(document or opened(MODEL), layout=found, greets=True)


async def test_the_app_begins_as_it_was_left():
    app = begun()
    async with app.run_test(size=(120, 40)) as pilot:
        assert app.query_one(StatusLines).pane == "source"
        await pilot.press("alt+6")
        await pilot.press("ctrl+q")
        await left(app, pilot)
    assert kept_layout(Workbench.PANES) == Layout("what-if", "what-if")
    app = begun()
    async with app.run_test(size=(120, 40)) as pilot:
        assert app.query_one(StatusLines).pane == "what-if"
        assert app.query_one("#whatif").has_focus_within
        assert not app.query_one("#solver").display
        await pilot.press("alt+1", "ctrl+q")
        await left(app, pilot)
    assert kept_layout(Workbench.PANES) == Layout("source", "what-if")  # still beside it


async def test_a_pane_that_had_the_whole_screen_has_it_again():
    app = begun(layout=Layout("states", "states", whole=True))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert app.screen.maximized is app.query_one("#states")
        await pilot.press("ctrl+q")
        await left(app, pilot)
    assert kept_layout(Workbench.PANES).whole


async def test_a_model_that_is_begun_begins_with_its_text():
    app = begun(Document("", "", None), Layout("ask", "ask"))
    async with app.run_test(size=(120, 40)) as pilot:
        await asked(app, pilot, "begin with")
        assert app.screen_stack[0].query_one(StatusLines).pane == "source"


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"\xff\xfe", b"[" * 4000, b"[]", b"x" * 5000, b"null",
        json.dumps({"version": 1, "pane": "panes", "answers": "charts", "whole": False}).encode(),
        json.dumps({"version": 1, "pane": ["source"], "answers": "charts", "whole": False}).encode(),
        json.dumps({"version": 1, "pane": "source", "answers": "source", "whole": False}).encode(),
        json.dumps({"version": 1, "pane": "source", "answers": "charts", "whole": "yes"}).encode(),
        json.dumps({"version": 2, "pane": "ask", "answers": "ask", "whole": False}).encode(),
        json.dumps({"version": 1, "pane": "ask"}).encode(),
    ],
)  # fmt: skip
def test_what_stands_in_the_file_is_not_believed(content):
    layout_file().parent.mkdir(parents=True)
    layout_file().write_bytes(content)
    assert kept_layout(Workbench.PANES) == Layout()


def test_where_nothing_can_be_kept_nothing_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    (tmp_path / "file").write_text("")
    keep_layout(Layout("ask", "ask"))
    assert kept_layout(Workbench.PANES) == Layout()


async def test_a_start_without_a_file_offers_the_last_one_first(tmp_path):
    path = tmp_path / "last.pepa"
    path.write_text(MODEL.read_text())
    note_recent(path)
    app = begun(Document("", "", None))
    async with app.run_test(size=(80, 24)) as pilot:
        await asked(app, pilot, "last.pepa")
        await pilot.press("enter")
        await until(pilot, lambda: app.document.path == path)
        await until(pilot, lambda: "last.pepa" in screen_text(app))


async def test_paths_that_nobody_can_have_meant_are_told(tmp_path):
    note_recent(tmp_path / ("x" * 300))
    app = begun(Document("", "", None))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Opening) and app.screen.query(Input))
        for typed in ("x" * 5_000, "~nobody-of-that-name/m.pepa", "x" * 300 + ".pepa"):
            app.screen.query_one(Input).value = typed
            await pilot.press("enter")
            await until(pilot, lambda: str(app.screen.query_one("WrongLine").content))


async def test_a_place_that_cannot_be_is_told_and_the_text_stays():
    app = begun()
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("x")
        for place in ("~nobody-of-that-name/m.pepa", "x" * 300 + ".pepa", "/proc/none/m.pepa"):
            app.call_later(app.keeping.action_save_as)
            await asked(app, pilot, "Save the model as")
            app.screen.query_one(Input).value = place
            await pilot.press("enter")
            await until(pilot, lambda: "cannot write" in screen_text(app))
            await pilot.press("escape")
            await until(pilot, lambda: len(app.screen_stack) == 1)
        assert app.document.dirty


def test_an_app_that_ends_before_it_has_a_screen_keeps_no_layout():
    app = Workbench(Document("", "", None), layout=Layout())
    app.exit(1)
    assert app.return_value == 1
    assert not layout_file().exists()


async def test_where_a_pane_is_all_that_is_seen_tab_leaves_it_for_the_next(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text("P = (a, 1.0).P;\nP\n")
    async with workbench(path, size=(80, 24)) as (app, pilot):
        await pilot.press("escape", "tab")
        await until(pilot, lambda: app.query_one(StatesPane).has_focus_within)
        await pilot.press("question_mark")
        await until(pilot, lambda: "2 States: its keys" in screen_text(app))
