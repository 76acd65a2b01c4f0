"""Graphs and trees as pictures for browsers, laid out as in cells; in a font of even width that is there already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from rich.cells import cell_len

from pepa.explore.graph import Graph, Tree
from pepa.pictures.graph import names_in_full
from pepa.pictures.plane.plan import Plan, Way, plan
from pepa.pictures.tree import tree_lines

ACROSS, DOWN = 9, 20  # points of a cell
MARGIN = 24
HEAD = (
    '<defs><marker id="to" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" '
    'orient="auto-start-reverse"><path d="M0 0L8 4L0 8z"/></marker></defs>\n'
)


def svg(title: str, graphs: Sequence[Graph], tree: Tree | None) -> str:
    """Return graphs and a tree, one below the other, as one picture."""
    parts, width, top = list[str](), ACROSS * cell_len(title), 2 * DOWN
    for graph in graphs:
        laid = plan(graph, names_in_full(graph))
        parts += [
            _text(0, top, graph.title, bold=True),
            f'<g transform="translate(0 {top + DOWN})">',
            *_plan(laid, graph),
        ]
        parts.append("</g>")
        width, top = max(width, ACROSS * max(laid.width, cell_len(graph.title))), top + DOWN * (laid.height + 4)
    lines = ["the system", *tree_lines(tree)] if tree else []
    for number, line in enumerate(lines):
        parts.append(_text(0, top, line, bold=not number))
        width, top = max(width, ACROSS * cell_len(line)), top + DOWN
    size = f"{-MARGIN} {-MARGIN} {width + 2 * MARGIN} {top + 2 * MARGIN}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" font-family="monospace" font-size="15">\n'
        f'{HEAD}<rect x="{-MARGIN}" y="{-MARGIN}" width="100%" height="100%" fill="white"/>\n'
        f"{_text(0, DOWN - 6, title, bold=True)}\n" + "\n".join(parts) + "\n</svg>\n"
    )


def _plan(laid: Plan, graph: Graph) -> Iterable[str]:
    for way in laid.ways:
        points = " ".join(f"{x:g},{y:g}" for x, y in _points(way))
        ends = 'marker-end="url(#to)"' if way.falls else 'marker-start="url(#to)"'
        yield f'<polyline points="{points}" fill="none" stroke="black" {ends}/>'
        row, column = way.named
        yield _text(ACROSS * (column + 2), DOWN * row, laid.names.edges[way.edge])
    for box in laid.boxes:
        stroke = 3 if graph.nodes[box.node].here else 1
        x, y = ACROSS * (box.column + 0.5), DOWN * (box.row + 0.5)
        yield (
            f'<rect x="{x:g}" y="{y:g}" width="{ACROSS * (box.width - 1)}" '
            f'height="{DOWN * (box.height - 1)}" rx="6" fill="white" stroke="black" stroke-width="{stroke}"/>'
        )
        for number, text in enumerate(laid.names.boxes[box.node], 1):
            middle = ACROSS * (box.column + box.width / 2)
            yield _text(middle, DOWN * (box.row + number), text, bold=graph.nodes[box.node].here, middle=True)


def _points(way: Way) -> list[tuple[float, float]]:
    return [(ACROSS * (column + 0.5), DOWN * (row + 0.5)) for row, column in way.corners]


def _text(x: float, y: float, text: str, *, bold: bool = False, middle: bool = False) -> str:
    style = ' font-weight="bold"' * bold + ' text-anchor="middle"' * middle
    return f'<text x="{x:g}" y="{y + 0.75 * DOWN:g}" xml:space="preserve"{style}>{escape(text)}</text>'
