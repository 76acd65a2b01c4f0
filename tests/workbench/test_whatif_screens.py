"""What-if and what it tells, as they look at three sizes."""

import pytest
from textual.widgets import Static

from tests.workbench.screens import screen_text, until, workbench
from workbench.panes.whatif import WhatIfPane

TEXT = """ask = 2.0; serve = 3.0; rest = 1.5; n = 4; c = 2;
Client = (request, ask).Waiting; Waiting = (answer, serve).Client;
Server = (request, ask).Busy; Busy = (answer, serve).Tired; Tired = (recover, rest).Server;
Client[n] <request, answer> Server[c]
"""


USES = "1: ask = 2.0; serve = 3.0; rest = 1.5; n = 4; c = 2; · "  # where the text has what the cursor is at
TOLD = (
    ("W", "together", "none: "),
    ("E", "exact derivatives", f"{USES}4: Client[n]"),
    ("F", "the states that give most", "none: "),
)


def uses_text(app):
    text = str(app.query_one("#whatif-uses", Static).content)
    return text or "none: "


def pane_text(app):
    x, y, width, height = app.query_one(WhatIfPane).region
    return "\n".join(line[x : x + width].rstrip() for line in screen_text(app).splitlines()[y : y + height])


async def at_rest(app, pilot):
    """Return what the pane shows once no layout changes it any more."""
    before = None
    while before != (before := pane_text(app)):
        await pilot.pause(0.05)
    return before


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)], ids=str)
async def test_what_if(tmp_path, snapshot, size):
    path = tmp_path / "clients.pepa"
    path.write_text(TEXT)
    shown = {}
    async with workbench(path, size=size) as (app, pilot):
        await pilot.press("f6")
        await until(pilot, lambda: "+0." in pane_text(app) and "1: ask = 2.0" in pane_text(app))
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: "throughput(request) 1.6" in pane_text(app))
        here, watched = (app.runs.text, {"ask": 4.0}), app.query_one(WhatIfPane).watched
        await until(pilot, lambda: watched._at == here and USES in uses_text(app))
        shown["rows"] = await at_rest(app, pilot)
        for key, said, uses in TOLD:
            await pilot.press(key)
            await until(pilot, lambda said=said, uses=uses: said in pane_text(app) and uses in uses_text(app))
            shown[key] = await at_rest(app, pilot)
            await pilot.press("escape")
            await until(pilot, lambda: "in the text  elasticity" in pane_text(app))
    assert shown == snapshot
    assert all(len(line) <= size[0] for text in shown.values() for line in text.splitlines())
