"""Graphs of a model: what they hold against the net and the chain, and how they are drawn."""

from xml.etree import ElementTree

import pytest

from pepa.control.error import PepaError
from pepa.explore.graph import Edge, Graph, Node, Tree
from pepa.explore.graphs import MOST_NODES, component_graph, component_named, state_graph, system_tree
from pepa.explore.place import initial, typed
from pepa.explore.steps import Steps
from pepa.net.compile import load
from pepa.pictures.dot import dot, dot_of_tree
from pepa.pictures.graph import drawing
from pepa.pictures.rails import node_rows, rail_lines
from pepa.pictures.svg import svg
from pepa.pictures.tree import tree_lines
from pepa.query.analysis import compile_text
from tests.models import MODELS, derive, model_text

LONG = "".join(f"P{i} = (a, 1).P{(i + 1) % 500};\n" for i in range(500)) + "P0"


def test_a_component_with_its_present_places():
    net = compile_text(model_text("vm_launch")).net
    graph = component_graph(net, component_named(net, "TC"), typed("TC2 N1", net))
    assert "\n".join(drawing(graph, 79).lines) == """\
                  ╭───────╮
                  │  TC   │
                  ╰─┬─▲─▲─╯
      ╭─────────────╯ │ │
      │ a             │ │
   ╭──▼──╮            │ │
   │ TC0 │            │ │
   ╰──┬──╯            │ │
      │ b             │ │
   ╭──▼──╮            │ │
   │ TC1 │            │ │
   ╰─┬─┬─╯            │ │
     │ ╰────────╮     │ │
     │ c        │ d   │ │
┏━━━━▼━━━━┓  ╭──▼──╮  │ │
┃ TC2 ×1  ┃  │ TC4 │  │ │
┗━━━━┯━━━━┛  ╰──┬──╯  │ │
     │    ╭─────┼─────╯ │
     │    │     ╰──╮    │
     │ e  │ g      │ f  │ h
     │ ╭──╯        │ ╭──╯
   ╭─▼─┴─╮       ╭─▼─┴─╮
   │ TC3 │       │ TC5 │
   ╰─────╯       ╰─────╯

a  sendMessageTo_TC_EncrecptedBy_TKp_N 1.000
b  searchInDatabaseFor_TKP_N 1.000
c  isTrusted_N 0.8000
d  untrusted_N 0.2000
e  decrypte_Kvm 1.000
f  request_isDenied 1.000
g  sendDecrypted_Kvm_To_N 1.000
h  end 1.000"""  # fmt: skip
    with pytest.raises(PepaError, match="no component"):
        component_named(net, "XY")


def test_of_a_large_component_the_nearest_places():
    net = compile_text(LONG).net
    graph = component_graph(net, 0, typed("P250", net))
    assert len(graph.nodes) == MOST_NODES
    assert [node.name for node in graph.nodes if node.here] == ["P250"]
    assert len(graph.edges) == MOST_NODES - 1


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_states_and_edges_are_those_of_the_chain(path):
    derived = derive(path.read_text(), **({"Q": 1} if path.stem.startswith("vm_launch") else {}))
    start = initial(derived.net)
    graph = state_graph(Steps(derived.net), start, start)
    space = derived.space
    if space.size > MOST_NODES:
        here = {space.counts(0)} | {space.counts(int(t)) for t in space.target[space.source == 0]}
        assert here <= set(graph.counts)
        assert graph.nodes[0].here
        return
    assert set(graph.counts) == {space.counts(state) for state in range(space.size)}
    edges = {(space.counts(int(a)), space.counts(int(b))) for a, b in zip(space.source, space.target, strict=True)}
    assert {(graph.counts[edge.source], graph.counts[edge.target]) for edge in graph.edges} == edges


def test_in_a_list_every_edge_is_drawn_once_and_every_rail_ends():
    net = compile_text(model_text("alternating_bit")).net
    for index in range(len(net.groups)):
        graph = component_graph(net, index, initial(net))
        lines = rail_lines(graph)
        assert len(lines) == len(graph.nodes) + len(graph.edges)
        text = "\n".join(lines)
        turning = {edge.target for edge in graph.edges if edge.target not in (edge.source, edge.source + 1)}
        assert text.count("▶") == len(turning)
        assert list(node_rows(graph).values()) == list(range(len(graph.nodes)))


def test_more_rails_than_have_room_are_told_by_name():
    nodes = tuple(Node(f"N{index}") for index in range(60))
    graph = Graph("all", nodes, tuple(Edge(a, b, "x") for a in range(60) for b in range(60)))
    lines = rail_lines(graph)
    assert len(lines) == 60 + 3600
    assert max(map(len, lines)) < 80
    assert any("─" not in line and "├ x → N" in line for line in lines)


def test_the_cooperations_with_their_sets():
    text = model_text("queue")
    model, _ = load(text)
    net = compile_text(text).net
    assert tree_lines(system_tree(model, net, initial(net))) == [
        "cooperate on serve",
        "├─ cooperate on arrive",
        "│  ├─ Source: Source",
        "│  ╰─ Free[10]: Free×10",
        "╰─ Server[2]: Server×2",
    ]
    hidden = "P = (a, 1).P; Q = (b, 1).Q; P/{a} || Q"
    assert tree_lines(system_tree(load(hidden)[0], compile_text(hidden).net, ((1,), (1,)))) == [
        "in parallel",
        "├─ hidden: a",
        "│  ╰─ P: P",
        "╰─ Q: Q",
    ]


def test_dot_and_svg_hold_any_name():
    graph = Graph('a "b" <c>', (Node('x"\\y', "×1", True), Node("z")), (Edge(0, 1, "a&b"),))
    assert dot(graph).splitlines()[0] == r'digraph "a \"b\" <c>" {'
    assert r'n0 [label="x\"\\y ×1", style="rounded,bold"];' in dot(graph)
    assert "n0 -- n1" in dot_of_tree(Tree("a", (Tree("b"),)))
    root = ElementTree.fromstring(svg("<&>", [graph], Tree("a", (Tree("b"),))))
    texts = [node.text for node in root.iter() if node.text and node.text.strip()]
    assert texts == ["<&>", 'a "b" <c>', "a&b", 'x"\\y ×1', "z", "the system", "a", "╰─ b"]
    (way,) = root.iter("{http://www.w3.org/2000/svg}polyline")
    upper, lower = root.iterfind(".//{http://www.w3.org/2000/svg}g/{http://www.w3.org/2000/svg}rect")
    points = [tuple(map(float, point.split(","))) for point in way.attrib["points"].split()]
    assert points[0][1] == float(upper.attrib["y"]) + float(upper.attrib["height"])
    assert points[-1][1] == float(lower.attrib["y"])
    assert upper.attrib["stroke-width"] > lower.attrib["stroke-width"]
