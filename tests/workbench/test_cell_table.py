"""Tables of cells and curves that are read by a cursor, drawn without an app around them."""

import pytest
from rich.cells import cell_len
from textual.app import App

from tests.workbench.screens import until
from workbench.widgets.cell_table import GAP, WIDEST, CellTable
from workbench.widgets.distribution_chart import DistributionChart


class Shown(App):
    CSS = "CellTable { height: 6; } DistributionChart { height: 14; }"

    def compose(self):
        yield CellTable()
        yield DistributionChart()


LONG = "é漢" * 40
ROWS = [
    [["1", "0.5", "name"], ["12", "-3", "漢字"], ["123", "", "x"]],
    [["0", "a" * 59, "b" * 61], ["7", "a", "12"]],
    [["0", "0.25", LONG], ["7", "1000", f"-{LONG}"]],
]


async def test_columns_are_as_wide_as_what_is_in_them_and_figures_end_together():
    app = Shown()
    async with app.run_test(size=(60, 40)):
        for number, rows in enumerate(ROWS):
            holds(app.query_one(CellTable), rows, ["#" * (number + 1), "value", "what"])


def holds(table, rows, head):
    table.show_rows(len(rows))
    table.show_head(head, [])
    table.fill_cells(0, rows, table.generation)
    widths = [min(WIDEST, max(cell_len(row[at]) for row in rows)) for at in range(3)]
    widths = [max(width, len(name)) for width, name in zip(widths, head, strict=True)]
    lines = table._pages[0]
    assert {cell_len(line) for line in lines} == {sum(widths) + 2 * len(GAP)}
    for line, row in zip(lines, rows, strict=True):
        at = 0
        for column, (text, width) in enumerate(zip(row, widths, strict=True)):
            cell = cut(line, at, at + width)
            at += width + len(GAP)
            if cell_len(text) > width:
                assert cell.endswith("…")
                assert text.startswith(cell[:-1].rstrip())
            elif column == 0 or text[:1].isdigit() or text[:1] == "-":
                assert cell == " " * (width - cell_len(text)) + text
            else:
                assert cell.rstrip() == text
    assert table.cells(0) == rows[0]
    assert table.cells(len(rows)) is None
    table.fill_cells(0, [["x"] * 3], table.generation - 1)  # of an older table
    assert table.cells(0) == rows[0]


def cut(line, start, end):
    """Return what stands between two columns."""
    found, at = "", 0
    for character in line:
        if start <= at < end:
            found += character
        at += cell_len(character)
    return found


def curve(of="passage", **more):
    time = [0.0, 1.0, 2.0, 3.0, 4.0]
    return {"of": of, "time": time, "distribution": [0.0, 0.2, 0.5, 0.8, 0.9], "density": [0.0, 0.3, 0.3, 0.2, 0.1],
            "error": [0.0, 1e-9, 1e-9, 1e-9, 0.01], **more}  # fmt: skip


def other(density=True, half_width=True):
    return {"time": [0.0, 1.0, 2.0, 3.0, 4.0], "distribution": [0.0, 0.25, 0.5, 0.75, 1.0],
            "density": [0.0, 0.4, 0.2, 0.2, 0.1] if density else [],
            "half_width": [0.02] * 5 if half_width else []}  # fmt: skip


@pytest.mark.parametrize(
    ("of", "others", "keys", "said"),
    [
        ("passage", {}, "", "by time 2.000: 50 % have arrived, density 0.3000"),  # the median of those that arrive
        ("passage", {}, "<<<", "by time 0: 0 % have arrived, density 0"),
        ("passage", {}, ">>>>>>", "by time 4.000: 90 % have arrived, density 0.1000"),
        ("passage", {"fluid": other(half_width=False)}, "<", "by time 1.000: exact 20 %, • fluid 25 %"),
        ("passage", {"simulation": other()}, "", "by time 2.000: exact 50 %, x simulation 50 ± 2 %"),
        ("passage", {"simulation": other()}, "<d", "at time 1.000: exact 0.3000, x simulation 0.4000"),
        ("passage", {"fluid": other(density=False)}, "<d", "by time 1.000: 20 % have arrived, density 0.3000"),
        ("earned", {}, "", "by time 4.000: 0.9000 ± 0.010, 0.1000 a time unit then"),
        ("chance", {}, "", "by time 4.000: 90 % ± 1.0, density 0.1000"),
    ],
)
async def test_the_cursor_reads_how_much_by_when(of, others, keys, said):
    chart = DistributionChart()
    chart._curve = None
    assert (chart.reading, chart.shows_curve) == ("", False)
    chart.move(1)
    chart._draw = lambda: None
    chart.show_curve(curve(of), [], [], others)
    for key in keys:
        chart.turn() if key == "d" else chart.move(1 if key == ">" else -1)
    assert chart.reading == said


def drawn(chart):
    return [line.text.rstrip() for line in chart.render_lines(chart.size.region)]


async def test_a_curve_is_drawn_with_its_quantiles_and_notes_and_its_axis_is_the_whole_chance():
    app = Shown()
    async with app.run_test(size=(60, 40)) as pilot:
        chart = app.query_one(DistributionChart)
        chart.show_curve(curve(), [{"share": 0.5, "time": 2.0}, {"share": 0.95, "time": None}], ["a note " * 12], {})
        await until(pilot, lambda: any("95 % by never" in line for line in drawn(chart)))
        lines = drawn(chart)
        assert lines[0].startswith("distribution  by time 2.000: 50 % have arrived")
        assert "50 % by 2.000   95 % by never" in lines
        first, second = (line for line in lines if "note" in line)
        assert first.startswith("a note")
        assert second.startswith("  ")
        assert (first + second).count("note") == 12
        assert "1.0" in next(line for line in lines if "┤" in line)  # though no more than 0.9 arrive
        chart.show_words(["nothing", "here"])
        assert not chart.shows_curve
        assert chart.reading == ""


@pytest.mark.parametrize(("most", "whole"), [(0.2, True), (0.09, False), (3e-7, False)])
async def test_the_axis_of_rare_chances_goes_to_the_largest(most, whole):
    app = Shown()
    async with app.run_test(size=(60, 40)) as pilot:
        chart = app.query_one(DistributionChart)
        found = curve("chance")
        chart.show_curve({**found, "distribution": [most * share for share in found["distribution"]]}, [], [], {})
        await until(pilot, lambda: any("┤" in line for line in drawn(chart)))
        highest = float(next(line for line in drawn(chart) if "┤" in line).split("┤")[0])
        assert (highest == 1.0) == whole
        assert highest >= 0.5 * 0.9 * most
