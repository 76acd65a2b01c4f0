"""The formats that graphs of a model are written in for other programs; `pepa graph` has an option for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pepa.explore.graph import Graph, Tree
from pepa.pictures.dot import dots
from pepa.pictures.svg import svg


@dataclass(frozen=True)
class Format:
    """A format: what its option says, and what writes a title, graphs, and a tree where one is wanted."""

    help: str
    written: Callable[[str, Sequence[Graph], Tree | None], str]


FORMATS = {
    "dot": Format("Print them in the language of Graphviz.", dots),
    "svg": Format("Print them as a picture for browsers.", svg),
}
