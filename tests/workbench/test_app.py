"""The app as a user drives it, over the real worker process."""

import asyncio
import os
import signal

import pytest
from textual import events

from tests.workbench.screens import answer, asked, left, replace, screen_text, solved, until, workbench
from workbench import run_messages
from workbench.desks import analysing
from workbench.document import opened, recovered
from workbench.panes.charts import ChartsPane
from workbench.panes.solver import SolverPane
from workbench.panes.source import CHECKING, SourcePane
from workbench.panes.states import StatesPane
from workbench.widgets.editor import PepaEditor

SMALL = "r = 1.0;\nP = (work, r).Q;\nQ = (rest, 2.0).P;\n\nP[3]\n"


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.pepa"
    path.write_text(SMALL)
    return path


async def test_open_solve_and_read_the_figures():
    async with workbench() as (app, pilot):
        await solved(app, pilot)
        texts = ("966 states", "2,940 transitions", "GTH elimination", "residual", "useVM", "0.04208", "User3×5")
        await until(pilot, lambda: all(text in screen_text(app) for text in texts))
        await pilot.press("alt+4", "right")
        await until(pilot, lambda: app.query_one(ChartsPane).view == "population")
        await until(pilot, lambda: "mean number" in screen_text(app))


async def test_an_edited_rate_shows_old_against_new(small):
    messages = []
    async with workbench(small, messages=messages) as (app, pilot):
        await solved(app, pilot)
        replace(app, "1.0", "4.0")
        await until(pilot, lambda: "stale" in screen_text(app).splitlines()[0])
        await pilot.press("f5")
        was, now = "2.000", "4.000"  # of 3 members 2/3 are in P, at rate 1; then 1/3, at rate 4
        texts = (was, now, "▲ 100.0%", "was: previous run (r=1, before the edit)", "the state space was kept")
        await until(pilot, lambda: all(text in screen_text(app) for text in texts))
        await until(pilot, lambda: any(isinstance(message, run_messages.Checked) for message in messages))
    kinds = [type(message).__name__ for message in messages]
    assert kinds.index("Running") < kinds.index("Finished")


async def test_live_mode_solves_after_a_pause(small):
    async with workbench(small) as (app, pilot):
        await pilot.press("f9")
        await until(pilot, lambda: "solved" in screen_text(app))
        replace(app, "1.0", "2.0")
        await until(pilot, lambda: "▲ 50.0%" in screen_text(app))


async def test_problems_are_listed_and_reached_by_a_key(small):
    async with workbench(small) as (app, pilot):
        replace(app, "(rest, 2.0).P", "(rest, s).R")
        await until(pilot, lambda: "rate `s` is not defined" in screen_text(app))
        await until(pilot, lambda: "2 errors" in screen_text(app))
        await pilot.press("f4")
        await until(pilot, lambda: app.query_one(PepaEditor).cursor_location == (2, 11))
        await pilot.press("f4")
        await until(pilot, lambda: app.query_one(PepaEditor).cursor_location == (2, 14))
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "no problems" in screen_text(app))


async def test_a_failed_run_says_why_and_loses_nothing(small):
    async with workbench(small) as (app, pilot):
        await solved(app, pilot)
        replace(app, "P[3]", "P[3] <work> S")
        await pilot.press("f5")
        await until(pilot, lambda: "✗ process `S` is not defined" in screen_text(app))
        assert app.query_one(ChartsPane).has_class("stale")
        await until(pilot, lambda: "work" in screen_text(app))


async def test_a_long_run_is_cancelled_and_the_app_goes_on():
    async with workbench() as (app, pilot):
        await solved(app, pilot)
        replace(app, "Q = 5;", "Q = 60;")
        await pilot.press("f5")
        await until(pilot, lambda: "states of about" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "cancelled" in screen_text(app), 2)
        await until(pilot, lambda: "stale" in screen_text(app).splitlines()[0])
        replace(app, "Q = 60;", "Q = 2;")
        await pilot.press("f5")
        await until(pilot, lambda: "solved" in screen_text(app).splitlines()[0])


async def test_a_killed_worker_costs_no_keystroke():
    async with workbench() as (app, pilot):
        replace(app, "Q = 5;", "Q = 60;")
        await pilot.press("f5")
        await until(pilot, lambda: "states of about" in screen_text(app))
        analyst = app._engine._main.process.pid
        assert os.getpriority(os.PRIO_PROCESS, analyst) > os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getsid(analyst) == os.getsid(0)  # where sessions share the processors, niceness counts within one
        os.kill(analyst, signal.SIGKILL)
        await until(pilot, lambda: "ended by signal 9" in " ".join(screen_text(app).split()))
        assert "Q = 60;" in app.query_one(PepaEditor).text
        replace(app, "Q = 60;", "Q = 2;")
        await solved(app, pilot)


async def test_a_limit_of_states_is_kept():
    async with workbench() as (app, pilot):
        app.query_one(SolverPane).query_one("#most-states").value = "100"
        await pilot.press("f5")
        await until(pilot, lambda: "limit of 100 states" in " ".join(screen_text(app).split()))


async def test_derive_only(small):
    async with workbench(small) as (app, pilot):
        await pilot.press("alt+3")
        await pilot.pause()
        await pilot.press("d")
        await until(pilot, lambda: "4 states  derived" in screen_text(app))
        assert app.query_one(StatesPane)


async def test_save_and_leave(small):
    async with workbench(small) as (app, pilot):
        replace(app, "1.0", "3.0")
        await until(pilot, lambda: "small.pepa ●" in screen_text(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "●" not in screen_text(app).splitlines()[0])
        assert small.read_text() == SMALL.replace("1.0", "3.0")
        await pilot.press("ctrl+q")
        await left(app, pilot)


async def test_leaving_with_changes_asks(small):
    async with workbench(small) as (app, pilot):
        replace(app, "1.0", "3.0")
        await pilot.press("ctrl+q")
        await asked(app, pilot, "unsaved changes")
        await answer(app, pilot, keys=["down", "down", "enter"])
        assert app.is_running
        await pilot.press("ctrl+q")
        await asked(app, pilot, "unsaved changes")
        await pilot.press("down", "enter")
        await left(app, pilot)
    assert small.read_text() == SMALL


async def test_unsaved_text_is_recovered_and_the_file_is_one_undo_away(small):
    async with workbench(small) as (app, pilot):
        replace(app, "1.0", "7.0")
        await until(pilot, lambda: recovered(opened(small)))
    async with workbench(small) as (app, pilot):
        await until(pilot, lambda: "r = 7.0" in app.query_one(PepaEditor).text)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: app.query_one(PepaEditor).text == SMALL)


async def test_what_is_typed_without_a_pause_is_kept_too(small, monkeypatch):
    async with workbench(small) as (app, pilot):
        await solved(app, pilot)
        monkeypatch.setattr(analysing, "CHECK_AFTER", 600.0)  # no time between two keys is a pause
        editor, kept = app.query_one(PepaEditor), []
        for _ in range(60):
            editor.insert("/")
            await asyncio.sleep(0.05)
            kept.append(recovered(opened(small)) or "")
        assert kept[-1].startswith("/" * 10)


async def test_a_new_file_and_an_untitled_one(tmp_path):
    async with workbench(tmp_path / "new.pepa") as (app, pilot):
        await until(pilot, lambda: "the model is empty" in screen_text(app))
        await pilot.press(*"P")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: (tmp_path / "new.pepa").exists())


async def test_the_manual_opens_where_one_is(small):
    async with workbench(small) as (app, pilot):
        await pilot.press("alt+3", "f1")
        await until(pilot, lambda: "Keys: 3 Solver" in screen_text(app) or "solver" in screen_text(app))
        for _ in range(6):
            await pilot.press("right")
            await pilot.pause()
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        await pilot.press("alt+1")
        replace(app, "P[3]", "P[3] <work, rest, workk> P")
        await until(pilot, lambda: "[redundant-action]" in screen_text(app))
        await pilot.press("f4", "f1")
        await until(pilot, lambda: "P <a, b> P" in screen_text(app))


async def test_every_key_of_the_app_is_in_the_palette(small):
    async with workbench(small) as (app, _):
        titles = [command.title for command in app.get_system_commands(app.screen)]
        for binding in app.BINDINGS:
            assert any(f"({', '.join(app.keys_of(binding))})" in title for title in titles), binding.key
            assert binding.tooltip
        assert {"Run (F5)", "Save (Ctrl+S)"} <= {*titles}


async def test_every_key_of_a_pane_is_in_the_palette_and_goes_there(small):
    async with workbench(small, size=(80, 24)) as (app, pilot):
        commands = {command.title: command for command in app.get_system_commands(app.screen)}
        for pane in app.PANES.values():
            for binding in pane.BINDINGS:
                assert binding.key == "escape" or any(
                    f"{binding.description} ({pane.TITLE}" in title for title in commands
                ), binding
        commands["Derive only (3 Solver: d)"].callback()
        await until(pilot, lambda: "levels" in screen_text(app))
        commands["Graph (2 States: G)"].callback()
        await until(pilot, lambda: "local derivatives" in screen_text(app))


async def test_one_pane_at_a_time_on_a_small_terminal(small):
    async with workbench(small, size=(80, 24)) as (app, pilot):
        await until(pilot, lambda: "1 Source" in screen_text(app))
        await until(pilot, lambda: "no states yet" not in screen_text(app))
        await solved(app, pilot)
        for key, text in (
            ("2", "probability"),
            ("3", "GTH elimination"),
            ("4", "actions per time unit"),
            ("1", "P[3]"),
        ):
            await pilot.press(f"alt+{key}")
            await until(pilot, lambda text=text: text in screen_text(app))
        await pilot.resize_terminal(140, 40)
        await until(pilot, lambda: "4 Charts" in screen_text(app) and "P[3]" in screen_text(app))


@pytest.mark.parametrize("pause", [0.0, 0.01, 0.03, 0.1])
async def test_leaving_while_the_workers_start(small, pause):
    async with workbench(small) as (_, pilot):
        await pilot.press("f5")
        await pilot.pause(pause)


@pytest.mark.parametrize("pane", ["1", "2", "3"])
async def test_leaving_while_answers_arrive(small, pane):
    async with workbench(small) as (app, pilot):
        await pilot.press("f9", f"alt+{pane}")
        await until(pilot, lambda: app.runs.compared.latest)


async def test_comment_and_duplicate_keys(small):
    async with workbench(small) as (app, pilot):
        editor = app.query_one(PepaEditor)
        await pilot.press("ctrl+d")
        await until(pilot, lambda: editor.text.startswith("r = 1.0;\nr = 1.0;\n"))
        await pilot.press("ctrl+underscore")
        await until(pilot, lambda: editor.document.get_line(1) == "// r = 1.0;")
        await pilot.press("ctrl+underscore")
        await until(pilot, lambda: editor.document.get_line(1) == "r = 1.0;")


async def test_advice_before_a_run():
    async with workbench() as (app, pilot):
        replace(app, "Q = 5;", "Q = 70;")
        await pilot.press("alt+3")
        await pilot.pause()
        await pilot.press("a")
        await until(pilot, lambda: "states are expected" in " ".join(screen_text(app).split()))
        await until(pilot, lambda: "suggested: exact" in screen_text(app))


@pytest.mark.parametrize("size", [(80, 24), pytest.param((200, 50), marks=pytest.mark.slow)])
@pytest.mark.parametrize(("key", "pane"), [("f7", "#experiments"), ("alt+3", "#solver"), ("alt+2", "#states")])
async def test_a_key_typed_right_after_that_for_a_pane_is_for_the_pane(small, size, key, pane):
    async with workbench(small, size=size) as (app, pilot):
        await pilot.pause()
        text = app.query_one(PepaEditor).text
        app.post_message(events.Key(key, None))
        app.post_message(events.Key("Q", "Q"))
        await until(pilot, lambda: app.query_one(pane).has_focus_within)
        await pilot.pause(0.2)
        assert app.query_one(PepaEditor).text == text
        if key == "f7":
            await until(pilot, lambda: app.query_one("#study-vary").value == "Q")


@pytest.mark.parametrize(("size", "shown"), [((80, 24), " 2 States "), ((60, 20), " 2 "), ((40, 15), " 2 ")])
async def test_tabs_name_the_pane_that_is_shown_and_can_be_clicked(small, size, shown):
    async with workbench(small, size=size) as (app, pilot):
        tabs = screen_text(app).splitlines()[1]
        await pilot.click("#tabs", offset=(tabs.index(shown) + 1, 0))
        await until(pilot, lambda: app.query_one(StatesPane).has_focus_within)
        tabs = screen_text(app).splitlines()[1]
        assert "2 States" in tabs
        assert all(f" {number} " in tabs for number in range(1, 8))


async def test_what_was_told_of_the_text_stands_again_where_a_later_check_has_no_answer(small):
    async with workbench(small) as (app, pilot):
        source = app.query_one(SourcePane)
        await until(pilot, lambda: source.border_subtitle == "no problems")
        source.show_checking(True)
        assert source.border_subtitle == CHECKING
        source.show_checking(False)
        assert source.border_subtitle == "no problems"
