"""A graph in the plane: where its boxes, the names of its edges and the corners of their ways are, in cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rich.cells import cell_len

from pepa.explore.graph import Graph
from pepa.pictures.plane.channels import Point, channel
from pepa.pictures.plane.columns import Columns, Extent, columns
from pepa.pictures.plane.layers import Layers, Link, layers, links

BOX = 3  # rows of a box with one line of text


@dataclass(frozen=True)
class Names:
    """What stands in the boxes, line by line, and at the edges; `legend` says what is short there."""

    boxes: tuple[tuple[str, ...], ...]
    edges: tuple[str, ...]
    legend: tuple[str, ...] = ()


@dataclass(frozen=True)
class Box:
    """The place of a node."""

    node: int
    row: int
    column: int
    width: int
    height: int


@dataclass(frozen=True)
class Way:
    """The corners of an edge's way from the lower border of one box to the upper border of another.

    `falls` is whether it leads that way. Its name begins a column to the right of `named`, which is on the way.
    """

    edge: int
    corners: tuple[Point, ...]
    named: Point
    falls: bool


@dataclass(frozen=True)
class Plan:
    """A graph laid out, with its width and height in cells."""

    names: Names
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]
    width: int
    height: int


def plan(graph: Graph, names: Names) -> Plan:
    """Return a graph in the plane, layer by layer from its first node; what hangs together side by side is one part."""
    boxes, ways = list[Box](), list[Way]()
    width = height = 0
    for part in _parts(graph):
        found = _part(graph, names, part, height)
        boxes += found.boxes
        ways += found.ways
        width, height = max(width, found.width), found.height + 1
    return Plan(names, tuple(boxes), tuple(ways), width, height - 1)


def _parts(graph: Graph) -> list[list[int]]:
    """Return the nodes that hang together, breadth-first from the first of each."""
    after: dict[int, list[int]] = {}
    beside: dict[int, list[int]] = {}
    for edge in graph.edges:
        after.setdefault(edge.source, []).append(edge.target)
        beside.setdefault(edge.source, []).append(edge.target)
        beside.setdefault(edge.target, []).append(edge.source)
    parts, seen = list[list[int]](), set[int]()
    for first in range(len(graph.nodes)):
        if first in seen:
            continue
        part = {first: None}
        for ends in (after, beside):  # what one can get to from the first comes before what only leads there
            order = list(part)
            for node in order:  # it grows
                fresh = [other for other in ends.get(node, ()) if other not in part]
                part |= dict.fromkeys(fresh)
                order += dict.fromkeys(fresh)
        seen |= set(part)
        parts.append(list(part))
    return parts


def _part(graph: Graph, names: Names, part: Sequence[int], top: int) -> Plan:
    """Return one part of a graph; items are its nodes in order, then the names of its edges."""
    number = {node: item for item, node in enumerate(part)}
    edges = [at for at, edge in enumerate(graph.edges) if edge.source != edge.target and edge.source in number]
    ends = [_downwards(number[graph.edges[at].source], number[graph.edges[at].target]) for at in edges]
    pieces: list[Link] = []
    for at, (upper, lower) in enumerate(ends):
        pieces += [(upper, len(part) + at), (len(part) + at, lower)]
    found = layers(len(part) + len(edges), tuple(pieces))
    joined = links(found.ways)
    sizes = _sizes(names, part, edges, joined)
    extents = {item: Extent(0, 0) for row in found.rows for item in row}
    for item, (across, _) in sizes.items():
        half = across // 2
        extents[item] = Extent(half, half, 2) if item < len(part) else Extent(0, across, 2)
    placed = columns(found.rows, joined, extents)
    rows, corners, last = _rows(found, placed, {item: tall for item, (_, tall) in sizes.items()}, top)
    boxes = [
        Box(node, rows[item], placed.middle[item] - sizes[item][0] // 2, *sizes[item]) for item, node in enumerate(part)
    ]
    ways = []
    for at, edge in enumerate(edges):
        item = len(part) + at
        named = rows[item], placed.middle[item]
        passed = [*found.ways[2 * at], *found.ways[2 * at + 1][1:]]
        whole = [point for link in pairwise(passed) for point in corners[link]]
        ways.append(Way(edge, tuple(whole), named, ends[at][0] == number[graph.edges[edge].source]))
    points = [point for way in ways for point in way.corners]
    right = max([box.column + box.width for box in boxes] + [column + 1 for _, column in points])
    right = max([right, *(way.named[1] + 2 + cell_len(names.edges[way.edge]) for way in ways)])
    return Plan(names, tuple(boxes), tuple(ways), right, last)


def _downwards(source: int, target: int) -> Link:
    return (source, target) if source < target else (target, source)


def _sizes(
    names: Names, part: Sequence[int], edges: Sequence[int], joined: Sequence[Link]
) -> dict[int, tuple[int, int]]:
    """Return width and height of boxes and of names; a box is as wide as the links to a side of it need, and odd."""
    leaving: dict[tuple[int, int], int] = {}
    for link in joined:
        for side, item in enumerate(link):
            leaving[side, item] = leaving.get((side, item), 0) + 1
    sizes = {}
    for item, node in enumerate(part):
        text = max(map(cell_len, names.boxes[node])) + 4
        across = max([text, *(2 * leaving.get((side, item), 0) + 3 for side in (0, 1))])
        sizes[item] = across + 1 - across % 2, BOX - 1 + len(names.boxes[node])
    for at, edge in enumerate(edges):
        sizes[len(part) + at] = cell_len(names.edges[edge]) + 1, 1
    return sizes


def _rows(
    found: Layers, placed: Columns, tall: dict[int, int], top: int
) -> tuple[dict[int, int], dict[Link, list[Point]], int]:
    """Return the first row of each item, the corners of each link, and the row after the last."""
    rows: dict[int, int] = {}
    corners: dict[Link, list[Point]] = {}
    between: dict[int, list[Link]] = {}
    layer = {item: at for at, row in enumerate(found.rows) for item in row}
    for link in links(found.ways):
        between.setdefault(layer[link[0]], []).append(link)
    turns: dict[Link, list[Point]] = {}
    for at, row in enumerate(found.rows):
        height = max(tall.get(item, 1) for item in row)
        for item in row:
            rows[item] = top + (height - tall.get(item, 1)) // 2
        top += height
        pairs = between.get(at, [])
        ways = channel([placed.ends[link] for link in pairs])
        turns |= {
            link: [(top + down, across) for down, across in way] for link, way in zip(pairs, ways.corners, strict=True)
        }
        top += ways.rows
    for link, way in turns.items():
        above, below = placed.ends[link]
        first = rows[link[0]] + tall.get(link[0], 1) - 1
        corners[link] = [(first, above), *way, (rows[link[1]], below)]
    return rows, corners, top
