"""A state as people write it: `User×1 User3×4  CM3  TC5`; and as programs keep it, the members of each group."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from pepa.control.error import PepaError
from pepa.language.printer import name_text
from pepa.markov.space.state_space import StateSpace
from pepa.net.net import Group, Net
from pepa.query.rewards import known, one_group, refuse_unreached

Counts = tuple[tuple[int, ...], ...]  # by group, by local derivative
Members = tuple[dict[str, int], ...]  # the same, by label; what nobody is in is left out

PIECE = re.compile(
    r"""(?:(?P<group>[A-Za-z_][\w']*(?:\#\d+)?)\.)?
        (?:"(?P<quoted>[^"]*)"|(?P<label>[A-Za-z_][\w']*(?:~\d+)?))
        (?:\s*[=×*]\s*(?P<number>[0-9]{1,15}))?
        [\s,;&]*""",
    re.VERBOSE,
)


def initial(net: Net) -> Counts:
    """Return the initial state."""
    return tuple(group.initial for group in net.groups)


def members(net: Net, counts: Counts) -> Members:
    """Return who is where, group by group."""
    return tuple(
        {label: number for label, number in zip(group.component.labels, numbers, strict=True) if number}
        for group, numbers in zip(net.groups, counts, strict=True)
    )


def counts_of(net: Net, found: Sequence[Mapping[str, int]]) -> Counts:
    """Return a state by its members; raises PepaError where the net has no such state."""
    if len(found) != len(net.groups):
        raise PepaError("this state belongs to another model", f"here there are {len(net.groups)} groups")
    counts = []
    for group, held in zip(net.groups, found, strict=True):
        numbers = [0] * len(group.initial)
        for label, number in held.items():
            numbers[group.component.labels.index(known(label, group.component.labels, "local derivative"))] = number
        if sum(numbers) != group.size or min(numbers, default=0) < 0:
            raise PepaError(f"this state has {sum(numbers)} of the {group.size} members of {group.name}", "")
        counts.append(tuple(numbers))
    return tuple(counts)


def told(net: Net, counts: Counts) -> str:
    """Return a state as text that `typed` reads."""
    pairs = zip(net.groups, members(net, counts), strict=True)
    return "  ".join(group_text(group, held, quote=True) for group, held in pairs)


def example(net: Net) -> str:
    """Return a part of the initial state as it is typed: where at most two groups are."""
    groups = Counter(label for group in net.groups for label in group.component.labels)
    said = []
    for group, held in zip(net.groups[:2], members(net, initial(net)), strict=False):
        label, number = next(iter(held.items()))
        name = name_text(label) if groups[label] == 1 else f"{group.name}.{name_text(label)}"
        said.append(name if number == 1 else f"{name}={number}")
    return " ".join(said)


def number_of(space: StateSpace, counts: Counts) -> int | None:
    """Return the number of a state in a state space; None where it is not reachable."""
    packed = space.layout.pack(counts)
    among = np.flatnonzero(space.words[0] == packed[0])
    for word, value in zip(space.words[1:], packed[1:], strict=True):
        among = among[word[among] == value]
    return int(among[0]) if len(among) else None


def group_text(group: Group, held: Mapping[str, int], *, quote: bool = False) -> str:
    """Return where the members of a group are; with `quote`, labels that are no plain names stand in quotes."""
    labels = {label: name_text(label) if quote else label for label in held}
    return " ".join(labels[label] if group.size == 1 else f"{labels[label]}×{held[label]}" for label in held) or "-"


def typed(text: str, net: Net) -> Counts:
    """Return the state a text tells: `User3=2 CM3`, groups not mentioned as they are initially.

    Members of a group that the text does not place are in its initial local derivative. Raises PepaError for what
    cannot be read, an unknown or ambiguous name, or members too many or too few.
    """
    placed: list[dict[int, int]] = [{} for _ in net.groups]
    at = len(text) - len(text.lstrip(" \t-,;&"))
    while at < len(text):
        match = PIECE.match(text, at)
        if match is None:
            raise PepaError(f"cannot read `{text[at:]}` of a state", f"as in {example(net)}")
        group, derivative = _owner(net, match["group"], match["quoted"] or match["label"])
        number = 1 if match["number"] is None else int(match["number"])
        placed[group][derivative] = placed[group].get(derivative, 0) + number
        at = match.end()
    return tuple(_filled(group, numbers) for group, numbers in zip(net.groups, placed, strict=True))


def _owner(net: Net, name: str | None, label: str) -> tuple[int, int]:
    """Return the group that has a local derivative, and which of its it is."""
    name = None if name is None else one_group(name, net)
    owners = [
        (index, group.component.labels.index(label))
        for index, group in enumerate(net.groups)
        if name in (None, group.name) and label in group.component.labels
    ]
    if not owners:
        labels = [label for group in net.groups if name in (None, group.name) for label in group.component.labels]
        refuse_unreached(label, net, labels)
        known(label, labels, "local derivative")
    if len(owners) > 1:
        names = [net.groups[group].name for group, _ in owners]
        raise PepaError(f"`{label}` is in several groups: {', '.join(names)}", f"as in {names[0]}.{label}")
    return owners[0]


def _filled(group: Group, placed: Mapping[int, int]) -> tuple[int, ...]:
    if not placed:
        return group.initial
    rest = group.size - sum(placed.values())
    free = [index for index, number in enumerate(group.initial) if number and index not in placed]
    if rest < 0 or (rest and len(free) != 1):
        message = f"{sum(placed.values())} of the {group.size} members of {group.name} have a place"
        raise PepaError(message, "say where each of them is" if rest > 0 else "place fewer of them")
    numbers = [placed.get(index, 0) for index in range(len(group.initial))]
    if rest:
        numbers[free[0]] = rest
    return tuple(numbers)
