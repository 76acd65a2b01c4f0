"""The states pane as a user drives it: table, filter, search, steps."""

import json

import pytest

from tests.workbench.screens import answer, asked, replace, screen_text, solved, told, until, workbench
from workbench.panes.parameter_rows import ParameterTable
from workbench.panes.states import StatesPane
from workbench.panes.whatif import WhatIfPane
from workbench.widgets.cell_table import CellTable
from workbench.widgets.editor import PepaEditor

SMALL = "r = 1.0;\nP = (work, r).Q;\nQ = (rest, 2.0).P;\n\nP[3]\n"


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.pepa"
    path.write_text(SMALL)
    return path


def lit(app):
    """Which lines of the text are lit, by kind."""
    marks = [mark for line in app.query_one(PepaEditor)._marks.get("stepping", {}).values() for mark in line]
    return {kind: sorted({mark.line for mark in marks if mark.kind == kind}) for kind in ("here", "can")}


async def test_a_step_stays_lit_though_the_parameters_are_known_later(small):
    async with workbench(small) as (app, pilot):
        await until(pilot, lambda: "no problems" in screen_text(app))
        await pilot.press("f8")
        await until(pilot, lambda: lit(app) == {"here": [1], "can": [1]})
        table = app.query_one(WhatIfPane).query_one(ParameterTable)  # it tells of no row once it is left
        table.post_message(table.Moved(""))
        await pilot.pause(0.3)
        assert lit(app) == {"here": [1], "can": [1]}


async def typed(app, pilot, key, text):
    """Press a key that asks for something, and answer."""
    await pilot.press(key)
    await until(pilot, lambda: app.query_one(StatesPane).prompt.display)
    app.focused.value = text
    await pilot.press("enter")


def head(app):
    return str(app.query_one("#states-head").render())


async def test_steps_lead_on_and_back_without_a_run(small):
    async with workbench(small) as (app, pilot):
        await pilot.press("f8")
        await until(pilot, lambda: "P×3" in screen_text(app))
        await until(pilot, lambda: "not derived" in screen_text(app))
        await until(pilot, lambda: lit(app) == {"here": [1], "can": [1]})
        await pilot.press("enter")
        await until(pilot, lambda: "P×2 Q×1" in screen_text(app))
        await until(pilot, lambda: "1 step" in screen_text(app))
        await until(pilot, lambda: lit(app) == {"here": [1, 2], "can": [1, 2]})
        await typed(app, pilot, "w", str(small.with_suffix(".json")))
        await until(pilot, lambda: "the way written" in told(app))
        app.clear_notifications()  # which covers the number of steps
        await pilot.press("i")
        await until(pilot, lambda: "0 steps" in screen_text(app))
        await typed(app, pilot, "o", str(small.with_suffix(".json")))
        await until(pilot, lambda: "P×2 Q×1" in screen_text(app) and "1 step" in screen_text(app))
        await pilot.press("backspace")
        await until(pilot, lambda: "0 steps" in screen_text(app))
        await pilot.press("space")
        await until(pilot, lambda: "1 step · time" in screen_text(app))
        await pilot.press("h")
        await until(pilot, lambda: "came from" in screen_text(app))
        await pilot.press("question_mark")
        await until(pilot, lambda: "One step by chance" in screen_text(app) and "Esc closes" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "One step by chance" not in screen_text(app))
        await pilot.press("i", "h", "asterisk")
        await typed(app, pilot, "g", "Q=3")
        await until(pilot, lambda: "Q×3" in screen_text(app))
        await typed(app, pilot, "g", "mark1")
        await until(pilot, lambda: "initial state" in screen_text(app))


async def test_a_run_that_changes_rates_keeps_the_place(small):
    async with workbench(small, size=(130, 50)) as (app, pilot):
        await solved(app, pilot)
        await pilot.press("f8")
        await until(pilot, lambda: "initial state 0" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "P×2 Q×1" in screen_text(app))
        replace(app, "1.0", "4.0")
        await pilot.press("f5")
        await until(pilot, lambda: "8.000" in screen_text(app))  # two members in P, at rate 4
        await until(pilot, lambda: "1 step ·" in screen_text(app))
        await pilot.press("G")
        await until(pilot, lambda: "┃ P ×2  ┃" in screen_text(app) and "rest 2.000" in screen_text(app))
        await pilot.press("G")
        await until(pilot, lambda: "┃ P×2 Q×1 #1" in screen_text(app))
        await pilot.press("up", "enter")
        await until(pilot, lambda: "initial state 0" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "1 step ·" in screen_text(app))
        await pilot.press("v", "v", "v")
        await until(pilot, lambda: "1 step ·" in screen_text(app))


async def test_the_table_is_filtered_sorted_and_searched():
    async with workbench(size=(80, 24)) as (app, pilot):
        await solved(app, pilot)
        await pilot.press("alt+2")
        await until(pilot, lambda: "User3×5" in screen_text(app))
        await typed(app, pilot, "slash", "User3 >= 2 & TC5 = 1")
        await until(pilot, lambda: head(app).startswith("15 of 966"))
        assert not app.query_one(StatesPane).prompt.display
        await typed(app, pilot, "slash", "Usr3 > 1")
        await until(pilot, lambda: "no local derivative" in screen_text(app))
        await until(pilot, lambda: "15 of 966" in head(app))
        await pilot.press("escape")
        await typed(app, pilot, "slash", "")
        await until(pilot, lambda: head(app).startswith("966 states"))
        await typed(app, pilot, "s", "User1")
        await until(pilot, lambda: "User1×5" in screen_text(app))
        await pilot.press("S")
        await until(pilot, lambda: "by User1 ▲" in head(app))
        await typed(app, pilot, "f", "User1 = 4")
        table = app.query_one(CellTable)
        await until(pilot, lambda: table.cursor > 100)
        first = table.cursor
        await pilot.press("f3")
        await until(pilot, lambda: table.cursor > first)
        await pilot.press("shift+f3")
        await until(pilot, lambda: table.cursor == first)


async def test_columns_pins_copies_and_files(tmp_path):
    async with workbench(size=(80, 24)) as (app, pilot):
        await solved(app, pilot)
        await pilot.press("alt+2")
        await until(pilot, lambda: "User3×5" in screen_text(app))
        await typed(app, pilot, "c", "User3, CM, User1 + User2")
        await until(pilot, lambda: "User1 + User2" in screen_text(app))
        await pilot.press("p", "y")
        await until(pilot, lambda: app.clipboard.startswith("#: 965"))
        await pilot.press("end")
        await until(pilot, lambda: app.query_one(CellTable).cells(965) is not None)
        await until(pilot, lambda: "965" in screen_text(app))  # pinned
        await typed(app, pilot, "w", str(tmp_path / "all.csv"))
        await until(pilot, lambda: (tmp_path / "all.csv").exists())
        assert len((tmp_path / "all.csv").read_text().splitlines()) == 967


@pytest.mark.parametrize(("keys", "replaced"), [(["enter"], False), (["escape"], False), (["r", "enter"], True)])
async def test_a_way_replaces_a_file_only_on_demand(small, tmp_path, keys, replaced):
    """That it is kept comes first, as where a model is saved."""
    there = tmp_path / "way.json"
    there.write_text("theirs")
    async with workbench(small) as (app, pilot):
        await pilot.press("f8")
        await until(pilot, lambda: "0 steps" in screen_text(app))
        await typed(app, pilot, "w", str(there))
        await asked(app, pilot, "exists")
        await answer(app, pilot, keys=keys)
        if replaced:
            await until(pilot, lambda: "the way written to" in told(app))
        else:
            await until(pilot, lambda: app.query_one(StatesPane).prompt.has_focus_within)  # for another name
        assert (there.read_text() != "theirs") == replaced


async def test_enter_steps_into_a_row_and_the_table_keeps_its_place():
    async with workbench(size=(80, 24)) as (app, pilot):
        await solved(app, pilot)
        await pilot.press("alt+2", "down", "down")
        await until(pilot, lambda: "User3×5" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "state 953" in screen_text(app))
        await pilot.press("v", "v")
        await until(pilot, lambda: app.query_one(CellTable).cursor == 2 and "by probability" in screen_text(app))


async def test_the_pane_can_be_maximised_while_stepping(small):
    async with workbench(small) as (app, pilot):
        await pilot.press("f8")
        await until(pilot, lambda: "P×3" in screen_text(app))
        app.screen.action_maximize()
        await until(pilot, lambda: app.screen.maximized is not None)
        await until(pilot, lambda: "work" in screen_text(app) and "r = 1.0" not in screen_text(app))


async def test_the_shortest_way_is_taken_drawn_and_walked_back():
    async with workbench(size=(80, 24)) as (app, pilot):
        await pilot.press("f8")
        await until(pilot, lambda: "User×5" in screen_text(app))
        await typed(app, pilot, "x", "User3 = 1")
        await until(pilot, lambda: "User3×1" in screen_text(app))
        assert len(app.query_one(StatesPane).steps.way) == 15
        await pilot.press("v")
        await until(pilot, lambda: "●User3──●CM" in screen_text(app))
        await pilot.press("home", "down", "down", "enter")
        await until(pilot, lambda: "2 steps ·" in screen_text(app) and "User0a×1" in screen_text(app))
        await typed(app, pilot, "x", "User3 = 1")
        await until(pilot, lambda: "User3×1" in screen_text(app))
        await pilot.press("backspace")
        await until(pilot, lambda: "CM4" in screen_text(app))
        await typed(app, pilot, "x", "deadlock")
        await until(pilot, lambda: "no state that can be reached" in screen_text(app))


async def test_findings_and_advice_come_and_go(tmp_path):
    path = tmp_path / "stops.pepa"
    path.write_text("P = (a, 1).Q + (b, 1).R; Q = (c, 1).R; R = (d, 0).R;\nP[2]")
    async with workbench(path, size=(80, 24)) as (app, pilot):
        await solved(app, pilot)
        await until(pilot, lambda: "6 states · 1 deadlock" in screen_text(app).splitlines()[0])
        await pilot.press("alt+2", "exclamation_mark")
        await until(pilot, lambda: "→ 1 state is a deadlock" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "nothing can happen here: a deadlock" in screen_text(app))
        assert len(app.query_one(StatesPane).steps.way) == 3
        await pilot.press("alt+3", "exclamation_mark")
        await until(pilot, lambda: "the nearest is 2 steps" in screen_text(app))
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: "recurrent class" in screen_text(app))
        await pilot.press("a")
        await until(pilot, lambda: "a goes back" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "recurrent class" in screen_text(app))


async def test_where_the_probability_is_leads_to_the_states_behind_it():
    async with workbench(size=(80, 24)) as (app, pilot):
        await solved(app, pilot)
        await pilot.press("alt+2")
        await until(pilot, lambda: "User3×5" in screen_text(app))
        await typed(app, pilot, "D", "User3")
        await until(pilot, lambda: "User3  mean 4.208 sd 0.8629  certain to" in screen_text(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "where User3 = 1" in head(app))
        await typed(app, pilot, "D", "User3")
        await until(pilot, lambda: "mean 4.208" in screen_text(app))
        await pilot.press("t")
        await until(pilot, lambda: "at time 0, all errors at most" in screen_text(app))
        await pilot.press("greater_than_sign", "full_stop", "full_stop", "comma")
        await until(pilot, lambda: "mean 0.4134" in screen_text(app) and "at time 11.00," in screen_text(app))
        await pilot.press("t")
        await until(pilot, lambda: "mean 4.208" in screen_text(app))
        await typed(app, pilot, "D", "Usr3")
        await until(pilot, lambda: "no local derivative" in screen_text(app))
        await pilot.press("escape")
        await typed(app, pilot, "D", "User3, TC")
        await until(pilot, lambda: "█44.4%" in screen_text(app))
        await pilot.press("up", "right", "enter")
        await until(pilot, lambda: head(app).startswith("1 of 966 · where User3 = 4 & TC0 = 1"))
        await typed(app, pilot, "D", "CM, N, TC")
        await until(pilot, lambda: "CM3  N1  TC0" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "CM3  N1  TC0" not in screen_text(app))


async def test_of_hidden_activities_alike_the_one_done_is_kept_in_the_file(tmp_path):
    path = tmp_path / "hidden.pepa"
    path.write_text("P = (a, 1).Q + (b, 4).Q; Q = (c, 1).P;\nP/{a, b}")
    async with workbench(path) as (app, pilot):
        await pilot.press("f8")
        await until(pilot, lambda: screen_text(app).count("tau") == 2)
        slow = screen_text(app).splitlines()
        at = [line for line in slow if "tau" in line]
        await pilot.press(*["down"] * ["1.000" in line for line in at].index(True), "enter")
        await until(pilot, lambda: "1 step ·" in screen_text(app))
        await typed(app, pilot, "w", str(tmp_path / "way.json"))
        await until(pilot, lambda: (tmp_path / "way.json").exists())
        assert json.loads((tmp_path / "way.json").read_text())["steps"][0]["rate"] == 1.0
