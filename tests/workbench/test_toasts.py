"""What is told in toasts, and when garbage is collected."""

import time

import pytest
from textual.widgets._toast import Toast

from tests.workbench.screens import screen_text, told, until, workbench
from workbench import toasts
from workbench.panes.whatif import WhatIfPane
from workbench.terminal import garbage
from workbench.widgets.editor import PepaEditor
from workbench.widgets.find_bar import FindBar
from workbench.widgets.prompt import Prompt

MODEL = "a5 = 1.0;\nP = (work, a5).Q;\nQ = (rest, 2.0).P;\n\nP[3]\n"


async def test_a_toast_is_not_stacked_on_itself_nor_stands_on_a_line_to_type_into(tmp_path, monkeypatch):
    path = tmp_path / "told.pepa"
    path.write_text(MODEL)
    async with workbench(path) as (app, pilot):
        for _ in range(3):
            app.notify("the same", title="again")
        app.notify("another", title="again", severity="error")
        await until(pilot, lambda: told(app) == " again: the same\nagain: another")
        assert [one.severity for one in app._notifications] == ["error"]
        await until(pilot, lambda: len(app.screen.query(Toast)) == 1)
        for number in range(5):
            app.notify(f"number {number}")
        await until(pilot, lambda: told(app) == " number 2\nnumber 3\nnumber 4")
        monkeypatch.setattr(toasts, "TOGETHER", 0.0)
        app.notify("what could be read before this came goes")
        await until(pilot, lambda: told(app).startswith(" what could") and len(app.screen.query(Toast)) == 1)
        await pilot.press("f6")
        await until(pilot, lambda: app.query_one(WhatIfPane).name_at_cursor is not None)
        await pilot.press("enter")
        await until(pilot, lambda: app.query_one(WhatIfPane).query_one(Prompt).display)
        await until(pilot, lambda: not app._notifications)
        app.notify("the same", title="again")
        await until(pilot, lambda: len(app._notifications) == 1)


async def test_nothing_is_told_over_a_dialog_but_when_it_is_closed(tmp_path):
    path = tmp_path / "told.pepa"
    path.write_text(MODEL)
    async with workbench(path, size=(60, 20)) as (app, pilot):
        app.notify("told before")
        await until(pilot, lambda: "told before" in screen_text(app))
        await pilot.press("ctrl+o")
        await until(pilot, lambda: "Open the model" in screen_text(app))
        app.notify("told meanwhile")
        await pilot.pause(0.2)
        assert not app.screen.query(Toast)
        await pilot.press("escape")
        await until(pilot, lambda: "told meanwhile" in screen_text(app))
        await pilot.press("ctrl+f")
        await until(pilot, lambda: not app.query(Toast))
        app.notify("while one types what to find")
        await until(pilot, lambda: bool(app.query(Toast)))
        await until(pilot, lambda: app.query_one(Toast).region.height > 0)
        assert not app.query_one(Toast).region.overlaps(app.query_one(FindBar).region)


async def test_what_is_told_on_a_topic_stands_in_place_of_what_was(tmp_path):
    path = tmp_path / "told.pepa"
    path.write_text(MODEL)
    async with workbench(path) as (app, pilot):
        app.notify("of something else")
        for name in ("one", "two", "two", "one"):
            app.notify("known of it", title=name, topic="name")
            await pilot.pause()
        await until(pilot, lambda: told(app) == " of something else\none: known of it")
        app.forget_topic("name")
        await until(pilot, lambda: told(app) == " of something else")


async def test_scenarios_left_out_are_told_where_one_is_chosen(tmp_path):
    path = tmp_path / "told.pepa"
    path.write_text(MODEL)
    (tmp_path / "told.scenarios.toml").write_text("[fast]\na5 = 4\n\n[slow]\na6 = 1\n")
    async with workbench(path) as (app, pilot):
        await pilot.press("f6")
        await until(pilot, lambda: app.query_one(WhatIfPane).name_at_cursor is not None)
        await pilot.press("C")
        await until(pilot, lambda: "scenario: base, fast" in screen_text(app))
        await until(pilot, lambda: "left out: told.scenarios.toml, line 5: the model" in screen_text(app))
        await pilot.press(*"fast", "enter")
        await until(pilot, lambda: app.query_one(WhatIfPane).overrides == {"a5": 4.0})
        await until(pilot, lambda: app.runs.compared.latest is not None and not app.runs.stale)
        await pilot.press("O")
        await until(pilot, lambda: "line 5: the model has no parameter `a6`: they are a5" in told(app))


async def test_garbage_is_collected_in_full_at_rest_only(tmp_path, monkeypatch):
    path = tmp_path / "told.pepa"
    path.write_text(MODEL)
    full = []
    monkeypatch.setattr(garbage.gc, "collect", lambda: full.append(time.monotonic()))
    monkeypatch.setattr(garbage.gc, "freeze", lambda: None)
    monkeypatch.setattr(garbage.gc, "get_count", lambda: (0, 0, garbage.DUE))
    async with workbench(path) as (app, pilot):
        await pilot.press("down")
        app._rest()
        assert not full
        app._touched -= 2 * garbage.REST
        app._rest()
        assert len(full) == 1
        monkeypatch.setattr(garbage.gc, "get_count", lambda: (0, 0, 0))
        app._rest()
        assert len(full) == 1  # little is new
        app._touched -= garbage.LONG_REST
        app._kept_since = app._touched - 1
        app._rest()
        app._rest()
        assert len(full) == 2  # what was kept is looked through once in a long rest


@pytest.mark.parametrize("row", [1, 12])
async def test_toasts_cover_neither_the_problems_nor_the_place_of_the_cursor(tmp_path, row):
    path = tmp_path / "model.pepa"
    path.write_text("".join(f"r{number} = 1.0;\n" for number in range(8)) + "\n" * 4 + "P = (a, 1.0).P;\nP\n")
    async with workbench(path, size=(80, 24)) as (app, pilot):
        editor, listed = app.query_one(PepaEditor), app.query_one("#problems")
        editor.move_cursor((row, 0))
        app.notify("what is told\nin two lines", timeout=60)

        def uncovered():
            toast = app.screen.query_one(Toast).region
            cursor = editor.region.y + editor.cursor_location[0] - editor.scroll_offset.y
            return toast and not toast.overlaps(listed.region) and cursor not in toast.line_range

        await until(pilot, lambda: listed.region.height > 5 and uncovered())  # the list comes behind the toast
        editor.move_cursor((13 - row, 0))
        await until(pilot, uncovered)
