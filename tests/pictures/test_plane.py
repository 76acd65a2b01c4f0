"""Graphs in the plane, read back from the drawing by following its lines with nothing else known."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pepa.explore.graph import Edge, Graph, Node
from pepa.pictures.graph import all_short, drawing, edges_by_letter, gathered, names_in_full, nodes_by_number
from pepa.pictures.plane.cells import cells
from pepa.pictures.plane.channels import channel
from pepa.pictures.plane.plan import plan

DOWN, UP, LEFT, RIGHT = (1, 0), (-1, 0), (0, -1), (0, 1)
TURNS = {
    ("│", DOWN): DOWN, ("│", UP): UP, ("─", LEFT): LEFT, ("─", RIGHT): RIGHT,
    ("╭", UP): RIGHT, ("╭", LEFT): DOWN, ("╮", UP): LEFT, ("╮", RIGHT): DOWN,
    ("╰", DOWN): RIGHT, ("╰", LEFT): UP, ("╯", DOWN): LEFT, ("╯", RIGHT): UP,
    **{("┼", way): way for way in (DOWN, UP, LEFT, RIGHT)},
}  # fmt: skip


def read(lines, boxes):
    """Return each edge of a drawing: the boxes it joins, as its arrow has it, and what stands beside it."""
    width = max(map(len, lines))
    lines = [line.ljust(width) for line in lines]
    owner = {
        (row, column): box.node
        for box in boxes
        for row in range(box.row, box.row + box.height)
        for column in range(box.column, box.column + box.width)
    }
    found = []
    for row, line in enumerate(lines):
        for column, sign in enumerate(line):
            if sign in "▼▲" and (row, column) in owner:
                way, at, beside = UP if sign == "▼" else DOWN, (row, column), []
                while True:
                    at = at[0] + way[0], at[1] + way[1]
                    if at in owner:
                        assert lines[at[0]][at[1]] in ("┬┯" if sign == "▼" else "┴┷")
                        break
                    way = TURNS[lines[at[0]][at[1]], way]
                    if way in (UP, DOWN) and lines[at[0]][at[1] + 1 :][:2].strip() and lines[at[0]][at[1]] == "│":
                        beside.append(lines[at[0]][at[1] + 1 :])
                found.append((owner[at], owner[row, column], beside))
    return found


def check(graph, named):
    names = named(graph)
    laid = plan(graph, names)
    lines = cells(laid, graph.nodes)
    assert max(map(len, lines)) <= laid.width
    assert sorted(box.node for box in laid.boxes) == list(range(len(graph.nodes)))
    for box in laid.boxes:
        inside = [line[box.column : box.column + box.width] for line in lines[box.row : box.row + box.height]]
        assert [line[1:-1].strip() for line in inside[1:-1]] == list(names.boxes[box.node])
        assert (inside[0][0], inside[-1][-1]) == (("┏", "┛") if graph.nodes[box.node].here else ("╭", "╯"))
    wanted = [(at, edge) for at, edge in enumerate(graph.edges) if edge.source != edge.target]
    found = read(lines, laid.boxes)
    assert sorted(ends[:2] for ends in found) == sorted((edge.source, edge.target) for _, edge in wanted)
    for at, edge in wanted:
        (beside,) = (beside for source, target, beside in found if (source, target) == (edge.source, edge.target))
        assert any(text.startswith(f" {names.edges[at]}") for text in beside)


def made(nodes, pairs, here=0):
    edges = tuple(Edge(a % nodes, b % nodes, f"act{(a + b) % 5} {a}.5") for a, b in dict.fromkeys(pairs))
    joined = {(edge.source, edge.target): edge for edge in edges}
    return Graph("g", tuple(Node(f"State{n}", "×2" * (n % 2), n == here) for n in range(nodes)), tuple(joined.values()))


PAIRS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=40)


@settings(max_examples=120)
@given(st.integers(1, 16), PAIRS, st.sampled_from([names_in_full, edges_by_letter, nodes_by_number, all_short]))
def test_every_edge_can_be_followed_from_box_to_box_with_its_name_beside_it(nodes, pairs, named):
    check(made(nodes, pairs), named)


@pytest.mark.parametrize("edges", [60, 180])
def test_sixty_states_can_be_read_too(edges):
    pairs = [((7 * n) % 60, (13 * n + n // 60 + 1) % 60) for n in range(edges)]
    check(made(60, pairs, here=17), all_short)


@settings(max_examples=200)
@given(st.permutations(range(9)), st.permutations(range(9)))
def test_ways_through_a_channel_never_share_a_cell_but_where_they_cross(above, below):
    ends = list(zip(above, below, strict=True))
    found = channel(ends)
    sideways, downwards = set(), set()
    for (first, last), corners in zip(ends, found.corners, strict=True):
        points = [(-1, first), *corners, (found.rows, last)]
        for (top, left), (bottom, right) in itertools.pairwise(points):
            assert (top == bottom) != (left == right) or (top, left) == (bottom, right)
            across = (
                {(top, column) for column in range(min(left, right), max(left, right) + 1)} if top == bottom else set()
            )
            down = {(row, left) for row in range(top, bottom + 1)} if top != bottom else set()
            assert not across & sideways
            sideways |= across
            downwards |= {(cell, first) for cell in down}
    cells_down = [cell for cell, _ in downwards]
    assert len(cells_down) == len(set(cells_down))


def test_what_has_no_room_is_told_in_a_legend_and_what_has_none_at_all_as_a_list():
    pairs = [(n, n + 1) for n in range(5)] + [(0, 3), (5, 0)]
    graph = made(6, pairs)
    full = drawing(graph, 200)
    assert "State0" in "\n".join(full.lines)
    assert "a  act" not in "\n".join(full.lines)
    lettered = drawing(graph, full.width - 1)
    assert lettered.width < full.width
    assert any(line.startswith("a  act1 0.5") for line in lettered.lines)
    dense = Graph("d", tuple(Node(f"N{n}") for n in range(12)), tuple(
        Edge(a, b, "x") for a in range(12) for b in range(12) if a != b))  # fmt: skip
    assert drawing(dense, 60, 1000).width > 60
    listed = drawing(dense, 60)
    assert len(listed.lines) == 12 + 132
    assert [listed.lines[box.row][box.column :][:4].strip() for box in listed.boxes] == [
        f"○ N{n}"[:4] for n in range(12)
    ]


def test_graphs_stand_beside_each_other_where_there_is_room():
    one = made(3, [(0, 1), (1, 2), (2, 0)])
    drawn = [(title, drawing(one, 200)) for title in ("first", "second")]
    wide, boxes = gathered(drawn, 200)
    narrow, _ = gathered(drawn, drawn[0][1].width + 10)
    assert wide[0].split() == ["first", "second"]
    assert len(narrow) == 2 * len(wide) + 1
    for group in boxes:
        assert [wide[box.row + 1][box.column :][2:8] for box in group] == ["State0", "State1", "State2"]
