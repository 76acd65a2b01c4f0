"""Keys typed before the answer to the one before them is there: each does what it would have done after it."""

import pytest
from textual import events

from tests.workbench import screens
from tests.workbench.screens import screen_text, solved, until, workbench
from workbench.panes.state_steps import told_way
from workbench.panes.states import StatesPane
from workbench.terminal import type_ahead
from workbench.widgets.editor import PepaEditor

NAMED = {
    "\n": "enter",
    "\b": "backspace",
    "\v": "f8",
    " ": "space",
    "/": "slash",
    "!": "exclamation_mark",
    "~": "escape",
}
TEXT = """P = (work, 1).Q; Q = (rest, 2).P;
T = (go, 1).R + (die, 0.25).Dead; R = (work, 3).S; S = (reset, 1).R; Dead = (wake, 0).Dead;
P[3] <work> T
"""


def burst(app, keys):
    """Post keys at once, as they come in one packet: some signs stand for keys without one."""
    screens.burst(app, *(NAMED.get(key, key) for key in keys))


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.pepa"
    path.write_text(TEXT)
    return path


@pytest.mark.parametrize(
    ("keys", "steps"),
    [
        ("\v\n\n\n", 3),  # from the initial state on
        ("\v\n  \b\n", 3),  # by choice, by chance, back
        ("\v\n\n\b\b\n", 1),
        ("\v\n \b \n", 3),
        ("\vxR=1\n\n\n", 3),  # go, then two more from there
        ("\v\n\n\nh\n\b", 3),  # to where it came from, and back to the way
    ],
)
async def test_steps_typed_ahead_are_all_done(small, keys, steps):
    async with workbench(small, size=(80, 24)) as (app, pilot):
        await solved(app, pilot)
        burst(app, keys)
        pane = app.query_one(StatesPane)
        await until(pilot, lambda: len(pane.steps.way) == steps + 1 and not app.keys_wait)
        replayed = told_way(pane.steps.way)
        assert len(replayed["steps"]) == steps
        before = replayed["start"]["members"]
        for step in replayed["steps"]:  # each starts where the one before it ended
            assert step["members"] != before
            before = step["members"]


async def test_what_is_typed_behind_a_condition_is_for_what_it_shows(small):
    async with workbench(small, size=(80, 24)) as (app, pilot):
        await solved(app, pilot)
        await pilot.press("alt+2")
        burst(app, "/Q=2&T.R=1\n\n")  # the second Enter steps into the first row
        await until(pilot, lambda: "lasts" in screen_text(app))
        pane = app.query_one(StatesPane)
        assert pane.steps.way[-1].members == [{"P": 1, "Q": 2}, {"R": 1}]
        burst(app, "vvfQ=2\nsQ\n\nh")
        await until(pilot, lambda: "came from" in screen_text(app))
        assert pane.prompt.display is False
        assert pane.list.table.column == "Q"


async def test_what_is_typed_behind_a_graph_is_for_it(small):
    async with workbench(small, size=(80, 24)) as (app, pilot):
        await solved(app, pilot)
        pane = app.query_one(StatesPane)
        burst(app, "\v\n\nGG")
        await until(pilot, lambda: "▸states" in screen_text(app))
        assert len(pane.steps.way) == 3
        burst(app, "v/Q=1\n!v\nGG")  # the kind shown last, and the next
        await until(pilot, lambda: "▸cooperations" in screen_text(app))
        assert pane.list.table.condition == "Q=1"
        assert pane.steps.way[-1].members[0] == {"P": 2, "Q": 1}


async def test_one_may_go_elsewhere_and_come_back(small):
    async with workbench(small, size=(80, 24)) as (app, pilot):
        await solved(app, pilot)
        steps = app.query_one(StatesPane).steps

        def way():
            return [visit.members for visit in steps.way]

        burst(app, "\v\n\n")
        await until(pilot, lambda: len(way()) == 3)
        here = way()
        for away in ("i", "gQ=3\n", "h\n", "xdeadlock\n"):
            burst(app, away)
            await until(pilot, lambda: way() != here)
            burst(app, "\b" * len(way()))
            await until(pilot, lambda: way() == here)
        await until(pilot, lambda: "2 steps" in screen_text(app))


@pytest.mark.parametrize("keys", ["\rpace\n~", "\x10replace\nwork\tpace\x12~"])
async def test_escape_typed_behind_what_is_not_done_yet_takes_none_of_it_away(small, keys, monkeypatch):
    monkeypatch.setattr(type_ahead, "GIVEN_UP", 30.0)  # however slow the machine: what it waits for comes
    named = {"\r": "f2", "\x10": "ctrl+p", "\t": "tab", "\x12": "ctrl+r"}
    async with workbench(small, size=(80, 24)) as (app, pilot):
        editor = app.query_one(PepaEditor)
        await until(pilot, lambda: editor.has_focus)
        editor.move_cursor((0, 6))
        for key in keys:
            app.post_message(events.Key(named[key], None)) if key in named else burst(app, key)
        await until(pilot, lambda: not app.keys_wait and editor.has_focus)
        await until(pilot, lambda: "work" not in editor.text)
        assert editor.text == TEXT.replace("work", "pace")


async def test_escape_waits_for_nothing_for_long(small):
    async with workbench(small, size=(80, 24)) as (app, pilot):
        editor = app.query_one(PepaEditor)
        await until(pilot, lambda: editor.has_focus)
        app.hold_keys(longest=60)
        burst(app, "xy~z")
        await until(pilot, lambda: not app.keys_wait, seconds=10)
        assert editor.text == "z" + TEXT


async def test_quit_waits_for_nothing_for_long_and_loses_nothing(small):
    async with workbench(small, size=(80, 24)) as (app, pilot):
        editor = app.query_one(PepaEditor)
        await until(pilot, lambda: editor.has_focus)
        app.hold_keys(longest=60)
        burst(app, "xy")
        app.post_message(events.Key("ctrl+q", None))
        await until(pilot, lambda: "unsaved" in screen_text(app), seconds=10)
        assert editor.text == "xy" + TEXT
