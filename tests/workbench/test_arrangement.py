"""Which panes are on the screen, wherever the user is and was, and after the window changed."""

import itertools

import pytest

from tests.workbench.screens import workbench
from workbench.app import Workbench
from workbench.arrangement import WIDE, panes_shown
from workbench.status import StatusLines


def test_panes_shown():
    for here, answers in itertools.product(Workbench.PANES, [name for name in Workbench.PANES if name != "source"]):
        assert panes_shown(here, answers, WIDE - 1) == {here}
        if here in ("source", answers):
            assert {here, "source"} <= panes_shown(here, answers, WIDE)
    assert panes_shown("source", "what-if", 200) == {"source", "charts", "what-if"}
    assert panes_shown("source", "solver", 200) == {"source", "charts", "solver", "states"}


@pytest.mark.parametrize("first", [(80, 24), (120, 40)])
async def test_the_pane_one_is_in_is_seen(first):
    async with workbench(size=first) as (app, pilot):
        keys = [(f"alt+{number}", name) for number, name in enumerate(Workbench.PANES, 1)]
        for number, (key, name) in enumerate([*keys, *keys[::-2], *keys[::3]]):
            await pilot.press(key)
            if number % 3 == 2:
                other = (80, 24) if app.size.width > WIDE else (120, 40)
                await pilot.resize_terminal(*other)
            await pilot.pause()
            assert app.query_one(StatusLines).pane == name
            pane = app.query_one(Workbench.PANES[name])
            assert pane.has_focus_within
            assert pane.region.width * pane.region.height > 300
            seen = {other for other, kind in Workbench.PANES.items() if app.query_one(kind).region.height}
            assert seen == panes_shown(name, app.going.answers, app.size.width)
