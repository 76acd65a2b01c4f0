"""Graphs of a model at a state: the derivation graph of a component, the states around, the cooperation tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pepa.control.error import PepaError
from pepa.explore.graph import Edge, Graph, Node, Tree
from pepa.explore.place import Counts, group_text, members
from pepa.explore.steps import Steps
from pepa.language.printer import figure
from pepa.language.rates import parameter_values
from pepa.language.syntax import Model
from pepa.net.composite import composite
from pepa.net.net import Group, Net
from pepa.net.system import Coop, Hide, Leaf, System, SystemBuilder

MOST_NODES = 60  # of one graph: what is nearest to the present place


def component_graph(net: Net, index: int, counts: Counts) -> Graph:
    """Return the derivation graph of a group's component, with how many members are where in a state.

    Of a large component, the local derivatives nearest to those that are occupied.
    """
    group, held = net.groups[index], counts[index]
    edges = [(t.source, t.target, t.action, t.rate, t.passive) for t in group.component.transitions]
    labels = group.component.labels
    first = [place for place, number in enumerate(group.initial) if number] or [0]
    kept: Sequence[int] = range(len(labels))
    if len(labels) > MOST_NODES:
        occupied = [place for place, number in enumerate(held) if number] or [0]
        kept = _nearest(occupied, ((source, target) for source, target, *_ in edges))
    order = _from_first(first[0], kept, [(source, target) for source, target, *_ in edges])
    number = {place: position for position, place in enumerate(order)}
    nodes = tuple(Node(labels[place], f"×{held[place]}" * (held[place] > 0), held[place] > 0) for place in order)
    told = [
        Edge(number[source], number[target], f"{action} {'passive' if passive else figure(rate)}")
        for source, target, action, rate, passive in edges
        if source in number and target in number
    ]
    name = group.name if group.size == 1 else f"{group.name}[{group.size}]"
    size = f"{len(labels):,} local derivative{'s' * (len(labels) != 1)}"
    cut = f"the {len(order)} nearest of {size}" if len(order) < len(labels) else size
    return Graph(f"{name}: {cut}", nodes, _joined(told))


def state_graph(steps: Steps, start: Counts, present: Counts, note: Callable[[Counts], str] = lambda _: "") -> Graph:
    """Return the states that can be reached from a start, or, where they are more than MOST_NODES, those around one.

    `note` says what stands beside a state. Nothing need be derived for that. Raises PepaError where something has no
    rate.
    """
    found = _explored(steps, start, present)
    whole = found is not None
    if found is None:
        before = [origin.counts for origin in steps.origins(present)][: MOST_NODES // 3]
        after = [activity.target for activity in steps.activities(present)]
        found = dict.fromkeys([present, *after, *before][:MOST_NODES])
    number = {counts: position for position, counts in enumerate(found)}
    nodes = tuple(Node(state_text(steps.net, counts), note(counts), counts == present) for counts in number)
    edges = [
        Edge(number[counts], number[activity.target], f"{activity.action} {figure(activity.rate)}")
        for counts in number
        for activity in steps.activities(counts)
        if activity.target in number
    ]
    every = f"all {len(nodes)} states" if len(nodes) > 1 else "the only state"
    said = every if whole else "this state, what leads here, and what can follow"
    return Graph(said, nodes, _joined(edges), tuple(number))


def state_text(net: Net, counts: Counts) -> str:
    """Return a state as one reads it."""
    return "  ".join(
        group_text(group, held) for group, held in zip(net.groups, members(net, counts), strict=True) if group.size
    )


def system_tree(model: Model, net: Net, counts: Counts) -> Tree:
    """Return the cooperation tree of a net's model: its sets, and at its leaves who is where in a state.

    Interchangeable copies are one leaf, as they are one group of the net.
    """
    values = {name: rate.value for name, rate in net.parameters.items() if not rate.passive}
    system = SystemBuilder(model, parameter_values(model, values), composite).build(model.system)
    return _tree(system, iter(zip(net.groups, members(net, counts), strict=True)))


def component_named(net: Net, name: str) -> int:
    """Return which group has a name; raises PepaError with those there are."""
    names = [group.name for group in net.groups]
    if name not in names:
        raise PepaError(f"`{name}` is no component of this model", f"they are {', '.join(names[:12])}")
    return names.index(name)


def _tree(system: System, held: Iterator[tuple[Group, Mapping[str, int]]]) -> Tree:
    match system:
        case Leaf():
            group, inside = next(held)
            name = group.name if group.size == 1 else f"{group.name}[{group.size}]"
            return Tree(f"{name}: {group_text(group, inside)}")
        case Coop(parts=parts, actions=actions):
            said = f"cooperate on {', '.join(sorted(actions))}" if actions else "in parallel"
            return Tree(said, tuple(_tree(part, held) for part in parts))
        case Hide(part=part, actions=actions):
            return Tree(f"hidden: {', '.join(sorted(actions))}", (_tree(part, held),))


def _explored(steps: Steps, start: Counts, present: Counts) -> dict[Counts, None] | None:
    """Return all states from a start, depth-first; None where they are too many, or the present one is not of them."""
    found: dict[Counts, None] = {}
    waiting = [start]
    while waiting:
        counts = waiting.pop()
        if counts in found:
            continue
        found[counts] = None
        if len(found) > MOST_NODES:
            return None
        waiting += [activity.target for activity in reversed(steps.activities(counts))]
    return found if present in found else None


def _nearest(first: Sequence[int], edges: Iterable[tuple[int, int]]) -> list[int]:
    """Return MOST_NODES places at most, by their distance from some."""
    beside: dict[int, list[int]] = {}
    for source, target in edges:
        beside.setdefault(source, []).append(target)
        beside.setdefault(target, []).append(source)
    found: dict[int, None] = {}
    waiting = list(first)
    for place in waiting:  # it grows
        if place in found:
            continue
        found[place] = None
        if len(found) == MOST_NODES:
            break
        waiting += beside.get(place, [])
    return list(found)


def _from_first(first: int, kept: Iterable[int], edges: Sequence[tuple[int, int]]) -> list[int]:
    """Return what is kept depth-first from the first, so that most lead on to the next; what is not reached, last."""
    inside = dict.fromkeys(kept)
    after: dict[int, list[int]] = {}
    for source, target in edges:
        after.setdefault(source, []).append(target)
    order: dict[int, None] = {}
    waiting = [*reversed(list(inside)), first] if first in inside else list(reversed(list(inside)))
    while waiting:
        place = waiting.pop()
        if place in inside and place not in order:
            order[place] = None
            waiting += reversed(after.get(place, []))
    return list(order)


def _joined(edges: Sequence[Edge]) -> tuple[Edge, ...]:
    """Return parallel edges as one, their labels one after the other."""
    labels: dict[tuple[int, int], list[str]] = {}
    for edge in edges:
        labels.setdefault((edge.source, edge.target), []).append(edge.label)
    return tuple(Edge(source, target, ", ".join(told)) for (source, target), told in labels.items())
