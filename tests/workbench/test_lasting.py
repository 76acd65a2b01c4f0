"""Questions about a solution that take long: they say what they do and how far it is, and Esc gives them up."""

import asyncio

import pytest

from tests.workbench.screens import screen_text, until, workbench
from workbench import runs
from workbench.engine import protocol
from workbench.engine.client import Cancelled, Engine, Progress
from workbench.engine.session import Session
from workbench.engine.whatif import WhatIf
from workbench.lasting import Lasting
from workbench.panes.whatif import WhatIfPane
from workbench.widgets.footer import FittingFooter

LATHE = "cut = 2.0; oil = 0.5;\nLathe = (turned, cut).Dry;\nDry = (oiled, oil).Lathe;\n\nLathe[3]\n"
VALUE = 1.2  # 3 cut oil / (cut + oil)


@pytest.fixture
def lathe(tmp_path):
    path = tmp_path / "lathe.pepa"
    path.write_text(LATHE)
    return path


class Heard(list):
    """A watcher that keeps the parts of an answer."""

    def __call__(self, progress):
        pass

    def part(self, found):
        self.append(found)


def test_the_value_of_a_measure_comes_before_what_it_depends_on():
    session, heard = Session(), Heard()
    session.solve(heard, LATHE, 1e-9, 1_000)
    found = WhatIf(session).influences(heard, LATHE, {}, "throughput(oiled) / 2")
    assert heard == [{"measure": "throughput(oiled) / 2", "value": pytest.approx(VALUE / 2)}]
    assert found["value"] == heard[0]["value"]


async def test_what_is_soon_over_is_not_told():
    told = []
    with Lasting("elasticities", told.append, 60.0) as soon:
        soon.heard(Progress("sensitivity", "one"))
    with Lasting("elasticities", told.append, 0.0) as late:
        while not late.told:
            await asyncio.sleep(0)
        late.heard(Progress("sensitivity", "two", 0.5))
    assert not soon.told
    waits = "elasticities: waiting for its turn"
    assert told == [Progress("what-if", waits), Progress("sensitivity", "elasticities: two", 0.5)]


def slow(app, monkeypatch, *, valued):
    """Have what figures depend on take until it is cancelled; its value comes at once or not at all."""
    ask, cancelled = app._engine.ask, []

    async def asked(operation, progress=None, part=None, **arguments):
        if operation is not protocol.INFLUENCES:
            return await ask(operation, progress, part, **arguments)
        if valued:
            part({"measure": arguments["measure"], "value": VALUE / 2})
        try:
            while True:
                progress(Progress("sensitivity", "7 sweeps", 0.25))
                await asyncio.sleep(0.01)
        finally:
            cancelled.append(arguments["measure"])

    monkeypatch.setattr(runs, "LONG", 0.05)
    monkeypatch.setattr(app._engine, "ask", asked)
    return cancelled


async def typed_measure(app, pilot):
    await pilot.press("f6")
    await until(pilot, lambda: "+0.8" in screen_text(app))  # the elasticities are there
    await until(pilot, lambda: app.query_one(WhatIfPane).name_at_cursor is not None)


async def asks(app, pilot):
    await pilot.press("m")
    await until(pilot, lambda: app.query_one(WhatIfPane)._prompt.display)
    app.focused.value = "throughput(oiled) / 2"
    await pilot.press("enter")


async def test_a_measure_is_watched_before_its_elasticities_are_there(lathe, monkeypatch):
    async with workbench(lathe, size=(80, 24)) as (app, pilot):
        await typed_measure(app, pilot)
        slow(app, monkeypatch, valued=True)
        await asks(app, pilot)
        await until(pilot, lambda: "throughput(oiled) / 2 0.6000" in screen_text(app))
        assert not app.query_one(WhatIfPane)._prompt.display
        await until(pilot, lambda: "elasticities: 7 sweeps · Esc cancels" in screen_text(app).splitlines()[0])
        await until(pilot, lambda: any(key.word == "Cancel" for key in app.query_one(FittingFooter)._keys))


async def test_a_measure_that_is_waited_for_says_how_far_it_is_and_escape_gives_it_up(lathe, monkeypatch):
    async with workbench(lathe, size=(80, 24)) as (app, pilot):
        await typed_measure(app, pilot)
        cancelled = slow(app, monkeypatch, valued=False)
        await asks(app, pilot)
        await until(pilot, lambda: "sensitivity: elasticities: 7 sweeps" in screen_text(app))
        await until(pilot, lambda: "Esc closes the line" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: cancelled and not app.analysing.goes_on)
        assert not app.query_one(WhatIfPane)._prompt.display
        assert app.query_one(WhatIfPane).measure == "throughput(turned)"
        assert not app._holds


async def test_what_a_figure_depends_on_can_be_cancelled(lathe, monkeypatch):
    async with workbench(lathe, size=(80, 24)) as (app, pilot):
        await typed_measure(app, pilot)
        ask, begun, free = app._engine.ask, [], asyncio.Event()

        async def asked(operation, *arguments, **named):
            if operation is not protocol.INFLUENCES:
                return await ask(operation, *arguments, **named)
            begun.append(True)
            await free.wait()
            raise Cancelled

        async def cancel(_patience):
            free.set()

        monkeypatch.setattr(runs, "LONG", 0.05)
        monkeypatch.setattr(app._engine, "ask", asked)
        monkeypatch.setattr(app._engine, "cancel", cancel)
        await asks(app, pilot)
        await until(pilot, lambda: begun and "waiting for its turn" in screen_text(app))
        app.analysing.action_cancel()
        await until(pilot, lambda: "cancelled" in screen_text(app) and not app.analysing.goes_on)
        assert app.query_one(WhatIfPane)._prompt.display


async def test_a_worker_stops_where_nobody_waits_for_its_answer():
    engine, heard = Engine(), asyncio.Event()
    text = "".join(f"P{i} = (a{i}, 1).Q{i}; Q{i} = (b{i}, 2).P{i};\n" for i in range(40)) + " || ".join(
        f"P{i}" for i in range(40)
    )
    await engine.start()
    try:
        what = {"text": text, "tolerance": 1e-9, "most_states": 10**12}
        task = asyncio.create_task(engine.ask(protocol.SOLVE, lambda _: heard.set(), **what))
        await asyncio.wait_for(heard.wait(), 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(60):
            while engine.busy:
                await asyncio.sleep(0.01)
    finally:
        await engine.stop()
