"""Graphs in box characters: a node a row, an edge a row below it; what does not lead to the next node goes by a rail.

Every name and label is read in full however dense a graph is, which no layout in the plane can do in 80 columns. All
edges to one node share a rail: rails are intervals of rows, those that overlap are put side by side (left-edge
algorithm, Hashimoto and Stevens 1971).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pepa.explore.graph import Edge, Graph, Tree

MOST_RAILS = 16  # side by side; beyond that the name of the target must do
HERE, THERE = "◉", "○"


@dataclass(frozen=True)
class _Rail:
    """The rows from which edges go to a node, and the row of the node."""

    node: int
    rows: tuple[int, ...]
    head: int

    @property
    def first(self) -> int:
        return min(*self.rows, self.head)

    @property
    def last(self) -> int:
        return max(*self.rows, self.head)


def graph_lines(graph: Graph) -> list[str]:
    """Return a graph as lines: each node with a sign whether it is where the model is now, and its edges below it."""
    rows = _rows(graph)
    heads = {node: at for at, node in node_rows(graph).items()}
    leading: dict[int, list[int]] = {}
    for at, row in enumerate(rows):
        if isinstance(row, Edge) and not _falls(row) and row.source != row.target:
            leading.setdefault(row.target, []).append(at)
    rails = _side_by_side([_Rail(node, tuple(ats), heads[node]) for node, ats in leading.items()])
    stem = 3 * (1 + max(rails.values(), default=-1))
    cells = [[" "] * stem for _ in rows]
    for rail, place in rails.items():
        _draw(cells, rail, stem - 3 * (place + 1))
    drawn = {at for rail in rails for at in rail.rows}
    lines = []
    for at, row in enumerate(rows):
        if isinstance(row, int):
            node = graph.nodes[row]
            lines.append(f"{''.join(cells[at])}{HERE if node.here else THERE} {node.name} {node.note}".rstrip())
        else:
            ends = at + 1 == len(rows) or isinstance(rows[at + 1], int)
            sign = ("╯" if ends else "┤") if at in drawn else "╰" if ends else "├"
            lines.append("".join(cells[at]) + _edge_text(graph, row, sign))
    return lines


def node_rows(graph: Graph) -> dict[int, int]:
    """Return which lines of a graph are nodes, and which nodes they are."""
    return {at: row for at, row in enumerate(_rows(graph)) if isinstance(row, int)}


def tree_lines(tree: Tree, lead: str = "", below: str = "") -> list[str]:
    """Return a tree as lines."""
    lines = [lead + tree.text]
    for number, part in enumerate(tree.parts):
        last = number == len(tree.parts) - 1
        lines += tree_lines(part, below + ("╰─ " if last else "├─ "), below + ("   " if last else "│  "))
    return lines


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


def svg(title: str, lines: Sequence[str]) -> str:
    """Return drawn lines as a picture for browsers, in a font of even width that is there already."""
    from html import escape

    width, height = 9 * max([len(title), *map(len, lines)]) + 24, 18 * len(lines) + 48
    rows = "".join(
        f'<text x="12" y="{48 + 18 * at}" xml:space="preserve">{escape(line)}</text>\n' for at, line in enumerate(lines)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="monospace" '
        f'font-size="15" fill="black">\n<rect width="100%" height="100%" fill="white"/>\n'
        f'<text x="12" y="24" font-weight="bold">{escape(title)}</text>\n{rows}</svg>\n'
    )


def _rows(graph: Graph) -> list[int | Edge]:
    """Return the rows: a node by its number, then its edges, the one to the next node last."""
    leaving: dict[int, list[Edge]] = {}
    for edge in graph.edges:
        leaving.setdefault(edge.source, []).append(edge)
    rows: list[int | Edge] = []
    for node in range(len(graph.nodes)):
        rows += [node, *sorted(leaving.get(node, []), key=_falls)]
    return rows


def _falls(edge: Edge) -> bool:
    """Whether an edge leads to the next node."""
    return edge.target == edge.source + 1


def _side_by_side(rails: list[_Rail]) -> dict[_Rail, int]:
    """Return at which place each rail runs, 0 next to the nodes; those that have no place are left out."""
    taken: list[list[_Rail]] = [[] for _ in range(MOST_RAILS)]
    found: dict[_Rail, int] = {}
    for rail in sorted(rails, key=lambda one: (one.last - one.first, one.first)):
        free = (
            place
            for place, others in enumerate(taken)
            if all(rail.last < other.first or rail.first > other.last for other in others)
        )
        place = next(free, None)
        if place is not None:
            taken[place].append(rail)
            found[rail] = place
    return found


def _draw(cells: list[list[str]], rail: _Rail, column: int) -> None:
    """Draw a rail, and from it the lines to its rows; the rails it crosses are crossed."""
    for at in range(rail.first, rail.last + 1):
        line = cells[at]
        branches = at == rail.head or at in rail.rows
        up, down = at > rail.first, at < rail.last
        line[column] = (
            ("├" if up and down else "╭" if down else "╰") if branches else "│" if line[column] == " " else "┼"
        )
        if branches:
            for x in range(column + 1, len(line)):
                line[x] = "┼" if line[x] in "│┼" else "─" if line[x] == " " else line[x]
            if at == rail.head:
                line[-1] = "▶"


def _edge_text(graph: Graph, edge: Edge, sign: str) -> str:
    if edge.source == edge.target:
        return f"↺ {edge.label}"
    if _falls(edge):
        return f"▼ {edge.label}"
    return f"{sign} {edge.label} → {graph.nodes[edge.target].name}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
