"""The chart over time, as a user sees it."""

import pytest

from tests.workbench.screens import replace, screen_text, until, workbench
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


async def test_the_time_can_be_changed_and_nonsense_is_refused():
    async with workbench() as (app, pilot):
        await over_time(app, pilot)
        await pilot.press("u", "backspace", *"40", "enter")
        await until(pilot, lambda: "at 40.00" in screen_text(app), 30)
        await pilot.press("u", "backspace", *"-3", "enter")
        await until(pilot, lambda: "is not a time" in screen_text(app))


async def test_a_refused_method_says_why_and_the_others_are_there(tmp_path):
    model = tmp_path / "dead.pepa"
    model.write_text(
        "P = (a, 1).P1; P1 = (b, 2).P; Q = (a, infty).Q1; Q1 = (a, 3).Q;\nR = (c, 1).R;\nP[2] <a> Q <> R\n"
    )
    async with workbench(model) as (app, pilot):
        await pilot.press("alt+4", "t")
        await until(pilot, lambda: "✗  fluid" in screen_text(app), 30)
        assert "active and passive" in screen_text(app)


@pytest.mark.slow
async def test_bars_come_back():
    async with workbench() as (app, pilot):
        await over_time(app, pilot)
        await pilot.press("right")
        await pilot.pause()
        assert "⠒⠒ exact" not in screen_text(app)


def test_the_chart_has_the_size_asked_for_and_the_table_the_gaps():
    time = [0.0, 1.0, 2.0]
    curves = [Curve("exact", [0.0, 2.0, 4.0], []), Curve("fluid", [0.0, 2.5, 4.0], [0.5, 0.5, 0.5])]
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
        assert "x  simulation" in screen_text(app)
        assert "•• fluid" in screen_text(app)


def test_bands_stay_within_what_is_possible_and_lines_that_coincide_say_so():
    curve = Curve("fluid", [0.0, 2.5, 4.0], [0.5, 0.5, 0.5], 4.0)
    assert curve.edge(1) == [0.5, 3.0, 4.0]
    assert curve.edge(-1) == [0.0, 2.0, 3.5]
    told = table([0.0, 1.0, 2.0], [Curve("exact", [0.0, 2.5, 4.001], []), curve], {}, 80).plain
    assert "one line with exact" in told
