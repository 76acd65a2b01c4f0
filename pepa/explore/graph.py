"""What is drawn of a model: graphs and trees, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pepa.explore.place import Counts


@dataclass(frozen=True)
class Node:
    """A node: its name, what stands beside it, and whether it is where the model is now."""

    name: str
    note: str = ""
    here: bool = False


@dataclass(frozen=True)
class Edge:
    """An edge between two nodes, by their indices, with what stands at it."""

    source: int
    target: int
    label: str


@dataclass(frozen=True)
class Graph:
    """Nodes, the first one where one begins, and edges; `title` says of what, and of how much of it.

    `counts` are the states that its nodes stand for, where they are states.
    """

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    counts: tuple[Counts, ...] = ()


@dataclass(frozen=True)
class Tree:
    """A tree of texts."""

    text: str
    parts: tuple[Tree, ...] = ()
