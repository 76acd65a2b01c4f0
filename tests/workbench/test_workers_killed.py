"""Workers that are killed while the text is checked: it is checked again, so that the header and What-if know it."""

import asyncio

from tests.workbench.screens import replace, until, workbench
from workbench import runs
from workbench.engine import protocol
from workbench.engine.client import Cancelled, Crashed
from workbench.status import StatusLines


def dying(app, error):
    """Have every check end with an error as long as the set that is returned has anything in it."""
    quick, dies = app._engine.quick, {True}

    async def asked(operation, *arguments, **named):
        if operation is protocol.CHECK and dies:
            await asyncio.sleep(0.01)
            raise error
        return await quick(operation, *arguments, **named)

    app._engine.quick = asked
    return dies


async def test_a_check_whose_worker_was_killed_is_asked_again():
    async with workbench() as (app, pilot):
        dies = dying(app, Crashed("killed"))
        replace(app, "Q = 5", "Q = 4; anew = 2.5")
        await until(pilot, lambda: app.runs.unread)
        dies.clear()
        await until(pilot, lambda: "anew" in app.query_one(StatusLines).parameters.written)
        assert not app.runs.unread


async def test_a_text_that_no_worker_lived_to_read_is_read_with_the_next_run(monkeypatch):
    monkeypatch.setattr(runs, "PAUSES", (0.0,))
    async with workbench() as (app, pilot):
        await until(pilot, lambda: app.runs.checked)
        dies = dying(app, Cancelled())
        replace(app, "Q = 5", "Q = 4; anew = 2.5")
        await until(pilot, lambda: app.runs.unread)
        dies.clear()
        assert "anew" not in app.query_one(StatusLines).parameters.written
        await pilot.press("f5")
        await until(pilot, lambda: "anew" in app.query_one(StatusLines).parameters.written)
        assert app.runs.checked
