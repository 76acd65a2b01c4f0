"""Turning parameters, as a user does it, over the real worker process."""

import asyncio
import math

import pytest
from textual import events
from textual.widgets import Select

from pepa.query.kind import Kind
from tests.workbench.screens import screen_text, told, until, workbench
from workbench.panes.whatif import WhatIfPane
from workbench.widgets.editor import PepaEditor

MODEL = "a5 = 1.0;\np = 0.5;\nn = 3;\nP = (work, p * a5).Q + (skip, (1 - p) * a5).P;\nQ = (rest, 2.0).P;\n\nP[n]\n"


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "turned.pepa"
    path.write_text(MODEL)
    return path


def typed(app, *keys):
    """Post keys at once, as from a terminal that is ahead of the app."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


async def turnable(app, pilot):
    """Wait for the figure, what it depends on, and the rows: they come from two workers."""
    await until(pilot, exact(app, "1.200"))
    await until(pilot, lambda: app.query_one(WhatIfPane).watched.elasticities({}))
    await until(pilot, lambda: app.query_one(WhatIfPane).name_at_cursor is not None)


def exact(app, figure):
    return lambda: f"throughput(work) {figure}" in screen_text(app)


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_a_rate_doubles_by_three_keys(model, size):
    async with workbench(model, size=size) as (app, pilot):
        await pilot.press("f6")
        await until(pilot, exact(app, "1.200"))
        await until(pilot, lambda: "+0.8" in screen_text(app))  # the elasticities are there
        typed(app, "5", "right_square_bracket")
        await until(pilot, exact(app, "2.000  was 1.200"))
        top = screen_text(app).splitlines()[0]
        assert "a5 1→2" in top
        assert "solved" in top
        assert app.query_one(PepaEditor).text == MODEL


async def test_a_value_is_of_the_parameter_that_was_asked_about(model):
    async with workbench(model) as (app, pilot):
        await pilot.press("f6")
        await turnable(app, pilot)
        pane = app.query_one(WhatIfPane)
        asked, table = pane.name_at_cursor, pane.main
        await pilot.press("enter")
        await until(pilot, lambda: f"{asked} = a number" in screen_text(app))
        table.action_move(1)  # as a click on another row does
        assert pane.name_at_cursor != asked
        await pilot.press(*"0.25", "enter")
        await until(pilot, lambda: app.runs.overrides)
        assert app.runs.overrides == {asked: 0.25}


async def test_first_order_is_marked_until_the_exact_figure_is_there(model):
    async with workbench(model) as (app, pilot):
        await pilot.press("f6")
        await turnable(app, pilot)
        pane = app.query_one(WhatIfPane)
        pane.overrides = {"a5": 1.1}
        assert pane.watched.predicted(pane.overrides, pane._parameters) == pytest.approx(1.2 * 1.1**0.8)
        pane._draw()
        assert "≈ 1.295" in str(pane.query_one("#whatif-head").render())


async def test_what_the_model_cannot_have_is_refused_in_its_row(model):
    async with workbench(model) as (app, pilot):
        await pilot.press("f6")
        await turnable(app, pilot)
        await pilot.press("down", "right_square_bracket", "right_square_bracket")
        await until(pilot, lambda: "✗ the rate of `skip` is" in screen_text(app))
        assert app.query_one(WhatIfPane).overrides in ({}, {"p": 1.0})
        await pilot.press("R")
        await pilot.press("down", "enter", *"2.5", "enter")
        await until(pilot, lambda: "✗ a whole number of copies" in screen_text(app))
        assert app.query_one(WhatIfPane).overrides == {}


async def test_after_a_refusal_the_charts_show_what_is_so(model):
    async with workbench(model, size=(200, 50)) as (app, pilot):
        await pilot.press("f6")
        await turnable(app, pilot)
        await pilot.press("down")
        await until(pilot, lambda: "p" in app.predicting._elastic)
        await pilot.press("right_square_bracket")
        await until(pilot, exact(app, "2.000"))
        await until(pilot, lambda: "≈" not in screen_text(app))
        await pilot.press("right")  # 1.01 is no probability
        await until(pilot, lambda: "✗ the rate of `skip` is" in screen_text(app))
        await until(pilot, lambda: "≈" not in screen_text(app))
        assert any(line_of(app, "work ", "2.000", "1.200", "▲ 66.7%"))


async def test_what_is_turned_waits_for_a_text_without_errors(model):
    async with workbench(model, size=(200, 50)) as (app, pilot):
        await pilot.press("f9", "f6")
        await turnable(app, pilot)
        editor = app.query_one(PepaEditor)
        editor.replace_all(MODEL + "+")
        await until(pilot, lambda: app.runs.checked and not app.runs.well)
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: "✗ waits: the text has errors, the first in line 8" in screen_text(app))
        assert app.query_one(WhatIfPane).overrides == {"a5": 2.0}
        assert not app._notifications  # the line of problems tells it
        editor.replace_all(MODEL)
        await until(pilot, exact(app, "2.000"))
        # The check comes from another worker than the figure.
        await until(pilot, lambda: not any(line_of(app, "a5  ", "✗")))


async def test_an_expression_is_worked_out_and_written_as_one_edit(model):
    async with workbench(model) as (app, pilot):
        typed(app, "f6", "5", "enter", *"2*a5+n", "enter", "w")  # the engine has not even started
        await until(pilot, lambda: "a5 = 5" in app.query_one(PepaEditor).text)
        await until(pilot, lambda: "→" not in screen_text(app).splitlines()[0])
        app.query_one(PepaEditor).undo()
        assert app.query_one(PepaEditor).text == MODEL


async def test_scenarios_are_kept_beside_the_model_and_chosen(model):
    async with workbench(model) as (app, pilot):
        typed(app, "f6", "5", "enter", *"4", "enter", "B", *"fast", "enter", "C", *"base", "enter")
        kept = model.with_suffix(".scenarios.toml")
        pane = app.query_one(WhatIfPane)
        await until(pilot, lambda: kept.exists() and not pane.overrides)
        assert kept.read_text() == "[fast]\na5 = 4\n"
        typed(app, "C", *"slow", "enter")
        await until(pilot, lambda: "there is no scenario `slow`" in screen_text(app))
        typed(app, "escape", "C", *"fast", "enter")
        await until(pilot, lambda: "a5 1→4" in screen_text(app).splitlines()[0])
        await until(pilot, exact(app, "3.000"))


async def test_a_key_held_down_ends_with_one_run_and_the_right_figure(model):
    async with workbench(model) as (app, pilot):
        await pilot.press("f6")
        await turnable(app, pilot)
        solved = []
        run = app.runs.solve

        async def counted(*arguments, **named):
            solved.append(1)
            return await run(*arguments, **named)

        app.runs.solve = counted
        pane = app.query_one(WhatIfPane)
        for _ in range(20):
            pane.action_turn(1)
        value = pane.overrides["a5"]
        assert value == pytest.approx(1.01**20)
        expected = 3 * 0.5 * value * 2 / (2 + 0.5 * value)
        await until(pilot, exact(app, f"{expected:.4g}"))
        assert len(solved) == 1


async def test_keys_behind_an_answer_that_takes_its_time_are_for_what_comes_after_it(model):
    async with workbench(model) as (app, pilot):
        await pilot.press("f6")
        await turnable(app, pilot)
        quick = app.runs.ask_aside

        async def slow(*arguments, **named):
            await asyncio.sleep(0.5)
            return await quick(*arguments, **named)

        app.runs.ask_aside = slow
        pane = app.query_one(WhatIfPane)
        typed(app, "enter", *"2", "enter", "down", "enter", *"0.25", "enter", "m", *"population(Q)", "enter")
        await until(pilot, lambda: pane.overrides == {"a5": 2.0, "p": 0.25})
        await until(pilot, lambda: "population(Q) 0.6" in screen_text(app))  # 3 x 0.5 / (2 + 0.5)
        typed(app, "enter", *"9 9", "enter", "escape", "R")  # what is wrong is said; Escape closes the line
        await until(pilot, lambda: pane.overrides == {})


async def test_which_rate_matters_why_scenarios_and_targets(model):
    model.with_suffix(".scenarios.toml").write_text("[fast]\na5 = 4\n")
    async with workbench(model, size=(200, 50)) as (app, pilot):
        await pilot.press("f6")
        await turnable(app, pilot)
        await pilot.press("E")
        await until(pilot, lambda: "all rates of P together +1.0000" in screen_text(app))
        await until(pilot, lambda: "2 gives 0.8000 (-33.3%)" in screen_text(app))
        await pilot.press("escape")
        await pilot.press("W")
        await until(pilot, lambda: "members over cycles (Little) 1.250" in screen_text(app))
        await pilot.press("escape")
        await pilot.press("V", "backspace", "enter")
        await until(pilot, lambda: "the name of a scenario is wanted" in screen_text(app))
        await pilot.press(*"base", "enter")
        await until(pilot, lambda: "throughput(work)" in screen_text(app) and "▲ 150 %" in screen_text(app))
        await pilot.press("escape")
        await pilot.press("T", *"1.5", "enter")
        await until(pilot, lambda: app.query_one(WhatIfPane).overrides.get("a5") == pytest.approx(4 / 3))
        await until(pilot, exact(app, "1.500"))
        await until(
            pilot, lambda: f"at a5 = {app.query_one(WhatIfPane).overrides['a5']:.10g}: met" in told(app)
        )  # as near as it is met
        await pilot.press("down", "down", "T", *"1.9", "enter")  # three members at 0.5 each: the fourth makes it 2
        await until(pilot, lambda: app.query_one(WhatIfPane).overrides.get("n") == 4)
        await pilot.press("r", "up", "up", "T", *"99", "enter")
        await until(pilot, lambda: "99 is not reached" in told(app))


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_was_is_the_previous_run_or_a_chosen_scenario_with_its_parameters(model, size):
    """Of three members at rate a / 2 and back at 2 the flow is 3 a / (4 + a)."""
    model.with_suffix(".scenarios.toml").write_text("[fast]\na5 = 4\n")
    async with workbench(model, size=size) as (app, pilot):
        await pilot.press("f6")
        await turnable(app, pilot)
        await pilot.press("right_square_bracket")
        await until(pilot, exact(app, "2.000  was 1.200  ▲ 66.7%  previous run (a5=1)"))
        await pilot.press("right_square_bracket")
        await until(pilot, exact(app, "3.000  was 2.000  ▲ 50.0%  previous run (a5=2)"))
        await pilot.press("r")
        await until(pilot, exact(app, "1.200  was 3.000  ▼ 60.0%  previous run (a5=4)"))
        await pilot.press("b")
        await until(pilot, lambda: "fast: a5=4" in screen_text(app))
        await pilot.press("end", "enter")
        await until(pilot, exact(app, "1.200  was 3.000  ▼ 60.0%  scenario fast (a5=4)"))
        await pilot.press("m", *"population(Q) / n", "enter")
        await until(pilot, lambda: "population(Q) / n 0.2000  was 0.5000" in screen_text(app))
        await pilot.press("alt+4", "O")
        await until(pilot, lambda: any(line_of(app, " fast ", "3.000", "▲ 150.0%")))
        assert any(line_of(app, " base ", "1.200", "="))
        await pilot.press("O")
        await until(pilot, lambda: not any(line_of(app, " base ", "1.200")))


def line_of(app, *parts):
    return (all(part in line for part in parts) for line in screen_text(app).splitlines())


async def test_which_rate_matters_in_the_fluid_too(model):
    """Nobody cooperates, so that the fluid is the exact mean: 3 a / (4 + a) = 0.6 at a = 1, 1 at a = 2."""
    async with workbench(model, size=(200, 50)) as (app, pilot):
        app.query_one("#method", Select).value = Kind.FLUID
        await pilot.press("f6")
        await until(pilot, exact(app, "≈ 1.200 fluid"))
        await until(pilot, lambda: "≈ fluid" in screen_text(app) and "+0.8" in screen_text(app))
        await pilot.press("right_square_bracket")
        await until(pilot, exact(app, "≈ 2.000 fluid  was 1.200  ▲ 66.7%  previous run by fluid (a5=1)"))
        await pilot.press("E")
        await until(pilot, lambda: "the implicit function theorem at the fluid equilibrium" in screen_text(app))
        await until(pilot, lambda: "2 gives 1.333 (-33.3%)" in screen_text(app))
        await pilot.press("escape", "W")
        await until(pilot, lambda: "has no exact solution here" in told(app))


async def test_any_figure_is_asked_where_it_is_from(model):
    """Of three members each is in Q with probability 0.2 by itself: that all are there gives 3 x 0.2^3 = 0.024."""
    async with workbench(model, size=(200, 50)) as (app, pilot):
        await pilot.press("f6")
        await turnable(app, pilot)
        await pilot.press("F")
        await until(pilot, lambda: "work: P: P → Q (line 4)" in screen_text(app))
        await pilot.press("escape", "alt+4", "right", "down")
        await until(pilot, lambda: "mean number" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "population(Q) = 0.6000" in screen_text(app))
        assert any(line_of(app, "0.02400", "4.0%", "Q×3"))
        assert any(line_of(app, "with a5=1 p=0.5 n=3, as written"))
        assert any(line_of(app, "GTH elimination, residual"))
        assert any(line_of(app, "+1.200", "work: P: P → Q (line 4)"))
        await pilot.press("escape", "right", "down")
        await until(pilot, lambda: "share of the group" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "population(Q) / 3 = 0.2000" in screen_text(app))
        await pilot.press("escape", "W")
        await until(pilot, lambda: "members over cycles (Little) 1.250" in screen_text(app))


def lit(editor):
    return [(mark.line, mark.start, mark.end) for marks in editor._marks.get("stepping", {}).values() for mark in marks]


async def test_the_rate_under_the_cursor_is_lit_in_the_text(model):
    async with workbench(model, size=(200, 50)) as (app, pilot):
        await pilot.press("f6")
        await turnable(app, pilot)
        await pilot.press("down")
        await until(pilot, lambda: any(line_of(app, "2: p = 0.5; · 4: P = (work, p * a5)")))
        editor = app.query_one(PepaEditor)
        assert lit(editor) == [(1, 0, 1), (3, 11, 12), (3, 35, 36)]
        await pilot.press("E")
        await until(pilot, lambda: "per cent of it for a per cent" in screen_text(app))
        await until(pilot, lambda: {line for line, _, _ in lit(editor)} == {2, 6})  # n matters most
        await pilot.press("down", "alt+1")
        await until(pilot, lambda: not lit(editor))


async def test_every_figure_in_the_charts_is_expected_until_it_is_there(model):
    """All flows are as 3 a / (4 + a): one per cent more of a is e per cent, and twice a is expected to be 2^e."""
    more = 1.5 * 1.01 * 2 / 2.505
    e = math.log(more / 1.2) / math.log(1.01)
    async with workbench(model, size=(200, 50)) as (app, pilot):
        await pilot.press("f6")
        await turnable(app, pilot)
        await until(pilot, lambda: "a5" in app.predicting._elastic)
        run, app.analysing.run_turned = app.analysing.run_turned, lambda: None  # the run is awaited
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: "actions per time unit, ≈ expected" in screen_text(app))
        await until(pilot, lambda: any(line_of(app, "rest ", f"{1.2 * 2**e:.4g}", "1.200", "▲")))
        await until(pilot, lambda: "was: previous run (a5=1)" in screen_text(app))
        run()
        await until(pilot, exact(app, "2.000"))
        await until(pilot, lambda: any(line_of(app, "rest ", "2.000", "1.200", "▲ 66.7%")))
        await until(pilot, lambda: "≈" not in screen_text(app))
        await pilot.press("down")
        await until(pilot, lambda: "p" in app.predicting._elastic)


async def test_what_is_expected_of_a_size_and_of_several_parameters_together(model):
    """One copy more is what is expected exactly; of two parameters the logarithms are added."""
    async with workbench(model, size=(200, 50)) as (app, pilot):
        await pilot.press("f6")
        await turnable(app, pilot)
        await pilot.press("down", "down")  # past one that is not asked about
        await until(pilot, lambda: "n" in app.predicting._elastic)
        await pilot.press("up", "up")
        await until(pilot, lambda: "a5" in app.predicting._elastic)
        run, app.analysing.run_turned = app.analysing.run_turned, lambda: None
        await pilot.press("right_square_bracket")
        more = 1.5 * 1.01 * 2 / 2.505
        a5 = 1.2 * 2 ** (math.log(more / 1.2) / math.log(1.01))
        await until(pilot, lambda: any(line_of(app, "rest ", f"{a5:.4g}", "1.200", "▲")))
        await pilot.press("down", "down", "right")  # all flows are as n
        await until(pilot, lambda: any(line_of(app, "rest ", f"{a5 * 4 / 3:.4g}", "1.200", "▲")))
        await until(pilot, lambda: f"≈ {a5 * 4 / 3:.4g}" in screen_text(app))
        run()
        await until(pilot, exact(app, "2.667"))
        await until(pilot, lambda: "≈" not in screen_text(app))
        await until(pilot, lambda: {"n", "a5"} <= set(app.predicting._elastic))  # to go back


KINK = """ask = 2.0; serve = 3.0; rest = 1.5; n = 40; c = 20;
Client = (request, ask).Waiting; Waiting = (answer, serve).Client;
Server = (request, ask).Busy; Busy = (answer, serve).Tired; Tired = (recover, rest).Server;
Client[n] <request, answer> Server[c]
"""


async def test_a_figure_without_derivatives_is_shown_and_said_to_have_none(tmp_path):
    """Both sides of `answer` are as many: in the fluid neither limits it alone. A server's cycle is 1/2 + 1/3 + 2/3."""
    path = tmp_path / "kink.pepa"
    path.write_text(KINK)
    async with workbench(path) as (app, pilot):
        app.query_one("#method", Select).value = Kind.FLUID
        await pilot.press("f5", "f6")
        await until(pilot, lambda: "throughput(request) ≈ 13.33 fluid  no elasticities: E" in screen_text(app))
        await pilot.press("E")
        await until(pilot, lambda: "two partners limit" in told(app))
        await pilot.press("w")
        await until(pilot, lambda: "nothing is changed here" in told(app))
        await pilot.press("T", *"18", "enter")
        await until(pilot, lambda: "throughput(request) ≈ 18.00" in screen_text(app))
        assert app.query_one(WhatIfPane).overrides == {"ask": pytest.approx(9.0)}


async def test_of_very_many_parameters_those_in_sight_are_drawn(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr("workbench.panes.whatif.row", lambda name, *rest: drawn.append(name) or f" {name} {rest[1]}")
    (tmp_path / "m.pepa").write_text("".join(f"q{i} = {i}.5;\n" for i in range(20_000)) + "P = (a, q7).P;\nP\n")
    async with workbench(tmp_path / "m.pepa") as (app, pilot):
        await pilot.press("f6")
        await until(pilot, lambda: "q0 0.5" in screen_text(app) and "throughput(a) 7.5" in screen_text(app))
        await until(pilot, lambda: "1: q0 = 0.5" in screen_text(app) and not app.analysing.goes_on)
        await pilot.press("end")
        await until(pilot, lambda: "q19999 19999.5" in screen_text(app))
        app.query_one("WhatIfPane").set_value("q19999", 3.0)
        await until(pilot, lambda: "q19999 3.0" in screen_text(app))
        assert len(set(drawn)) < 1_000
