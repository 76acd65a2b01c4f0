"""The shapes of graphs in JSON. Nothing is imported for them that takes time."""

from __future__ import annotations

from typing import TypedDict


class ToldNode(TypedDict):
    """A node: its name, what stands beside it, and whether it is where the model is now."""

    name: str
    note: str
    here: bool


class ToldEdge(TypedDict):
    """An edge between two nodes, by their indices, with what stands at it."""

    source: int
    target: int
    label: str


class ToldGraph(TypedDict):
    """A graph, of what and how much of it; `counts` are the states of its nodes, where they are states."""

    title: str
    nodes: list[ToldNode]
    edges: list[ToldEdge]
    counts: list[list[list[int]]]


class ToldTree(TypedDict):
    """A tree of texts."""

    text: str
    parts: list[ToldTree]


class ToldGraphs(TypedDict):
    """What `pepa graph` prints; the tree is that of the system's cooperations, where it is asked for."""

    model: str
    graphs: list[ToldGraph]
    system: ToldTree | None
