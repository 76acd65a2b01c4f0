"""A plan in box characters: boxes with round corners, the present ones with heavy lines; ways cross but never touch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from rich.cells import cell_len

from pepa.explore.graph import Node
from pepa.pictures.plane.channels import Point
from pepa.pictures.plane.plan import Box, Plan, Way

UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
LINES = {
    UP | DOWN: "│", LEFT | RIGHT: "─", DOWN | RIGHT: "╭", DOWN | LEFT: "╮", UP | RIGHT: "╰", UP | LEFT: "╯",
    UP | DOWN | LEFT | RIGHT: "┼", UP: "│", DOWN: "│", LEFT: "─", RIGHT: "─",
}  # fmt: skip
LIGHT, HEAVY = "╭─╮│╰╯┴┬", "┏━┓┃┗┛┷┯"


def cells(plan: Plan, nodes: Sequence[Node]) -> list[str]:
    """Return the lines of a plan, without its legend."""
    canvas = [[" "] * plan.width for _ in range(plan.height)]
    for point, sides in _lines(plan.ways).items():
        canvas[point[0]][point[1]] = LINES[sides]
    for box in plan.boxes:
        _box(canvas, box, plan.names.boxes[box.node], HEAVY if nodes[box.node].here else LIGHT)
    for way in plan.ways:
        _ends(canvas, way)
        _write(canvas, way.named[0], way.named[1] + 2, plan.names.edges[way.edge])
    return ["".join(line).rstrip() for line in canvas]


def _lines(ways: Sequence[Way]) -> dict[Point, int]:
    """Return to which sides a line goes from each cell."""
    found: dict[Point, int] = {}
    for way in ways:
        for (top, left), (bottom, right) in pairwise(way.corners):
            for row in range(top, bottom):
                found[row, left] = found.get((row, left), 0) | DOWN
                found[row + 1, left] = found.get((row + 1, left), 0) | UP
            for column in range(min(left, right), max(left, right)):
                found[top, column] = found.get((top, column), 0) | RIGHT
                found[top, column + 1] = found.get((top, column + 1), 0) | LEFT
    return found


def _box(canvas: list[list[str]], box: Box, texts: Sequence[str], signs: str) -> None:
    left, right, last = box.column, box.column + box.width - 1, box.row + box.height - 1
    for column in range(left + 1, right):
        canvas[box.row][column] = canvas[last][column] = signs[1]
    for row, text in enumerate(texts, box.row + 1):
        canvas[row][left] = canvas[row][right] = signs[3]
        room = box.width - 2 - cell_len(text)
        _write(canvas, row, left + 1, " " * (room // 2) + text + " " * (room - room // 2))
    canvas[box.row][left], canvas[box.row][right] = signs[0], signs[2]
    canvas[last][left], canvas[last][right] = signs[4], signs[5]


def _ends(canvas: list[list[str]], way: Way) -> None:
    """Mark where an edge begins and, by an arrow, where it ends."""
    (first, above), (last, below) = way.corners[0], way.corners[-1]
    heavy = canvas[first][above] == HEAVY[1], canvas[last][below] == HEAVY[1]
    canvas[first][above] = (HEAVY if heavy[0] else LIGHT)[7] if way.falls else "▲"
    canvas[last][below] = "▼" if way.falls else (HEAVY if heavy[1] else LIGHT)[6]


def _write(canvas: list[list[str]], row: int, column: int, text: str) -> None:
    for at, sign in enumerate(text, column):
        canvas[row][at] = sign
