"""Where in the text a model is: the definitions of the places its components are in, and what can happen there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pepa.explore.place import Counts
from pepa.explore.steps import Activity
from pepa.language.problem import Span
from pepa.language.syntax import Model
from pepa.net.net import Net


@dataclass(frozen=True)
class Lit:
    """Stretches of a text: names of the definitions where somebody is, activities that can happen."""

    here: tuple[Span, ...]
    can: tuple[Span, ...]


def lit(model: Model, net: Net, counts: Counts, activities: Iterable[Activity]) -> Lit:
    """Return where in its text a model is in a state, with what can happen in it.

    A place that has no name there is told by the activities that lead out of it.
    """
    names = {definition.name.text: definition.name.span for definition in reversed(model.processes)}
    here = set[Span]()
    for group, held in zip(net.groups, counts, strict=True):
        component = group.component
        for place, number in enumerate(held):
            if not number:
                continue
            named = [names[name] for name in component.contents[place] if name in names]
            here.update(named or (t.span for t in component.transitions if t.source == place))
    moves = {activity.move for activity in activities}
    can = {participant.transition.span for move in moves for participant in net.moves[move].participants}
    return Lit(tuple(sorted(here)), tuple(sorted(can - here)))
