"""A distribution carried from one state space to that of another model, by the components that both have.

States are alike where all members of those are where they were, by the names of components and local derivatives;
members that come are in the local derivative their array begins in. What a model has no more is forgotten.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pepa.control.error import PepaError
from pepa.markov.space.packing import Layout, Words
from pepa.markov.space.state_space import StateSpace, Vector
from pepa.net.net import Group, Net

Counts = list[NDArray[np.int64]]  # (local derivatives, states) of each group


def carried(probability: Vector, before: StateSpace, after: StateSpace) -> Vector:
    """Return the distribution over the states `after`, shape (states,), of one over those `before`.

    Raises PepaError where they have no component in common, where members go or are where the component has no such
    local derivative, or where a state has no match.
    """
    met = np.flatnonzero(probability)
    counts = _grown(_counts(before.layout, before.words[:, met]), before, after)
    wanted, known = _keys(_packed(after.layout, counts)), _keys(after.words)
    order = np.argsort(known, kind="stable")
    place = np.minimum(np.searchsorted(known, wanted, sorter=order), len(known) - 1)
    target = order[place]
    missing = known[target] != wanted
    if missing.any():
        message = f"{np.count_nonzero(missing):,} states that are met have no match once the model has changed"
        raise PepaError(message, "it must be able to come there from its own initial state")
    return np.bincount(target, probability[met], after.size).astype(float)


def _grown(counts: Counts, before: StateSpace, after: StateSpace) -> Counts:
    """Return the counts of each group after, with the members that come; a group that is new begins as it does."""
    old = {named: (group, held) for (named, group), held in zip(_named(before.net), counts, strict=True)}
    found = []
    for named, now in _named(after.net):
        if named in old:
            was, held = old[named]
            found.append(_moved(held, was, now))
        else:
            found.append(np.repeat(np.array(now.initial)[:, None], counts[0].shape[1], axis=1))
    if not {named for named, _ in _named(after.net)} & old.keys():
        names = ", ".join(f"`{group.name}`" for group in after.net.groups)
        raise PepaError(f"the models have no component in common: {names} are new", "name components alike")
    return found


def _named(net: Net) -> list[tuple[tuple[str, int], Group]]:
    """Return the groups of a net, each with its name and which of that name it is."""
    seen: dict[str, int] = {}
    found = []
    for group in net.groups:
        name = group.name.partition("#")[0]  # its number is there where others have its name
        seen[name] = seen.get(name, 0) + 1
        found.append(((name, seen[name]), group))
    return found


def _moved(held: NDArray[np.int64], was: Group, now: Group) -> NDArray[np.int64]:
    """Return the counts of a group by its local derivatives after, with the members that come."""
    if now.size < was.size:
        message = f"`{was.name}` has {was.size} members and then {now.size}: which of them go is not said"
        raise PepaError(message, "members can come, not go")
    place = {label: index for index, label in enumerate(now.component.labels)}
    found = np.zeros((len(now.initial), held.shape[1]), np.int64)
    begun = np.zeros(len(now.initial), np.int64)
    for label, members, first in zip(was.component.labels, held, was.initial, strict=True):
        if label in place:
            found[place[label]] += members
            begun[place[label]] += first
        elif members.any():
            message = f"`{was.name}` is in `{label}`, which it has not once the model has changed"
            raise PepaError(message, f"there it has {', '.join(now.component.labels[:12])}")
    return found + _newcomers(now, now.size - was.size, begun)[:, None]


def _newcomers(now: Group, number: int, begun: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where so many members that come to a group begin, (local derivatives,): where those more of it do."""
    first = np.array(now.initial)
    if not number:
        return np.zeros_like(first)
    if np.count_nonzero(first) == 1:
        return np.where(first > 0, number, 0)
    more = first - begun
    if (more < 0).any():
        message = f"`{now.name}` begins elsewhere once the model has changed: where those that come begin is not plain"
        raise PepaError(message, "let its array begin in one local derivative")
    return more


def _counts(layout: Layout, words: Words) -> Counts:
    return [
        np.array([layout.members(words, group, place) for place in range(len(one.initial))])
        for group, one in enumerate(layout.groups)
    ]


def _packed(layout: Layout, counts: Counts) -> Words:
    words = np.zeros((layout.words, counts[0].shape[1]), np.int64)
    for group, fields in enumerate(layout.fields):
        values = [counts[group].argmax(axis=0)] if layout.is_lone(group) else counts[group]
        for field, value in zip(fields, values, strict=False):  # an empty group has no fields
            words[field.word] += value.astype(np.int64) << field.shift
    return words


def _keys(words: Words) -> NDArray[Any]:
    """Return something to sort and compare states by, one a state."""
    if len(words) == 1:
        return np.asarray(words[0])
    fields: Any = [(f"w{number}", np.int64) for number in range(len(words))]
    keys: NDArray[Any] = np.ascontiguousarray(words.T).view(fields).ravel()
    return keys
