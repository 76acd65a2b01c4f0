"""The table of states behind something that takes long: it says what is waited for, and Esc gives that up."""

import asyncio

from tests.workbench.screens import screen_text, solved, until, workbench
from workbench.desks import exploring
from workbench.engine import protocol
from workbench.panes.states import StatesPane

TILL = "scan = 3.0; pay = 1.0;\nTill = (scanned, scan).Due;\nDue = (paid, pay).Till;\n\nTill[4]\n"


async def test_what_the_table_waits_for_is_said_and_given_up_by_escape(tmp_path, monkeypatch):
    path = tmp_path / "till.pepa"
    path.write_text(TILL)
    monkeypatch.setattr(exploring, "WAITS", 0.05)
    async with workbench(path, size=(80, 24)) as (app, pilot):
        states = app.query_one(StatesPane)
        await solved(app, pilot)
        await pilot.press("alt+2")
        await until(pilot, lambda: states.list.state is not None)
        ask, free, cancelled = app.runs.about_space, asyncio.Event(), []

        async def late(operation, **arguments):
            if operation is protocol.STATES:
                await free.wait()
            return await ask(operation, **arguments)

        async def cancel():
            cancelled.append(True)
            free.set()

        monkeypatch.setattr(app.runs, "about_space", late)
        monkeypatch.setattr(app.runs, "cancel", cancel)
        await pilot.press("slash")
        await until(pilot, lambda: states.prompt.display)
        app.focused.value = "Due = 4"
        await pilot.press("enter")
        await until(pilot, lambda: "waiting for what was asked before; Esc closes the line" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: not states.prompt.display)
        await until(pilot, lambda: states.list.table.condition == "")
        await pilot.press("S")
        await until(pilot, lambda: "waiting for what was asked before; Esc stops that" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: cancelled and "waiting" not in screen_text(app))
        await until(pilot, lambda: "5 states" in screen_text(app) and states.list.state is not None)
