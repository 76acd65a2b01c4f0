"""What stands on the screen after any keys is what painting all of it anew shows."""

import random
from pathlib import Path

import pytest
from rich.console import Console
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.widgets import OptionList

import workbench.app as app_module
from tests.workbench.screens import screen_text, until, workbench
from workbench.app import Workbench
from workbench.document import opened
from workbench.panes.source import LISTED, SourcePane
from workbench.terminal.screen_diff import DiffUpdate
from workbench.widgets.editor import PepaEditor

KEYS = [
    "a", "r", "(", ")", "<", ">", "/", "*", ";", "=", "space", "enter", "backspace", "delete", "up", "down", "left",
    "right", "home", "end", "pageup", "pagedown", "shift+down", "shift+right", "shift+end", "ctrl+z", "ctrl+y", "tab",
    "ctrl+home", "ctrl+end", "shift+f6", "f4", "escape", "alt+up", "ctrl+underscore",
]  # fmt: skip
TEXT = "/* a\n b */ r = 1.0;\nP = (a, r).P;\n" + "".join(f"r{i} = {i}.0; // {i * 'x'}\n" for i in range(140)) + "P\n"


class Shown(Workbench):
    """Keeps what a terminal would show."""

    CSS_PATH = Path(app_module.__file__).with_name("app.tcss")

    def _display(self, screen, renderable):
        if isinstance(renderable, ChopsUpdate | LayoutUpdate):
            self.shown = getattr(self, "shown", {})
            DiffUpdate(self.shown, renderable).render_segments(Console())
        super()._display(screen, renderable)

    def painted_anew(self):
        for widget in self.screen.walk_children():
            widget._styles_cache.clear()
        self.query_one(PepaEditor)._line_cache.clear()
        fresh = {}
        DiffUpdate(fresh, self.screen._compositor.render_full_update()).render_segments(Console())
        return fresh


def different(shown, fresh):
    return [(y, x) for y, row in fresh.items() for x, cell in row.items() if shown.get(y, {}).get(x) != cell]


async def keys_paint_what_a_whole_screen_shows(tmp_path, size, seeds):
    path = tmp_path / "m.pepa"
    path.write_text(TEXT)
    app = Shown(opened(path))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.query_one("#problems").display)
        for seed in seeds:
            chance = random.Random(seed)
            for key in (keys := [chance.choice(KEYS) for _ in range(chance.randrange(1, 8))]):
                app.simulate_key(key)
                await pilot.pause()
            await pilot.pause(0.03)
            for _ in range(5):  # what a check has just said may not be on its way yet
                if not (wrong := different(app.shown, app.painted_anew())):
                    break
                await pilot.pause(0.1)
            assert not wrong, (seed, keys)


async def test_keys_paint_what_a_whole_screen_shows(tmp_path):
    await keys_paint_what_a_whole_screen_shows(tmp_path, (80, 24), range(30))
    await keys_paint_what_a_whole_screen_shows(tmp_path, (130, 30), range(100, 115))


async def test_typing_lays_nothing_out_anew_and_paints_its_row(tmp_path, monkeypatch):
    path = tmp_path / "m.pepa"
    path.write_text(TEXT)
    app = Shown(opened(path))
    laid_out, rows = [], set()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.query_one("#problems").display)
        editor, pane = app.query_one(PepaEditor), app.query_one(SourcePane)
        editor.move_cursor((40, len(editor.document.get_line(40))))
        await until(pilot, lambda: app.query_one("#problems").show_vertical_scrollbar and editor.scroll_offset.y)
        await until(pilot, lambda: not app.screen._layout_widgets)
        known = app.screen._layout_widgets  # by what they lie in
        monkeypatch.setattr(app.screen, "_refresh_layout", lambda **_: laid_out.extend(known.get(pane, ())))
        render = editor._render_line
        monkeypatch.setattr(editor, "_render_line", lambda y: rows.add(y) or render(y))
        for key in "longer":
            await pilot.press(key)
        assert rows == {40 - editor.scroll_offset.y}
        await pilot.press("enter")
        assert editor not in laid_out


async def test_of_very_many_problems_the_first_are_listed(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text("".join(f"r{number} = 1.0;\n" for number in range(LISTED + 30)) + "P = (a, 1.0).P;\nP\n")
    app = Shown(opened(path))
    async with app.run_test(size=(80, 24)) as pilot:
        listed = app.query_one("#problems", OptionList)
        await until(pilot, lambda: listed.option_count)
        assert str(listed.get_option_at_index(LISTED).prompt) == "… and 30 more"
        for _ in range(LISTED + 2):
            app.query_one(SourcePane).action_next_problem()
        assert listed.highlighted == LISTED
        assert app.query_one(PepaEditor).cursor_location == (LISTED + 1, 0)
        listed.focus()
        await pilot.press("up", "down", "enter")
        assert app.query_one(PepaEditor).cursor_location == (LISTED, 0)


@pytest.mark.parametrize("name", ["m.pepa", f"{'very_' * 30}long.pepa"], ids=["short", "long"])
async def test_the_mark_of_unsaved_text_and_the_place_of_the_cursor_move_nothing(tmp_path, name):
    path = tmp_path / name
    path.write_text("\nr = 1.0;\nP = (a, r).P;\nP\n")
    async with workbench(path, size=(130, 30)) as (app, pilot):
        await until(pilot, lambda: app.runs.checked)
        await until(pilot, lambda: "r=1" in screen_text(app).splitlines()[0] or name != "m.pepa")
        before = screen_text(app).splitlines()[0]
        await pilot.press(*"//twelve")
        await until(pilot, lambda: "1:9" in screen_text(app).splitlines()[0])
        await pilot.press(*"_more")
        await until(pilot, lambda: "1:14" in screen_text(app).splitlines()[0])
        await until(
            pilot, lambda: screen_text(app).splitlines()[0].replace(" ●", "  ").replace("1:14", "1:1 ") == before
        )
        await until(pilot, lambda: " ●" in screen_text(app).splitlines()[0])
