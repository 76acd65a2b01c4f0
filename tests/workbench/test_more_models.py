"""More than one model is open: what is known of one never stands beside the text of another."""

import asyncio

from textual.widgets import Select

from pepa.query.kind import Kind
from tests.workbench.screens import answer, asked, replace, screen_text, told, until, workbench
from workbench.desks.showing import Results
from workbench.engine import protocol
from workbench.panes.ask import AskPane
from workbench.panes.charts import ChartsPane
from workbench.panes.experiments import ExperimentsPane
from workbench.panes.solver import SolverPane
from workbench.panes.states import StatesPane
from workbench.panes.whatif import WhatIfPane
from workbench.widgets.editor import PepaEditor

FIRST = "slow = 0.5;\nHere = (away, slow).There;\nThere = (back, 2.0).Here;\n\nHere[4]\n"
SECOND = "fast = 3.0;\nOn = (rest, fast).Off;\nOff = (work, 1.0).On;\n\nOn\n"


def of_first(app):
    """Whether anything but the head and the file names shows a name of the first model."""
    return any(word in screen_text(app) for word in ("away", "back", "Here", "There"))


async def first_beside_second(app, pilot, tmp_path):
    other = tmp_path / "second.pepa"
    other.write_text(SECOND)
    await pilot.press("ctrl+o")
    await asked(app, pilot, "Open the model")
    await answer(app, pilot, other)
    await until(pilot, lambda: app.query_one(PepaEditor).text == SECOND and app.runs.checked)


async def analysed(app, pilot):
    """Solve, follow, ask about and experiment with the first model."""
    charts, states = app.query_one(ChartsPane), app.query_one(StatesPane)
    await pilot.press("f5")
    await until(pilot, lambda: "away" in screen_text(app) and app.runs.solved and states.list.states == 5)
    await pilot.press("alt+4", "t")
    await until(pilot, lambda: len(charts.charted.series) == 3)
    await pilot.press("left", "alt+3", "exclamation_mark")
    await until(pilot, lambda: "equally often" in screen_text(app))
    await pilot.press("f10", *"P=? [ F<=1 There = 4 ]", "enter")
    await until(pilot, lambda: app.query_one(AskPane).chosen is not None)
    await pilot.press("alt+5", *"slow=1,2", "enter")
    await until(pilot, lambda: app.query_one(ExperimentsPane).results.number == 2)


async def test_answers_go_with_their_model_and_come_back_with_it(tmp_path):
    path = tmp_path / "first.pepa"
    path.write_text(FIRST)
    async with workbench(path, size=(200, 50)) as (app, pilot):
        charts, states = app.query_one(ChartsPane), app.query_one(StatesPane)
        await analysed(app, pilot)
        told = app.query_one(SolverPane).evidence.plain
        for pane in ("charts", "solver", "states"):
            app.going.action_pane(pane)
            await until(pilot, lambda: "5 states" in screen_text(app))
        await first_beside_second(app, pilot, tmp_path)
        for pane in app.PANES:
            app.going.action_pane(pane)
            await pilot.pause()
            assert not of_first(app), pane
        assert not states.list.states
        assert not charts.charted.series
        assert app.runs.solved is None
        assert not app.query_one(AskPane).asked[1]  # lines asked about the other
        app.query_one(AskPane).asked[1].append("asked about the second")
        assert not Results().asked[1]
        await pilot.press("f5")
        await until(pilot, lambda: app.runs.solved and states.list.states == 2)
        await pilot.press("shift+f8")
        await until(pilot, lambda: app.query_one(PepaEditor).text == FIRST)
        assert set(charts.charted.latest.told["throughput"]) == {"away", "back"}
        assert len(charts.charted.series) == 3
        assert not app.runs.stale
        assert not app.following.stale
        assert app.query_one(SolverPane).evidence.plain == told
        assert app.query_one(AskPane).chosen.text == FIRST
        assert app.query_one(ExperimentsPane).results.number == 2
        assert not app.studies.stale
        app.going.action_pane("charts")
        await until(pilot, lambda: all(name in screen_text(app) for name in ("Here.Here ", "Here.There ")))
        app.going.action_pane("states")
        await until(pilot, lambda: "let go for another model" in screen_text(app))
        refused = await app.runs.about_space(protocol.FINDINGS)
        assert "held no more" in str(refused)
        assert "5 states (let go: F5)" in screen_text(app).splitlines()[0]


async def test_an_answer_that_comes_after_another_model_is_shown_is_dropped(tmp_path):
    path = tmp_path / "first.pepa"
    path.write_text(FIRST)
    async with workbench(path, size=(200, 50)) as (app, pilot):
        await pilot.press("f5")
        await until(pilot, lambda: app.runs.solved is not None)
        ask, may_go_on = app._engine.ask, asyncio.Event()

        async def late(*arguments, **named):
            found = await ask(*arguments, **named)
            await may_go_on.wait()
            return found

        app._engine.ask = late
        await pilot.press("alt+3", "exclamation_mark", "f6", "m")
        await first_beside_second(app, pilot, tmp_path)
        before = app.query_one(SolverPane).evidence.plain
        app.post_message(finished_of_first(app))
        may_go_on.set()
        await pilot.pause(0.3)
        assert app.query_one(SolverPane).evidence.plain == before
        await until(pilot, lambda: "equally often" not in screen_text(app))
        assert not of_first(app), screen_text(app)
        app._engine.ask = ask
        await pilot.press("f6")
        await until(pilot, lambda: app.query_one(WhatIfPane).name_at_cursor == "fast")
        await pilot.press("right")
        await until(pilot, lambda: app.runs.solved_values == {"fast": 3.03} and not app.runs.stale)


async def test_that_a_run_ends_with_its_model_put_beside_is_told(tmp_path):
    path = tmp_path / "first.pepa"
    path.write_text(FIRST)
    async with workbench(path, size=(80, 24)) as (app, pilot):
        await first_beside_second(app, pilot, tmp_path)
        assert "given up" not in told(app)  # nothing ran
        replace(app, "On\n", "On[400] <rest> On[400] || On[400]\n")
        await pilot.press("f5")
        await until(pilot, lambda: app.runs.busy)
        await pilot.press("shift+f8")
        await until(pilot, lambda: "what ran for second.pepa was given up" in told(app))
        await until(pilot, lambda: not app.runs.busy)


def finished_of_first(app):
    """A message of the runs that are left, as it lay in the queue."""
    from workbench.run_messages import Stopped
    from workbench.runs import Runs

    message = Stopped("of the first", "", [])
    message.runs = Runs(app._engine, app)
    return message


async def test_states_of_an_older_text_are_marked_though_figures_without_states_came_since(tmp_path):
    path = tmp_path / "first.pepa"
    path.write_text(FIRST)
    async with workbench(path, size=(200, 50)) as (app, pilot):
        states = app.query_one(StatesPane)
        await pilot.press("f5")
        await until(pilot, lambda: states.list.states == 5)
        app.query_one("#method", Select).value = Kind.FLUID
        replace(app, "0.5", "0.25")
        await pilot.press("f5")
        await until(pilot, lambda: "≈ fluid" in screen_text(app) and not app.runs.stale)
        await until(pilot, lambda: states.has_class("stale"))
        page = await app.runs.about_space(protocol.STATES, start=0, stop=9)
        assert page["total"] == 5  # of the text they are of
