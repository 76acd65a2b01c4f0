import asyncio

from tests.workbench.screens import until, workbench
from workbench import following, run_messages
from workbench.panes.source import SourcePane
from workbench.panes.state_views import StateViews


async def test_messages_that_come_too_late_are_not_heard(monkeypatch):
    heard = []
    async with workbench(size=(80, 24)) as (app, pilot):
        await pilot.pause()
        close = app._close_all

        async def close_and_tell():
            await close()
            assert not app.query(SourcePane)
            for message in (StateViews.Lit([]), following.SeriesRefused("fluid", "no"), run_messages.Ended()):
                app.post_message(message)
            app.call_later(heard.append, "a call")
            await asyncio.sleep(0.05)

        monkeypatch.setattr(app, "_close_all", close_and_tell)
    assert heard == []


async def test_who_waits_for_an_answer_stops_before_the_panes_go(monkeypatch):
    gone, answered = asyncio.Event(), []

    async def question(app):
        await gone.wait()
        answered.append(app.query(SourcePane))

    async with workbench(size=(80, 24)) as (app, pilot):
        worker = app.run_worker(question(app))
        await until(pilot, lambda: worker.is_running)
        close = app._close_all

        async def close_and_answer():
            await close()
            gone.set()
            await asyncio.sleep(0.05)

        monkeypatch.setattr(app, "_close_all", close_and_answer)
    assert not answered
    assert worker.is_cancelled
