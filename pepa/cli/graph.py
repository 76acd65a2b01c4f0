"""`pepa graph`: the derivation graphs of a model's components, its states, its cooperation tree; drawn, DOT or SVG."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pepa.cli.model_text import model_text
from pepa.cli.request import failing_clearly, model_arguments, print_json
from pepa.cli.screen import Screen
from pepa.cli.terminal import say
from pepa.pictures.formats import FORMATS

if TYPE_CHECKING:
    from pepa.explore.graph import Graph, Tree
    from pepa.explore.told_graph import ToldGraph, ToldGraphs, ToldTree

HELP = """Draw graphs of MODEL, without deriving it.

\b
pepa graph MODEL                         every component, the cooperations, and the states where they are few
pepa graph MODEL --component User        one component: repeatable
pepa graph MODEL --states --at 'CM3'     the states around one
pepa graph MODEL --component User --dot | dot -Tsvg > user.svg
"""


def _formats(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each format to the verb."""
    for name, form in reversed(FORMATS.items()):
        function = click.option(f"--{name}", "kind", flag_value=name, help=form.help)(function)
    return function


@click.command("graph", help=HELP)
@model_arguments
@click.option("--component", "components", metavar="NAME", multiple=True, help="The derivation graph of a component.")
@click.option("--states", is_flag=True, help="All states where they are 60 at most, else those around one.")
@click.option("--system", is_flag=True, help="The cooperation tree with its sets.")
@click.option("--at", "place", default="", metavar="STATE", help="Where the model is: 'User3=2 CM3'. [default: init]")
@_formats
@failing_clearly
def command(
    model: Path,
    overrides: dict[str, float],
    as_json: bool,
    components: tuple[str, ...],
    states: bool,
    system: bool,
    place: str,
    kind: str | None,
) -> None:
    """Draw graphs of a model."""
    if kind and as_json:
        raise click.UsageError(f"say one of {', '.join(f'--{name}' for name in FORMATS)} and --json")
    graphs, tree = _wanted(model_text(model), overrides, place, (components, states, system))
    if as_json:
        told: ToldGraphs = {
            "model": str(model),
            "graphs": [_told(one) for one in graphs],
            "system": None if tree is None else _told_tree(tree),
        }
        print_json(told)
        return
    if kind:
        say(FORMATS[kind].written(str(model), graphs, tree), end="")
    else:
        say("\n".join(_drawn(graphs, tree, Screen().width - 1)))


def _told(graph: Graph) -> ToldGraph:
    return {
        "title": graph.title,
        "nodes": [{"name": one.name, "note": one.note, "here": one.here} for one in graph.nodes],
        "edges": [{"source": one.source, "target": one.target, "label": one.label} for one in graph.edges],
        "counts": [[list(group) for group in state] for state in graph.counts],
    }


def _told_tree(tree: Tree) -> ToldTree:
    return {"text": tree.text, "parts": [_told_tree(part) for part in tree.parts]}


def _drawn(graphs: list[Graph], tree: Tree | None, width: int) -> list[str]:
    """Return graphs, beside each other where the terminal is wide enough, and below them the tree."""
    from pepa.pictures.graph import drawing, gathered
    from pepa.pictures.tree import tree_lines

    lines, _ = gathered([(one.title, drawing(one, width)) for one in graphs], width)
    return [*lines, *([""] if lines and tree else []), *(["the system", *tree_lines(tree)] if tree else [])]


def _wanted(
    text: str, overrides: dict[str, float], place: str, wanted: tuple[tuple[str, ...], bool, bool]
) -> tuple[list[Graph], Tree | None]:
    """Return the graphs asked for, all kinds where none is, and the tree if it is."""
    from pepa.explore.graphs import component_graph, component_named, state_graph, system_tree
    from pepa.explore.place import initial, typed
    from pepa.explore.steps import Steps
    from pepa.net.compile import compile_model, load

    components, states, system = wanted
    every = not any(wanted)
    model, _ = load(text)
    net = compile_model(model, overrides)
    here = typed(place, net)
    indices = range(len(net.groups)) if every else [component_named(net, name) for name in components]
    graphs: list[Any] = [component_graph(net, index, here) for index in indices]
    if states or every:
        graphs.append(state_graph(Steps(net), initial(net), here))
    return graphs, system_tree(model, net, here) if system or every else None
