"""All views of the states by keys alone: what each looks like."""

import pytest

from tests.workbench.screens import screen_text, solved, until, workbench
from workbench.panes.states import StatesPane

TEXT = """P = (work, 1).Q; Q = (rest, 2).P;
T = (go, 1).R + (die, 0.25).Dead; R = (work, 3).S; S = (reset, 1).R; Dead = (wake, 0).Dead;
P[3] <work> T
"""
SIZES = [(80, 24), pytest.param((120, 40), marks=pytest.mark.slow), pytest.param((200, 50), marks=pytest.mark.slow)]


def pane_text(app):
    """The part of the screen that is the pane."""
    x, y, width, height = app.query_one(StatesPane).region
    return "\n".join(line[x : x + width].rstrip() for line in screen_text(app).splitlines()[y : y + height])


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_every_view_is_reached_and_left_by_keys(tmp_path, snapshot, size):
    path = tmp_path / "walk.pepa"
    path.write_text(TEXT)
    shown = {}
    async with workbench(path, size=size) as (app, pilot):

        async def view(name, *keys, typed="", said):
            await pilot.press(*keys)
            if typed:
                await until(pilot, lambda: app.query_one(StatesPane).prompt.display)
                await pilot.press("backspace", *typed)
                await pilot.press(*["escape"] * bool(app.query_one(".offers").display), "enter")
            await until(pilot, lambda: said in pane_text(app) and not app.query_one(StatesPane).prompt.display)
            before = None
            while before != (before := pane_text(app)):  # until no layout changes it any more
                await pilot.pause(0.05)
            shown[name] = before

        await solved(app, pilot)
        await view("all", "alt+2", said="class 1")
        await view("table", "slash", typed="Q<2", said="where Q<2")
        await view("steps", "enter", said="leads to")
        await view("there", "x", typed="R=1", said="1 step")
        await view("way", "v", said="1 go")
        await view("histogram", "D", typed="Q", said="Q  mean")
        await view("heat map", "escape", "D", typed="Q,T", said="Q × T")
        await view("components", "G", said="local derivatives")
        await view("states", "G", said="▸states")
        await view("cooperations", "G", said="cooperate on work")
        await view("findings", "exclamation_mark", said="1 state is a deadlock")
        await view("back", "escape", "v", said="where Q<2")
    assert shown["back"] == shown["table"]
    assert shown == snapshot
