"""A click goes to what it is on, a second one chooses it: rows, nodes, cells, lines told; also where they scrolled."""

import pytest
from textual.app import App

from tests.workbench.screens import screen_text, until, workbench
from workbench.panes.whatif import WhatIfPane
from workbench.widgets.heat_map import HeatMap
from workbench.widgets.node_map import NodeMap, Spot
from workbench.widgets.row_table import RowTable
from workbench.widgets.told import Told


class Shown(App):
    """One widget, and what was chosen in it or told by it."""

    def __init__(self, widget):
        super().__init__()
        self.widget, self.chosen, self.at = widget, [], ""

    def compose(self):
        yield self.widget

    def on_row_table_chosen(self, event):
        self.chosen.append(event.row)

    def on_node_map_chosen(self, event):
        self.chosen.append(event.node)

    def on_heat_map_chosen(self, event):
        self.chosen.append((event.row, event.column))

    def on_told_at(self, event):
        self.at = event.name


@pytest.mark.parametrize("scrolled", [0, 17])
async def test_rows(scrolled):
    table = RowTable()
    app = Shown(table)
    async with app.run_test(size=(30, 10)) as pilot:
        table.freeze(["head", "pinned"])
        table.show_rows(40)
        table.fill(0, [f"row {number}" for number in range(40)], table.generation)
        await pilot.pause()
        table.scroll_to(0, scrolled, animate=False, immediate=True)
        await pilot.pause()
        await pilot.click(table, offset=(3, 1))
        assert table.cursor == 0  # a line that stays in sight is no row
        await pilot.click(table, offset=(3, 6))
        assert f"row {table.cursor}" in table.render_line(6).text
        assert table.cursor == scrolled + 4
        assert not app.chosen
        await pilot.click(table, offset=(3, 6), times=2)
        await pilot.pause()
        assert app.chosen == [scrolled + 4]


async def test_below_the_last_row_is_nothing():
    table = RowTable()
    async with Shown(table).run_test(size=(30, 10)) as pilot:
        table.show_rows(3)
        await pilot.click(table, offset=(1, 7), times=2)
        assert table.cursor == 0


async def test_nodes():
    nodes = NodeMap()
    app = Shown(nodes)
    async with app.run_test(size=(30, 10)) as pilot:
        spots = [Spot(0, 0, 5, 3, True, "near"), Spot(20, 40, 7, 3, False, "far")]
        nodes.show_lines([" " * 60] * 30, spots)
        nodes.scroll_to(35, 18, animate=False, immediate=True, force=True)
        await pilot.pause()
        await pilot.click(nodes, offset=(4, 3))
        assert nodes.cursor == 0
        x, y = nodes.scroll_offset
        await pilot.click(nodes, offset=(42 - x, 21 - y + 1), times=2)
        await pilot.pause()
        assert (nodes.cursor, app.chosen) == (1, [1])


async def test_cells():
    heat = HeatMap()
    app = Shown(heat)
    async with app.run_test(size=(60, 10)) as pilot:
        heat.show_cells([f"r{n}" for n in range(30)], ["a", "b", "c"], {(0, 0): 0.5, (4, 1): 0.5})
        await pilot.pause()
        heat.scroll_to(0, 3, animate=False, immediate=True)
        await pilot.pause()
        across = next(x for x in range(60) if heat.render_line(0).text[x] == "b")
        await pilot.click(heat, offset=(across, 2), times=2)
        await pilot.pause()
        assert heat.cursor == (heat.scroll_offset.y + 1, 1)
        assert app.chosen == [heat.cursor]
        await pilot.click(heat, offset=(across, 0))
        assert heat.cursor == (heat.scroll_offset.y + 1, 1)


async def test_lines_told():
    told = Told()
    app = Shown(told)
    async with app.run_test(size=(40, 8)) as pilot:
        lines = [{"fixed": f"{name} ", "text": "words " * 12, "name": name} for name in ("", "r1", "r2", "r3", "r4")]
        told.show(lines)
        await pilot.pause()
        told.scroll_to(0, 4, animate=False, immediate=True)
        await pilot.pause()
        row = next(y for y in range(8) if "r3" in app.screen._compositor.render_strips()[y].text)
        await pilot.click(told, offset=(5, row + 1))
        await until(pilot, lambda: app.at == "r3")


async def test_a_parameter_is_turned_after_a_click(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text("r = 2.0;\nspeed = 3.0;\nP = (a, r).Q;\nQ = (b, speed).P;\nP\n")
    async with workbench(path, size=(80, 24)) as (app, pilot):
        await pilot.press("f6")
        pane = app.query_one(WhatIfPane)
        await until(pilot, lambda: pane.measure and "speed  " in screen_text(app))
        await pilot.click("#whatif-table", offset=(4, 2))
        await pilot.press("right_square_bracket")
        assert pane.overrides == {"speed": 6.0}
        await pilot.click("#whatif-table", offset=(4, 1), times=2)
        await pilot.press(*"r*4", "enter")
        await until(pilot, lambda: pane.overrides == {"speed": 6.0, "r": 8.0})
