"""Layers of a graph and the order within each, by grandalf (Sugiyama, Tagawa and Toda 1981).

What grandalf places is as far apart as fits a screen of points; only the layers and their order are taken from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

Link = tuple[int, int]  # from an item of a layer to one of the next
ROUNDS = 24  # sweeps that put the layers in order; the best of them is kept


@dataclass(frozen=True)
class Layers:
    """Items in layers, in order; those from `items` on are where an edge passes a layer.

    `links` holds for each edge the items it goes through, from layer to layer.
    """

    rows: tuple[tuple[int, ...], ...]
    ways: tuple[tuple[int, ...], ...]


@lru_cache(maxsize=16)  # the same graph is tried with other names
def layers(items: int, edges: tuple[Link, ...]) -> Layers:
    """Return layers of a connected graph without cycles whose first item is above all others."""
    if items == 1:
        return Layers(((0,),), ())
    from grandalf.graphs import Edge, Vertex, graph_core
    from grandalf.layouts import SugiyamaLayout, VertexViewer

    vertices = [Vertex(item) for item in range(items)]
    for vertex in vertices:
        vertex.view = VertexViewer(1, 1)
    joined = [Edge(vertices[source], vertices[target]) for source, target in edges]
    layout = SugiyamaLayout(graph_core(vertices, joined))
    roots = [vertices[item] for item in sorted({*range(items)} - {target for _, target in edges})]
    layout.init_all(roots=roots, inverted_edges=[], optimize=True)
    number = {one: item for item, one in enumerate(vertices)}
    number |= {
        one: item for item, one in enumerate((d for row in layout.layers for d in row if d not in number), items)
    }
    ways = []
    for edge in joined:
        through = layout.ctrls.get(edge)
        passed = edge.v if through is None else [through[rank] for rank in sorted(through)]
        ways.append(tuple(number[one] for one in passed))
    return _in_order(layout, number, tuple(ways))


def _in_order(layout: Any, number: dict[Any, int], ways: tuple[tuple[int, ...], ...]) -> Layers:
    """Return the layers in the order in which edges cross least of those that some rounds of sweeps bring."""
    found = list[tuple[tuple[int, ...], ...]]()
    for _ in range(ROUNDS):
        found.append(tuple(tuple(number[one] for one in row) for row in layout.layers))
        if not crossings(found[-1], ways):
            break
        for _ in layout.ordering_step():
            pass
    return Layers(min(found, key=lambda rows: crossings(rows, ways)), ways)


def links(ways: Sequence[Sequence[int]]) -> list[Link]:
    """Return the pieces of edges from a layer to the next."""
    return [link for way in ways for link in pairwise(way)]


def crossings(rows: Sequence[Sequence[int]], ways: Sequence[Sequence[int]]) -> int:
    """Return how often edges cross each other in an order of layers."""
    place = {item: (layer, at) for layer, row in enumerate(rows) for at, item in enumerate(row)}
    between: dict[int, list[Link]] = {}
    for upper, lower in links(ways):
        layer, at = place[upper]
        between.setdefault(layer, []).append((at, place[lower][1]))
    return sum(_crossings(ends) for ends in between.values())


def _crossings(ends: list[Link]) -> int:
    ends.sort()
    return sum(b > d for number, (a, b) in enumerate(ends) for c, d in ends[number + 1 :] if c > a)
