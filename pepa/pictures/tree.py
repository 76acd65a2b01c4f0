"""Trees as lines."""

from __future__ import annotations

from pepa.explore.graph import Tree


def tree_lines(tree: Tree, lead: str = "", below: str = "") -> list[str]:
    """Return a tree as lines."""
    lines = [lead + tree.text]
    for number, part in enumerate(tree.parts):
        last = number == len(tree.parts) - 1
        lines += tree_lines(part, below + ("╰─ " if last else "├─ "), below + ("   " if last else "│  "))
    return lines
