"""The rows of What-if."""

import asyncio

from tests.workbench.screens import screen_text, until, workbench
from workbench.engine import protocol
from workbench.engine.client import Engine
from workbench.panes.parameter_rows import Room, heading, room_for, row
from workbench.panes.watched_figure import WatchedFigure
from workbench.parameters import Parameters
from workbench.widgets.editor import PepaEditor


def test_bars_are_drawn_to_the_room_there_is():
    for width in (58, 78, 98):
        room = room_for(["lam", "mu"], width)
        large, small = (row("lam", 1.0, 1.0, value, 0.5, "", room) for value in (0.5, 0.25))
        assert len(large) <= width
        assert large.count("█") == 2 * small.count("█") == room.bar


def test_long_names_are_told_apart_where_there_is_room():
    names = ["probability_of_success", "probability_of_failure"]
    room = room_for(names, 98)
    assert all(name in row(name, 1.0, 1.0, 0.1, 0.1, "", room) for name in names)
    narrow = room_for(names, 52)
    assert "…" in row(names[0], 1.0, 1.0, 0.1, 0.1, "", narrow)
    assert heading(room).index("in the text") == row(names[0], 1.0, 12345678901.0, None, 1.0, "", room).index(" ▲") + 3


def test_what_was_refused_stands_behind_the_value():
    assert row("p", 0.5, 0.5, 0.1, 0.1, "not below 0", Room()).endswith("0.5   ✗ not below 0")


def test_names_that_differ_at_their_ends_do_so_where_they_are_cut():
    names = [f"rate_of_the_very_long_winded_component_number_{number}" for number in range(3)]
    room = room_for(names, 58)
    assert len({row(name, 1.0, 1.0, 0.1, 0.1, "", room) for name in names}) == 3


def test_the_figure_is_seen_behind_a_measure_of_any_length():
    watched = WatchedFigure()
    watched.measure = f"throughput({'very_long_' * 12}action_x)"
    watched.expect(0.125, {})
    for width in (40, 58, 80):
        head = watched.head({}, Parameters(), width, str.upper).plain
        assert "≈ 0.1250" in head
        assert len(head) <= width
        assert "n_x)" in head


def test_a_passive_weight_that_rises_is_shown_to():
    assert " ▲ " in row("v", "3*infty", "6*infty", None, 1.0, "", Room())
    assert " ▼ " in row("v", "infty", "0.5*infty", None, 1.0, "", Room())


async def test_what_is_said_where_there_are_no_rows(tmp_path, monkeypatch):
    quick, may_check = Engine.quick, asyncio.Event()

    async def late(self, operation, *arguments, **named):
        if operation is protocol.CHECK:
            await may_check.wait()
        return await quick(self, operation, *arguments, **named)

    monkeypatch.setattr(Engine, "quick", late)
    path = tmp_path / "loop.pepa"
    path.write_text("Loop = (turn, 1.5).Loop;\nLoop\n")
    async with workbench(path, size=(80, 24)) as (app, pilot):
        await pilot.press("alt+6")
        await until(pilot, lambda: "not known yet: the text is being checked" in screen_text(app))
        may_check.set()
        await until(pilot, lambda: "the text names no parameters" in screen_text(app))
        app.query_one(PepaEditor).replace_all("Loop = (turn, 1.5.Loop;\nLoop\n")
        await until(pilot, lambda: "no parameters are known: the text has errors" in screen_text(app))
        app.query_one(PepaEditor).replace_all("pace = 1.5; Loop = (turn, pace).Loop;\nLoop\n")
        await until(pilot, lambda: " pace " in screen_text(app) and "no parameters" not in screen_text(app))


async def test_values_of_an_older_text_are_marked_while_the_text_has_errors(tmp_path):
    path = tmp_path / "loop.pepa"
    path.write_text("pace = 1.5; Loop = (turn, pace).Loop;\nLoop\n")

    def header(app):
        return screen_text(app).splitlines()[0]

    async with workbench(path, size=(80, 24)) as (app, pilot):
        await pilot.press("alt+6")
        await until(pilot, lambda: "   pace=1.5" in header(app) and "  in the text" in screen_text(app))
        app.query_one(PepaEditor).replace_all("pace = 2.5; Loop = (turn, pace.Loop;\nLoop\n")
        await until(pilot, lambda: "   ~ pace=1.5" in header(app) and " ~in the text" in screen_text(app))
        app.query_one(PepaEditor).replace_all("pace = 2.5; Loop = (turn, pace).Loop;\nLoop\n")
        await until(pilot, lambda: "   pace=2.5" in header(app) and "  in the text" in screen_text(app))
