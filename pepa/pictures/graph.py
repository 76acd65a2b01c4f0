"""Graphs in box characters: in the plane where that fits a width, with long names in a legend if need be, or as a list.

Names and labels are always read in full, at their place or in the legend.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from string import ascii_lowercase

from rich.cells import cell_len

from pepa.explore.graph import Graph
from pepa.pictures.plane.cells import cells
from pepa.pictures.plane.plan import Box, Names, plan
from pepa.pictures.rails import HERE, THERE, node_rows, rail_lines

APART = 3  # columns between graphs beside each other
MOST_EDGES = 250  # laid out in the plane; more are a list


@dataclass(frozen=True)
class Drawing:
    """Lines, and where in them the nodes are."""

    lines: tuple[str, ...]
    boxes: tuple[Box, ...] = ()

    @property
    def width(self) -> int:
        """The columns it takes."""
        return max(map(cell_len, self.lines), default=0)


def drawing(graph: Graph, width: int, widest: int = 0) -> Drawing:
    """Return a graph drawn in a width: the first of the ways to name things that fits it, else as a list.

    With the shortest names it may be up to `widest`, where one can scroll.
    """
    if len(graph.edges) <= MOST_EDGES:
        for named in (names_in_full, edges_by_letter, nodes_by_number, all_short):
            found = plan(graph, named(graph))
            if found.width <= max(width, widest * (named is all_short)):
                legend = _beside(found.names.legend, width)
                return Drawing((*cells(found, graph.nodes), *([""] if legend else []), *legend), found.boxes)
    lines = rail_lines(graph)
    boxes = []
    for row, node in node_rows(graph).items():
        column = next(at for at, sign in enumerate(lines[row]) if sign in HERE + THERE)
        boxes.append(Box(node, row, column, len(lines[row]) - column, 1))
    return Drawing(tuple(lines), tuple(boxes))


def together(drawings: Sequence[tuple[str, Drawing]], width: int) -> list[tuple[int, int]]:
    """Return where drawings with their titles begin, row and column: beside each other where a width has room."""
    places, row, column, tall = [], 0, 0, 0
    for title, one in drawings:
        across = max(one.width, cell_len(title))
        if column and column + across > width:
            row, column, tall = row + tall + 1, 0, 0
        places.append((row, column))
        column, tall = column + across + APART, max(tall, 1 + len(one.lines))
    return places


def gathered(drawings: Sequence[tuple[str, Drawing]], width: int) -> tuple[list[str], list[list[Box]]]:
    """Return drawings under their titles as the lines of one, and the boxes of each in it."""
    lines, boxes = list[str](), list[list[Box]]()
    for (title, one), (row, column) in zip(drawings, together(drawings, width), strict=True):
        for at, line in enumerate((title, *one.lines), row):
            lines += [""] * (at + 1 - len(lines))
            lines[at] += " " * (column - cell_len(lines[at])) + line
        boxes.append([replace(box, row=box.row + row + 1, column=box.column + column) for box in one.boxes])
    return lines, boxes


def names_in_full(graph: Graph) -> Names:
    """Return every name at its place; an edge from a node to itself is told in its box."""
    return _names(graph, lambda at: _node(graph, at), lambda label: label)


def edges_by_letter(graph: Graph) -> Names:
    """Return letters in place of the labels of edges."""
    letters = _letters(edge.label for edge in graph.edges)
    found = _names(graph, lambda at: _node(graph, at), letters.__getitem__)
    return replace(found, legend=tuple(f"{letter}  {label}" for label, letter in letters.items()))


def nodes_by_number(graph: Graph) -> Names:
    """Return numbers in place of the names of nodes."""
    return replace(_names(graph, str, lambda label: label), legend=_numbered(graph))


def all_short(graph: Graph) -> Names:
    """Return numbers in place of the names of nodes, and letters in place of the labels of edges."""
    found = edges_by_letter(graph)
    letters = _letters(edge.label for edge in graph.edges)
    return replace(_names(graph, str, letters.__getitem__), legend=(*_numbered(graph), *found.legend))


def _numbered(graph: Graph) -> tuple[str, ...]:
    nodes = enumerate(graph.nodes)
    return tuple(f"{HERE if node.here else THERE} {at}  {_node(graph, at)}" for at, node in nodes)


def _names(graph: Graph, node: Callable[[int], str], edge: Callable[[str], str]) -> Names:
    loops: dict[int, list[str]] = {}
    for one in graph.edges:
        if one.source == one.target:
            loops.setdefault(one.source, []).append(f"↺ {edge(one.label)}")
    boxes = tuple((node(at), *loops.get(at, ())) for at in range(len(graph.nodes)))
    return Names(boxes, tuple(edge(one.label) for one in graph.edges))


def _node(graph: Graph, at: int) -> str:
    node = graph.nodes[at]
    return " ".join(f"{node.name} {node.note}".split())


def _letters(labels: Iterable[str]) -> dict[str, str]:
    """Return a to z, then aa, ab and so on, for different labels."""
    found = dict[str, str]()
    for label in dict.fromkeys(labels):
        number, letters = len(found), ""
        while number >= 0:
            letters = ascii_lowercase[number % 26] + letters
            number = number // 26 - 1
        found[label] = letters
    return found


def _beside(entries: Sequence[str], width: int) -> list[str]:
    """Return entries in as many columns as have room, down each column first."""
    if not entries:
        return []
    across = max(map(cell_len, entries)) + APART
    tall = -(-len(entries) // max(1, (width + APART) // across))
    rows = [entries[row::tall] for row in range(tall)]
    return ["".join(one + " " * (across - cell_len(one)) for one in row).rstrip() for row in rows]
