"""The chart over time, as a user sees it."""

import math
from functools import partial

import pytest

from pepa.query.kind import Kind
from tests.workbench.screens import replace, screen_text, told, until, workbench
from workbench.panes.charts import ChartsPane
from workbench.status import StatusLines
from workbench.widgets.time_chart import Curve, plotted, table


async def over_time(app, pilot):
    await pilot.press("alt+4", "t")
    await until(pilot, lambda: "⠒⠒ exact" in screen_text(app), 30)


async def test_all_methods_are_shown_side_by_side():
    async with workbench() as (app, pilot):
        await over_time(app, pilot)
        text = screen_text(app)
        for part in ("User3", "x  simulation", "•• fluid", "4.044", "proved", "fluid mean and band are rough"):
            assert part in text, part


@pytest.mark.slow
async def test_another_measure_comes_from_what_is_known():
    async with workbench(size=(80, 24)) as (app, pilot):
        await over_time(app, pilot)
        await pilot.press("m")
        await until(pilot, lambda: "CM  members" in screen_text(app) and "⠒⠒ exact" in screen_text(app))
        await pilot.press("M")
        await until(pilot, lambda: "User3  members" in screen_text(app))


async def test_another_measure_stops_nothing_that_has_not_come():
    async with workbench() as (app, pilot):
        await pilot.press("alt+4", "t")
        chart = app.query_one(ChartsPane)
        await until(pilot, lambda: chart.charted.series, 30)
        assert (Kind.EXACT, "") not in chart.charted.series
        await pilot.press("m", "m")
        await until(pilot, lambda: {kind for kind, _ in chart.charted.series} == set(Kind) and not app.runs.busy, 60)
        assert {one.series["name"] for one in chart.charted.series.values()} == {chart.charted.measure}


async def test_why_there_is_no_curve_is_told_of_the_next_measure_too(tmp_path):
    model = tmp_path / "dead.pepa"
    model.write_text("Idle = (ask, 1).Busy; Busy = (done, 2).Idle; Desk = (ask, infty).Off; Off = (ask, 3).Desk;\n"
                     "Idle[2] <ask> Desk\n")  # fmt: skip
    async with workbench(model) as (app, pilot):
        await pilot.press("alt+4", "t")
        chart = app.query_one(ChartsPane)
        await until(pilot, lambda: (Kind.EXACT, "") in chart.charted.series and not app.runs.busy, 30)
        await until(pilot, lambda: "✗  fluid" in screen_text(app))
        measure = chart.charted.measure
        await pilot.press("m")
        await until(pilot, lambda: chart.charted.measure != measure and len(chart.charted.series) == 2, 30)
        await until(pilot, lambda: "✗  fluid" in screen_text(app))


async def test_a_run_and_curves_asked_for_at_once_both_come():
    async with workbench() as (app, pilot):
        await pilot.press("f5", "alt+4", "t")
        chart = app.query_one(ChartsPane)
        await until(pilot, lambda: {kind for kind, _ in chart.charted.series} == set(Kind), 60)
        await until(pilot, lambda: "solved" in screen_text(app).splitlines()[0])


async def test_curves_that_wait_for_a_run_end_with_it():
    async with workbench() as (app, pilot):
        replace(app, "Q = 5;", "Q = 60;")
        await pilot.press("f5", "alt+4", "t")
        await until(pilot, lambda: "states" in app.query_one(StatusLines).running)
        await pilot.press("escape")
        await until(pilot, lambda: "not followed over time: the run that it waited for" in screen_text(app))
        assert not app.runs.busy


async def test_curves_that_another_run_came_before_say_so():
    async with workbench() as (app, pilot):
        await pilot.press("alt+4", "t")
        chart = app.query_one(ChartsPane)
        await until(pilot, lambda: chart.charted.series, 30)
        await pilot.press("f5")
        await until(pilot, lambda: "✗  exact" in screen_text(app), 30)
        assert chart.charted.failures[Kind.EXACT].startswith("another run came before it")
        await until(pilot, lambda: "solved" in screen_text(app).splitlines()[0])


async def test_a_run_that_ends_for_something_else_says_so():
    async with workbench() as (app, pilot):
        await pilot.press("f5")
        await until(pilot, lambda: app.runs.busy)
        app.run_worker(partial(app.runs.ask, "throughput(useVM)"))
        await until(pilot, lambda: "the run was given up" in told(app))


async def test_the_time_can_be_changed_and_nonsense_is_refused():
    async with workbench() as (app, pilot):
        await over_time(app, pilot)
        await pilot.press("u", "backspace", *"40", "enter")
        await until(pilot, lambda: "at 40.00" in screen_text(app), 30)
        await pilot.press("u", "backspace", *"-3", "enter")
        await until(pilot, lambda: "is not a time" in screen_text(app))
        await pilot.press("home", "delete", "1", "enter")
        await until(pilot, lambda: "at 13.00" in screen_text(app), 30)


async def test_a_refused_method_says_why_and_the_others_are_there(tmp_path):
    model = tmp_path / "dead.pepa"
    model.write_text(
        "P = (a, 1).P1; P1 = (b, 2).P; Q = (a, infty).Q1; Q1 = (a, 3).Q;\nR = (c, 1).R;\nP[2] <a> Q <> R\n"
    )
    async with workbench(model) as (app, pilot):
        await pilot.press("alt+4", "t")
        await until(pilot, lambda: "✗  fluid" in screen_text(app), 30)
        await until(pilot, lambda: "active and passive" in screen_text(app))


@pytest.mark.slow
async def test_bars_come_back():
    async with workbench() as (app, pilot):
        await over_time(app, pilot)
        await pilot.press("right")
        await pilot.pause()
        await until(pilot, lambda: "⠒⠒ exact" not in screen_text(app))


def test_the_chart_has_the_size_asked_for_and_the_table_the_gaps():
    time = [0.0, 1.0, 2.0]
    curves = [Curve(Kind.EXACT, [0.0, 2.0, 4.0], []), Curve(Kind.FLUID, [0.0, 2.5, 4.0], [0.5, 0.5, 0.5])]
    lines = plotted(time, curves, 60, 12).plain.splitlines()
    assert len(lines) == 12
    assert max(map(len, lines)) <= 60
    assert "12.5% at 1.000" in table(time, curves, {}, 80).plain
    assert "✗  simulation" in table(time, curves, {"simulation": "no"}, 80).plain


async def test_what_has_come_stays_when_the_exact_line_is_cancelled():
    async with workbench() as (app, pilot):
        replace(app, "Q = 5;", "Q = 60;")
        await pilot.press("alt+4", "t")
        await until(pilot, lambda: "x  simulation" in screen_text(app) and "states of about" in screen_text(app), 60)
        await pilot.press("escape")
        await until(pilot, lambda: "cancelled" in screen_text(app))
        await until(pilot, lambda: "x  simulation" in screen_text(app))
        await until(pilot, lambda: "•• fluid" in screen_text(app))


def test_bands_stay_within_what_is_possible_and_lines_that_coincide_say_so():
    curve = Curve(Kind.FLUID, [0.0, 2.5, 4.0], [0.5, 0.5, 0.5], 4.0)
    assert curve.edge(1) == [0.5, 3.0, 4.0]
    assert curve.edge(-1) == [0.0, 2.0, 3.5]
    told = table([0.0, 1.0, 2.0], [Curve(Kind.EXACT, [0.0, 2.5, 4.001], []), curve], {}, 80).plain
    assert "one line with exact" in told


async def test_scenarios_are_followed_beside_with_their_own_values(tmp_path):
    """Of two members that leave once at rate a there are 2 exp(-a t) at time t."""
    model = tmp_path / "leaving.pepa"
    model.write_text("a = 0.1;\nP = (go, a).Q;\nQ = (stay, 1.0).R; R = (stay, 1.0).Q;\nP[2]\n")
    model.with_suffix(".scenarios.toml").write_text("[fast]\na = 0.3\n\n[fluid]\na = 0.02\n")
    async with workbench(model, size=(200, 50)) as (app, pilot):
        await pilot.press("f5")
        await until(pilot, lambda: "solved" in screen_text(app))
        await pilot.press("alt+4", "O")
        await until(pilot, lambda: " fluid" in screen_text(app))
        await pilot.press("t")
        await until(pilot, lambda: "2  fluid" in screen_text(app), 30)
        lines = screen_text(app).splitlines()
        chart, kinds = app.query_one(ChartsPane), {(kind, "") for kind in Kind}
        every = {*kinds, (Kind.EXACT, "fast"), (Kind.EXACT, "fluid")}
        for _ in range(8):
            if (before := chart.charted.measure) == "P":
                break
            await pilot.press("m")
            await until(pilot, lambda before=before: chart.charted.measure != before)
        await until(pilot, lambda: set(chart.charted.series) == every)
        assert chart.charted.measure == "P"
        lines = screen_text(app).splitlines()
        for sign, rate in (("⠒⠒ exact", 0.1), ("1  fast", 0.3), ("2  fluid", 0.02)):
            line = next(one.partition(sign)[2] for one in lines if sign in one)
            assert float(line.split()[0]) == pytest.approx(
                2 * math.exp(-rate * app.exploring.until), rel=2e-3, abs=1e-6
            )
        await pilot.press("O", "t")
        await until(pilot, lambda: set(chart.charted.series) == kinds, 30)


async def test_where_the_curves_come_from_is_told():
    async with workbench() as (app, pilot):
        await over_time(app, pilot)
        await until(pilot, lambda: "exact" in screen_text(app) and not app.runs.busy)
        chart = app.query_one("#time-chart")
        await pilot.press("enter")
        await until(pilot, lambda: "from the start until time 100" in screen_text(app))
        for said in ("with ", "as written", "fluid, LSODA", "101 times"):
            await until(pilot, lambda said=said: said in screen_text(app))
        assert not chart.display
        await pilot.press("escape")
        await until(pilot, lambda: chart.display and chart.has_focus)
