"""A check that takes long is told, until its answer is there."""

import asyncio

from tests.workbench.screens import screen_text, until, workbench
from workbench import runs
from workbench.engine.client import Cancelled


async def test_a_check_that_takes_long_is_told_until_its_answer_is_there(monkeypatch):
    monkeypatch.setattr(runs, "LONG", 0.0)
    async with workbench() as (app, pilot):
        await until(pilot, lambda: "no problems" in screen_text(app))
        quick, may_go_on = app._engine.quick, asyncio.Event()

        async def late(*arguments, **options):
            await may_go_on.wait()
            return await quick(*arguments, **options)

        monkeypatch.setattr(app._engine, "quick", late)
        await pilot.press("x")
        await until(pilot, lambda: "checking…" in screen_text(app))
        may_go_on.set()
        await until(pilot, lambda: "2 errors" in screen_text(app))
        await until(pilot, lambda: "checking" not in screen_text(app))

        async def cancelled(*_, **__):
            await asyncio.sleep(0.05)
            raise Cancelled

        monkeypatch.setattr(app._engine, "quick", cancelled)
        await app.runs.check()
        await until(pilot, lambda: "2 errors" in screen_text(app))  # as it was told last: the text is the same
        await until(pilot, lambda: "checking" not in screen_text(app))
