"""Graphs and trees in the language of Graphviz."""

from __future__ import annotations

from collections.abc import Sequence

from pepa.explore.graph import Graph, Tree


def dots(title: str, graphs: Sequence[Graph], tree: Tree | None) -> str:
    """Return graphs and a tree one after the other, each with a title of its own."""
    del title
    return "".join(map(dot, graphs)) + (dot_of_tree(tree) if tree else "")


def dot(graph: Graph) -> str:
    """Return a graph in the language of Graphviz."""
    lines = [f"digraph {_quoted(graph.title)} {{", "  node [shape=box, style=rounded];"]
    for number, node in enumerate(graph.nodes):
        bold = ', style="rounded,bold"' if node.here else ""
        lines.append(f"  n{number} [label={_quoted(f'{node.name} {node.note}'.strip())}{bold}];")
    lines += [f"  n{edge.source} -> n{edge.target} [label={_quoted(edge.label)}];" for edge in graph.edges]
    return "\n".join([*lines, "}"]) + "\n"


def dot_of_tree(tree: Tree) -> str:
    """Return a tree in the language of Graphviz."""
    lines, number = ["graph {", "  node [shape=box, style=rounded];"], 0
    waiting: list[tuple[Tree, int | None]] = [(tree, None)]
    while waiting:
        part, above = waiting.pop()
        lines.append(f"  n{number} [label={_quoted(part.text)}];")
        if above is not None:
            lines.append(f"  n{above} -- n{number};")
        waiting += [(below, number) for below in reversed(part.parts)]
        number += 1
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
