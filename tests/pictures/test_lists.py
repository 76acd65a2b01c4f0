"""Graphs as lists, trees as lines and both for other programs, read back from what is written."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from pepa.explore.graph import Edge, Graph, Node, Tree
from pepa.pictures.dot import dots
from pepa.pictures.graph import all_short, drawing, edges_by_letter, together
from pepa.pictures.rails import HERE, THERE, node_rows, rail_lines
from pepa.pictures.svg import svg
from pepa.pictures.tree import tree_lines

TEXT = st.text("aB \"<&>\\'漢", min_size=1, max_size=8)
TREES = st.recursive(st.builds(Tree, TEXT), lambda inner: st.builds(Tree, TEXT, st.lists(inner, max_size=3).map(tuple)))


@st.composite
def graphs(draw, most=8):
    nodes = draw(st.integers(1, most))
    ends = st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1))
    edges = [Edge(a, b, f"e{at}") for at, (a, b) in enumerate(draw(st.lists(ends, max_size=14)))]
    named = tuple(Node(f"N{at}", draw(st.sampled_from(("", "×2"))), at == 0) for at in range(nodes))
    return Graph("a graph", named, tuple(edges))


def followed(lines, row, column):
    """Return the rows that a rail through a cell leads to: from there along it, up and down, to each branch."""
    joined = {"├", "╭", "╰", "│", "┼"}
    found = set()
    for step in (-1, 1):
        at = row
        while 0 <= at < len(lines):
            sign = lines[at][column]
            assert sign in joined
            if sign in "├╭╰":
                found.add(at)
            if at != row and sign in ("╭" if step < 0 else "╰"):
                break
            if at == row and sign == ("╭" if step < 0 else "╰"):
                break
            at += step
    return found


@given(graphs())
def test_a_list_tells_every_edge_and_its_rail_leads_to_its_node(graph):
    lines = rail_lines(graph)
    heads = {node: row for row, node in node_rows(graph).items()}
    assert len(lines) == len(graph.nodes) + len(graph.edges)
    told = []
    source = None
    for row, line in enumerate(lines):
        sign = next(at for at, each in enumerate(line) if each in HERE + THERE + "↺▼╯┤╰├" and line[at + 1] == " ")
        if line[sign] in HERE + THERE:
            source = next(node for node, head in heads.items() if head == row)
            assert line[sign:] == f"{HERE if source == 0 else THERE} N{source} {graph.nodes[source].note}".rstrip()
            continue
        label, _, target = line[sign + 2 :].partition(" → ")
        number = source if line[sign] == "↺" else source + 1 if line[sign] == "▼" else int(target[1:])
        told.append((source, number, label))
        if line[sign] in "╯┤":
            start = next(at for at, each in enumerate(line) if each in "├╭╰")
            assert set(line[start + 1 : sign]) <= {"─", "┼"}
            assert heads[number] in followed(lines, row, start)
            assert lines[heads[number]][:sign].endswith("▶")
    assert sorted(told) == sorted((edge.source, edge.target, edge.label) for edge in graph.edges)


def test_edges_beyond_the_rails_there_are_are_told_by_name():
    many = Graph("g", tuple(Node(f"N{at}") for at in range(40)), tuple(Edge(at, 39 - at, "e") for at in range(19)))
    lines = rail_lines(many)
    assert len([line for line in lines if re.search(r"[╯┤] e → N", line)]) == 16
    unrailed = [line.split()[-1] for line in lines if re.search(r"[╰├] e → N", line)]
    assert unrailed == ["N39", "N38", "N37"]  # the longest ways have none


@settings(max_examples=40)
@given(TREES)
def test_a_tree_is_read_back_from_its_lines(tree):
    def read(lines):
        parts, block, below = [], [], ""
        for line in lines[1:]:
            if line[:3] in ("├─ ", "╰─ "):
                block, below = [line[3:]], "│  " if line[0] == "├" else "   "
                parts.append(block)
            else:
                assert line[:3] == below
                block.append(line[3:])
        return Tree(lines[0], tuple(read(part) for part in parts))

    lines = tree_lines(tree)
    assert read(lines) == tree
    assert sum(line.startswith("╰─ ") for line in lines) == bool(tree.parts)


@settings(max_examples=40)
@given(st.lists(graphs(4), max_size=2), TREES | st.none(), TEXT)
def test_graphviz_has_every_node_and_edge_with_its_text(drawn, tree, title):
    titled = [Graph(title, one.nodes, one.edges) for one in drawn]
    written = dots("", titled, tree)
    quoted = re.findall(r'(?:label=|digraph )"((?:[^"\\]|\\.)*)"', written)
    texts = [re.sub(r"\\(.)", r"\1", text) for text in quoted]
    wanted = []
    for graph in titled:
        wanted += [title, *(f"{node.name} {node.note}".strip() for node in graph.nodes)]
        wanted += [edge.label for edge in graph.edges]
    waiting = [tree] if tree else []
    while waiting:
        part = waiting.pop()
        wanted.append(part.text)
        waiting += reversed(part.parts)
    assert texts == wanted
    ends = [(int(a), int(b)) for a, b in re.findall(r"n(\d+) -> n(\d+)", written)]
    assert ends == [(edge.source, edge.target) for graph in titled for edge in graph.edges]
    assert written.count('style="rounded,bold"') == len(titled)
    joints = re.findall(r"n(\d+) -- n(\d+);", written)
    assert sorted(int(below) for _, below in joints) == list(range(1, len(wanted) - sum(
        1 + len(graph.nodes) + len(graph.edges) for graph in titled)))  # fmt: skip


@settings(max_examples=40)
@given(st.lists(graphs(4), min_size=1, max_size=2), TREES | st.none(), TEXT)
def test_a_picture_for_browsers_is_well_formed_and_holds_every_text_within_its_size(drawn, tree, title):
    root = ElementTree.fromstring(svg(title, drawn, tree))
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    texts = [element for element in root.iter() if element.tag.endswith("text")]
    told = [element.text for element in texts]
    assert told[0] == title
    for graph in drawn:
        assert graph.title in told
        assert all(any(node.name in (text or "") for text in told) for node in graph.nodes)
        assert all(any(edge.label in (text or "") for text in told) for edge in graph.edges)
    for line in tree_lines(tree) if tree else []:
        assert line in told
    for element in texts:
        if "text-anchor" not in element.attrib:
            end = float(element.attrib["x"]) + 9 * cell_len(element.text or "")
            assert left <= float(element.attrib["x"]) <= end <= left + width
            assert top <= float(element.attrib["y"]) <= top + height
    arrows = [element for element in root.iter() if element.tag.endswith("polyline")]
    assert len(arrows) == sum(edge.source != edge.target for graph in drawn for edge in graph.edges)


@pytest.mark.parametrize(("number", "letter"), [(0, "a"), (25, "z"), (26, "aa"), (51, "az"), (52, "ba"), (701, "zz")])
def test_letters_go_on_after_z(number, letter):
    graph = Graph("g", (Node("P"), Node("Q")), tuple(Edge(0, 1, f"label{at}") for at in range(number + 1)))
    names = edges_by_letter(graph)
    assert names.edges[number] == letter
    assert names.legend[number] == f"{letter}  label{number}"
    assert all_short(graph).legend[:2] == ("○ 0  P", "○ 1  Q")


@settings(max_examples=40)
@given(st.lists(st.tuples(TEXT, graphs(3)), min_size=1, max_size=4), st.integers(10, 90))
def test_drawings_beside_each_other_never_overlap(titled, width):
    drawn = [(title, drawing(graph, 40)) for title, graph in titled]
    taken = []
    for (title, one), (row, column) in zip(drawn, together(drawn, width), strict=True):
        across = max(one.width, cell_len(title))
        assert column == 0 or column + across <= width
        for other_row, other_column, rows, columns in taken:
            apart = other_row + rows < row or column >= other_column + columns + 3
            assert apart or column + across + 3 <= other_column
        taken.append((row, column, len(one.lines) + 1, across))
