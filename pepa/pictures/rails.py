"""Graphs as lists: a node a row, an edge a row below it; what does not lead to the next node goes by a rail.

For graphs too dense to be laid out in the plane: every name and label is read in full. All edges to one node share a
rail: rails are intervals of rows, those that overlap are put side by side (left-edge algorithm, Hashimoto and Stevens
1971).
"""

from __future__ import annotations

from dataclasses import dataclass

from pepa.explore.graph import Edge, Graph

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


def rail_lines(graph: Graph) -> list[str]:
    """Return a graph as a list: each node with a sign whether it is where the model is now, and its edges below it."""
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
