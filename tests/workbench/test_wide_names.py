"""Names of wide and combining characters stand in as many columns as they are drawn in."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from textual.app import App

from pepa.pictures.bar import in_columns, shortened
from pepa.query.kind import Kind
from workbench.engine.told import _tables
from workbench.panes.parameter_rows import heading, room_for, row
from workbench.widgets.bar_chart import Bar, chart
from workbench.widgets.node_map import NodeMap, Spot
from workbench.widgets.row_table import RowTable
from workbench.widgets.time_chart import Curve, table

NAMES = st.text("ab漢字é", min_size=1, max_size=30)


@given(NAMES, st.integers(1, 25))
def test_a_label_has_its_columns_and_keeps_both_ends(label, width):
    short = shortened(label, width)
    assert cell_len(short) <= width
    assert short == label or cell_len(short) >= width - 2  # half a character at either end
    begin, cut, end = short.partition("…")
    assert label.startswith(begin)
    assert not cut or (label.endswith(end) and abs(cell_len(begin) - cell_len(end)) <= 2)
    assert in_columns(label, width) == short + " " * (width - cell_len(short))
    assert in_columns(label, width, right=True) == " " * (width - cell_len(short)) + short


def ends_of(bars, width):
    console = Console(width=width, color_system=None)
    with console.capture() as shown:
        console.print(chart(bars, width, "per second"))
    return [cell_len(line.rstrip()) for line in shown.get().splitlines()]


@given(st.lists(NAMES, min_size=1, max_size=4), st.integers(40, 100))
def test_values_of_a_bar_chart_end_below_their_head(names, width):
    ends = ends_of([Bar(name, 1.0 + at) for at, name in enumerate(names)], width)
    assert {*ends} == {ends[0]}


@given(st.lists(NAMES, min_size=1, max_size=4, unique=True), st.integers(50, 120))
def test_parameters_stand_below_their_heading(names, width):
    room = room_for(names, width)
    head = heading(room)
    for name in names:
        line = row(name, 1.0, 2.0, 0.5, 0.5, "", room)
        assert cell_len(line.partition("▲")[0]) == cell_len(head.partition("in the text")[0]) - 2
        assert cell_len(line) <= max(width, cell_len(head) + 3)


@given(
    st.lists(NAMES, min_size=2, max_size=3, unique=True), st.lists(NAMES, min_size=1, max_size=3), st.integers(50, 99)
)
def test_scenarios_side_by_side_are_columns(scenarios, measures, width):
    values = {name: dict.fromkeys(measures, 1.5 + at) for at, name in enumerate(scenarios)}
    for piece in "\n".join(_tables(values, scenarios[0], width)).split("\n\n"):
        head, *rows = piece.split("\n")
        ends = {cell_len(line[: line.index("1.500") + 5]) for line in rows}
        assert ends == {cell_len(head[: head.index(f" {scenarios[0]}") + 1 + len(scenarios[0])])}


@given(st.lists(NAMES, min_size=2, max_size=3, unique=True))
def test_curves_of_scenarios_have_their_figures_in_columns(names):
    curves = [Curve(Kind.EXACT, [1.0, 4.5], [], scenario=name) for name in names]
    lines = table([0.0, 1.0], curves, {}, 80).plain.splitlines()[1:]
    assert {cell_len(line[: line.index("4.500")]) for line in lines} == {20}


class Wide(App):
    def compose(self):
        yield RowTable()
        yield NodeMap()


async def test_drawings_and_rows_of_wide_names_are_cut_and_scrolled_by_columns():
    app = Wide()
    async with app.run_test(size=(30, 12)) as pilot:
        rows, shown = app.query_one(RowTable), app.query_one(NodeMap)
        rows.show_rows(1)
        rows.fill(0, ["漢" * 40], rows.generation)
        assert rows.virtual_size.width == 80
        rows.freeze(["字" * 50])
        assert rows.virtual_size.width == 100
        shown.show_lines(["漢漢[字字]é(b)"], [Spot(0, 4, 6, 1, True, ""), Spot(0, 11, 3, 1, False, "")])
        assert shown.virtual_size.width == 14
        shown.focus()
        await pilot.pause()
        parts = [(part.text, bool(part.style.reverse)) for part in shown.render_line(1) if part.text.strip()]
        assert "".join(text for text, lit in parts if lit) == "[字字]"
        assert "".join(text for text, _ in parts).startswith("漢漢[字字]é(b)")
