"""One member by itself: where a passage of it begins and ends, by its local derivatives and by what it takes part in.

What a fluid or a simulation that follows members knows; states of the others need the exact chain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pepa.control.error import PepaError
from pepa.net.net import Group, Move, Net
from pepa.net.probe import each_observed
from pepa.net.tagging import MEMBER, group_of
from pepa.query.expression import Name, parse
from pepa.query.passage import Question, understood
from pepa.query.states import is_word

Truths = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Local:
    """When something is so of one member: as it does an action, or in some of its local derivatives (labels,)."""

    action: str
    inside: Truths

    def entered(self, source: int, target: int, action: str) -> bool:
        """Whether it becomes so by a transition of the member."""
        if self.action:
            return action == self.action
        return bool(self.inside[target] and not self.inside[source])


@dataclass(frozen=True, eq=False)
class Followed:
    """A passage of one member of a group of a net, numbered `index`: where it begins and where it ends.

    Where a probe tells it, each member of the group of the net has one.
    """

    net: Net
    index: int
    group: Group
    begin: Local
    ends: tuple[Local, ...]


def followed(net: Net, question: Question) -> Followed:
    """Return what a question is of one member; raises PepaError where it is not, or asks of the others."""
    if not question.member:
        hint = "name one: --member GROUP, passage(GROUP: … -> …), or a probe GROUP::…"
        raise PepaError("a fluid passage is that of one member", hint)
    probe = understood(net, question).probe
    index = group_of(net, question.member)
    if probe is not None:
        net = each_observed(net, index, probe)
        running = np.tile(probe.running, len(net.groups[index].initial) // probe.size)
        return Followed(net, index, net.groups[index], Local("", running), (Local("", ~running),))
    group = net.groups[index]
    moments = [_local(text, net, group) for text in (question.begin, *question.ends)]
    return Followed(net, index, group, moments[0], tuple(moments[1:]))


def transition(move: Move, index: int) -> tuple[int, int] | None:
    """Return which local derivative a member of a group leaves and enters by a move; None where it takes no part."""
    for participant in move.participants:
        if participant.group == index:
            return participant.transition.source, participant.transition.target
    return None


def _local(text: str, net: Net, group: Group) -> Local:
    node = parse(text)
    nowhere = np.zeros(len(group.component.labels), bool)
    if not isinstance(node, Name) or node.group not in (None, MEMBER, group.name) or is_word(node, net, actions=True):
        hint = "ask for its actions and local derivatives; other states take --method exact"
        raise PepaError(f"`{text}` is not of one member alone", hint)
    inside = np.array(group.component.holding(node.name)) > 0
    if inside.any():
        return Local("", inside)
    if node.name in net.actions:
        return Local(node.name, nowhere)
    raise PepaError(f"a member of `{group.name}` is never in `{node.name}`", "name an action or a local derivative")
