"""A question that is asked while another is being answered takes its place, and that is said."""

import asyncio

from textual.widgets import Input

from tests.workbench.screens import told, until, workbench
from workbench.panes.ask import AskPane
from workbench.runs import Runs

KIOSK = "sell = 2.0; fill = 1.0;\nKiosk = (sold, sell).Bare; Bare = (filled, fill).Kiosk;\nKiosk[2]\n"


async def asked(app, pilot, question):
    line = app.query_one(AskPane).main
    await until(pilot, lambda: app.focused is line)
    line.value = question
    line.post_message(Input.Submitted(line, question))
    await until(pilot, lambda: app.query_one(AskPane)._typed[-1:] == [question])


async def test_a_question_that_another_overtakes_is_told_to_be_given_up(tmp_path, monkeypatch):
    path = tmp_path / "kiosk.pepa"
    path.write_text(KIOSK)
    heard, ask = [], Runs.ask

    async def slow(runs, question, until=None):
        heard.append(question)
        if question == "throughput(sold)":
            await asyncio.Event().wait()
        await ask(runs, question, until)

    monkeypatch.setattr(Runs, "ask", slow)
    async with workbench(path) as (app, pilot):
        pane = app.query_one(AskPane)
        await until(pilot, lambda: app.runs.checked)
        await pilot.press("f10")
        await asked(app, pilot, "throughput(sold)")
        await until(pilot, lambda: heard == ["throughput(sold)"])
        assert "given up" not in told(app)
        await asked(app, pilot, "throughput(filled)")
        await until(pilot, lambda: "given up for the next question throughput(sold)" in told(app))
        await until(pilot, lambda: pane.chosen is not None)
        app.clear_notifications()
        await asked(app, pilot, "population(Bare)")
        await until(pilot, lambda: pane.chosen.answer["question"] == "population(Bare)")
        assert "given up" not in told(app)
