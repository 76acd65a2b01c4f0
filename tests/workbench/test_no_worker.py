"""A system that starts no process for analyses: told in words, and the text is edited all the same."""

import asyncio
import sys

import pytest

from tests.workbench.screens import told, until, workbench
from workbench.engine import protocol
from workbench.engine.client import Crashed, Engine
from workbench.widgets.editor import PepaEditor


@pytest.mark.parametrize("python", ["/dev/null", "/nowhere/python", "", None])
async def test_a_worker_that_cannot_be_started_is_told(monkeypatch, python):
    monkeypatch.setattr(sys, "executable", python)
    engine = Engine()
    for ask in (engine.start(), engine.ask(protocol.SOLVE), engine.quick(protocol.CHECK)):
        with pytest.raises(Crashed, match="no process for analyses can be started"):
            await ask
    await engine.stop()


async def test_an_app_without_workers_goes_on_as_an_editor(monkeypatch):
    async def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", refused)
    async with workbench(size=(80, 24)) as (app, pilot):
        await until(pilot, lambda: "no process for analyses can be started" in told(app))
        await pilot.press("x")
        assert app.query_one(PepaEditor).text.startswith("x")
        app.clear_notifications()
        await pilot.press("f5")
        await until(pilot, lambda: "Permission denied" in told(app))
        assert app.is_running
